/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* send.c - ramure-bench send: numbered payloads to one or several addresses, or to the children of
 * a root that it plays. What it says it has sent is for comparison: the sinks count. */
#include "load/load.h"
#include "load/payload.h"
#include "load/progress.h"
#include "load/root.h"

#include <errno.h>
#include <getopt.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define SINGLES_MAX  64 /* Datagrams of one sendmmsg. */
#define SPIN_NS      50000
#define RETRIES_MAX  1000
#define COUNT_MAX    UINT64_C(1000000000000)
#define CONTROL_SIZE CMSG_SPACE(sizeof(uint16_t))

struct options {
	size_t size;
	double seconds; /* 0: until `count`. */
	uint64_t count; /* 0: for `seconds`. */
	double rate;    /* 0: as fast as it goes. */
	uint64_t burst; /* 0: as many as suit. */
	uint64_t window;
	uint32_t stream;
	unsigned children;
	bool has_gso, has_header, holds;
	const char *progress;
	struct address rdv, bind_to;
};

struct source {
	struct options o;
	int fd;
	unsigned destination_count;
	struct address destinations[DESTINATIONS_MAX];
	struct root root; /* Only where there is a rendezvous point. */
	struct window window;
	size_t datagram_size; /* With the header. */
	unsigned burst;       /* Datagrams of one send. */
	uint64_t sent;        /* To each destination. */
	int64_t begin_ns, end_ns;
	struct mmsghdr headers[SINGLES_MAX]; /* Of single datagrams. */
	struct iovec vectors[SINGLES_MAX];
	char bytes[SINGLES_MAX * (size_t)65536];
};

static volatile sig_atomic_t is_ended;

static void on_end(int number)
{
	(void)number;
	is_ended = 1;
}

/* --- Sending --- */

/* True where it is worth another try: the queue is full, or an earlier datagram found nobody. */
static bool may_try_again(unsigned *tries)
{
	bool is_passing =
		errno == ENOBUFS || errno == EAGAIN || errno == EINTR || errno == ECONNREFUSED;
	if (is_passing && (*tries)++ < RETRIES_MAX)
		return true;
	if (errno == EINVAL || errno == EIO || errno == EMSGSIZE)
		fail("cannot send (too large for the network? --gso off does without UDP_SEGMENT)");
	fail("cannot send");
}

static void send_coalesced(const struct source *s, const struct address *to, unsigned count)
{
	_Alignas(struct cmsghdr) char control[CONTROL_SIZE] = {0};
	const uint16_t segment_size = (uint16_t)s->datagram_size;
	struct iovec vector = {(void *)(uintptr_t)s->bytes, count * s->datagram_size};
	struct msghdr header = {.msg_name = (void *)(uintptr_t)&to->ip,
				.msg_namelen = to->size,
				.msg_iov = &vector,
				.msg_iovlen = 1,
				.msg_control = control,
				.msg_controllen = sizeof(control)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&header);
	unsigned tries = 0;
	c->cmsg_level = SOL_UDP;
	c->cmsg_type = UDP_SEGMENT;
	c->cmsg_len = CMSG_LEN(sizeof(segment_size));
	memcpy(CMSG_DATA(c), &segment_size, sizeof(segment_size));
	while (sendmsg(s->fd, &header, 0) < 0 && may_try_again(&tries)) {
	}
}

static void send_singles(struct source *s, const struct address *to, unsigned count)
{
	unsigned done = 0, tries = 0;
	for (unsigned i = 0; i < count; i++) {
		s->vectors[i] = (struct iovec){s->bytes + i * s->datagram_size, s->datagram_size};
		s->headers[i].msg_hdr = (struct msghdr){.msg_name = (void *)(uintptr_t)&to->ip,
							.msg_namelen = to->size,
							.msg_iov = &s->vectors[i],
							.msg_iovlen = 1};
	}
	while (done < count) {
		int more = sendmmsg(s->fd, s->headers + done, count - done, 0);
		if (more > 0)
			done += (unsigned)more;
		else
			(void)may_try_again(&tries);
	}
}

static void send_burst(struct source *s, int64_t now)
{
	const size_t head = s->datagram_size - s->o.size;
	unsigned count = s->burst;
	if (s->o.count > 0 && s->o.count - s->sent < count)
		count = (unsigned)(s->o.count - s->sent);
	for (unsigned i = 0; i < count; i++)
		payload_stamp(s->bytes + i * s->datagram_size + head, s->o.size, s->o.stream,
			      s->sent + i, now);
	for (unsigned i = 0; i < s->destination_count; i++) {
		if (s->o.has_gso)
			send_coalesced(s, &s->destinations[i], count);
		else
			send_singles(s, &s->destinations[i], count);
	}
	s->sent += count;
	s->window.sent = s->sent;
}

/* --- Time --- */

/* To the nanosecond, as far as the machine allows: it sleeps, then spins. Others that want the core
 * get it meanwhile. Gives the time. */
