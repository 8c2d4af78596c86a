/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/scenario.h"

#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct scenario parse(const char *text)
{
	struct scenario s;
	struct failure failure = {0};
	if (scenario_parse(&s, text, strlen(text), "a.scn", &failure) != 0)
		fail_msg("%s", failure.text);
	return s;
}

/* The one happening of a text. */
static struct happening one(const char *text)
{
	struct scenario s = parse(text);
	assert_int_equal(s.count, 1);
	struct happening h = s.happenings[0];
	scenario_done(&s);
	return h;
}

static void assert_refused(const char *text, const char *sentence)
{
	struct scenario s = {.count = 77};
	struct failure failure = {0};
	assert_int_equal(scenario_parse(&s, text, strlen(text), "a.scn", &failure), -EINVAL);
	assert_int_equal(failure.code, -EINVAL);
	assert_int_equal(s.count, 77);
	assert_string_equal(failure.text, sentence);
}

static void assert_who(struct who who, enum who_kind kind, uint32_t count)
{
	assert_int_equal(who.kind, kind);
	assert_int_equal(who.count, count);
}

static void empty_lines_and_comments_are_nothing(void **state)
{
	struct scenario s = parse("");
	(void)state;
	assert_int_equal(s.count, 0);
	scenario_done(&s);
	s = parse("\n# all\n  \t \r\n#\n   # x|y->z \r\n#");
	assert_int_equal(s.count, 0);
	scenario_done(&s);
}

static void whom_it_concerns_is_said_in_words(void **state)
{
	(void)state;
	struct happening h = one("10s crash 5,7..9,100 for 1min # gone");
	assert_int_equal(h.at.us, 10 * US_PER_S);
	assert_int_equal(h.verb, HAPPENING_CRASH);
	assert_int_equal(h.for_us, 60 * US_PER_S);
	assert_int_equal(h.who.kind, WHO_RANGES);
	assert_int_equal(h.who.range_count, 3);
	assert_int_equal(h.who.first[0], 5);
	assert_int_equal(h.who.last[0], 5);
	assert_int_equal(h.who.first[1], 7);
	assert_int_equal(h.who.last[1], 9);
	assert_int_equal(h.who.first[2], 100);
	assert_who(one("0 silent all").who, WHO_ALL, 0);
	assert_who(one("0 silent any").who, WHO_ANY, 1);
	assert_who(one("0 silent any 3 for 1s").who, WHO_ANY, 3);
	assert_who(one("0 silent root").who, WHO_ROOT, 0);
	assert_who(one("0 restart rdv").who, WHO_RDV, 0);
	h = one("0 silent 30%");
	assert_int_equal(h.who.kind, WHO_SHARE);
	assert_true(h.who.share == 0.3);
}

static void nodes_come_go_and_are_replaced(void **state)
{
	(void)state;
	struct happening h = one("0 join");
	assert_true(h.verb == HAPPENING_JOIN && h.count == 1 && h.for_us == 0);
	assert_int_equal(one("0 join 10k").count, 10000);
	h = one("0 replace");
	assert_int_equal(h.verb, HAPPENING_REPLACE);
	assert_who(h.who, WHO_ANY, 1);
	assert_who(one("0 replace 20").who, WHO_ANY, 20);
	h = one("30s rdv down for 2min");
	assert_true(h.verb == HAPPENING_CRASH && h.for_us == 120 * US_PER_S);
	assert_who(h.who, WHO_RDV, 0);
	h = one("30s rdv up");
	assert_int_equal(h.verb, HAPPENING_RESTART);
	assert_who(h.who, WHO_RDV, 0);
}

static void messages_have_a_size(void **state)
{
	(void)state;
	struct happening h = one("0 publish any");
	assert_true(h.verb == HAPPENING_PUBLISH && h.size == SCENARIO_SIZE_DEFAULT);
	assert_int_equal(one("0 publish 1..3 size 1.4kB").size, 1400);
	assert_int_equal(one("0 publish root size 8").size, 8);
	assert_int_equal(one("0 publish root size 65502").size, 65502);
}

