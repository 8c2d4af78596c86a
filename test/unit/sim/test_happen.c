/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/happen.h"
#include "sim/trial.h"

#define RDV                                                                                        \
	(struct who)                                                                               \
	{                                                                                          \
		.kind = WHO_RDV                                                                    \
	}

static enum world_stop stop_of(const struct experiment *e, uint32_t host)
{
	return e->world.hosts[host].stop;
}

static uint32_t running(const struct experiment *e)
{
	uint32_t count = 0;
	for (uint32_t i = 1; i < e->world.host_count; i++)
		count += world_member(&e->world, i) != NULL;
	return count;
}

static bool is_cut(const struct experiment *e, uint32_t from, uint32_t to)
{
	return network_is_cut(&e->world.network, from, to);
}

/* --- Nodes --- */

static void nodes_join(void **state)
{
	struct experiment *e = trial_open(3);
	const struct happening h = {.verb = HAPPENING_JOIN, .count = 4};
	(void)state;
	happen(e, &h);
	assert_int_equal(running(e), 7);
	trial_pass(e, 10 * US_PER_S);
	for (uint32_t i = 1; i <= 7; i++)
		assert_true(world_depth(&e->world, i) >= 0);
	trial_close(e);
}

static void who_leaves_is_gone_and_may_come_again(void **state)
{
	(void)state;
	for (int is_full = 0; is_full < 2; is_full++) {
		struct experiment_config config = trial_config(6);
		config.world.is_full = is_full;
		struct experiment *e = trial_open_with(&config, NULL);
		const struct children *root = &e->world.hosts[1].member->children;
		trial_do(e, HAPPENING_LEAVE, trial_hosts(2, 2), 10 * US_PER_S);
		trial_do(e, HAPPENING_LEAVE, RDV, 5 * US_PER_S);
		assert_int_equal(stop_of(e, 2), WORLD_CLOSED);
		assert_int_equal(stop_of(e, 0), WORLD_CLOSED);
		trial_pass(e, 15000);
		bool is_known = children_find(root, &e->world.hosts[2].self) < root->count;
		assert_int_equal(is_known, !is_full); /* The base profile has no word for it. */
		trial_pass(e, 10 * US_PER_S);
		assert_int_equal(stop_of(e, 0), WORLD_RUNS);
		assert_int_equal(stop_of(e, 2), WORLD_RUNS);
		trial_close(e);
	}
}

static void who_is_told_to_improve_does(void **state)
{
	(void)state;
	for (int is_full = 0; is_full < 2; is_full++) {
		struct experiment_config config = trial_config(8);
		config.world.is_full = is_full;
		struct experiment *e = trial_open_with(&config, NULL);
		const struct member *m = e->world.hosts[8].member;
		trial_do(e, HAPPENING_IMPROVE, trial_hosts(8, 8), 0);
		assert_int_equal(m->full && m->full->walk, is_full);
		trial_pass(e, 5 * US_PER_S);
		assert_false(m->full && m->full->walk);
		assert_true(world_depth(&e->world, 8) > 0);
		trial_close(e);
	}
}

static void who_crashed_or_fell_silent_starts_again_at_the_right_time(void **state)
{
	struct experiment *e = trial_open(6);
	(void)state;
	trial_do(e, HAPPENING_CRASH, trial_hosts(3, 3), 10 * US_PER_S);
	trial_do(e, HAPPENING_SILENT, trial_hosts(4, 5), 20 * US_PER_S);
	trial_do(e, HAPPENING_SILENT, trial_hosts(6, 6), 0);
	assert_int_equal(stop_of(e, 3), WORLD_CLOSED);
	assert_int_equal(stop_of(e, 4), WORLD_SILENT);
	assert_int_equal(stop_of(e, 5), WORLD_SILENT);
	trial_pass(e, 10 * US_PER_S - 1);
	assert_int_equal(stop_of(e, 3), WORLD_CLOSED);
	trial_pass(e, 1);
	assert_int_equal(stop_of(e, 3), WORLD_RUNS);
	assert_int_equal(stop_of(e, 4), WORLD_SILENT);
	trial_pass(e, 10 * US_PER_S);
	assert_int_equal(stop_of(e, 4), WORLD_RUNS);
	assert_int_equal(stop_of(e, 5), WORLD_RUNS);
	trial_pass(e, 1000 * US_PER_S);
	assert_int_equal(stop_of(e, 6), WORLD_SILENT);
	trial_close(e);
}