static int64_t wait_until(int64_t until)
{
	int64_t now = now_ns();
	if (until - now > SPIN_NS) {
		int64_t wake = until - SPIN_NS;
		struct timespec t = {wake / NS_PER_S, wake % NS_PER_S};
		(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
	}
	while ((now = now_ns()) < until && !is_ended)
		(void)sched_yield();
	return now;
}

/* The window is full: the sinks are to run. */
static void let_others_run(void)
{
	(void)sched_yield();
}

static bool is_finished(const struct source *s, int64_t now)
{
	return is_ended || (s->o.count > 0 && s->sent >= s->o.count) ||
	       (s->o.seconds > 0 && (double)(now - s->begin_ns) >= s->o.seconds * 1e9);
}

static void run(struct source *s)
{
	int64_t now = s->begin_ns = now_ns();
	while (!is_finished(s, now)) {
		if (s->o.rate > 0)
			now = wait_until(s->begin_ns +
					 (int64_t)((double)s->sent * 1e9 / s->o.rate));
		if (is_finished(s, now))
			break;
		if (s->o.rdv.size > 0)
			root_serve(&s->root, now);
		if (s->o.window == 0 || window_behind(&s->window, now) + s->burst <= s->o.window)
			send_burst(s, now);
		else
			let_others_run();
		now = now_ns();
	}
	s->end_ns = now;
	/* Until all has come, or is given up: then the sink may be ended. */
	while (!is_ended && window_behind(&s->window, now_ns()) > 0)
		let_others_run();
}

/* --- Preparing --- */

static void choose_burst(struct source *s)
{
	size_t most = s->o.has_gso ? DATAGRAM_SIZE_MAX / s->datagram_size : SINGLES_MAX;
	if (s->o.has_gso && most > gso_segments_max())
		most = gso_segments_max();
	size_t suits = s->o.has_gso || s->o.rate == 0 ? most : 1;
	/* So that another burst is on its way while the sinks take one. */
	if (s->o.window > 0 && suits > s->o.window / 2)
		suits = s->o.window > 1 ? s->o.window / 2 : 1;
	if (s->o.burst > most)
		usage_error("--burst: at most %zu of this size", most);
	s->burst = s->o.burst > 0 ? (unsigned)s->o.burst : (unsigned)suits;
	if (s->o.window > 0 && s->burst > s->o.window)
		usage_error("--window: must hold a --burst");
}

static void prepare_bytes(struct source *s)
{
	for (unsigned i = 0; i < s->burst; i++) {
		char *datagram = s->bytes + i * s->datagram_size;
		if (s->o.has_header)
			memcpy(datagram, DATA_HEADER, DATA_HEADER_SIZE);
		payload_fill(datagram + s->datagram_size - s->o.size, s->o.size);
	}
}

static void wait_for_children(struct source *s)
{
	while (!root_is_ready(&s->root) && !is_ended) {
		struct pollfd wait = {.fd = s->fd, .events = POLLIN};
		(void)poll(&wait, 1, 10);
		root_serve(&s->root, now_ns());
	}
	s->destination_count = s->root.child_count;
	memcpy(s->destinations, s->root.children, sizeof(s->destinations));
}

/* Until somebody writes a line to standard input, or closes it. A root goes on being one. */
static void hold(struct source *s)
{
	char byte;
	struct pollfd wait[2] = {{.fd = STDIN_FILENO, .events = POLLIN},
				 {.fd = s->o.rdv.size > 0 ? s->fd : -1, .events = POLLIN}};
	do {
		(void)poll(wait, 2, 10);
		if (s->o.rdv.size > 0)
			root_serve(&s->root, now_ns());
	} while (!is_ended && wait[0].revents == 0);
	while (!is_ended && read(STDIN_FILENO, &byte, 1) == 1 && byte != '\n') {
	}
}

static void report(const struct source *s, int64_t cpu)
{
	(void)printf("{\"sent\": %llu, \"destinations\": %u, \"size\": %zu, \"burst\": %u, "
		     "\"seconds\": %.6f, \"cpu_s\": %.6f}\n",
		     (unsigned long long)s->sent, s->destination_count, s->o.size, s->burst,
		     (double)(s->end_ns - s->begin_ns) / 1e9, (double)cpu / 1e9);
}

/* --- The command line --- */

static void read_option(struct source *s, int option)
{
	struct options *o = &s->o;
	if (option == 't' && s->destination_count == DESTINATIONS_MAX)
		usage_error("--to: at most %d times", DESTINATIONS_MAX);
	else if (option == 't')
		s->destinations[s->destination_count++] = parse_address("--to", optarg, true);
	else if (option == 'R')
		o->rdv = parse_address("--root", optarg, true);
	else if (option == 'b')
		o->bind_to = parse_address("--bind", optarg, false);
	else if (option == 'c')
		o->children = (unsigned)parse_count("--children", optarg, 1, DESTINATIONS_MAX);
	else if (option == 's')
		o->size = (size_t)parse_count("--size", optarg, PAYLOAD_SIZE_MIN,
					      DATAGRAM_SIZE_MAX - DATA_HEADER_SIZE);
	else if (option == 'd')
		o->seconds = parse_number("--seconds", optarg, 0.001, 3600);
	else if (option == 'n')
		o->count = parse_count("--count", optarg, 1, COUNT_MAX);
	else if (option == 'r')
		o->rate = parse_number("--rate", optarg, 0.01, 1e9);
	else if (option == 'B')
		o->burst = parse_count("--burst", optarg, 1, GSO_SEGMENTS_MAX);
	else if (option == 'w')
		o->window = parse_count("--window", optarg, 1, COUNT_MAX);
	else if (option == 'S')
		o->stream = (uint32_t)parse_count("--stream", optarg, 0, UINT32_MAX);
	else if (option == 'g')
		o->has_gso = parse_switch("--gso", optarg);
	else if (option == 'p')
		o->progress = optarg;
	else if (option == 'H')
		o->has_header = true;
	else if (option == 'W')
		o->holds = true;
}

static int family_of(const struct source *s)
{
	return s->o.rdv.size > 0 ? s->o.rdv.ip.ss_family : s->destinations[0].ip.ss_family;
}

static void parse_options(struct source *s, int argc, char **argv)
{
	static const struct option long_options[] = {
		{"to", required_argument, NULL, 't'},
		{"root", required_argument, NULL, 'R'},
		{"bind", required_argument, NULL, 'b'},
		{"children", required_argument, NULL, 'c'},
		{"size", required_argument, NULL, 's'},
		{"seconds", required_argument, NULL, 'd'},
		{"count", required_argument, NULL, 'n'},
		{"rate", required_argument, NULL, 'r'},
		{"burst", required_argument, NULL, 'B'},
		{"window", required_argument, NULL, 'w'},
		{"progress", required_argument, NULL, 'p'},
		{"stream", required_argument, NULL, 'S'},
		{"gso", required_argument, NULL, 'g'},
		{"header", no_argument, NULL, 'H'},
		{"hold", no_argument, NULL, 'W'},
		{0},
	};
	int option;
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (option == '?')
			usage_error("wrong usage");
		read_option(s, option);
	}
	struct options *o = &s->o;
	bool is_root = o->rdv.size > 0;
	if (optind < argc)
		usage_error("what is '%s'?", argv[optind]);
	if (is_root == (s->destination_count > 0))
		usage_error("wants --to, or --root");
	const int family = family_of(s);
	for (unsigned i = 0; i < s->destination_count; i++) {
		if (s->destinations[i].ip.ss_family != family)
			usage_error("--to: IPv4 and IPv6 do not mix");
	}
	if (o->bind_to.size > 0 && o->bind_to.ip.ss_family != family)
		usage_error("--bind: IPv4 and IPv6 do not mix");
	if (is_root && (address_port(&o->bind_to) == 0 || o->children == 0))
		usage_error("--root wants --bind ADDRESS:PORT and --children");
	if (!is_root && o->children > 0)
		usage_error("--children is for --root");
	if (o->size == 0 || (o->seconds > 0) == (o->count > 0))
		usage_error("wants --size, and either --seconds or --count");
	if ((o->window > 0) != (o->progress != NULL))
		usage_error("--window and --progress belong together");
	o->has_header = o->has_header || is_root;
	s->datagram_size = o->size + (o->has_header ? DATA_HEADER_SIZE : 0);
}

