/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_MEASURE_H
#define RAMURE_SIM_MEASURE_H
/* measure.h - watches a world, and says at the end how good its tree was.
 *
 * What each measure means is in measures.def in short, in mcastsim(1) at length. The tree itself
 * (depth, cost, stretch, stress) is looked at when the figures are asked for; the rest is counted
 * as it happens. Who is cut off, and by which fault, is followed exactly: a member is *served*
 * while the way down from the running root to it leads over nodes that run, know each other as
 * parent and child, pass data on, and are not separated by a cut.
 *
 * Costs 49 bytes a host, and 2 bits for each message of the last three minutes.
 *
 *     measure_init -> ( measure_observe | measure_begin | measure_publish | measure_fault |
 *                       measure_look )* -> measure_figures -> measure_done
 */
#include "base/histogram.h"
#include "sim/delivery.h"
#include "sim/recovery.h"
#include "sim/served.h"
#include "sim/traffic.h"

enum measure_key {
#define MEASURE(identifier, key, unit, decimals, text) MEASURE_##identifier,
#include "sim/measures.def"
#undef MEASURE
	MEASURES,
};

/* The figures of a run, by enum measure_key; NAN: not measured, such as the delay without any
 * message. */
struct figures {
	double of[MEASURES];
};

/* Parts of it point to each other: it stays where it is. */
struct measure {
	const struct world *world; /* Kept. */
	/* Of nodes; of first copies; of faults; of members cut off; of joins. The depth and the
	 * recovery are those of the last call of measure_figures. */
	struct histogram depth, delay_us, recovery_us, outage_us, join_us;
	struct served served;
	struct recovery recovery;
	struct traffic traffic;
	struct delivery delivery;
	uint64_t false_detachments; /* Since measure_begin. */
};

/* The world may have hosts already; their joins are not counted. Begins to count at once. */
void measure_init(struct measure *m, const struct world *world);
void measure_done(struct measure *m);

/* Is told of all that happens in the world. */
void measure_observe(struct measure *m, const struct world_report *report);

/* From now on counts what is counted by the time: control traffic, false detachments, messages,
 * faults. Joins count from the start. */
void measure_begin(struct measure *m);

/* `source` is about to publish: writes what is to be published, `size` bytes, by which it is known
 * again where it is delivered. At least MEASURE_PAYLOAD_MIN. A source that does not run publishes
 * nothing, and nothing is counted. */
#define MEASURE_PAYLOAD_MIN DELIVERY_SIZE
void measure_publish(struct measure *m, uint32_t source, char *ret_bytes, size_t size);

/* A fault is about to happen, at this moment. Who is cut off at the same moment is so by it; who is
 * so later, in some cases: see served.h. */
void measure_fault(struct measure *m);

/* Something has changed that no report tells: a cut, its end, a black hole. Looks at all nodes. */
void measure_look(struct measure *m);

/* The figures now. Takes N^2 steps for the minimum spanning tree, so there is none beyond
 * MEASURE_MST_MAX nodes. May be called more than once. */
#define MEASURE_MST_MAX 10000
void measure_figures(struct measure *m, struct figures *ret_figures);

#endif
