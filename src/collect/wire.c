/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "collect/wire.h"
#include "collect/capture.h"
#include "collect/heard.h"
#include "collect/joined.h"
#include "doctor/rules.h"
#include "net/clock.h"
#include "net/link.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* When things happen, from the beginning on. */
#define LEAVE_TEST_US (150 * US_PER_MS) /* The report of the join has gone out by then. */
#define JOIN_ASKED_US (450 * US_PER_MS)
#define LISTEN_US     (1200 * US_PER_MS)
/* A stream has stopped when it is silent for so long, and for so many times its longest gap. */
#define SILENCE_US   (2 * US_PER_S)
#define SILENCE_GAPS 8

#define EARS_MAX 32 /* Interfaces; the others are not listened to. */

/* An interface that is listened to. */
struct ear {
	struct capture capture;
	char name[IF_NAMESIZE];
	unsigned index;
	int test_fds[2];   /* The test groups, of IPv4 and IPv6; -1: not joined. */
	int asked_fd;      /* The asked group; -1: not joined. */
	bool was_member;   /* This host had joined the asked group before. */
	bool has_rejoined; /* After a stream stopped. */
	struct time begin;
	struct time joined_at; /* The asked group. */
};

struct wire {
	struct heard heard;
	struct ear ears[EARS_MAX];
	size_t count;
	bool has_source;
	struct endpoint source;        /* Of the asked group. */
	struct endpoint test_group[2]; /* Of IPv4, of IPv6. */
	struct endpoint left[2];       /* The same once they were left; before, unspecified. */
};

/* --- Beginning --- */

static void tell_blind(struct snapshot *s, const char *interface, const struct failure *failure)
{
	struct seen_blind *row = snapshot_add_blind(s);
	bool is_forbidden = failure->code == -EPERM;
	(void)snprintf(row->what, sizeof(row->what), "frames on the wire%s%s",
		       is_forbidden ? "" : " of ", is_forbidden ? "" : interface);
	(void)snprintf(row->why, sizeof(row->why), "%.95s",
		       is_forbidden ? "needs CAP_NET_RAW" : failure->text);
	(void)snprintf(row->how, sizeof(row->how), "%s",
		       is_forbidden ? "run it as root (sudo)" : "see `ip link`");
}

/* False where no other interface can be listened to either. */
static bool add_ear(struct wire *w, const char *name)
{
	struct failure failure = {0};
	struct snapshot *s = w->heard.s;
	struct ear *ear = &w->ears[w->count];
	if (w->count == EARS_MAX)
		return false;
	*ear = (struct ear){.test_fds = {-1, -1}, .asked_fd = -1, .index = if_nametoindex(name)};
	(void)snprintf(ear->name, sizeof(ear->name), "%s", name);
	if (capture_open_interface(&ear->capture, name, true, &failure) != 0) {
		tell_blind(s, name, &failure);
		return failure.code != -EPERM;
	}
	ear->was_member = w->heard.has_asked && heard_is_member(s, name, &w->heard.asked);
	s->host[0].may_capture = true;
	w->count++;
	return true;
}

/* A port of a bridge has no life of its own: the bridge hears what comes to it. Not so in a VRF. */
static bool is_port(const struct snapshot *s, const char *name)
{
	const struct seen_interface *found = question_interface(s, name);
	const struct seen_interface *master = found ? question_interface(s, found->master) : NULL;
	return found && found->master[0] && !(master && strcmp(master->kind, "vrf") == 0);
}

static void add_ears(struct wire *w)
{
	struct if_nameindex *list = if_nameindex();
	for (struct if_nameindex *entry = list; entry && entry->if_index; entry++) {
		struct link link;
		if (link_find(entry->if_name, &link) != 0 || !link.is_up || link.is_loopback ||
		    !link.can_multicast || is_port(w->heard.s, entry->if_name))
			continue;
		if (!add_ear(w, entry->if_name))
			break;
	}
	if_freenameindex(list);
}

/* Groups that nobody else has: by chance, in the scopes of the site (RFC 2365) and of the link. */
static void choose_test_groups(struct wire *w)
{
	uint64_t chance = clock_seed();
	uint8_t v4[4] = {239, 255, (uint8_t)chance, (uint8_t)(chance >> 8)};
	uint8_t v6[16] = {0xFF,
			  0x12,
			  [12] = (uint8_t)(chance >> 16) | 0x80,
			  (uint8_t)(chance >> 24),
			  (uint8_t)(chance >> 32),
			  (uint8_t)(chance >> 40)};
	w->test_group[0] = endpoint_from_v4(v4, 0);
	w->test_group[1] = endpoint_from_v6(v6, 0);
}

static void prepare(struct wire *w, struct snapshot *s)
{
	const struct seen_host *host = &s->host[0];
	uint16_t port = host->asked_port > 0 ? (uint16_t)host->asked_port : 0;
	w->heard.s = s;
	w->heard.has_asked = endpoint_parse_address(host->asked_group, port, &w->heard.asked);
	w->has_source = endpoint_parse_address(host->asked_source, 0, &w->source);
	choose_test_groups(w);
}

/* --- Joining and leaving --- */

