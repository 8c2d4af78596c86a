/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* A node's data on their way out, to real sockets on loopback. */
#include "net/outflow.h"
#include "unit.h"

#include <poll.h>
#include <stdio.h>

#define CHILDREN 3

static struct scene {
	struct port port;
	struct drops drops;
	struct outflow outflow;
	struct udp children[CHILDREN];
	struct endpoint endpoints[CHILDREN], locals[CHILDREN];
	struct batch *batch;
	char delivered[4096]; /* What the user got, with spaces between. */
	uint64_t source;      /* Whose the last of it was. */
	size_t received_before_delivery;
} scene;

static struct endpoint at(const char *address, uint16_t port)
{
	struct endpoint e;
	assert_true(endpoint_parse_address(address, port, &e));
	return e;
}

/* How many datagrams wait at a child; they are gone then. */
static size_t drain(unsigned child, char *text, size_t room)
{
	struct arrival a;
	size_t count = 0, used = 0;
	while (batch_receive(scene.batch, scene.children[child].fd, NULL) > 0)
		while (batch_next(scene.batch, &a))
			for (; a.run.count > 0; count++) {
				struct run one = run_take(&a.run, 1);
				if (text)
					used += (size_t)snprintf(text + used, room - used, "%.*s ",
								 (int)one.size, one.bytes);
			}
	return count;
}

static void on_message(void *owner, const char *bytes, size_t size, const struct wire_stamp *stamp)
{
	struct scene *s = owner;
	size_t used = strlen(s->delivered);
	struct pollfd ready = {.fd = s->children[CHILDREN - 1].fd, .events = POLLIN};
	s->received_before_delivery += (size_t)poll(&ready, 1, 0);
	s->source = stamp ? stamp->source : 0;
	(void)snprintf(s->delivered + used, sizeof(s->delivered) - used, "%.*s ", (int)size, bytes);
}

static void on_refused(void *owner, const struct endpoint *endpoint)
{
	(void)owner;
	(void)endpoint;
	fail();
}

static int open_scene_without(unsigned without)
{
	const struct outflow_handler handler = {on_message, on_refused, &scene};
	struct endpoint here = at("127.0.0.1", 0);
	struct failure failure;
	scene = (struct scene){.batch = batch_new()};
	assert_int_equal(port_open(&scene.port, &here, 1, false, without, &failure), 0);
	assert_int_equal(port_steer(&scene.port, CHILDREN), !(without & UDP_WITHOUT_STEERING));
	for (unsigned i = 0; i < CHILDREN; i++) {
		assert_int_equal(udp_open(&here, 0, &scene.children[i], &failure), 0);
		scene.endpoints[i] = scene.children[i].bound;
	}
	outflow_init(&scene.outflow, &scene.port, &scene.drops, &handler);
	return 0;
}

static int open_scene(void **state)
{
	(void)state;
	return open_scene_without(0);
}

static int open_slow_scene(void **state)
{
	(void)state;
	return open_scene_without(UDP_WITHOUT_GSO | UDP_WITHOUT_GRO | UDP_WITHOUT_STEERING);
}

static int close_scene(void **state)
{
	(void)state;
	port_close(&scene.port);
	for (unsigned i = 0; i < CHILDREN; i++)
		udp_close(&scene.children[i]);
	batch_free(scene.batch);
	return 0;
}

/* The children from `first` on. */
static void pass_to(size_t first, size_t count, const struct outgoing *out)
{
	const struct outflow_set set = {.endpoints = scene.endpoints + first,
					.locals = scene.locals + first,
					.count = count,
					.first = first};
	outflow_forward(&scene.outflow, &set, out);
}

/* A payload for all, as a member has it: without header. It has to stay until the flush. */
static void pass_on(const char *text)
{
	struct outgoing out = {.message = WIRE_DATA,
			       .payload = {.run = run_one(text, strlen(text))}};
	pass_to(0, CHILDREN, &out);
	outflow_deliver(&scene.outflow, &out.payload);
}

/* A payload behind its stamp, for the first two children as it is, for the others as DATA. */
static void pass_stamped(const struct run *message)
{
	struct outgoing out = {
		.message = WIRE_MDAT,
		.payload = {.run = *message, .header_size = WIRE_STAMP_SIZE},
	};
	pass_to(0, 2, &out);
	out.message = WIRE_DATA;
	pass_to(2, CHILDREN - 2, &out);
	outflow_deliver(&scene.outflow, &out.payload);
}

