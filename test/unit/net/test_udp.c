/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/udp.h"
#include "unit.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#define PATIENCE_MS 5000

static struct batch *batch;

static int open_batch(void **state)
{
	(void)state;
	batch = batch_new();
	return batch ? 0 : -1;
}

static int close_batch(void **state)
{
	(void)state;
	batch_free(batch);
	return 0;
}

static struct endpoint at(const char *address, uint16_t port)
{
	struct endpoint e;
	assert_true(endpoint_parse_address(address, port, &e));
	return e;
}

static struct udp open_at(const char *address)
{
	struct udp u = UDP_CLOSED;
	struct failure failure;
	struct endpoint e = at(address, 0);
	assert_int_equal(udp_open(&e, 0, &u, &failure), 0);
	assert_true(u.fd >= 0);
	assert_true(u.bound.port != 0);
	assert_int_equal(u.v6, !endpoint_is_v4(&e));
	return u;
}

/* False on machines without IPv6. */
static bool has_v6(void)
{
	struct udp u = UDP_CLOSED;
	struct failure failure;
	struct endpoint e = at("::1", 0);
	bool has = udp_open(&e, 0, &u, &failure) == 0;
	udp_close(&u);
	return has;
}

/* An endpoint on `address` where nobody listens: the port was open a moment ago. */
static struct endpoint closed_port(const char *address)
{
	struct udp u = open_at(address);
	struct endpoint e = u.bound;
	udp_close(&u);
	return e;
}

static int send_text(const struct udp *u, const struct endpoint *local,
		     const struct endpoint *remote, const char *text)
{
	struct path path = {.remote = *remote};
	if (local)
		path.local = *local;
	return udp_send(u, &path, text, strlen(text));
}

static struct arrival receive(const struct udp *u)
{
	struct arrival a;
	while (!batch_next(batch, &a)) {
		struct pollfd ready = {.fd = u->fd, .events = POLLIN};
		assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
		assert_true(batch_receive(batch, u->fd, NULL) >= 0);
	}
	return a;
}

static void assert_receives(const struct udp *u, const char *text, const struct endpoint *sender)
{
	struct arrival a = receive(u);
	assert_int_equal(a.run.size, strlen(text));
	assert_memory_equal(a.run.bytes, text, a.run.size);
	assert_true(endpoint_equal(&a.sender, sender));
}

static struct udp_unreachable wait_unreachable(const struct udp *u)
{
	struct udp_unreachable dead = {.size = 0};
	for (int i = 0; i < PATIENCE_MS && !udp_next_unreachable(u, &dead); i++) {
		struct pollfd ready = {.fd = u->fd, .events = POLLIN};
		(void)poll(&ready, 1, 1);
	}
	return dead;
}

static struct endpoint unreachable(const struct udp *u)
{
	return wait_unreachable(u).endpoint;
}

/* --- Opening --- */

static void a_taken_port_is_told_and_nothing_written(void **state)
{
	struct udp u = open_at("127.0.0.1"), other, before;
	struct failure failure = {0};
	(void)state;
	memset(&other, 0xA5, sizeof(other));
	before = other;
	assert_int_equal(udp_open(&u.bound, 0, &other, &failure), -EADDRINUSE);
	assert_int_equal(failure.code, -EADDRINUSE);
	assert_non_null(strstr(failure.text, "127.0.0.1:"));
	assert_memory_equal(&other, &before, sizeof(other));
	udp_close(&u);
	assert_int_equal(u.fd, -1);
	udp_close(&u);
}

static void an_address_of_others_cannot_be_had(void **state)
{
	struct endpoint e = at("192.0.2.77", 0);
	struct udp u = UDP_CLOSED;
	struct failure failure = {0};
	(void)state;
	assert_int_equal(udp_open(&e, 0, &u, &failure), -EADDRNOTAVAIL);
	assert_int_equal(u.fd, -1);
	assert_true(failure.text[0] != '\0');
}

/* `::` binds IPv6 alone: the port is free for IPv4. */
static void the_families_do_not_take_each_others_ports(void **state)
{
	(void)state;
	if (!has_v6())
		skip();
	struct udp v6 = open_at("::"), v4 = UDP_CLOSED;
	struct endpoint e = at("0.0.0.0", v6.bound.port);
	struct failure failure;
	assert_int_equal(udp_open(&e, 0, &v4, &failure), 0);
	assert_int_equal(v4.bound.port, v6.bound.port);
	udp_close(&v4);
	udp_close(&v6);
}

/* --- Sending --- */

