/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* main.c - ramure-broker-bench: publishes numbered payloads through a message broker, and counts
 * them where they arrive.
 *
 * The payloads and how they are counted are those of ramure-bench. The receivers note in a file
 * that both map how many each has got; the sender lets at most a window of messages be on their
 * way, so that the broker need not drop any, and the rate is one that it sustains.
 *
 * A sink ends on SIGTERM or SIGINT. Both report one JSON object.
 */
#include "broker.h"
#include "load/common.h"
#include "load/payload.h"
#include "load/progress.h"
#include "load/tally.h"

#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define SIZE_MAX_BYTES 65536
#define NAP_NS         50000 /* As the sinks of ramure-bench, with --nap 50. */

struct options {
	const struct broker *broker;
	bool is_sink, is_batched;
	char host[64];
	uint16_t port;
	size_t size;
	double seconds;
	uint64_t window;
	unsigned subscribers;
	const char *progress;
};

struct receiver {
	void *client;
	struct tally tally;
	struct progress *progress;
	unsigned number;
};

static volatile sig_atomic_t is_ended;

static const struct broker *const brokers[] = {
#ifdef HAVE_NATS
	&broker_nats,
#endif
#ifdef HAVE_REDIS
	&broker_redis,
#endif
#ifdef HAVE_MQTT
	&broker_mqtt,
#endif
	NULL,
};

void broker_fail(const char *what, const char *why)
{
	(void)fprintf(stderr, "ramure-broker-bench: %s: %s\n", what, why);
	_exit(1);
}

/* --- The sink --- */

void broker_received(void *context, const void *data, size_t size)
{
	struct receiver *receiver = context;
	struct tally *tally = &receiver->tally;
	tally_take(tally, data, size, now_ns());
	progress_set(receiver->progress, receiver->number, tally->received);
}

static void on_end(int number)
{
	(void)number;
	is_ended = 1;
}

/* It looks by itself, so that the broker need not wake it up: what that takes is the machine's. */
static void receive_all(const struct options *o, struct receiver *receivers)
{
	const struct timespec nap = {.tv_nsec = NAP_NS};
	uint64_t before = 0;
	(void)prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
	while (!is_ended) {
		uint64_t received = 0;
		for (unsigned i = 0; i < o->subscribers; i++) {
			o->broker->receive(receivers[i].client, &receivers[i]);
			received += receivers[i].tally.received;
		}
		if (received == before)
			(void)nanosleep(&nap, NULL);
		before = received;
	}
}

static void run_sink(const struct options *o)
{
	static struct receiver receivers[DESTINATIONS_MAX];
	static struct tally sum;
	const struct sigaction end = {.sa_handler = on_end};
	struct progress *progress = progress_create(o->progress, o->subscribers);
	for (unsigned i = 0; i < o->subscribers; i++) {
		struct receiver *r = &receivers[i];
		r->progress = progress;
		r->number = i;
		tally_init(&r->tally, NULL);
		r->client = o->broker->open_receiver(o->host, o->port);
	}
	(void)sigaction(SIGTERM, &end, NULL);
	(void)sigaction(SIGINT, &end, NULL);
	(void)fputs("ready\n", stderr);
	receive_all(o, receivers);
	tally_init(&sum, NULL);
	for (unsigned i = 0; i < o->subscribers; i++)
		tally_add(&sum, &receivers[i].tally);
	(void)printf("{\"sockets\": %u, ", o->subscribers);
	tally_print(&sum, stdout);
	(void)printf(", \"cpu_s\": %.6f}\n", (double)cpu_ns() / (double)NS_PER_S);
}

/* --- The sender --- */

static void wait_for_window(struct window *w, uint64_t allowed)
{
	while (window_behind(w, now_ns()) > allowed)
		(void)sched_yield();
}

