/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* igmp.c - IGMP of all three versions: RFC 1112 appendix I, RFC 2236, RFC 3376 section 4. */
#include "doctor/frame_read.h"

enum {
	QUERY = 0x11,
	REPORT_V1 = 0x12,
	REPORT_V2 = 0x16,
	LEAVE = 0x17,
	REPORT_V3 = 0x22,
	SIZE_V2 = 8,
	SIZE_QUERY_V3 = 12, /* Without its sources. */
};

/* RFC 3376 section 7.1 tells the versions apart by size and Max Resp Code. */
static void read_query(struct frame *f)
{
	const uint8_t *p = f->payload;
	struct message *m = &f->message;
	m->group = get_address(f, p + 4);
	if (f->payload_size > SIZE_V2 && f->payload_size < SIZE_QUERY_V3) {
		frame_tell_invalid(f,
				   "malformed: a query of 9 to 11 bytes is of no version of IGMP");
		return;
	}
	m->type = MESSAGE_QUERY;
	m->version = f->payload_size >= SIZE_QUERY_V3 ? 3 : p[1] ? 2 : 1;
	m->max_response_ms = (m->version == 3 ? code_value(p[1], 4) : p[1]) * 100;
	if (m->version < 3)
		return;
	m->suppresses = p[8] & 0x08;
	m->robustness = p[8] & 0x07;
	m->interval_s = code_value(p[9], 4);
	m->lists = p + SIZE_QUERY_V3;
	m->end = p + f->payload_size;
	m->source_count = get_u16(p + 10);
	if (m->source_count > (size_t)(m->end - m->lists) / 4) {
		frame_tell_invalid(
			f, "malformed: the query says that it has more sources than fit into it");
		m->source_count = (size_t)(m->end - m->lists) / 4;
	}
}

static void read_message(struct frame *f)
{
	const uint8_t *p = f->payload;
	struct message *m = &f->message;
	switch (m->code) {
	case QUERY:
		read_query(f);
		break;
	case REPORT_V1:
	case REPORT_V2:
	case LEAVE:
		m->type = m->code == LEAVE ? MESSAGE_LEAVE : MESSAGE_REPORT;
		m->version = m->code == REPORT_V1 ? 1 : 2;
		m->group = get_address(f, p + 4);
		break;
	case REPORT_V3:
		m->type = MESSAGE_REPORT;
		m->version = 3;
		m->record_count = get_u16(p + 6);
		m->lists = p + 8;
		m->end = p + f->payload_size;
		message_check_records(
			f, "malformed: the report says that it has more than fits into it");
		break;
	default:
		frame_tell(f, "not one of the messages that hosts and queriers exchange");
	}
}

/* RFC 1112 section 6.2 and appendix I, RFC 2236 section 2, RFC 3376 section 4. */
static void check_header(struct frame *f)
{
	if (f->ttl != 1)
		frame_tell(f, "the TTL of IGMP has to be 1: what has another is not of this link "
			      "(RFC 3376 section 4)");
	if (f->message.version > 1 && !f->has_router_alert)
		frame_tell(f, "without the Router Alert option: routers may not look at it "
			      "(RFC 3376 section 4)");
}

void igmp_dissect(struct frame *f, bool is_whole)
{
	if (f->payload_size < SIZE_V2) {
		frame_tell_invalid(f, "malformed: shorter than the 8 bytes of IGMP");
		return;
	}
	f->message.code = f->payload[0];
	if (is_whole && checksum_add(0, f->payload, f->payload_size) != 0xFFFF)
		frame_tell_invalid(f,
				   "the checksum of IGMP is wrong: receivers ignore the message");
	read_message(f);
	check_header(f);
	message_check_destination(f);
}
