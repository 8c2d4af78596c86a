/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/network.h"
#include "unit.h"

#include <stdlib.h>

#define MANY  100000
#define HOSTS 4

/* Datagrams of 100 bytes. */
static unsigned send(struct network *n, int64_t now_us, uint32_t from, uint32_t to,
		     struct time ret_arrivals[NETWORK_COPIES_MAX])
{
	return network_send(n, (struct time){now_us}, from, to, 100, ret_arrivals);
}

static void open_network(struct network *n, struct network_config config, uint64_t seed)
{
	network_init(n, &config, seed);
	for (int i = 0; i < HOSTS; i++)
		network_add_host(n);
}

static void without_faults_a_datagram_arrives_once_after_the_delay(void **state)
{
	struct network n;
	struct time arrivals[NETWORK_COPIES_MAX];
	(void)state;
	open_network(&n, (struct network_config){.delay_us = 10000}, 1);
	for (int64_t now = 0; now < 1000; now++) {
		assert_int_equal(send(&n, now, 1, 2, arrivals), 1);
		assert_int_equal(arrivals[0].us, now + 10000);
	}
	network_done(&n);
}

static void a_network_without_anything_takes_no_time(void **state)
{
	struct network n;
	struct time arrivals[NETWORK_COPIES_MAX];
	(void)state;
	open_network(&n, (struct network_config){0}, 1);
	assert_int_equal(n.chain_length, 0);
	assert_int_equal(send(&n, 5, 1, 2, arrivals), 1);
	assert_int_equal(arrivals[0].us, 5);
	network_done(&n);
}

static void the_delay_of_the_topology_is_added(void **state)
{
	struct network n;
	struct topology t;
	struct time arrivals[NETWORK_COPIES_MAX];
	(void)state;
	topology_plane(&t, 3, 100000, 1);
	open_network(&n, (struct network_config){.topology = &t, .delay_us = 10}, 1);
	for (uint32_t from = 0; from < HOSTS; from++)
		for (uint32_t to = 0; to < HOSTS; to++) {
			assert_int_equal(send(&n, 0, from, to, arrivals), 1);
			assert_int_equal(arrivals[0].us,
					 10 + placement_delay_us(&n.placement, from, to));
		}
	network_done(&n);
	topology_done(&t);
}

static void jitter_is_even_between_nothing_and_its_limit(void **state)
{
	struct network n;
	struct time arrivals[NETWORK_COPIES_MAX];
	int seen[10] = {0};
	(void)state;
	open_network(&n, (struct network_config){.delay_us = 100, .jitter_us = 9}, 1);
	for (int i = 0; i < MANY; i++) {
		assert_int_equal(send(&n, 50, 1, 2, arrivals), 1);
		assert_in_range(arrivals[0].us, 150, 159);
		seen[arrivals[0].us - 150]++;
	}
	for (size_t i = 0; i < COUNT(seen); i++)
		assert_in_range(seen[i], MANY / 10 - MANY / 200, MANY / 10 + MANY / 200);
	network_done(&n);
}

/* How many copies of MANY datagrams arrive, and how many of them held back. */
static void count(struct network_config config, int ret_of_copies[3], int *ret_held_back)
{
	struct network n;
	struct time arrivals[NETWORK_COPIES_MAX];
	open_network(&n, config, 1);
	ret_of_copies[0] = ret_of_copies[1] = ret_of_copies[2] = *ret_held_back = 0;
	for (int i = 0; i < MANY; i++) {
		unsigned copies = send(&n, 0, 1, 2, arrivals);
		assert_in_range(copies, 0, NETWORK_COPIES_MAX);
		ret_of_copies[copies]++;
		for (unsigned c = 0; c < copies; c++)
			*ret_held_back += arrivals[c].us > config.delay_us;
	}
	network_done(&n);
}

