/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_DOCTOR_RULES_H
#define RAMURE_DOCTOR_RULES_H
/* rules.h - what the rules share: the question that they answer, and how they say what they found.
 *
 * A question is asked for one family. Where the user named a group there is one; else there are
 * two, and the one for the family that the host uses less is `is_second`: nothing found there is
 * worse than a risk.
 *
 * The way is the one interface that the question is about: the one that the user named, else the
 * one that the kernel takes, else the one that it would be, had the host a route. What is wrong
 * with others does not matter.
 */
#include "doctor/finding.h"
#include "doctor/snapshot.h"

struct question {
	const struct snapshot *s;
	const struct seen_host *host;
	struct findings *findings;
	struct finding spare; /* What is found when `findings` is full. */
	int family;           /* 4 or 6. */
	const char *group;    /* The group asked for; "" where none was named. */
	const char *range;    /* That, or all groups of the family: a prefix. */
	bool is_named;        /* The user named the interface. */
	bool is_second;
	bool is_switch;                   /* As question_is_switch says. */
	const struct seen_interface *way; /* NULL: there is none. */
	const struct seen_choice *choice; /* What the kernel takes if no interface is named; NULL:
					     not known. */
	const struct seen_choice *way_choice; /* The same if the way is named. */
};

void question_init(struct question *q, const struct snapshot *s, int family, bool is_second,
		   struct findings *findings);

/* The rules, one file a group. */
void rules_interface(struct question *q);
void rules_route(struct question *q);
void rules_source(struct question *q);
void rules_firewall(struct question *q);
void rules_limits(struct question *q);
void rules_host(struct question *q);
void rules_bridge(struct question *q);
void rules_wire(struct question *q);

/* Adds a finding and gives it to be filled in, empty but for these. */
struct finding *finding_add(struct question *q, enum cause cause, enum weight weight,
			    const char *place);

/* True if something was found broken so far. */
bool finding_any_broken(const struct question *q);

/* Fill in the texts; what is too long is cut. A fix that is too long, or has a character that means
 * something to a shell (a name in a snapshot from elsewhere may have any), stays empty. */
__attribute__((format(printf, 2, 3))) void finding_evidence(struct finding *f, const char *format,
							    ...);
__attribute__((format(printf, 2, 3))) void finding_where(struct finding *f, const char *format,
							 ...);
__attribute__((format(printf, 2, 3))) void finding_fix(struct finding *f, const char *format, ...);
__attribute__((format(printf, 2, 3))) void finding_advice(struct finding *f, const char *format,
							  ...);

/* Look up rows; NULL or false where there is none. */
const struct seen_interface *question_interface(const struct snapshot *s, const char *name);
const struct seen_bridge *question_bridge(const struct snapshot *s, const char *name);
const struct seen_address *question_address(const struct snapshot *s, const char *interface,
					    int family);
bool question_is_own(const struct snapshot *s, const char *interface, const char *address);

/* What the kernel answered for that destination if that interface, or none (""), was named. */
const struct seen_choice *question_choice(const struct snapshot *s, const char *destination,
					  const char *interface);

/* True for a host whose only interfaces are bridges and their ports, without an address: it passes
 * frames on, and what it could send or join itself does not matter. */
bool question_is_switch(const struct snapshot *s);

/* The best interface to use multicast at, but for tunnels if `no_tunnel`; NULL: there is none. */
const struct seen_interface *question_candidate(const struct snapshot *s, int family,
						bool no_tunnel);

bool interface_is_tunnel(const struct seen_interface *i);

/* What could not be looked at, and leaves the verdict open; NULL: nothing. */
const struct seen_blind *verdict_blind(const struct snapshot *s);

/* The name as sysctl(8) wants it: of eth0.5 it is eth0/5. Gives `text`. */
const char *interface_sysctl(const struct seen_interface *i, char text[16]);

#endif
