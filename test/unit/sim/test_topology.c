/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/random.h"
#include "sim/topology.h"
#include "sim/transit_stub.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLANETLAB SHARED "/data/planetlab-490.rtt"

static void on_a_lan_all_are_equally_far(void **state)
{
	struct topology t;
	(void)state;
	topology_lan(&t, 100);
	assert_int_equal(t.place_count, 1);
	assert_int_equal(topology_delay_us(&t, 0, 0), 100);
	topology_done(&t);
}

/* --- The plane --- */

static void on_a_plane_the_delay_is_the_distance(void **state)
{
	struct topology t;
	(void)state;
	topology_plane(&t, 300, 50000, 1);
	for (uint32_t a = 0; a < 300; a++)
		for (uint32_t b = 0; b < 300; b++) {
			int64_t x = t.points[a].x_us - t.points[b].x_us;
			int64_t y = t.points[a].y_us - t.points[b].y_us;
			int64_t delay = topology_delay_us(&t, a, b);
			assert_in_range(t.points[a].x_us, 0, 49999);
			assert_in_range(t.points[a].y_us, 0, 49999);
			if (delay > 1)
				assert_true(delay * delay <= x * x + y * y);
			assert_true((delay + 1) * (delay + 1) > x * x + y * y);
			assert_int_equal(delay == 0, a == b);
		}
	topology_done(&t);
}

static void distances_are_exact_up_to_the_largest_plane(void **state)
{
	struct topology_point points[] = {{0, 0}, {INT32_MAX - 1, INT32_MAX - 1}, {3, 4}, {0, 0}};
	struct topology t = {.kind = TOPOLOGY_PLANE, .place_count = 4, .points = points};
	(void)state;
	assert_int_equal(topology_delay_us(&t, 0, 1), 3037000497);
	assert_int_equal(topology_delay_us(&t, 0, 2), 5);
	assert_int_equal(topology_delay_us(&t, 0, 3), 1);
}

static void the_same_seed_gives_the_same_plane(void **state)
{
	struct topology a, b, other;
	(void)state;
	topology_plane(&a, 100, 1000, 1);
	topology_plane(&b, 100, 1000, 1);
	topology_plane(&other, 100, 1000, 2);
	assert_memory_equal(a.points, b.points, 100 * sizeof(*a.points));
	assert_memory_not_equal(a.points, other.points, 100 * sizeof(*a.points));
	topology_done(&a);
	topology_done(&b);
	topology_done(&other);
}

/* --- The matrix --- */

static struct topology matrix_of(const char *text)
{
	struct topology t;
	struct failure failure = {0};
	if (topology_matrix(&t, text, strlen(text), &failure) != 0)
		fail_msg("%s", failure.text);
	return t;
}

static void a_matrix_gives_half_of_each_round_trip(void **state)
{
	struct topology t = matrix_of("# there and back\r\n"
				      "\t0 121.4\t 7 # comment\r\n"
				      "\n"
				      "   \r\n"
				      "0.25 9 3600000#1\r\n"
				      "1 2.000 3");
	(void)state;
	assert_int_equal(t.place_count, 3);
	assert_int_equal(topology_delay_us(&t, 0, 1), 60700);
	assert_int_equal(topology_delay_us(&t, 1, 0), 125);
	assert_int_equal(topology_delay_us(&t, 0, 2), 3500);
	assert_int_equal(topology_delay_us(&t, 1, 2), INT64_C(1800000000));
	assert_int_equal(topology_delay_us(&t, 2, 0), 500);
	assert_int_equal(topology_delay_us(&t, 2, 1), 1000);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(topology_delay_us(&t, i, i), 0);
	topology_done(&t);
}

static void half_a_round_trip_is_rounded_to_the_nearest_microsecond(void **state)
{
	static const struct {
		const char *rtt;
		int64_t delay_us;
	} cases[] = {
		{"0.0009999999999999999", 0}, {"0.001", 1},
		{"0.0029999999999999999", 1}, {"0.003", 2},
		{"121.401", 60701},           {"121.4009", 60700},
		{"0000000000000000001", 500}, {"3600000.000", INT64_C(1800000000)},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[100];
		(void)snprintf(text, sizeof(text), "0 %s\n0 0", cases[i].rtt);
		struct topology t = matrix_of(text);
		assert_int_equal(topology_delay_us(&t, 0, 1), cases[i].delay_us);
		topology_done(&t);
	}
}

