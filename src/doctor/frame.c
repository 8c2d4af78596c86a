/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/frame.h"
#include "doctor/frame_read.h"

#include <string.h>

enum {
	TYPE_IPV4 = 0x0800,
	TYPE_VLAN = 0x8100,
	TYPE_VLAN_OUTER = 0x88A8, /* 802.1ad. */
	TYPE_IPV6 = 0x86DD,
};

/* The captured bytes that were not read yet. */
struct rest {
	const uint8_t *p, *end;
	bool is_cut; /* Of the frame, or of the datagram, more was sent than is there. */
};

static size_t rest_size(const struct rest *r)
{
	return (size_t)(r->end - r->p);
}

void frame_tell(struct frame *f, const char *problem)
{
	if (f->problem_count < FRAME_PROBLEMS_MAX)
		f->problems[f->problem_count++] = problem;
}

void frame_tell_invalid(struct frame *f, const char *problem)
{
	f->message.is_invalid = true;
	frame_tell(f, problem);
}

uint16_t checksum_add(uint32_t sum, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i + 1 < size; i += 2)
		sum += get_u16(bytes + i);
	if (size % 2)
		sum += (uint32_t)bytes[size - 1] << 8;
	while (sum > 0xFFFF)
		sum = (sum & 0xFFFF) + (sum >> 16);
	return (uint16_t)sum;
}

uint16_t checksum_pseudo(const struct frame *f, uint8_t protocol, size_t size)
{
	size_t offset = f->family == 4 ? 12 : 0;
	uint32_t sum = protocol + (uint32_t)(size & 0xFFFF) + (uint32_t)(size >> 16);
	sum = checksum_add(sum, f->source.address + offset, 16 - offset);
	return checksum_add(sum, f->destination.address + offset, 16 - offset);
}

uint32_t code_value(unsigned code, unsigned bits)
{
	unsigned mantissa = code & ((1U << bits) - 1);
	if (!(code >> (bits + 3)))
		return code;
	return (mantissa | 1U << bits) << ((code >> bits & 7) + 3);
}

bool frame_is_multicast(const struct frame *f)
{
	return f->family == 4   ? (endpoint_v4(&f->destination)[0] & 0xF0) == 0xE0
	       : f->family == 6 ? f->destination.address[0] == 0xFF
				: false;
}

void frame_group_mac(const struct endpoint *group, uint8_t ret_mac[6])
{
	const uint8_t *low = group->address + 12; /* The last four bytes, of either family. */
	if (endpoint_is_v4(group))
		memcpy(ret_mac, (uint8_t[]){0x01, 0x00, 0x5E, low[1] & 0x7F, low[2], low[3]}, 6);
	else
		memcpy(ret_mac, (uint8_t[]){0x33, 0x33, low[0], low[1], low[2], low[3]}, 6);
}

/* --- Lists of sources and records --- */

static size_t address_size(const struct frame *f)
{
	return f->family == 4 ? 4 : 16;
}

/* Reads the record at `p` before `end`; gives its end, NULL where it is not whole. */
static const uint8_t *read_record(const struct frame *f, const uint8_t *p, const uint8_t *end,
				  struct record *ret_record)
{
	size_t head = 4 + address_size(f);
	if ((size_t)(end - p) < head)
		return NULL;
	*ret_record = (struct record){
		.type = p[0],
		.group = get_address(f, p + 4),
		.source_count = get_u16(p + 2),
		.sources = p + head,
	};
	size_t size = head + ret_record->source_count * address_size(f) + (size_t)p[1] * 4;
	return (size_t)(end - p) < size ? NULL : p + size;
}

/* Whether the frame goes to 224.0.0.x or ff02::x. Both families give x the same meaning. */
static bool is_for(const struct frame *f, uint8_t x)
{
	const uint8_t v4[4] = {224, 0, 0, x}, v6[16] = {0xFF, 2, [15] = x};
	struct endpoint to = get_address(f, f->family == 4 ? v4 : v6);
	return memcmp(f->destination.address, to.address, sizeof(to.address)) == 0;
}

