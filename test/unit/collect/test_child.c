/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "collect/child.h"
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS 1000

static void what_a_program_prints_is_read(void **state)
{
	const char *const command[] = {"printf", "one\\ntwo", NULL};
	char *text, said[CHILD_ERROR_SIZE];
	(void)state;
	assert_int_equal(child_read(command, 4096, 20 * SECONDS, &text, said), 0);
	assert_string_equal(text, "one\ntwo");
	free(text);
	assert_int_equal(
		child_read((const char *const[]){"true", NULL}, 1, 20 * SECONDS, &text, said), 0);
	assert_string_equal(text, "");
	free(text);
}

static void a_program_that_is_not_there_is_said_so(void **state)
{
	const char *const command[] = {"no-such-program-anywhere", NULL};
	char *text = NULL, said[CHILD_ERROR_SIZE];
	(void)state;
	assert_int_equal(child_read(command, 4096, 20 * SECONDS, &text, said), -ENOENT);
	assert_null(text);
}

static void an_endless_output_is_cut_off(void **state)
{
	const char *const command[] = {"yes", NULL};
	char *text = NULL, said[CHILD_ERROR_SIZE];
	(void)state;
	assert_int_equal(child_read(command, 100000, 20 * SECONDS, &text, said), -EFBIG);
	assert_null(text);
}

static void a_program_that_hangs_is_ended(void **state)
{
	const char *const command[] = {"sleep", "1000", NULL};
	char *text = NULL, said[CHILD_ERROR_SIZE];
	(void)state;
	assert_int_equal(child_read(command, 4096, 10, &text, said), -ETIMEDOUT);
	assert_null(text);
}

static void a_failure_has_its_first_line(void **state)
{
	const char *const command[] = {"cat", "/no/such/file", NULL};
	const char *const forbidden[] = {"sh", "-c", "echo Operation not permitted >&2; exit 4",
					 NULL};
	char *text = NULL, said[CHILD_ERROR_SIZE];
	(void)state;
	assert_int_equal(child_read(command, 4096, 20 * SECONDS, &text, said), -EIO);
	assert_non_null(strstr(said, "/no/such/file"));
	assert_null(strchr(said, '\n'));
	assert_int_equal(child_read(forbidden, 4096, 20 * SECONDS, &text, said), -EPERM);
	assert_null(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_program_prints_is_read),
		cmocka_unit_test(a_program_that_is_not_there_is_said_so),
		cmocka_unit_test(an_endless_output_is_cut_off),
		cmocka_unit_test(a_program_that_hangs_is_ended),
		cmocka_unit_test(a_failure_has_its_first_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
