/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "chat/people.h"
#include "chat/piece.h"

#include <stdio.h>

static int open_people(void **state)
{
	static struct people people;
	*state = &people;
	return people_init(&people) ? 0 : -1;
}

static int close_people(void **state)
{
	people_done(*state);
	return 0;
}

static struct time at_s(int64_t seconds)
{
	return (struct time){seconds * US_PER_S};
}

static void assert_names(const struct people *p, const char *expected)
{
	char seen[512] = "";
	for (size_t i = 0; i < p->count; i++) {
		strcat(seen, i > 0 ? " " : "");
		strncat(seen, p->list[i].name, p->list[i].name_size);
	}
	assert_string_equal(seen, expected);
}

static void people_are_kept_by_name_once_each(void **state)
{
	struct people *p = *state;
	static const char *const names[] = {"carol", "bob", "bobby", "alice", "bob", "é", "B"};
	for (size_t i = 0; i < COUNT(names); i++)
		assert_int_equal(people_hear(p, piece_of(names[i]), at_s(1)), i != 4);
	assert_names(p, "B alice bob bobby carol é");
}

static void beginnings_of_a_name_are_other_names(void **state)
{
	struct people *p = *state;
	assert_true(people_hear(p, PIECE("bobby"), at_s(1)));
	assert_null(people_find(p, PIECE("bob")));
	assert_null(people_find(p, PIECE("bobbyx")));
	assert_non_null(people_find(p, PIECE("bobby")));
	people_remove(p, PIECE("bob"));
	assert_names(p, "bobby");
}

static void hearing_and_naming_are_noted_apart(void **state)
{
	struct people *p = *state;
	assert_true(people_name(p, PIECE("bob"), at_s(5)));
	const struct person *bob = people_find(p, PIECE("bob"));
	assert_true(bob->heard_at.us == TIME_LONG_AGO.us);
	assert_true(bob->named_at.us == at_s(5).us);
	assert_false(people_hear(p, PIECE("bob"), at_s(7)));
	bob = people_find(p, PIECE("bob"));
	assert_true(bob->heard_at.us == at_s(7).us);
	assert_true(bob->named_at.us == at_s(5).us);
}

static void removing_leaves_the_others(void **state)
{
	struct people *p = *state;
	people_hear(p, PIECE("a"), at_s(1));
	people_hear(p, PIECE("b"), at_s(1));
	people_hear(p, PIECE("c"), at_s(1));
	people_remove(p, PIECE("b"));
	assert_names(p, "a c");
	people_remove(p, PIECE("b"));
	people_remove(p, PIECE("c"));
	assert_names(p, "a");
	people_remove(p, PIECE("a"));
	assert_names(p, "");
	people_remove(p, PIECE("a"));
	assert_null(people_find(p, PIECE("a")));
}

static void the_silent_are_forgotten_and_the_named_are_not(void **state)
{
	struct people *p = *state;
	people_hear(p, PIECE("heard"), at_s(10));
	people_name(p, PIECE("named"), at_s(10));
	people_hear(p, PIECE("old"), at_s(9));
	people_name(p, PIECE("older"), at_s(8));
	people_hear(p, PIECE("both"), at_s(1));
	people_name(p, PIECE("both"), at_s(11));
	people_forget_silent(p, at_s(10));
	assert_names(p, "both heard named");
	people_forget_silent(p, at_s(12));
	assert_names(p, "");
}

static void a_full_table_takes_no_new_names_and_keeps_the_old(void **state)
{
	struct people *p = *state;
	char name[16];
	for (int i = 0; i < PEOPLE_MAX; i++) {
		(void)snprintf(name, sizeof(name), "p%03d", i * 7 % PEOPLE_MAX);
		assert_true(people_hear(p, piece_of(name), at_s(1)));
	}
	people_hear(p, PIECE("a"), at_s(2));
	people_hear(p, PIECE("p500x"), at_s(2));
	people_name(p, PIECE("z"), at_s(2));
	assert_int_equal(p->count, PEOPLE_MAX);
	assert_null(people_find(p, PIECE("a")));
	assert_null(people_find(p, PIECE("z")));
	assert_false(people_hear(p, PIECE("p999"), at_s(3)));
	for (int i = 0; i < PEOPLE_MAX; i++) {
		(void)snprintf(name, sizeof(name), "p%03d", i);
		assert_non_null(people_find(p, piece_of(name)));
		assert_string_equal(p->list[i].name, name);
	}
	people_remove(p, PIECE("p999"));
	assert_true(people_hear(p, PIECE("z"), at_s(4)));
	assert_non_null(people_find(p, PIECE("z")));
}

static void names_of_full_length_fit(void **state)
{
	struct people *p = *state;
	char name[NAME_SIZE_MAX];
	for (size_t i = 0; i < sizeof(name); i += 4)
		memcpy(name + i, "🎉", 4);
	assert_true(people_hear(p, (struct piece){name, sizeof(name)}, at_s(1)));
	assert_int_equal(p->list[0].name_size, NAME_SIZE_MAX);
	assert_int_equal(strlen(p->list[0].name), NAME_SIZE_MAX);
	assert_non_null(people_find(p, (struct piece){name, sizeof(name)}));
}

#define PEOPLE_TEST(name) cmocka_unit_test_setup_teardown(name, open_people, close_people)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PEOPLE_TEST(people_are_kept_by_name_once_each),
		PEOPLE_TEST(beginnings_of_a_name_are_other_names),
		PEOPLE_TEST(hearing_and_naming_are_noted_apart),
		PEOPLE_TEST(removing_leaves_the_others),
		PEOPLE_TEST(the_silent_are_forgotten_and_the_named_are_not),
		PEOPLE_TEST(a_full_table_takes_no_new_names_and_keeps_the_old),
		PEOPLE_TEST(names_of_full_length_fit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
