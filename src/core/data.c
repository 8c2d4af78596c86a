/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* data.c - messages of the full profile: stamped by the root, known by their numbers, sent again
 * until the root has them. Rules [D1]-[D8]. */
#include "core/full_state.h"

#include <string.h>

/* [D6] A root acknowledges so soon; [D7] what is not acknowledged is sent again after that, then
 * twice as late each time, */
#define ACK_US          (5 * US_PER_MS)
#define AGAIN_US        (300 * US_PER_MS)
#define AGAIN_DOUBLINGS 3
#define AGAIN_A_CALL    64               /* messages at once, and more of them */
#define AGAIN_PACE_US   (10 * US_PER_MS) /* so much later. */

/* [D6] An acknowledgement tells of so many numbers besides those without a gap. */
#define ACK_SPAN 64

/* [D7] What was published before an epoch waits for a while, so that others find the new root, too.
 */
#define SETTLE_US (500 * US_PER_MS)

static bool is_settled(const struct full *f, struct time now)
{
	return time_is_never(f->settled_at) || time_is_due(f->settled_at, now);
}

/* [D7] Begins to send again what is kept: all of it, or what was sent long ago. */
static void begin_pass(struct member *m, bool is_all, struct time now)
{
	struct full *f = m->full;
	int64_t sent_us = is_all ? 0 : AGAIN_US;
	f->again_from = f->keep->first;
	f->again_until = time_after(now, m->config->held_us - sent_us);
}

void data_send_kept(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	if (!f->keep || f->keep->count == 0)
		return;
	backoff_reset(&f->again_backoff);
	begin_pass(m, true, in->now);
	f->again_at = is_settled(f, in->now) ? in->now : f->settled_at;
}

void data_begin_epoch(struct member *m, uint64_t key, uint64_t seq, const struct member_input *in)
{
	struct full *f = m->full;
	f->settled_at = f->key != 0 ? time_after(in->now, SETTLE_US) : TIME_NEVER;
	f->key = key;
	f->key_epoch = f->tick.epoch;
	f->seq = seq;
	window_init(&f->window, seq);
	f->lag_seq = f->lag_from = (uint32_t)seq;
	f->lags = 0;
	data_send_kept(m, in); /* The new root may not have it. */
	if (m->children.full_count > 0)
		f->tick_at = in->now; /* They want the key, too. */
}

/* --- Down the tree --- */

bool data_is_too_large(const struct payload *payload)
{
	return payload->run.segment_size > payload->header_size + WIRE_STAMPED_MAX;
}

bool data_is_refused(const struct member *m, const struct payload *payload)
{
	return data_is_too_large(payload) && !full_lets_base_in(m->full->config) &&
	       m->state != MEMBER_ROOT;
}

/* The root's part of a run: consecutive sequence numbers from here on. */
static void stamp_run(struct full *f, const struct payload *payload)
{
	char *bytes = (char *)(uintptr_t)payload->run.bytes;
	for (size_t i = 0; i < payload->run.count; i++)
		wire_stamp_put_root(bytes + i * payload->run.segment_size, f->key, f->tick.epoch,
				    ++f->seq);
	f->stamped += payload->run.count;
}

static void distribute(struct member *m, const struct payload *payload, uint64_t source,
		       uint64_t number, bool is_delivered, const struct member_input *in)
{
	struct full *f = m->full;
	struct spread s = {.payload = *payload,
			   .type = WIRE_MDAT,
			   .stamp = {.channel = payload->channel,
				     .key = f->key,
				     .epoch = f->tick.epoch,
				     .seq = f->seq + 1,
				     .source = source,
				     .number = number}};
	if (payload->header_size == WIRE_STAMP_SIZE) {
		stamp_run(f, payload);
	} else {
		f->seq += payload->run.count;
		f->stamped += payload->run.count;
	}
	s.kind = spread_kind_of_payload(payload);
	spread_to_children(m, &s, in);
	if (is_delivered)
		spread_to_user(m, &s, in);
}