static void who_is_gone_starts_again_when_told(void **state)
{
	struct experiment *e = trial_open(5);
	(void)state;
	trial_do(e, HAPPENING_CRASH, trial_hosts(3, 4), 0);
	trial_pass(e, US_PER_S);
	const struct member before = *world_member(&e->world, 2);
	trial_do(e, HAPPENING_RESTART, (struct who){.kind = WHO_ALL}, 0);
	assert_int_equal(running(e), 5);
	/* Who runs is left alone. */
	assert_memory_equal(&before, world_member(&e->world, 2), sizeof(before));
	trial_pass(e, 10 * US_PER_S);
	assert_true(world_depth(&e->world, 3) > 0);
	trial_close(e);
}

static void the_rendezvous_point_goes_and_comes_and_remembers_nothing(void **state)
{
	struct experiment *e = trial_open(3);
	(void)state;
	assert_true(e->world.registry.roots[0].is_registered);
	trial_do(e, HAPPENING_CRASH, RDV, US_PER_S);
	assert_int_equal(stop_of(e, 0), WORLD_CLOSED);
	trial_pass(e, US_PER_S);
	assert_int_equal(stop_of(e, 0), WORLD_RUNS);
	assert_false(e->world.registry.roots[0].is_registered);
	trial_do(e, HAPPENING_SILENT, RDV, 0);
	trial_do(e, HAPPENING_RESTART, RDV, 0);
	assert_int_equal(stop_of(e, 0), WORLD_RUNS);
	trial_close(e);
}

static void replacements_keep_the_number(void **state)
{
	struct experiment *e = trial_open(10);
	(void)state;
	for (uint32_t i = 1; i <= 20; i++) {
		trial_do(e, HAPPENING_REPLACE, (struct who){.kind = WHO_ANY, .count = 3}, 0);
		assert_int_equal(running(e), 10);
		assert_int_equal(e->world.host_count, 11 + 3 * i);
		trial_pass(e, US_PER_S);
	}
	trial_do(e, HAPPENING_REPLACE, (struct who){.kind = WHO_ALL}, 0);
	assert_int_equal(running(e), 10);
	trial_do(e, HAPPENING_REPLACE, RDV, 0);
	assert_int_equal(running(e), 10);
	assert_int_equal(stop_of(e, 0), WORLD_RUNS);
	trial_close(e);
}

static void leaves_feed_nobody_and_the_first_is_none(void **state)
{
	struct experiment_config config = trial_config(1);
	config.leaf_share = 1;
	struct experiment *e = trial_open_with(&config, NULL);
	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(e->world.hosts[happen_join(e)].children_max, 0);
	assert_int_equal(e->world.hosts[1].children_max, 3);
	trial_close(e);
}

static void new_nodes_drift_as_much_as_they_may_at_most(void **state)
{
	struct experiment_config config = trial_config(400);
	config.drift_ppm = 50;
	struct experiment *e = trial_open_with(&config, NULL);
	int32_t least = 0, most = 0;
	(void)state;
	for (uint32_t i = 1; i < e->world.host_count; i++) {
		int32_t ppm = e->world.hosts[i].clock->ppm;
		least = ppm < least ? ppm : least;
		most = ppm > most ? ppm : most;
	}
	assert_in_range(most, 45, 50);
	assert_in_range(-least, 45, 50);
	trial_close(e);
}