void message_check_destination(struct frame *f)
{
	const struct message *m = &f->message;
	bool is_right;
	if (m->type == MESSAGE_REPORT && m->lists)
		is_right = is_for(f, 22);
	else if (m->type == MESSAGE_LEAVE)
		is_right = is_for(f, 2);
	else if (m->type == MESSAGE_QUERY && !frame_is_multicast(f))
		is_right = true; /* A tester's, to one host alone (RFC 3376 section 4.1.12). */
	else if (m->type == MESSAGE_QUERY && endpoint_is_unspecified(&m->group))
		is_right = is_for(f, 1);
	else
		is_right = memcmp(f->destination.address, m->group.address,
				  sizeof(m->group.address)) == 0;
	if (m->type != MESSAGE_UNKNOWN && !is_right)
		frame_tell(f,
			   "sent to another group than such messages are: who should hear it "
			   "may not (RFC 3376 sections 4.1.12, 4.2.14; RFC 3810 5.1.15, 5.2.14)");
}

void message_check_records(struct frame *f, const char *problem)
{
	struct message *m = &f->message;
	const uint8_t *p = m->lists;
	struct record record;
	size_t said = m->record_count;
	for (m->record_count = 0; m->record_count < said; m->record_count++) {
		const uint8_t *next = read_record(f, p, m->end, &record);
		if (!next) {
			frame_tell_invalid(f, problem);
			break;
		}
		p = next;
	}
	m->end = p;
}

bool frame_next_record(const struct frame *f, size_t *place, struct record *ret_record)
{
	const struct message *m = &f->message;
	if (m->record_count == 0 || m->lists + *place == m->end)
		return false;
	const uint8_t *next = read_record(f, m->lists + *place, m->end, ret_record);
	*place = (size_t)(next - m->lists);
	return true;
}

struct endpoint frame_source(const struct frame *f, size_t n)
{
	return get_address(f, f->message.lists + n * address_size(f));
}

struct endpoint record_source(const struct frame *f, const struct record *r, size_t n)
{
	return get_address(f, r->sources + n * address_size(f));
}

/* --- UDP --- */

static void dissect_udp(struct frame *f, bool is_whole)
{
	const uint8_t *p = f->payload;
	if (f->payload_size < 8) {
		frame_tell(f, "malformed: shorter than the 8 bytes of UDP's header");
		return;
	}
	size_t size = get_u16(p + 4);
	f->source.port = get_u16(p);
	f->destination.port = get_u16(p + 2);
	if (!f->is_fragment && is_whole && (size < 8 || size > f->payload_size)) {
		frame_tell(f, "malformed: the length of UDP does not fit that of IP");
	} else if (!f->is_fragment && is_whole && (get_u16(p + 6) || f->family == 6)) {
		uint16_t pseudo = checksum_pseudo(f, PROTOCOL_UDP, size);
		f->is_offloaded = get_u16(p + 6) == pseudo;
		if (!f->is_offloaded && checksum_add(pseudo, p, size) != 0xFFFF)
			frame_tell(f, "the checksum of UDP is wrong: receivers drop the datagram");
	}
	f->payload += 8;
	f->payload_size -= 8;
}

/* `r` is what IP carries. */
static void dissect_payload(struct frame *f, const struct rest *r)
{
	f->payload = r->p;
	f->payload_size = rest_size(r);
	bool is_mld = f->family == 6 && f->protocol == PROTOCOL_ICMPV6 && f->payload_size &&
		      ((r->p[0] >= 130 && r->p[0] <= 132) || r->p[0] == 143);
	if (f->kind == FRAME_FRAGMENT)
		return;
	if (f->protocol == PROTOCOL_UDP) {
		f->kind = FRAME_UDP;
		dissect_udp(f, !r->is_cut);
	} else if (f->family == 4 && f->protocol == PROTOCOL_IGMP) {
		f->kind = FRAME_IGMP;
		igmp_dissect(f, !r->is_cut && !f->is_fragment);
	} else if (is_mld) {
		f->kind = FRAME_MLD;
		mld_dissect(f, !r->is_cut && !f->is_fragment);
	}
}