static void faults_come_as_often_as_asked_for(void **state)
{
	int of[3], held_back;
	(void)state;
	count((struct network_config){.delay_us = 10, .loss = 0.1}, of, &held_back);
	assert_in_range(of[0], MANY / 10 - 500, MANY / 10 + 500);
	assert_int_equal(of[0] + of[1], MANY);
	count((struct network_config){.delay_us = 10, .duplication = 0.1}, of, &held_back);
	assert_in_range(of[2], MANY / 10 - 500, MANY / 10 + 500);
	assert_int_equal(of[1] + of[2], MANY);
	count((struct network_config){.delay_us = 10, .reordering = 0.1, .reorder_by_us = 1}, of,
	      &held_back);
	assert_in_range(held_back, MANY / 10 - 500, MANY / 10 + 500);
	assert_int_equal(of[1], MANY);
}

static void faults_can_be_certain(void **state)
{
	int of[3], held_back;
	(void)state;
	count((struct network_config){.delay_us = 10, .loss = 1}, of, &held_back);
	assert_int_equal(of[0], MANY);
	count((struct network_config){.delay_us = 10, .duplication = 1}, of, &held_back);
	assert_int_equal(of[2], MANY);
	count((struct network_config){.loss = 1, .duplication = 1}, of, &held_back);
	assert_int_equal(of[0], MANY);
	count((struct network_config){.reordering = 1, .reorder_by_us = 1}, of, &held_back);
	assert_int_equal(held_back, MANY);
}

/* --- Draws --- */

static const struct network_config everything = {
	.delay_us = 10000,
	.jitter_us = 5000,
	.loss = 0.2,
	.burst_loss = 0.1,
	.burst_length = 3,
	.duplication = 0.2,
	.reordering = 0.2,
	.reorder_by_us = 100000,
	.bandwidth_bits_per_s = 8000000,
	.queue_bytes = 1000,
};

static void the_same_seed_gives_the_same_fates(void **state)
{
	struct network a, b, other;
	int differences = 0;
	(void)state;
	open_network(&a, everything, 7);
	open_network(&b, everything, 7);
	open_network(&other, everything, 8);
	for (int i = 0; i < MANY; i++) {
		struct time of_a[2] = {{0}, {0}}, of_b[2] = {{0}, {0}}, of_other[2] = {{0}, {0}};
		unsigned copies = send(&a, i * 90, 1, 2, of_a);
		assert_int_equal(send(&b, i * 90, 1, 2, of_b), copies);
		assert_memory_equal(of_a, of_b, sizeof(of_a));
		differences += send(&other, i * 90, 1, 2, of_other) != copies ||
			       of_other[0].us != of_a[0].us;
	}
	assert_true(differences > MANY / 2);
	network_done(&a);
	network_done(&b);
	network_done(&other);
}

/* On every machine and with every compiler: so a seed names a run. */
static void a_seed_means_the_same_everywhere(void **state)
{
	struct network_config config = everything;
	struct network n;
	struct topology t;
	uint64_t sum = 0;
	(void)state;
	topology_transit_stub(&t, 100, 5);
	config.topology = &t;
	config.last_mile_max_us = 5000;
	open_network(&n, config, 7);
	for (uint32_t i = HOSTS; i < 200; i++)
		network_add_host(&n);
	for (uint32_t i = 0; i < 10000; i++) {
		struct time arrivals[NETWORK_COPIES_MAX];
		unsigned copies = send(&n, i * 5, i % 3, 1 + i * 7 % 199, arrivals);
		for (unsigned c = 0; c < copies; c++)
			sum = sum * 31 + (uint64_t)arrivals[c].us;
	}
	assert_int_equal(sum, UINT64_C(0x74443688b83e2591));
	network_done(&n);
	topology_done(&t);
}

/* Which datagrams are lost, or have a second copy, is settled by that fault's own generator. Of the
 * doubled ones, the second copy is lost as often. */
