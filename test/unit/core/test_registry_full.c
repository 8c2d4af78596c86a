/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "registry_rig.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

/* [I1], [I2] */
static void a_request_without_id_or_nonce_is_malformed(void **state)
{
	(void)state;
	rig_bare(A, "ROOT\nhmtp 1\nid 0000000000000001\n", "");
	rig_bare(A, "ROOT\nhmtp 1\nnonce 0000000000000001\n", "");
	rig_bare(A, "RREG\nhmtp 1\n", "");
	rig_bare(A, "RREG\nhmtp 1\nid 1\n", "");
	assert_int_equal(rig_drops(DROP_MALFORMED), 4);
}

/* [I3] */
static void who_has_no_cookie_gets_one_and_is_not_registered(void **state)
{
	(void)state;
	rig_unproven(R, "ROOT", 1, "", "TOOR tick 0 0 cookie");
	rig_unproven(R, "RREG", 1, "", "NREG cookie cookie");
	rig_unproven(R, "RREG", 1, "cookie 0000000000000001\n", "NREG cookie cookie");
	assert_true(time_is_never(registry_deadline(&rig.registry)));
	rig_register_root();
	rig_unproven(R, "RREG", 1, "", "NREG cookie cookie");
	rig_unproven(A, "ROOT", 2, "", "TOOR tick 1 0 root 10.0.0.2:10000 cookie");
}

/* [I3] Any answer's own; of another address or port; of long ago. */
static void a_cookie_is_good_for_its_endpoint_and_not_for_long(void **state)
{
	struct endpoint e = rig_endpoint(A);
	uint64_t cookie;
	(void)state;
	cookie = proof_cookie(&rig.registry.proof, &e, rig.now);
	rig_full(A, "ROOT", 1, "", cookie, PADDED);
	assert_string_equal(rig.text, "TOOR tick 0 0");
	rig_full(B, "ROOT", 1, "", cookie, PADDED);
	assert_string_equal(rig.text, "TOOR tick 0 0 cookie");
	rig_full("10.0.0.3 10001", "ROOT", 1, "", cookie, PADDED);
	assert_string_equal(rig.text, "TOOR tick 0 0 cookie");
	rig.now.us += PROOF_COOKIE_US;
	rig_full(A, "ROOT", 1, "", cookie, PADDED);
	assert_string_equal(rig.text, "TOOR tick 0 0");
	rig.now.us += PROOF_COOKIE_US;
	rig_full(A, "ROOT", 1, "", cookie, PADDED);
	assert_string_equal(rig.text, "TOOR tick 0 0 cookie");
}

/* [I3] note_send compares the sizes, too. */
static void no_answer_to_the_unproven_is_longer_than_its_request(void **state)
{
	static const char members[] =
		"member 2001:db8:aaaa:bbbb:cccc:dddd:eeee:fff1 65531 full 1 0 5000\n"
		"member 2001:db8:aaaa:bbbb:cccc:dddd:eeee:fff2 65532 full 1 0 5000\n"
		"member 2001:db8:aaaa:bbbb:cccc:dddd:eeee:fff3 65533 full 1 0 5000\n";
	static const char root[] = "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff 65535";
	static const char stranger[] = "2001:db8:aaaa:bbbb:cccc:dddd:eeee:fffe 65534";
	unsigned answers = 0;
	(void)state;
	/* The longest: all keys with their longest values. */
	rig.registry.roots[1].epoch = UINT32_MAX - 1;
	rig_full(root, "RREG", 1, "",
		 proof_cookie(&rig.registry.proof, &(struct endpoint){0}, rig.now), PADDED);
	assert_string_equal(rig.text, "NREG cookie cookie");
	rig_proven(root, "RREG", 1, members,
		   "store 4294967295 full [2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:65535, "
		   "root-registered [2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:65535, "
		   "YREG tick 4294967295 0 token");
	rig.registry.roots[1].tick.number = UINT32_MAX;
	rig.registry.roots[1].is_restored = true; /* The next to ask begins a series. */
	for (size_t size = 80; size <= PADDED; size++) {
		uint64_t before = rig_drops(DROP_UNPROVEN);
		rig_full(stranger, "ROOT", 1, "", 0, size);
		bool is_dropped = rig_drops(DROP_UNPROVEN) > before;
		assert_int_equal(is_dropped, rig.size == 0);
		answers += !is_dropped;
	}
	assert_true(answers > 200);
	/* What members send has room for all three. */
	assert_non_null(strstr(rig.text, ":65531"));
	assert_non_null(strstr(rig.text, ":65532"));
	assert_non_null(strstr(rig.text, ":65533"));
}