static void what_is_no_matrix_is_refused_with_its_line(void **state)
{
	static const char time_text[] = "is no round-trip time: a number of milliseconds was "
					"expected, from 0 to 3600000, such as 121.4";
	static const struct {
		const char *text, *sentence; /* NULL: that a time was expected. */
		const char *word;
	} cases[] = {
		{"",
		 "line 1: the end, without any row of numbers: a row of round-trip times in "
		 "milliseconds was expected for each host",
		 NULL},
		{"#\n#\n",
		 "line 3: the end, without any row of numbers: a row of round-trip times "
		 "in milliseconds was expected for each host",
		 NULL},
		{"0 1\n",
		 "line 2: the end, after 1 of 2 rows: so many were expected, as the first one "
		 "(line 1) has so many numbers",
		 NULL},
		{"#\n0 1 2\n1 0\n",
		 "line 3: 2 of 3 numbers: so many were expected, as in the first row (line 2)",
		 NULL},
		{"0 1\n1 0 2\n",
		 "line 2: more than 2 numbers: so many were expected, as in the first row (line 1)",
		 NULL},
		{"0 1\n1 0\n\n1 0\n",
		 "line 4: more than 2 rows: so many were expected, as the first one (line 1) has "
		 "so many numbers",
		 NULL},
		{"0 1\n-1 0\n", "line 2", "-1"},
		{"0 1\n1,5 0\n", "line 2", "1,5"},
		{"0 1\n1e3 0\n", "line 2", "1e3"},
		{"0 1\n1. 0\n", "line 2", "1."},
		{"0 1\n.5 0\n", "line 2", ".5"},
		{"0 1\n. 0\n", "line 2", "."},
		{"0 1\n1.2.3 0\n", "line 2", "1.2.3"},
		{"0 nan", "line 1", "nan"},
		{"0 inf", "line 1", "inf"},
		{"0 0x10", "line 1", "0x10"},
		{"0 1\r2", "line 1", "1?2"},
		{"0 3600001", "line 1", "3600001"},
		{"0 3600000.0000001", "line 1", "3600000.0000001"},
		{"0 99999999999999999999999999", "line 1", "999999999999999999999999..."},
		{"0 \x1b[2J\xc3\xa9", "line 1", "?[2J??"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct topology t = {.place_count = 77};
		struct failure failure = {0};
		char expected[300];
		(void)snprintf(expected, sizeof(expected), "%s: \"%s\" %s", cases[i].sentence,
			       cases[i].word ? cases[i].word : "", time_text);
		assert_int_equal(
			topology_matrix(&t, cases[i].text, strlen(cases[i].text), &failure),
			-EINVAL);
		assert_int_equal(failure.code, -EINVAL);
		assert_string_equal(failure.text, cases[i].word ? expected : cases[i].sentence);
		assert_int_equal(t.place_count, 77);
	}
}

static void a_matrix_of_too_many_hosts_is_refused(void **state)
{
	size_t size = 2 * ((size_t)TOPOLOGY_MATRIX_MAX + 1);
	char *row = malloc(size);
	struct topology t;
	struct failure failure;
	(void)state;
	assert_non_null(row);
	for (size_t i = 0; i < size; i += 2)
		memcpy(row + i, "1 ", 2);
	assert_int_equal(topology_matrix(&t, row, size, &failure), -EINVAL);
	assert_string_equal(failure.text,
			    "line 1: more than 20000 numbers: there may be so many hosts");
	assert_int_equal(topology_matrix(&t, row, size - 2, &failure), -EINVAL);
	assert_non_null(strstr(failure.text, "the end, after 1 of 20000 rows"));
	free(row);
}

static void a_large_matrix_comes_back_whole(void **state)
{
	enum { HOSTS = 700 };
	char *text = malloc((size_t)HOSTS * HOSTS * 8), *end = text;
	(void)state;
	assert_non_null(text);
	for (int i = 0; i < HOSTS * HOSTS; i++)
		end += sprintf(end, "%d%s", i % 5003, i % HOSTS == HOSTS - 1 ? "\n" : " ");
	struct topology t = matrix_of(text);
	assert_int_equal(t.place_count, HOSTS);
	for (int i = 0; i < HOSTS * HOSTS; i++)
		assert_int_equal(t.delays_us[i], i % (HOSTS + 1) == 0 ? 0 : i % 5003 * 500);
	topology_done(&t);
	free(text);
}

static void the_matrix_of_planetlab_is_one(void **state)
{
	static char text[2 << 20];
	FILE *file = fopen(PLANETLAB, "r");
	(void)state;
	if (!file) {
		print_message("skipped: no %s\n", PLANETLAB);
		skip();
	}
	size_t size = fread(text, 1, sizeof(text) - 1, file);
	(void)fclose(file);
	text[size] = '\0';
	struct topology t = matrix_of(text);
	assert_int_equal(t.place_count, 490);
	assert_int_equal(topology_delay_us(&t, 0, 1), 100);
	assert_int_equal(topology_delay_us(&t, 0, 3), 60700);
	assert_int_equal(topology_delay_us(&t, 489, 489), 0);
	topology_done(&t);
}

/* --- Transit and stub domains --- */

struct walker {
	const struct transit_stub *graph;
	uint32_t at; /* A router. */
	int64_t delay_us;
};

static void step(void *owner, uint32_t link)
{
	struct walker *w = owner;
	assert_true(link < w->graph->link_count);
	const struct transit_stub_link *l = &w->graph->links[link];
	assert_true(l->a == w->at || l->b == w->at);
	w->at = l->a == w->at ? l->b : l->a;
	w->delay_us += l->delay_us;
}

/* The shortest delays from a router, over all links as they are (Bellman, Ford). */
static void search(const struct transit_stub *g, uint32_t routers, uint32_t from, int64_t *delays)
{
	for (uint32_t r = 0; r < routers; r++)
		delays[r] = r == from ? 0 : INT32_MAX;
	for (bool is_better = true; is_better;) {
		is_better = false;
		for (uint32_t i = 0; i < g->link_count; i++)
			for (int back = 0; back < 2; back++) {
				const struct transit_stub_link *l = &g->links[i];
				uint32_t a = back ? l->b : l->a, b = back ? l->a : l->b;
				if (delays[a] + l->delay_us >= delays[b])
					continue;
				delays[b] = delays[a] + l->delay_us;
				is_better = true;
			}
	}
}

static void check_routes(uint32_t routers, uint64_t seed)
{
	struct topology t;
	int64_t *delays = malloc(routers * sizeof(*delays));
	assert_non_null(delays);
	topology_transit_stub(&t, routers, seed);
	assert_int_equal(t.place_count, routers - (routers < 25 ? 1 : routers / 25));
	assert_int_equal(t.link_count, t.graph->link_count);
	assert_true(t.link_count >= routers - 1);
	for (uint32_t from = 0; from < t.place_count; from += 1 + routers / 100) {
		search(t.graph, routers, from, delays);
		for (uint32_t to = 0; to < t.place_count; to++) {
			struct walker w = {.graph = t.graph, .at = from};
			topology_walk(&t, from, to, step, &w);
			assert_int_equal(w.at, to);
			assert_int_equal(w.delay_us, delays[to]);
			assert_int_equal(topology_delay_us(&t, from, to), delays[to]);
		}
	}
	topology_done(&t);
	free(delays);
}

static void routes_between_stub_routers_are_the_shortest(void **state)
{
	static const uint32_t sizes[] = {TRANSIT_STUB_ROUTERS_MIN, 5, 24, 25, 49, 50, 99, 100, 600};
	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++)
		for (uint64_t seed = 1; seed <= (sizes[i] < 600 ? 10 : 1); seed++)
			check_routes(sizes[i], seed);
}