static void all_get_all_in_order(void **state)
{
	char text[512];
	(void)state;
	pass_on("a1");
	pass_on("a2");
	pass_on("longer");
	pass_on("longes");
	pass_on("x");
	pass_on("");
	pass_on("a3");
	outflow_flush(&scene.outflow);
	for (unsigned i = 0; i < CHILDREN; i++) {
		assert_int_equal(drain(i, text, sizeof(text)), 7);
		assert_string_equal(text, "DATA\na1 DATA\na2 DATA\nlonger DATA\nlonges DATA\nx "
					  "DATA\n DATA\na3 ");
	}
	assert_string_equal(scene.delivered, "a1 a2 longer longes x  a3 ");
	assert_int_equal(scene.outflow.delivered, 7);
	assert_int_equal(scene.outflow.sent.datagrams, 7 * CHILDREN);
	assert_int_equal(scene.outflow.sent.bytes, (7 * 5 + 19) * CHILDREN);
}

/* The children first. */
static void the_user_is_handed_what_the_children_have_already(void **state)
{
	(void)state;
	pass_on("a1");
	pass_on("a2");
	assert_string_equal(scene.delivered, "");
	outflow_flush(&scene.outflow);
	assert_string_equal(scene.delivered, "a1 a2 ");
	assert_int_equal(scene.received_before_delivery, 2);
}

static void more_than_a_send_can_hold_goes_in_several(void **state)
{
	(void)state;
	for (int i = 0; i < 1000; i++)
		pass_on("a");
	outflow_flush(&scene.outflow);
	for (unsigned i = 0; i < CHILDREN; i++)
		assert_int_equal(drain(i, NULL, 0), 1000);
	assert_int_equal(scene.outflow.delivered, 1000);
	assert_int_equal(scene.drops.count[DROP_SEND], 0);
}

static void what_goes_another_way_goes_after_what_was_before(void **state)
{
	struct path path = {.remote = scene.endpoints[1]};
	struct outgoing to_one = {.message = WIRE_DATA, .payload = {.run = run_one("b", 1)}};
	char text[512];
	(void)state;
	pass_on("a");
	outflow_send(&scene.outflow, &path, &to_one);
	outflow_send(&scene.outflow, &path, &to_one);
	pass_on("c");
	outflow_flush(&scene.outflow);
	assert_int_equal(drain(0, text, sizeof(text)), 2);
	assert_string_equal(text, "DATA\na DATA\nc ");
	/* By another socket, so that order holds here, where nothing is queued in between. */
	assert_int_equal(drain(1, text, sizeof(text)), 4);
	assert_string_equal(text, "DATA\na DATA\nb DATA\nb DATA\nc ");
}

/* A child that cannot be sent to loses its copies, and nobody else any. */
static void a_child_that_cannot_be_reached_loses_its_own_copies(void **state)
{
	(void)state;
	scene.endpoints[1] = at("::1", 5000); /* The port is of the other family. */
	for (int i = 0; i < 10; i++)
		pass_on("a");
	outflow_flush(&scene.outflow);
	assert_int_equal(drain(0, NULL, 0), 10);
	assert_int_equal(drain(2, NULL, 0), 10);
	assert_int_equal(scene.drops.count[DROP_SEND], 10);
	assert_int_equal(scene.outflow.sent.datagrams, 20);
}

/* Many messages, one behind the other, of payloads `0` to `count - 1` in three digits. */
#define STAMPED_SIZE (WIRE_STAMP_SIZE + 3)
static char *stamped(size_t count)
{
	static char messages[200 * STAMPED_SIZE];
	assert_true(count <= 200);
	for (size_t i = 0; i < count; i++) {
		struct wire_stamp stamp = {.source = 5000 + i, .number = 1, .seq = i + 1};
		char digits[24];
		wire_stamp_encode(&stamp, messages + i * STAMPED_SIZE);
		(void)snprintf(digits, sizeof(digits), "%03zu", i);
		memcpy(messages + i * STAMPED_SIZE + WIRE_STAMP_SIZE, digits, 3);
	}
	return messages;
}

/* What a child got: each behind a header of that type, in order. */
static void assert_got(unsigned child, size_t header_size, const char *type, size_t count)
{
	struct arrival a;
	size_t number = 0;
	while (batch_receive(scene.batch, scene.children[child].fd, NULL) > 0)
		while (batch_next(scene.batch, &a))
			for (; a.run.count > 0; number++) {
				struct run one = run_take(&a.run, 1);
				char digits[24];
				(void)snprintf(digits, sizeof(digits), "%03zu", number);
				assert_int_equal(one.size, header_size + 3);
				assert_memory_equal(one.bytes, type, 5);
				assert_memory_equal(one.bytes + header_size, digits, 3);
			}
	assert_int_equal(number, count);
}