/* [I5] */
static void requests_beyond_the_quota_are_dropped(void **state)
{
	(void)state;
	quota_init_burst(&rig.address_quota, REGISTRY_ADDRESS_PER_S, REGISTRY_ADDRESS_AT_ONCE);
	quota_init_burst(&rig.prefix_quota, REGISTRY_PREFIX_PER_S, REGISTRY_PREFIX_AT_ONCE);
	rig.registry.config.address_quota = &rig.address_quota;
	rig.registry.config.prefix_quota = &rig.prefix_quota;
	for (int i = 0; i < REGISTRY_ADDRESS_AT_ONCE; i++)
		rig_unproven(A, "ROOT", 1, "", "TOOR tick 0 0 cookie");
	rig_unproven(A, "ROOT", 1, "", "");
	rig_unproven("10.0.0.3 7", "RREG", 1, "", "");
	rig_proven(A, "ROOT", 1, "", "");
	assert_int_equal(rig_drops(DROP_QUOTA), 3);
	rig_unproven(B, "ROOT", 1, "", "TOOR tick 0 0 cookie");
	rig_bare(A, "ROOT\n", "TOOR"); /* The base profile has none. */
	rig.now.us += US_PER_S;
	for (int i = 0; i < REGISTRY_ADDRESS_PER_S; i++)
		rig_unproven(A, "ROOT", 1, "", "TOOR tick 0 0 cookie");
	rig_unproven(A, "ROOT", 1, "", "");
}

/* [I5] */
static void a_network_has_a_quota_of_its_own(void **state)
{
	static const char *const networks[] = {"10.0.0.%u 7", "fd00::%x:0:0:1 7"};
	static const char *const others[] = {"10.0.1.1 7", "fd00:0:0:1::1 7"};
	(void)state;
	for (size_t n = 0; n < COUNT(networks); n++) {
		char from[64];
		quota_init_burst(&rig.prefix_quota, REGISTRY_PREFIX_PER_S, REGISTRY_PREFIX_AT_ONCE);
		rig.registry.config.prefix_quota = &rig.prefix_quota;
		for (unsigned i = 0; i < REGISTRY_PREFIX_AT_ONCE; i++) {
			(void)snprintf(from, sizeof(from), networks[n], 1 + i % 250);
			rig_unproven(from, "ROOT", 1, "", "TOOR tick 0 0 cookie");
		}
		(void)snprintf(from, sizeof(from), networks[n], 251);
		rig_unproven(from, "ROOT", 1, "", "");
		rig_unproven(others[n], "ROOT", 1, "", "TOOR tick 0 0 cookie");
	}
}

static void where_base_nodes_are_not_let_in_bare_requests_are_dropped(void **state)
{
	(void)state;
	rig_init(false);
	rig_bare(A, "ROOT\n", "");
	rig_bare(A, "RREG\n", "");
	assert_int_equal(rig_drops(DROP_BASE_REFUSED), 2);
	rig_register_root();
}

/* [R5] */
static void a_loopback_endpoint_is_no_root_for_others(void **state)
{
	(void)state;
	rig_proven("127.0.0.1 10000", "RREG", 1, "", "root-refused 127.0.0.1:10000");
	rig_proven("::1 10000", "RREG", 1, "", "root-refused [::1]:10000");
	assert_int_equal(rig_drops(DROP_LOOPBACK), 2);
}

