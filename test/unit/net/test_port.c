/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/clock.h"
#include "net/port.h"
#include "unit.h"

#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

/* A loop with a port, and what happened there last. */
struct scene {
	struct loop loop;
	struct batch *batch;
	struct port port;
	struct path path; /* Of the last datagram. */
	char bytes[16];
	size_t size;
	unsigned datagrams, unreachables;
	struct endpoint dead;
	char quoted[16]; /* Of what was sent there. */
	bool closes;     /* The port, at the next datagram. */
};

static struct scene scene;

static int open_scene(void **state)
{
	(void)state;
	scene = (struct scene){.batch = batch_new()};
	return loop_init(&scene.loop);
}

static int close_scene(void **state)
{
	(void)state;
	port_close(&scene.port);
	port_close(&scene.port);
	batch_free(scene.batch);
	loop_done(&scene.loop);
	return 0;
}

static void on_arrival(void *owner, const struct path *path, const struct arrival *arrival)
{
	struct scene *s = owner;
	s->path = *path;
	const struct run *run = &arrival->run;
	s->size = run->size;
	s->datagrams += (unsigned)run->count;
	memcpy(s->bytes, run->bytes, run->size < sizeof(s->bytes) ? run->size : sizeof(s->bytes));
	if (s->closes)
		port_close(&s->port);
}

static void on_unreachable(void *owner, const struct endpoint *endpoint, const char *quoted,
			   size_t size)
{
	struct scene *s = owner;
	assert_in_range(size, 1, sizeof(s->quoted));
	memset(s->quoted, 0, sizeof(s->quoted));
	memcpy(s->quoted, quoted, size);
	s->dead = *endpoint;
	s->unreachables++;
}

static struct endpoint at(const char *address, uint16_t port)
{
	struct endpoint e;
	assert_true(endpoint_parse_address(address, port, &e));
	return e;
}

static struct udp open_udp(const char *address, uint16_t number)
{
	struct udp u = UDP_CLOSED;
	struct failure failure;
	struct endpoint e = at(address, number);
	if (udp_open(&e, 0, &u, &failure) != 0)
		u.fd = -1;
	return u;
}

static bool has_v6(void)
{
	struct udp u = open_udp("::1", 0);
	bool has = u.fd >= 0;
	udp_close(&u);
	return has;
}

static void watch(void)
{
	const struct port_handler handler = {
		.on_arrival = on_arrival, .on_unreachable = on_unreachable, .owner = &scene};
	assert_int_equal(port_watch(&scene.port, &scene.loop, scene.batch, &handler), 0);
}

static void open_port(const struct endpoint *addresses, unsigned count)
{
	struct failure failure;
	assert_int_equal(port_open(&scene.port, addresses, count, false, 0, &failure), 0);
	assert_true(port_number(&scene.port) != 0);
	watch();
}

/* Turns the loop until a counter has moved. */
static void wait_for(const unsigned *counter, unsigned value)
{
	struct time end = time_after(clock_now(), 5 * US_PER_S);
	while (*counter < value && !time_is_due(end, clock_now()))
		loop_wait(&scene.loop, end);
	assert_int_equal(*counter, value);
}

static void send_from(const struct udp *u, struct endpoint to, const char *text)
{
	struct path path = {.remote = to};
	assert_int_equal(udp_send(u, &path, text, strlen(text)), 0);
}

/* --- Opening --- */

static void both_families_have_the_same_port(void **state)
{
	struct endpoint addresses[] = {at("0.0.0.0", 0), at("::", 0)};
	(void)state;
	if (!has_v6())
		skip();
	open_port(addresses, 2);
	assert_int_equal(scene.port.count, 2);
	assert_int_equal(port_bound(&scene.port, 0)->port, port_bound(&scene.port, 1)->port);
	struct endpoint v4 = at("127.0.0.1", 1), v6 = at("::1", 1);
	assert_true(port_reaches(&scene.port, &v4));
	assert_true(port_reaches(&scene.port, &v6));
}

