/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* What world.c, user.c and world_notice.c do in the full profile. */
#include "sim/trial.h"

static struct world *open_world(uint32_t nodes)
{
	struct world *w = calloc(1, sizeof(*w));
	struct world_config config = trial_world();
	assert_non_null(w);
	config.is_full = true;
	world_init(w, &config);
	for (uint32_t i = 0; i < nodes; i++) {
		(void)world_add(w, -1);
		world_run(w, US_PER_S);
	}
	return w;
}

static void close_world(struct world *w)
{
	world_done(w);
	free(w);
}

static void expect_whole(const struct world *w)
{
	for (uint32_t i = 1; i < w->host_count; i++)
		if (world_member(w, i) && world_depth(w, i) < 0)
			fail_msg("%u has no place", i);
}

static uint32_t epoch_of(const struct world *w, uint32_t host)
{
	return w->hosts[host].member->full->tick.epoch;
}

static void a_tree_grows_and_messages_reach_everybody_once(void **state)
{
	struct world *w = open_world(40);
	(void)state;
	expect_whole(w);
	for (int i = 0; i < 3; i++)
		world_publish(w, 17, "bonjour", 7);
	world_publish(w, 1, "salut", 5);
	world_run(w, 5 * US_PER_S);
	for (uint32_t i = 1; i <= 40; i++)
		assert_int_equal(w->hosts[i].delivered, 4);
	assert_int_equal(w->hosts[17].user->kept_count, 0); /* The root has them. */
	close_world(w);
}

static void what_is_published_while_there_is_no_root_is_kept_until_there_is(void **state)
{
	struct world *w = open_world(4);
	(void)state;
	world_stop(w, 1, WORLD_SILENT);
	world_run(w, US_PER_S / 2);
	for (int i = 0; i < 5; i++)
		world_publish(w, 3, "bonjour", 7);
	assert_int_equal(w->hosts[3].user->kept_count, 5);
	assert_int_equal(w->hosts[3].user->keep->count, 5);
	world_run(w, 40 * US_PER_S);
	expect_whole(w);
	for (uint32_t i = 2; i <= 4; i++)
		assert_int_equal(w->hosts[i].delivered, 5);
	assert_int_equal(w->hosts[3].user->kept_count, 0);
	close_world(w);
}

static void another_start_has_another_id(void **state)
{
	struct world *w = open_world(3), *other = open_world(3);
	(void)state;
	uint64_t id = w->hosts[2].member->full->id;
	assert_int_equal(id, other->hosts[2].member->full->id);
	world_restart(w, 2);
	assert_int_not_equal(w->hosts[2].member->full->id, id);
	close_world(w);
	close_world(other);
}

static void a_rendezvous_point_keeps_its_epoch_unless_it_forgets(void **state)
{
	(void)state;
	for (int forgets = 0; forgets < 2; forgets++) {
		struct world *w = open_world(5);
		w->config.rdv_forgets = forgets;
		assert_int_equal(epoch_of(w, 1), 1);
		world_stop(w, 0, WORLD_CLOSED);
		world_run(w, US_PER_S);
		world_restart(w, 0);
		assert_int_equal(world_registered(w)->epoch, forgets ? 0 : 1);
		assert_int_equal(world_registered(w)->is_registered, !forgets);
		world_run(w, 30 * US_PER_S);
		assert_int_equal(world_root(w), 1);
		assert_int_equal(epoch_of(w, 1), forgets ? 2 : 1);
		expect_whole(w);
		close_world(w);
	}
}

static void who_leaves_is_known_to_be_gone_at_once(void **state)
{
	struct world *w = open_world(20);
	(void)state;
	world_leave(w, 2);
	assert_null(world_member(w, 2));
	world_run(w, US_PER_S);
	expect_whole(w);
	world_leave(w, 1);
	world_run(w, 2 * US_PER_S);
	expect_whole(w);
	assert_int_equal(epoch_of(w, world_root(w)), 2);
	close_world(w);
}

static void a_closed_port_is_noticed_by_what_it_quotes(void **state)
{
	struct world *w = open_world(20);
	(void)state;
	world_stop(w, 2, WORLD_CLOSED);
	world_run(w, 3 * US_PER_S);
	expect_whole(w);
	close_world(w);
}

static void all_can_notice_at_once(void **state)
{
	struct world *w = open_world(20);
	(void)state;
	for (uint32_t host = 1; host <= 2; host++) {
		world_stop(w, host, WORLD_SILENT);
		world_notice(w, host);
		world_run(w, 2 * US_PER_S);
		expect_whole(w);
	}
	close_world(w);
}

static void walks_come_back_from_whoever_stops(void **state)
{
	struct world *w = open_world(1);
	(void)state;
	for (int i = 0; i < 2 * WORLD_WALKS; i++) {
		world_restart(w, 1);
		uint32_t host = world_add(w, -1);
		world_run(w, 100 * US_PER_MS);
		world_stop(w, host, WORLD_SILENT);
		if (i % 512 != 0)
			continue;
		struct walk *walk = walk_take(w->walks);
		assert_non_null(walk);
		walk_give(w->walks, walk);
	}
	close_world(w);
}

static void groups_have_a_place_with_the_rendezvous_point(void **state)
{
	struct world_config config = trial_world();
	static struct world w;
	(void)state;
	config.is_full = true;
	wire_copy_word(config.full.group, "blue");
	world_init(&w, &config);
	for (int i = 0; i < 8; i++)
		(void)world_add(&w, -1);
	world_run(&w, 10 * US_PER_S);
	expect_whole(&w);
	assert_string_equal(world_registered(&w)->group, "blue");
	assert_false(w.registry.roots[0].is_registered);
	world_restart(&w, 0);
	assert_true(world_registered(&w)->is_registered);
	world_done(&w);
}

/* A base node finds its place among full ones, whose messages it gets without their headers. */
static void a_base_node_lives_among_full_ones(void **state)
{
	struct world *w = open_world(4);
	(void)state;
	uint32_t base = world_add_base(w, -1);
	world_run(w, 2 * US_PER_S);
	expect_whole(w);
	assert_null(w->hosts[base].member->full);
	world_publish(w, 3, "bonjour", 7);
	world_publish(w, base, "salut", 5);
	world_run(w, 2 * US_PER_S);
	for (uint32_t i = 1; i <= base; i++)
		assert_int_equal(w->hosts[i].delivered, 2);
	world_restart(w, base);
	world_run(w, 2 * US_PER_S);
	assert_null(w->hosts[base].member->full);
	expect_whole(w);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tree_grows_and_messages_reach_everybody_once),
		cmocka_unit_test(what_is_published_while_there_is_no_root_is_kept_until_there_is),
		cmocka_unit_test(another_start_has_another_id),
		cmocka_unit_test(a_rendezvous_point_keeps_its_epoch_unless_it_forgets),
		cmocka_unit_test(who_leaves_is_known_to_be_gone_at_once),
		cmocka_unit_test(a_closed_port_is_noticed_by_what_it_quotes),
		cmocka_unit_test(all_can_notice_at_once),
		cmocka_unit_test(walks_come_back_from_whoever_stops),
		cmocka_unit_test(groups_have_a_place_with_the_rendezvous_point),
		cmocka_unit_test(a_base_node_lives_among_full_ones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
