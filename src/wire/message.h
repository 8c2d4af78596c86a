/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_WIRE_MESSAGE_H
#define RAMURE_WIRE_MESSAGE_H
/* message.h - bytes to messages and back: doc/protocol.md, sections 2, 12 and 13. No state.
 *
 * A message is a type of four ASCII characters, a line feed, and a body. messages.def lists them,
 * keys.def what a full body may hold, fields.def the layouts of fixed size.
 */
#include "base/endpoint.h"
#include "base/run.h"
#include "wire/envelope.h"
#include "wire/place.h"
#include "wire/stamp.h"
#include "wire/terms.h"

enum wire_type {
#define MESSAGE(type, body, receiver) WIRE_##type,
#include "wire/messages.def"
#undef MESSAGE
	WIRE_TYPES,
};

enum wire_body {
	WIRE_BODY_NONE,
	WIRE_BODY_ENDPOINT,
	WIRE_BODY_ENDPOINTS,
	WIRE_BODY_PAYLOAD,
	WIRE_BODY_FIELDS,
	WIRE_BODY_PATH,
	WIRE_BODY_STAMPED,
};

/* What a DATA message begins with; its payload follows. */
#define WIRE_DATA_HEADER "DATA\n"

/* Endpoints read from a list; a list may be longer, what follows them is checked and left out. */
#define WIRE_ENDPOINTS_MAX 64

/* The largest payload: a UDP datagram over IPv4 (65,507 bytes) less the header. */
#define WIRE_PAYLOAD_MAX 65502

/* Flags of a TICK. */
#define WIRE_TICK_DETACHED 1 /* The sender has lost its way to the root, and looks for another. */
#define WIRE_TICK_ENCLAVE  2 /* Made by a member whose parent is of the base profile. */
#define WIRE_TICK_YIELD    4 /* The child's place is another's now: it has to look for one. */

/* Flags of a PING, which may be 0. */
#define WIRE_PING_PATH 1 /* The asker wants PATH for an answer. */

/* Flags of a PONG. */
#define WIRE_PONG_LINK 1 /* The PING's token is a child's, or the registered root's. */

/* The room of a subtree that has none. */
#define WIRE_NO_ROOM 0xFFFF

/* struct wire_tick and so on, a field for each of fields.def. */
/* clang-format off */
#define LAYOUT_BEGIN(type)      struct wire_##type {
#define FIELD(type, name, bits) uint##bits##_t name;
#define LAYOUT_END(type)        };
/* clang-format on */
#include "wire/fields.def"
#undef LAYOUT_BEGIN
#undef FIELD
#undef LAYOUT_END

/* The fields of a message of fixed size: that of its type. */
union wire_fields {
#define LAYOUT_BEGIN(type) struct wire_##type type;
#define FIELD(type, name, bits)
#define LAYOUT_END(type)
#include "wire/fields.def"
#undef LAYOUT_BEGIN
#undef FIELD
#undef LAYOUT_END
};

/* A member on a root path. */
struct wire_hop {
	uint64_t id;
	struct endpoint endpoint;
};

/* The nearest eight ancestors and the root. */
#define WIRE_HOPS_MAX 9

/* The members from the sender of a PATH up to the root; where there are more than WIRE_HOPS_MAX,
 * those before the root are left out. */
struct wire_path {
	uint64_t token; /* Of the link. */
	uint64_t key;   /* Of the epoch's data; 0: the sender does not know it. */
	uint64_t seq;   /* The newest data that the sender has. */
	uint32_t epoch; /* Whose key and data. */
	uint32_t hash;  /* Of the sender's root path, as in its TICK. */
	uint8_t count;  /* 1 to WIRE_HOPS_MAX. */
	struct wire_hop hops[WIRE_HOPS_MAX];
};

struct wire_message {
	enum wire_type type;
	bool is_full; /* NONE, ENDPOINT, ENDPOINTS: the body is `terms`, none of the others. */
	size_t count; /* ENDPOINT: 0 or 1. ENDPOINTS: how many of `endpoints`. Else 0. */
	const char *payload; /* PAYLOAD, STAMPED: the bytes, borrowed from the datagram. */
	size_t payload_size;
	size_t size; /* Of the whole datagram. */
	union {
		struct endpoint endpoints[WIRE_ENDPOINTS_MAX];
		struct wire_terms terms;
		union wire_fields fields;
		struct wire_path root_path;
		struct wire_stamp stamp;
	};
};

/* Why a datagram is no message. */
enum wire_fault {
	WIRE_GOOD,
	WIRE_SHORT,     /* Fewer than WIRE_HEADER_SIZE bytes, or no line feed after the type. */
	WIRE_UNKNOWN,   /* No such type. */
	WIRE_MALFORMED, /* A body that is not as its type wants it. */
};

/* Reads a datagram. `ret_message` is untouched unless WIRE_GOOD is returned; of its lists only what
 * was there is written. [W1]-[W6], [F1]-[F4] */
enum wire_fault wire_decode(const char *bytes, size_t size, struct wire_message *ret_message);

/* The same as the base profile reads it: the body of a message that has none is ignored, be it as
 * it may. [W2] */
enum wire_fault wire_decode_base(const char *bytes, size_t size, struct wire_message *ret_message);

/* Writes a message of the base profile other than DATA into `out` and gives its size. At most
 * WIRE_ENDPOINTS_SENT endpoints may be given, one for a body of ENDPOINT. */
size_t wire_encode(enum wire_type type, const struct endpoint *endpoints, size_t count,
		   char out[WIRE_ANSWER_MAX]);

/* Writes a full message: a type whose body is NONE, ENDPOINT or ENDPOINTS, and `terms`, whose
 * values are well formed. Gives its size, at least `size_min` (by a line `pad`) and at most
 * `size_max`, which is at most WIRE_ANSWER_MAX; members that do not fit are left out. See
 * wire_terms_encode. [F2], [F3] */
size_t wire_encode_terms(enum wire_type type, const struct wire_terms *terms, size_t size_min,
			 size_t size_max, char out[WIRE_ANSWER_MAX]);

/* Writes a message whose body is FIELDS; gives its size. */
size_t wire_encode_fields(enum wire_type type, const union wire_fields *fields,
			  char out[WIRE_ANSWER_MAX]);

/* Writes a PATH; gives its size. */
size_t wire_encode_path(const struct wire_path *path, char out[WIRE_ANSWER_MAX]);

/* How many datagrams at the beginning of a run are messages of the type DATA, or all of type MDAT
 * with a whole header; `ret_type` tells which, and is untouched if the answer is 0. */
size_t wire_count_data(const struct run *r, enum wire_type *ret_type);

/* Writes the header of a DATA message; the payload follows it. */
void wire_encode_data_header(char out[WIRE_HEADER_SIZE]);

/* The four characters of a type. */
const char *wire_type_name(enum wire_type type);

enum wire_body wire_type_body(enum wire_type type);

#endif
