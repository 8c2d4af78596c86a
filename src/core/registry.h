/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CORE_REGISTRY_H
#define RAMURE_CORE_REGISTRY_H
/* registry.h - the rendezvous point: remembers the root of each tree. Rules [R1]-[R6] for nodes of
 * the base profile; [I1]-[I5], [E1]-[E8] for those of the full one.
 *
 * No clock, socket, log or allocation. One root for each group and address family, since a node of
 * one family cannot reach a root of the other. Times are on the caller's monotonic clock.
 *
 *     registry_init -> registry_restore*
 *                   -> ( registry_receive | registry_on_unreachable | registry_on_time )*
 *                   -> nothing to free
 */
#include "base/time.h"
#include "core/action.h"
#include "core/drops.h"
#include "core/proof.h"
#include "core/quota.h"

/* More than the three and a half refreshes of a full root, each up to half as late again, of RFC
 * 2205 section 3.7: before that, a complaint tells of a dead one. [E2] */
#define REGISTRY_FULL_GUARD_US (105 * US_PER_S)

/* Requests of the full profile. [I5] */
#define REGISTRY_ADDRESS_PER_S   32
#define REGISTRY_ADDRESS_AT_ONCE 64
#define REGISTRY_PREFIX_PER_S    512
#define REGISTRY_PREFIX_AT_ONCE  1024

/* A series of questions to a root that may be dead: so many, evenly over so long. [E4] */
#define REGISTRY_PROBES   6
#define REGISTRY_PROBE_US (2 * US_PER_S)

/* A base node cannot complain: a full root that is three and a half refreshes late is asked when it
 * asks who the root is. [E4] */
#define REGISTRY_QUIET_US (10500 * US_PER_MS)

/* So many of the root's children are named besides it. [E5] */
#define REGISTRY_MEMBERS 3

struct registry_root;

struct registry_config {
	int64_t guard_us;      /* After which a base root that did not refresh is forgotten. */
	bool is_loopback_only; /* It listens on loopback addresses alone. */
	bool is_full;          /* False: the base profile, and none of what follows is used. */
	bool accept_base;      /* Bare requests are answered. */
	int64_t full_guard_us; /* As guard_us, for a full root. */
	uint8_t secret[PROOF_SECRET_SIZE]; /* Unpredictable to others; drawn at each start. */
	struct quota *address_quota;       /* Lent; NULL: no limit for each address, */
	struct quota *prefix_quota;        /* for each prefix. */
	struct registry_root *more;        /* Lent: room for groups besides the base group. */
	unsigned more_max;
};

/* A series of questions whether a root is there. */
struct registry_probe {
	uint64_t nonce; /* Of its PINGs; 0: there is no series now. */
	struct time next_at;
	unsigned sent;
	bool is_base_claim;               /* A bare RREG came from the full root's endpoint. */
	struct endpoint complainer;       /* Port 0: nobody. */
	struct wire_tick_number tick;     /* The newest that those who complain have seen, */
	struct wire_tick_number reported; /* and others, since the series began. */
};

/* A group's root in one address family. Of one that is written down (ACTION_STORE) and comes back
 * (registry_restore) count the fields up to `epoch`. */
struct registry_root {
	char group[WIRE_WORD_MAX + 1]; /* Empty: the base group. */
	bool is_v4;
	bool is_registered;
	bool is_full;             /* It registered by a full RREG. */
	struct endpoint endpoint; /* Where its RREG came from. */
	uint64_t id;              /* Full: of that start of it. */
	uint32_t epoch;           /* Of the last root, registered or not; 0: there never was one. */

	bool is_restored; /* Not heard of since our own start. [E6] */
	uint32_t claimed; /* The latest epoch of which others told that it was not ours. [E3] */
	bool is_silent;   /* PONG came since its guard time was over, but no RREG. */
	struct endpoint local; /* Our address that it knows; :: for none. */
	struct time expires_at;
	struct time unused_since;      /* While none is registered. */
	struct wire_tick_number tick;  /* The newest that it told, of this epoch, */
	struct wire_tick_number heard; /* and that anybody did. */
	struct registry_probe probe;
	struct time trusted_until; /* Others have its ticks: complaints do not count. [E5] */
	unsigned member_count;
	struct endpoint members[REGISTRY_MEMBERS]; /* Of its children, as it told last. */
};

struct registry {
	struct registry_config config;
	struct registry_root roots[2]; /* The base group: IPv4, IPv6. */
	unsigned more_count;           /* Of config.more. */
	struct proof proof;
	uint64_t id; /* Of this start. [I1] */
	struct drops drops;
};

/* Keeps what the config points to. */
void registry_init(struct registry *r, const struct registry_config *config);

/* Puts back what an ACTION_STORE of a former start wrote down: the epoch, and a full root, which is
 * not trusted until it is heard of; each group and family once. False, and nothing changed: there
 * is no room for its group. A base root does not come back, as it could not be asked whether it is
 * there. [E6] */
bool registry_restore(struct registry *r, const struct registry_root *stored, struct time now);

/* Takes a datagram that came on `path`: from path->remote, to path->local. */
void registry_receive(struct registry *r, const struct path *path, const char *bytes, size_t size,
		      struct time now, struct actions *actions);

/* The network says that nobody listens at `endpoint`, to which we have sent what it quotes (ICMP).
 */
void registry_on_unreachable(struct registry *r, const struct endpoint *endpoint,
			     const char *quoted, size_t quoted_size, struct time now,
			     struct actions *actions);

/* Asks and forgets roots that are due; where they are many, not all at once: the deadline lies in
 * the past then. */
void registry_on_time(struct registry *r, struct time now, struct actions *actions);

/* When registry_on_time has something to do; TIME_NEVER without a root. */
struct time registry_deadline(const struct registry *r);

/* All groups and families that it knows of, with a root or without: the first `registry_count`. */
static inline unsigned registry_count(const struct registry *r)
{
	return 2 + r->more_count;
}

static inline const struct registry_root *registry_at(const struct registry *r, unsigned i)
{
	return i < 2 ? &r->roots[i] : &r->config.more[i - 2];
}

#endif
