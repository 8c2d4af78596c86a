/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/failure.h"
#include "unit.h"

#include <errno.h>
#include <string.h>

static void the_sentence_is_kept_and_the_code_handed_on(void **state)
{
	struct failure f = {0};
	(void)state;
	assert_int_equal(failure_set(&f, -EINVAL, "room '%s': no", "x"), -EINVAL);
	assert_int_equal(f.code, -EINVAL);
	assert_string_equal(f.text, "room 'x': no");
}

static void a_sentence_too_long_is_cut_and_still_ends(void **state)
{
	struct failure f = {0};
	char name[1000];
	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(failure_set(&f, -ENODEV, "%s", name), -ENODEV);
	assert_int_equal(strlen(f.text), sizeof(f.text) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sentence_is_kept_and_the_code_handed_on),
		cmocka_unit_test(a_sentence_too_long_is_cut_and_still_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