static void which_are_lost_or_doubled_does_not_depend_on_other_faults(void **state)
{
	struct network_config both = {.delay_us = 1, .loss = 0.2, .duplication = 0.2};
	struct network_config only_loss = {.delay_us = 1, .loss = 0.2};
	struct network_config only_duplication = {.delay_us = 1, .duplication = 0.2};
	struct network all, loss, duplication;
	struct time arrivals[NETWORK_COPIES_MAX];
	unsigned seconds = 0, lost_seconds = 0;
	(void)state;
	open_network(&all, both, 7);
	open_network(&loss, only_loss, 7);
	open_network(&duplication, only_duplication, 7);
	for (int i = 0; i < MANY; i++) {
		unsigned first = send(&loss, 0, 1, 2, arrivals);
		unsigned second = send(&duplication, 0, 1, 2, arrivals) - 1;
		unsigned copies = send(&all, 0, 1, 2, arrivals);
		assert_in_range(copies, first, first + second);
		seconds += second;
		lost_seconds += first + second - copies;
	}
	assert_in_range(lost_seconds, seconds / 5 - 300, seconds / 5 + 300);
	network_done(&all);
	network_done(&loss);
	network_done(&duplication);
}

/* Sends as much over a calm network and over one with a fault more: what arrives of a datagram in
 * the latter, if it is only the first copy, arrives at the same time. */
static void compare(struct network_config calm, struct network_config more, int least)
{
	struct network a, b;
	int compared = 0;
	uint8_t sides[HOSTS] = {0, 1, 1, 2};
	open_network(&a, calm, 7);
	open_network(&b, more, 7);
	(void)network_cut(&b, sides, HOSTS, false);
	for (int i = 0; i < 10000; i++) {
		struct time of_a[2], of_b[2];
		uint32_t to = i % 5 == 0 ? 3 : 2;
		assert_int_equal(send(&a, i, 1, to, of_a), 1);
		if (send(&b, i, 1, to, of_b) != 1)
			continue;
		compared += of_a[0].us == of_b[0].us;
		assert_int_equal(to, 2);
		if (more.duplication <= 0)
			assert_int_equal(of_b[0].us, of_a[0].us);
	}
	assert_true(compared >= least);
	network_done(&a);
	network_done(&b);
}

/* network.h: "switching one on does not shift the draws of another". */
static void when_a_datagram_arrives_does_not_depend_on_the_fate_of_others(void **state)
{
	struct network_config calm = {
		.delay_us = 10000, .jitter_us = 5000, .reordering = 0.1, .reorder_by_us = 20000};
	struct network_config lossy = calm, bursting = calm, doubling = calm;
	(void)state;
	lossy.loss = 0.2;
	bursting.burst_loss = 0.2;
	bursting.burst_length = 5;
	doubling.duplication = 0.2;
	compare(calm, calm, 8000);
	compare(calm, lossy, 6000);
	compare(calm, bursting, 6000);
	compare(calm, doubling, 6000);
}

static void dials_are_turned_without_a_shift_of_the_draws(void **state)
{
	struct network_config config = {.delay_us = 10000, .jitter_us = 5000};
	struct network a, b;
	(void)state;
	open_network(&a, config, 7);
	open_network(&b, config, 7);
	for (int i = 0; i < 1000; i++) {
		struct time of_a[2], of_b[2];
		config.loss = i % 2;
		config.delay_us = i;
		network_set(&b, &config);
		assert_int_equal(send(&a, 0, 1, 2, of_a), 1);
		assert_int_equal(send(&b, 0, 1, 2, of_b), i % 2 == 0);
		if (i % 2 == 0)
			assert_int_equal(of_b[0].us - i, of_a[0].us - 10000);
	}
	network_done(&a);
	network_done(&b);
}

/* --- Bursts --- */

/* Sends MANY datagrams to host 2, and gives the share that is lost and the mean length of what is
 * lost one after another. */
static void measure_bursts(struct network *n, double *ret_share, double *ret_length)
{
	struct time arrivals[NETWORK_COPIES_MAX];
	int lost = 0, bursts = 0;
	bool was_lost = false;
	for (int i = 0; i < MANY; i++) {
		bool is_lost = send(n, 0, 1, 2, arrivals) == 0;
		lost += is_lost;
		bursts += is_lost && !was_lost;
		was_lost = is_lost;
	}
	*ret_share = (double)lost / MANY;
	*ret_length = bursts > 0 ? (double)lost / bursts : 0;
}