void data_distribute_base(struct member *m, const struct payload *payload,
			  const struct member_input *in)
{
	struct full *f = m->full;
	if (data_is_too_large(payload)) { /* [D9] Without a number. */
		size_t room = payload->header_size == WIRE_STAMP_SIZE ? WIRE_STAMP_SIZE : 0;
		const struct spread bare = {
			.payload = {.run = run_one(payload->run.bytes + room,
						   payload->run.size - room),
				    .header_size = payload->header_size - room},
			.type = WIRE_DATA,
		};
		spread_to_children(m, &bare, in);
		spread_to_user(m, &bare, in);
		return;
	}
	/* [D8] The root numbers them, as if they were of one source. */
	distribute(m, payload, f->id ^ 1, f->base_number + 1, true, in);
	f->base_number += payload->run.count;
}

/* --- What comes --- */

enum verdict {
	VERDICT_STRANGE, /* Another key. */
	VERDICT_AGAIN,   /* Was here already. */
	VERDICT_PASS,    /* New in this epoch, but its message is not: for the children alone. */
	VERDICT_NEW,
};

/* What this epoch's root has stamped it knows apart. */
static struct source *source_for_root(struct full *f, uint64_t id)
{
	struct source *s = sources_find(f->sources, id);
	if (s->stamped_epoch != f->tick.epoch) {
		window_init(&s->stamped, 0);
		s->stamped_epoch = f->tick.epoch;
	}
	return s;
}

/* At the root, what a source sends. [D2] `ret_source` is written where it may be passed on. */
static enum verdict judge_for_root(struct member *m, const struct wire_stamp *s,
				   struct source **ret_source)
{
	struct full *f = m->full;
	if (s->key != f->key || s->seq != 0 || s->number == 0 || s->source == 0 ||
	    s->source == f->id)
		return VERDICT_STRANGE;
	struct source *source = source_for_root(f, s->source);
	if (!window_is_new(&source->stamped, s->number))
		return VERDICT_AGAIN;
	*ret_source = source;
	/* What an earlier root has passed to us others may lack. */
	return window_is_new(&source->delivered, s->number) ? VERDICT_NEW : VERDICT_PASS;
}

/* Elsewhere, what the root has stamped. [D4] */
static enum verdict judge(struct member *m, const struct wire_stamp *s, struct source **ret_source)
{
	struct full *f = m->full;
	/* A YJOI could not tell a higher one. */
	if (s->key != f->key || s->seq == 0 || s->seq > INT64_MAX || s->number == 0 ||
	    s->source == 0)
		return VERDICT_STRANGE;
	if (!window_is_new(&f->window, s->seq))
		return VERDICT_AGAIN;
	*ret_source = sources_find(f->sources, s->source);
	return window_is_new(&(*ret_source)->delivered, s->number) ? VERDICT_NEW : VERDICT_PASS;
}

static void remember(struct member *m, const struct wire_stamp *s, enum verdict verdict,
		     struct source *source)
{
	struct full *f = m->full;
	if (verdict < VERDICT_PASS)
		return;
	if (verdict == VERDICT_NEW)
		window_take(&source->delivered, s->number);
	if (s->seq == 0) {
		window_take(&source->stamped, s->number);
		return;
	}
	window_take(&f->window, s->seq);
	if (s->seq > f->seq)
		f->seq = s->seq;
}

/* How many at the beginning of the run are of one kind: of which, and the last stamp. */
static size_t judge_run(struct member *m, const struct run *run, bool is_root,
			enum verdict *ret_verdict, struct wire_stamp *ret_last,
			struct spread_kind *ret_kind)
{
	size_t count = 0;
	for (; count < run->count; count++) {
		struct wire_stamp s;
		wire_stamp_decode(run->bytes + count * run->segment_size, &s);
		struct source *source = NULL;
		enum verdict verdict =
			is_root ? judge_for_root(m, &s, &source) : judge(m, &s, &source);
		struct spread_kind kind = spread_kind_of(run, count);
		bool is_alike = verdict == *ret_verdict && spread_is_alike(kind, *ret_kind);
		if (count > 0 && !is_alike)
			break;
		*ret_kind = kind;
		remember(m, &s, verdict, source);
		*ret_verdict = verdict;
		*ret_last = s;
	}
	return count;
}

