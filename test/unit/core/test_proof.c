/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "core/proof.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

static struct proof proof;

static int begin(void **state)
{
	uint8_t secret[PROOF_SECRET_SIZE];
	(void)state;
	for (unsigned i = 0; i < sizeof(secret); i++)
		secret[i] = (uint8_t)(17 * i + 3);
	proof_init(&proof, secret);
	return 0;
}

static struct endpoint endpoint_of(const char *address, uint16_t port)
{
	struct endpoint e;
	assert_true(endpoint_parse_address(address, port, &e));
	return e;
}

static struct time at(int64_t us)
{
	return (struct time){us};
}

/* [I2] In its step of 60 s, and the next. */
static void a_cookie_is_good_in_its_step_and_the_next(void **state)
{
	struct endpoint e = endpoint_of("10.0.0.2", 10000);
	(void)state;
	for (int64_t given_us = 0; given_us < 3 * PROOF_COOKIE_US; given_us += 7 * US_PER_S) {
		uint64_t cookie = proof_cookie(&proof, &e, at(given_us));
		int64_t step_us = given_us / PROOF_COOKIE_US * PROOF_COOKIE_US;
		int64_t end_us = step_us + 2 * PROOF_COOKIE_US;
		assert_true(cookie != 0);
		assert_true(proof_is_cookie(&proof, &e, cookie, at(given_us)));
		assert_true(proof_is_cookie(&proof, &e, cookie, at(end_us - 1)));
		assert_false(proof_is_cookie(&proof, &e, cookie, at(end_us)));
		assert_false(proof_is_cookie(&proof, &e, cookie, at(end_us + US_PER_S)));
		/* That is 60 s at least, and 120 at most. */
		assert_true(end_us - given_us > PROOF_COOKIE_US);
		assert_true(end_us - given_us <= 2 * PROOF_COOKIE_US);
	}
}

static void a_cookie_of_a_later_step_is_none_yet(void **state)
{
	struct endpoint e = endpoint_of("10.0.0.2", 10000);
	uint64_t cookie = proof_cookie(&proof, &e, at(PROOF_COOKIE_US));
	(void)state;
	assert_false(proof_is_cookie(&proof, &e, cookie, at(PROOF_COOKIE_US - 1)));
	assert_true(proof_is_cookie(&proof, &e, cookie, at(PROOF_COOKIE_US)));
}

static void within_a_step_the_cookie_is_the_same(void **state)
{
	struct endpoint e = endpoint_of("10.0.0.2", 10000);
	(void)state;
	assert_true(proof_cookie(&proof, &e, at(0)) ==
		    proof_cookie(&proof, &e, at(PROOF_COOKIE_US - 1)));
	assert_true(proof_cookie(&proof, &e, at(0)) !=
		    proof_cookie(&proof, &e, at(PROOF_COOKIE_US)));
}

/* [I2] Another address, another port, another family. */
static void a_cookie_proves_one_endpoint_alone(void **state)
{
	const struct endpoint e = endpoint_of("10.0.0.2", 10000);
	const struct endpoint others[] = {
		endpoint_of("10.0.0.3", 10000), endpoint_of("10.0.0.2", 10001),
		endpoint_of("11.0.0.2", 10000), endpoint_of("10.0.0.2", 4135),
		endpoint_of("::", 10000),       endpoint_of("fd00::a00:2", 10000),
	};
	uint64_t cookie = proof_cookie(&proof, &e, at(5));
	(void)state;
	for (size_t i = 0; i < COUNT(others); i++) {
		assert_false(proof_is_cookie(&proof, &others[i], cookie, at(5)));
		assert_true(proof_token(&proof, &others[i]) != proof_token(&proof, &e));
	}
}

static void no_cookie_is_none(void **state)
{
	struct endpoint e = endpoint_of("fd00::2", 10000);
	uint64_t cookie = proof_cookie(&proof, &e, at(5));
	(void)state;
	assert_false(proof_is_cookie(&proof, &e, 0, at(5)));
	for (unsigned bit = 0; bit < 64; bit++)
		assert_false(proof_is_cookie(&proof, &e, cookie ^ UINT64_C(1) << bit, at(5)));
}

/* [I4] Constant, and no cookie: the purposes differ. */
static void a_token_is_of_its_endpoint_for_ever_and_no_cookie(void **state)
{
	struct endpoint e = endpoint_of("10.0.0.2", 10000);
	uint64_t token = proof_token(&proof, &e);
	(void)state;
	assert_true(token != 0);
	for (int i = 0; i < 1000; i++)
		(void)proof_nonce(&proof);
	assert_true(proof_token(&proof, &e) == token);
	for (int64_t step = 0; step < 1000; step++)
		assert_true(proof_cookie(&proof, &e, at(step * PROOF_COOKIE_US)) != token);
}

static void another_secret_proves_nothing_here(void **state)
{
	struct endpoint e = endpoint_of("10.0.0.2", 10000);
	struct proof other;
	uint8_t secret[PROOF_SECRET_SIZE];
	(void)state;
	memcpy(secret, proof.secret, sizeof(secret));
	secret[15] ^= 1;
	proof_init(&other, secret);
	assert_false(proof_is_cookie(&proof, &e, proof_cookie(&other, &e, at(5)), at(5)));
	assert_true(proof_token(&proof, &e) != proof_token(&other, &e));
	assert_true(proof_nonce(&proof) != proof_nonce(&other));
}

static int compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
	return left < right ? -1 : left > right;
}

static void nonces_are_never_repeated_and_never_0(void **state)
{
	enum { NONCES = 100000 };
	uint64_t *nonces = malloc(NONCES * sizeof(*nonces));
	(void)state;
	assert_non_null(nonces);
	for (int i = 0; i < NONCES; i++)
		nonces[i] = proof_nonce(&proof);
	qsort(nonces, NONCES, sizeof(*nonces), compare);
	assert_true(nonces[0] != 0);
	for (int i = 1; i < NONCES; i++)
		assert_true(nonces[i] != nonces[i - 1]);
	free(nonces);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_cookie_is_good_in_its_step_and_the_next, begin),
		cmocka_unit_test_setup(a_cookie_of_a_later_step_is_none_yet, begin),
		cmocka_unit_test_setup(within_a_step_the_cookie_is_the_same, begin),
		cmocka_unit_test_setup(a_cookie_proves_one_endpoint_alone, begin),
		cmocka_unit_test_setup(no_cookie_is_none, begin),
		cmocka_unit_test_setup(a_token_is_of_its_endpoint_for_ever_and_no_cookie, begin),
		cmocka_unit_test_setup(another_secret_proves_nothing_here, begin),
		cmocka_unit_test_setup(nonces_are_never_repeated_and_never_0, begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