/* [E8] */
static void each_group_has_its_own_root(void **state)
{
	(void)state;
	rig_register_root();
	rig_proven(A, "ROOT", 2, "group jazz\n", "TOOR tick 0 0");
	assert_int_equal(registry_count(&rig.registry), 2);
	rig_unproven(A, "RREG", 2, "group jazz\n", "NREG cookie cookie");
	assert_int_equal(registry_count(&rig.registry), 2);
	rig_proven(A, "RREG", 2, "group jazz\n",
		   "store jazz 1 full 10.0.0.3:10000, root-registered 10.0.0.3:10000, "
		   "YREG tick 1 0 token");
	assert_int_equal(registry_count(&rig.registry), 3);
	rig_proven(B, "ROOT", 3, "group jazz\n", "TOOR tick 1 0 root 10.0.0.3:10000");
	rig_proven(B, "ROOT", 3, "", "TOOR tick 1 0 root 10.0.0.2:10000");
	rig_proven("fd00::3 10000", "ROOT", 3, "group jazz\n", "TOOR tick 0 0");
	rig_proven("fd00::3 10000", "RREG", 3, "group jazz\n",
		   "store jazz 1 full [fd00::3]:10000, root-registered [fd00::3]:10000, "
		   "YREG tick 1 0 token");
	rig_bare(B, "ROOT\n", "TOOR 10.0.0.2:10000");
	/* What happens to its root is the group's affair. */
	rig_proven(B, "ROOT", 3, "group jazz\ndead 10.0.0.3 10000\n",
		   "root-probed 10.0.0.3:10000, PING 10.0.0.3:10000, "
		   "TOOR probing tick 1 0 root 10.0.0.3:10000");
	rig_pass_series(A);
	rig_is_due("root-dead 10.0.0.3:10000, store jazz 1");
}

/* [E8] */
static void a_group_without_a_root_makes_room(void **state)
{
	(void)state;
	for (unsigned i = 0; i < GROUPS; i++) {
		char lines[32];
		(void)snprintf(lines, sizeof(lines), "group g%u\n", i);
		rig_full(A, "RREG", 2, lines,
			 proof_cookie(&rig.registry.proof, &(struct endpoint){0}, rig.now), 400);
		assert_string_equal(rig.text, "NREG cookie cookie");
		rig.now.us += US_PER_S;
		struct endpoint e = rig_endpoint(A);
		e.port = (uint16_t)(10000 + i);
		char from[32];
		(void)snprintf(from, sizeof(from), "10.0.0.3 %u", e.port);
		rig_full(from, "RREG", 2, lines, proof_cookie(&rig.registry.proof, &e, rig.now), 0);
		assert_non_null(strstr(rig.text, "YREG tick 1 0 token"));
	}
	rig_proven(B, "RREG", 3, "group g3\n", "NREG full");
	rig_register_root(); /* The base group always has a place. */
	struct endpoint second = rig_endpoint("10.0.0.3 10001");
	rig_fields("10.0.0.3 10001", WIRE_LEAV, proof_token(&rig.registry.proof, &second),
		   "root-left 10.0.0.3:10001, store g1 1");
	rig.now.us += US_PER_S;
	struct endpoint first = rig_endpoint("10.0.0.3 10000");
	rig_fields("10.0.0.3 10000", WIRE_LEAV, proof_token(&rig.registry.proof, &first),
		   "root-left 10.0.0.3:10000, store g0 1");
	/* The one that was without for longest. */
	rig_proven(B, "RREG", 3, "group g3\n",
		   "store g3 1 full 10.0.0.4:10000, root-registered 10.0.0.4:10000, "
		   "YREG tick 1 0 token");
	rig_proven(C, "ROOT", 4, "group g0\n", "TOOR tick 1 0");
	rig_proven(C, "ROOT", 4, "group g1\n", "TOOR tick 0 0");
}

/* [E8], [E6] */
static void groups_come_back_as_well(void **state)
{
	struct registry_root other;
	(void)state;
	rig_proven(A, "RREG", 2, "group jazz\ntick 4 0\n",
		   "store jazz 5 full 10.0.0.3:10000, root-registered 10.0.0.3:10000, "
		   "YREG tick 5 0 token");
	rig_start_again();
	rig_proven(B, "ROOT", 3, "group jazz\n",
		   "root-probed 10.0.0.3:10000, PING 10.0.0.3:10000, "
		   "TOOR probing tick 5 0 root 10.0.0.3:10000");
	other = rig.stored;
	for (unsigned i = 1; i < GROUPS; i++) {
		(void)snprintf(other.group, sizeof(other.group), "g%u", i);
		assert_true(registry_restore(&rig.registry, &other, rig.now));
	}
	(void)snprintf(other.group, sizeof(other.group), "g%u", GROUPS);
	assert_false(registry_restore(&rig.registry, &other, rig.now));
}

