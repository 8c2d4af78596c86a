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

static void on_message(void *owner, const char *bytes, size_t size)
{
	struct scene *s = owner;
	size_t used = strlen(s->delivered);
	struct pollfd ready = {.fd = s->children[CHILDREN - 1].fd, .events = POLLIN};
	s->received_before_delivery += (size_t)poll(&ready, 1, 0);
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

/* A payload for all, as a member has it: without header. It has to stay until the flush. */
static void pass_on(const char *text)
{
	struct payload payload = {.run = run_one(text, strlen(text))};
	outflow_forward(&scene.outflow, scene.endpoints, scene.locals, CHILDREN, &payload);
	outflow_deliver(&scene.outflow, &payload);
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
	struct payload to_one = {.run = run_one("b", 1)};
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
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