static void partitions_have_two_sides(void **state)
{
	(void)state;
	struct happening h = one("0 partition 1..50 | 51..100");
	assert_int_equal(h.verb, HAPPENING_PARTITION);
	assert_int_equal(h.who.last[0], 50);
	assert_int_equal(h.others.last[0], 100);
	h = one("0 partition 30% for 5s");
	assert_int_equal(h.others.kind, WHO_OTHERS);
	assert_int_equal(h.for_us, 5 * US_PER_S);
	assert_int_equal(one("0 partition any 3").others.kind, WHO_OTHERS);
	h = one("0 partition root->others for 5s");
	assert_int_equal(h.verb, HAPPENING_ONE_WAY);
	assert_int_equal(h.who.kind, WHO_ROOT);
	assert_int_equal(h.others.kind, WHO_OTHERS);
	h = one("0 partition others -> any 5");
	assert_int_equal(h.who.kind, WHO_OTHERS);
	assert_who(h.others, WHO_ANY, 5);
	assert_int_equal(one("0 heal").verb, HAPPENING_HEAL);
}

static void programs_and_clocks_go_wrong(void **state)
{
	(void)state;
	assert_int_equal(one("0 blackhole any 2 for 1min").verb, HAPPENING_BLACKHOLE);
	assert_int_equal(one("0 forward all").verb, HAPPENING_FORWARD);
	struct happening h = one("0 drift any 3 -50ppm for 1h");
	assert_who(h.who, WHO_ANY, 3);
	assert_int_equal(h.ppm, -50);
	h = one("0 drift any 100ppm");
	assert_who(h.who, WHO_ANY, 1);
	assert_int_equal(h.ppm, 100);
	assert_int_equal(one("0 forge all").count, 1);
	assert_int_equal(one("0 forge rdv 100").count, 100);
	h = one("0 forge any 3");
	assert_who(h.who, WHO_ANY, 3);
	assert_int_equal(h.count, 1);
	h = one("0 forge any 1 3");
	assert_who(h.who, WHO_ANY, 1);
	assert_int_equal(h.count, 3);
}

static void assert_dial(const char *text, enum dial dial, double value, double second)
{
	struct happening h = one(text);
	assert_int_equal(h.verb, HAPPENING_DIAL);
	assert_int_equal(h.dial, dial);
	assert_true(h.value == value && h.second == second);
	assert_false(h.is_default);
}

static void dials_are_turned(void **state)
{
	(void)state;
	assert_dial("0 delay 20ms", DIAL_DELAY, 20000, 0);
	assert_dial("0 jitter 0", DIAL_JITTER, 0, 0);
	assert_dial("0 loss 5% for 10s", DIAL_LOSS, 0.05, 0);
	assert_dial("0 burst-loss 2% length 8.5", DIAL_BURST_LOSS, 0.02, 8.5);
	assert_dial("0 burst-loss 75% length 3", DIAL_BURST_LOSS, 0.75, 3);
	assert_dial("0 duplicate 0.01", DIAL_DUPLICATION, 0.01, 0);
	assert_dial("0 reorder 3% by 40ms", DIAL_REORDERING, 0.03, 40000);
	assert_dial("0 bandwidth 10Mbit/s", DIAL_BANDWIDTH, 1e7, 0);
	assert_dial("0 bandwidth 0", DIAL_BANDWIDTH, 0, 0);
	assert_dial("0 queue 64kB", DIAL_QUEUE, 64000, 0);
	struct happening h = one("0 loss default");
	assert_true(h.verb == HAPPENING_DIAL && h.dial == DIAL_LOSS && h.is_default);
}

