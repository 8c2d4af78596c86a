/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* The public API, on the loopback interface alone: a native room with TTL 0, and trees with a
 * rendezvous point inside this program. */
#include "net/clock.h"
#include "net/rendezvous.h"
#include "net/udp.h"
#include "ramure.h"
#include "unit.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEMBERS    4
#define TEXTS_MAX  64
#define PATIENCE_S 10

/* One membership, and what it has heard. */
struct ear {
	struct ramure *ramure; /* NULL: not there. */
	unsigned joined, lost, messages;
	char texts[TEXTS_MAX][24]; /* The first bytes of each message. */
	size_t size;               /* Of the last message. */
	enum ramure_origin origin;
	char note[400];
};

static struct {
	struct ear ears[MEMBERS];
	struct loop loop; /* Of the rendezvous point. */
	struct rendezvous rendezvous;
	bool has_rendezvous;
	char room[64];
	uint16_t port;
} scene;

static uint16_t free_port(void)
{
	struct endpoint e;
	struct udp u = UDP_CLOSED;
	struct failure failure;
	assert_true(endpoint_parse_address("127.0.0.1", 0, &e));
	assert_int_equal(udp_open(&e, 0, &u, &failure), 0);
	udp_close(&u);
	return u.bound.port;
}

static int open_native(void **state)
{
	(void)state;
	memset(&scene, 0, sizeof(scene));
	scene.port = free_port();
	(void)snprintf(scene.room, sizeof(scene.room), "239.255.77.77");
	return 0;
}

static int open_tree(void **state)
{
	const struct registry_config config = {.guard_us = 180 * US_PER_S,
					       .is_loopback_only = true};
	const struct rendezvous_handler handler = {0};
	struct endpoint e;
	struct failure failure;
	(void)open_native(state);
	assert_true(endpoint_parse_address("127.0.0.1", 0, &e));
	assert_int_equal(loop_init(&scene.loop), 0);
	assert_int_equal(
		rendezvous_open(&scene.rendezvous, &config, &e, 1, &handler, &scene.loop, &failure),
		0);
	scene.has_rendezvous = true;
	(void)snprintf(scene.room, sizeof(scene.room), RAMURE_TREE_PREFIX "127.0.0.1:%u",
		       port_number(&scene.rendezvous.port));
	return 0;
}

static int close_scene(void **state)
{
	(void)state;
	for (size_t i = 0; i < MEMBERS; i++)
		ramure_leave(scene.ears[i].ramure);
	if (scene.has_rendezvous) {
		rendezvous_close(&scene.rendezvous);
		loop_done(&scene.loop);
	}
	return 0;
}

static struct ramure_options options_of_scene(void)
{
	struct ramure_options options = RAMURE_OPTIONS_DEFAULT;
	options.room = scene.room;
	options.interface = "lo";
	options.port = scene.port;
	options.ttl = 0;
	return options;
}

static void note(struct ear *ear, const struct ramure_event *event)
{
	if (event->type == RAMURE_MESSAGE) {
		assert_true(ear->messages < TEXTS_MAX);
		(void)snprintf(ear->texts[ear->messages++], sizeof(ear->texts[0]), "%.*s",
			       (int)(event->size < 20 ? event->size : 20), event->bytes);
		ear->size = event->size;
		ear->origin = event->origin;
		return;
	}
	ear->joined += event->type == RAMURE_JOINED;
	ear->lost += event->type == RAMURE_LOST;
	assert_non_null(event->text);
	(void)snprintf(ear->note, sizeof(ear->note), "%s", event->text);
}

static void take_events(struct ear *ear)
{
	struct ramure_event event;
	while (ramure_next(ear->ramure, &event))
		note(ear, &event);
}

static struct ear *join(size_t i)
{
	struct ramure_options options = options_of_scene();
	struct ramure_error error;
	struct ear *ear = &scene.ears[i];
	if (ramure_join(&options, &ear->ramure, &error) != 0)
		fail_msg("%s", error.text);
	take_events(ear);
	return ear;
}

