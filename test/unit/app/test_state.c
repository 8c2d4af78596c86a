/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "state.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534

static char folder[] = "/tmp/ramure-state-XXXXXX";
static char path[sizeof(folder) + 16]; /* Of the state file. */
static struct state state_file;
static struct failure failure;
static struct registry_root rows[16];
static unsigned row_count;

/* --- A folder for each test --- */

static int begin(void **state)
{
	(void)state;
	memset(folder + sizeof(folder) - 7, 'X', 6);
	if (!mkdtemp(folder) || chmod(folder, 0755) != 0)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/roots.db", folder);
	state_file = STATE_CLOSED;
	return 0;
}

static int end(void **state)
{
	char command[sizeof(folder) + 32];
	(void)state;
	state_close(&state_file);
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

/* What permissions forbid root may do all the same: the test is somebody else meanwhile. */
static uid_t be_nobody(void)
{
	uid_t before = geteuid();
	if (before == 0)
		assert_int_equal(seteuid(NOBODY), 0);
	return before;
}

static void be_again(uid_t before)
{
	if (before == 0)
		assert_int_equal(seteuid(before), 0);
}

/* --- Steps --- */

static void expect_opened(unsigned rows_max)
{
	int error = state_open(&state_file, path, rows_max, &failure);
	if (error)
		fail_msg("%s", failure.text);
}

static void expect_refused(const char *place, int error, const char *what)
{
	assert_int_equal(state_open(&state_file, place, 100, &failure), error);
	assert_null(state_file.database);
	assert_int_equal(failure.code, error);
	if (!strstr(failure.text, place) || !strstr(failure.text, what))
		fail_msg("'%s' says neither '%s' nor '%s'", failure.text, place, what);
}

static struct registry_root root_of(const char *group, const char *address, uint32_t epoch)
{
	struct registry_root root = {.is_registered = true, .is_full = true, .epoch = epoch};
	root.id = 0xfedcba9876543210;
	(void)snprintf(root.group, sizeof(root.group), "%s", group);
	assert_true(endpoint_parse_address(address, 10000, &root.endpoint));
	root.is_v4 = endpoint_is_v4(&root.endpoint);
	return root;
}

static void save(const struct registry_root *root)
{
	int error = state_save(&state_file, root, &failure);
	if (error)
		fail_msg("%s", failure.text);
}

static void save_without_root(const char *group, const char *address, uint32_t epoch)
{
	struct registry_root root = root_of(group, address, epoch);
	root.is_registered = false;
	save(&root);
}

static void on_row(void *owner, const struct registry_root *row)
{
	assert_ptr_equal(owner, &row_count);
	assert_true(row_count < COUNT(rows));
	rows[row_count++] = *row;
}

static void load(void)
{
	row_count = 0;
	int error = state_load(&state_file, on_row, &row_count, &failure);
	if (error)
		fail_msg("%s", failure.text);
}

static void open_again(unsigned rows_max)
{
	state_close(&state_file);
	expect_opened(rows_max);
	load();
}

static void expect_row(unsigned i, const struct registry_root *root)
{
	assert_true(i < row_count);
	assert_string_equal(rows[i].group, root->group);
	assert_int_equal(rows[i].is_v4, root->is_v4);
	assert_int_equal(rows[i].is_registered, root->is_registered);
	assert_int_equal(rows[i].is_full, root->is_full);
	assert_true(endpoint_equal(&rows[i].endpoint, &root->endpoint));
	assert_true(rows[i].id == root->id);
	assert_true(rows[i].epoch == root->epoch);
}

/* The file as another program would change it. */
static void change(const char *sql)
{
	sqlite3 *database;
	char *error = NULL;
	state_close(&state_file);
	assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
	if (sqlite3_exec(database, sql, NULL, NULL, &error) != SQLITE_OK)
		fail_msg("%s: %s", sql, error);
	assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

static void write_file(const char *bytes, size_t size)
{
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

/* --- What is remembered --- */

static void a_new_file_has_no_rows(void **state)
{
	(void)state;
	expect_opened(100);
	load();
	assert_int_equal(row_count, 0);
	open_again(100);
	assert_int_equal(row_count, 0);
}

/* [E6] */
static void what_was_saved_comes_back(void **state)
{
	char longest[WIRE_WORD_MAX + 1] = "";
	(void)state;
	memset(longest, 'g', WIRE_WORD_MAX);
	struct registry_root first = root_of("", "10.0.0.2", 1);
	struct registry_root second = root_of(longest, "fd00::2", UINT32_MAX);
	second.endpoint.port = UINT16_MAX;
	second.id = UINT64_MAX;
	struct registry_root third = root_of("jazz", "10.0.0.3", 7);
	third.is_full = false;
	third.id = 0;
	expect_opened(100);
	save(&first);
	save(&second);
	save(&third);
	open_again(100);
	assert_int_equal(row_count, 3);
	expect_row(0, &third); /* What was saved last comes first. */
	expect_row(1, &second);
	expect_row(2, &first);
}

static void a_group_has_a_row_for_each_family(void **state)
{
	(void)state;
	struct registry_root v4 = root_of("jazz", "10.0.0.2", 4);
	struct registry_root v6 = root_of("jazz", "fd00::2", 6);
	expect_opened(100);
	save(&v4);
	save(&v6);
	v4.epoch = 5;
	assert_true(endpoint_parse_address("10.0.0.9", 10009, &v4.endpoint));
	save(&v4); /* In the place of the first. */
	open_again(100);
	assert_int_equal(row_count, 2);
	expect_row(0, &v4);
	expect_row(1, &v6);
}

/* [E1] The epoch is later than all before, also when the root is gone. */
static void the_epoch_stays_when_the_root_is_gone(void **state)
{
	static struct registry registry;
	struct registry_config config = {.is_full = true, .guard_us = 1, .full_guard_us = 1};
	struct registry_root root = root_of("", "10.0.0.2", 41);
	(void)state;
	expect_opened(100);
	save(&root);
	root.is_registered = false;
	save(&root);
	open_again(100);
	assert_int_equal(row_count, 1);
	expect_row(0, &root);
	registry_init(&registry, &config);
	assert_true(registry_restore(&registry, &rows[0], (struct time){0}));
	assert_false(registry_at(&registry, 0)->is_registered);
	assert_int_equal(registry_at(&registry, 0)->epoch, 41);
}

static void rows_with_a_root_come_before_others(void **state)
{
	(void)state;
	struct registry_root root = root_of("old", "10.0.0.2", 1);
	expect_opened(100);
	save(&root);
	save_without_root("later", "10.0.0.2", 2);
	save_without_root("latest", "10.0.0.2", 3);
	open_again(100);
	assert_int_equal(row_count, 3);
	assert_string_equal(rows[0].group, "old");
	assert_string_equal(rows[1].group, "latest");
	assert_string_equal(rows[2].group, "later");
}

/* Of groups without a root those that were saved last are kept; a root is never given up. */
static void old_rows_without_a_root_are_given_up(void **state)
{
	char group[8];
	(void)state;
	struct registry_root root = root_of("root", "10.0.0.2", 1);
	expect_opened(3);
	save(&root);
	for (uint32_t i = 0; i < 10; i++) {
		(void)snprintf(group, sizeof(group), "g%u", i);
		save_without_root(group, "10.0.0.2", i);
	}
	open_again(3);
	assert_int_equal(row_count, 4);
	assert_string_equal(rows[0].group, "root");
	assert_string_equal(rows[1].group, "g9");
	assert_string_equal(rows[2].group, "g8");
	assert_string_equal(rows[3].group, "g7");
}

/* A row is on the disk when state_save returns: a program that ends there loses nothing. */
static void what_was_saved_survives_a_crash(void **state)
{
	int status = -1;
	(void)state;
	struct registry_root root = root_of("jazz", "10.0.0.2", 3);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(state_open(&state_file, path, 100, &failure) != 0 ||
		      state_save(&state_file, &root, &failure) != 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	expect_opened(100);
	load();
	assert_int_equal(row_count, 1);
	expect_row(0, &root);
}

/* --- What goes wrong --- */

static void what_cannot_be_saved_leaves_what_was_there(void **state)
{
	char group[8];
	int error = 0;
	uint32_t saved = 0;
	(void)state;
	expect_opened(100);
	struct registry_root root = root_of("", "10.0.0.2", 1);
	save(&root);
	/* As on a full disk. */
	assert_int_equal(
		sqlite3_exec(state_file.database, "PRAGMA max_page_count = 4", NULL, NULL, NULL),
		SQLITE_OK);
	for (; error == 0 && saved < 1000; saved++) {
		(void)snprintf(group, sizeof(group), "g%u", saved);
		struct registry_root more = root_of(group, "10.0.0.2", 1);
		error = state_save(&state_file, &more, &failure);
	}
	assert_int_equal(error, -ENOSPC);
	assert_int_equal(failure.code, -ENOSPC);
	assert_int_equal(
		sqlite3_exec(state_file.database, "PRAGMA max_page_count = 1000", NULL, NULL, NULL),
		SQLITE_OK);
	root.epoch = 2;
	save(&root); /* When there is room again. */
	save_without_root("last", "10.0.0.2", 1);
}

static void a_file_that_is_no_database_is_left_alone(void **state)
{
	static const char text[] =
		"These are the rules of the house, in eight chapters, for those "
		"who come to live in it, and for those who visit them on Sunday.";
	char found[sizeof(text)] = "";
	(void)state;
	write_file(text, sizeof(text));
	expect_refused(path, -EBADMSG, "damaged, or something else");
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	assert_int_equal(fread(found, 1, sizeof(found), file), sizeof(found));
	assert_int_equal(fclose(file), 0);
	assert_memory_equal(found, text, sizeof(text));
}

static void an_empty_file_is_a_new_one(void **state)
{
	(void)state;
	write_file("", 0);
	expect_opened(100);
	struct registry_root root = root_of("", "10.0.0.2", 1);
	save(&root);
	open_again(100);
	expect_row(0, &root);
}

static void another_programs_database_is_left_alone(void **state)
{
	(void)state;
	change("CREATE TABLE songs(title TEXT)");
	expect_refused(path, -EBADMSG, "something else");
	change("PRAGMA user_version = 1"); /* Our number, but not our table. */
	expect_refused(path, -EBADMSG, "something else");
	change("SELECT title FROM songs");
}

static void a_file_of_a_later_version_is_refused(void **state)
{
	(void)state;
	expect_opened(100);
	change("PRAGMA user_version = 2");
	expect_refused(path, -EPROTONOSUPPORT, "version 2");
}

static void a_damaged_file_is_refused(void **state)
{
	char garbage[512];
	struct stat found;
	(void)state;
	expect_opened(100);
	struct registry_root root = root_of("", "10.0.0.2", 1);
	save(&root);
	state_close(&state_file);
	memset(garbage, 0xA5, sizeof(garbage));
	FILE *file = fopen(path, "r+b");
	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &found), 0);
	assert_true(found.st_size > 4096 + (off_t)sizeof(garbage));
	assert_int_equal(fseek(file, 4096, SEEK_SET), 0); /* The second page. */
	assert_int_equal(fwrite(garbage, 1, sizeof(garbage), file), sizeof(garbage));
	assert_int_equal(fclose(file), 0);
	expect_refused(path, -EBADMSG, "damaged");
}

/* Nothing of a file counts of which a row is none that could have been saved. */
static void a_row_that_means_nothing_spoils_the_file(void **state)
{
	static const char *const changes[] = {
		"UPDATE roots SET address = '10.0.0'",
		"UPDATE roots SET address = '224.0.0.1'",
		"UPDATE roots SET address = '0.0.0.0'",
		"UPDATE roots SET address = 'fd00::2'", /* Family 4. */
		"UPDATE roots SET family = 5",
		"UPDATE roots SET port = 0",
		"UPDATE roots SET port = 65536",
		"UPDATE roots SET port = -1",
		"UPDATE roots SET epoch = -1",
		"UPDATE roots SET epoch = 4294967296",
		"UPDATE roots SET name = 'two words'",
		"UPDATE roots SET name = printf('%064d', 0)",
	};
	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		expect_opened(100);
		struct registry_root root = root_of("", "10.0.0.2", 1);
		save(&root);
		change(changes[i]);
		expect_opened(100);
		row_count = 0;
		if (state_load(&state_file, on_row, &row_count, &failure) != -EBADMSG)
			fail_msg("%s: loaded", changes[i]);
		assert_int_equal(failure.code, -EBADMSG);
		assert_int_equal(row_count, 0);
		state_close(&state_file);
		assert_int_equal(unlink(path), 0);
	}
}

static void a_file_that_another_has_is_refused(void **state)
{
	struct state other;
	(void)state;
	expect_opened(100);
	assert_int_equal(state_open(&other, path, 100, &failure), -EBUSY);
	assert_non_null(strstr(failure.text, "another program"));
	assert_null(other.database);
	state_close(&state_file);
	assert_int_equal(state_open(&other, path, 100, &failure), 0);
	state_close(&other);
}

static void a_folder_is_no_file(void **state)
{
	(void)state;
	expect_refused(folder, -EISDIR, "cannot open");
}

static void a_folder_that_is_not_there_is_not_made(void **state)
{
	char place[sizeof(path) + 16];
	(void)state;
	(void)snprintf(place, sizeof(place), "%s/missing/r.db", folder);
	expect_refused(place, -ENOENT, "cannot open");
}

static void a_file_that_is_read_only_is_refused(void **state)
{
	(void)state;
	expect_opened(100);
	state_close(&state_file);
	assert_int_equal(chmod(path, 0444), 0);
	uid_t before = be_nobody();
	int error = state_open(&state_file, path, 100, &failure);
	be_again(before);
	assert_int_equal(error, -EACCES);
	assert_null(state_file.database);
	assert_non_null(strstr(failure.text, path));
}

/* SQLite, which may not make the file, tries to read it, and says that there is none. */
static void in_a_folder_that_is_read_only_no_file_is_made(void **state)
{
	(void)state;
	assert_int_equal(chmod(folder, 0555), 0);
	uid_t before = be_nobody();
	int error = state_open(&state_file, path, 100, &failure);
	be_again(before);
	assert_int_equal(chmod(folder, 0755), 0);
	assert_true(error == -EACCES || error == -ENOENT);
	assert_null(state_file.database);
}

/* With `--state none` nothing is ever opened. */
static void what_is_not_open_can_be_closed(void **state)
{
	struct state none = STATE_CLOSED;
	(void)state;
	state_close(&none);
	state_close(&none);
	assert_null(none.database);
}

/* --- Where it is by default --- */

static void the_default_file_lies_below_the_state_home(void **state)
{
	char home[sizeof(path)], expected[2 * sizeof(path)], place[256];
	struct stat found;
	(void)state;
	assert_int_equal(chmod(folder, 0777), 0);
	(void)snprintf(home, sizeof(home), "%s/a/b", folder);
	assert_int_equal(setenv("XDG_STATE_HOME", home, 1), 0);
	assert_int_equal(setenv("HOME", folder, 1), 0);
	uid_t before = be_nobody();
	int error = state_default_path(10000, place, sizeof(place), &failure);
	int again = state_default_path(10000, place, sizeof(place), &failure);
	be_again(before);
	assert_int_equal(error, 0);
	assert_int_equal(again, 0);
	(void)snprintf(expected, sizeof(expected), "%s/ramure/rdvpoint-10000.db", home);
	assert_string_equal(place, expected);
	assert_int_equal(stat(home, &found), 0);
	assert_int_equal(found.st_mode & 0777, 0700);
	assert_int_equal(setenv("XDG_STATE_HOME", "not/from/the/root", 1), 0);
	before = be_nobody();
	error = state_default_path(65535, place, sizeof(place), &failure);
	be_again(before);
	assert_int_equal(error, 0);
	(void)snprintf(expected, sizeof(expected), "%s/.local/state/ramure/rdvpoint-65535.db",
		       folder);
	assert_string_equal(place, expected);
}

static void without_a_home_there_is_no_default_file(void **state)
{
	char place[256], small[40];
	(void)state;
	assert_int_equal(unsetenv("XDG_STATE_HOME"), 0);
	assert_int_equal(unsetenv("HOME"), 0);
	uid_t before = be_nobody();
	int error = state_default_path(10000, place, sizeof(place), &failure);
	be_again(before);
	assert_int_equal(error, -ENOENT);
	assert_int_equal(setenv("HOME", folder, 1), 0);
	before = be_nobody();
	error = state_default_path(10000, small, sizeof(small), &failure);
	be_again(before);
	assert_int_equal(error, -ENAMETOOLONG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_file_has_no_rows),
		TEST(what_was_saved_comes_back),
		TEST(a_group_has_a_row_for_each_family),
		TEST(the_epoch_stays_when_the_root_is_gone),
		TEST(rows_with_a_root_come_before_others),
		TEST(old_rows_without_a_root_are_given_up),
		TEST(what_was_saved_survives_a_crash),
		TEST(what_cannot_be_saved_leaves_what_was_there),
		TEST(a_file_that_is_no_database_is_left_alone),
		TEST(an_empty_file_is_a_new_one),
		TEST(another_programs_database_is_left_alone),
		TEST(a_file_of_a_later_version_is_refused),
		TEST(a_damaged_file_is_refused),
		TEST(a_row_that_means_nothing_spoils_the_file),
		TEST(a_file_that_another_has_is_refused),
		TEST(a_folder_is_no_file),
		TEST(a_folder_that_is_not_there_is_not_made),
		TEST(a_file_that_is_read_only_is_refused),
		TEST(in_a_folder_that_is_read_only_no_file_is_made),
		TEST(what_is_not_open_can_be_closed),
		TEST(the_default_file_lies_below_the_state_home),
		TEST(without_a_home_there_is_no_default_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
