/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* fuzz_member_full.c - a whole member of the full profile, between peers that know what it gave
 * them (peers.h) and lie as the input says: any sequence of messages, data, times, payloads, ICMP.
 */
#include "scene_full.h"

#define RUN_MAX   64
#define CALLS_MAX 1000 /* So often there is something to do at one time, at most. */

/* --- Steps --- */

static void publish_some(struct steps *steps)
{
	static const size_t sizes[] = {
		0, 1, 1200, 65459, 65460, WIRE_PAYLOAD_MAX, WIRE_PAYLOAD_MAX + 1, 30};
	static const size_t counts[] = {1, 2, 3, RUN_MAX};
	unsigned how = steps_byte(steps);
	size_t size = sizes[how & 7], count = size > 1200 ? 1 : counts[how >> 3 & 3];
	scene_publish(size, count, how & 0x20 ? 0 : WIRE_STAMP_SIZE);
}

/* Once nothing is due, it stays so. */
static void on_time(struct time now)
{
	unsigned calls = 0;
	scene.now = now;
	do {
		CHECK(calls++ < CALLS_MAX); /* Else a program would spin. */
		scene_begin(&scene.actions);
		member_on_time(&scene.member, now, &scene.actions);
		scene_finish(&scene.actions);
		scene_check();
	} while (time_is_due(member_deadline(&scene.member), now));
}

static void receive(const struct endpoint *from, const char *bytes, size_t size)
{
	static struct wire_message message;
	struct path path = {.remote = *from, .local = scene.selves[0]};
	char *copy = malloc(size + (size == 0));
	CHECK(copy);
	memcpy(copy, bytes, size);
	bool is_good = wire_decode(copy, size, &message) == WIRE_GOOD;
	scene.asker = from;
	scene.asked = is_good ? &message : NULL;
	scene_begin(&scene.actions);
	member_receive(&scene.member, &path, copy, size, scene.now, &scene.actions);
	if (!is_good || scene_is_self(from)) /* [W6] */
		CHECK(scene.actions.next == scene.before_actions);
	scene_finish(&scene.actions);
	scene.asker = NULL;
	scene.asked = NULL;
	free(copy);
}

/* Who has a part in the play, if there is one; or anybody. */
static struct endpoint part(unsigned who)
{
	const struct member *m = &scene.member;
	const struct children *c = &m->children;
	if (who < 0x40)
		return m->request.target;
	if (who < 0x60)
		return m->parent;
	if (who < 0x80 && c->count > 0)
		return c->endpoints[who % c->count];
	if (who < 0x88)
		return scene.rdv[who % scene.config.rdv_count];
	if (who < 0x90)
		return m->query.target;
	if (who < 0x98)
		return scene.full.former.endpoint;
	if (who < 0xA0)
		return scene.full.foster.endpoint;
	return steps_endpoint(who - 0xA0 < 0x40 ? who - 0xA0 : who);
}

static struct endpoint somebody(unsigned who)
{
	struct endpoint e = part(who);
	return e.port != 0 ? e : steps_endpoint(1);
}

static void receive_fields(struct steps *steps, enum wire_type type, unsigned who)
{
	char bytes[WIRE_ANSWER_MAX];
	struct endpoint from = somebody(who);
	struct peer *q = peers_find(&scene.peers, &from);
	receive(&from, bytes, peers_write_fields(&scene.peers, q, type, steps, bytes));
}

/* Those who were asked how far they are. */
static void receive_pongs(void)
{
	char bytes[WIRE_ANSWER_MAX];
	for (unsigned i = 0; i < scene.peers.count; i++) {
		struct peer *q = &scene.peers.list[i];
		struct endpoint from = q->endpoint;
		struct steps none = {NULL, 0, 0};
		if (q->ping == 0)
			continue;
		size_t size = peers_write_fields(&scene.peers, q, WIRE_PONG, &none, bytes);
		q->ping = 0;
		receive(&from, bytes, size);
	}
}

static void receive_text(struct steps *steps, unsigned what)
{
	char bytes[STEPS_DATAGRAM_MAX] = "";
	struct endpoint from = somebody(steps_byte(steps));
	struct peer *q = peers_find(&scene.peers, &from);
	size_t size = what == 0   ? peers_write_answer(&scene.peers, q, steps, bytes)
		      : what == 1 ? peers_write_request(&scene.peers, q, steps, bytes)
		      : what == 2 ? wire_encode(WIRE_RJOI, NULL, 0, bytes)
				  : steps_datagram(steps, bytes);
	receive(&from, bytes, size);
}