/* One turn: whoever is ready gets its step, and nobody else. */
static void turn(int ms)
{
	struct pollfd ready[MEMBERS + 1];
	for (size_t i = 0; i < MEMBERS; i++)
		ready[i] = (struct pollfd){
			.fd = scene.ears[i].ramure ? ramure_fd(scene.ears[i].ramure) : -1,
			.events = POLLIN};
	ready[MEMBERS] = (struct pollfd){.fd = scene.has_rendezvous ? scene.loop.epoll_fd : -1,
					 .events = POLLIN};
	assert_true(poll(ready, MEMBERS + 1, ms) >= 0);
	for (size_t i = 0; i < MEMBERS; i++) {
		if (ready[i].revents == 0)
			continue;
		ramure_step(scene.ears[i].ramure);
		take_events(&scene.ears[i]);
	}
	if (ready[MEMBERS].revents != 0)
		loop_wait(&scene.loop, (struct time){0});
}

static void wait_for(const unsigned *counter, unsigned value)
{
	struct time end = time_after(clock_now(), PATIENCE_S * US_PER_S);
	while (*counter < value && !time_is_due(end, clock_now()))
		turn(100);
	assert_int_equal(*counter, value);
}

/* What is in flight on loopback arrives. */
static void settle(void)
{
	for (int i = 0; i < 5; i++)
		turn(10);
}

static void say(struct ear *ear, const char *text)
{
	assert_int_equal(ramure_send(ear->ramure, text, strlen(text)), 0);
}

/* --- A native room --- */

static void in_a_native_room_all_hear_what_one_sends(void **state)
{
	struct ear *a = join(0), *b = join(1);
	(void)state;
	assert_int_equal(a->joined, 1); /* Before any step. */
	assert_non_null(strstr(a->note, "joined 239.255.77.77"));
	assert_true(ramure_hears_itself(a->ramure));
	say(a, "bonjour");
	wait_for(&b->messages, 1);
	wait_for(&a->messages, 1);
	assert_string_equal(b->texts[0], "bonjour");
	assert_int_equal(b->origin, RAMURE_OTHER);
	assert_string_equal(a->texts[0], "bonjour");
	assert_int_equal(a->origin, RAMURE_OWN);
	say(b, "");
	wait_for(&a->messages, 2);
	assert_int_equal(a->size, 0);
	settle();
	assert_int_equal(a->messages, 2);
	assert_int_equal(b->messages, 2);
}

static void who_has_left_a_native_room_hears_nothing(void **state)
{
	struct ear *a = join(0), *b = join(1);
	(void)state;
	ramure_leave(b->ramure);
	b->ramure = NULL;
	say(a, "x");
	wait_for(&a->messages, 1);
	b = join(1);
	settle();
	assert_int_equal(b->messages, 0);
}

static void the_largest_datagram_goes_through_a_native_room(void **state)
{
	static char bytes[RAMURE_SIZE_MAX + 1];
	struct ear *a = join(0), *b = join(1);
	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	assert_int_equal(ramure_send(a->ramure, bytes, RAMURE_SIZE_MAX), 0);
	wait_for(&b->messages, 1);
	assert_int_equal(b->size, RAMURE_SIZE_MAX);
	assert_int_equal(ramure_send(a->ramure, bytes, RAMURE_SIZE_MAX + 1), -EMSGSIZE);
}

static void impossible_options_are_told_and_nothing_is_written(void **state)
{
	static const char *const sources[] = {"10.0.0.1"};
	struct ramure_options all[8];
	(void)state;
	for (size_t i = 0; i < COUNT(all); i++)
		all[i] = options_of_scene();
	all[0].room = "10.0.0.1";
	all[1].room = "nonsense";
	all[2].port = 0;
	all[3].ttl = 256;
	all[4].interface = "nosuch0";
	all[5].room = RAMURE_TREE_PREFIX;
	all[6].room = RAMURE_TREE_PREFIX "127.0.0.1:1";
	all[6].loop = false;
	all[7].room = RAMURE_TREE_PREFIX "127.0.0.1:1";
	all[7].sources = sources;
	all[7].source_count = 1;
	for (size_t i = 0; i < COUNT(all); i++) {
		struct ramure *untouched = (struct ramure *)(uintptr_t)7, *r = untouched;
		struct ramure_error error = {0};
		int code = ramure_join(&all[i], &r, &error);
		if (code >= 0 || code != error.code || error.text[0] == '\0' || r != untouched)
			fail_msg("options %zu: %d, %d '%s'", i, code, error.code, error.text);
	}
	ramure_leave(NULL);
}

