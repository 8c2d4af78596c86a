/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_COLLECT_RANGE_H
#define RAMURE_COLLECT_RANGE_H
/* range.h - ranges of addresses as prefixes, and what they have to do with multicast. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RANGE_TEXT_SIZE 64

/* The prefixes that make up the range from `first` to `last`, both included: their number, 0 where
 * these are no addresses, not in this order, or where it takes more than `max`. */
size_t range_to_prefixes(const char *first, const char *last, char ret_list[][RANGE_TEXT_SIZE],
			 size_t max);

/* True if a prefix of an IP version, 4 or 6, with this first byte and length, has a group in it. */
bool range_has_groups(int family, uint8_t first_byte, unsigned bits);

#endif
