/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/report.h"
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct figures nothing(void)
{
	struct figures f;
	for (int i = 0; i < MEASURES; i++)
		f.of[i] = NAN;
	return f;
}

static char *text_of(const struct report_column *columns, unsigned count)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	report_text(out, columns, count);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void a_table_has_headings_and_leaves_out_what_is_not_there(void **state)
{
	struct figures f = nothing();
	struct report_column column = {.figures = &f};
	(void)state;
	f.of[MEASURE_DEPTH_MEAN] = 5.584;
	f.of[MEASURE_DEPTH_MAX] = 7;
	f.of[MEASURE_DELIVERY_RATIO] = 1;
	char *text = text_of(&column, 1);
	assert_string_equal(text, "depth\n"
				  "  depth, mean                                        5.58 hops\n"
				  "  depth, most                                           7 hops\n"
				  "delivery\n"
				  "  delivery ratio                                 1.000000\n");
	free(text);
}

static void several_columns_stand_side_by_side(void **state)
{
	struct figures a = nothing(), b = nothing();
	struct report_column columns[] = {{"random", &a}, {"closest", &b}};
	(void)state;
	a.of[MEASURE_TREE_COST] = 21;
	b.of[MEASURE_TREE_COST] = 1.5;
	b.of[MEASURE_STRESS_MAX] = 3;
	char *text = text_of(columns, COUNT(columns));
	assert_string_equal(
		text, "                                                   random        closest\n"
		      "tree\n"
		      "  cost over the minimum spanning tree's             21.00           1.50\n"
		      "link\n"
		      "  link stress, most                                     -              3 "
		      "copies\n");
	free(text);
}

static void json_has_all_keys_and_null_for_what_is_not_there(void **state)
{
	struct figures f = nothing();
	char *text = NULL;
	size_t size, lines = 0;
	FILE *out = open_memstream(&text, &size);
	(void)state;
	assert_non_null(out);
	f.of[MEASURE_NODES_RUNNING] = 1000000;
	f.of[MEASURE_DEPTH_MEAN] = 5.58;
	report_json(out, &f);
	assert_int_equal(fclose(out), 0);
	assert_ptr_equal(strstr(text, "{\n  \"nodes.running\": 1000000,\n"), text);
	assert_non_null(strstr(text, "\n  \"depth.mean\": 5.58,\n"));
	assert_non_null(strstr(text, "\n  \"tree.stretch.mean\": null,\n"));
	assert_string_equal(text + size - strlen(": null\n}\n"), ": null\n}\n");
	for (size_t i = 0; i < size; i++)
		lines += text[i] == '\n';
	assert_int_equal(lines, MEASURES + 2);
	free(text);
}

static void the_mean_is_over_those_that_have_it(void **state)
{
	struct figures runs[3] = {nothing(), nothing(), nothing()}, mean;
	(void)state;
	runs[0].of[MEASURE_DEPTH_MEAN] = 1;
	runs[2].of[MEASURE_DEPTH_MEAN] = 2;
	report_mean(runs, COUNT(runs), &mean);
	assert_true(mean.of[MEASURE_DEPTH_MEAN] == 1.5);
	assert_true(isnan(mean.of[MEASURE_DEPTH_MAX]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_has_headings_and_leaves_out_what_is_not_there),
		cmocka_unit_test(several_columns_stand_side_by_side),
		cmocka_unit_test(json_has_all_keys_and_null_for_what_is_not_there),
		cmocka_unit_test(the_mean_is_over_those_that_have_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