/* --- A tree --- */

static void the_first_in_a_tree_is_the_root_and_the_next_is_below_it(void **state)
{
	struct ear *a = join(0);
	(void)state;
	assert_int_equal(a->joined, 0); /* Not before the rendezvous point has answered. */
	assert_int_equal(ramure_send(a->ramure, "x", 1), -EAGAIN);
	wait_for(&a->joined, 1);
	assert_non_null(strstr(a->note, "as its root"));
	struct ear *b = join(1);
	wait_for(&b->joined, 1);
	assert_non_null(strstr(b->note, "below 127.0.0.1:"));
	assert_int_equal(a->lost + b->lost, 0);
}

static void grow(void)
{
	for (size_t i = 0; i < MEMBERS; i++)
		wait_for(&join(i)->joined, 1);
}

static void in_a_tree_all_hear_what_any_sends_once(void **state)
{
	(void)state;
	grow();
	for (size_t i = MEMBERS; i-- > 0;) {
		char text[32];
		(void)snprintf(text, sizeof(text), "from %zu", i);
		unsigned before = scene.ears[0].messages;
		say(&scene.ears[i], text);
		for (size_t k = 0; k < MEMBERS; k++) {
			take_events(&scene.ears[k]);
			wait_for(&scene.ears[k].messages, before + 1);
			assert_string_equal(scene.ears[k].texts[before], text);
			assert_int_equal(scene.ears[k].origin, k == i ? RAMURE_OWN : RAMURE_OTHER);
		}
	}
	settle();
	for (size_t i = 0; i < MEMBERS; i++) {
		assert_int_equal(scene.ears[i].messages, MEMBERS);
		assert_true(ramure_hears_itself(scene.ears[i].ramure));
	}
}

static void payloads_of_any_size_go_down_a_tree(void **state)
{
	static const size_t sizes[] = {0, 1, 1400, WIRE_PAYLOAD_MAX};
	static char bytes[WIRE_PAYLOAD_MAX + 1];
	struct ear *a = join(0);
	(void)state;
	wait_for(&a->joined, 1);
	struct ear *b = join(1);
	wait_for(&b->joined, 1);
	for (unsigned i = 0; i < COUNT(sizes); i++) {
		assert_int_equal(ramure_send(b->ramure, bytes, sizes[i]), 0);
		wait_for(&b->messages, i + 1);
		assert_int_equal(b->size, sizes[i]);
		wait_for(&a->messages, i + 1);
		assert_int_equal(a->size, sizes[i]);
	}
	assert_int_equal(ramure_send(b->ramure, bytes, WIRE_PAYLOAD_MAX + 1), -EMSGSIZE);
	assert_int_equal(ramure_send(a->ramure, bytes, WIRE_PAYLOAD_MAX + 1), -EMSGSIZE);
}

/* ramure_fd: "readable when ramure_step has something to do"; a program that sleeps in poll has to
 * be woken for its own message, too. */
static void a_roots_own_message_makes_its_descriptor_ready(void **state)
{
	struct ear *a = join(0);
	(void)state;
	wait_for(&a->joined, 1);
	settle();
	say(a, "bonjour");
	wait_for(&a->messages, 1);
	assert_string_equal(a->texts[0], "bonjour");
}