static void those_that_stop_are_noticed_at_once_if_wanted(void **state)
{
	(void)state;
	for (int at_once = 0; at_once < 2; at_once++) {
		struct experiment_config config = trial_config(5);
		config.is_noticed_at_once = at_once != 0;
		struct experiment *e = trial_open_with(&config, NULL);
		const struct children *c = &world_member(&e->world, 1)->children;
		assert_int_equal(c->count, 3);
		trial_do(e, HAPPENING_SILENT, trial_hosts(2, 2), 0);
		assert_int_equal(c->count, at_once ? 2 : 3);
		trial_do(e, HAPPENING_SILENT, trial_hosts(1, 1), 0);
		assert_int_equal(e->world.registry.roots[0].is_registered, !at_once);
		trial_close(e);
	}
}

/* --- Messages --- */

static void what_is_published_comes_to_all_in_its_size(void **state)
{
	struct experiment *e = trial_open(6);
	(void)state;
	trial_do(e, HAPPENING_PUBLISH, trial_hosts(2, 3), 0);
	trial_do(e, HAPPENING_PUBLISH, RDV, 0); /* It publishes nothing. */
	trial_pass(e, 10 * US_PER_S);
	assert_int_equal(e->measure.delivery.published, 2);
	assert_int_equal(e->world.delivered, 12);
	const size_t sizes[] = {0, MEASURE_PAYLOAD_MIN, WIRE_PAYLOAD_MAX, 1000000};
	for (size_t i = 0; i < COUNT(sizes); i++) {
		const struct happening h = {
			.verb = HAPPENING_PUBLISH, .who = trial_hosts(4, 4), .size = sizes[i]};
		happen(e, &h);
		trial_pass(e, 10 * US_PER_S);
		assert_int_equal(e->world.delivered, 12 + 6 * (i + 1));
	}
	assert_int_equal(e->world.drops.count[DROP_PAYLOAD_SIZE], 0);
	trial_close(e);
}

static void a_black_hole_answers_and_passes_nothing_on(void **state)
{
	struct experiment *e = trial_open(6);
	(void)state;
	trial_do(e, HAPPENING_BLACKHOLE, trial_hosts(1, 1), 400 * US_PER_S);
	trial_do(e, HAPPENING_PUBLISH, trial_hosts(3, 3), 0);
	trial_pass(e, 400 * US_PER_S - 1);
	assert_int_equal(e->world.delivered, 1); /* To the root's own user. */
	assert_int_equal(world_member(&e->world, 1)->children.count, 3);
	assert_true(e->world.hosts[1].is_black_hole);
	trial_pass(e, 1);
	assert_false(e->world.hosts[1].is_black_hole);
	trial_do(e, HAPPENING_PUBLISH, trial_hosts(3, 3), 0);
	trial_pass(e, 10 * US_PER_S);
	assert_int_equal(e->world.delivered, 7);
	trial_do(e, HAPPENING_BLACKHOLE, trial_hosts(1, 2), 0);
	trial_do(e, HAPPENING_FORWARD, trial_hosts(2, 2), 0);
	assert_true(e->world.hosts[1].is_black_hole);
	assert_false(e->world.hosts[2].is_black_hole);
	trial_close(e);
}

static void forgeries_come_to_each_as_often_as_wanted(void **state)
{
	struct experiment *e = trial_open(4);
	const struct happening h = {
		.verb = HAPPENING_FORGE, .who = {.kind = WHO_ANY, .count = 2}, .count = 5};
	size_t before = e->world.queue.count;
	(void)state;
	happen(e, &h);
	assert_int_equal(e->world.queue.count, before + 10);
	trial_close(e);
}

static void clocks_drift_for_a_while(void **state)
{
	struct experiment *e = trial_open(3);
	const struct happening h = {.verb = HAPPENING_DRIFT,
				    .who = trial_hosts(2, 2),
				    .ppm = -77,
				    .for_us = 5 * US_PER_S};
	(void)state;
	happen(e, &h);
	assert_int_equal(e->world.hosts[2].clock->ppm, -77);
	assert_null(e->world.hosts[3].clock);
	trial_pass(e, 5 * US_PER_S - 1);
	assert_int_equal(e->world.hosts[2].clock->ppm, -77);
	trial_pass(e, 1);
	assert_int_equal(e->world.hosts[2].clock->ppm, 0);
	trial_close(e);
}

/* --- Dials --- */

