/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/quantity.h"

#include "base/random.h"
#include "unit.h"

#include <stdio.h>

static void durations_are_whole_microseconds(void **state)
{
	static const struct {
		const char *text;
		int64_t us;
	} good[] = {
		{"0", 0},
		{"0s", 0},
		{"250us", 250},
		{"10ms", 10000},
		{"1.5s", 1500000},
		{"0.000001s", 1},
		{"0.5ms", 500},
		{"2min", 120000000},
		{"1h", INT64_C(3600000000)},
		{"1d", INT64_C(86400000000)},
		{"3650d", QUANTITY_DURATION_MAX_US},
		{"007s", 7000000},
	};
	static const char *const bad[] = {
		"",
		"s",
		"1",
		"-1s",
		"+1s",
		"1 s",
		" 1s",
		"1s ",
		"1.s",
		".5s",
		"1,5s",
		"0x1s",
		"1e3s",
		"inf",
		"nan",
		"infs",
		"1S",
		"1sec",
		"0.5us",
		"1.2.3s",
		"3651d",
		"0.0000001s",
		"99999999999999999999s",
		"1ss",
		"0.0000000000000000s",
	};
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		int64_t us = -1;
		assert_true(quantity_duration(good[i].text, &us));
		assert_int_equal(us, good[i].us);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		int64_t us = -7;
		assert_false(quantity_duration(bad[i], &us));
		assert_int_equal(us, -7);
	}
}

static void probabilities_are_shares_of_one(void **state)
{
	double p = -1;
	(void)state;
	assert_true(quantity_probability("1%", &p) && p == 0.01);
	assert_true(quantity_probability("0.01", &p) && p == 0.01);
	assert_true(quantity_probability("0.7%", &p) && p == 0.007);
	assert_true(quantity_probability("0", &p) && p == 0);
	assert_true(quantity_probability("1", &p) && p == 1);
	assert_true(quantity_probability("100%", &p) && p == 1);
	assert_true(quantity_probability("0.1", &p) && p == 0.1);
	assert_true(quantity_probability("0.000000000000001%", &p) && p == 1e-17);
	static const char *const bad[] = {"101%", "1.01", "2",  "-1%",        "5 %",
					  "5%%",  "%",    "",   "1e-3",       "0x0",
					  "nan",  "inf",  ".5", "100.000001%"};
	p = -7;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_true(!quantity_probability(bad[i], &p) && p == -7);
}

static void rates_are_per_second(void **state)
{
	double rate = -1;
	(void)state;
	assert_true(quantity_rate("2/s", &rate) && rate == 2);
	assert_true(quantity_rate("0.1/s", &rate) && rate == 0.1);
	assert_true(quantity_rate("30/min", &rate) && rate == 0.5);
	assert_true(quantity_rate("1/h", &rate) && rate == 1.0 / 3600);
	assert_true(quantity_rate("1/d", &rate) && rate == 1.0 / 86400);
	assert_true(quantity_rate("1000000/s", &rate) && rate == 1e6);
	assert_true(quantity_rate("0", &rate) && rate == 0);
	static const char *const bad[] = {"1", "1000001/s", "1/year", "-1/s", "1 /s", "/s", "1/"};
	rate = -7;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_true(!quantity_rate(bad[i], &rate) && rate == -7);
}

static void bandwidths_and_bytes_count_in_powers_of_ten(void **state)
{
	int64_t value = -1;
	(void)state;
	assert_true(quantity_bandwidth("64kbit/s", &value) && value == 64000);
	assert_true(quantity_bandwidth("1.5Mbit/s", &value) && value == 1500000);
	assert_true(quantity_bandwidth("1000Gbit/s", &value) && value == QUANTITY_BANDWIDTH_MAX);
	assert_true(quantity_bandwidth("800bit/s", &value) && value == 800);
	assert_true(quantity_bandwidth("0", &value) && value == 0);
	assert_true(quantity_bytes("100", &value) && value == 100);
	assert_true(quantity_bytes("100B", &value) && value == 100);
	assert_true(quantity_bytes("64kB", &value) && value == 64000);
	assert_true(quantity_bytes("1MB", &value) && value == 1000000);
	assert_true(quantity_bytes("0.5kB", &value) && value == 500);
	static const char *const bad[] = {"1Mbit", "10Mb/s", "1001Gbit/s", "0.5bit/s", "1KB",
					  "0.5B",  "1.5",    "1001GB",     "1MiB",     "-1"};
	value = -7;
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_true(!quantity_bandwidth(bad[i], &value) && value == -7);
		assert_true(!quantity_bytes(bad[i], &value) && value == -7);
	}
	assert_false(quantity_bandwidth("100", &value));
}

