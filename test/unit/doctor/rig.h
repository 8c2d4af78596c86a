/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_TEST_UNIT_DOCTOR_RIG_H
#define RAMURE_TEST_UNIT_DOCTOR_RIG_H
/* rig.h - a healthy host as a snapshot, to be spoilt by a test, and what the rules say of it.
 *
 *     rig_clean -> (spoil rig.s) -> rig_judge -> (look) -> rig_done
 *
 * The host has eth0 with 10.0.1.1/24, an IPv6 address and a default route, and wlan0, which is
 * down. */
#include "doctor/finding.h"
#include "doctor/rules.h"
#include "doctor/snapshot.h"

struct rig {
	struct snapshot s;
	struct findings findings;
	enum verdict verdict;
};

void rig_clean(struct rig *r);
void rig_judge(struct rig *r);
void rig_done(struct rig *r);

/* The interface, which has to be there; the first finding of a cause, NULL: none. */
struct seen_interface *rig_interface(struct rig *r, const char *name);
const struct finding *rig_found(const struct rig *r, enum cause cause);

/* The user named the group, the interface. */
void rig_ask(struct rig *r, const char *group, const char *interface);

/* Adds rows. */
struct seen_choice *rig_choose(struct rig *r, const char *destination, const char *interface,
			       const char *out, const char *source);
struct seen_route *rig_route(struct rig *r, const char *destination, const char *type,
			     const char *interface, int table);
struct seen_interface *rig_add_interface(struct rig *r, const char *name, const char *kind);
void rig_add_address(struct rig *r, const char *interface, const char *address, int prefix_length,
		     const char *scope);
void rig_join(struct rig *r, const char *interface, const char *group);

/* Judges, and asserts the verdict, and that the first finding is of this cause with this fix.
 * Then it is done. */
void rig_expect_broken(struct rig *r, enum cause cause, const char *fix);

/* The same of a cause that is a risk: the verdict is that it works. */
void rig_expect_risk(struct rig *r, enum cause cause, const char *fix);

/* It works, and there are but notes, this one among them unless it is CAUSE_COUNT. */
void rig_expect_note(struct rig *r, enum cause cause);

#endif
