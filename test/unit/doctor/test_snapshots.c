/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* test_snapshots.c - hosts that no lab can show, written down in snapshots/: what each expects of
 * the verdict, of the causes that are no mere notes in their order, and of the first fix. */
#include "doctor/finding.h"
#include "doctor/snapshot.h"
#include "unit.h"

#include <dirent.h>
#include <jansson.h>
#include <string.h>

#define FOLDER SOURCES "/test/unit/doctor/snapshots/"

static void expect_note(const struct findings *found, const char *cause)
{
	for (size_t i = 0; i < found->count; i++)
		if (strcmp(cause_text(found->list[i].cause)->name, cause) == 0 &&
		    found->list[i].weight == WEIGHT_NOTE)
			return;
	fail_msg("no note %s", cause);
}

static void expect(const json_t *wanted, const struct snapshot *s, const struct findings *found)
{
	const json_t *causes = json_object_get(wanted, "findings");
	size_t count = 0;
	while (count < found->count && found->list[count].weight != WEIGHT_NOTE) {
		const char *cause = json_string_value(json_array_get(causes, count));
		assert_string_equal(cause_text(found->list[count].cause)->name,
				    cause ? cause : "nothing more");
		count++;
	}
	assert_int_equal(count, json_array_size(causes));
	if (count > 0)
		assert_string_equal(found->list[0].fix,
				    json_string_value(json_object_get(wanted, "fix")));
	const char *note = json_string_value(json_object_get(wanted, "note"));
	if (note)
		expect_note(found, note);
	assert_string_equal(verdict_name(verdict_of(s, found)),
			    json_string_value(json_object_get(wanted, "verdict")));
}

static void judge_file(const char *name)
{
	char path[512];
	struct snapshot s;
	struct failure failure = {0};
	struct findings found;
	(void)snprintf(path, sizeof(path), FOLDER "%s", name);
	print_message("# %s\n", name);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	snapshot_init(&s);
	if (snapshot_load(&s, file, &failure) != 0)
		fail_msg("%s", failure.text);
	rewind(file);
	json_t *document = json_loadf(file, 0, NULL);
	(void)fclose(file);
	rules_judge(&s, &found);
	expect(json_object_get(document, "expect"), &s, &found);
	json_decref(document);
	snapshot_done(&s);
}

static void written_hosts_are_judged_as_they_say(void **state)
{
	DIR *folder = opendir(FOLDER);
	size_t count = 0;
	(void)state;
	assert_non_null(folder);
	for (const struct dirent *entry; (entry = readdir(folder));) {
		if (!strstr(entry->d_name, ".json"))
			continue;
		judge_file(entry->d_name);
		count++;
	}
	(void)closedir(folder);
	assert_true(count >= 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_hosts_are_judged_as_they_say),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