static void happenings_are_in_order_of_time_and_then_of_the_file(void **state)
{
	struct scenario s = parse("2s join 4\r\n1s join 2\r\n2s join 5\n0 join 1\n1s join 3");
	(void)state;
	assert_int_equal(s.count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(s.happenings[i].count, i + 1);
	scenario_done(&s);
	static char text[1000 * 16];
	size_t size = 0;
	for (unsigned i = 0; i < 1000; i++)
		size += (size_t)snprintf(text + size, sizeof(text) - size, "%ums join %u\n",
					 (i * 7919 + 13) % 10, i + 1);
	s = parse(text);
	assert_int_equal(s.count, 1000);
	for (size_t i = 1; i < s.count; i++) {
		const struct happening *a = &s.happenings[i - 1], *b = &s.happenings[i];
		assert_true(a->at.us < b->at.us || (a->at.us == b->at.us && a->count < b->count));
	}
	scenario_done(&s);
}

static void errors_name_line_word_and_what_was_expected(void **state)
{
	(void)state;
	assert_refused(
		"0 join\n\n10s explode 5\n",
		"a.scn:3: found is \"explode\"; expected is what happens: join, crash, silent, "
		"leave, restart, replace, publish, partition, heal, blackhole, forward, drift, "
		"forge, improve, rdv, delay, jitter, loss, burst-loss, duplicate, reorder, "
		"bandwidth or queue");
	assert_refused("10 join", "a.scn:1: found is \"10\"; expected is a time, such as 10s or "
				  "1.5min");
	assert_refused("0 crash", "a.scn:1: the line ends; expected is nodes, such as 5, or "
				  "1,3,7..9 (upwards, 8 ranges at most), all, any, any 3, 30%, "
				  "root, rdv");
	assert_refused("0 publish rdv",
		       "a.scn:1: found is \"rdv\"; expected is nodes, such as 5, or 1,3,7..9 "
		       "(upwards, 8 ranges at most), all, any, any 3, 30%, root");
	assert_refused("0 heal 5", "a.scn:1: found is \"5\"; expected is the end of the line");
	assert_refused("0 crash 5 6", "a.scn:1: found is \"6\"; expected is for and a duration, "
				      "or the end of the line");
	assert_refused("0 crash 5 for", "a.scn:1: the line ends; expected is a duration above 0, "
					"such as 90s or 2min");
	assert_refused("0 crash 5 for 5s for 5s",
		       "a.scn:1: found is \"for\"; expected is the end of the line");
	assert_refused(
		"0 \033[31mjoin\xC3\xA9",
		"a.scn:1: found is \"?[31mjoin??\"; expected is what happens: join, crash, "
		"silent, leave, restart, replace, publish, partition, heal, blackhole, forward, "
		"drift, forge, improve, rdv, delay, jitter, loss, burst-loss, duplicate, "
		"reorder, bandwidth or queue");
	assert_refused(
		"0 forge 1 aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeee",
		"a.scn:1: found is \"aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd...\"; expected "
		"is a number, such as 1 or 10k, or the end of the line");
}

static const char *const bad[] = {
	"0",
	"join",
	"-1s join",
	"0 Join",
	"0 join 0",
	"0 join 1 2",
	"0 join for 5s",
	"0 restart 5 for 5s",
	"0 rdv",
	"0 rdv sideways",
	"0 rdv up for 1s",
	"0 replace any",
	"0 crash 0",
	"0 crash 5..",
	"0 crash 9..5",
	"0 crash 5,",
	"0 crash ,5",
	"0 crash 5, 6",
	"0 crash 5...6",
	"0 crash 5-6",
	"0 crash 16000001",
	"0 crash 4294967297",
	"0 crash 1,2,3,4,5,6,7,8,9",
	"0 crash others",
	"0 crash 101%",
	"0 crash 0.3",
	"0 crash any 0",
	"0 crash 5 for 0",
	"0 crash 5 for 5",
	"0 crash 5 for 5s for 5s",
	"0 publish",
	"0 publish 1 100",
	"0 publish 1 size",
	"0 publish 1 size 7",
	"0 publish 1 size 65503",
	"0 publish others",
	"0 partition",
	"0 partition 1 |",
	"0 partition | 1",
	"0 partition 1 2",
	"0 partition others",
	"0 partition others | others",
	"0 partition others for 5s",
	"0 partition 1 <- 2",
	"0 heal for 5s",
	"0 blackhole rdv",
	"0 forward rdv",
	"0 forward 1 for 5s",
	"0 drift 1",
	"0 drift 1 5",
	"0 drift 1 100001ppm",
	"0 forge 1 1 1",
	"0 forge 1 for 5s",
	"0 delay",
	"0 delay 5",
	"0 loss 2",
	"0 loss default for 5s",
	"0 burst-loss 5%",
	"0 burst-loss 5% length 0.5",
	"0 burst-loss 5% 3",
	"0 burst-loss 75% length 2.9",
	"0 burst-loss 100% length 3",
	"0 reorder 5%",
	"0 reorder 5% 10ms",
	"0 bandwidth 10",
	"0 queue",
	"0 join\r 5",
};

static void what_is_no_scenario_is_refused(void **state)
{
	struct failure failure;
	struct scenario s;
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (scenario_parse(&s, bad[i], strlen(bad[i]), "a", &failure) != -EINVAL)
			fail_msg("understood: %s", bad[i]);
}

static void a_nul_byte_or_an_endless_line_is_an_error(void **state)
{
	static char text[4096] = "0 join 1";
	struct failure failure;
	struct scenario s;
	(void)state;
	assert_int_equal(scenario_parse(&s, "# \0\n", 4, "a", &failure), -EINVAL);
	assert_string_equal(failure.text, "a:1: found is a NUL byte; expected is text");
	/* "0" takes 2 bytes, so that a word of 509 and its NUL fill the 512. */
	memset(text + 2, '1', 509);
	assert_int_equal(scenario_parse(&s, text, strlen(text), "a", &failure), -EINVAL);
	assert_non_null(strstr(failure.text, "expected is what happens"));
	text[511] = '1';
	assert_refused(text,
		       "a.scn:1: found is a line of more than 24 words or 512 bytes; expected "
		       "is TIME VERB ARGUMENTS [for TIME]");
	memset(text, 'x', 3000);
	text[0] = '#';
	s = parse(text);
	assert_int_equal(s.count, 0);
	scenario_done(&s);
}

/* --- Printing --- */

static void assert_same_who(const struct who *a, const struct who *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->range_count, b->range_count);
	assert_memory_equal(a->first, b->first, a->range_count * sizeof(a->first[0]));
	assert_memory_equal(a->last, b->last, a->range_count * sizeof(a->last[0]));
	assert_int_equal(a->count, b->count);
	assert_true(a->share == b->share);
}