static void a_taken_port_is_an_error_unless_another_will_do(void **state)
{
	struct udp taken = open_udp("127.0.0.1", 0);
	struct endpoint address = taken.bound;
	struct failure failure = {0};
	(void)state;
	assert_int_equal(port_open(&scene.port, &address, 1, false, 0, &failure), -EADDRINUSE);
	assert_true(failure.text[0] != '\0');
	assert_int_equal(scene.port.count, 0);
	assert_int_equal(port_open(&scene.port, &address, 1, true, 0, &failure), 0);
	assert_true(port_number(&scene.port) != address.port);
	assert_true(port_number(&scene.port) != 0);
	udp_close(&taken);
}

/* Taken in one family, whichever: both take another. */
static void a_port_that_one_family_lacks_is_taken_in_neither(void **state)
{
	static const char *const families[] = {"127.0.0.1", "::1"};
	(void)state;
	if (!has_v6())
		skip();
	for (size_t i = 0; i < COUNT(families); i++) {
		struct udp taken = open_udp(families[i], 0);
		uint16_t number = taken.bound.port;
		struct endpoint addresses[] = {at("127.0.0.1", number), at("::1", number)};
		struct failure failure;
		assert_int_equal(port_open(&scene.port, addresses, 2, false, 0, &failure),
				 -EADDRINUSE);
		assert_int_equal(scene.port.count, 0);
		assert_int_equal(port_open(&scene.port, addresses, 2, true, 0, &failure), 0);
		assert_int_equal(scene.port.count, 2);
		assert_true(port_bound(&scene.port, 0)->port != number);
		assert_int_equal(port_bound(&scene.port, 0)->port,
				 port_bound(&scene.port, 1)->port);
		port_close(&scene.port);
		/* What could not be had whole was let go. */
		struct udp other = open_udp(families[1 - i], number);
		assert_true(other.fd >= 0);
		udp_close(&other);
		udp_close(&taken);
	}
}

static void an_address_of_others_is_an_error(void **state)
{
	struct endpoint address = at("192.0.2.77", 0);
	struct failure failure = {0};
	(void)state;
	assert_int_equal(port_open(&scene.port, &address, 1, true, 0, &failure), -EADDRNOTAVAIL);
	assert_true(failure.text[0] != '\0');
	assert_int_equal(scene.port.count, 0);
}

/* port.h: only wildcards may be left out. Who asks for an address wants it. */
static void an_address_of_others_beside_a_good_one_is_an_error(void **state)
{
	struct failure failure = {0};
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct endpoint addresses[2];
		addresses[i] = at("127.0.0.1", 0);
		addresses[1 - i] = at("192.0.2.77", 0);
		assert_int_equal(port_open(&scene.port, addresses, 2, true, 0, &failure),
				 -EADDRNOTAVAIL);
		assert_int_equal(scene.port.count, 0);
	}
}

/* --- What comes in and goes out --- */

static void a_datagram_comes_with_its_path(void **state)
{
	struct endpoint address = at("0.0.0.0", 0);
	struct udp peer = open_udp("127.0.0.1", 0);
	(void)state;
	open_port(&address, 1);
	struct endpoint asked = at("127.0.0.5", port_number(&scene.port));
	send_from(&peer, asked, "ROOT\n");
	wait_for(&scene.datagrams, 1);
	assert_int_equal(scene.size, 5);
	assert_memory_equal(scene.bytes, "ROOT\n", 5);
	assert_true(endpoint_equal(&scene.path.remote, &peer.bound));
	assert_true(endpoint_equal(&scene.path.local, &asked));
	/* The way back is the way it came. */
	assert_int_equal(port_send(&scene.port, &scene.path, "TOOR\n", 5), 0);
	struct arrival a;
	struct time end = time_after(clock_now(), 5 * US_PER_S);
	while (batch_receive(scene.batch, peer.fd, NULL) <= 0)
		assert_false(time_is_due(end, clock_now()));
	assert_true(batch_next(scene.batch, &a));
	assert_true(endpoint_equal(&a.sender, &asked));
	udp_close(&peer);
}

static void a_family_without_a_socket_is_told(void **state)
{
	struct endpoint address = at("127.0.0.1", 0);
	struct path path = {.remote = at("::1", 5000)};
	(void)state;
	open_port(&address, 1);
	assert_false(port_reaches(&scene.port, &path.remote));
	assert_int_equal(port_send(&scene.port, &path, "x", 1), -EAFNOSUPPORT);
}

