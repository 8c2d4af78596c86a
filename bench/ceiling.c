/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* ceiling.c - ramure-ceiling: the least that a relay can do, to compare mcastnode with. No
 * protocol, no clock, no check: what comes goes out to each destination. Three ways:
 *
 *   naive    a datagram in (recvfrom), one out for each destination (sendto)
 *   pass     a coalesced buffer in (UDP_GRO), the same out for each destination (UDP_SEGMENT)
 *   hybrid   many at a time in (recvmmsg, UDP_GRO), equal-sized neighbours joined, out likewise
 *
 * It runs until it is ended, and prints nothing: the sinks count, the kernel knows its CPU time.
 */
#include "load/common.h"

#include <getopt.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <string.h>

/* One that is sent is at most DATAGRAM_SIZE_MAX, but a device may have coalesced more. */
#define BUFFER_SIZE 65536
/* Buffers that all begin at a multiple of 64 KiB would share a few sets of the cache. */
#define STAGGER 1088

/* At most so many arrivals at a time: as many as one send can take, so that single datagrams make
 * full ones; fewer where they are so large that WORKING_SET holds no more, so that the kernel has
 * written them, and reads them for each copy, in the cache. */
#define ARRIVALS_MAX 128
#define ARRIVALS_MIN 4
#define WORKING_SET  ((size_t)256 * 1024)

struct buffer {
	char bytes[BUFFER_SIZE];
	char stagger[STAGGER];
};

struct label {
	_Alignas(struct cmsghdr) char space[CMSG_SPACE(sizeof(int))];
};

/* Equal-sized datagrams that leave in one send; only the last one may be shorter. */
struct run {
	size_t segment_size; /* Of all but the last one; 0: the run is empty. */
	size_t size;
	size_t segments;
	size_t parts;
	bool is_closed; /* A shorter one was the last. */
	struct iovec vectors[2 * ARRIVALS_MAX];
};

struct relay {
	int fd;
	int wait_flag; /* MSG_DONTWAIT: spin; 0: sleep until something comes. */
	unsigned segments_max;
	unsigned destination_count;
	unsigned limit;  /* Arrivals to take with the next call. */
	size_t expected; /* Their size, if they are likely single datagrams of one; else 0. */
	struct address destinations[DESTINATIONS_MAX];
	struct run run;
	struct mmsghdr headers[ARRIVALS_MAX];
	struct iovec vectors[ARRIVALS_MAX][2];
	struct label labels[ARRIVALS_MAX];
	struct buffer buffers[ARRIVALS_MAX];
	/* Single datagrams of the expected size come to lie here, one right after the other: a run
	 * of them is one part for the kernel, which saves it a fifth of all. */
	char row[WORKING_SET];
};

/* --- Sending --- */

/* What is lost on the way out is the sinks' to count. */
static void send_to_all(const struct relay *r, struct iovec *vectors, size_t parts,
			size_t segment_size, size_t size)
{
	struct label label;
	struct msghdr header = {.msg_iov = vectors, .msg_iovlen = parts};
	if (segment_size > 0 && size > segment_size) {
		uint16_t value = (uint16_t)segment_size;
		header.msg_control = label.space;
		header.msg_controllen = CMSG_SPACE(sizeof(value));
		struct cmsghdr *c = CMSG_FIRSTHDR(&header);
		c->cmsg_level = SOL_UDP;
		c->cmsg_type = UDP_SEGMENT;
		c->cmsg_len = CMSG_LEN(sizeof(value));
		memcpy(CMSG_DATA(c), &value, sizeof(value));
	}
	for (unsigned i = 0; i < r->destination_count; i++) {
		header.msg_name = (void *)(uintptr_t)&r->destinations[i].ip;
		header.msg_namelen = r->destinations[i].size;
		(void)sendmsg(r->fd, &header, 0);
	}
}

/* --- The three ways --- */

