/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_HAPPENING_H
#define RAMURE_SIM_HAPPENING_H
/* happening.h - one thing that happens to a simulated group: somebody joins, crashes, publishes, a
 * dial is turned.
 *
 * Scenarios (scenario.h) and workloads (workload.h) make them, the experiment (experiment.h) makes
 * them happen. They say who in words that are settled when it happens.
 */
#include "base/time.h"

#include <stdbool.h>
#include <stddef.h>

enum happening_verb {
	HAPPENING_JOIN,      /* `count` new nodes. */
	HAPPENING_CRASH,     /* The program is gone; its host answers with ICMP. */
	HAPPENING_SILENT,    /* The host is gone; nothing answers. */
	HAPPENING_RESTART,   /* The program starts again and remembers nothing. */
	HAPPENING_REPLACE,   /* Each of `who` crashes, and a new node joins for it. */
	HAPPENING_PUBLISH,   /* Each of `who`, `size` bytes. */
	HAPPENING_PARTITION, /* Nothing passes between `who` and `others`. */
	HAPPENING_ONE_WAY,   /* Nothing passes from `who` to `others`. */
	HAPPENING_HEAL,      /* All partitions end, whichever made them. */
	HAPPENING_BLACKHOLE, /* `who` answer as ever, and pass no data on; */
	HAPPENING_FORWARD,   /* and do it again. */
	HAPPENING_DRIFT,     /* The clocks of `who` run `ppm` too fast, or too slow. */
	HAPPENING_FORGE,     /* `count` messages, each of a drawn type, with a drawn body and
				sender, to each of `who`, sent by a host that is none of the
				group's. */
	HAPPENING_LEAVE,     /* The program says that it stops, and is gone; of the base profile:
				as CRASH. */
	HAPPENING_IMPROVE, /* Each of `who` looks for a better place; of the base profile: nothing.
			    */
	HAPPENING_DIAL,    /* A field of struct network_config. */
};

/* Whom it concerns. Hosts that do not exist, or do not run (to be restarted: run), are left out. */
enum who_kind {
	WHO_NOBODY,
	WHO_RANGES, /* Those numbered so. */
	WHO_ALL,    /* All nodes; not the rendezvous point. */
	WHO_ANY,    /* `count` drawn ones. */
	WHO_SHARE,  /* Each with probability `share`. */
	WHO_ROOT,   /* Whoever is the root. */
	WHO_RDV,    /* The rendezvous point. */
	WHO_OTHERS, /* All that the other side of a partition leaves, the rendezvous point
		       included: to be settled after that one. At most one side is this. */
};

#define WHO_RANGES_MAX 8

struct who {
	enum who_kind kind;
	uint32_t first[WHO_RANGES_MAX], last[WHO_RANGES_MAX]; /* WHO_RANGES; both included. */
	unsigned range_count;
	uint32_t count; /* WHO_ANY */
	double share;   /* WHO_SHARE */
};

enum dial {
	DIAL_DELAY,      /* us */
	DIAL_JITTER,     /* us */
	DIAL_LOSS,       /* probability; so are the next */
	DIAL_BURST_LOSS, /* and its length */
	DIAL_DUPLICATION,
	DIAL_REORDERING, /* and by how much, us */
	DIAL_BANDWIDTH,  /* bits/s */
	DIAL_QUEUE,      /* bytes */
};

struct happening {
	struct time at; /* Since the experiment's zero. */
	enum happening_verb verb;
	struct who who;    /* All but JOIN, HEAL, DIAL. */
	struct who others; /* PARTITION, ONE_WAY; who is on both sides is on that of `who`. */
	uint32_t count;    /* JOIN, FORGE; at least 1. */
	size_t size;       /* PUBLISH */
	int32_t ppm;       /* DRIFT */
	enum dial dial;    /* DIAL */
	double value;      /* DIAL: in the unit of its field. */
	double second;     /* DIAL_BURST_LOSS: the length; DIAL_REORDERING: by how much. */
	bool is_default;   /* DIAL: back to what it was at the beginning; no value then. */
	int64_t for_us;    /* It is undone so long afterwards; 0: it stays. CRASH, SILENT, LEAVE,
			      PARTITION, ONE_WAY, BLACKHOLE, DRIFT, DIAL. */
};

/* The word that scenarios have for a dial. */
const char *happening_dial_name(enum dial dial);

/* True if it may be undone after a while: its verb is one of those of `for_us`. */
bool happening_can_end(const struct happening *h);

/* Room for any happening. */
#define HAPPENING_TEXT_SIZE 512

/* Writes it as the line of a scenario, without a line feed: scenario_parse makes the same happening
 * of it. What does not fit into `size` bytes, at least 1, is left out; there is always a NUL. */
void happening_print(const struct happening *h, char *out, size_t size);

/* True if it can break the way of data to somebody: whatever recovers is measured from here. */
bool happening_is_fault(const struct happening *h);

#endif
