/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* star_sim.c - ramure-star: the star of star.cc in our simulator's own network and queue.
 *
 * What a datagram costs is what it costs in world.c: the sender's deadline and the arrival are
 * events, the network is asked when it arrives, its bytes are copied when it is sent, an endpoint
 * is looked up, and the receiver is called. Only the members are missing. The same options, the
 * same JSON object.
 */
#include "load/common.h"
#include "sim/datagram.h"
#include "sim/memory.h"
#include "sim/network.h"
#include "sim/queue.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORT         10000
#define PAYLOAD_SIZE 100
#define DELAY_US     100
#define PERIOD_US    200 /* There and back. */
#define LEAVES_MAX   100000
#define HUB          0 /* The leaves are the hosts after it. */

struct star;

struct host {
	struct endpoint self;
	void (*on_datagram)(struct star *s, uint32_t host, const struct datagram *d);
};

struct star {
	struct queue queue;
	struct network network;
	struct datagram_pool datagrams;
	struct host *hosts;
	uint32_t host_count;
	uint64_t goal;           /* Datagrams to be sent. */
	bool has_answers;        /* The hub answers; a leaf waits for it. */
	struct time now;         /* Of the event that is worked on. */
	uint64_t sent, received; /* Datagrams, answers included. */
	uint64_t events;
};

static struct endpoint endpoint_of(uint32_t host)
{
	uint8_t address[4] = {10, (uint8_t)(host >> 16), (uint8_t)(host >> 8), (uint8_t)host};
	return endpoint_from_v4(address, PORT);
}

/* The host with this endpoint; host_count if there is none. */
static uint32_t find_host(const struct star *s, const struct endpoint *e)
{
	const uint8_t *a = endpoint_v4(e);
	uint32_t host = (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8 | a[3];
	return endpoint_is_v4(e) && a[0] == 10 && host < s->host_count ? host : s->host_count;
}

/* Sends, unless all have been sent; false then. */
static bool send_datagram(struct star *s, uint32_t from, const struct endpoint *to,
			  const char *bytes, size_t size)
{
	struct time arrivals[NETWORK_COPIES_MAX];
	uint32_t target = find_host(s, to);
	if (s->sent == s->goal || target == s->host_count)
		return false;
	s->sent++;
	unsigned copies =
		network_send(&s->network, s->now, from, target, size + NETWORK_HEADERS, arrivals);
	for (unsigned i = 0; i < copies; i++)
		queue_put(&s->queue, arrivals[i], target,
			  datagram_new(&s->datagrams, &s->hosts[from].self, bytes, size));
	return true;
}

static void on_time(struct star *s, uint32_t leaf)
{
	static const char payload[PAYLOAD_SIZE];
	bool is_sent = send_datagram(s, leaf, &s->hosts[HUB].self, payload, sizeof(payload));
	if (is_sent && !s->has_answers)
		queue_put(&s->queue, time_after(s->now, PERIOD_US), leaf, NULL);
}

static void on_request(struct star *s, uint32_t hub, const struct datagram *d)
{
	s->received++;
	if (s->has_answers)
		(void)send_datagram(s, hub, &d->from, d->bytes, d->size);
}

static void on_answer(struct star *s, uint32_t leaf, const struct datagram *d)
{
	(void)d;
	s->received++;
	on_time(s, leaf);
}

static void star_init(struct star *s, uint32_t leaves, uint64_t datagrams, bool has_answers)
{
	struct network_config config = {.delay_us = DELAY_US};
	*s = (struct star){.goal = datagrams, .has_answers = has_answers, .host_count = leaves + 1};
	queue_init(&s->queue);
	network_init(&s->network, &config, 1);
	s->hosts = memory_get(s->host_count * sizeof(*s->hosts));
	for (uint32_t host = 0; host < s->host_count; host++) {
		s->hosts[host] =
			(struct host){endpoint_of(host), host == HUB ? on_request : on_answer};
		network_add_host(&s->network);
	}
	for (uint32_t leaf = 0; leaf < leaves; leaf++)
		queue_put(&s->queue, (struct time){(int64_t)leaf * PERIOD_US / leaves}, leaf + 1,
			  NULL);
}

static void star_run(struct star *s)
{
	struct queue_event event;
	while (queue_take(&s->queue, &event)) {
		s->now = event.at;
		s->events++;
		if (!event.datagram) {
			on_time(s, event.node);
			continue;
		}
		s->hosts[event.node].on_datagram(s, event.node, event.datagram);
		datagram_free(&s->datagrams, event.datagram);
	}
}

static void star_done(struct star *s)
{
	queue_done(&s->queue);
	network_done(&s->network);
	datagram_pool_done(&s->datagrams);
	free(s->hosts);
}

/* --- The program --- */

/* Not ru_maxrss: that is no lower than what the program which started this one had. */
static long peak_kib(void)
{
	char line[256];
	long kib = 0;
	FILE *status = fopen("/proc/self/status", "r");
	if (!status)
		fail("/proc/self/status");
	while (kib == 0 && fgets(line, sizeof(line), status))
		if (strncmp(line, "VmHWM:", 6) == 0)
			kib = strtol(line + 6, NULL, 10);
	(void)fclose(status);
	return kib;
}

__attribute__((noreturn)) static void usage(void)
{
	(void)fputs("usage: ramure-star [--leaves N] [--datagrams N] [--answers]\n", stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = {{"leaves", required_argument, NULL, 'l'},
						     {"datagrams", required_argument, NULL, 'd'},
						     {"answers", no_argument, NULL, 'a'},
						     {0}};
	uint32_t leaves = 500;
	uint64_t datagrams = 500000;
	bool has_answers = false;
	int option;
	program_name = "ramure-star";
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (option == 'l')
			leaves = (uint32_t)parse_count("--leaves", optarg, 1, LEAVES_MAX);
		else if (option == 'd')
			datagrams = parse_count("--datagrams", optarg, 1, UINT32_MAX);
		else if (option == 'a')
			has_answers = true;
		else
			usage();
	}
	if (optind != argc)
		usage();
	struct star star;
	int64_t begin_ns = now_ns();
	star_init(&star, leaves, datagrams, has_answers);
	int64_t ready_ns = now_ns();
	star_run(&star);
	int64_t end_ns = now_ns();
	(void)printf("{\"datagrams\": %" PRIu64 ", \"events\": %" PRIu64 ", \"wall_s\": %.6f, "
		     "\"setup_s\": %.6f, \"peak_kib\": %ld}\n",
		     star.received, star.events, (double)(end_ns - ready_ns) / (double)NS_PER_S,
		     (double)(ready_ns - begin_ns) / (double)NS_PER_S, peak_kib());
	star_done(&star);
	return 0;
}