/* More than one call may do at once. */
static void many_roots_that_are_due_take_several_calls(void **state)
{
	(void)state;
	unsigned calls = 0;
	rig_register_root();
	rig_proven("fd00::2 10000", "RREG", 1, "",
		   "store 1 full [fd00::2]:10000, root-registered [fd00::2]:10000, "
		   "YREG tick 1 0 token");
	for (unsigned i = 0; i < GROUPS; i++) {
		char lines[32];
		struct endpoint e = rig_endpoint(A);
		(void)snprintf(lines, sizeof(lines), "group g%u\n", i);
		rig_full(A, "RREG", 2, lines, proof_cookie(&rig.registry.proof, &e, rig.now), 0);
	}
	rig.now.us += REGISTRY_FULL_GUARD_US;
	while (time_is_due(registry_deadline(&rig.registry), rig.now)) {
		registry_on_time(&rig.registry, rig.now, &rig.actions);
		rig_note(NULL);
		calls++;
	}
	assert_int_equal(calls, 2);
}

#define MEMBER(e) "member " e " full 1 0 5000\n"

/* [E5] */
static void children_of_the_root_are_named(void **state)
{
	(void)state;
	rig_proven(
		R, "RREG", 1, MEMBER(B) MEMBER(C),
		"store 1 full 10.0.0.2:10000, root-registered 10.0.0.2:10000, YREG tick 1 0 token");
	rig_unproven(D, "ROOT", 5, "",
		     "TOOR tick 1 0 root 10.0.0.2:10000 cookie member 10.0.0.4:10000 "
		     "member 10.0.0.5:10000");
	/* Neither the asker, nor who is complained of. */
	rig_proven(B, "ROOT", 3, "", "TOOR tick 1 0 root 10.0.0.2:10000 member 10.0.0.5:10000");
	rig_proven(D, "ROOT", 5, "dead 10.0.0.5 10000\n",
		   "TOOR tick 1 0 root 10.0.0.2:10000 member 10.0.0.4:10000");
	/* As it told last; three at most. */
	rig_proven(R, "RREG", 1, MEMBER(A) MEMBER(B) MEMBER(C) MEMBER(D), "YREG tick 1 0 token");
	rig_proven("10.0.0.9 1", "ROOT", 9, "",
		   "TOOR tick 1 0 root 10.0.0.2:10000 member 10.0.0.3:10000 member 10.0.0.4:10000 "
		   "member 10.0.0.5:10000");
	rig_proven(R, "RREG", 1, "", "YREG tick 1 0 token");
	rig_proven(B, "ROOT", 3, "", "TOOR tick 1 0 root 10.0.0.2:10000");
	/* Not those of another root. */
	rig_proven(R, "RREG", 1, MEMBER(B), "YREG tick 1 0 token");
	rig_fields(R, WIRE_LEAV, rig.token, "root-left 10.0.0.2:10000, store 1");
	rig_proven(D, "ROOT", 5, "", "TOOR tick 1 0");
	rig_proven(
		A, "RREG", 2, "",
		"store 2 full 10.0.0.3:10000, root-registered 10.0.0.3:10000, YREG tick 2 0 token");
	rig_proven(D, "ROOT", 5, "", "TOOR tick 2 0 root 10.0.0.3:10000");
}

#define TEST(name) cmocka_unit_test_setup(name, rig_open)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_request_without_id_or_nonce_is_malformed),
		TEST(who_has_no_cookie_gets_one_and_is_not_registered),
		TEST(a_cookie_is_good_for_its_endpoint_and_not_for_long),
		TEST(no_answer_to_the_unproven_is_longer_than_its_request),
		TEST(requests_beyond_the_quota_are_dropped),
		TEST(a_network_has_a_quota_of_its_own),
		TEST(where_base_nodes_are_not_let_in_bare_requests_are_dropped),
		TEST(a_loopback_endpoint_is_no_root_for_others),
		TEST(each_group_has_its_own_root),
		TEST(a_group_without_a_root_makes_room),
		TEST(groups_come_back_as_well),
		TEST(many_roots_that_are_due_take_several_calls),
		TEST(children_of_the_root_are_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
