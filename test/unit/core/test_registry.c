/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "core/registry.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

/* A registry, and what its last call did, a line an action. */
struct rig {
	struct registry registry;
	struct action ring[16];
	struct actions actions;
	struct time now;
	char text[512];
};

static struct rig rig;

static int open_beyond_loopback(void **state)
{
	struct registry_config config = {.guard_us = 180 * US_PER_S};
	(void)state;
	rig = (struct rig){.now = {1000}};
	registry_init(&rig.registry, &config);
	actions_init(&rig.actions, rig.ring, COUNT(rig.ring));
	return 0;
}

/* [R1]-[R6] hold for bare requests wherever base nodes are let in. */
static int open_full(void **state)
{
	(void)open_beyond_loopback(state);
	rig.registry.config.is_full = rig.registry.config.accept_base = true;
	rig.registry.config.full_guard_us = REGISTRY_FULL_GUARD_US;
	return 0;
}

static int open_on_loopback(void **state)
{
	(void)open_beyond_loopback(state);
	rig.registry.config.is_loopback_only = true;
	return 0;
}

static struct endpoint endpoint_of(const char *text)
{
	struct endpoint e;
	char address[64];
	unsigned port;
	assert_int_equal(sscanf(text, "%63s %u", address, &port), 2);
	assert_true(endpoint_parse_address(address, (uint16_t)port, &e));
	return e;
}

/* Writes down what a call did; each answer has to go back where the question came from, and after
 * what is stored. */
static void note(const struct path *path)
{
	const struct action *a;
	size_t size = 0, count = 0;
	bool is_answered = false;
	rig.text[0] = '\0';
	while ((a = actions_take(&rig.actions)) != NULL) {
		char text[ENDPOINT_TEXT_SIZE];
		bool is_event = a->type == ACTION_EVENT;
		assert_true(++count <= ACTIONS_SPARE);
		if (a->type == ACTION_STORE) {
			assert_false(is_answered);
			continue;
		}
		assert_true(is_event || a->type == ACTION_SEND);
		if (!is_event) {
			is_answered = true;
			assert_non_null(path);
			assert_true(endpoint_equal(&a->path.remote, &path->remote));
			assert_true(endpoint_equal(&a->path.local, &path->local));
		}
		endpoint_format(a->count > 0 ? a->endpoints : &a->path.remote, text);
		size += (size_t)snprintf(
			rig.text + size, sizeof(rig.text) - size, "%s%s%s%s", size > 0 ? ", " : "",
			is_event ? event_name(a->event) : wire_type_name(a->message),
			is_event || a->count > 0 ? " " : "", is_event || a->count > 0 ? text : "");
	}
}

static void receive(const char *from, const char *bytes, size_t size)
{
	struct path path = {.remote = endpoint_of(from), .local = endpoint_of("10.9.9.9 10000")};
	registry_receive(&rig.registry, &path, bytes, size, rig.now, &rig.actions);
	note(&path);
}

/* `from` sends `message`; that is what has to happen. */
static void tell(const char *from, const char *message, const char *expected)
{
	receive(from, message, strlen(message));
	assert_string_equal(rig.text, expected);
}

static void pass(int64_t us, const char *expected)
{
	rig.now.us += us;
	registry_on_time(&rig.registry, rig.now, &rig.actions);
	note(NULL);
	assert_string_equal(rig.text, expected);
}

/* [R1], [R2], [R3] */
static void the_first_to_register_is_the_root(void **state)
{
	(void)state;
	tell("10.0.0.2 10000", "ROOT\n", "TOOR");
	assert_true(time_is_never(registry_deadline(&rig.registry)));
	tell("10.0.0.2 10000", "RREG\n", "root-registered 10.0.0.2:10000, YREG");
	assert_int_equal(registry_deadline(&rig.registry).us, 1000 + 180 * US_PER_S);
	tell("10.0.0.3 10000", "RREG\n", "NREG");
	tell("10.0.0.2 10001", "RREG\n", "NREG"); /* The same host is not the same endpoint. */
	tell("10.0.0.3 10000", "ROOT\n", "TOOR 10.0.0.2:10000");
	tell("10.0.0.3 40000", "ROOT\n", "TOOR 10.0.0.2:10000"); /* [B4] From any port. */
	tell("10.0.0.2 10000", "ROOT\n", "TOOR 10.0.0.2:10000");
	tell("10.0.0.2 10000", "RREG\n", "YREG");
	tell("10.0.0.2 10000", "RREG\nwhatever", "YREG"); /* [W2] */
}