/* [B4] */
static void answers_leave_from_the_asked_address(void **state)
{
	static const char *const addresses[] = {"127.0.0.1", "127.0.0.5", "127.1.2.3"};
	struct udp server = open_at("0.0.0.0"), client = open_at("127.0.0.1");
	(void)state;
	for (size_t i = 0; i < COUNT(addresses); i++) {
		struct endpoint asked = at(addresses[i], server.bound.port);
		assert_int_equal(send_text(&client, NULL, &asked, "ROOT\n"), 0);
		struct arrival a = receive(&server);
		assert_true(endpoint_equal(&a.sender, &client.bound));
		assert_memory_equal(a.local.address, asked.address, 16);
		struct endpoint local = a.local;
		assert_int_equal(send_text(&server, &local, &a.sender, "TOOR\n"), 0);
		assert_receives(&client, "TOOR\n", &asked);
	}
	udp_close(&server);
	udp_close(&client);
}

static void answers_over_ipv6_leave_from_the_asked_address(void **state)
{
	(void)state;
	if (!has_v6())
		skip();
	struct udp server = open_at("::"), client = open_at("::1");
	struct endpoint asked = at("::1", server.bound.port);
	assert_int_equal(send_text(&client, NULL, &asked, "ROOT\n"), 0);
	struct arrival a = receive(&server);
	struct endpoint local = a.local;
	assert_memory_equal(local.address, asked.address, 16);
	assert_int_equal(send_text(&server, &local, &a.sender, "TOOR\n"), 0);
	assert_receives(&client, "TOOR\n", &asked);
	udp_close(&server);
	udp_close(&client);
}

static void datagrams_of_any_size_arrive_whole(void **state)
{
	static char bytes[65508];
	static const size_t sizes[] = {0, 1, 1200, 65507};
	struct udp a = open_at("127.0.0.1"), b = open_at("127.0.0.1");
	struct path path = {.remote = b.bound};
	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 31);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		assert_int_equal(udp_send(&a, &path, bytes, sizes[i]), 0);
		struct arrival came = receive(&b);
		assert_int_equal(came.run.size, sizes[i]);
		assert_memory_equal(came.run.bytes, bytes, sizes[i]);
	}
	assert_int_equal(udp_send(&a, &path, bytes, 65508), -EMSGSIZE);
	udp_close(&a);
	udp_close(&b);
}

/* Sends runs of `count` datagrams of `size`, the last shorter, and looks at what arrives. */
static void check_gathered(struct udp *from, const struct udp *to, size_t size, size_t count)
{
	static char bytes[GATHER_SIZE_MAX];
	static struct gather gather;
	struct path path = {.remote = to->bound};
	size_t total = size * count - (count > 1);
	struct outgoing p = {
		.message = WIRE_DATA,
		.payload = {.run = run_of(bytes, total, size), .header_size = WIRE_HEADER_SIZE}};
	for (size_t i = 0; i < total; i++)
		bytes[i] = (char)(i * 31 + i / 256);
	gather_reset(&gather);
	assert_int_equal(gather_take(&gather, &p, GATHER_DATAGRAMS), count);
	assert_int_equal(udp_send_gathered(from, &path, &gather), count);
	for (size_t at = 0; at < total;) {
		struct arrival came = receive(to);
		while (came.run.count > 0) {
			struct run one = run_take(&came.run, 1);
			assert_int_equal(one.size, total - at < size ? total - at : size);
			assert_memory_equal(one.bytes, bytes + at, one.size);
			at += one.size;
		}
	}
}

/* With and without what makes it fast: nothing else is seen of that. */
static void what_is_gathered_arrives_as_datagrams(void **state)
{
	static const unsigned withouts[] = {0, UDP_WITHOUT_GSO, UDP_WITHOUT_GRO,
					    UDP_WITHOUT_GSO | UDP_WITHOUT_GRO};
	static const size_t sizes[] = {1, 100, 1405, 9005, 65507};
	struct endpoint here = at("127.0.0.1", 0);
	struct failure failure;
	(void)state;
	for (size_t i = 0; i < COUNT(withouts) * COUNT(sizes); i++) {
		size_t size = sizes[i % COUNT(sizes)], most = GATHER_SIZE_MAX / size;
		struct udp a = UDP_CLOSED, b = UDP_CLOSED;
		assert_int_equal(udp_open(&here, withouts[i / COUNT(sizes)], &a, &failure), 0);
		assert_int_equal(udp_open(&here, withouts[i / COUNT(sizes)], &b, &failure), 0);
		check_gathered(&a, &b, size, 1);
		if (size > 1 && most > 1) {
			check_gathered(&a, &b, size, 2);
			check_gathered(&a, &b, size, most < 128 ? most : 128);
		}
		udp_close(&a);
		udp_close(&b);
	}
}

static void a_dead_port_does_not_fail_what_is_gathered_for_another(void **state)
{
	struct udp a = open_at("127.0.0.1"), b = open_at("127.0.0.1");
	struct endpoint dead = closed_port("127.0.0.1");
	(void)state;
	for (int i = 0; i < 10; i++) {
		assert_int_equal(send_text(&a, NULL, &dead, "x"), 0);
		check_gathered(&a, &b, 100, 64);
	}
	udp_close(&a);
	udp_close(&b);
}

