/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/snapshot.h"

#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int load(struct snapshot *s, const char *text, struct failure *failure)
{
	FILE *file = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
	snapshot_init(s);
	int result = snapshot_load(s, file, failure);
	(void)fclose(file);
	return result;
}

static char *save(const struct snapshot *s)
{
	char *text = NULL;
	size_t size = 0;
	struct failure failure = {0};
	FILE *file = open_memstream(&text, &size);
	assert_int_equal(snapshot_save(s, file, &failure), 0);
	(void)fclose(file);
	return text;
}

/* Fills each column of each table with something that is its own. */
static void fill(struct snapshot *s)
{
	int64_t number = 0;
#define TABLE(table, meaning)                                                                      \
	{                                                                                          \
		struct seen_##table *row = snapshot_add_##table(s);
#define TEXT(column, size, meaning)                                                                \
	(void)snprintf(row->column, sizeof(row->column), "%lld", (long long)number++);
#define NUMBER(column, meaning) row->column = number++;
#define FLAG(column, meaning)   row->column = number++ % 2;
#define END(table)              }
#include "doctor/snapshot.def"
#undef TABLE
#undef TEXT
#undef NUMBER
#undef FLAG
#undef END
}

static void what_was_saved_is_loaded_again(void **state)
{
	struct snapshot s, again;
	struct failure failure = {0};
	(void)state;
	snapshot_init(&s);
	fill(&s);
	fill(&s);
	char *text = save(&s);
	assert_int_equal(load(&again, text, &failure), 0);
	char *second = save(&again);
	assert_string_equal(text, second);
	assert_int_equal(again.host_count, 3);
	assert_int_equal(again.rule_count, 2);
	assert_memory_equal(again.rule, s.rule, 2 * sizeof(*s.rule));
	free(text);
	free(second);
	snapshot_done(&s);
	snapshot_done(&again);
}

static void unknown_is_null_and_what_is_missing_is_unknown(void **state)
{
	struct snapshot s;
	struct failure failure = {0};
	(void)state;
	assert_int_equal(load(&s,
			      "{\"schema\": \"ramure-snapshot\", \"version\": 1, \"later\": [1], "
			      "\"interface\": [{\"name\": \"eth0\", \"mtu\": null, \"new\": {}}]}",
			      &failure),
			 0);
	assert_int_equal(s.host_count, 1);
	assert_int_equal(s.host->can_send, UNKNOWN);
	assert_int_equal(s.interface_count, 1);
	assert_string_equal(s.interface[0].name, "eth0");
	assert_int_equal(s.interface[0].mtu, UNKNOWN);
	assert_false(s.interface[0].is_up);
	char *text = save(&s);
	assert_non_null(strstr(text, "\"mtu\": null"));
	free(text);
	snapshot_done(&s);
}

#define HEAD "{\"schema\": \"ramure-snapshot\", \"version\": 1, "

static void what_is_wrong_is_refused_with_its_place(void **state)
{
	static const struct {
		const char *text, *complaint;
	} bad[] = {
		{"", "line"},
		{"[]", "not a snapshot"},
		{"{\"schema\": \"ramure-snapshot\", \"version\": 2}", "not a snapshot"},
		{"{\"schema\": \"other\", \"version\": 1}", "not a snapshot"},
		{HEAD "\"route\": 5}", "\"route\": not a list of objects"},
		{HEAD "\"route\": [5]}", "\"route\": not a list of objects"},
		{HEAD "\"route\": [{\"metric\": 1.5}]}",
		 "\"route\" \"metric\": not a whole number"},
		{HEAD "\"interface\": [{\"is_up\": 1}]}", "\"interface\" \"is_up\": not true or"},
		{HEAD "\"interface\": [{\"name\": 7}]}", "\"interface\" \"name\": not a text"},
		{HEAD "\"interface\": [{\"name\": \"0123456789abcdef\"}]}", "too long"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct snapshot s;
		struct failure failure = {0};
		assert_int_equal(load(&s, bad[i].text, &failure), -EINVAL);
		if (!strstr(failure.text, bad[i].complaint))
			fail_msg("%s: %s", bad[i].text, failure.text);
		snapshot_done(&s);
	}
}

/* What comes after the last row is dropped, and nothing else is harmed. */
static void full_table_takes_no_more(void **state)
{
	struct snapshot s;
	(void)state;
	snapshot_init(&s);
	for (int i = 0; i < SNAPSHOT_ROWS + 3; i++)
		snapshot_add_vif(&s)->packets_in = i;
	assert_int_equal(s.vif_count, SNAPSHOT_ROWS);
	assert_int_equal(s.vif[SNAPSHOT_ROWS - 1].packets_in, SNAPSHOT_ROWS - 1);
	snapshot_done(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_saved_is_loaded_again),
		cmocka_unit_test(unknown_is_null_and_what_is_missing_is_unknown),
		cmocka_unit_test(what_is_wrong_is_refused_with_its_place),
		cmocka_unit_test(full_table_takes_no_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
