/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "island/election.h"

void election_init(struct election *e, uint64_t serial)
{
	*e = (struct election){
		.serial = serial, .listens_until = TIME_NEVER, .hello_at = TIME_NEVER};
}

unsigned election_add(struct election *e, const struct endpoint *group)
{
	if (e->group_count == HELLO_GROUPS_MAX)
		return HELLO_GROUPS_MAX;
	e->groups[e->group_count] = (struct election_group){.digest = hello_group(group)};
	return e->group_count++;
}

void election_set_place(struct election *e, uint64_t id, uint64_t key, bool is_attached,
			struct time now)
{
	e->id = id;
	if (key != 0 && key != e->key) {
		e->former_key = e->key;
		e->former_until = time_after(now, ELECTION_KEY_US);
		e->key = key;
	}
	is_attached = is_attached && e->key != 0;
	if (is_attached == e->is_attached)
		return;
	e->is_attached = is_attached;
	if (e->key == 0)
		return;
	e->hello_at = now; /* The others are told at once. */
	if (is_attached)
		election_listen(e, now);
}

void election_listen(struct election *e, struct time now)
{
	e->listens_until = time_after(now, ELECTION_DEAD_US);
}

/* --- Others --- */

static bool is_alive(const struct election_peer *p, struct time now)
{
	return p->id != 0 && !(p->hello.flags & HELLO_BYE) &&
	       time_elapsed_us(p->heard_at, now) < ELECTION_DEAD_US;
}

bool election_knows(const struct election *e, uint64_t id, struct time now)
{
	for (unsigned i = 0; i < ELECTION_PEERS_MAX; i++)
		if (id != 0 && e->peers[i].id == id)
			return time_elapsed_us(e->peers[i].heard_at, now) < ELECTION_KNOWN_US;
	return false;
}

/* The place of a peer, else one that is free, else of one that is gone for longest; NULL: all are
 * there. */
static struct election_peer *peer_of(struct election *e, uint64_t id, struct time now)
{
	struct election_peer *place = NULL;
	for (unsigned i = 0; i < ELECTION_PEERS_MAX; i++) {
		struct election_peer *p = &e->peers[i];
		if (p->id == id)
			return p;
		if (is_alive(p, now))
			continue;
		if (!place ||
		    (place->id != 0 && (p->id == 0 || p->heard_at.us < place->heard_at.us)))
			place = p;
	}
	return place;
}

void election_take(struct election *e, const char *bytes, size_t size, struct time now)
{
	struct hello hello;
	enum hello_fault fault = hello_decode(bytes, size, e->key, &hello);
	if (fault == HELLO_STRANGER && e->former_key != 0 && !time_is_due(e->former_until, now))
		fault = hello_decode(bytes, size, e->former_key, &hello);
	if (fault != HELLO_GOOD) {
		e->malformed += fault == HELLO_MALFORMED;
		e->strangers += fault == HELLO_STRANGER;
		return;
	}
	if (hello.id == e->id || hello.id == 0)
		return; /* Our own. */
	struct election_peer *p = peer_of(e, hello.id, now);
	if (!p) {
		e->crowded++;
		return;
	}
	if (p->id == hello.id && hello.serial <= p->hello.serial) {
		e->replayed++;
		return;
	}
	bool is_news = p->id != hello.id || hello.flags != p->hello.flags;
	*p = (struct election_peer){.id = hello.id, .heard_at = now, .hello = hello};
	if (is_news && e->key != 0)
		e->hello_at = time_earlier(e->hello_at, time_after(now, ELECTION_HELLO_US / 8));
}

/* --- Ourselves --- */

/* What a peer says of a group: whether it serves it, and holds it. */
static bool serves(const struct election_peer *p, uint64_t digest, bool *ret_holds)
{
	for (unsigned i = 0; i < p->hello.count; i++) {
		if ((p->hello.groups[i] & ~HELLO_HOLDS) != digest)
			continue;
		*ret_holds = (p->hello.groups[i] & HELLO_HOLDS) != 0;
		return true;
	}
	return false;
}

enum election_event election_judge(struct election *e, unsigned place, struct time now)
{
	struct election_group *g = &e->groups[place];
	bool is_lowest = true, was_held = g->is_held;
	g->holder = 0;
	for (unsigned i = 0; i < ELECTION_PEERS_MAX; i++) {
		const struct election_peer *p = &e->peers[i];
		bool holds = false;
		if (!is_alive(p, now) || !(p->hello.flags & HELLO_ATTACHED) ||
		    !serves(p, g->digest, &holds))
			continue;
		is_lowest = is_lowest && e->id < p->id;
		if (holds && (g->holder == 0 || p->id < g->holder))
			g->holder = p->id;
	}
	bool may_take = g->holder == 0 && is_lowest && time_is_due(e->listens_until, now);
	bool may_keep = g->holder == 0 || e->id < g->holder;
	g->is_held = e->is_attached && (was_held ? may_keep : may_take);
	if (g->is_held == was_held)
		return ELECTION_NOTHING;
	e->hello_at = now; /* The others are told at once. */
	return g->is_held ? ELECTION_TAKEN : e->is_attached ? ELECTION_YIELDED : ELECTION_LOST;
}

static size_t say(struct election *e, uint8_t flags, char out[HELLO_SIZE_MAX])
{
	struct hello hello = {
		.flags = flags,
		.count = (uint16_t)e->group_count,
		.id = e->id,
		.serial = ++e->serial,
	};
	for (unsigned i = 0; i < e->group_count; i++)
		hello.groups[i] = e->groups[i].digest | (e->groups[i].is_held ? HELLO_HOLDS : 0);
	return hello_encode(&hello, e->key, out);
}

bool election_on_time(struct election *e, struct time now, char out[HELLO_SIZE_MAX],
		      size_t *ret_size)
{
	if (!time_is_due(e->hello_at, now))
		return false;
	e->hello_at = time_after(now, ELECTION_HELLO_US);
	*ret_size = say(e, e->is_attached ? HELLO_ATTACHED : 0, out);
	return true;
}

struct time election_deadline(const struct election *e)
{
	return e->hello_at;
}

bool election_leave(struct election *e, char out[HELLO_SIZE_MAX], size_t *ret_size)
{
	if (e->key == 0)
		return false;
	for (unsigned i = 0; i < e->group_count; i++)
		e->groups[i].is_held = false;
	*ret_size = say(e, HELLO_BYE, out);
	return true;
}
