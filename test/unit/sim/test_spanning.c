/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/random.h"
#include "sim/spanning.h"
#include "unit.h"

#define POINTS 6

/* A point is its number. */
struct table {
	int64_t distances[POINTS][POINTS];
};

static int64_t look_up(const void *owner, uint32_t a, uint32_t b)
{
	const struct table *table = owner;
	return table->distances[a][b];
}

static int64_t on_a_line(const void *owner, uint32_t a, uint32_t b)
{
	(void)owner;
	return a < b ? b - a : a - b;
}

static void one_point_costs_nothing(void **state)
{
	const uint32_t point = 3;
	(void)state;
	assert_int_equal(spanning_cost(&point, 0, on_a_line, NULL), 0);
	assert_int_equal(spanning_cost(&point, 1, on_a_line, NULL), 0);
}

static void points_on_a_line_cost_its_length(void **state)
{
	const uint32_t points[] = {50, 3, 17, 100, 4, 99};
	(void)state;
	assert_int_equal(spanning_cost(points, COUNT(points), on_a_line, NULL), 97);
}

/* The cheapest of all trees over POINTS points, by their Pruefer sequences. */
static int64_t cheapest(const struct table *table)
{
	int64_t best = INT64_MAX;
	for (unsigned tree = 0; tree < POINTS * POINTS * POINTS * POINTS; tree++) {
		unsigned sequence[POINTS - 2], degree[POINTS], rest = tree, a = POINTS, b = 0;
		int64_t cost = 0;
		for (unsigned i = 0; i < POINTS; i++)
			degree[i] = 1;
		for (unsigned i = 0; i < POINTS - 2; i++, rest /= POINTS)
			degree[sequence[i] = rest % POINTS]++;
		for (unsigned i = 0; i < POINTS - 2; i++) {
			unsigned leaf = 0;
			while (degree[leaf] != 1)
				leaf++;
			cost += table->distances[leaf][sequence[i]];
			degree[leaf]--;
			degree[sequence[i]]--;
		}
		for (unsigned i = 0; i < POINTS; i++)
			if (degree[i] == 1) {
				a = b;
				b = i;
			}
		cost += table->distances[a][b];
		best = cost < best ? cost : best;
	}
	return best;
}

static void no_other_tree_is_cheaper(void **state)
{
	const uint32_t points[POINTS] = {0, 1, 2, 3, 4, 5};
	struct table table = {0};
	struct random random;
	(void)state;
	random_init(&random, 1);
	for (int round = 0; round < 50; round++) {
		for (unsigned a = 0; a < POINTS; a++)
			for (unsigned b = 0; b < a; b++)
				table.distances[a][b] = table.distances[b][a] =
					(int64_t)random_below(&random, 100);
		assert_int_equal(spanning_cost(points, POINTS, look_up, &table), cheapest(&table));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_point_costs_nothing),
		cmocka_unit_test(points_on_a_line_cost_its_length),
		cmocka_unit_test(no_other_tree_is_cheaper),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