/* Two sets in turn, and as many system calls as if there were one. */
static void each_set_of_children_is_gathered_for(void **state)
{
	const char *messages = stamped(100);
	(void)state;
	for (size_t i = 0; i < 100; i++) {
		struct run one = run_one(messages + i * STAMPED_SIZE, STAMPED_SIZE);
		pass_stamped(&one);
	}
	assert_int_equal(scene.outflow.sent.datagrams, 0);
	outflow_flush(&scene.outflow);
	assert_got(0, WIRE_STAMP_SIZE, "MDAT\n", 100);
	assert_got(1, WIRE_STAMP_SIZE, "MDAT\n", 100);
	assert_got(2, WIRE_HEADER_SIZE, "DATA\n", 100);
	assert_int_equal(scene.outflow.sent.datagrams, 300);
	assert_int_equal(scene.outflow.sent.bytes, 100 * (2 * 51 + 8));
	bool is_fast = scene.outflow.sent.coalesced > 0;
	assert_int_equal(scene.outflow.sent.coalesced, is_fast ? 300 : 0);
	assert_int_equal(scene.outflow.sent.forwarded_whole, is_fast ? 200 : 0);
	assert_int_equal(scene.outflow.delivered, 100);
}

static void the_user_is_told_whose_a_stamped_message_is(void **state)
{
	const char *messages = stamped(10);
	struct run run = run_of(messages, 10 * STAMPED_SIZE, STAMPED_SIZE);
	(void)state;
	pass_stamped(&run);
	outflow_flush(&scene.outflow);
	assert_string_equal(scene.delivered, "000 001 002 003 004 005 006 007 008 009 ");
	assert_int_equal(scene.source, 5009);
	pass_on("a");
	outflow_flush(&scene.outflow);
	assert_int_equal(scene.source, 0);
}

/* Runs that are split where a send is full, for the one set earlier than for the other. */
static void sets_of_different_sizes_keep_their_order(void **state)
{
	const char *messages = stamped(200);
	(void)state;
	for (size_t i = 0; i < 200; i += 40) {
		struct run run =
			run_of(messages + i * STAMPED_SIZE, 40 * STAMPED_SIZE, STAMPED_SIZE);
		pass_stamped(&run);
	}
	outflow_flush(&scene.outflow);
	assert_got(0, WIRE_STAMP_SIZE, "MDAT\n", 200);
	assert_got(1, WIRE_STAMP_SIZE, "MDAT\n", 200);
	assert_got(2, WIRE_HEADER_SIZE, "DATA\n", 200);
}

/* A child that is of another set now has what was before first. */
static void sets_that_overlap_wait_for_each_other(void **state)
{
	const char *messages = stamped(6);
	struct outgoing out = {.message = WIRE_DATA};
	static const size_t sets[][2] = {{0, 2}, {2, 1}, {0, 3}, {1, 2}, {0, 1}, {0, 3}};
	char text[512];
	(void)state;
	for (size_t i = 0; i < 6; i++) {
		out.payload.run = run_one(messages + i * STAMPED_SIZE + WIRE_STAMP_SIZE, 3);
		pass_to(sets[i][0], sets[i][1], &out);
	}
	outflow_flush(&scene.outflow);
	drain(0, text, sizeof(text));
	assert_string_equal(text, "DATA\n000 DATA\n002 DATA\n004 DATA\n005 ");
	drain(1, text, sizeof(text));
	assert_string_equal(text, "DATA\n000 DATA\n002 DATA\n003 DATA\n005 ");
	drain(2, text, sizeof(text));
	assert_string_equal(text, "DATA\n001 DATA\n002 DATA\n003 DATA\n005 ");
}

/* A run without stamps that needs several sends: they go on from one to the next. */
static void stamps_go_on_over_several_sends(void **state)
{
	struct outgoing out = {
		.message = WIRE_MDAT,
		.payload = {.run = run_of(stamped(200), 200 * STAMPED_SIZE, STAMPED_SIZE)},
		.stamp = {.seq = 1, .number = 1},
	};
	struct arrival a;
	uint64_t seq = 0;
	(void)state;
	pass_to(0, 1, &out);
	outflow_flush(&scene.outflow);
	while (batch_receive(scene.batch, scene.children[0].fd, NULL) > 0)
		while (batch_next(scene.batch, &a))
			while (a.run.count > 0) {
				struct wire_stamp s;
				wire_stamp_decode(run_take(&a.run, 1).bytes, &s);
				assert_int_equal(s.seq, ++seq);
				assert_int_equal(s.number, seq);
			}
	assert_int_equal(seq, 200);
}

#define TEST(name)                                                                                 \
	cmocka_unit_test_setup_teardown(name, open_scene, close_scene),                            \
	{                                                                                          \
#name "_without_offloads", name, open_slow_scene, close_scene, NULL                \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_get_all_in_order),
		TEST(the_user_is_handed_what_the_children_have_already),
		TEST(more_than_a_send_can_hold_goes_in_several),
		TEST(what_goes_another_way_goes_after_what_was_before),
		TEST(a_child_that_cannot_be_reached_loses_its_own_copies),
		TEST(each_set_of_children_is_gathered_for),
		TEST(the_user_is_told_whose_a_stamped_message_is),
		TEST(sets_of_different_sizes_keep_their_order),
		TEST(sets_that_overlap_wait_for_each_other),
		TEST(stamps_go_on_over_several_sends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
