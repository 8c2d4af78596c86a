/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_COLLECT_IPTABLES_H
#define RAMURE_COLLECT_IPTABLES_H
/* iptables.h - what iptables-save(8) prints, into rows of `chain` and `rule`. */
#include "doctor/snapshot.h"

#include <jansson.h>

/* How to read it. */
struct iptables_source {
	const char *tool;   /* The program that changes these rules. */
	const char *family; /* "ip" or "ip6". */
	const json_t *only; /* "FAMILY TABLE" of the tables that are wanted; NULL: all. */
};

/* `text` is written to. */
void iptables_read(struct snapshot *s, char *text, const struct iptables_source *source);

/* True if the first line of the text says that it shows tables of nftables. */
bool iptables_is_nft(const char *text);

#endif
