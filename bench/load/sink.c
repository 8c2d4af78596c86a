/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* sink.c - ramure-bench sink: sockets that take payloads and count them; by themselves, or as the
 * children of a node of the tree. */
#include "load/load.h"
#include "load/progress.h"
#include "load/tally.h"

#include <errno.h>
#include <getopt.h>
#include <netinet/udp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <time.h>

#define BATCH        16 /* Arrivals of one recvmmsg. */
#define BUFFER_SIZE  65536
#define STAGGER      1088 /* Else the buffers would share a few sets of the cache. */
#define TYPE_SIZE    DATA_HEADER_SIZE
#define JOIN_AGAIN   (NS_PER_S / 5) /* Until YJOI. */
#define JOIN_REFRESH NS_PER_S
#define JOIN_GIVE_UP (10 * NS_PER_S)
#define WAIT_MS      50

struct socket {
	int fd;
	bool is_child;     /* YJOI came. */
	int64_t ask_at_ns; /* When to send RJOI again. */
	struct tally tally;
};

struct sink {
	struct address listen, join, bind_to;
	unsigned count;
	bool has_gro, has_latency, is_ready;
	int64_t nap_ns; /* How often to look; -1: to be woken. */
	double quiet_s; /* 0: until a signal. */
	const char *progress_path;
	struct progress *progress;
	int epoll;
	int64_t begin_ns, last_ns; /* The last arrival; 0 if there was none. */
	int64_t cpu_begin;         /* At the first arrival. */
	struct histogram latency;
	struct socket sockets[DESTINATIONS_MAX];
	struct mmsghdr headers[BATCH];
	struct iovec vectors[BATCH];
	struct {
		_Alignas(struct cmsghdr) char space[CMSG_SPACE(sizeof(int))];
	} labels[BATCH];
	char buffers[BATCH][BUFFER_SIZE + STAGGER];
};

static volatile sig_atomic_t is_ended;

static void on_end(int number)
{
	(void)number;
	is_ended = 1;
}

/* --- A place in the tree --- */

static void ask_parent(struct sink *s, int64_t now)
{
	for (unsigned i = 0; i < s->count; i++) {
		struct socket *each = &s->sockets[i];
		if (now < each->ask_at_ns)
			continue;
		each->ask_at_ns = now + (each->is_child ? JOIN_REFRESH : JOIN_AGAIN);
		/* One that is lost is repeated. */
		(void)sendto(each->fd, "RJOI\n", TYPE_SIZE, 0, (const struct sockaddr *)&s->join.ip,
			     s->join.size);
		errno = 0;
		if (!each->is_child && now - s->begin_ns > JOIN_GIVE_UP)
			fail("--join: no answer to RJOI in 10 s");
	}
}

static void on_yjoi(struct sink *s, struct socket *socket)
{
	socket->is_child = true;
	for (unsigned i = 0; i < s->count; i++) {
		if (!s->sockets[i].is_child)
			return;
	}
	if (!s->is_ready)
		(void)fputs("ready\n", stderr);
	s->is_ready = true;
}

/* --- What comes --- */

static void on_datagram(struct sink *s, struct socket *socket, const char *bytes, size_t size,
			int64_t now)
{
	if (s->join.size == 0) {
		tally_take(&socket->tally, bytes, size, now);
	} else if (size >= TYPE_SIZE && memcmp(bytes, DATA_HEADER, TYPE_SIZE) == 0) {
		tally_take(&socket->tally, bytes + TYPE_SIZE, size - TYPE_SIZE, now);
	} else if (size >= TYPE_SIZE && memcmp(bytes, "YJOI\n", TYPE_SIZE) == 0) {
		on_yjoi(s, socket);
	} else if (size >= TYPE_SIZE && memcmp(bytes, "NJOI\n", TYPE_SIZE) == 0) {
		errno = 0;
		fail("--join: the node takes no more children");
	} else {
		socket->tally.wrong++;
	}
}

static void on_arrival(struct sink *s, struct socket *socket, const char *bytes, size_t size,
		       size_t segment_size, int64_t now)
{
	if (segment_size == 0 || segment_size > size)
		segment_size = size;
	do {
		size_t piece = segment_size < size ? segment_size : size;
		on_datagram(s, socket, bytes, piece, now);
		bytes += piece;
		size -= piece;
	} while (size > 0);
}

