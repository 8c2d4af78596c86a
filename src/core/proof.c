/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "core/proof.h"

#include <assert.h>
#include <sodium/crypto_shorthash.h>

static_assert(PROOF_SECRET_SIZE == crypto_shorthash_KEYBYTES, "a secret is SipHash's key");
static_assert(crypto_shorthash_BYTES == sizeof(uint64_t), "a proof is SipHash's output");

enum purpose { PURPOSE_COOKIE = 1, PURPOSE_TOKEN, PURPOSE_NONCE };

void proof_init(struct proof *p, const uint8_t secret[PROOF_SECRET_SIZE])
{
	memcpy(p->secret, secret, PROOF_SECRET_SIZE);
	p->nonces = 0;
}

/* Over the purpose, a number and an endpoint, which may be NULL. Never 0, which stands for none. */
static uint64_t hash(const struct proof *p, enum purpose purpose, uint64_t number,
		     const struct endpoint *e)
{
	enum { ADDRESS = sizeof(((struct endpoint *)0)->address), PORT = sizeof(uint16_t) };
	uint8_t text[1 + sizeof(number) + ADDRESS + PORT] = {(uint8_t)purpose};
	uint8_t out[crypto_shorthash_BYTES];
	uint64_t value;
	memcpy(text + 1, &number, sizeof(number));
	if (e) {
		memcpy(text + 1 + sizeof(number), e->address, ADDRESS);
		memcpy(text + 1 + sizeof(number) + ADDRESS, &e->port, PORT);
	}
	(void)crypto_shorthash(out, text, sizeof(text), p->secret);
	memcpy(&value, out, sizeof(value));
	return value != 0 ? value : 1;
}

static uint64_t window(struct time now)
{
	return (uint64_t)(now.us / PROOF_COOKIE_US) + 1;
}

uint64_t proof_cookie(const struct proof *p, const struct endpoint *e, struct time now)
{
	return hash(p, PURPOSE_COOKIE, window(now), e);
}

bool proof_is_cookie(const struct proof *p, const struct endpoint *e, uint64_t cookie,
		     struct time now)
{
	return cookie == proof_cookie(p, e, now) ||
	       cookie == hash(p, PURPOSE_COOKIE, window(now) - 1, e);
}

uint64_t proof_token(const struct proof *p, const struct endpoint *e)
{
	return hash(p, PURPOSE_TOKEN, 0, e);
}

uint64_t proof_nonce(struct proof *p)
{
	return hash(p, PURPOSE_NONCE, ++p->nonces, NULL);
}
