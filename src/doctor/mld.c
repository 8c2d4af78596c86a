/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* mld.c - MLD of both versions: RFC 2710 section 3, RFC 3810 section 5. It is part of ICMPv6. */
#include "doctor/frame_read.h"

enum {
	QUERY = 130,
	REPORT_V1 = 131,
	DONE = 132,
	REPORT_V2 = 143,
	SIZE_HEAD = 8,
	SIZE_V1 = 24,
	SIZE_QUERY_V2 = 28, /* Without its sources. */
};

/* RFC 3810 section 8.1 tells the versions apart by size. */
static void read_query(struct frame *f)
{
	const uint8_t *p = f->payload;
	struct message *m = &f->message;
	if (f->payload_size > SIZE_V1 && f->payload_size < SIZE_QUERY_V2) {
		frame_tell_invalid(f,
				   "malformed: a query of 25 to 27 bytes is of no version of MLD");
		return;
	}
	m->type = MESSAGE_QUERY;
	m->version = f->payload_size >= SIZE_QUERY_V2 ? 2 : 1;
	m->max_response_ms = get_u16(p + 4);
	if (m->version < 2)
		return;
	m->max_response_ms = code_value(get_u16(p + 4), 12);
	m->suppresses = p[24] & 0x08;
	m->robustness = p[24] & 0x07;
	m->interval_s = code_value(p[25], 4);
	m->lists = p + SIZE_QUERY_V2;
	m->end = p + f->payload_size;
	m->source_count = get_u16(p + 26);
	if (m->source_count > (size_t)(m->end - m->lists) / 16) {
		frame_tell_invalid(
			f, "malformed: the query says that it has more sources than fit into it");
		m->source_count = (size_t)(m->end - m->lists) / 16;
	}
}

static void read_message(struct frame *f)
{
	const uint8_t *p = f->payload;
	struct message *m = &f->message;
	if (m->code == REPORT_V2) {
		m->type = MESSAGE_REPORT;
		m->version = 2;
		m->record_count = get_u16(p + 6);
		m->lists = p + SIZE_HEAD;
		m->end = p + f->payload_size;
		message_check_records(
			f, "malformed: the report says that it has more than fits into it");
		return;
	}
	if (f->payload_size < SIZE_V1) {
		frame_tell_invalid(f, "malformed: shorter than the 24 bytes of MLD");
		return;
	}
	m->group = get_address(f, p + 8);
	if (m->code == QUERY) {
		read_query(f);
		return;
	}
	m->type = m->code == DONE ? MESSAGE_LEAVE : MESSAGE_REPORT;
	m->version = 1;
}

/* RFC 2710 section 3, RFC 3810 section 5. A host that has no address yet reports from ::
 * (RFC 3590). */
static void check_header(struct frame *f)
{
	const uint8_t *a = f->source.address;
	bool is_link_local = a[0] == 0xFE && (a[1] & 0xC0) == 0x80;
	if (f->ttl != 1)
		frame_tell_invalid(
			f, "the hop limit of MLD has to be 1: what has another is not of this "
			   "link (RFC 3810 section 5)");
	if (!f->has_router_alert)
		frame_tell_invalid(f, "without the Router Alert option: receivers ignore it "
				      "(RFC 3810 section 5)");
	if (!is_link_local && (f->message.code == QUERY || !endpoint_is_unspecified(&f->source)))
		frame_tell_invalid(f, "its source is no link-local address: receivers ignore it "
				      "(RFC 3810 section 5)");
}

void mld_dissect(struct frame *f, bool is_whole)
{
	if (f->payload_size < SIZE_HEAD) {
		frame_tell_invalid(f, "malformed: shorter than the 8 bytes that MLD begins with");
		return;
	}
	f->message.code = f->payload[0];
	if (is_whole && checksum_add(checksum_pseudo(f, PROTOCOL_ICMPV6, f->payload_size),
				     f->payload, f->payload_size) != 0xFFFF)
		frame_tell_invalid(f,
				   "the checksum of ICMPv6 is wrong: receivers ignore the message");
	read_message(f);
	check_header(f);
	message_check_destination(f);
}