static void turn(struct experiment *e, enum dial dial, double value, double second, int64_t for_us)
{
	const struct happening h = {.verb = HAPPENING_DIAL,
				    .dial = dial,
				    .value = value,
				    .second = second,
				    .for_us = for_us};
	happen(e, &h);
}

static void turn_all(struct experiment *e, int64_t for_us)
{
	turn(e, DIAL_DELAY, 20000, 0, for_us);
	turn(e, DIAL_JITTER, 3000, 0, for_us);
	turn(e, DIAL_LOSS, 0.25, 0, for_us);
	turn(e, DIAL_BURST_LOSS, 0.125, 7, for_us);
	turn(e, DIAL_DUPLICATION, 0.5, 0, for_us);
	turn(e, DIAL_REORDERING, 0.75, 4000, for_us);
	turn(e, DIAL_BANDWIDTH, 1e6, 0, for_us);
	turn(e, DIAL_QUEUE, 5000, 0, for_us);
}

static void check_turned(const struct experiment *e)
{
	const struct network_config turned = {
		.delay_us = 20000,
		.jitter_us = 3000,
		.loss = 0.25,
		.burst_loss = 0.125,
		.burst_length = 7,
		.duplication = 0.5,
		.reordering = 0.75,
		.reorder_by_us = 4000,
		.bandwidth_bits_per_s = 1000000,
		.queue_bytes = 5000,
	};
	assert_memory_equal(&e->world.network.config, &turned, sizeof(turned));
}

static struct experiment *open_dials(void)
{
	struct experiment_config config = trial_config(1);
	config.world.network.loss = 0.01;
	config.world.network.queue_bytes = 64000;
	return trial_open_with(&config, NULL);
}

static void check_default(const struct experiment *e)
{
	assert_memory_equal(&e->world.network.config, &e->config.world.network,
			    sizeof(e->config.world.network));
}

static void dials_are_turned_and_turned_back(void **state)
{
	struct experiment *e = open_dials();
	(void)state;
	turn_all(e, 0);
	check_turned(e);
	trial_pass(e, 1000 * US_PER_S);
	check_turned(e);
	for (enum dial dial = DIAL_DELAY; dial <= DIAL_QUEUE; dial++) {
		const struct happening h = {
			.verb = HAPPENING_DIAL, .dial = dial, .is_default = true};
		happen(e, &h);
	}
	check_default(e);
	trial_close(e);
}

static void dials_go_back_after_their_time(void **state)
{
	struct experiment *e = open_dials();
	(void)state;
	turn_all(e, 30 * US_PER_S);
	trial_pass(e, 30 * US_PER_S - 1);
	check_turned(e);
	trial_pass(e, 1);
	check_default(e);
	trial_close(e);
}

/* --- Cuts --- */

static void cut(struct experiment *e, enum happening_verb verb, struct who who, struct who others,
		int64_t for_us)
{
	const struct happening h = {.verb = verb, .who = who, .others = others, .for_us = for_us};
	happen(e, &h);
}

static const struct who others = {.kind = WHO_OTHERS};

static void a_partition_cuts_both_ways_until_it_is_over(void **state)
{
	struct experiment *e = trial_open(6);
	(void)state;
	cut(e, HAPPENING_PARTITION, trial_hosts(1, 2), trial_hosts(2, 4), 5 * US_PER_S);
	assert_true(is_cut(e, 1, 3) && is_cut(e, 3, 1));
	assert_true(is_cut(e, 2, 3) && is_cut(e, 4, 2)); /* 2 is on the first side. */
	assert_false(is_cut(e, 1, 2) || is_cut(e, 3, 4));
	for (uint32_t i = 0; i <= 6; i++)
		assert_false(is_cut(e, i, 5) || is_cut(e, 6, i) || is_cut(e, i, 0));
	trial_pass(e, 5 * US_PER_S - 1);
	assert_true(is_cut(e, 1, 3));
	trial_pass(e, 1);
	assert_false(is_cut(e, 1, 3));
	trial_close(e);
}