/* ramure_event.bytes: "borrowed until the next ramure_step". */
static void a_message_stays_as_it_is_while_its_reader_sends(void **state)
{
	struct ear *a = join(0);
	struct ramure_event event;
	(void)state;
	wait_for(&a->joined, 1);
	say(a, "one and two");
	for (int i = 0; i < 100 && !ramure_next(a->ramure, &event); i++) {
		struct pollfd ready = {.fd = ramure_fd(a->ramure), .events = POLLIN};
		(void)poll(&ready, 1, 10);
		ramure_step(a->ramure);
	}
	assert_int_equal(event.size, 11);
	say(a, "three");
	assert_memory_equal(event.bytes, "one and two", 11);
	/* An echo of what was heard. */
	assert_int_equal(ramure_send(a->ramure, event.bytes + 4, 7), 0);
	assert_memory_equal(event.bytes, "one and two", 11);
}

static void without_a_rendezvous_point_a_member_waits(void **state)
{
	struct ear *a;
	(void)state;
	(void)snprintf(scene.room, sizeof(scene.room), RAMURE_TREE_PREFIX "127.0.0.1:%u",
		       scene.port);
	a = join(0);
	settle();
	assert_int_equal(a->joined + a->lost, 0);
	assert_int_equal(ramure_send(a->ramure, "x", 1), -EAGAIN);
}

/* The descriptor wakes up for the retry, after a second, too. */
static void a_rendezvous_point_that_comes_late_is_found(void **state)
{
	struct ear *a;
	uint16_t number = port_number(&scene.rendezvous.port);
	(void)state;
	rendezvous_close(&scene.rendezvous);
	loop_done(&scene.loop);
	scene.has_rendezvous = false;
	a = join(0);
	settle();
	const struct registry_config config = {.guard_us = 180 * US_PER_S,
					       .is_loopback_only = true};
	const struct rendezvous_handler handler = {0};
	struct endpoint e;
	struct failure failure;
	assert_true(endpoint_parse_address("127.0.0.1", number, &e));
	assert_int_equal(loop_init(&scene.loop), 0);
	assert_int_equal(
		rendezvous_open(&scene.rendezvous, &config, &e, 1, &handler, &scene.loop, &failure),
		0);
	scene.has_rendezvous = true;
	wait_for(&a->joined, 1);
	say(a, "x");
}

static bool stop_after_three(void *owner, const struct ramure_event *event)
{
	struct ear *ear = owner;
	note(ear, event);
	return ear->messages < 3;
}

static void a_run_hands_over_all_events_until_it_is_told_to_stop(void **state)
{
	struct ear *a, *b;
	(void)state;
	(void)open_native(state);
	a = join(0);
	b = join(1);
	for (int i = 0; i < 3; i++)
		say(b, "x");
	assert_int_equal(ramure_run(a->ramure, stop_after_three, a), 0);
	assert_int_equal(a->messages, 3);
}

static void it_has_a_version(void **state)
{
	unsigned major, minor, patch;
	(void)state;
	assert_int_equal(sscanf(ramure_version(), "%u.%u.%u", &major, &minor, &patch), 3);
}

#define TEST_NATIVE(name) cmocka_unit_test_setup_teardown(name, open_native, close_scene)
#define TEST_TREE(name)   cmocka_unit_test_setup_teardown(name, open_tree, close_scene)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_NATIVE(in_a_native_room_all_hear_what_one_sends),
		TEST_NATIVE(who_has_left_a_native_room_hears_nothing),
		TEST_NATIVE(the_largest_datagram_goes_through_a_native_room),
		TEST_NATIVE(impossible_options_are_told_and_nothing_is_written),
		TEST_NATIVE(a_run_hands_over_all_events_until_it_is_told_to_stop),
		TEST_NATIVE(it_has_a_version),
		TEST_NATIVE(without_a_rendezvous_point_a_member_waits),
		TEST_TREE(the_first_in_a_tree_is_the_root_and_the_next_is_below_it),
		TEST_TREE(in_a_tree_all_hear_what_any_sends_once),
		TEST_TREE(payloads_of_any_size_go_down_a_tree),
		TEST_TREE(a_roots_own_message_makes_its_descriptor_ready),
		TEST_TREE(a_message_stays_as_it_is_while_its_reader_sends),
		TEST_TREE(a_rendezvous_point_that_comes_late_is_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