/* --- IP --- */

/* What is sent ends after `size` more bytes; after that there may be padding of Ethernet. */
static void cut(struct frame *f, struct rest *r, size_t size)
{
	if (size <= rest_size(r)) {
		r->end = r->p + size;
		r->is_cut = false;
	} else if (!r->is_cut) {
		frame_tell(f, "malformed: IP says that it is longer than the frame");
		r->is_cut = true;
	}
}

/* RFC 791 section 3.1: options are one byte (0, 1), or have their size in the second. */
static void read_options(struct frame *f, const uint8_t *p, const uint8_t *end)
{
	while (p < end && *p != 0) {
		if (*p == 1) {
			p++;
			continue;
		}
		if (end - p < 2 || p[1] < 2 || p[1] > end - p) {
			frame_tell(f, "malformed: the options of IP are not whole");
			return;
		}
		f->has_router_alert |= *p == 148 && p[1] == 4;
		p += p[1];
	}
}

static void note_fragment(struct frame *f, unsigned offset, bool has_more)
{
	f->is_fragment = offset > 0 || has_more;
	if (offset > 0)
		f->kind = FRAME_FRAGMENT;
}

static void dissect_v4(struct frame *f, struct rest *r)
{
	const uint8_t *p = r->p;
	if (rest_size(r) < 20 || p[0] >> 4 != 4) {
		frame_tell(f, "malformed: no whole header of IPv4");
		return;
	}
	size_t header = (p[0] & 0x0FU) * 4, total = get_u16(p + 2);
	f->family = 4;
	f->ttl = p[8];
	f->protocol = p[9];
	f->source = endpoint_from_v4(p + 12, 0);
	f->destination = endpoint_from_v4(p + 16, 0);
	/* A length of 0: the network card is to cut it (TSO), and says later. */
	if (header < 20 || header > rest_size(r) || (total && total < header)) {
		frame_tell(f, "malformed: the lengths in the header of IPv4 do not fit");
		return;
	}
	if (checksum_add(0, p, header) != 0xFFFF)
		frame_tell(f, "the checksum of IPv4 is wrong: receivers drop the datagram");
	read_options(f, p + 20, p + header);
	note_fragment(f, get_u16(p + 6) & 0x1FFFU, p[6] & 0x20);
	if (total)
		cut(f, r, total);
	r->p += header;
	dissect_payload(f, r);
}

/* RFC 8200 section 4.2: options are one byte (0), or have their size in the second. */
static void read_hop_by_hop(struct frame *f, const uint8_t *p, const uint8_t *end)
{
	while (p < end) {
		if (*p == 0) {
			p++;
			continue;
		}
		if (end - p < 2 || p[1] + 2 > end - p) {
			frame_tell(f, "malformed: the hop-by-hop options are not whole");
			return;
		}
		f->has_router_alert |= *p == 5 && p[1] == 2;
		p += p[1] + 2;
	}
}

/* Passes over extension headers (RFC 8200 section 4); false where one is not whole. */
static bool skip_extensions(struct frame *f, struct rest *r)
{
	for (;;) {
		const uint8_t *p = r->p;
		size_t size;
		bool is_fragment = f->protocol == PROTOCOL_FRAGMENT;
		bool is_ah = f->protocol == PROTOCOL_AH;
		if (!is_fragment && !is_ah && f->protocol != PROTOCOL_HOP_BY_HOP &&
		    f->protocol != PROTOCOL_ROUTING && f->protocol != PROTOCOL_DESTINATION)
			return true;
		if (rest_size(r) < 8)
			return false;
		size = is_fragment ? 8 : is_ah ? (p[1] + 2U) * 4 : (p[1] + 1U) * 8;
		if (rest_size(r) < size)
			return false;
		if (f->protocol == PROTOCOL_HOP_BY_HOP)
			read_hop_by_hop(f, p + 2, p + size);
		f->protocol = p[0];
		r->p += size;
		if (is_fragment)
			note_fragment(f, get_u16(p + 2) >> 3, p[3] & 1);
		if (f->kind == FRAME_FRAGMENT)
			return true;
	}
}