static void bursts_are_as_frequent_and_as_long_as_asked_for(void **state)
{
	static const struct {
		double share, length;
	} cases[] = {{0.01, 1}, {0.05, 4}, {0.2, 10}, {0.5, 2}, {0.8, 20}};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct network_config config = {.burst_loss = cases[i].share,
						.burst_length = cases[i].length};
		struct network n;
		double share, length;
		open_network(&n, config, 3);
		measure_bursts(&n, &share, &length);
		assert_true(share > cases[i].share * 0.92 && share < cases[i].share * 1.08);
		assert_true(length > cases[i].length * 0.92 && length < cases[i].length * 1.08);
		network_done(&n);
	}
}

static void a_burst_hits_one_receiver(void **state)
{
	struct network n;
	struct time arrivals[NETWORK_COPIES_MAX];
	int lost[2] = {0}, both = 0;
	(void)state;
	open_network(&n, (struct network_config){.burst_loss = 0.5, .burst_length = 50}, 3);
	for (int i = 0; i < MANY; i++) {
		bool a = send(&n, 0, 1, 2, arrivals) == 0, b = send(&n, 0, 1, 3, arrivals) == 0;
		lost[0] += a;
		lost[1] += b;
		both += a && b;
	}
	for (int i = 0; i < 2; i++)
		assert_in_range(lost[i], MANY * 4 / 10, MANY * 6 / 10);
	assert_in_range(both, MANY / 5, MANY * 3 / 10);
	network_done(&n);
}

/* Where few datagrams come, the share is as it is where many come. */
static void a_link_begins_as_the_long_run_makes_it(void **state)
{
	struct network n;
	struct time arrivals[NETWORK_COPIES_MAX];
	int lost = 0;
	(void)state;
	open_network(&n, (struct network_config){.burst_loss = 0.2, .burst_length = 1000}, 3);
	for (uint32_t to = 0; to < MANY; to++) {
		if (to >= HOSTS)
			network_add_host(&n);
		lost += send(&n, 0, 1, to, arrivals) == 0;
	}
	assert_in_range(lost, MANY / 5 - 600, MANY / 5 + 600);
	network_done(&n);
}

/* --- Bandwidth --- */

/* 100 bytes take 100 us. */
static const struct network_config narrow = {
	.delay_us = 5000, .bandwidth_bits_per_s = 8000000, .queue_bytes = 300};

static void an_idle_uplink_takes_the_time_of_the_size(void **state)
{
	struct network n;
	struct time arrivals[NETWORK_COPIES_MAX];
	(void)state;
	open_network(&n, narrow, 1);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(send(&n, i * 100, 1, 2, arrivals), 1);
		assert_int_equal(arrivals[0].us, i * 100 + 5100);
	}
	assert_int_equal(network_send(&n, (struct time){5000}, 1, 2, 65535, arrivals), 1);
	assert_int_equal(arrivals[0].us, 5000 + 65535 + 5000);
	network_done(&n);
}

static void datagrams_wait_for_their_turn_and_those_too_many_are_lost(void **state)
{
	struct network n;
	struct time arrivals[NETWORK_COPIES_MAX];
	(void)state;
	open_network(&n, narrow, 1);
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(send(&n, 0, 1, 2, arrivals), 1);
		assert_int_equal(arrivals[0].us, i * 100 + 5000);
	}
	assert_int_equal(send(&n, 0, 1, 3, arrivals), 0);
	assert_int_equal(send(&n, 0, 2, 3, arrivals), 1); /* Has its own. */
	assert_int_equal(send(&n, 99, 1, 2, arrivals), 0);
	assert_int_equal(send(&n, 100, 1, 2, arrivals), 1);
	assert_int_equal(arrivals[0].us, 400 + 5000);
	network_done(&n);
}