static void a_closed_port_is_told(void **state)
{
	struct endpoint address = at("127.0.0.1", 0);
	struct udp gone = open_udp("127.0.0.1", 0);
	struct path path = {.remote = gone.bound};
	(void)state;
	udp_close(&gone);
	open_port(&address, 1);
	for (unsigned i = 1; i <= 10; i++) {
		assert_int_equal(port_send(&scene.port, &path, "x", 1), 0);
		wait_for(&scene.unreachables, i);
		assert_true(endpoint_equal(&scene.dead, &path.remote));
		assert_string_equal(scene.quoted, "x");
	}
	assert_int_equal(scene.datagrams, 0);
}

/* Else the loop would spin. */
static void a_closed_port_that_nobody_asks_for_is_read_all_the_same(void **state)
{
	const struct port_handler handler = {.on_arrival = on_arrival, .owner = &scene};
	struct endpoint address = at("127.0.0.1", 0);
	struct udp gone = open_udp("127.0.0.1", 0);
	struct path path = {.remote = gone.bound};
	struct failure failure;
	(void)state;
	udp_close(&gone);
	assert_int_equal(port_open(&scene.port, &address, 1, false, 0, &failure), 0);
	assert_int_equal(port_watch(&scene.port, &scene.loop, scene.batch, &handler), 0);
	assert_int_equal(port_send(&scene.port, &path, "x", 1), 0);
	struct time begin = clock_now(), end = time_after(begin, 200 * US_PER_MS);
	int turns = 0;
	while (!time_is_due(end, clock_now())) {
		loop_wait(&scene.loop, end);
		turns++;
	}
	assert_in_range(turns, 1, 20);
}

static void a_port_may_be_closed_by_its_own_datagram(void **state)
{
	struct endpoint address = at("127.0.0.1", 0);
	struct udp peer = open_udp("127.0.0.1", 0);
	(void)state;
	open_port(&address, 1);
	struct endpoint asked = *port_bound(&scene.port, 0);
	scene.closes = true;
	for (int i = 0; i < 10; i++)
		send_from(&peer, asked, "x");
	wait_for(&scene.datagrams, 1);
	loop_wait(&scene.loop, (struct time){0});
	assert_int_equal(scene.datagrams, 1);
	udp_close(&peer);
}

static void many_datagrams_come_one_by_one(void **state)
{
	struct endpoint address = at("127.0.0.1", 0);
	struct udp peer = open_udp("127.0.0.1", 0);
	(void)state;
	open_port(&address, 1);
	for (int i = 0; i < 90; i++)
		send_from(&peer, *port_bound(&scene.port, 0), "DATA\nx");
	wait_for(&scene.datagrams, 90);
	udp_close(&peer);
}

/* --- Several sockets --- */

static bool is_urgent(const struct run *run)
{
	return memcmp(run->bytes, "DATA", 4) != 0;
}

static void note_order(void *owner, const struct path *path, const struct arrival *arrival)
{
	struct scene *s = owner;
	(void)path;
	s->datagrams += (unsigned)arrival->run.count;
	s->bytes[s->size++ % sizeof(s->bytes)] = arrival->run.bytes[0];
}

/* Opens a port that takes what is urgent first. */
static void open_sorting_port(unsigned without)
{
	const struct port_handler handler = {
		.on_arrival = note_order, .is_urgent = is_urgent, .owner = &scene};
	struct endpoint address = at("127.0.0.1", 0);
	struct failure failure;
	assert_int_equal(port_open(&scene.port, &address, 1, false, without, &failure), 0);
	assert_int_equal(port_steer(&scene.port, 2), without == 0);
	assert_int_equal(port_watch(&scene.port, &scene.loop, scene.batch, &handler), 0);
}

static void with_one_socket_what_is_urgent_comes_first(void **state)
{
	struct udp peer = open_udp("127.0.0.1", 0);
	(void)state;
	open_sorting_port(UDP_WITHOUT_STEERING);
	send_from(&peer, *port_bound(&scene.port, 0), "DATA\n");
	send_from(&peer, *port_bound(&scene.port, 0), "RJOI\n");
	send_from(&peer, *port_bound(&scene.port, 0), "DATA\n1");
	send_from(&peer, *port_bound(&scene.port, 0), "YJOI\n");
	wait_for(&scene.datagrams, 4);
	assert_memory_equal(scene.bytes, "RYDD", 4);
	udp_close(&peer);
}

