/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_TEST_REGISTRY_RIG_H
#define RAMURE_TEST_REGISTRY_RIG_H
/* registry_rig.h - one registry of the full profile: a test hands in requests and time, and states
 * what the registry wants done as text, actions with a comma between them.
 *
 * `store GROUP EPOCH full ENDPOINT` (without the endpoint: no root), `YREG reason tick EPOCH NUMBER
 * root ENDPOINT cookie token member ENDPOINT`, `PING ENDPOINT`, `event ENDPOINT`. Of each answer
 * the rig asserts that it goes back to who asked, comes after what is stored, repeats the nonce,
 * and, with a cookie in it, is no longer than the request.
 */
#include "core/registry.h"
#include "unit.h"

#define GROUPS 3   /* Besides the base group. */
#define PADDED 400 /* Bytes of what members send unproven, at least. */

#define R "10.0.0.2 10000" /* The root, mostly. */
#define A "10.0.0.3 10000"
#define B "10.0.0.4 10000"
#define C "10.0.0.5 10000"
#define D "10.0.0.6 10000"

struct rig {
	struct registry registry;
	struct registry_root more[GROUPS];
	struct registry_root stored; /* As the last ACTION_STORE had it. */
	struct quota address_quota, prefix_quota;
	struct action ring[16];
	struct actions actions;
	struct time now;
	uint64_t nonces;     /* Of requests so far. */
	size_t request_size; /* 0: no request was sent. */
	uint64_t ping_nonce; /* Of the last PING. */
	uint64_t token;      /* Of the last YREG. */
	size_t size;
	char text[1024];
};

extern struct rig rig;

/* A cmocka setup: a registry, base nodes let in. rig_init: the same with the time as it is. */
int rig_open(void **state);
void rig_init(bool accept_base);

/* `IP PORT`. */
struct endpoint rig_endpoint(const char *text);

/* Writes down what a call did, an answer to what came on `asked`, if anything did. */
void rig_note(const struct path *asked);

/* A bare request. */
void rig_bare(const char *from, const char *message, const char *expected);

/* A full request of the start `id`, with these lines besides, a cookie unless that is 0, and at
 * least `size_min` bytes. */
void rig_full(const char *from, const char *type, unsigned id, const char *lines, uint64_t cookie,
	      size_t size_min);
void rig_unproven(const char *from, const char *type, unsigned id, const char *lines,
		  const char *expected);
void rig_proven(const char *from, const char *type, unsigned id, const char *lines,
		const char *expected);

/* LEAV with a token, PONG with a nonce. */
void rig_fields(const char *from, enum wire_type type, uint64_t number, const char *expected);

/* ICMP: nobody listens at `endpoint`, quoting a PING. */
void rig_unreachable(const char *endpoint, uint64_t nonce, const char *expected);

void rig_pass(int64_t us, const char *expected);

/* All questions of a series after the first, up to the moment when it ends; then what happens. */
void rig_pass_series(const char *root);
void rig_is_due(const char *expected);

/* R registers in the base group. */
void rig_register_root(void);

uint64_t rig_drops(enum drop reason);

/* The registry starts again, with the last that was stored. */
void rig_start_again(void);

#endif