/* [W2] */
static void to_the_base_profile_a_full_request_is_a_bare_one(void **state)
{
	(void)state;
	tell("10.0.0.2 10000", "RREG\nhmtp 1\nid 7\n", "root-registered 10.0.0.2:10000, YREG");
	tell("10.0.0.2 10000", "RREG\nhmtp 1\nid 0000000000000007\nnonce 0000000000000001\n",
	     "YREG");
	tell("10.0.0.3 10000", "ROOT\nhmtp 1\nid 0000000000000008\ngroup g\n",
	     "TOOR 10.0.0.2:10000");
	tell("10.0.0.3 10000", "ROOT\nhmtp 1\ndead 10.0.0.2 10000\nid\n", "TOOR 10.0.0.2:10000");
	tell("10.0.0.2 10000", "LEAV\n12345678", "");
	tell("10.0.0.2 10000", "PONG\n123456789", "");
	assert_true(rig.registry.roots[0].is_registered);
}

/* [R4] */
static void a_root_is_forgotten_a_guard_time_after_its_last_refresh(void **state)
{
	(void)state;
	tell("10.0.0.2 10000", "RREG\n", "root-registered 10.0.0.2:10000, YREG");
	pass(179 * US_PER_S, "");
	tell("10.0.0.2 10000", "RREG\n", "YREG");
	pass(180 * US_PER_S - 1, "");
	tell("10.0.0.3 10000", "RREG\n", "NREG"); /* Prolongs nothing. */
	pass(1, "root-expired 10.0.0.2:10000");
	assert_true(time_is_never(registry_deadline(&rig.registry)));
	tell("10.0.0.3 10000", "ROOT\n", "TOOR");
	tell("10.0.0.3 10000", "RREG\n", "root-registered 10.0.0.3:10000, YREG");
	tell("10.0.0.2 10000", "RREG\n", "NREG");
}

/* A datagram may come before the timer is looked at. */
static void an_expired_root_is_no_answer(void **state)
{
	(void)state;
	tell("10.0.0.2 10000", "RREG\n", "root-registered 10.0.0.2:10000, YREG");
	rig.now.us += 180 * US_PER_S;
	tell("10.0.0.3 10000", "ROOT\n", "root-expired 10.0.0.2:10000, TOOR");
	tell("10.0.0.2 10000", "RREG\n", "root-registered 10.0.0.2:10000, YREG");
	rig.now.us += 180 * US_PER_S;
	tell("10.0.0.3 10000", "RREG\n",
	     "root-expired 10.0.0.2:10000, root-registered 10.0.0.3:10000, YREG");
}

/* [R6] */
static void each_family_has_its_own_root(void **state)
{
	(void)state;
	tell("10.0.0.2 10000", "RREG\n", "root-registered 10.0.0.2:10000, YREG");
	tell("fd00::2 10000", "ROOT\n", "TOOR");
	pass(US_PER_S, "");
	tell("fd00::2 10000", "RREG\n", "root-registered [fd00::2]:10000, YREG");
	tell("fd00::3 10000", "RREG\n", "NREG");
	tell("10.0.0.3 10000", "ROOT\n", "TOOR 10.0.0.2:10000");
	tell("fd00::3 10000", "ROOT\n", "TOOR [fd00::2]:10000");
	tell("::ffff:10.0.0.3 10000", "ROOT\n", "TOOR 10.0.0.2:10000");
	assert_int_equal(registry_deadline(&rig.registry).us, 1000 + 180 * US_PER_S);
	pass(179 * US_PER_S, "root-expired 10.0.0.2:10000");
	assert_int_equal(registry_deadline(&rig.registry).us, 1000 + 181 * US_PER_S);
	pass(US_PER_S, "root-expired [fd00::2]:10000");
}

static void both_families_may_expire_at_once(void **state)
{
	(void)state;
	tell("10.0.0.2 10000", "RREG\n", "root-registered 10.0.0.2:10000, YREG");
	tell("fd00::2 10000", "RREG\n", "root-registered [fd00::2]:10000, YREG");
	rig.now.us += 180 * US_PER_S;
	tell("fd00::2 10000", "RREG\n",
	     "root-expired 10.0.0.2:10000, root-expired [fd00::2]:10000, "
	     "root-registered [fd00::2]:10000, YREG");
}