/* What the flood does to the data does not happen to the signalling. */
static void a_full_queue_of_data_keeps_no_signalling_out(void **state)
{
	struct udp peer = open_udp("127.0.0.1", 0);
	struct path path;
	static char data[60000] = "DATA\n";
	(void)state;
	open_sorting_port(0);
	path = (struct path){.remote = *port_bound(&scene.port, 0)};
	for (int i = 0; i < 1000 && port_dropped(&scene.port) == 0; i++)
		assert_int_equal(udp_send(&peer, &path, data, sizeof(data)), 0);
	assert_int_equal(port_dropped(&scene.port), 1);
	for (int i = 0; i < 100; i++)
		send_from(&peer, path.remote, "RJOI\n");
	assert_int_equal(port_dropped(&scene.port), 1);
	udp_close(&peer);
}

/* The kernel reports a closed port at any of the sockets that share ours. */
static void a_closed_port_is_told_by_whichever_socket(void **state)
{
	struct endpoint address = at("127.0.0.1", 0);
	struct failure failure;
	(void)state;
	assert_int_equal(port_open(&scene.port, &address, 1, false, 0, &failure), 0);
	assert_true(port_steer(&scene.port, 8));
	watch();
	for (unsigned i = 1; i <= 30; i++) {
		struct udp gone = open_udp("127.0.0.1", 0);
		struct path path = {.remote = gone.bound};
		udp_close(&gone);
		assert_int_equal(port_send(&scene.port, &path, "RJOI\n", 5), 0);
		wait_for(&scene.unreachables, i);
		assert_true(endpoint_equal(&scene.dead, &path.remote));
		assert_string_equal(scene.quoted, "RJOI\n");
	}
}

static void each_destination_has_its_lane(void **state)
{
	struct endpoint addresses[] = {at("127.0.0.1", 0), at("::1", 0)};
	struct endpoint v4 = at("127.0.0.1", 1), v6 = at("::1", 1);
	struct failure failure;
	(void)state;
	if (!has_v6())
		skip();
	assert_int_equal(port_open(&scene.port, addresses, 2, false, 0, &failure), 0);
	assert_ptr_equal(port_lane_for(&scene.port, &v4, 5), port_socket_for(&scene.port, &v4));
	assert_true(port_steer(&scene.port, 3));
	struct udp *first = port_lane_for(&scene.port, &v4, 0);
	assert_ptr_not_equal(first, port_socket_for(&scene.port, &v4));
	assert_ptr_not_equal(first, port_data_socket_for(&scene.port, &v4));
	assert_ptr_not_equal(first, port_lane_for(&scene.port, &v4, 1));
	assert_ptr_not_equal(first, port_lane_for(&scene.port, &v6, 0));
	assert_ptr_equal(first, port_lane_for(&scene.port, &v4, 3)); /* More than there are. */
}

/* --- Steering that fails half-way --- */

/* Steers the port while only so many descriptors more can be had. */
static bool steer_with_descriptors(unsigned descriptors, unsigned lanes)
{
	struct rlimit before, few;
	int next = dup(0);
	assert_true(next >= 0);
	close(next);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	few.rlim_cur = (rlim_t)next + descriptors;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	bool is_steered = port_steer(&scene.port, lanes);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	return is_steered;
}

/* Data and signalling come in, and data go out to each of many destinations. */
static void check_port_works(void)
{
	struct udp peer = open_udp("127.0.0.1", 0);
	struct batch *batch = batch_new();
	struct arrival arrival;
	watch();
	for (unsigned i = 0; i < 10; i++) {
		send_from(&peer, *port_bound(&scene.port, 0), "RJOI\n");
		wait_for(&scene.datagrams, 2 * i + 1);
		assert_memory_equal(scene.bytes, "RJOI\n", 5);
		send_from(&peer, *port_bound(&scene.port, 0), "DATA\n");
		wait_for(&scene.datagrams, 2 * i + 2);
		assert_memory_equal(scene.bytes, "DATA\n", 5);
		send_from(port_lane_for(&scene.port, &peer.bound, i), peer.bound, "x");
		assert_int_equal(batch_receive(batch, peer.fd, NULL), 1);
		assert_true(batch_next(batch, &arrival));
		assert_true(endpoint_equal(&arrival.sender, port_bound(&scene.port, 0)));
	}
	batch_free(batch);
	udp_close(&peer);
}