/* Gives what came; 0 if nothing was there. */
static int receive(struct sink *s, struct socket *socket)
{
	for (unsigned i = 0; i < BATCH; i++)
		s->headers[i].msg_hdr.msg_controllen = sizeof(s->labels[i].space);
	int count = recvmmsg(socket->fd, s->headers, BATCH, MSG_DONTWAIT, NULL);
	if (count < 0 && errno != EAGAIN && errno != EINTR && errno != ECONNREFUSED)
		fail("cannot receive");
	if (count <= 0)
		return 0;
	int64_t now = now_ns();
	if (s->last_ns == 0)
		s->cpu_begin = cpu_ns();
	s->last_ns = now;
	for (int i = 0; i < count; i++)
		on_arrival(s, socket, s->buffers[i], s->headers[i].msg_len,
			   gro_segment_size(&s->headers[i].msg_hdr), now);
	if (s->progress)
		progress_set(s->progress, (unsigned)(socket - s->sockets),
			     socket->tally.received + socket->tally.lost);
	return count;
}

/* Takes a batch of each socket that has something; gives how many had. */
static int receive_ready(struct sink *s, int wait_ms)
{
	struct epoll_event ready[DESTINATIONS_MAX];
	int count = epoll_wait(s->epoll, ready, DESTINATIONS_MAX, wait_ms);
	if (count < 0 && errno != EINTR)
		fail("epoll_wait");
	for (int i = 0; i < count; i++)
		(void)receive(s, &s->sockets[ready[i].data.u32]);
	return count;
}

/* The same without epoll: where nobody waits for a socket, those who send to it, such as a relay
 * that is measured, are spared the waking, which costs more than a small datagram. */
static int receive_napping(struct sink *s)
{
	const struct timespec nap = {.tv_nsec = s->nap_ns};
	int count = 0;
	for (unsigned i = 0; i < s->count; i++)
		count += receive(s, &s->sockets[i]) > 0;
	if (count == 0 && !is_ended && s->nap_ns == 0)
		(void)sched_yield();
	else if (count == 0 && !is_ended)
		(void)nanosleep(&nap, NULL);
	return count;
}

static int receive_all(struct sink *s, int wait_ms)
{
	return s->nap_ns >= 0 ? receive_napping(s) : receive_ready(s, wait_ms);
}

static void run(struct sink *s)
{
	while (!is_ended) {
		int count = receive_all(s, WAIT_MS);
		int64_t now = now_ns();
		if (s->join.size > 0)
			ask_parent(s, now);
		if (count <= 0 && s->quiet_s > 0 && s->last_ns != 0 &&
		    (double)(now - s->last_ns) > s->quiet_s * 1e9)
			return;
	}
	/* What is queued already still counts; what goes on coming does not for ever. */
	int64_t until = now_ns() + NS_PER_S;
	while (receive_all(s, 0) > 0 && now_ns() < until) {
	}
}

/* --- Preparing, and the report --- */

/* Where a group is listened to: on the interface that its route names. */
static void join_group(int fd, const struct address *at)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)&at->ip;
	if (at->ip.ss_family != AF_INET || !IN_MULTICAST(ntohl(in->sin_addr.s_addr)))
		return;
	struct ip_mreqn request = {.imr_multiaddr = in->sin_addr};
	if (setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof(request)) != 0)
		fail("cannot join the group");
}

static void open_sockets(struct sink *s)
{
	s->epoll = s->nap_ns >= 0 ? -1 : epoll_create1(EPOLL_CLOEXEC);
	for (unsigned i = 0; i < s->count; i++) {
		struct socket *each = &s->sockets[i];
		struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
		struct address at = s->join.size > 0 ? s->bind_to : s->listen;
		if (address_port(&at) > 0)
			address_set_port(&at, (uint16_t)(address_port(&at) + i));
		each->fd = open_udp(at.ip.ss_family, &at);
		join_group(each->fd, &at);
		if (s->has_gro)
			set_option(each->fd, SOL_UDP, UDP_GRO, 1, "UDP_GRO");
		if (s->nap_ns < 0 && epoll_ctl(s->epoll, EPOLL_CTL_ADD, each->fd, &event) != 0)
			fail("epoll");
		tally_init(&each->tally, s->has_latency ? &s->latency : NULL);
	}
	for (unsigned i = 0; i < BATCH; i++) {
		s->vectors[i] = (struct iovec){s->buffers[i], BUFFER_SIZE};
		s->headers[i].msg_hdr = (struct msghdr){.msg_iov = &s->vectors[i],
							.msg_iovlen = 1,
							.msg_control = s->labels[i].space};
	}
}