static void assert_same(const struct happening *a, const struct happening *b)
{
	assert_int_equal(a->at.us, b->at.us);
	assert_int_equal(a->verb, b->verb);
	assert_same_who(&a->who, &b->who);
	assert_same_who(&a->others, &b->others);
	assert_int_equal(a->count, b->count);
	assert_int_equal(a->size, b->size);
	assert_int_equal(a->ppm, b->ppm);
	assert_true(a->verb != HAPPENING_DIAL || a->dial == b->dial);
	assert_true(a->value == b->value && a->second == b->second);
	assert_int_equal(a->is_default, b->is_default);
	assert_int_equal(a->for_us, b->for_us);
}

static void check_print(const char *line, const char *expected)
{
	char text[HAPPENING_TEXT_SIZE];
	struct happening h = one(line);
	happening_print(&h, text, sizeof(text));
	assert_string_equal(text, expected);
	struct happening again = one(text);
	assert_same(&h, &again);
}

static void what_is_printed_is_the_same_line_in_one_form(void **state)
{
	static const struct {
		const char *line, *printed;
	} lines[] = {
		{"0 join", "0us join 1"},
		{"60s join 10k", "1min join 10000"},
		{"10s crash 5,7..9,11..11 for 90s", "10s crash 5,7..9,11 for 90s"},
		{"1.5s silent any", "1500ms silent any"},
		{"1s silent any 3 for 1h", "1s silent any 3 for 1h"},
		{"1s restart 0.5%", "1s restart 0.5%"},
		{"1s rdv down for 2min", "1s crash rdv for 2min"},
		{"1s rdv up", "1s restart rdv"},
		{"1s replace", "1s replace 1"},
		{"1s replace 7", "1s replace 7"},
		{"1s publish root", "1s publish root size 100"},
		{"1s publish all size 1kB", "1s publish all size 1000"},
		{"1s partition 30%", "1s partition 30% | others"},
		{"1s partition 1..5|6 for 1s", "1s partition 1..5 | 6 for 1s"},
		{"1s partition others->rdv", "1s partition others -> rdv"},
		{"1s heal", "1s heal"},
		{"1s blackhole 3 for 10ms", "1s blackhole 3 for 10ms"},
		{"1s forward 3", "1s forward 3"},
		{"1s drift any 3 -50ppm for 1d", "1s drift any 3 -50ppm for 1d"},
		{"1s forge any", "1s forge any"},
		{"1s forge any 1 3", "1s forge any 1 3"},
		{"1s forge any 3", "1s forge any 3"},
		{"1s forge rdv 10", "1s forge rdv 10"},
		{"1s delay 1.5ms for 1s", "1s delay 1500us for 1s"},
		{"1s jitter 20ms", "1s jitter 20ms"},
		{"1s loss 0.07", "1s loss 7%"},
		{"1s burst-loss 2% length 8.50", "1s burst-loss 2% length 8.5"},
		{"1s duplicate 100%", "1s duplicate 100%"},
		{"1s reorder 3% by 0", "1s reorder 3% by 0us"},
		{"1s bandwidth 1.5Mbit/s", "1s bandwidth 1500kbit/s"},
		{"1s queue 64000", "1s queue 64kB"},
		{"1s queue default", "1s queue default"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++)
		check_print(lines[i].line, lines[i].printed);
}

static void the_longest_line_has_room(void **state)
{
	char text[HAPPENING_TEXT_SIZE], small[8];
	(void)state;
	struct happening h = {.at = {INT64_C(315359999999999)},
			      .verb = HAPPENING_PARTITION,
			      .for_us = INT64_C(315359999999999)};
	h.who = (struct who){.kind = WHO_RANGES, .range_count = WHO_RANGES_MAX};
	for (unsigned i = 0; i < WHO_RANGES_MAX; i++) {
		h.who.first[i] = 15999999;
		h.who.last[i] = 16000000;
	}
	h.others = h.who;
	happening_print(&h, text, sizeof(text));
	struct happening again = one(text);
	assert_same(&h, &again);
	happening_print(&h, small, sizeof(small));
	assert_int_equal(strlen(small), sizeof(small) - 1);
	assert_memory_equal(small, text, sizeof(small) - 1);
}

static void faults_are_what_can_cut_somebody_off(void **state)
{
	static const char *const faults[] = {"0 crash 5",        "0 leave 5",     "0 silent 5",
					     "0 restart 5",      "0 replace",     "0 partition 5",
					     "0 partition 5->6", "0 blackhole 5", "0 rdv down"};
	static const char *const others[] = {"0 join",         "0 improve 5",  "0 publish 5",
					     "0 heal",         "0 forward 5",  "0 loss 5%",
					     "0 drift 5 5ppm", "0 forge rdv 5"};
	(void)state;
	for (size_t i = 0; i < COUNT(faults); i++) {
		struct happening h = one(faults[i]);
		assert_true(happening_is_fault(&h));
	}
	for (size_t i = 0; i < COUNT(others); i++) {
		struct happening h = one(others[i]);
		assert_false(happening_is_fault(&h));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_lines_and_comments_are_nothing),
		cmocka_unit_test(whom_it_concerns_is_said_in_words),
		cmocka_unit_test(nodes_come_go_and_are_replaced),
		cmocka_unit_test(messages_have_a_size),
		cmocka_unit_test(partitions_have_two_sides),
		cmocka_unit_test(programs_and_clocks_go_wrong),
		cmocka_unit_test(dials_are_turned),
		cmocka_unit_test(happenings_are_in_order_of_time_and_then_of_the_file),
		cmocka_unit_test(errors_name_line_word_and_what_was_expected),
		cmocka_unit_test(what_is_no_scenario_is_refused),
		cmocka_unit_test(a_nul_byte_or_an_endless_line_is_an_error),
		cmocka_unit_test(what_is_printed_is_the_same_line_in_one_form),
		cmocka_unit_test(the_longest_line_has_room),
		cmocka_unit_test(faults_are_what_can_cut_somebody_off),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