static void a_port_has_the_lanes_for_which_there_were_descriptors(void **state)
{
	struct endpoint address = at("127.0.0.1", 0), to = at("127.0.0.1", 1);
	struct failure failure;
	(void)state;
	for (unsigned lanes = 0; lanes < 3; lanes++) {
		assert_int_equal(port_open(&scene.port, &address, 1, false, 0, &failure), 0);
		assert_true(steer_with_descriptors(1 + lanes, 8));
		struct udp *first = port_socket_for(&scene.port, &to);
		assert_ptr_not_equal(port_data_socket_for(&scene.port, &to), first);
		assert_ptr_equal(port_lane_for(&scene.port, &to, 0),
				 port_lane_for(&scene.port, &to, lanes));
		assert_int_equal(port_lane_for(&scene.port, &to, 0) != first, lanes > 0);
		scene.datagrams = 0;
		check_port_works();
		port_close(&scene.port);
	}
}

/* Any program of the same user may ask to share a port whose socket allows it. */
static void a_port_without_a_socket_for_data_is_shared_with_nobody(void **state)
{
	struct endpoint address = at("127.0.0.1", 0);
	struct udp first = open_udp("127.0.0.1", 0), other = UDP_CLOSED;
	struct failure failure;
	(void)state;
	assert_int_equal(port_open(&scene.port, &address, 1, false, 0, &failure), 0);
	assert_false(steer_with_descriptors(0, 8));
	assert_ptr_equal(port_data_socket_for(&scene.port, &address),
			 port_socket_for(&scene.port, &address));
	first.bound = *port_bound(&scene.port, 0); /* It asks for SO_REUSEPORT, for the other. */
	assert_int_equal(udp_open_beside(&first, 0, &other), -EADDRINUSE);
	udp_close(&first);
	check_port_works();
}

/* --- Its own endpoints --- */

static void bound_addresses_are_its_own(void **state)
{
	struct endpoint address = at("127.0.0.5", 0), selves[8];
	(void)state;
	open_port(&address, 1);
	assert_int_equal(port_selves(&scene.port, selves, 8), 1);
	address.port = port_number(&scene.port);
	assert_true(endpoint_equal(&selves[0], &address));
	assert_int_equal(port_selves(&scene.port, selves, 0), 0);
}

static void behind_a_wildcard_each_address_of_the_host_is_its_own(void **state)
{
	struct endpoint address = at("0.0.0.0", 0), selves[64];
	bool has_localhost = false;
	(void)state;
	open_port(&address, 1);
	unsigned count = port_selves(&scene.port, selves, 64);
	struct endpoint localhost = at("127.0.0.1", port_number(&scene.port));
	for (unsigned i = 0; i < count; i++) {
		assert_int_equal(selves[i].port, port_number(&scene.port));
		has_localhost |= endpoint_equal(&selves[i], &localhost);
	}
	assert_true(has_localhost);
	assert_int_equal(port_selves(&scene.port, selves, 1), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_scene, close_scene)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(both_families_have_the_same_port),
		TEST(a_taken_port_is_an_error_unless_another_will_do),
		TEST(a_port_that_one_family_lacks_is_taken_in_neither),
		TEST(an_address_of_others_is_an_error),
		TEST(an_address_of_others_beside_a_good_one_is_an_error),
		TEST(a_datagram_comes_with_its_path),
		TEST(a_family_without_a_socket_is_told),
		TEST(a_closed_port_is_told),
		TEST(a_closed_port_that_nobody_asks_for_is_read_all_the_same),
		TEST(a_port_may_be_closed_by_its_own_datagram),
		TEST(many_datagrams_come_one_by_one),
		TEST(with_one_socket_what_is_urgent_comes_first),
		TEST(a_full_queue_of_data_keeps_no_signalling_out),
		TEST(a_closed_port_is_told_by_whichever_socket),
		TEST(each_destination_has_its_lane),
		TEST(a_port_has_the_lanes_for_which_there_were_descriptors),
		TEST(a_port_without_a_socket_for_data_is_shared_with_nobody),
		TEST(bound_addresses_are_its_own),
		TEST(behind_a_wildcard_each_address_of_the_host_is_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
