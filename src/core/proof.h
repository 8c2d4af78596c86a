/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CORE_PROOF_H
#define RAMURE_CORE_PROOF_H
/* proof.h - what only somebody can repeat who receives at an address: cookies, tokens, nonces.
 * Rules [I1]-[I4].
 *
 * Nothing is remembered of anybody: each is a keyed hash (SipHash-2-4, libsodium's
 * crypto_shorthash) over a secret, a purpose, and an endpoint, as RFC 7450 section 5.3.5 does. No
 * clock, I/O or allocation.
 */
#include "base/endpoint.h"
#include "base/time.h"

#define PROOF_SECRET_SIZE 16

/* A cookie is good for between one and two such times. */
#define PROOF_COOKIE_US (60 * US_PER_S)

struct proof {
	uint8_t secret[PROOF_SECRET_SIZE]; /* Unpredictable to others; drawn at each start. */
	uint64_t nonces;                   /* Given so far. */
};

void proof_init(struct proof *p, const uint8_t secret[PROOF_SECRET_SIZE]);

/* Shows that who repeats it has received at `e`, not long ago. */
uint64_t proof_cookie(const struct proof *p, const struct endpoint *e, struct time now);
bool proof_is_cookie(const struct proof *p, const struct endpoint *e, uint64_t cookie,
		     struct time now);

/* Of the link with `e`, for as long as the secret. Never 0. */
uint64_t proof_token(const struct proof *p, const struct endpoint *e);

/* One that was never given before. Never 0. */
uint64_t proof_nonce(struct proof *p);

#endif