static void dissect_v6(struct frame *f, struct rest *r)
{
	const uint8_t *p = r->p;
	if (rest_size(r) < 40 || p[0] >> 4 != 6) {
		frame_tell(f, "malformed: no whole header of IPv6");
		return;
	}
	f->family = 6;
	f->protocol = p[6];
	f->ttl = p[7];
	f->source = endpoint_from_v6(p + 8, 0);
	f->destination = endpoint_from_v6(p + 24, 0);
	r->p += 40;
	cut(f, r, get_u16(p + 4));
	if (skip_extensions(f, r))
		dissect_payload(f, r);
	else
		frame_tell(f, "malformed: the extension headers of IPv6 are not whole");
}

/* --- Links --- */

static bool read_ethernet(struct frame *f, struct rest *r)
{
	if (rest_size(r) < 14)
		return false;
	f->has_mac = f->has_mac_source = true;
	memcpy(f->mac_destination, r->p, 6);
	memcpy(f->mac_source, r->p + 6, 6);
	f->ether_type = get_u16(r->p + 12);
	r->p += 14;
	return true;
}

/* Packet type, ARPHRD type, size of the address, address (8 bytes), EtherType; in the second
 * version EtherType first, and the number of the interface. */
static bool read_cooked(struct frame *f, struct rest *r, enum frame_link link)
{
	size_t size = link == FRAME_COOKED ? 16 : 20;
	if (rest_size(r) < size)
		return false;
	const uint8_t *p = r->p;
	unsigned mac_size = link == FRAME_COOKED ? get_u16(p + 4) : p[11];
	f->has_mac_source = mac_size == 6;
	if (f->has_mac_source)
		memcpy(f->mac_source, link == FRAME_COOKED ? p + 6 : p + 12, 6);
	f->ether_type = link == FRAME_COOKED ? get_u16(p + 14) : get_u16(p);
	r->p += size;
	return true;
}

static bool read_link(struct frame *f, struct rest *r, enum frame_link link)
{
	if (link == FRAME_RAW) {
		f->ether_type = rest_size(r) == 0   ? 0
				: r->p[0] >> 4 == 4 ? TYPE_IPV4
				: r->p[0] >> 4 == 6 ? TYPE_IPV6
						    : 0;
		return f->ether_type != 0;
	}
	if (!(link == FRAME_ETHERNET ? read_ethernet(f, r) : read_cooked(f, r, link)))
		return false;
	while (f->ether_type == TYPE_VLAN || f->ether_type == TYPE_VLAN_OUTER) {
		if (rest_size(r) < 4)
			return false;
		f->vlan = get_u16(r->p) & 0x0FFF;
		f->ether_type = get_u16(r->p + 2);
		r->p += 4;
	}
	return true;
}

static void check_mac(struct frame *f)
{
	uint8_t mac[6];
	if (!f->has_mac || !frame_is_multicast(f))
		return;
	frame_group_mac(&f->destination, mac);
	if (memcmp(mac, f->mac_destination, 6) != 0)
		frame_tell(f, "the destination MAC address does not follow from the group");
}

void frame_dissect(const uint8_t *bytes, size_t size, size_t wire_size, enum frame_link link,
		   struct frame *ret_frame)
{
	struct frame *f = ret_frame;
	struct rest r = {.p = bytes, .end = bytes + size, .is_cut = size < wire_size};
	*f = (struct frame){.size = wire_size, .vlan = -1, .payload = bytes};
	if (!read_link(f, &r, link)) {
		frame_tell(f, "malformed: no whole header of the link");
		return;
	}
	if (f->ether_type == TYPE_IPV4)
		dissect_v4(f, &r);
	else if (f->ether_type == TYPE_IPV6)
		dissect_v6(f, &r);
	check_mac(f);
}