static void relay_naive(struct relay *r)
{
	char *bytes = r->buffers[0].bytes;
	for (;;) {
		ssize_t size = recvfrom(r->fd, bytes, BUFFER_SIZE, r->wait_flag, NULL, NULL);
		for (unsigned i = 0; size >= 0 && i < r->destination_count; i++)
			(void)sendto(r->fd, bytes, (size_t)size, 0,
				     (const struct sockaddr *)&r->destinations[i].ip,
				     r->destinations[i].size);
	}
}

static void relay_pass(struct relay *r)
{
	struct iovec vector = {r->buffers[0].bytes, BUFFER_SIZE};
	for (;;) {
		struct label label;
		struct msghdr header = {.msg_iov = &vector,
					.msg_iovlen = 1,
					.msg_control = label.space,
					.msg_controllen = sizeof(label.space)};
		ssize_t size = recvmsg(r->fd, &header, r->wait_flag);
		if (size < 0)
			continue;
		struct iovec part = {vector.iov_base, (size_t)size};
		send_to_all(r, &part, 1, gro_segment_size(&header), (size_t)size);
	}
}

static void flush_run(struct relay *r)
{
	if (r->run.parts > 0)
		send_to_all(r, r->run.vectors, r->run.parts, r->run.segment_size, r->run.size);
	r->run.parts = 0;
}

static bool fits_run(const struct relay *r, size_t segment_size, size_t size, size_t segments)
{
	const struct run *run = &r->run;
	bool is_equal = segment_size == run->segment_size ||
			(segments == 1 && size > 0 && size < run->segment_size);
	return run->parts > 0 && !run->is_closed && is_equal &&
	       run->segments + segments <= r->segments_max && run->size + size <= DATAGRAM_SIZE_MAX;
}

static void add_part(struct run *run, char *bytes, size_t size)
{
	struct iovec *last = run->parts > 0 ? &run->vectors[run->parts - 1] : NULL;
	if (last && (char *)last->iov_base + last->iov_len == bytes)
		last->iov_len += size;
	else
		run->vectors[run->parts++] = (struct iovec){bytes, size};
}

/* Adds the arrival `number` to the run, or sends the run and begins another with it. */
static void join(struct relay *r, unsigned number)
{
	struct run *run = &r->run;
	const struct iovec *vectors = r->vectors[number];
	size_t size = r->headers[number].msg_len;
	size_t segment_size = gro_segment_size(&r->headers[number].msg_hdr);
	if (segment_size == 0)
		segment_size = size;
	size_t segments = size > segment_size ? (size + segment_size - 1) / segment_size : 1;
	if (!fits_run(r, segment_size, size, segments)) {
		flush_run(r);
		run->segment_size = segment_size;
		run->size = run->segments = 0;
		run->is_closed = size == 0; /* An empty one joins nobody. */
	}
	size_t first = size < vectors[0].iov_len ? size : vectors[0].iov_len;
	add_part(run, vectors[0].iov_base, first);
	if (size > first)
		add_part(run, vectors[1].iov_base, size - first);
	run->size += size;
	run->segments += segments;
	if (run->size < run->segments * run->segment_size)
		run->is_closed = true;
}

/* Guesses from what has come what will come. */
static void adapt(struct relay *r, unsigned count)
{
	const struct mmsghdr *last = &r->headers[count - 1];
	size_t size = 0;
	for (unsigned i = 0; i < count; i++)
		size += r->headers[i].msg_len;
	size_t fitting = WORKING_SET / (size / count + 1);
	r->limit = fitting > ARRIVALS_MAX   ? ARRIVALS_MAX
		   : fitting < ARRIVALS_MIN ? ARRIVALS_MIN
					    : (unsigned)fitting;
	bool is_single = gro_segment_size((struct msghdr *)(uintptr_t)&last->msg_hdr) == 0;
	r->expected = is_single && last->msg_len <= WORKING_SET / ARRIVALS_MAX ? last->msg_len : 0;
}