/* [R5] */
static void beyond_loopback_a_loopback_endpoint_is_not_registered(void **state)
{
	(void)state;
	tell("127.0.0.1 10000", "RREG\n", "root-refused 127.0.0.1:10000");
	tell("127.9.9.9 10000", "RREG\n", "root-refused 127.9.9.9:10000");
	tell("::1 10000", "RREG\n", "root-refused [::1]:10000");
	assert_int_equal(rig.registry.drops.count[DROP_LOOPBACK], 3);
	tell("127.0.0.1 10000", "ROOT\n", "TOOR");
	assert_true(time_is_never(registry_deadline(&rig.registry)));
	tell("10.0.0.2 10000", "RREG\n", "root-registered 10.0.0.2:10000, YREG");
	tell("127.0.0.1 10000", "ROOT\n", "TOOR 10.0.0.2:10000");
	tell("127.0.0.1 10000", "RREG\n", "root-refused 127.0.0.1:10000");
}

static void on_loopback_alone_loopback_endpoints_are_roots(void **state)
{
	(void)state;
	tell("127.0.0.1 10000", "RREG\n", "root-registered 127.0.0.1:10000, YREG");
	tell("127.0.0.2 10000", "RREG\n", "NREG");
	tell("::1 10000", "RREG\n", "root-registered [::1]:10000, YREG");
	assert_int_equal(rig.registry.drops.count[DROP_LOOPBACK], 0);
}

/* [W6] Changes nothing, is counted, is never answered. */
static void what_is_no_question_is_counted_and_not_answered(void **state)
{
	(void)state;
	tell("10.0.0.2 10000", "", "");
	tell("10.0.0.2 10000", "ROOT", "");
	assert_int_equal(rig.registry.drops.count[DROP_SHORT], 2);
	tell("10.0.0.2 10000", "TOOT\n", "");
	assert_int_equal(rig.registry.drops.count[DROP_UNKNOWN], 1);
	tell("10.0.0.2 10000", "TOOR\n10.0.0.2 0", "");
	tell("10.0.0.2 10000", "NJOI\nx\n", "");
	assert_int_equal(rig.registry.drops.count[DROP_MALFORMED], 2);
	tell("10.0.0.2 10000", "TOOR\n", "");
	tell("10.0.0.2 10000", "YREG\n", "");
	tell("10.0.0.2 10000", "NREG\n", "");
	tell("10.0.0.2 10000", "RJOI\n", "");
	tell("10.0.0.2 10000", "YJOI\n", "");
	tell("10.0.0.2 10000", "NJOI\n", "");
	tell("10.0.0.2 10000", "DATA\nx", "");
	assert_int_equal(rig.registry.drops.count[DROP_UNEXPECTED], 7);
	assert_true(time_is_never(registry_deadline(&rig.registry)));
}

/* [W5] Nobody could answer or join them. */
static void unusable_senders_are_not_answered(void **state)
{
	static const char *const senders[] = {
		"10.0.0.2 0", "0.0.0.0 10000", "169.254.1.1 10000", "224.1.1.1 10000", "fe80::1 7",
		"ff02::1 7",  ":: 7",          "fd00::1 0",         "240.0.0.1 7",
	};
	(void)state;
	for (size_t i = 0; i < COUNT(senders); i++) {
		tell(senders[i], "ROOT\n", "");
		tell(senders[i], "RREG\n", "");
	}
	assert_int_equal(rig.registry.drops.count[DROP_UNEXPECTED], 2 * COUNT(senders));
	assert_true(time_is_never(registry_deadline(&rig.registry)));
}

#define TEST(name)          cmocka_unit_test_setup(name, open_beyond_loopback)
#define TEST_FULL(name)     cmocka_unit_test_setup(name, open_full)
#define TEST_LOOPBACK(name) cmocka_unit_test_setup(name, open_on_loopback)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_to_register_is_the_root),
		TEST(a_root_is_forgotten_a_guard_time_after_its_last_refresh),
		TEST(an_expired_root_is_no_answer),
		TEST(each_family_has_its_own_root),
		TEST(both_families_may_expire_at_once),
		TEST(beyond_loopback_a_loopback_endpoint_is_not_registered),
		TEST_LOOPBACK(on_loopback_alone_loopback_endpoints_are_roots),
		TEST(what_is_no_question_is_counted_and_not_answered),
		TEST(unusable_senders_are_not_answered),
		TEST(to_the_base_profile_a_full_request_is_a_bare_one),
		TEST_FULL(the_first_to_register_is_the_root),
		TEST_FULL(a_root_is_forgotten_a_guard_time_after_its_last_refresh),
		TEST_FULL(an_expired_root_is_no_answer),
		TEST_FULL(each_family_has_its_own_root),
		TEST_FULL(both_families_may_expire_at_once),
		TEST_FULL(beyond_loopback_a_loopback_endpoint_is_not_registered),
		TEST_FULL(what_is_no_question_is_counted_and_not_answered),
		TEST_FULL(unusable_senders_are_not_answered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
