/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_DOCTOR_MATCH_H
#define RAMURE_DOCTOR_MATCH_H
/* match.h - does a rule of the firewall match a packet? */
#include "doctor/firewall.h"

enum match { MATCH_NO, MATCH_MAYBE, MATCH_YES };

/* It is NO with the first thing that does not fit, and MAYBE where that cannot be told. */
enum match rule_match(const struct seen_rule *r, const struct packet *p);

#endif
