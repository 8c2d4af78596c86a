/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/network.h"
#include "unit.h"

#define MANY 100000

static struct network network_of(struct network_config config, uint64_t seed)
{
	struct network n;
	network_init(&n, &config, seed);
	return n;
}

static void without_faults_a_datagram_arrives_once_after_the_delay(void **state)
{
	struct network n = network_of((struct network_config){.delay_us = 10000}, 1);
	struct time arrivals[NETWORK_COPIES_MAX];
	(void)state;
	for (int64_t now = 0; now < 1000; now++) {
		assert_int_equal(network_send(&n, (struct time){now}, arrivals), 1);
		assert_int_equal(arrivals[0].us, now + 10000);
	}
}

static void jitter_is_even_between_nothing_and_its_limit(void **state)
{
	struct network n = network_of((struct network_config){.delay_us = 100, .jitter_us = 9}, 1);
	struct time arrivals[NETWORK_COPIES_MAX];
	int seen[10] = {0};
	(void)state;
	for (int i = 0; i < MANY; i++) {
		assert_int_equal(network_send(&n, (struct time){50}, arrivals), 1);
		assert_in_range(arrivals[0].us, 150, 159);
		seen[arrivals[0].us - 150]++;
	}
	for (size_t i = 0; i < COUNT(seen); i++)
		assert_in_range(seen[i], MANY / 10 - MANY / 200, MANY / 10 + MANY / 200);
}

/* How many copies of MANY datagrams arrive, and how many of them held back. */
static void count(struct network_config config, int ret_of_copies[3], int *ret_held_back)
{
	struct network n = network_of(config, 1);
	struct time arrivals[NETWORK_COPIES_MAX];
	ret_of_copies[0] = ret_of_copies[1] = ret_of_copies[2] = *ret_held_back = 0;
	for (int i = 0; i < MANY; i++) {
		unsigned copies = network_send(&n, (struct time){0}, arrivals);
		assert_in_range(copies, 0, NETWORK_COPIES_MAX);
		ret_of_copies[copies]++;
		for (unsigned c = 0; c < copies; c++)
			*ret_held_back += arrivals[c].us > config.delay_us;
	}
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
	count((struct network_config){.reordering = 1, .reorder_by_us = 1}, of, &held_back);
	assert_int_equal(held_back, MANY);
}

static const struct network_config everything = {
	.delay_us = 10000,
	.jitter_us = 5000,
	.loss = 0.2,
	.duplication = 0.2,
	.reordering = 0.2,
	.reorder_by_us = 100000,
};

static void the_same_seed_gives_the_same_fates(void **state)
{
	struct network a = network_of(everything, 7), b = network_of(everything, 7);
	struct network other = network_of(everything, 8);
	int differences = 0;
	(void)state;
	for (int i = 0; i < MANY; i++) {
		struct time of_a[2] = {{0}, {0}}, of_b[2] = {{0}, {0}}, of_other[2] = {{0}, {0}};
		unsigned copies = network_send(&a, (struct time){i}, of_a);
		assert_int_equal(network_send(&b, (struct time){i}, of_b), copies);
		assert_memory_equal(of_a, of_b, sizeof(of_a));
		differences += network_send(&other, (struct time){i}, of_other) != copies ||
			       of_other[0].us != of_a[0].us;
	}
	assert_true(differences > MANY / 2);
}

/* Which datagrams are lost, or have a second copy, is settled by that fault's own generator. */
static void which_are_lost_or_doubled_does_not_depend_on_other_faults(void **state)
{
	struct network_config lossy = {.delay_us = 1, .loss = 0.2};
	struct network_config doubling = {.delay_us = 1, .duplication = 0.2};
	struct network all = network_of(everything, 7), loss = network_of(lossy, 7),
		       duplication = network_of(doubling, 7);
	struct time arrivals[NETWORK_COPIES_MAX];
	(void)state;
	for (int i = 0; i < MANY; i++) {
		unsigned first = network_send(&loss, (struct time){0}, arrivals);
		unsigned second = network_send(&duplication, (struct time){0}, arrivals) - 1;
		assert_int_equal(network_send(&all, (struct time){0}, arrivals), first + second);
	}
}

/* network.h: "switching one on does not shift the draws of another". A datagram that arrives in
 * both runs arrives at the same time in both. */
static void when_a_datagram_arrives_does_not_depend_on_the_fate_of_others(void **state)
{
	struct network_config calm = {.delay_us = 10000, .jitter_us = 5000};
	struct network_config lossy = calm, doubling = calm;
	lossy.loss = 0.2;
	doubling.duplication = 0.2;
	struct network n = network_of(calm, 7), l = network_of(lossy, 7),
		       d = network_of(doubling, 7);
	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct time of_n[2], of_l[2], of_d[2];
		assert_int_equal(network_send(&n, (struct time){i}, of_n), 1);
		if (network_send(&l, (struct time){i}, of_l) == 1)
			assert_int_equal(of_l[0].us, of_n[0].us);
		(void)network_send(&d, (struct time){i}, of_d);
		assert_int_equal(of_d[0].us, of_n[0].us);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_faults_a_datagram_arrives_once_after_the_delay),
		cmocka_unit_test(jitter_is_even_between_nothing_and_its_limit),
		cmocka_unit_test(faults_come_as_often_as_asked_for),
		cmocka_unit_test(faults_can_be_certain),
		cmocka_unit_test(the_same_seed_gives_the_same_fates),
		cmocka_unit_test(which_are_lost_or_doubled_does_not_depend_on_other_faults),
		cmocka_unit_test(when_a_datagram_arrives_does_not_depend_on_the_fate_of_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