static void run_sender(const struct options *o)
{
	static char payload[SIZE_MAX_BYTES];
	static struct window w;
	window_init(&w, progress_open(o->progress), o->window);
	void *client = o->broker->open_sender(o->host, o->port, o->is_batched);
	int64_t begin = now_ns(), end = begin + (int64_t)(o->seconds * (double)NS_PER_S);
	payload_fill(payload, o->size);
	for (int64_t now = begin; now < end; now = now_ns()) {
		if (window_behind(&w, now) >= o->window) {
			o->broker->flush(client);
			wait_for_window(&w, o->window - 1);
			continue;
		}
		payload_stamp(payload, o->size, 1, w.sent++, now);
		o->broker->publish(client, payload, o->size);
	}
	o->broker->flush(client);
	wait_for_window(&w, 0);
	(void)printf("{\"sent\": %llu, \"seconds\": %.6f, \"cpu_s\": %.6f}\n",
		     (unsigned long long)w.sent, (double)(now_ns() - begin) / (double)NS_PER_S,
		     (double)cpu_ns() / (double)NS_PER_S);
}

/* --- Options --- */

static void print_usage(FILE *out)
{
	(void)fputs("usage: ramure-broker-bench sink BROKER --server ADDRESS:PORT --progress FILE\n"
		    "           [--subscribers N]\n"
		    "       ramure-broker-bench send BROKER --server ADDRESS:PORT --progress FILE\n"
		    "           [--size BYTES] [--seconds S] [--window N] [--unbatched]\n"
		    "The sink has to be ready before the sender starts. Brokers:",
		    out);
	for (size_t i = 0; brokers[i] != NULL; i++)
		(void)fprintf(out, " %s", brokers[i]->name);
	(void)fputc('\n', out);
}

static void parse_server(struct options *o, const char *text)
{
	const char *colon = strrchr(text, ':');
	if (colon == NULL || (size_t)(colon - text) >= sizeof(o->host))
		usage_error("--server: '%s' is not ADDRESS:PORT", text);
	memcpy(o->host, text, (size_t)(colon - text));
	o->port = (uint16_t)parse_count("--server", colon + 1, 1, 65535);
}

static void parse_words(int argc, char **argv, struct options *o)
{
	if (argc != 2 || (strcmp(argv[0], "send") != 0 && strcmp(argv[0], "sink") != 0))
		usage_error("first 'send' or 'sink', then the broker");
	o->is_sink = strcmp(argv[0], "sink") == 0;
	for (size_t i = 0; brokers[i] != NULL; i++) {
		if (strcmp(argv[1], brokers[i]->name) == 0)
			o->broker = brokers[i];
	}
	if (o->broker == NULL)
		usage_error("'%s' is no broker that this program was built for", argv[1]);
}

static void parse_options(int argc, char **argv, struct options *o)
{
	static const struct option long_options[] = {
		{"server", required_argument, NULL, 'a'},
		{"size", required_argument, NULL, 's'},
		{"seconds", required_argument, NULL, 'd'},
		{"window", required_argument, NULL, 'w'},
		{"subscribers", required_argument, NULL, 'n'},
		{"progress", required_argument, NULL, 'p'},
		{"unbatched", no_argument, NULL, 'u'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int option;
	while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		if (option == 'a')
			parse_server(o, optarg);
		else if (option == 's')
			o->size = parse_count("--size", optarg, PAYLOAD_SIZE_MIN, SIZE_MAX_BYTES);
		else if (option == 'd')
			o->seconds = parse_number("--seconds", optarg, 0.001, 3600);
		else if (option == 'w')
			o->window = parse_count("--window", optarg, 1, UINT32_MAX);
		else if (option == 'n')
			o->subscribers =
				(unsigned)parse_count("--subscribers", optarg, 1, DESTINATIONS_MAX);
		else if (option == 'p')
			o->progress = optarg;
		else if (option == 'u')
			o->is_batched = false;
		else if (option == 'h')
			print_usage(stdout), exit(0);
		else
			exit(2);
	}
	parse_words(argc - optind, argv + optind, o);
	if (o->port == 0 || o->progress == NULL)
		usage_error("--server and --progress are needed");
}

int main(int argc, char **argv)
{
	struct options o = {
		.is_batched = true, .size = 100, .seconds = 1, .window = 1024, .subscribers = 1};
	program_name = "ramure-broker-bench";
	parse_options(argc, argv, &o);
	if (o.is_sink)
		run_sink(&o);
	else
		run_sender(&o);
	(void)fflush(stdout);
	_exit(0); /* The libraries' threads are still at work. */
}