static void send_ack(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	const struct source *s = source_for_root(f, f->ack.source);
	uint32_t run = window_run_below(&s->stamped, f->ack.top);
	uint64_t below = f->ack.top - run;
	union wire_fields fields = {
		.MACK = {
			.key = f->key,
			.source = s->id,
			.top = f->ack.top,
			.run = run,
			.seen = below > 1 ? window_bits_below(&s->stamped, below - 1) : 0,
		}};
	f->ack.at = TIME_NEVER;
	action_send_fields(in->actions, WIRE_MACK, &f->ack.path, &fields);
}

/* [D6] The source is told soon, for all that has come meanwhile: of the numbers around these. */
static void owe_ack(struct member *m, const struct wire_stamp *last, size_t count,
		    const struct member_input *in)
{
	struct full *f = m->full;
	uint64_t before = last->number - (last->number < count ? last->number : count);
	bool is_near = before <= f->ack.top + ACK_SPAN && before + ACK_SPAN >= f->ack.top;
	if (!time_is_never(f->ack.at) && (f->ack.source != last->source || !is_near))
		send_ack(m, in);
	if (time_is_never(f->ack.at) || last->number > f->ack.top)
		f->ack.top = last->number;
	f->ack.source = last->source;
	f->ack.path = *in->path;
	if (time_is_never(f->ack.at))
		f->ack.at = time_after(in->now, ACK_US);
}

size_t data_take(struct member *m, const struct run *run, const struct member_input *in)
{
	struct full *f = m->full;
	bool is_root = m->state == MEMBER_ROOT;
	enum verdict verdict = VERDICT_STRANGE;
	struct wire_stamp last = {0};
	if (f->key == 0 || (!is_root && !link_brings_data(m, &in->path->remote, in->now))) {
		m->drops->count[DROP_DATA_STRANGER] += run->count;
		return run->count;
	}
	struct run rest = *run;
	if (is_root && m->quota) { /* [P5] One by one; what is beyond is not acknowledged. */
		rest = run_first(run, 1);
		if (quota_take(m->quota, &in->path->remote, 1, in->now) == 0) {
			m->drops->count[DROP_DATA_LIMIT]++;
			return 1;
		}
	}
	struct spread s = {.type = WIRE_MDAT};
	size_t count = judge_run(m, &rest, is_root, &verdict, &last, &s.kind);
	s.payload = (struct payload){.run = run_first(run, count), .header_size = WIRE_STAMP_SIZE};
	if (verdict == VERDICT_STRANGE)
		m->drops->count[DROP_DATA_KEY] += count;
	else if (verdict == VERDICT_AGAIN)
		m->drops->count[DROP_DUPLICATE] += count;
	if (is_root) {
		if (verdict >= VERDICT_PASS)
			distribute(m, &s.payload, last.source, last.number, verdict == VERDICT_NEW,
				   in);
		if (verdict != VERDICT_STRANGE)
			owe_ack(m, &last, count, in);
		return count;
	}
	if (verdict >= VERDICT_PASS)
		spread_to_children(m, &s, in);
	if (verdict == VERDICT_NEW)
		spread_to_user(m, &s, in);
	if (verdict != VERDICT_STRANGE) {
		if (endpoint_equal(&in->path->remote, &m->parent) && f->is_parent_full &&
		    m->state == MEMBER_ATTACHED)
			link_heard(m, in);
		link_check_move(m, in);
	}
	return count;
}

/* --- What is published --- */

static const struct endpoint *root_of(const struct member *m)
{
	const struct full *f = m->full;
	bool is_known = m->state == MEMBER_ATTACHED && f->is_parent_full && !f->is_enclave &&
			f->path.count > 0 && f->key != 0;
	return is_known ? &f->path.hops[f->path.count - 1].endpoint : NULL;
}

