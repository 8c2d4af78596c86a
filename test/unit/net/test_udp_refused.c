/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* Sending where kernel, device or network refuse. Linked with --wrap: the system calls that send
 * and set options come through here, and fail as a test wants it. */
#include "net/outflow.h"
#include "net/udp.h"
#include "unit.h"

#include <errno.h>
#include <netinet/udp.h>

#define COUNT_MAX GATHER_DATAGRAMS
#define SIZE      100

/* What the kernel refuses, and what it was asked for. */
static struct {
	int segmented_error; /* Of each send that is to be segmented; 0: none. */
	size_t segments_max; /* EINVAL where more are asked for; 0: no limit. */
	int next_error;      /* Of the next `next_failures` sends. */
	unsigned next_failures;
	int refused_level, refused_option, option_error; /* Of setsockopt. */
	unsigned sends, segmented;                       /* Calls. */
} kernel;

ssize_t __wrap_sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t __real_sendmsg(int fd, const struct msghdr *message, int flags);
int __wrap_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags);
int __real_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags);
int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t length);
int __real_setsockopt(int fd, int level, int option, const void *value, socklen_t length);

/* Of how many datagrams it is to be, if the kernel is to segment it; 0 if not. */
static size_t segments_of(const struct msghdr *message)
{
	size_t size = 0;
	uint16_t segment_size;
	const struct cmsghdr *c = CMSG_FIRSTHDR(message);
	while (c && (c->cmsg_level != SOL_UDP || c->cmsg_type != UDP_SEGMENT))
		c = CMSG_NXTHDR((struct msghdr *)(uintptr_t)message,
				(struct cmsghdr *)(uintptr_t)c);
	if (!c)
		return 0;
	for (size_t i = 0; i < message->msg_iovlen; i++)
		size += message->msg_iov[i].iov_len;
	memcpy(&segment_size, CMSG_DATA(c), sizeof(segment_size));
	return (size + segment_size - 1) / segment_size;
}

/* What the send fails with; 0: nothing. */
static int refusal_of(const struct msghdr *message)
{
	size_t segments = segments_of(message);
	kernel.sends++;
	kernel.segmented += segments > 0;
	if (kernel.next_failures > 0) {
		kernel.next_failures--;
		return kernel.next_error;
	}
	if (segments > 0 && kernel.segmented_error != 0)
		return kernel.segmented_error;
	return kernel.segments_max > 0 && segments > kernel.segments_max ? EINVAL : 0;
}

ssize_t __wrap_sendmsg(int fd, const struct msghdr *message, int flags)
{
	int error = refusal_of(message);
	if (error == 0)
		return __real_sendmsg(fd, message, flags);
	errno = error;
	return -1;
}

/* As the kernel does it: what failed is told of where it is the first of them. */
int __wrap_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
	int error = refusal_of(&messages[0].msg_hdr);
	if (error == 0)
		return __real_sendmmsg(fd, messages, count, flags);
	errno = error;
	return -1;
}

int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t length)
{
	bool is_refused = kernel.option_error != 0 && level == kernel.refused_level &&
			  option == kernel.refused_option;
	if (!is_refused)
		return __real_setsockopt(fd, level, option, value, length);
	errno = kernel.option_error;
	return -1;
}

/* --- A sender and a receiver --- */

static struct {
	struct udp from, to;
	struct batch *batch;
	char bytes[SIZE * COUNT_MAX];
	struct gather gather;
} scene;

static struct endpoint here(void)
{
	struct endpoint e;
	assert_true(endpoint_parse_address("127.0.0.1", 0, &e));
	return e;
}

static void open_from(unsigned without)
{
	struct endpoint e = here();
	struct failure failure;
	udp_close(&scene.from);
	assert_int_equal(udp_open(&e, without, &scene.from, &failure), 0);
}

static int open_scene(void **state)
{
	struct endpoint e = here();
	struct failure failure;
	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	scene.from = UDP_CLOSED;
	scene.batch = batch_new();
	for (size_t i = 0; i < sizeof(scene.bytes); i++)
		scene.bytes[i] = (char)(i * 31 + i / 256);
	assert_int_equal(udp_open(&e, 0, &scene.to, &failure), 0);
	open_from(0);
	return 0;
}

