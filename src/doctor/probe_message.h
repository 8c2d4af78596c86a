/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_DOCTOR_PROBE_MESSAGE_H
#define RAMURE_DOCTOR_PROBE_MESSAGE_H
/* probe_message.h - the datagrams of `mcastdoctor probe` and `listen`, version 1.
 *
 * In the spirit of ssmping (RFC 6450), with a format of its own. Integers are big-endian. Each
 * datagram begins with 60 bytes:
 *
 *      0   4  "MDP1"; the digit is the version
 *      4   1  type
 *      5   1  flags: 1 answer by multicast, 2 do not fragment, 4 the probe had come by multicast
 *      6   1  TTL that it is sent with by multicast, or its answer is to be; receivers compare it
 *             with the one that it comes with (unicast leaves with PROBE_UNICAST_TTL)
 *      7   1  step of the sweep, 0: it is none
 *      8  16  the group, an IPv4 one as ::ffff:a.b.c.d: datagrams of other groups are ignored
 *     24   8  session: a random number of the prober; 0 in ANNOUNCE
 *     32   8  sender: a random number of its process
 *     40   4  number: in the sender's count of such datagrams, from 0
 *     44   4  about: number of the PROBE or QUERY that is answered
 *     48   4  age: ms since the sender's first multicast of this session
 *     52   8  time: us on the prober's clock when it sent; an answer gives it back
 *
 *     type  name      what follows
 *     1     HELLO     20 bytes of nothing. Prober: who listens?
 *     2     OFFER     8 cookie. Listener: I do; send this back to show that you get it
 *     3     QUERY     8 listener, 8 cookie of OFFER by unicast, 8 by multicast (0: had none),
 *                     zeros up to 1,000 bytes
 *     4     REPORT    what the listener has heard: struct probe_report, in its order
 *     5     PROBE     zeros, as many as the user wants
 *     6     ECHO      zeros, up to the size of the PROBE
 *     7     ANNOUNCE  nothing. Listener, twice a second, by multicast: I listen
 *
 * No reflector: each of them is answered by one datagram at most, never a longer one: OFFER is 68
 * bytes and HELLO 80, REPORT at most 884 and QUERY 1,000, ECHO as long as PROBE. An address gets
 * REPORT and ECHO only after a cookie has come back from it.
 */
#include "base/endpoint.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROBE_HEADER_SIZE 60
#define PROBE_HELLO_SIZE  80
#define PROBE_OFFER_SIZE  68
#define PROBE_QUERY_SIZE  1000
#define PROBE_SIZE_MAX    65507 /* Of UDP over IPv4. */
#define PROBE_STEPS       40
#define PROBE_OTHERS      32
#define PROBE_NAME_SIZE   32
#define PROBE_NEVER       UINT32_MAX
#define PROBE_UNICAST_TTL 64

enum probe_type {
	PROBE_HELLO = 1,
	PROBE_OFFER,
	PROBE_QUERY,
	PROBE_REPORT,
	PROBE_PROBE,
	PROBE_ECHO,
	PROBE_ANNOUNCE,
};

enum probe_flags {
	PROBE_BY_MULTICAST = 1,  /* Answer this by multicast. */
	PROBE_WHOLE = 2,         /* It may not be fragmented. */
	PROBE_WAS_MULTICAST = 4, /* ECHO: its PROBE had come by multicast; OFFER: it goes so. */
};

/* Indices of what there is for both. */
enum probe_path { UNICAST, MULTICAST, PROBE_PATHS };

/* What a listener has heard of the prober by one path: struct tally without its window. */
struct probe_heard {
	uint32_t received, distinct, duplicates, reordered, first, highest;
	uint8_t hops_min, hops_max;
};

/* What it has heard by multicast of another listener in the session. */
struct probe_other {
	uint64_t sender;
	uint32_t distinct, duplicates;
};

struct probe_report {
	char name[PROBE_NAME_SIZE]; /* Of its host: letters, digits, `.`, `-`, `_`. */
	struct probe_heard heard[PROBE_PATHS];
	uint32_t sent[PROBE_PATHS]; /* ECHOes, those of the sweep left out. */
	uint32_t setup_ms;          /* Until the first multicast came: since it has joined, or
				       since the prober had sent first. PROBE_NEVER: none came. */
	uint8_t steps[PROBE_PATHS][PROBE_STEPS]; /* PROBEs of the sweep that came. */
	uint8_t other_count;
	struct probe_other others[PROBE_OTHERS];
};

struct probe_message {
	enum probe_type type;
	uint8_t flags, ttl, step;
	struct endpoint group; /* Without the port. */
	uint64_t session, sender;
	uint32_t number, about, age_ms;
	uint64_t time_us;
	union {
		uint64_t cookie; /* OFFER. */
		struct {
			uint64_t listener, cookies[PROBE_PATHS];
		} query;                    /* QUERY. */
		struct probe_report report; /* REPORT. */
	};
};

/* Bytes of a message without what pads it. */
size_t probe_message_size(const struct probe_message *m);

/* Writes `m`, and zeros up to `size`, which is at least probe_message_size. */
void probe_message_write(const struct probe_message *m, char *out, size_t size);

/* Reads a datagram. False, and `ret_message` untouched, where it is none of this version, or is
 * shorter than what its answer needs. Names hold nothing that acts on a terminal. */
bool probe_message_read(const char *bytes, size_t size, struct probe_message *ret_message);

#endif