/* Numbers for a run; those before that have no room any more are given up. Gives the first. */
static uint64_t take_numbers(struct member *m, size_t count, const struct member_input *in)
{
	struct keep *k = m->full->keep;
	struct time until = time_after(in->now, m->config->held_us);
	size_t room = KEEP_MAX - k->count, over = count > room ? count - room : 0;
	keep_forget(k, over);
	if (over > 0) {
		m->drops->count[DROP_HELD_FULL] += over;
		*actions_put(in->actions) = (struct action){.type = ACTION_UNKEEP, .count = over};
	}
	uint64_t first = k->first + k->count;
	for (size_t i = 0; i < count; i++)
		(void)keep_put(k, until);
	return first;
}

/* A source's part of the stamps of a run, in their places. */
static void put_stamps(const struct payload *payload, struct wire_stamp stamp)
{
	char *bytes = (char *)(uintptr_t)payload->run.bytes;
	for (size_t i = 0; i < payload->run.count; i++, stamp.number++)
		wire_stamp_encode(&stamp, bytes + i * payload->run.segment_size);
}

/* [D1] Under a base parent, or too large for a stamp, a message goes as the base profile has it. */
static bool goes_bare(const struct member *m, const struct payload *payload)
{
	const struct full *f = m->full;
	bool is_below_base = m->state == MEMBER_ATTACHED && (f->is_enclave || !f->is_parent_full);
	return is_below_base || data_is_too_large(payload);
}

/* [D5] Nobody can bring back what we have delivered ourselves. */
static void take_own(struct full *f, uint64_t first, size_t count)
{
	struct window *own = &sources_find(f->sources, f->id)->delivered;
	for (uint64_t n = first; n < first + count; n++)
		window_take(own, n);
}

bool data_publish(struct member *m, const struct payload *payload, const struct member_input *in)
{
	struct full *f = m->full;
	size_t count = payload->run.count;
	bool is_root = m->state == MEMBER_ROOT;
	if (goes_bare(m, payload)) {
		if (payload->channel == 0)
			return false;
		m->drops->count[DROP_CHANNEL] += count; /* [K4] */
		return true;
	}
	bool is_at_once = is_root && !(f->keep && f->keep->count > 0);
	if (!is_at_once && (!f->keep || count > KEEP_MAX))
		return false;
	struct wire_stamp stamp = {.channel = payload->channel, .key = f->key, .source = f->id};
	stamp.number = f->keep ? f->keep->first + f->keep->count : f->base_number + 1;
	if (!is_at_once)
		stamp.number = take_numbers(m, count, in);
	else if (f->keep)
		keep_skip(f->keep, count);
	else
		f->base_number += count;
	if (payload->header_size == WIRE_STAMP_SIZE)
		put_stamps(payload, stamp);
	if (is_at_once) {
		take_own(f, stamp.number, count);
		distribute(m, payload, f->id, stamp.number, true, in);
		return true;
	}
	*actions_put(in->actions) =
		(struct action){.type = ACTION_KEEP, .payload = *payload, .stamp = stamp};
	const struct endpoint *root = root_of(m);
	if (root)
		*actions_put(in->actions) = (struct action){
			.type = ACTION_DATA,
			.message = WIRE_MDAT,
			.path = {.remote = *root},
			.payload = *payload,
			.stamp = stamp,
		};
	if (is_root)
		f->again_at = in->now; /* Behind those that wait. */
	else if (time_is_never(f->again_at))
		f->again_at = time_after(in->now, AGAIN_US);
	return true;
}

static void acknowledge(struct member *m, const struct wire_MACK *a, const struct member_input *in)
{
	struct full *f = m->full;
	unsigned count = f->keep ? keep_acknowledge(f->keep, a->top, a->run, a->seen) : 0;
	if (count == 0)
		return;
	*actions_put(in->actions) = (struct action){.type = ACTION_UNKEEP, .count = count};
	backoff_reset(&f->again_backoff);
	if (f->keep->count == 0)
		f->again_at = TIME_NEVER;
	else if (f->again_from == 0)
		f->again_at = time_after(in->now, AGAIN_US);
}