static int close_scene(void **state)
{
	(void)state;
	udp_close(&scene.from);
	udp_close(&scene.to);
	batch_free(scene.batch);
	return 0;
}

/* How many datagrams wait; they are gone then. Each is the one after that before it, at `bytes`.
 * On loopback all that was sent is there when the send returns. */
static size_t drain(const char *bytes)
{
	struct arrival a;
	size_t count = 0;
	while (batch_receive(scene.batch, scene.to.fd, NULL) > 0)
		while (batch_next(scene.batch, &a))
			for (; a.run.count > 0; count++) {
				struct run one = run_take(&a.run, 1);
				assert_int_equal(one.size, SIZE);
				if (bytes)
					assert_memory_equal(one.bytes, bytes + count * SIZE, SIZE);
			}
	return count;
}

/* Sends so many datagrams; gives how many it said have left. */
static size_t send_gathered(size_t count)
{
	struct path path = {.remote = scene.to.bound};
	struct outgoing p = {.message = WIRE_DATA,
			     .payload = {.run = run_of(scene.bytes, count * SIZE, SIZE),
					 .header_size = WIRE_HEADER_SIZE}};
	gather_reset(&scene.gather);
	assert_int_equal(gather_take(&scene.gather, &p, COUNT_MAX), count);
	kernel.sends = kernel.segmented = 0;
	return udp_send_gathered(&scene.from, &path, &scene.gather);
}

static void check_all_arrive(size_t count)
{
	assert_int_equal(send_gathered(count), count);
	assert_int_equal(drain(scene.bytes), count);
}

static int send_single(void)
{
	struct path path = {.remote = scene.to.bound};
	kernel.sends = 0;
	return udp_send(&scene.from, &path, scene.bytes, SIZE);
}

static void fail_next(int error, unsigned count)
{
	kernel.next_error = error;
	kernel.next_failures = count;
}

/* --- No segments, or fewer --- */

static void a_device_that_does_not_segment_is_sent_single_datagrams_from_then_on(void **state)
{
	(void)state;
	kernel.segmented_error = EIO;
	check_all_arrive(50);
	assert_int_equal(scene.from.segments_max, 1);
	for (size_t count = 1; count <= COUNT_MAX; count *= 2) {
		check_all_arrive(count);
		assert_int_equal(kernel.segmented, 0);
	}
	assert_int_equal(scene.from.segments_max, 1);
}

/* UDP_MAX_SEGMENTS before Linux 6.9: what is more than that goes singly, the rest in one. */
static void a_kernel_of_64_segments_is_asked_for_no_more_from_then_on(void **state)
{
	(void)state;
	kernel.segments_max = 64;
	check_all_arrive(64);
	assert_int_equal(kernel.sends, 1);
	check_all_arrive(COUNT_MAX);
	assert_int_equal(scene.from.segments_max, 64);
	check_all_arrive(COUNT_MAX);
	assert_int_equal(kernel.segmented, 0);
	check_all_arrive(64);
	assert_int_equal(kernel.sends, 1);
	assert_int_equal(kernel.segmented, 1);
	assert_int_equal(scene.from.segments_max, 64);
}

/* Datagrams larger than a packet of that path: the refusal is about this send alone. */
static void a_send_of_few_that_is_refused_goes_singly_and_the_next_in_one(void **state)
{
	static const int errors[] = {EINVAL, EMSGSIZE};
	(void)state;
	for (size_t i = 0; i < COUNT(errors); i++) {
		kernel.segmented_error = errors[i];
		check_all_arrive(40);
		assert_true(scene.from.segments_max >= 64);
		kernel.segmented_error = 0;
		check_all_arrive(40);
		assert_int_equal(kernel.sends, 1);
	}
}

static void a_kernel_without_segmentation_is_known_from_the_start(void **state)
{
	(void)state;
	kernel.refused_level = SOL_UDP;
	kernel.refused_option = UDP_SEGMENT;
	kernel.option_error = ENOPROTOOPT;
	open_from(0);
	assert_int_equal(scene.from.segments_max, 1);
	check_all_arrive(1);
	check_all_arrive(COUNT_MAX);
	assert_int_equal(kernel.segmented, 0);
	assert_int_equal(scene.from.segments_max, 1);
}

/* --- Errors of something else --- */