/* As a JSON object: count, p50, p90, p99, p99_9, max, mean; null if nothing was seen. */
static void print_histogram(const struct histogram *h)
{
	static const struct {
		const char *name;
		double percent;
	} shown[] = {{"p50", 50}, {"p90", 90}, {"p99", 99}, {"p99_9", 99.9}};
	if (h->count == 0) {
		(void)fputs("null", stdout);
		return;
	}
	(void)printf("{\"count\": %llu", (unsigned long long)h->count);
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		(void)printf(", \"%s\": %llu", shown[i].name,
			     (unsigned long long)histogram_percentile(h, shown[i].percent));
	(void)printf(", \"max\": %llu, \"mean\": %.0f}", (unsigned long long)h->max,
		     h->sum / (double)h->count);
}

static void report(const struct sink *s)
{
	static struct tally sum;
	uint64_t least = UINT64_MAX;
	tally_init(&sum, NULL);
	for (unsigned i = 0; i < s->count; i++) {
		const struct tally *t = &s->sockets[i].tally;
		tally_add(&sum, t);
		least = t->received < least ? t->received : least;
	}
	(void)printf("{\"sockets\": %u, ", s->count);
	tally_print(&sum, stdout);
	(void)printf(", \"least\": %llu, \"cpu_s\": %.6f", (unsigned long long)least,
		     s->last_ns == 0 ? 0 : (double)(cpu_ns() - s->cpu_begin) / 1e9);
	if (s->has_latency) {
		(void)fputs(", \"latency\": ", stdout);
		print_histogram(&s->latency);
	}
	(void)puts("}");
}

/* --- The command line --- */

static void read_option(struct sink *s, int option)
{
	if (option == 'l')
		s->listen = parse_address("--listen", optarg, true);
	else if (option == 'j')
		s->join = parse_address("--join", optarg, true);
	else if (option == 'b')
		s->bind_to = parse_address("--bind", optarg, false);
	else if (option == 'n')
		s->count = (unsigned)parse_count("--sockets", optarg, 1, DESTINATIONS_MAX);
	else if (option == 'g')
		s->has_gro = parse_switch("--gro", optarg);
	else if (option == 'p')
		s->progress_path = optarg;
	else if (option == 'N')
		s->nap_ns = 1000 * (int64_t)parse_count("--nap", optarg, 0, 100000);
	else if (option == 'L')
		s->has_latency = true;
	else if (option == 'q')
		s->quiet_s = parse_number("--quiet-after", optarg, 0.001, 3600);
}

static void parse_options(struct sink *s, int argc, char **argv)
{
	static const struct option long_options[] = {
		{"listen", required_argument, NULL, 'l'},
		{"join", required_argument, NULL, 'j'},
		{"bind", required_argument, NULL, 'b'},
		{"sockets", required_argument, NULL, 'n'},
		{"gro", required_argument, NULL, 'g'},
		{"progress", required_argument, NULL, 'p'},
		{"nap", required_argument, NULL, 'N'},
		{"latency", no_argument, NULL, 'L'},
		{"quiet-after", required_argument, NULL, 'q'},
		{0},
	};
	int option;
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (option == '?')
			usage_error("wrong usage");
		read_option(s, option);
	}
	if (optind < argc)
		usage_error("what is '%s'?", argv[optind]);
	if ((s->listen.size > 0) == (s->join.size > 0))
		usage_error("wants --listen or --join");
	if ((s->join.size > 0) != (s->bind_to.size > 0))
		usage_error("--bind and --join belong together");
	const struct address *at = s->join.size > 0 ? &s->bind_to : &s->listen;
	if (address_port(at) + s->count - 1 > 65535)
		usage_error("there are no %u ports from %u on", s->count, address_port(at));
	if (s->join.size > 0 && s->join.ip.ss_family != s->bind_to.ip.ss_family)
		usage_error("--bind and --join: IPv4 and IPv6 do not mix");
}

int sink_main(int argc, char **argv)
{
	static struct sink s = {.count = 1, .has_gro = true, .nap_ns = -1};
	const struct sigaction end = {.sa_handler = on_end};
	parse_options(&s, argc, argv);
	(void)prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0); /* Else a nap may be 50 us longer. */
	(void)sigaction(SIGINT, &end, NULL);
	(void)sigaction(SIGTERM, &end, NULL);
	open_sockets(&s);
	if (s.progress_path)
		s.progress = progress_create(s.progress_path, s.count);
	s.begin_ns = now_ns();
	if (s.join.size > 0)
		ask_parent(&s, s.begin_ns);
	else
		(void)fputs("ready\n", stderr);
	run(&s);
	report(&s);
	return 0;
}
