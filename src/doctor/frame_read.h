/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_DOCTOR_FRAME_READ_H
#define RAMURE_DOCTOR_FRAME_READ_H
/* frame_read.h - what frame.c, igmp.c and mld.c share. */
#include "doctor/frame.h"

#include <stdint.h>

/* Of IPv4's protocol and IPv6's next header. */
enum {
	PROTOCOL_HOP_BY_HOP = 0,
	PROTOCOL_IGMP = 2,
	PROTOCOL_UDP = 17,
	PROTOCOL_ROUTING = 43,
	PROTOCOL_FRAGMENT = 44,
	PROTOCOL_AH = 51,
	PROTOCOL_ICMPV6 = 58,
	PROTOCOL_DESTINATION = 60,
};

static inline uint16_t get_u16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

/* The address at `p`, of the frame's family. */
static inline struct endpoint get_address(const struct frame *f, const uint8_t *p)
{
	return f->family == 4 ? endpoint_from_v4(p, 0) : endpoint_from_v6(p, 0);
}

/* Adds a sentence that lives for ever. */
void frame_tell(struct frame *f, const char *problem);

/* The same of a message that receivers drop. */
void frame_tell_invalid(struct frame *f, const char *problem);

/* The Internet checksum's sum (RFC 1071), folded, on top of `sum`: 0xFFFF if a checksum in `bytes`
 * is right. */
uint16_t checksum_add(uint32_t sum, const uint8_t *bytes, size_t size);

/* The folded sum of the pseudo header for that many bytes of `protocol`. */
uint16_t checksum_pseudo(const struct frame *f, uint8_t protocol, size_t size);

/* The value of a code that is a floating-point number from its highest bit on, with `bits` of
 * mantissa: 4 in a byte, 12 in two (RFC 3376 sections 4.1.1 and 4.1.7, RFC 3810 section 5.1.3). */
uint32_t code_value(unsigned code, unsigned bits);

/* Tells of a destination that is not the one of the message's type: reports with records, leaves
 * and general queries have groups of their own, all others go to the group that they name. */
void message_check_destination(struct frame *f);

/* Counts the records between lists and end that are whole, and tells `problem`, which makes it
 * invalid, if the message says that there are more. */
void message_check_records(struct frame *f, const char *problem);

/* Reads f->payload. `is_whole`: it was captured to its end, the checksum can be checked. */
void igmp_dissect(struct frame *f, bool is_whole);
void mld_dissect(struct frame *f, bool is_whole);

#endif