/* One by one, in one send that the kernel segments, and in several that it does not. */
static void what_the_network_said_of_an_earlier_datagram_costs_none(void **state)
{
	static const int errors[] = {ECONNREFUSED, EHOSTUNREACH, EACCES, ENOPROTOOPT};
	(void)state;
	for (size_t i = 0; i < COUNT(errors); i++) {
		open_from(0);
		fail_next(errors[i], 1);
		assert_int_equal(send_single(), 0);
		assert_int_equal(kernel.sends, 2);
		assert_int_equal(drain(scene.bytes), 1);
		fail_next(errors[i], 1);
		check_all_arrive(60);
		assert_int_equal(kernel.sends, 2);
		assert_true(scene.from.segments_max > 1);
		open_from(UDP_WITHOUT_GSO);
		fail_next(errors[i], 1);
		check_all_arrive(60);
	}
}

/* A packet that is too big for the path is told so, too: then it goes singly at worst. */
static void an_earlier_datagram_that_was_too_big_costs_none(void **state)
{
	(void)state;
	fail_next(EMSGSIZE, 1);
	assert_int_equal(send_single(), 0);
	assert_int_equal(drain(scene.bytes), 1);
	fail_next(EMSGSIZE, 1);
	check_all_arrive(60);
	assert_true(scene.from.segments_max > 1);
}

static void what_fails_for_ever_is_given_up(void **state)
{
	static const int errors[] = {ECONNREFUSED, EHOSTUNREACH, EACCES, ENOPROTOOPT};
	(void)state;
	for (size_t i = 0; i < COUNT(errors); i++) {
		fail_next(errors[i], UINT32_MAX);
		assert_int_equal(send_single(), -errors[i]);
		assert_true(kernel.sends <= 8);
		assert_int_equal(send_gathered(60), 0);
		kernel.next_failures = 0;
		assert_int_equal(drain(NULL), 0);
		check_all_arrive(60);
	}
}

static void what_finds_no_room_is_lost_at_once(void **state)
{
	static const int errors[] = {EAGAIN, ENOBUFS};
	(void)state;
	for (size_t i = 0; i < COUNT(errors); i++) {
		fail_next(errors[i], 1);
		assert_int_equal(send_single(), -errors[i]);
		assert_int_equal(kernel.sends, 1);
		fail_next(errors[i], 1);
		assert_int_equal(send_gathered(60), 0);
		assert_int_equal(kernel.sends, 1);
		assert_int_equal(drain(NULL), 0);
		assert_true(scene.from.segments_max > 1);
		check_all_arrive(60);
	}
}

/* Where each is sent by itself, the others may leave; none is tried again. */
static void of_single_datagrams_those_that_find_no_room_are_not_counted(void **state)
{
	static const int errors[] = {EAGAIN, ENOBUFS};
	(void)state;
	open_from(UDP_WITHOUT_GSO);
	for (size_t i = 0; i < COUNT(errors); i++) {
		fail_next(errors[i], 1);
		size_t sent = send_gathered(60);
		assert_true(sent < 60);
		assert_int_equal(drain(NULL), sent);
		fail_next(errors[i], UINT32_MAX);
		assert_int_equal(send_gathered(60), 0);
		assert_true(kernel.sends >= 1 && kernel.sends <= 60);
		kernel.next_failures = 0;
		assert_int_equal(drain(NULL), 0);
		check_all_arrive(60);
	}
}

/* --- The port and the outflow of a node --- */

static struct {
	unsigned refusals;
	struct endpoint refused;
	struct port port;
	struct drops drops;
	struct outflow outflow;
} side;

static void on_refused(void *owner, const struct endpoint *endpoint)
{
	(void)owner;
	side.refusals++;
	side.refused = *endpoint;
}

static int open_side(void **state)
{
	const struct outflow_handler handler = {.on_refused = on_refused};
	struct endpoint e = here();
	struct failure failure;
	(void)open_scene(state);
	memset(&side, 0, sizeof(side));
	assert_int_equal(port_open(&side.port, &e, 1, false, 0, &failure), 0);
	assert_true(port_steer(&side.port, 3));
	outflow_init(&side.outflow, &side.port, &side.drops, &handler);
	return 0;
}

static int close_side(void **state)
{
	port_close(&side.port);
	return close_scene(state);
}

