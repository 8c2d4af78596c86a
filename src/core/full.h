/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CORE_FULL_H
#define RAMURE_CORE_FULL_H
/* full.h - what a member of the full profile has besides that of the base profile. doc/protocol.md,
 * sections 11 to 26.
 *
 * A struct full is lent to a member by its caller and belongs to it from then on; a member without
 * one speaks the base profile alone. All times are microseconds.
 */
#include "base/bucket.h"
#include "core/action.h"
#include "core/backoff.h"
#include "core/keep.h"
#include "core/proof.h"
#include "core/quota.h"
#include "core/window.h"

/* The profile of who does not choose: base or full. */
#define PROFILE_DEFAULT "full"

enum policy {
	POLICY_CLOSEST, /* Least round-trip time, and a part of the parent's delay from the root;
			   among those that are as good, the fewest hops. */
	POLICY_SHALLOW, /* The fewest hops. */
	POLICY_RANDOM,  /* Any. */
};

/* The same for many members; kept, and not changed while one lives. */
struct full_config {
	enum policy policy;
	bool accept_base;              /* Base nodes are let in, within bounds. [I6] */
	char group[WIRE_WORD_MAX + 1]; /* Empty: the base group. */
	int64_t tick_us;               /* Between ticks. [T1] */
	int64_t ask_us;                /* Between questions to a parent that is silent. [T3] */
	unsigned asks;                 /* Unanswered questions in a row after which it is dead. */
	unsigned report_ticks;         /* A report after each so many ticks. [T6] */
	int64_t stale_us;              /* A tick that stands still for so long: detached. [T4] */
	int64_t patience_us;           /* And for so long those above may mend it. [T5] */
	int64_t root_refresh_us;       /* The root to the rendezvous point. [E2] */
	int64_t root_retry_us;         /* The same, while that does not answer. [E5] */
	int64_t improve_us;     /* The first attempt at a better place comes so long after the last
				   move, each further one twice as long after the one before, */
	int64_t improve_max_us; /* up to that; 0: none at all. [V1] */
	int64_t foster_us;      /* A foster child hangs so long at most. [J8] */
	unsigned base_answers_per_s, base_data_per_s; /* Budgets for the unproven. [I6] */
};

#define FULL_CONFIG_DEFAULT                                                                        \
	((struct full_config){                                                                     \
		.policy = POLICY_CLOSEST,                                                          \
		.accept_base = true,                                                               \
		.tick_us = US_PER_S,                                                               \
		.ask_us = 150 * US_PER_MS,                                                         \
		.asks = 10,                                                                        \
		.report_ticks = 5,                                                                 \
		.stale_us = 5 * US_PER_S,                                                          \
		.patience_us = 3 * US_PER_S,                                                       \
		.root_refresh_us = 3 * US_PER_S,                                                   \
		.root_retry_us = 2 * US_PER_S,                                                     \
		.improve_us = 60 * US_PER_S,                                                       \
		.improve_max_us = 1800 * US_PER_S,                                                 \
		.foster_us = 5 * US_PER_S,                                                         \
		.base_answers_per_s = 100,                                                         \
		.base_data_per_s = 1000,                                                           \
	})

/* [I5] Requests that a member takes from an address, and a prefix, a second; and at once. */
#define FULL_ADDRESS_PER_S   64
#define FULL_ADDRESS_AT_ONCE 128
#define FULL_PREFIX_PER_S    1024
#define FULL_PREFIX_AT_ONCE  2048

/* [I6], [E8] Base nodes are let in: into a named group they cannot ask to be. */
static inline bool full_lets_base_in(const struct full_config *c)
{
	return c->accept_base && c->group[0] == '\0';
}

/* Other ticks, and what is counted in them. */
static inline void full_config_set_tick(struct full_config *c, int64_t tick_us)
{
	c->tick_us = tick_us;
	c->stale_us = 5 * tick_us;
	c->patience_us = 3 * tick_us;
}

struct walk_pool;

/* What is lent to one member. */
struct full_options {
	const struct full_config *config;  /* Kept. */
	uint8_t secret[PROOF_SECRET_SIZE]; /* Unpredictable to others. */
	struct sources *sources;           /* Kept; see window.h. */
	struct walk_pool *walks;           /* Kept; may be shared by members of one caller. */
	struct keep *keep;                 /* Kept; NULL: nothing is kept for a second try. */
	/* [I5] Of requests from strangers, for each address, each prefix; kept; NULL: no limit. */
	struct quota *address_quota, *prefix_quota;
};

