/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_DOCTOR_PREFIX_H
#define RAMURE_DOCTOR_PREFIX_H
/* prefix.h - a range of addresses as in 224.0.0.0/4, an address alone being a range of one. */
#include "base/endpoint.h"

#include <stdbool.h>
#include <stdint.h>

struct prefix {
	uint8_t address[16]; /* IPv4 as an IPv4-mapped address, like struct endpoint. */
	unsigned bits;       /* Of these 16 bytes: an IPv4 prefix has 96 and more. */
	bool is_v4;
};

/* Reads ADDRESS or ADDRESS/BITS. False, and `ret_prefix` untouched, where it is neither. */
bool prefix_parse(const char *text, struct prefix *ret_prefix);

/* True if all of `b` is in `a`; if they have an address in common. */
bool prefix_covers(const struct prefix *a, const struct prefix *b);
bool prefix_overlaps(const struct prefix *a, const struct prefix *b);

/* True for text that is a range of groups, of 224.0.0.0/4 or ff00::/8. */
bool prefix_is_multicast(const char *text);

/* 4 or 6 for an address or prefix of that version, 0 for anything else. */
int prefix_family(const char *text);

#endif