static void what_the_kernel_drops_is_counted(void **state)
{
	static char bytes[60000];
	struct udp a = open_at("127.0.0.1"), b = open_at("127.0.0.1");
	struct path path = {.remote = b.bound};
	(void)state;
	assert_int_equal(udp_dropped(&b), 0);
	for (int i = 0; i < 1000 && udp_dropped(&b) < 3; i++)
		assert_int_equal(udp_send(&a, &path, bytes, sizeof(bytes)), 0);
	assert_int_equal(udp_dropped(&b), 3);
	/* Told with what came before it was noticed: nothing; with what comes after: all. */
	(void)receive(&b);
	assert_int_equal(batch_dropped(batch), 0);
	while (batch_receive(batch, b.fd, NULL) > 0)
		continue;
	assert_int_equal(udp_send(&a, &path, bytes, 1), 0);
	(void)receive(&b);
	assert_int_equal(batch_dropped(batch), 3);
	udp_close(&a);
	udp_close(&b);
}

/* --- Sockets that share a port --- */

static void data_have_a_socket_of_their_own(void **state)
{
	static const char *const addresses[] = {"127.0.0.1", "::1"};
	(void)state;
	for (size_t i = 0; i < (has_v6() ? 2 : 1); i++) {
		struct udp first = open_at(addresses[i]), second, third, other;
		struct udp peer = open_at(addresses[i]);
		struct failure failure;
		assert_int_equal(udp_open_beside(&first, 0, &second), 0);
		assert_int_equal(udp_steer_data(&first), 0);
		assert_int_equal(udp_open_beside(&first, 0, &third), 0);
		for (int k = 0; k < 20; k++) {
			assert_int_equal(send_text(&peer, NULL, &first.bound, "RJOI\n"), 0);
			assert_receives(&first, "RJOI\n", &peer.bound);
			assert_int_equal(send_text(&peer, NULL, &first.bound, "DATA\n"), 0);
			assert_receives(&second, "DATA\n", &peer.bound);
			assert_int_equal(send_text(&peer, NULL, &first.bound, "MDAT\nx"), 0);
			assert_receives(&second, "MDAT\nx", &peer.bound);
			assert_int_equal(send_text(&peer, NULL, &first.bound, "MDA"), 0);
			assert_receives(&first, "MDA", &peer.bound);
			assert_int_equal(send_text(&peer, NULL, &first.bound, "MACK\n"), 0);
			assert_receives(&first, "MACK\n", &peer.bound);
			assert_int_equal(send_text(&peer, NULL, &first.bound, "DA"), 0);
			assert_receives(&first, "DA", &peer.bound);
			assert_int_equal(send_text(&third, NULL, &peer.bound, "x"), 0);
			assert_receives(&peer, "x", &first.bound);
		}
		/* The port is still nobody else's. */
		assert_int_equal(udp_open(&first.bound, 0, &other, &failure), -EADDRINUSE);
		udp_close(&first);
		udp_close(&second);
		udp_close(&third);
		udp_close(&peer);
	}
}

static void a_local_address_of_others_is_refused(void **state)
{
	struct udp a = open_at("0.0.0.0"), b = open_at("127.0.0.1");
	struct endpoint foreign = at("192.0.2.77", a.bound.port);
	(void)state;
	assert_true(send_text(&a, &foreign, &b.bound, "x") < 0);
	assert_int_equal(send_text(&a, NULL, &b.bound, "y"), 0);
	assert_int_equal(receive(&b).run.bytes[0], 'y');
	udp_close(&a);
	udp_close(&b);
}

/* --- Closed ports --- */

static void check_closed_port(const char *address)
{
	struct udp u = open_at(address), living = open_at(address);
	struct endpoint dead = closed_port(address);
	struct udp_unreachable told;
	assert_false(udp_next_unreachable(&u, &told));
	assert_int_equal(send_text(&u, NULL, &dead, "x"), 0);
	told = wait_unreachable(&u);
	assert_true(endpoint_equal(&told.endpoint, &dead));
	assert_false(udp_next_unreachable(&u, &told));
	/* Nothing is left of it. */
	struct pollfd ready = {.fd = u.fd, .events = POLLIN};
	assert_int_equal(poll(&ready, 1, 0), 0);
	assert_int_equal(send_text(&u, NULL, &living.bound, "y"), 0);
	assert_receives(&living, "y", &u.bound);
	udp_close(&u);
	udp_close(&living);
}

static void a_closed_port_is_told_with_its_endpoint(void **state)
{
	(void)state;
	check_closed_port("127.0.0.1");
	if (has_v6())
		check_closed_port("::1");
}