static void thousands_of_routers_are_routed(void **state)
{
	struct topology t;
	struct random random;
	(void)state;
	topology_transit_stub(&t, 5000, 3);
	random_init(&random, 1);
	assert_int_equal(t.place_count, 4800);
	for (int i = 0; i < 10000; i++) {
		uint32_t from = (uint32_t)random_below(&random, 4800);
		uint32_t to = (uint32_t)random_below(&random, 4800);
		struct walker w = {.graph = t.graph, .at = from};
		topology_walk(&t, from, to, step, &w);
		assert_int_equal(w.at, to);
		assert_int_equal(topology_delay_us(&t, from, to), w.delay_us);
	}
	topology_done(&t);
}

static void links_are_as_long_as_their_kind(void **state)
{
	struct topology t;
	(void)state;
	topology_transit_stub(&t, 600, 5);
	uint32_t stubs = 0, exits = 0, transits = 0, far = 0;
	for (uint32_t i = 0; i < t.link_count; i++) {
		const struct transit_stub_link *l = &t.graph->links[i];
		int ends = (l->a >= t.place_count) + (l->b >= t.place_count);
		assert_int_not_equal(l->a, l->b);
		if (ends == 0)
			assert_in_range(l->delay_us, 1000, 3000);
		else if (ends == 1)
			assert_in_range(l->delay_us, 2000, 10000);
		else
			assert_in_range(l->delay_us, 5000, 50000);
		stubs += ends == 0;
		exits += ends == 1;
		transits += ends == 2;
		far += l->delay_us > 20000;
	}
	assert_int_equal(exits, 72);
	assert_in_range(stubs, 72 * 7, 72 * (7 + 4));
	assert_in_range(transits, 23, 60);
	assert_in_range(far, 3, 5);
	topology_done(&t);
}