/* So many payloads, with their headers, for the one child. */
static void forward(size_t count)
{
	static const struct endpoint any_local;
	const struct outflow_set child = {
		.endpoints = &scene.to.bound, .locals = &any_local, .count = 1};
	struct outgoing p = {.message = WIRE_DATA,
			     .payload = {.run = run_of(scene.bytes, count * SIZE, SIZE),
					 .header_size = WIRE_HEADER_SIZE}};
	outflow_forward(&side.outflow, &child, &p);
	outflow_flush(&side.outflow);
	assert_int_equal(drain(scene.bytes), count);
}

static void a_device_that_does_not_segment_is_told_of_once(void **state)
{
	(void)state;
	forward(50);
	assert_int_equal(side.refusals, 0);
	assert_int_equal(side.outflow.sent.coalesced, 50);
	kernel.segmented_error = EIO;
	for (int i = 0; i < 5; i++)
		forward(50);
	assert_int_equal(side.refusals, 1);
	assert_true(endpoint_equal(&side.refused, &scene.to.bound));
	assert_int_equal(side.outflow.sent.coalesced, 50);
	assert_int_equal(side.outflow.sent.datagrams, 300);
	assert_int_equal(side.outflow.sent.bytes, 300 * SIZE);
	assert_int_equal(side.drops.count[DROP_SEND], 0);
}

static void a_kernel_of_64_segments_is_not_told_of_and_goes_on_coalescing(void **state)
{
	(void)state;
	kernel.segments_max = 64;
	for (int i = 0; i < 5; i++)
		forward(COUNT_MAX);
	assert_int_equal(side.refusals, 0);
	assert_int_equal(side.outflow.sent.datagrams, 5 * COUNT_MAX);
	assert_int_equal(side.outflow.sent.coalesced, 4 * COUNT_MAX);
	assert_int_equal(side.drops.count[DROP_SEND], 0);
}

/* As long as it is shared, any program of the same user could take a share of what comes. */
static void a_port_that_cannot_be_steered_is_shared_with_nobody(void **state)
{
	static const int options[] = {SO_ATTACH_REUSEPORT_CBPF, SO_REUSEPORT};
	struct endpoint e = here();
	struct failure failure;
	(void)state;
	for (size_t i = 0; i < COUNT(options); i++) {
		port_close(&side.port);
		assert_int_equal(port_open(&side.port, &e, 1, false, 0, &failure), 0);
		kernel.refused_level = SOL_SOCKET;
		kernel.refused_option = options[i];
		kernel.option_error = ENOPROTOOPT;
		assert_false(port_steer(&side.port, 3));
		kernel.option_error = 0;
		const struct udp *mine = port_socket_for(&side.port, &e);
		struct udp other;
		int shares = 1;
		socklen_t length = sizeof(shares);
		assert_ptr_equal(port_data_socket_for(&side.port, &e), mine);
		assert_int_equal(getsockopt(mine->fd, SOL_SOCKET, SO_REUSEPORT, &shares, &length),
				 0);
		assert_int_equal(shares, 0);
		assert_int_equal(udp_open(&mine->bound, 0, &other, &failure), -EADDRINUSE);
	}
}

#define TEST(name)      cmocka_unit_test_setup_teardown(name, open_scene, close_scene)
#define SIDE_TEST(name) cmocka_unit_test_setup_teardown(name, open_side, close_side)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_device_that_does_not_segment_is_sent_single_datagrams_from_then_on),
		TEST(a_kernel_of_64_segments_is_asked_for_no_more_from_then_on),
		TEST(a_send_of_few_that_is_refused_goes_singly_and_the_next_in_one),
		TEST(a_kernel_without_segmentation_is_known_from_the_start),
		TEST(what_the_network_said_of_an_earlier_datagram_costs_none),
		TEST(an_earlier_datagram_that_was_too_big_costs_none),
		TEST(what_fails_for_ever_is_given_up),
		TEST(what_finds_no_room_is_lost_at_once),
		TEST(of_single_datagrams_those_that_find_no_room_are_not_counted),
		SIDE_TEST(a_device_that_does_not_segment_is_told_of_once),
		SIDE_TEST(a_kernel_of_64_segments_is_not_told_of_and_goes_on_coalescing),
		SIDE_TEST(a_port_that_cannot_be_steered_is_shared_with_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
