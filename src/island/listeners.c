/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "island/listeners.h"

void listeners_init(struct listeners *l, bool is_v4, const struct endpoint *self, struct time now)
{
	*l = (struct listeners){
		.is_v4 = is_v4,
		.self = *self,
		.query_at = now,
		.startup_left = LISTENERS_STARTUP_COUNT,
	};
	bucket_init(&l->left_bucket, LISTENERS_LEFT_PER_S, LISTENERS_LEFT_MAX);
}

unsigned listeners_add(struct listeners *l, const struct endpoint *group)
{
	if (l->count == LISTENERS_GROUPS_MAX)
		return LISTENERS_GROUPS_MAX;
	struct endpoint address = *group;
	address.port = 0;
	/* Who listens already is asked at once: an answer to a general query may take 10 s. */
	l->groups[l->count] = (struct listeners_group){
		.group = address, .query_at = l->query_at, .queries_left = LISTENERS_STARTUP_COUNT};
	return l->count++;
}

static void joined(struct listeners *l, const struct endpoint *group, struct time now)
{
	for (unsigned i = 0; i < l->count; i++) {
		if (!endpoint_equal(&l->groups[i].group, group))
			continue;
		l->groups[i].until = time_after(now, LISTENERS_MEMBER_US);
		l->groups[i].query_at = TIME_NEVER;
		l->groups[i].queries_left = 0;
	}
}

static bool is_querier(const struct listeners *l, struct time now)
{
	return time_is_due(l->other_until, now);
}

/* Nobody here wants to know, but switches do. */
static void left_other(struct listeners *l, const struct endpoint *group, struct time now)
{
	if (!is_querier(l, now) || l->left_count == LISTENERS_LEFT_MAX ||
	    !endpoint_is_multicast(group) ||
	    !time_is_due(bucket_ready_at(&l->left_bucket, now), now))
		return;
	bucket_take(&l->left_bucket, now);
	l->left[l->left_count++] = *group;
}

/* Whether others still listen is asked twice, a second apart. RFC 3376 section 6.6.3.1. */
static void left(struct listeners *l, const struct endpoint *group, struct time now)
{
	bool is_watched = false;
	for (unsigned i = 0; i < l->count; i++) {
		struct listeners_group *g = &l->groups[i];
		if (!endpoint_equal(&g->group, group))
			continue;
		is_watched = true;
		if (time_is_due(g->until, now) || g->queries_left > 0)
			continue;
		g->queries_left = 2;
		g->query_at = now;
		g->until = time_earlier(g->until, time_after(now, 2 * LISTENERS_LAST_US));
	}
	if (!is_watched)
		left_other(l, group, now);
}

/* A record of IGMPv3 or MLDv2: whether it says that somebody listens. */
static void take_record(struct listeners *l, const struct record *r, struct time now)
{
	switch (r->type) {
	case MODE_IS_INCLUDE:
	case ALLOW_NEW_SOURCES:
		if (r->source_count > 0)
			joined(l, &r->group, now);
		break;
	case CHANGE_TO_INCLUDE:
		if (r->source_count > 0)
			joined(l, &r->group, now);
		else
			left(l, &r->group, now);
		break;
	case BLOCK_OLD_SOURCES:
		left(l, &r->group, now);
		break;
	case MODE_IS_EXCLUDE:
	case CHANGE_TO_EXCLUDE:
		joined(l, &r->group, now);
		break;
	default:
		break;
	}
}

/* The lower address asks. RFC 3376 section 6.6.2; 0.0.0.0 is a switch's, which does not count. */
static void take_query(struct listeners *l, const struct frame *f, struct time now)
{
	struct endpoint source = f->source;
	source.port = 0;
	if (endpoint_is_unspecified(&source) ||
	    memcmp(source.address, l->self.address, sizeof(source.address)) >= 0)
		return;
	l->other_until = time_after(now, LISTENERS_OTHER_US);
	if (!time_is_due(l->query_at, now))
		l->query_at = time_after(now, LISTENERS_OTHER_US);
}

void listeners_take(struct listeners *l, const struct frame *f, struct time now)
{
	bool is_ours = f->kind == (l->is_v4 ? FRAME_IGMP : FRAME_MLD) && !f->message.is_invalid;
	if (!is_ours)
		return;
	const struct message *m = &f->message;
	struct endpoint group = m->group;
	group.port = 0;
	switch (m->type) {
	case MESSAGE_QUERY:
		take_query(l, f, now);
		return;
	case MESSAGE_LEAVE:
		l->reports++;
		left(l, &group, now);
		return;
	case MESSAGE_REPORT:
		l->reports++;
		break;
	default:
		return;
	}
	if (m->record_count == 0) {
		joined(l, &group, now);
		return;
	}
	struct record record;
	size_t place = 0;
	while (frame_next_record(f, &place, &record)) {
		record.group.port = 0;
		take_record(l, &record, now);
	}
}

bool listeners_has(const struct listeners *l, unsigned place, struct time now)
{
	return place < l->count && !time_is_due(l->groups[place].until, now);
}

bool listeners_next_query(struct listeners *l, struct time now, struct endpoint *ret_group)
{
	if (time_is_due(l->query_at, now)) {
		bool is_startup = l->startup_left > 0;
		l->startup_left -= is_startup;
		l->query_at =
			time_after(now, is_startup ? LISTENERS_STARTUP_US : LISTENERS_QUERY_US);
		/* At the start even where another asks, to learn who listens now. */
		if (is_querier(l, now) || is_startup) {
			*ret_group = (struct endpoint){.port = 0};
			return true;
		}
	}
	if (l->left_count > 0) {
		*ret_group = l->left[--l->left_count];
		return true;
	}
	for (unsigned i = 0; i < l->count; i++) {
		struct listeners_group *g = &l->groups[i];
		if (g->queries_left == 0 || !time_is_due(g->query_at, now))
			continue;
		g->queries_left--;
		g->query_at = g->queries_left > 0 ? time_after(now, LISTENERS_LAST_US) : TIME_NEVER;
		*ret_group = g->group;
		return true;
	}
	return false;
}

struct time listeners_deadline(const struct listeners *l)
{
	struct time deadline = l->query_at;
	for (unsigned i = 0; i < l->count; i++)
		deadline = time_earlier(deadline, l->groups[i].query_at);
	return deadline;
}