static void a_fast_uplink_counts_in_less_than_microseconds(void **state)
{
	struct network_config fast = {.bandwidth_bits_per_s = INT64_C(10000000000),
				      .queue_bytes = INT64_MAX};
	struct network n;
	struct time arrivals[NETWORK_COPIES_MAX] = {{0}};
	(void)state;
	open_network(&n, fast, 1);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(send(&n, 0, 1, 2, arrivals), 1);
	assert_int_equal(arrivals[0].us, 80);
	network_done(&n);
}

/* However slow: nothing overflows, and nothing waits for ever. */
static void nothing_waits_longer_than_an_hour(void **state)
{
	struct network_config slow = {.bandwidth_bits_per_s = 1, .queue_bytes = INT64_MAX};
	struct network n;
	struct time arrivals[NETWORK_COPIES_MAX];
	(void)state;
	open_network(&n, slow, 1);
	for (int i = 1; i <= 5; i++) {
		assert_int_equal(send(&n, 0, 1, 2, arrivals), 1);
		assert_int_equal(arrivals[0].us, i * 800 * US_PER_S);
	}
	assert_int_equal(send(&n, 0, 1, 2, arrivals), 0);
	network_done(&n);
}

static void the_downlink_serves_in_the_order_of_arrival(void **state)
{
	struct network n;
	(void)state;
	open_network(&n, narrow, 1);
	assert_true(network_has_downlinks(&n));
	assert_int_equal(network_receive(&n, (struct time){1000}, 2, 100).us, 1100);
	assert_int_equal(network_receive(&n, (struct time){1010}, 2, 50).us, 1150);
	assert_int_equal(network_receive(&n, (struct time){1010}, 3, 50).us, 1060);
	assert_int_equal(network_receive(&n, (struct time){1010}, 2, 100).us, 1250);
	assert_true(time_is_never(network_receive(&n, (struct time){1010}, 2, 100)));
	assert_int_equal(network_receive(&n, (struct time){2000}, 2, 100).us, 2100);
	network_done(&n);
}

static void a_limit_can_be_set_and_lifted(void **state)
{
	struct network_config config = {.delay_us = 5000};
	struct network n;
	struct time arrivals[NETWORK_COPIES_MAX];
	(void)state;
	open_network(&n, config, 1);
	assert_false(network_has_downlinks(&n));
	network_set(&n, &narrow);
	network_add_host(&n);
	assert_int_equal(send(&n, 0, HOSTS, 2, arrivals), 1);
	assert_int_equal(arrivals[0].us, 5100);
	network_set(&n, &config);
	assert_false(network_has_downlinks(&n));
	assert_int_equal(send(&n, 0, HOSTS, 2, arrivals), 1);
	assert_int_equal(arrivals[0].us, 5000);
	network_done(&n);
}

/* --- Cuts --- */

static void nothing_passes_a_cut_until_it_is_healed(void **state)
{
	static const uint8_t sides[] = {1, 1, 2, 0};
	struct network n;
	struct time arrivals[NETWORK_COPIES_MAX];
	(void)state;
	open_network(&n, (struct network_config){.delay_us = 1}, 1);
	unsigned cut = network_cut(&n, sides, COUNT(sides), false);
	network_add_host(&n);
	for (uint32_t from = 0; from <= HOSTS; from++)
		for (uint32_t to = 0; to <= HOSTS; to++) {
			bool is_cut = (from == 2 && to < 2) || (from < 2 && to == 2);
			assert_int_equal(network_is_cut(&n, from, to), is_cut);
			assert_int_equal(send(&n, 0, from, to, arrivals), !is_cut);
		}
	network_heal(&n, cut);
	assert_false(network_is_cut(&n, 0, 2));
	assert_int_equal(send(&n, 0, 0, 2, arrivals), 1);
	network_done(&n);
}