static void a_one_way_partition_cuts_one_way(void **state)
{
	struct experiment *e = trial_open(4);
	(void)state;
	cut(e, HAPPENING_ONE_WAY, trial_hosts(1, 2), trial_hosts(3, 4), 0);
	assert_true(is_cut(e, 1, 3) && is_cut(e, 2, 4));
	assert_false(is_cut(e, 3, 1) || is_cut(e, 4, 2));
	trial_close(e);
}

static void others_are_all_the_rest_on_either_side(void **state)
{
	struct experiment *e = trial_open(4);
	(void)state;
	trial_do(e, HAPPENING_CRASH, trial_hosts(4, 4), 0);
	cut(e, HAPPENING_ONE_WAY, trial_hosts(1, 1), others, 0);
	assert_true(is_cut(e, 1, 0) && is_cut(e, 1, 2) && is_cut(e, 1, 4));
	assert_false(is_cut(e, 0, 1) || is_cut(e, 2, 3));
	trial_do(e, HAPPENING_HEAL, (struct who){0}, 0);
	cut(e, HAPPENING_ONE_WAY, others, trial_hosts(1, 1), 0);
	assert_true(is_cut(e, 0, 1) && is_cut(e, 2, 1) && is_cut(e, 4, 1));
	assert_false(is_cut(e, 1, 0) || is_cut(e, 3, 2));
	uint32_t late = happen_join(e);
	assert_false(is_cut(e, late, 1) || is_cut(e, 1, late));
	trial_close(e);
}

static void heal_ends_all_cuts(void **state)
{
	struct experiment *e = trial_open(5);
	(void)state;
	for (uint32_t i = 1; i <= 4; i++)
		cut(e, HAPPENING_PARTITION, trial_hosts(i, i), others, i % 2 * US_PER_S);
	trial_do(e, HAPPENING_HEAL, (struct who){0}, 0);
	for (uint32_t i = 0; i <= 5; i++)
		for (uint32_t k = 0; k <= 5; k++)
			assert_false(is_cut(e, i, k));
	trial_pass(e, 10 * US_PER_S); /* What was to end has done so. */
	trial_close(e);
}

/* The network gives the number of the first one to the second. */
static void the_end_of_a_healed_cut_does_not_end_a_newer_one(void **state)
{
	struct experiment *e = trial_open(4);
	(void)state;
	cut(e, HAPPENING_PARTITION, trial_hosts(1, 1), others, 10 * US_PER_S);
	trial_do(e, HAPPENING_HEAL, (struct who){0}, 0);
	cut(e, HAPPENING_PARTITION, trial_hosts(2, 2), others, 20 * US_PER_S);
	trial_pass(e, 20 * US_PER_S - 1);
	assert_true(is_cut(e, 2, 1));
	trial_pass(e, 1);
	assert_false(is_cut(e, 2, 1));
	trial_close(e);
}

static void cuts_overlap_and_each_ends_at_its_time(void **state)
{
	struct experiment *e = trial_open(4);
	(void)state;
	cut(e, HAPPENING_PARTITION, trial_hosts(1, 1), others, 10 * US_PER_S);
	cut(e, HAPPENING_PARTITION, trial_hosts(2, 2), others, 5 * US_PER_S);
	cut(e, HAPPENING_PARTITION, trial_hosts(3, 3), others, 15 * US_PER_S);
	for (int second = 0; second < 20; second++) {
		assert_int_equal(is_cut(e, 1, 4), second < 10);
		assert_int_equal(is_cut(e, 2, 4), second < 5);
		assert_int_equal(is_cut(e, 3, 4), second < 15);
		trial_pass(e, US_PER_S);
	}
	assert_int_equal(e->cut_count, 0);
	trial_close(e);
}

/* --- Peace --- */