static void join_asked(struct wire *w, struct ear *ear)
{
	if (!w->heard.has_asked)
		return;
	ear->asked_fd = joined_open(&w->heard.asked, w->has_source ? &w->source : NULL, ear->index);
	ear->joined_at = clock_now();
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void join_test(struct wire *w)
{
	for (size_t i = 0; i < w->count; i++) {
		w->ears[i].begin = clock_now();
		for (size_t j = 0; j < 2; j++)
			w->ears[i].test_fds[j] =
				joined_open(&w->test_group[j], NULL, w->ears[i].index);
	}
}

static void leave_test(struct wire *w)
{
	memcpy(w->left, w->test_group, sizeof(w->left));
	for (size_t i = 0; i < w->count; i++) {
		struct seen_listening *row = snapshot_add_listening(w->heard.s);
		(void)snprintf(row->interface, sizeof(row->interface), "%s", w->ears[i].name);
		row->left_test_group = w->ears[i].test_fds[0] >= 0 || w->ears[i].test_fds[1] >= 0;
		close_fd(&w->ears[i].test_fds[0]);
		close_fd(&w->ears[i].test_fds[1]);
	}
}

/* --- Listening --- */

static void read_frames(struct wire *w, struct ear *ear)
{
	struct captured captured;
	struct failure failure;
	struct frame f;
	int answer;
	while ((answer = capture_next(&ear->capture, &captured, &failure)) > 0) {
		frame_dissect(captured.bytes, captured.size, captured.wire_size, ear->capture.link,
			      &f);
		bool is_asked = w->heard.has_asked &&
				memcmp(f.destination.address, w->heard.asked.address, 16) == 0;
		bool is_member = is_asked ? ear->was_member || ear->asked_fd >= 0
					  : heard_is_member(w->heard.s, ear->name, &f.destination);
		heard_frame(&w->heard, ear->name, &f, is_member, w->left, clock_now());
	}
	if (answer < 0)
		capture_close(&ear->capture); /* The interface went away. */
}

static void listen_once(struct wire *w, struct time until)
{
	struct pollfd fds[EARS_MAX];
	int64_t wait_us = time_elapsed_us(clock_now(), until);
	for (size_t i = 0; i < w->count; i++)
		fds[i] = (struct pollfd){.fd = w->ears[i].capture.fd, .events = POLLIN};
	(void)poll(fds, (nfds_t)w->count,
		   wait_us > 0 ? (int)((wait_us + US_PER_MS - 1) / US_PER_MS) : 0);
	for (size_t i = 0; i < w->count; i++)
		if (fds[i].revents && w->ears[i].capture.pcap)
			read_frames(w, &w->ears[i]);
}

/* All that came before is noted before the membership changes. */
static void listen_until(struct wire *w, struct time until)
{
	do
		listen_once(w, until);
	while (!time_is_due(until, clock_now()));
}

/* Notes a stream that stopped after this host had joined, and joins anew. */
static void check_stream(struct wire *w, size_t place)
{
	struct seen_stream *row = &w->heard.s->stream[place];
	struct time now = clock_now();
	int64_t silence_us = time_elapsed_us(w->heard.data_at[place], now);
	if (!row->is_joined || row->packets < 3 || row->stopped_after_ms != UNKNOWN ||
	    silence_us < SILENCE_US || silence_us < SILENCE_GAPS * w->heard.gap_us[place])
		return;
	for (size_t i = 0; i < w->count; i++) {
		struct ear *ear = &w->ears[i];
		if (strcmp(ear->name, row->interface) != 0)
			continue;
		row->stopped_after_ms =
			time_elapsed_us(ear->joined_at, w->heard.data_at[place]) / US_PER_MS;
		if (!ear->has_rejoined) {
			struct time joined_at = ear->joined_at;
			ear->has_rejoined = true;
			close_fd(&ear->asked_fd);
			join_asked(w, ear);
			ear->joined_at = joined_at; /* The streams count from the first. */
		}
	}
}

/* True once a stream that had stopped came back with the new join: more is not to be learnt. */
static bool is_known(const struct snapshot *s)
{
	for (size_t i = 0; i < s->stream_count; i++)
		if (s->stream[i].came_back)
			return true;
	return false;
}

static void stay(struct wire *w, int64_t patient_us)
{
	struct time end = time_after(clock_now(), patient_us);
	while (!time_is_due(end, clock_now()) && !is_known(w->heard.s)) {
		struct time turn = time_after(clock_now(), SILENCE_US / 10);
		listen_until(w, time_earlier(turn, end));
		for (size_t i = 0; w->heard.has_asked && i < w->heard.s->stream_count; i++)
			check_stream(w, i);
	}
}

static void finish(struct wire *w)
{
	struct snapshot *s = w->heard.s;
	for (size_t i = 0; i < w->count; i++) {
		struct ear *ear = &w->ears[i];
		for (size_t j = 0; j < s->listening_count; j++)
			if (strcmp(s->listening[j].interface, ear->name) == 0)
				s->listening[j].listened_ms =
					time_elapsed_us(ear->begin, clock_now()) / US_PER_MS;
		close_fd(&ear->asked_fd);
		capture_close(&ear->capture);
	}
}

void collect_wire(struct snapshot *s, const char *interface, int64_t patient_us)
{
	struct wire *w = calloc(1, sizeof(*w));
	if (!w)
		abort();
	prepare(w, s);
	if (interface[0])
		(void)add_ear(w, interface);
	else
		add_ears(w);
	if (w->count > 0) {
		struct time begin = clock_now();
		join_test(w);
		listen_until(w, time_after(begin, LEAVE_TEST_US));
		leave_test(w);
		listen_until(w, time_after(begin, JOIN_ASKED_US));
		for (size_t i = 0; i < w->count; i++)
			join_asked(w, &w->ears[i]);
		listen_until(w, time_after(begin, LISTEN_US));
		stay(w, patient_us);
	}
	finish(w);
	free(w);
}