/* Where the next arrivals are to lie. What is larger than expected goes on in a buffer. */
static void prepare(struct relay *r)
{
	for (unsigned i = 0; i < r->limit; i++) {
		struct iovec *vectors = r->vectors[i];
		unsigned count = 0;
		if (r->expected > 0)
			vectors[count++] = (struct iovec){r->row + i * r->expected, r->expected};
		vectors[count++] = (struct iovec){r->buffers[i].bytes, BUFFER_SIZE};
		r->headers[i].msg_hdr =
			(struct msghdr){.msg_iov = vectors,
					.msg_iovlen = count,
					.msg_control = r->labels[i].space,
					.msg_controllen = sizeof(r->labels[i].space)};
	}
}

static void relay_hybrid(struct relay *r)
{
	int flag = r->wait_flag ? MSG_DONTWAIT : MSG_WAITFORONE;
	r->limit = ARRIVALS_MAX;
	for (;;) {
		prepare(r);
		int count = recvmmsg(r->fd, r->headers, r->limit, flag, NULL);
		for (int i = 0; i < count; i++)
			join(r, (unsigned)i);
		flush_run(r);
		if (count > 0)
			adapt(r, (unsigned)count);
	}
}

/* --- The command line --- */

static const char usage[] =
	"usage: ramure-ceiling hybrid|pass|naive --listen ADDRESS:PORT --to ADDRESS:PORT...\n"
	"                      [--busy-poll]\n"
	"Sends what comes to each destination, as fast as the kernel allows, and does nothing "
	"else.\n"
	"\n"
	"  naive        recvfrom, one sendto for each destination\n"
	"  pass         UDP_GRO in, the coalesced buffer as it is out, by UDP_SEGMENT\n"
	"  hybrid       recvmmsg and UDP_GRO in, equal-sized neighbours joined, out by "
	"UDP_SEGMENT\n"
	"  --busy-poll  spin instead of sleeping until something comes\n"
	"\n"
	"Runs until it is ended; prints nothing.\n";

struct way {
	const char *name;
	void (*run)(struct relay *);
	bool has_gro;
};

static const struct way *find_way(const char *name)
{
	static const struct way ways[] = {
		{"naive", relay_naive, false},
		{"pass", relay_pass, true},
		{"hybrid", relay_hybrid, true},
	};
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (strcmp(name, ways[i].name) == 0)
			return &ways[i];
	}
	usage_error("'%s' is none of hybrid, pass, naive", name);
}

static void add_destination(struct relay *r, const char *text)
{
	if (r->destination_count == DESTINATIONS_MAX)
		usage_error("--to: at most %d times", DESTINATIONS_MAX);
	r->destinations[r->destination_count++] = parse_address("--to", text, true);
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = {
		{"listen", required_argument, NULL, 'l'},
		{"to", required_argument, NULL, 't'},
		{"busy-poll", no_argument, NULL, 'b'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	static struct relay r;
	struct address listen = {0};
	int option;
	program_name = "ramure-ceiling";
	while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		if (option == 'h') {
			(void)fputs(usage, stdout);
			return 0;
		} else if (option == 'l') {
			listen = parse_address("--listen", optarg, true);
		} else if (option == 't') {
			add_destination(&r, optarg);
		} else if (option == 'b') {
			r.wait_flag = MSG_DONTWAIT;
		} else {
			usage_error("wrong usage");
		}
	}
	if (argc - optind != 1 || listen.size == 0 || r.destination_count == 0)
		usage_error("wants a way, --listen and --to");
	const struct way *way = find_way(argv[optind]);
	for (unsigned i = 0; i < r.destination_count; i++) {
		if (r.destinations[i].ip.ss_family != listen.ip.ss_family)
			usage_error("IPv4 and IPv6 do not mix");
	}
	r.fd = open_udp(listen.ip.ss_family, &listen);
	r.segments_max = gso_segments_max();
	if (way->has_gro)
		set_option(r.fd, SOL_UDP, UDP_GRO, 1, "UDP_GRO");
	way->run(&r);
	return 0;
}