void data_on_ack(struct member *m, const struct member_input *in)
{
	const struct wire_MACK *a = &in->message->fields.MACK;
	if (a->key != m->full->key || a->source != m->full->id || m->full->key == 0)
		m->drops->count[DROP_UNEXPECTED]++;
	else
		acknowledge(m, a, in);
}

void data_again(struct member *m, char *message, size_t size, const struct member_input *in)
{
	struct full *f = m->full;
	struct wire_stamp s;
	if (size < WIRE_STAMP_SIZE)
		return; /* There was no memory to keep it. */
	wire_stamp_decode(message, &s);
	if (keep_is_acknowledged(f->keep, s.number))
		return; /* One before it is not. */
	s.flags |= WIRE_STAMP_AGAIN;
	s.key = f->key;
	s.epoch = 0;
	s.seq = 0;
	s.source = f->id;
	wire_stamp_encode(&s, message);
	struct payload payload = {.run = run_one(message, size), .header_size = WIRE_STAMP_SIZE};
	const struct endpoint *root = root_of(m);
	if (m->state == MEMBER_ROOT) { /* We are the root meanwhile. */
		struct window *own = &sources_find(f->sources, f->id)->delivered;
		bool is_new = window_is_new(own, s.number);
		if (is_new)
			window_take(own, s.number);
		distribute(m, &payload, s.source, s.number, is_new, in);
	} else if (root) {
		*actions_put(in->actions) = (struct action){
			.type = ACTION_DATA,
			.message = WIRE_MDAT,
			.path = {.remote = *root},
			.payload = payload,
		};
	}
}

/* --- Time --- */

/* The next messages of the pass, to the root. */
static void go_on(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	const struct keep *k = f->keep;
	if (f->again_from < k->first)
		f->again_from = k->first;
	unsigned first = (unsigned)(f->again_from - k->first);
	unsigned count = keep_count_due(k, first, AGAIN_A_CALL, f->again_until);
	if (count > 0) {
		*actions_put(in->actions) =
			(struct action){.type = ACTION_AGAIN, .first = first, .count = count};
		f->again_from += count;
		f->again_at = time_after(in->now, AGAIN_PACE_US);
		return;
	}
	f->again_from = 0;
	f->again_at = time_after(
		in->now, backoff_next_us(&f->again_backoff, AGAIN_US, AGAIN_DOUBLINGS, &m->random));
}

/* We are the root meanwhile: it has them from now, and nobody else has to say so. */
static void take_over(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	unsigned kept = f->keep->count, count = kept < AGAIN_A_CALL ? kept : AGAIN_A_CALL;
	*actions_put(in->actions) = (struct action){.type = ACTION_AGAIN, .count = count};
	keep_forget(f->keep, count);
	*actions_put(in->actions) = (struct action){.type = ACTION_UNKEEP, .count = count};
	f->again_from = 0;
	f->again_at = kept > count ? in->now : TIME_NEVER;
}

static void send_again(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	unsigned expired = keep_expire(f->keep, in->now);
	if (expired > 0) {
		m->drops->count[DROP_HELD_EXPIRED] += expired;
		*actions_put(in->actions) =
			(struct action){.type = ACTION_UNKEEP, .count = expired};
	}
	f->again_at = TIME_NEVER;
	if (f->keep->count == 0)
		return;
	if (!is_settled(f, in->now)) {
		f->again_at = f->settled_at;
		return;
	}
	if (m->state == MEMBER_ROOT) {
		take_over(m, in);
		return;
	}
	if (!root_of(m)) { /* Once it is known, all of it. */
		f->again_at = time_after(in->now, AGAIN_US);
		return;
	}
	if (f->again_from == 0)
		begin_pass(m, false, in->now);
	go_on(m, in);
}

void data_on_time(struct member *m, const struct member_input *in)
{
	struct full *f = m->full;
	if (time_is_due(f->ack.at, in->now))
		send_ack(m, in);
	else if (f->keep && time_is_due(f->again_at, in->now))
		send_again(m, in);
}

struct time data_deadline(const struct member *m)
{
	const struct full *f = m->full;
	return time_earlier(f->ack.at, f->keep ? f->again_at : TIME_NEVER);
}
