/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_COLLECT_HEARD_H
#define RAMURE_COLLECT_HEARD_H
/* heard.h - writes what a frame tells into the tables querier, report and stream: one row for each
 * who, where and which group, however many frames there are. */
#include "base/time.h"
#include "doctor/frame.h"
#include "doctor/snapshot.h"

#define HEARD_ROWS 256 /* Of each table; whoever comes after them is not noted. */

struct heard {
	struct snapshot *s;
	bool has_asked;
	struct endpoint asked; /* The only group whose data counts; port 0: any. */
	/* Beside the rows of their tables. */
	struct time general_at[HEARD_ROWS]; /* The last general query. */
	struct time data_at[HEARD_ROWS];    /* The last datagram. */
	int64_t gap_us[HEARD_ROWS];         /* The longest between two of them. */
};

/* Notes a frame that came in on `interface`; not a message that receivers drop. `is_member`: this
 * host is, of the frame's group. `left` has the two groups that were left, of IPv4 and IPv6;
 * unspecified ones are none. */
void heard_frame(struct heard *h, const char *interface, const struct frame *f, bool is_member,
		 const struct endpoint left[2], struct time now);

/* Whether the table `membership` says that this host is a member. */
bool heard_is_member(const struct snapshot *s, const char *interface, const struct endpoint *group);

#endif
