/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/random.h"
#include "net/batch.h"
#include "net/sockaddr.h"
#include "unit.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A receiving socket on 127.0.0.1 and one connected to it, with a batch. */
struct pair {
	int receive_fd, send_fd;
	struct endpoint sender;
	struct batch *batch;
	struct arrival arrival; /* What of the batch was not looked at yet. */
	char *bytes;            /* 65,536 of them, for sending. */
};

static int open_socket(void)
{
	return socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static void address_of(int fd, struct sockaddr_storage *ret_address)
{
	socklen_t length = sizeof(*ret_address);
	assert_int_equal(getsockname(fd, (struct sockaddr *)ret_address, &length), 0);
}

static int open_pair(void **state)
{
	static struct pair pair;
	struct endpoint here;
	struct sockaddr_storage address;
	int size = 4 * 1024 * 1024;
	*state = &pair;
	pair.receive_fd = open_socket();
	pair.send_fd = open_socket();
	pair.batch = batch_new();
	pair.arrival.run.count = 0;
	pair.bytes = calloc(1, 65536);
	assert_non_null(pair.batch);
	assert_non_null(pair.bytes);
	assert_true(endpoint_parse_address("127.0.0.1", 0, &here));
	socklen_t length = sockaddr_from_endpoint(&here, 0, &address);
	assert_int_equal(bind(pair.receive_fd, (struct sockaddr *)&address, length), 0);
	address_of(pair.receive_fd, &address);
	assert_int_equal(connect(pair.send_fd, (struct sockaddr *)&address, length), 0);
	(void)setsockopt(pair.receive_fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	(void)setsockopt(pair.send_fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	batch_prepare_socket(pair.receive_fd);
	address_of(pair.send_fd, &address);
	pair.sender = sockaddr_to_endpoint((struct sockaddr *)&address);
	return 0;
}

static int close_pair(void **state)
{
	struct pair *p = *state;
	close(p->receive_fd);
	close(p->send_fd);
	batch_free(p->batch);
	free(p->bytes);
	return 0;
}

static void send_bytes(struct pair *p, const char *bytes, size_t size)
{
	assert_int_equal(send(p->send_fd, bytes, size, 0), size);
}

/* Sends `size` bytes as datagrams of `segment_size`, the last maybe shorter. False where the kernel
 * has no UDP_SEGMENT. */
static bool send_segments(struct pair *p, size_t size, uint16_t segment_size)
{
	char control[CMSG_SPACE(sizeof(segment_size))] = {0};
	struct iovec vector = {p->bytes, size};
	struct msghdr header = {
		.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&header);
	c->cmsg_level = SOL_UDP;
	c->cmsg_type = UDP_SEGMENT;
	c->cmsg_len = CMSG_LEN(sizeof(segment_size));
	memcpy(CMSG_DATA(c), &segment_size, sizeof(segment_size));
	ssize_t sent = sendmsg(p->send_fd, &header, 0);
	if (sent < 0 && (errno == EINVAL || errno == EIO || errno == ENOPROTOOPT))
		return false;
	assert_int_equal(sent, size);
	return true;
}

/* Lets what waits come in; gives the number of arrivals. */
static int receive(struct pair *p)
{
	struct pollfd ready = {.fd = p->receive_fd, .events = POLLIN};
	assert_int_equal(poll(&ready, 1, 5000), 1);
	return batch_receive(p->batch, p->receive_fd, NULL);
}

/* The next datagram, from the batch or the socket. */
static struct run next_datagram(struct pair *p)
{
	while (p->arrival.run.count == 0 && !batch_next(p->batch, &p->arrival))
		assert_true(receive(p) >= 0);
	assert_true(endpoint_equal(&p->arrival.sender, &p->sender));
	return run_take(&p->arrival.run, 1);
}

static void assert_next(struct pair *p, const char *bytes, size_t size)
{
	struct run d = next_datagram(p);
	assert_int_equal(d.size, size);
	assert_memory_equal(d.bytes, bytes, size);
}

static void assert_nothing_left(struct pair *p)
{
	struct arrival a;
	assert_int_equal(p->arrival.run.count, 0);
	assert_false(batch_next(p->batch, &a));
	assert_int_equal(batch_receive(p->batch, p->receive_fd, NULL), 0);
	assert_false(batch_next(p->batch, &a));
}

static void nothing_waiting_is_no_error(void **state)
{
	assert_nothing_left(*state);
}

static void datagrams_keep_boundaries_order_and_sender(void **state)
{
	struct pair *p = *state;
	char text[64];
	for (int i = 0; i < 100; i++)
		send_bytes(p, text, (size_t)snprintf(text, sizeof(text), "%0*d", 1 + i % 40, i));
	for (int i = 0; i < 100; i++)
		assert_next(p, text, (size_t)snprintf(text, sizeof(text), "%0*d", 1 + i % 40, i));
	assert_nothing_left(p);
}

static void empty_datagrams_are_handed_out_too(void **state)
{
	struct pair *p = *state;
	send_bytes(p, "", 0);
	send_bytes(p, "one", 3);
	send_bytes(p, "", 0);
	send_bytes(p, "", 0);
	send_bytes(p, "two", 3);
	assert_next(p, "", 0);
	assert_next(p, "one", 3);
	assert_next(p, "", 0);
	assert_next(p, "", 0);
	assert_next(p, "two", 3);
	assert_nothing_left(p);
}

static void the_largest_datagram_arrives_whole(void **state)
{
	struct pair *p = *state;
	struct random r;
	random_init(&r, 1);
	for (size_t i = 0; i < 65507; i++)
		p->bytes[i] = (char)random_next(&r);
	for (int i = 0; i < 3; i++) {
		send_bytes(p, p->bytes, 65507);
		assert_next(p, p->bytes, 65507);
	}
	assert_nothing_left(p);
}

/* Fills the buffer so that no two segments are alike. */
static void fill(struct pair *p, size_t size)
{
	for (size_t i = 0; i < size; i++)
		p->bytes[i] = (char)(i * 131 + i / 251);
}

static void coalesced_datagrams_are_handed_out_one_by_one(void **state)
{
	static const struct {
		size_t size;
		uint16_t segment_size;
	} cases[] = {
		{64 * 100, 100},   {63 * 100 + 1, 100}, {2 * 1200, 1200},
		{1201, 1200},      {40 * 1200, 1200},   {64, 1},
		{10 * 1400, 1400}, {1200, 1200},        {65000, 1400},
	};
	struct pair *p = *state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		fill(p, cases[i].size);
		if (!send_segments(p, cases[i].size, cases[i].segment_size))
			skip();
		for (size_t at = 0; at < cases[i].size; at += cases[i].segment_size) {
			size_t left = cases[i].size - at;
			assert_next(p, p->bytes + at,
				    left < cases[i].segment_size ? left : cases[i].segment_size);
		}
		assert_nothing_left(p);
	}
}

static void coalesced_and_single_datagrams_keep_their_order(void **state)
{
	struct pair *p = *state;
	fill(p, 2050);
	for (int i = 0; i < 20; i++) {
		send_bytes(p, "before", 6);
		if (!send_segments(p, 2050, 100))
			skip();
		send_bytes(p, "", 0);
	}
	for (int i = 0; i < 20; i++) {
		assert_next(p, "before", 6);
		for (size_t at = 0; at < 2050; at += 100)
			assert_next(p, p->bytes + at, at == 2000 ? 50 : 100);
		assert_next(p, "", 0);
	}
	assert_nothing_left(p);
}

static void one_system_call_brings_many_coalesced_datagrams(void **state)
{
	struct pair *p = *state;
	struct arrival a;
	if (!send_segments(p, 50 * 100, 100))
		skip();
	assert_int_equal(receive(p), 1);
	assert_true(batch_next(p->batch, &a));
	assert_int_equal(a.run.count, 50);
	assert_int_equal(a.run.segment_size, 100);
	assert_false(batch_next(p->batch, &a));
}

/* Sends 12 of 100 bytes and a shorter one, and looks at them together, each behind `prefix`. */
static void check_row(struct pair *p, const struct batch_prefix *prefix)
{
	size_t prefix_size = prefix ? prefix->size : 0;
	struct arrival a;
	for (int k = 0; k < 12; k++)
		send_bytes(p, p->bytes + 100 * k, 100);
	send_bytes(p, p->bytes + 1200, 30);
	assert_int_equal(batch_receive(p->batch, p->receive_fd, prefix), 13);
	assert_true(batch_next(p->batch, &a));
	assert_int_equal(a.run.count, 13);
	assert_int_equal(a.run.size, 1230 + 13 * prefix_size);
	assert_int_equal(a.has_prefix, prefix != NULL);
	assert_false(a.is_coalesced);
	for (size_t at = 0; a.run.count > 0; at += 100) {
		struct run one = run_take(&a.run, 1);
		size_t size = at == 1200 ? 30 : 100;
		assert_int_equal(one.size, prefix_size + size);
		if (prefix)
			assert_memory_equal(one.bytes, prefix->bytes, prefix_size);
		assert_memory_equal(one.bytes + prefix_size, p->bytes + at, size);
		memset((char *)(uintptr_t)one.bytes, '?', one.size); /* As one may. */
	}
	assert_false(batch_next(p->batch, &a));
}

/* Makes the row ready for datagrams of 100 bytes. */
static void prepare_row(struct pair *p)
{
	for (int k = 0; k < 10; k++)
		send_bytes(p, p->bytes, 100);
	for (int k = 0; k < 10; k++)
		assert_next(p, p->bytes, 100);
}

static void single_datagrams_of_one_size_are_a_run(void **state)
{
	static const struct batch_prefix prefixes[] = {
		{5, "DATA\n"}, {48, "MDAT\n"}, {8, "12345678"}, {1, "x"}};
	struct pair *p = *state;
	fill(p, 4000);
	for (size_t i = 0; i < COUNT(prefixes); i++) {
		prepare_row(p);
		check_row(p, &prefixes[i]);
		prepare_row(p);
		check_row(p, NULL);
	}
}

static void each_sender_has_its_own_run(void **state)
{
	struct pair *p = *state;
	struct sockaddr_storage address;
	int other = open_socket();
	struct arrival a;
	address_of(p->receive_fd, &address);
	assert_int_equal(connect(other, (struct sockaddr *)&address, sizeof(struct sockaddr_in)),
			 0);
	prepare_row(p);
	for (int k = 0; k < 10; k++) {
		send_bytes(p, p->bytes, 100);
		if (k % 5 == 4)
			assert_int_equal(send(other, p->bytes, 100, 0), 100);
	}
	assert_int_equal(batch_receive(p->batch, p->receive_fd, NULL), 12);
	for (int k = 0; k < 4; k++) {
		assert_true(batch_next(p->batch, &a));
		assert_int_equal(a.run.count, k % 2 == 0 ? 5 : 1);
		assert_int_equal(endpoint_equal(&a.sender, &p->sender), k % 2 == 0);
	}
	assert_false(batch_next(p->batch, &a));
	close(other);
}

/* What the kernel has coalesced has no room for it. */
static void check_prefix(struct pair *p, struct batch_prefix prefix)
{
	static const size_t sizes[] = {100, 0, 3000, 65507, 0, 100};
	struct arrival a;
	fill(p, 65507);
	for (int ready = 0; ready < 2; ready++) {
		if (ready)
			prepare_row(p);
		for (size_t i = 0; i < COUNT(sizes); i++) {
			send_bytes(p, p->bytes, sizes[i]);
			assert_int_equal(batch_receive(p->batch, p->receive_fd, &prefix), 1);
			assert_true(batch_next(p->batch, &a));
			assert_true(a.has_prefix);
			assert_int_equal(a.run.count, 1);
			assert_int_equal(a.run.size, prefix.size + sizes[i]);
			assert_memory_equal(a.run.bytes, prefix.bytes, prefix.size);
			assert_memory_equal(a.run.bytes + prefix.size, p->bytes, sizes[i]);
			memset((char *)(uintptr_t)a.run.bytes, '?', a.run.size);
		}
		if (!send_segments(p, 250, 100))
			skip();
		assert_int_equal(batch_receive(p->batch, p->receive_fd, &prefix), 1);
		assert_true(batch_next(p->batch, &a));
		assert_false(a.has_prefix);
		assert_true(a.is_coalesced);
		assert_int_equal(a.run.count, 3);
		assert_memory_equal(a.run.bytes, p->bytes, 250);
	}
}

static void the_prefix_stands_before_single_datagrams_alone(void **state)
{
	check_prefix(*state, (struct batch_prefix){5, "DATA\n"});
	check_prefix(*state, (struct batch_prefix){48, "MDAT\n"});
}

/* Whatever the size of those before. */
static void datagrams_of_any_size_come_in_one_piece(void **state)
{
	static const size_t sizes[] = {100,  100, 1,    0,     99,    101,  2048, 2048,
				       2049, 1,   3000, 65507, 65507, 1200, 1200, 1199};
	struct pair *p = *state;
	fill(p, 65507);
	for (size_t i = 0; i < COUNT(sizes) * COUNT(sizes); i++) {
		size_t first = sizes[i / COUNT(sizes)], second = sizes[i % COUNT(sizes)];
		send_bytes(p, p->bytes, first);
		assert_next(p, p->bytes, first);
		send_bytes(p, p->bytes, second);
		send_bytes(p, p->bytes, first);
		send_bytes(p, p->bytes, second);
		assert_next(p, p->bytes, second);
		assert_next(p, p->bytes, first);
		assert_next(p, p->bytes, second);
	}
	assert_nothing_left(p);
}

static void an_unprepared_socket_works_the_same(void **state)
{
	struct pair *p = *state;
	int off = 0;
	(void)setsockopt(p->receive_fd, SOL_UDP, UDP_GRO, &off, sizeof(off));
	fill(p, 950);
	if (!send_segments(p, 950, 100))
		skip();
	for (size_t at = 0; at < 950; at += 100)
		assert_next(p, p->bytes + at, at == 900 ? 50 : 100);
	assert_nothing_left(p);
}

/* Beside the size of the segments, which comes in a control message, too. */
static void the_address_a_datagram_was_sent_to_is_told_if_asked_for(void **state)
{
	struct pair *p = *state;
	struct endpoint expected, nowhere = {0};
	send_bytes(p, "one", 3);
	(void)next_datagram(p);
	assert_true(endpoint_equal(&p->arrival.local, &nowhere));
	assert_int_equal(batch_prepare_local(p->receive_fd, false), 0);
	assert_true(endpoint_parse_address("127.0.0.1", 0, &expected));
	fill(p, 250);
	if (!send_segments(p, 250, 100))
		skip();
	send_bytes(p, "", 0);
	for (int i = 0; i < 4; i++) {
		struct run d = next_datagram(p);
		assert_int_equal(d.size, i < 2 ? 100 : i < 3 ? 50 : 0);
		assert_true(endpoint_equal(&p->arrival.local, &expected));
	}
	assert_int_equal(batch_prepare_local(-1, false), -EBADF);
	assert_int_equal(batch_prepare_local(-1, true), -EBADF);
}

static void what_was_not_taken_is_gone_after_the_next_receive(void **state)
{
	struct pair *p = *state;
	send_bytes(p, "first", 5);
	assert_int_equal(receive(p), 1);
	send_bytes(p, "second", 6);
	assert_int_equal(receive(p), 1);
	assert_next(p, "second", 6);
	assert_nothing_left(p);
}

static void the_senders_errors_are_told_and_leave_the_batch_empty(void **state)
{
	struct pair *p = *state;
	struct arrival a;
	close(p->receive_fd);
	p->receive_fd = open_socket();
	(void)send(p->send_fd, "x", 1, 0); /* Nobody there any more. */
	struct pollfd ready = {.fd = p->send_fd, .events = POLLIN};
	assert_int_equal(poll(&ready, 1, 5000), 1);
	assert_int_equal(batch_receive(p->batch, p->send_fd, NULL), -ECONNREFUSED);
	assert_false(batch_next(p->batch, &a));
	assert_int_equal(batch_receive(p->batch, -1, NULL), -EBADF);
	assert_false(batch_next(p->batch, &a));
}

#define BATCH_TEST(name) cmocka_unit_test_setup_teardown(name, open_pair, close_pair)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BATCH_TEST(nothing_waiting_is_no_error),
		BATCH_TEST(datagrams_keep_boundaries_order_and_sender),
		BATCH_TEST(empty_datagrams_are_handed_out_too),
		BATCH_TEST(the_largest_datagram_arrives_whole),
		BATCH_TEST(coalesced_datagrams_are_handed_out_one_by_one),
		BATCH_TEST(coalesced_and_single_datagrams_keep_their_order),
		BATCH_TEST(one_system_call_brings_many_coalesced_datagrams),
		BATCH_TEST(single_datagrams_of_one_size_are_a_run),
		BATCH_TEST(each_sender_has_its_own_run),
		BATCH_TEST(the_prefix_stands_before_single_datagrams_alone),
		BATCH_TEST(datagrams_of_any_size_come_in_one_piece),
		BATCH_TEST(an_unprepared_socket_works_the_same),
		BATCH_TEST(the_address_a_datagram_was_sent_to_is_told_if_asked_for),
		BATCH_TEST(what_was_not_taken_is_gone_after_the_next_receive),
		BATCH_TEST(the_senders_errors_are_told_and_leave_the_batch_empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
