/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_COLLECT_WIRE_H
#define RAMURE_COLLECT_WIRE_H
/* wire.h - what frames of the network tell about its multicast: queriers, members, data. */
#include "doctor/snapshot.h"

/* Listens on `interface`, or where that is empty on each that is up, can multicast and is no
 * loopback, and fills the tables querier, report, stream and listening of `s`: 1.2 s, in which a
 * test group of each family is joined and left, so that a querier asks for it at once, and in which
 * the asked group of the host row, if there is one, is joined after a while: what came before
 * was flooded. The table `membership` should be there already; it tells of other members here.
 *
 * `patient_us`, 0 for none: then stays a member for so long, and where a stream stops (2 s, and
 * several times its longest gap) joins anew to see whether it comes back. That says nothing while
 * another program here is a member: the kernel reports the group no second time.
 *
 * Where frames may not be captured (CAP_NET_RAW) there is a row in `blind` instead, else
 * may_capture of the host row becomes true. */
void collect_wire(struct snapshot *s, const char *interface, int64_t patient_us);

#endif
