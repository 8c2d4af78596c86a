/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_WIRE_MESSAGE_H
#define RAMURE_WIRE_MESSAGE_H
/* message.h - bytes to messages and back: doc/protocol.md, section 2. No state.
 *
 * A message is a type of four ASCII characters, a line feed, and a body. messages.def lists them.
 */
#include "base/endpoint.h"
#include "base/run.h"

enum wire_type {
#define MESSAGE(type, body, receiver) WIRE_##type,
#include "wire/messages.def"
#undef MESSAGE
	WIRE_TYPES,
};

enum wire_body { WIRE_BODY_NONE, WIRE_BODY_ENDPOINT, WIRE_BODY_ENDPOINTS, WIRE_BODY_PAYLOAD };

/* Bytes of the type and its line feed. */
#define WIRE_HEADER_SIZE 5

/* What a DATA message begins with; its payload follows. */
#define WIRE_DATA_HEADER "DATA\n"

/* Endpoints read from a list; a list may be longer, what follows them is checked and left out. */
#define WIRE_ENDPOINTS_MAX 64

/* Endpoints written to a list at most, so that the longest fits into WIRE_ANSWER_MAX. */
#define WIRE_ENDPOINTS_SENT 24

/* Bytes of the longest message but DATA: a list of IPv6 endpoints. */
#define WIRE_ANSWER_MAX 1200

/* The largest payload: a UDP datagram over IPv4 (65,507 bytes) less the header. */
#define WIRE_PAYLOAD_MAX 65502

struct wire_message {
	enum wire_type type;
	size_t count;        /* ENDPOINT: 0 or 1. ENDPOINTS: how many of `endpoints`. Else 0. */
	const char *payload; /* PAYLOAD: the bytes, borrowed from the datagram. */
	size_t payload_size;
	struct endpoint endpoints[WIRE_ENDPOINTS_MAX];
};

/* Why a datagram is no message. */
enum wire_fault {
	WIRE_GOOD,
	WIRE_SHORT,     /* Fewer than WIRE_HEADER_SIZE bytes, or no line feed after the type. */
	WIRE_UNKNOWN,   /* No such type. */
	WIRE_MALFORMED, /* A body that is not as its type wants it. */
};

/* Reads a datagram. `ret_message` is untouched unless WIRE_GOOD is returned; of its endpoints only
 * the first `count` are written. [W1]-[W6] */
enum wire_fault wire_decode(const char *bytes, size_t size, struct wire_message *ret_message);

/* Writes a message other than DATA into `out` and gives its size. At most WIRE_ENDPOINTS_SENT
 * endpoints may be given, one for a body of ENDPOINT. */
size_t wire_encode(enum wire_type type, const struct endpoint *endpoints, size_t count,
		   char out[WIRE_ANSWER_MAX]);

/* How many datagrams at the beginning of a run are DATA messages. */
size_t wire_count_data(const struct run *r);

/* Writes the header of a DATA message; the payload follows it. */
void wire_encode_data_header(char out[WIRE_HEADER_SIZE]);

/* The four characters of a type. */
const char *wire_type_name(enum wire_type type);

enum wire_body wire_type_body(enum wire_type type);

/* True for an endpoint that may stand in a message: unicast, not unspecified, not link-local (its
 * meaning would end at the link), port not 0. [W5] */
bool wire_endpoint_is_usable(const struct endpoint *e);

#endif
