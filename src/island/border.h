/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_ISLAND_BORDER_H
#define RAMURE_ISLAND_BORDER_H
/* border.h - which groups may leave an island or come to one, as routers have it at a border.
 * doc/protocol.md, section 27, rule [K8]. */
#include "base/endpoint.h"

/* False for 224.0.0.0/24 and the IPv6 scopes of interface and link (RFC 5771, RFC 7346): such
 * groups never leave their network. Groups of narrower scopes, 239.0.0.0/8 among them, do: a
 * gateway carries none that its user has not named. */
bool border_may_cross(const struct endpoint *group);

/* Groups, or blocks of them: `ADDRESS`, `ADDRESS/BITS`. */
struct border_rule {
	struct endpoint address;
	unsigned bits;  /* Of the 128 of an endpoint. */
	bool is_denied; /* `!` before it. */
};

#define BORDER_RULES_MAX 64

/* Rules in order: the first that holds decides; none at all lets everything pass, and where there
 * are some that let pass, what none names does not. */
struct border_rules {
	struct border_rule rules[BORDER_RULES_MAX];
	unsigned count;
};

/* Reads `[!]ADDRESS[/BITS]` to the end of the rules. False, and `rules` untouched, if it is none,
 * or there are as many as there can be. */
bool border_rules_add(struct border_rules *rules, const char *text);

bool border_rules_admit(const struct border_rules *rules, const struct endpoint *group);

#endif