static void the_same_seed_gives_the_same_graph(void **state)
{
	struct topology a, b, other;
	(void)state;
	topology_transit_stub(&a, 300, 1);
	topology_transit_stub(&b, 300, 1);
	topology_transit_stub(&other, 300, 2);
	assert_int_equal(a.link_count, b.link_count);
	size_t size = a.link_count * sizeof(*a.graph->links);
	assert_memory_equal(a.graph->links, b.graph->links, size);
	assert_false(a.link_count == other.link_count &&
		     memcmp(a.graph->links, other.graph->links, size) == 0);
	topology_done(&a);
	topology_done(&b);
	topology_done(&other);
}

static void fail_on(void *owner, uint32_t link)
{
	(void)owner;
	fail_msg("link %u", link);
}

static void where_no_links_are_known_none_are_walked(void **state)
{
	struct topology t = matrix_of("0 1\n1 0\n");
	(void)state;
	assert_int_equal(t.link_count, 0);
	topology_walk(&t, 0, 1, fail_on, NULL);
	topology_done(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_a_lan_all_are_equally_far),
		cmocka_unit_test(on_a_plane_the_delay_is_the_distance),
		cmocka_unit_test(distances_are_exact_up_to_the_largest_plane),
		cmocka_unit_test(the_same_seed_gives_the_same_plane),
		cmocka_unit_test(a_matrix_gives_half_of_each_round_trip),
		cmocka_unit_test(half_a_round_trip_is_rounded_to_the_nearest_microsecond),
		cmocka_unit_test(what_is_no_matrix_is_refused_with_its_line),
		cmocka_unit_test(a_matrix_of_too_many_hosts_is_refused),
		cmocka_unit_test(a_large_matrix_comes_back_whole),
		cmocka_unit_test(the_matrix_of_planetlab_is_one),
		cmocka_unit_test(routes_between_stub_routers_are_the_shortest),
		cmocka_unit_test(thousands_of_routers_are_routed),
		cmocka_unit_test(links_are_as_long_as_their_kind),
		cmocka_unit_test(the_same_seed_gives_the_same_graph),
		cmocka_unit_test(where_no_links_are_known_none_are_walked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