static void in_peace_all_faults_are_over(void **state)
{
	struct experiment *e = trial_open(8);
	(void)state;
	turn_all(e, 0);
	turn(e, DIAL_DELAY, 5000, 0, 1000 * US_PER_S);
	trial_do(e, HAPPENING_CRASH, RDV, 0);
	trial_do(e, HAPPENING_CRASH, trial_hosts(3, 3), 500 * US_PER_S);
	trial_do(e, HAPPENING_SILENT, trial_hosts(4, 4), 0);
	trial_do(e, HAPPENING_BLACKHOLE, trial_hosts(5, 5), 0);
	cut(e, HAPPENING_PARTITION, trial_hosts(6, 6), others, 0);
	cut(e, HAPPENING_ONE_WAY, trial_hosts(7, 7), others, 70 * US_PER_S);
	happen_peace(e);
	const struct network_config *n = &e->world.network.config;
	assert_true(n->loss + n->burst_loss + n->duplication + n->reordering <= 0);
	assert_int_equal(n->delay_us, 10000);
	assert_int_equal(n->jitter_us, e->config.world.network.jitter_us);
	assert_true(time_is_never(undo_next_at(&e->undos)));
	assert_int_equal(stop_of(e, 0), WORLD_RUNS);
	assert_int_equal(stop_of(e, 3), WORLD_RUNS);
	assert_int_equal(stop_of(e, 4), WORLD_SILENT); /* Gone for good: no fault to be undone. */
	assert_false(e->world.hosts[5].is_black_hole);
	assert_false(is_cut(e, 6, 1) || is_cut(e, 7, 1));
	trial_close(e);
}

static void each_fault_and_no_other_begins_a_recovery(void **state)
{
	const enum happening_verb faults[] = {HAPPENING_CRASH, HAPPENING_SILENT, HAPPENING_REPLACE,
					      HAPPENING_BLACKHOLE};
	const enum happening_verb no_faults[] = {HAPPENING_PUBLISH, HAPPENING_FORWARD,
						 HAPPENING_DRIFT, HAPPENING_FORGE};
	struct experiment *e = trial_open(12);
	(void)state;
	for (uint32_t i = 0; i < COUNT(faults); i++) {
		trial_do(e, faults[i], trial_hosts(2 + i, 2 + i), 0);
		assert_int_equal(e->measure.recovery.fault_count, i + 1);
	}
	for (uint32_t i = 0; i < COUNT(no_faults); i++)
		trial_do(e, no_faults[i], trial_hosts(8 + i, 8 + i), 0);
	assert_int_equal(e->measure.recovery.fault_count, COUNT(faults));
	trial_close(e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nodes_join),
		cmocka_unit_test(who_leaves_is_gone_and_may_come_again),
		cmocka_unit_test(who_is_told_to_improve_does),
		cmocka_unit_test(who_crashed_or_fell_silent_starts_again_at_the_right_time),
		cmocka_unit_test(who_is_gone_starts_again_when_told),
		cmocka_unit_test(the_rendezvous_point_goes_and_comes_and_remembers_nothing),
		cmocka_unit_test(replacements_keep_the_number),
		cmocka_unit_test(leaves_feed_nobody_and_the_first_is_none),
		cmocka_unit_test(new_nodes_drift_as_much_as_they_may_at_most),
		cmocka_unit_test(those_that_stop_are_noticed_at_once_if_wanted),
		cmocka_unit_test(what_is_published_comes_to_all_in_its_size),
		cmocka_unit_test(a_black_hole_answers_and_passes_nothing_on),
		cmocka_unit_test(forgeries_come_to_each_as_often_as_wanted),
		cmocka_unit_test(clocks_drift_for_a_while),
		cmocka_unit_test(dials_are_turned_and_turned_back),
		cmocka_unit_test(dials_go_back_after_their_time),
		cmocka_unit_test(a_partition_cuts_both_ways_until_it_is_over),
		cmocka_unit_test(a_one_way_partition_cuts_one_way),
		cmocka_unit_test(others_are_all_the_rest_on_either_side),
		cmocka_unit_test(heal_ends_all_cuts),
		cmocka_unit_test(the_end_of_a_healed_cut_does_not_end_a_newer_one),
		cmocka_unit_test(cuts_overlap_and_each_ends_at_its_time),
		cmocka_unit_test(in_peace_all_faults_are_over),
		cmocka_unit_test(each_fault_and_no_other_begins_a_recovery),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
