/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_DOCTOR_FRAME_H
#define RAMURE_DOCTOR_FRAME_H
/* frame.h - what a frame of a network says, as far as multicast is concerned.
 *
 * Ethernet (with or without 802.1Q), Linux cooked, raw IP; IPv4, IPv6; UDP; IGMPv1, v2, v3
 * (RFC 1112, 2236, 3376), MLDv1, v2 (RFC 2710, 3810). Every sequence of bytes is taken: what is
 * wrong with it is told in `problems`, and what could not be read stays empty. Nothing is
 * allocated: a struct frame borrows the bytes it was made of for as long as it is used.
 *
 *     frame_dissect -> frame_source*, frame_next_record*, explain_text (explain.h)
 */
#include "base/endpoint.h"

#include <stddef.h>

/* How the bytes begin. */
enum frame_link {
	FRAME_ETHERNET,
	FRAME_COOKED,    /* Linux cooked, LINUX_SLL: of "any", of links without a header. */
	FRAME_COOKED_V2, /* LINUX_SLL2. */
	FRAME_RAW,       /* With the header of IP: of tun, WireGuard. */
};

enum frame_kind {
	FRAME_OTHER,    /* No IP, or another protocol on it. */
	FRAME_FRAGMENT, /* A fragment of a datagram, but not the first. */
	FRAME_UDP,
	FRAME_IGMP,
	FRAME_MLD,
};

enum message_type {
	MESSAGE_UNKNOWN, /* None of these; a router's, or malformed. */
	MESSAGE_QUERY,
	MESSAGE_REPORT,
	MESSAGE_LEAVE, /* Leave Group of IGMP, Done of MLD. */
};

/* Group records of reports, RFC 3376 section 4.2.12 and RFC 3810 section 5.2.12. */
enum record_type {
	MODE_IS_INCLUDE = 1,
	MODE_IS_EXCLUDE,
	CHANGE_TO_INCLUDE,
	CHANGE_TO_EXCLUDE,
	ALLOW_NEW_SOURCES,
	BLOCK_OLD_SOURCES,
};

/* A message of IGMP or MLD. */
struct message {
	enum message_type type;
	int version;              /* Of IGMP: 1 to 3; of MLD: 1, 2; 0 where the type is unknown. */
	uint8_t code;             /* The first byte: 0x11, 0x22, 130, ... */
	bool is_invalid;          /* Receivers drop it: malformed, a wrong checksum; MLD that is
				     not of this link (RFC 3810 sections 5.1.14, 6.2). */
	struct endpoint group;    /* Of queries, and of reports that have no records; 0.0.0.0 or ::
				     in a general query. */
	uint32_t max_response_ms; /* Queries; 0 in IGMPv1, which means 10 s. */
	/* Queries of IGMPv3 and MLDv2. */
	bool suppresses;     /* The S flag: routers do not restart their timers. */
	uint8_t robustness;  /* QRV. */
	uint32_t interval_s; /* What QQIC says. */
	size_t source_count; /* What frame_source gives. */
	/* Reports of IGMPv3 and MLDv2. */
	size_t record_count;  /* What frame_next_record gives. */
	const uint8_t *lists; /* The sources, or the records. */
	const uint8_t *end;   /* Of them: of the whole ones. */
};

struct record {
	uint8_t type; /* enum record_type, or a number that has no meaning. */
	struct endpoint group;
	size_t source_count;
	const uint8_t *sources; /* Read by record_source. */
};

#define FRAME_PROBLEMS_MAX 8

struct frame {
	size_t size;  /* On the wire, bytes. */
	bool has_mac; /* There is a destination MAC address; cooked frames have none. */
	bool has_mac_source;
	uint8_t mac_destination[6], mac_source[6];
	int vlan;                            /* 802.1Q: its number; -1: none. */
	uint16_t ether_type;                 /* 0: unknown. */
	int family;                          /* 4, 6; 0: no IP, the rest is empty. */
	struct endpoint source, destination; /* With ports where there are some: UDP. */
	uint8_t ttl;                         /* Or hop limit. */
	uint8_t protocol;                    /* Of the payload: IPPROTO_UDP, ... */
	bool has_router_alert;               /* RFC 2113, RFC 2711. */
	bool is_fragment;
	bool is_offloaded; /* The checksum of UDP is still to be written by the network card. */
	enum frame_kind kind;
	const uint8_t *payload; /* After the headers of IP; of UDP, if there is one. */
	size_t payload_size;    /* As far as captured. */
	struct message message; /* IGMP, MLD. */
	const char *problems[FRAME_PROBLEMS_MAX]; /* Sentences; what comes after them is lost. */
	size_t problem_count;
};

/* Reads the `size` captured bytes of a frame that had `wire_size` of them. */
void frame_dissect(const uint8_t *bytes, size_t size, size_t wire_size, enum frame_link link,
		   struct frame *ret_frame);

/* Whether the destination address is a group. */
bool frame_is_multicast(const struct frame *f);

/* The destination MAC address that frames to a group have: RFC 1112 section 6.4, RFC 2464
 * section 7. */
void frame_group_mac(const struct endpoint *group, uint8_t ret_mac[6]);

/* Source number `n`, less than source_count, of a query. */
struct endpoint frame_source(const struct frame *f, size_t n);

/* The next record of a report; `place`, 0 before the first, is moved on. False after the last. */
bool frame_next_record(const struct frame *f, size_t *place, struct record *ret_record);

/* Source number `n`, less than source_count, of a record of this frame. */
struct endpoint record_source(const struct frame *f, const struct record *r, size_t n);

#endif
