/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_WIRE_STAMP_H
#define RAMURE_WIRE_STAMP_H
/* stamp.h - the header of data in the full profile, MDAT: doc/protocol.md, section 14.
 *
 * A source writes it and leaves room for what the root stamps in place; nobody else touches it, so
 * that a run of such datagrams is forwarded as it came.
 *
 *      0      5     6        8    16      24       32          40          48
 *      MDAT\n flags channel  key  epoch+0 seq      source id   number      payload
 *
 * (key 8..15, epoch 16..19, four zero bytes, seq 24..31, source 32..39, number 40..47.)
 */
#include <stddef.h>
#include <stdint.h>

#define WIRE_STAMP_SIZE 48

/* Bytes of the largest payload behind it: a UDP datagram has 65,507. */
#define WIRE_STAMPED_MAX (65507 - WIRE_STAMP_SIZE)

/* What it begins with. */
#define WIRE_STAMP_HEADER "MDAT\n"

#define WIRE_STAMP_AGAIN 1 /* Flag: the source has sent it before. */

struct wire_stamp {
	uint8_t flags;    /* WIRE_STAMP_... */
	uint16_t channel; /* Of several streams in one tree; 0: the only one. */
	uint64_t key;     /* Of the epoch: only members know it. */
	uint32_t epoch;   /* By the root; 0: on its way there. */
	uint64_t seq;     /* By the root: 1, 2, ... in each epoch; 0: on its way there. */
	uint64_t source;  /* The source's id. */
	uint64_t number;  /* The source's: 1, 2, ... since it was started. */
};

/* The header begins with its type, so it stands for itself at the beginning of a datagram. */
void wire_stamp_encode(const struct wire_stamp *s, char out[WIRE_STAMP_SIZE]);

/* `bytes` begin with a whole header. */
void wire_stamp_decode(const char bytes[WIRE_STAMP_SIZE], struct wire_stamp *ret_stamp);

/* Only the channel of it. */
static inline uint16_t wire_stamp_channel(const char bytes[WIRE_STAMP_SIZE])
{
	return (uint16_t)((unsigned char)bytes[6] << 8 | (unsigned char)bytes[7]);
}

/* The root's part, in place. */
void wire_stamp_put_root(char bytes[WIRE_STAMP_SIZE], uint64_t key, uint32_t epoch, uint64_t seq);

#endif