static void receive_data(struct steps *steps, enum wire_type type)
{
	static const size_t counts[] = {1, 3, 2, RUN_MAX};
	unsigned what = steps_byte(steps);
	struct endpoint from = somebody(steps_byte(steps));
	struct path path = {.remote = from, .local = scene.selves[0]};
	size_t count = counts[what & 3], header = type == WIRE_MDAT ? WIRE_STAMP_SIZE : 5;
	size_t each = header + (what >> 2 & 15);
	char *bytes = calloc(count, each);
	CHECK(bytes);
	struct peers_data d = peers_begin_data(&scene.peers, steps);
	for (size_t i = 0; i < count; i++)
		if (type == WIRE_MDAT)
			peers_write_data(&scene.peers, &d, bytes + i * each);
		else
			wire_encode_data_header(bytes + i * each);
	struct run run = run_of(bytes, count * each, each);
	while (run.count > 0 && what & 0x80) { /* As a caller that knows no runs. */
		struct run one = run_take(&run, 1);
		receive(&from, one.bytes, one.size);
	}
	while (run.count > 0) {
		scene_begin(&scene.actions);
		size_t taken = member_receive_data(&scene.member, &path, &run, type, scene.now,
						   &scene.actions);
		CHECK(taken >= 1 && taken <= run.count);
		scene_finish(&scene.actions);
		(void)run_take(&run, taken);
	}
	free(bytes);
}

static void unreachable(struct steps *steps)
{
	unsigned which = steps_byte(steps), cut = steps_byte(steps);
	const struct quoted *q =
		&scene.peers.quoted[(scene.peers.quoted_next - 1 - which % PEERS_QUOTED) %
				    PEERS_QUOTED];
	struct endpoint e = which & 0x80 ? somebody(cut) : q->to;
	size_t size = cut < q->size && which & 0x40 ? cut : q->size;
	char *copy = malloc(size + (size == 0));
	CHECK(copy);
	memcpy(copy, q->bytes, size);
	scene_begin(&scene.actions);
	member_on_unreachable(&scene.member, &e, copy, size, scene.now, &scene.actions);
	scene_finish(&scene.actions);
	free(copy);
}

static void improve(void)
{
	scene_begin(&scene.actions);
	member_improve(&scene.member, scene.now, &scene.actions);
	scene_finish(&scene.actions);
}

static void step(struct steps *steps, unsigned what)
{
	static const enum wire_type types[] = {WIRE_TICK, WIRE_PATH, WIRE_PONG, WIRE_PING,
					       WIRE_RPRT, WIRE_LEAV, WIRE_MACK};
	struct time deadline = member_deadline(&scene.member);
	switch (what) {
	case 0: /* The parent's tick: most runs need many. */
	case 1:
		receive_fields(steps, WIRE_TICK, 0x40);
		break;
	case 2:
	case 3:
		on_time(deadline.us > scene.now.us ? deadline : scene.now);
		break;
	case 4:
		on_time(time_after(scene.now, steps_duration_us(steps)));
		break;
	case 5: /* A program that was stopped. */
		scene.now = time_after(scene.now, steps_duration_us(steps));
		break;
	case 6:
		publish_some(steps);
		break;
	case 7:
		improve();
		break;
	case 8:
		unreachable(steps);
		break;
	case 9:
		receive_pongs();
		break;
	case 10:
	case 11:
		receive_data(steps, WIRE_MDAT);
		break;
	case 12:
		receive_data(steps, WIRE_DATA);
		break;
	case 13:
	case 14:
	case 15:
	case 16:
		receive_text(steps, what - 13);
		break;
	default:
		receive_fields(steps, types[(what - 17) % 7], steps_byte(steps));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct steps steps = {data, size, 0};
	scene_start(&steps);
	while (steps_are_left(&steps) && scene.now.us < INT64_MAX / 4) {
		step(&steps, steps_byte(&steps) % 24);
		scene_check();
	}
	scene_leave();
	return 0;
}