struct walk;

/* A link that may still bring data, or once more does, besides that of the parent: of the former
 * parent while one moves [V3], or of who has taken us as a foster child [J8]. */
struct side_link {
	struct endpoint endpoint; /* Port 0: none. */
	uint64_t token;
	struct time until;
};

/* A member's state in the full profile. What is its own; ticks and data: sections 15 to 22. */
struct full {
	const struct full_config *config;
	struct sources *sources;
	struct walk_pool *walks;
	struct keep *keep;
	struct quota *address_quota, *prefix_quota;
	struct proof proof;
	uint64_t id; /* Of this start. */

	/* The rendezvous point. */
	uint64_t nonce;      /* Of the open request, whoever is asked. */
	uint64_t rdv_cookie; /* 0: none yet. */
	uint64_t rdv_token;  /* Of our registration; 0: none. */
	uint32_t root_epoch; /* The last of which we were the root; 0: none. */
	uint32_t rdv_epoch;  /* The latest that it told of. */
	bool is_rdv_full;    /* As it answered last. */

	/* The root's ticks. */
	struct wire_tick_number tick;   /* The newest, received or made. */
	struct wire_tick_number passed; /* The newest that was passed to a child. [N1] */
	struct time tick_changed_at;    /* When `tick` became newer. */
	struct time tick_at;            /* When to make or repeat one; TIME_NEVER: no children. */
	bool is_enclave;                /* The root above has a parent of the base profile. */
	bool is_detached;               /* [T4] */
	bool is_holding;                /* Ticks are held back for a move. [N2] */
	unsigned ticks_to_report;
	uint16_t reported_room;
	uint8_t reports_again;    /* Reports that are made with the next ticks. [K2] */
	uint64_t reported_wanted; /* Channels. */
	struct time want_at;      /* When to tell of others; TIME_NEVER: nothing is to be told. */
	struct time reported_at;
	uint32_t told_hash, told_epoch; /* What the children were told of path and key. */

	/* The parent. */
	bool is_parent_full;
	uint8_t asks;      /* Questions that it left unanswered in a row. */
	uint8_t lags;      /* Ticks in a row without the data that they tell of. [T7] */
	uint16_t depth;    /* Hops to the root. */
	uint32_t delay_us; /* From the root. */
	uint32_t rtt_us;   /* To the parent and back. */
	uint32_t lag_seq;  /* Our newest data at its last tick; */
	uint32_t lag_from; /* what it had when it became our parent. */
	uint64_t parent_id;
	uint64_t token;     /* Of the link. */
	uint64_t ask_nonce; /* Of the question on its way; 0: none. */
	struct time ask_at; /* When to ask whether it is there, or again. */
	struct time asked_at;
	struct wire_path path; /* From the parent up to the root; count 0: not known. */

	/* Other links, and a search for a place. */
	struct side_link former, foster;
	struct walk *walk;
	struct time walk_at;    /* When the next one begins; TIME_NEVER: none is wanted. */
	struct time improve_at; /* [V1] */
	struct time moved_at;
	struct backoff improve_backoff, rescue_backoff;
	struct endpoint dead; /* Whom we gave up, and do not ask again. */
	struct time dead_until;

	/* Data. */
	uint64_t key;         /* 0: not known. */
	uint32_t key_epoch;   /* Whose it is. */
	uint64_t base_number; /* Of messages of base sources, which the root numbers. */
	uint64_t meet_from; /* While one moves: the newest that we had then, and the newest that */
	uint64_t meet_seq; /* the new parent had. The former one has to bring those between. [V3] */
	uint64_t seq;      /* At the root the newest that was stamped; else the newest received. */
	struct window window;
	struct {
		struct path path;
		uint64_t source, top; /* Whose, and the highest number that it tells of. */
		struct time at;       /* TIME_NEVER: none is due. */
	} ack;                        /* That the root owes a source. [D6] */
	struct time again_at;         /* When what is kept is sent again, */
	struct time again_until;      /* as far as it is kept until then at most, */
	struct time settled_at;       /* In a new epoch not before that; TIME_NEVER: any time. */
	uint64_t again_from;          /* from this number on; 0: not begun. [D7] */
	struct backoff again_backoff;
	struct bucket base_answers, base_data; /* [I6] */
	uint64_t stamped;                      /* Messages. */

	/* Channels. */
	uint64_t wanted; /* By our own user. [K2] */
	uint64_t pruned; /* Copies that were spared, as nobody there wanted them. [K3] */
};

#endif
