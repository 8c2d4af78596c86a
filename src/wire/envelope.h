/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_WIRE_ENVELOPE_H
#define RAMURE_WIRE_ENVELOPE_H
/* envelope.h - what stands before the payload of a channel: which datagram of a native group it is,
 * or which part of one. doc/protocol.md, section 27.
 *
 *      0     1    2           4            6       8      9      10
 *      kind  TTL  group port  origin port  length  index  count  zero  group  origin
 *
 * (kind 4 or 6; zero 10..11; addresses of 4 or 16 bytes each from 12 on.)
 */
#include "base/endpoint.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_ENVELOPE_V4   20
#define WIRE_ENVELOPE_V6   44
#define WIRE_ENVELOPE_MAX  WIRE_ENVELOPE_V6
#define WIRE_FRAGMENTS_MAX 255 /* Of one datagram. */

struct wire_envelope {
	struct endpoint group;  /* Native group and port. */
	struct endpoint origin; /* Who has sent the datagram to it; of the same family. */
	uint8_t ttl;            /* With which it arrived at the gateway. */
	uint16_t length;        /* Of the whole datagram. */
	uint8_t index, count;   /* Which fragment of how many this is; 0 of 1: all of it. */
};

/* Bytes that the envelope of such a group takes. */
size_t wire_envelope_size(const struct endpoint *group);

/* Bytes of each fragment of a datagram: all are of one size, so that they coalesce; the last is
 * filled up with zeros. [K6] */
static inline size_t wire_fragment_size(size_t length, unsigned count)
{
	return count > 0 ? (length + count - 1) / count : 0;
}

/* Writes wire_envelope_size bytes. */
void wire_envelope_encode(const struct wire_envelope *e, char *out);

/* Reads the envelope before a payload of `size` bytes, itself included; gives its size. 0, and
 * `ret_envelope` untouched, if that is none: no multicast group, no usable origin, another size
 * than it says. */
size_t wire_envelope_decode(const char *bytes, size_t size, struct wire_envelope *ret_envelope);

/* The size of an envelope that holds a whole datagram; 0: it is none, or a fragment. Looks at what
 * a hop has to know, and at nothing else. */
size_t wire_envelope_peel(const char *bytes, size_t size);

/* --- Channels --- */

/* The number of the channel that carries a native group: never 0. Others may have the same; who
 * emits looks at the envelope. [K1] */
uint16_t wire_channel_of(const struct endpoint *group);

/* All channels, in a set of them. */
#define WIRE_WANTS_ALL UINT64_MAX

/* The bit of a channel in a set: 0, what belongs to no native group, has one of its own; the others
 * share 63. [K2] */
static inline uint64_t wire_channel_bit(uint16_t channel)
{
	return channel == 0 ? 1 : UINT64_C(2) << ((channel - 1u) % 63);
}

#endif