/* As much of it as the network quotes and we read: which request it was, its nonce included. */
static void check_quoted(const char *address)
{
	static const size_t sizes[] = {0, 1, 5, 400, 512, 513, 1200};
	struct udp u = open_at(address);
	struct endpoint dead = closed_port(address);
	struct path path = {.remote = dead};
	char sent[1200];
	for (size_t i = 0; i < sizeof(sent); i++)
		sent[i] = (char)(i * 31 + i / 256);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		assert_int_equal(udp_send(&u, &path, sent, sizes[i]), 0);
		struct udp_unreachable told = wait_unreachable(&u);
		assert_true(endpoint_equal(&told.endpoint, &dead));
		assert_in_range(told.size, sizes[i] < 400 ? sizes[i] : 400,
				sizes[i] < UDP_QUOTED_MAX ? sizes[i] : UDP_QUOTED_MAX);
		assert_memory_equal(told.quoted, sent, told.size);
	}
	udp_close(&u);
}

static void a_closed_port_is_told_with_what_was_sent_there(void **state)
{
	(void)state;
	check_quoted("127.0.0.1");
	if (has_v6())
		check_quoted("::1");
}

static void check_send_after_closed_port(const char *address)
{
	struct udp u = open_at(address), living = open_at(address);
	struct endpoint dead = closed_port(address);
	for (int i = 0; i < 20; i++) {
		/* On loopback the error is there when the send returns. */
		assert_int_equal(send_text(&u, NULL, &dead, "x"), 0);
		assert_int_equal(send_text(&u, NULL, &living.bound, "y"), 0);
		assert_receives(&living, "y", &u.bound);
	}
	for (int i = 0; i < 20; i++) { /* And each is still known. */
		struct endpoint told = unreachable(&u);
		assert_true(endpoint_equal(&told, &dead));
	}
	udp_close(&u);
	udp_close(&living);
}

static void a_send_after_a_closed_port_to_somebody_else_succeeds(void **state)
{
	(void)state;
	check_send_after_closed_port("127.0.0.1");
	if (has_v6())
		check_send_after_closed_port("::1");
}

static void several_closed_ports_are_told_in_order(void **state)
{
	struct udp u = open_at("127.0.0.1");
	struct endpoint dead[5];
	(void)state;
	for (size_t i = 0; i < COUNT(dead); i++)
		dead[i] = at("127.0.0.7", closed_port("127.0.0.7").port);
	for (size_t i = 0; i < COUNT(dead); i++)
		assert_int_equal(send_text(&u, NULL, &dead[i], "x"), 0);
	for (size_t i = 0; i < COUNT(dead); i++) {
		struct endpoint told = unreachable(&u);
		assert_true(endpoint_equal(&told, &dead[i]));
	}
	udp_close(&u);
}

/* What came is received, with errors waiting or not. */
static void a_waiting_error_does_not_hide_a_datagram(void **state)
{
	struct udp u = open_at("127.0.0.1"), peer = open_at("127.0.0.1");
	struct endpoint dead = closed_port("127.0.0.1"), told;
	(void)state;
	assert_int_equal(send_text(&peer, NULL, &u.bound, "x"), 0);
	assert_int_equal(send_text(&u, NULL, &dead, "y"), 0);
	told = unreachable(&u);
	assert_true(endpoint_equal(&told, &dead));
	assert_receives(&u, "x", &peer.bound);
	udp_close(&u);
	udp_close(&peer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_taken_port_is_told_and_nothing_written),
		cmocka_unit_test(an_address_of_others_cannot_be_had),
		cmocka_unit_test(the_families_do_not_take_each_others_ports),
		cmocka_unit_test(answers_leave_from_the_asked_address),
		cmocka_unit_test(answers_over_ipv6_leave_from_the_asked_address),
		cmocka_unit_test(datagrams_of_any_size_arrive_whole),
		cmocka_unit_test(what_is_gathered_arrives_as_datagrams),
		cmocka_unit_test(a_dead_port_does_not_fail_what_is_gathered_for_another),
		cmocka_unit_test(what_the_kernel_drops_is_counted),
		cmocka_unit_test(data_have_a_socket_of_their_own),
		cmocka_unit_test(a_local_address_of_others_is_refused),
		cmocka_unit_test(a_closed_port_is_told_with_its_endpoint),
		cmocka_unit_test(a_closed_port_is_told_with_what_was_sent_there),
		cmocka_unit_test(a_send_after_a_closed_port_to_somebody_else_succeeds),
		cmocka_unit_test(several_closed_ports_are_told_in_order),
		cmocka_unit_test(a_waiting_error_does_not_hide_a_datagram),
	};
	return cmocka_run_group_tests(tests, open_batch, close_batch);
}
