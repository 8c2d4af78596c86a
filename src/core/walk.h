/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CORE_WALK_H
#define RAMURE_CORE_WALK_H
/* walk.h - a search for a parent: whom there is to ask, what is known of each, who is next. Rules
 * [J1]-[J5].
 *
 * HMTP's walk (Zhang, Jamin, Zhang, 2002, section 3) with its stack made a table: of all that were
 * met, the best is next, so that to go back is nothing special, and nobody is asked twice. Fixed
 * size, from a pool that the caller lends, since few members search at a time. No clock, I/O or
 * allocation.
 *
 *     walk_take -> walk_start -> ( walk_add | walk_next | fields of candidates )* -> walk_give
 */
#include "base/random.h"
#include "core/full.h"

#define WALK_CANDIDATES  64
#define WALK_ASKED_MAX   32   /* After so many the best place that is known is taken; */
#define WALK_IMPROVE_MAX 32   /* So many for a better place, */
#define WALK_CURIOUS_MAX 20   /* and of those that do not look better no more. */
#define WALK_ENDED       2000 /* without any, a tree that is a chain is walked to its end. */

enum walk_purpose {
	WALK_JOIN,    /* No place yet: from the root. */
	WALK_ORPHAN,  /* The parent is lost: from the grandparent, then up the root path. */
	WALK_RESCUE,  /* Detached: the same, and the parent is kept meanwhile. */
	WALK_IMPROVE, /* For a better place: from a random member of the root path. */
	WALK_YIELD,   /* The parent has given the place to another: from the parent. */
};

enum candidate_state {
	CANDIDATE_LISTED, /* Somebody has named it. */
	CANDIDATE_KNOWN,  /* It has answered. */
	CANDIDATE_FAILED, /* Did not answer, or refused for good: not asked again in this walk. */
};

struct candidate {
	struct endpoint endpoint;
	uint64_t cookie; /* 0: none yet. */
	uint64_t nonce;  /* Of the PING on its way; 0: none. */
	struct time pinged_at;
	uint32_t rtt_us;   /* Smoothed (RFC 6298 section 2). */
	uint32_t delay_us; /* From the root. */
	uint32_t yield_us; /* Between it and its child that would go for a nearer one; 0: none. */
	uint32_t draw;     /* Decides where nothing else does. */
	uint16_t depth;    /* Hops to the root. */
	uint16_t room;     /* Hops down to the nearest free place. */
	uint8_t state;     /* enum candidate_state */
	uint8_t samples;   /* Round-trip times measured. */
	uint8_t pings;     /* Sent. */
	uint8_t free;      /* Children that it would take. */
	uint8_t stale;     /* Times that it was refused since its tick was not newer. */
	bool is_full;      /* Known to be of the full profile. */
	bool is_current;   /* Our parent. */
	bool gives_way;    /* It has a child that would go for us. [V5] */
};

/* What a candidate is asked for. */
enum want {
	WANT_PROBE, /* What it knows. */
	WANT_PLACE,
	WANT_SHELTER, /* To be its foster child alone. [J8] */
};

struct walk {
	struct walk *next_free;
	enum walk_purpose purpose;
	unsigned count, asked;
	unsigned current;   /* Who is asked now; `count`: nobody. */
	unsigned seed;      /* Of the root path: whose turn as a beginning is next. */
	enum want want;     /* Of the open request. */
	unsigned shelters;  /* Members that were asked for shelter. */
	unsigned losses;    /* Places that others have taken meanwhile. [J9] */
	struct time due_at; /* When to go on though not all have answered. */
	struct time asked_at;
	struct candidate candidates[WALK_CANDIDATES];
};

struct walk_pool;

/* [V4] True if who has the one round trip is so much nearer than who has the other that the place
 * is better given to the one. */
bool walk_is_nearer(uint64_t rtt_us, uint64_t other_us);

/* Bytes of a pool, and an empty one in memory of that size, aligned for any type. */
size_t walk_pool_size(unsigned walks);
void walk_pool_init(struct walk_pool *p, unsigned walks);

/* NULL: all are in use. */
struct walk *walk_take(struct walk_pool *p);
void walk_give(struct walk_pool *p, struct walk *w);

void walk_start(struct walk *w, enum walk_purpose purpose);

/* Forgets all candidates but those that failed. */
void walk_restart(struct walk *w);

/* Adds somebody, unless it is there; NULL if it is, or there is no room. */
struct candidate *walk_add(struct walk *w, const struct endpoint *e, struct random *random);

/* The candidate with this endpoint; NULL: none. */
struct candidate *walk_find(struct walk *w, const struct endpoint *e);

/* A round-trip time was measured. */
void candidate_measured(struct candidate *c, int64_t rtt_us);

/* True if it would take us: it has a free place, or a child that would go for who is as near as we
 * are [V4], or has a subtree as tall as ours [V5]. */
bool candidate_has_place(const struct candidate *c);

/* What a place under it costs: for POLICY_CLOSEST microseconds, else hops. */
uint64_t candidate_cost(const struct candidate *c, enum policy policy);

/* True if the policy wants it measured first. */
bool candidate_is_to_measure(const struct candidate *c, enum policy policy);

/* The least cost of those that were measured; UINT32_MAX: none was. */
uint64_t walk_least_cost(const struct walk *w, enum policy policy);

/* The best to go on with: to be asked what it knows (LISTED), or for a place (KNOWN, and free).
 * NULL: none is left. */
struct candidate *walk_best(struct walk *w, enum policy policy);

/* The same of those that were not asked. */
struct candidate *walk_best_listed(struct walk *w, enum policy policy);

/* True if a place under `a` is so much better than under `b` that moving pays. [V2] */
bool candidate_is_gain(const struct candidate *a, const struct candidate *b, enum policy policy);

#endif