static void drifts_have_a_sign_and_a_limit(void **state)
{
	int32_t ppm = -1;
	(void)state;
	assert_true(quantity_ppm("100ppm", &ppm) && ppm == 100);
	assert_true(quantity_ppm("-50ppm", &ppm) && ppm == -50);
	assert_true(quantity_ppm("-100000ppm", &ppm) && ppm == -100000);
	static const char *const bad[] = {"0",      "100",       "+5ppm", "--5ppm",
					  "0.5ppm", "100001ppm", "ppm"};
	ppm = -7;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_true(!quantity_ppm(bad[i], &ppm) && ppm == -7);
}

static void counts_may_be_short(void **state)
{
	uint32_t count = 1;
	(void)state;
	assert_true(quantity_count("100", &count) && count == 100);
	assert_true(quantity_count("1e6", &count) && count == 1000000);
	assert_true(quantity_count("1.5e3", &count) && count == 1500);
	assert_true(quantity_count("10k", &count) && count == 10000);
	assert_true(quantity_count("16M", &count) && count == 16000000);
	assert_true(quantity_count("0", &count) && count == 0);
	static const char *const bad[] = {"16000001", "17M", "1.5", "1e8", "1e",
					  "1e10",     "1K",  "-1",  ""};
	count = 7;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_true(!quantity_count(bad[i], &count) && count == 7);
}

static void what_is_written_is_read_as_the_same(void **state)
{
	char text[QUANTITY_TEXT_SIZE];
	struct random r;
	(void)state;
	random_init(&r, 1);
	for (int i = 0; i < 20000; i++) {
		unsigned shift = (unsigned)random_below(&r, 40);
		int64_t whole = (int64_t)(random_next(&r) >> 24 >> shift), back = -1;
		quantity_print_duration(text, whole);
		assert_true(quantity_duration(text, &back) && back == whole);
		quantity_print_bandwidth(text, whole % QUANTITY_BANDWIDTH_MAX);
		assert_true(quantity_bandwidth(text, &back));
		assert_int_equal(back, whole % QUANTITY_BANDWIDTH_MAX);
		quantity_print_bytes(text, whole % QUANTITY_BYTES_MAX);
		assert_true(quantity_bytes(text, &back) && back == whole % QUANTITY_BYTES_MAX);

		double share, share_back, number, number_back;
		(void)snprintf(text, sizeof(text), "%u.%0*u%%", (unsigned)random_below(&r, 100),
			       1 + i % 9, (unsigned)random_below(&r, 10));
		assert_true(quantity_probability(text, &share));
		quantity_print_probability(text, share);
		assert_true(quantity_probability(text, &share_back) && share_back == share);
		(void)snprintf(text, sizeof(text), "%u.%03u", (unsigned)random_below(&r, 1000000),
			       (unsigned)random_below(&r, 1000));
		assert_true(quantity_number(text, &number));
		quantity_print_number(text, number);
		assert_true(quantity_number(text, &number_back) && number_back == number);
	}
}

static void the_largest_unit_is_written_in_which_it_is_whole(void **state)
{
	char text[QUANTITY_TEXT_SIZE];
	(void)state;
	quantity_print_duration(text, 90000000);
	assert_string_equal(text, "90s");
	quantity_print_duration(text, 7200000000);
	assert_string_equal(text, "2h");
	quantity_print_duration(text, 1500);
	assert_string_equal(text, "1500us");
	quantity_print_duration(text, 0);
	assert_string_equal(text, "0us");
	quantity_print_probability(text, 0.005);
	assert_string_equal(text, "0.5%");
	quantity_print_probability(text, 1);
	assert_string_equal(text, "100%");
	quantity_print_probability(text, 1.0 / 3);
	assert_string_equal(text, "33.3333333333333%");
	quantity_print_bandwidth(text, 64000);
	assert_string_equal(text, "64kbit/s");
	quantity_print_number(text, 2.5);
	assert_string_equal(text, "2.5");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_are_whole_microseconds),
		cmocka_unit_test(probabilities_are_shares_of_one),
		cmocka_unit_test(rates_are_per_second),
		cmocka_unit_test(bandwidths_and_bytes_count_in_powers_of_ten),
		cmocka_unit_test(drifts_have_a_sign_and_a_limit),
		cmocka_unit_test(counts_may_be_short),
		cmocka_unit_test(what_is_written_is_read_as_the_same),
		cmocka_unit_test(the_largest_unit_is_written_in_which_it_is_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
