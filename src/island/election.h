/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_ISLAND_ELECTION_H
#define RAMURE_ISLAND_ELECTION_H
/* election.h - which of an island's gateways carries a group: the designated one. Rule [K5].
 *
 * A state machine for one interface and family, without clock and sockets. Each gateway says four
 * times a second that it is there, which groups it serves, and which it holds. Who holds a group
 * keeps it for as long as it is heard; where nobody does, the lowest id takes it; of two that do,
 * as where islands are joined, the higher one yields. So a takeover needs a second, and a newcomer
 * disturbs nobody.
 *
 *     election_init -> election_add* -> ( election_set_place | election_take | election_on_time )*
 *                   -> election_leave
 */
#include "base/time.h"
#include "island/hello.h"

#include <stdbool.h>

#define ELECTION_PEERS_MAX 32

/* Says it so often; who was not heard for so long is gone. */
#define ELECTION_HELLO_US (250 * US_PER_MS)
#define ELECTION_DEAD_US  (900 * US_PER_MS)

/* So long what a gateway has published may still be on its way; later it may be elsewhere. */
#define ELECTION_KNOWN_US (10 * US_PER_S)

/* A new key is on its way to all: so long the one before counts, too. */
#define ELECTION_KEY_US (10 * US_PER_S)

struct election_peer {
	uint64_t id; /* 0: the place is free. */
	struct time heard_at;
	struct hello hello; /* The last one. */
};

struct election_group {
	uint64_t digest;
	bool is_held;
	uint64_t holder; /* Who else holds it, as far as is known; 0: nobody. */
};

struct election {
	uint64_t id;
	uint64_t key, former_key; /* Of the epoch's data; 0: none. */
	struct time former_until;
	bool is_attached;
	struct time listens_until; /* Before that nothing is taken. */
	struct time hello_at;
	uint64_t serial;
	struct election_group groups[HELLO_GROUPS_MAX];
	unsigned group_count;
	struct election_peer peers[ELECTION_PEERS_MAX];
	uint64_t strangers; /* Messages without a key that we know. */
	uint64_t malformed, replayed, crowded;
};

/* What a call says has happened to a group. */
enum election_event {
	ELECTION_NOTHING,
	ELECTION_TAKEN,   /* We carry it from now. */
	ELECTION_YIELDED, /* Another one holds it, too, on what turns out to be the same island. */
	ELECTION_LOST,    /* We are cut off from the tree. */
};

/* `serial` is higher than any of an earlier start could be, such as the time. */
void election_init(struct election *e, uint64_t serial);

/* One more group is served; gives its place. HELLO_GROUPS_MAX: there are too many. */
unsigned election_add(struct election *e, const struct endpoint *group);

/* Our place in the tree: id, key, and whether it leads to the root. */
void election_set_place(struct election *e, uint64_t id, uint64_t key, bool is_attached,
			struct time now);

/* Nothing was heard for a while, as the interface was gone: begins to listen anew. */
void election_listen(struct election *e, struct time now);

/* Takes a message that was heard on the island. */
void election_take(struct election *e, const char *bytes, size_t size, struct time now);

/* What is due: true, and a message to be said to the island, whenever there is one. */
bool election_on_time(struct election *e, struct time now, char out[HELLO_SIZE_MAX],
		      size_t *ret_size);
struct time election_deadline(const struct election *e);

/* The last message: the others need not wait. False: nobody has heard of us. */
bool election_leave(struct election *e, char out[HELLO_SIZE_MAX], size_t *ret_size);

/* Decides about the group at `place` anew. */
enum election_event election_judge(struct election *e, unsigned place, struct time now);

static inline bool election_holds(const struct election *e, unsigned place)
{
	return e->groups[place].is_held;
}

/* True if `id` was a gateway of this island, lately: what it has published was heard here. */
bool election_knows(const struct election *e, uint64_t id, struct time now);

#endif