static void a_cut_can_be_one_way(void **state)
{
	static const uint8_t sides[] = {1, 1, 2, 0};
	struct network n;
	struct time arrivals[NETWORK_COPIES_MAX];
	(void)state;
	open_network(&n, (struct network_config){.delay_us = 1}, 1);
	(void)network_cut(&n, sides, COUNT(sides), true);
	assert_int_equal(send(&n, 0, 0, 2, arrivals), 0);
	assert_int_equal(send(&n, 0, 2, 0, arrivals), 1);
	assert_true(network_is_cut(&n, 1, 2));
	assert_false(network_is_cut(&n, 2, 1));
	network_done(&n);
}

static void there_may_be_many_cuts_at_a_time(void **state)
{
	uint8_t sides[HOSTS] = {0};
	unsigned cuts[200];
	struct network n;
	(void)state;
	open_network(&n, (struct network_config){.delay_us = 1}, 1);
	for (unsigned i = 0; i < COUNT(cuts); i++) {
		sides[0] = 1;
		sides[1 + i % 3] = 2;
		cuts[i] = network_cut(&n, sides, HOSTS, false);
		assert_int_equal(cuts[i], i);
		sides[1 + i % 3] = 0;
	}
	for (unsigned i = 0; i < COUNT(cuts); i++)
		if (i % 3 != 1)
			network_heal(&n, cuts[i]);
	assert_false(network_is_cut(&n, 0, 1));
	assert_true(network_is_cut(&n, 0, 2));
	assert_false(network_is_cut(&n, 0, 3));
	sides[3] = 2;
	assert_int_equal(network_cut(&n, sides, HOSTS, false), 0); /* Is free again. */
	assert_true(network_is_cut(&n, 3, 0));
	network_done(&n);
}

/* --- Memory --- */

static void what_is_off_takes_no_memory(void **state)
{
	struct network_config config = {.delay_us = 1, .loss = 0.1, .jitter_us = 1};
	struct network n;
	(void)state;
	open_network(&n, config, 1);
	assert_null(n.placement.hosts);
	assert_null(n.bursts.links);
	assert_null(n.uplinks.idle_at_ns);
	assert_null(n.downlinks.idle_at_ns);
	assert_null(n.cuts.cuts);
	network_done(&n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_faults_a_datagram_arrives_once_after_the_delay),
		cmocka_unit_test(a_network_without_anything_takes_no_time),
		cmocka_unit_test(the_delay_of_the_topology_is_added),
		cmocka_unit_test(jitter_is_even_between_nothing_and_its_limit),
		cmocka_unit_test(faults_come_as_often_as_asked_for),
		cmocka_unit_test(faults_can_be_certain),
		cmocka_unit_test(the_same_seed_gives_the_same_fates),
		cmocka_unit_test(a_seed_means_the_same_everywhere),
		cmocka_unit_test(which_are_lost_or_doubled_does_not_depend_on_other_faults),
		cmocka_unit_test(when_a_datagram_arrives_does_not_depend_on_the_fate_of_others),
		cmocka_unit_test(dials_are_turned_without_a_shift_of_the_draws),
		cmocka_unit_test(bursts_are_as_frequent_and_as_long_as_asked_for),
		cmocka_unit_test(a_burst_hits_one_receiver),
		cmocka_unit_test(a_link_begins_as_the_long_run_makes_it),
		cmocka_unit_test(an_idle_uplink_takes_the_time_of_the_size),
		cmocka_unit_test(datagrams_wait_for_their_turn_and_those_too_many_are_lost),
		cmocka_unit_test(a_fast_uplink_counts_in_less_than_microseconds),
		cmocka_unit_test(nothing_waits_longer_than_an_hour),
		cmocka_unit_test(the_downlink_serves_in_the_order_of_arrival),
		cmocka_unit_test(a_limit_can_be_set_and_lifted),
		cmocka_unit_test(nothing_passes_a_cut_until_it_is_healed),
		cmocka_unit_test(a_cut_can_be_one_way),
		cmocka_unit_test(there_may_be_many_cuts_at_a_time),
		cmocka_unit_test(what_is_off_takes_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