int send_main(int argc, char **argv)
{
	static struct source s = {.o.has_gso = true};
	const struct sigaction end = {.sa_handler = on_end};
	parse_options(&s, argc, argv);
	choose_burst(&s);
	prepare_bytes(&s);
	/* The default lets a sleep end 50 us too late. */
	(void)prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
	(void)sigaction(SIGINT, &end, NULL);
	(void)sigaction(SIGTERM, &end, NULL);
	s.fd = open_udp(family_of(&s), s.o.bind_to.size > 0 ? &s.o.bind_to : NULL);
	if (family_of(&s) == AF_INET) /* To a group: over routers, too. */
		set_option(s.fd, IPPROTO_IP, IP_MULTICAST_TTL, 16, "IP_MULTICAST_TTL");
	if (s.o.rdv.size > 0) {
		root_init(&s.root, s.fd, &s.o.rdv, s.o.children);
		wait_for_children(&s);
		if (!is_ended)
			(void)fputs("ready\n", stderr);
	}
	if (s.o.holds)
		hold(&s);
	window_init(&s.window, s.o.progress ? progress_open(s.o.progress) : NULL, s.o.window);
	int64_t cpu = cpu_ns();
	run(&s);
	report(&s, cpu_ns() - cpu);
	return 0;
}
