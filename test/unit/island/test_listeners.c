/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* Who listens on an island, as reports tell. [K9] */
#include "island/listeners.h"
#include "unit.h"

static struct listeners listeners;
static struct time now;
static struct endpoint self, group;

static int begin(void **state)
{
	(void)state;
	now = (struct time){US_PER_S};
	assert_true(endpoint_parse_address("10.0.1.5", 0, &self));
	assert_true(endpoint_parse_address("239.1.2.3", 5000, &group));
	listeners_init(&listeners, true, &self, now);
	assert_int_equal(listeners_add(&listeners, &group), 0);
	return 0;
}

/* An IGMP message to 224.0.0.22, or whatever; without options, its checksum right. */
static void take(const char *source, const uint8_t *message, size_t size)
{
	uint8_t packet[200] = {0x45, 0, 0, 0, 0, 0, 0, 0, 1, 2};
	struct endpoint from;
	struct frame frame;
	uint32_t sum = 0;
	assert_true(endpoint_parse_address(source, 0, &from));
	packet[3] = (uint8_t)(20 + size);
	memcpy(packet + 12, endpoint_v4(&from), 4);
	memcpy(packet + 16, (const uint8_t[]){224, 0, 0, 22}, 4);
	if (message[0] == 0x11)
		memcpy(packet + 16, (const uint8_t[]){224, 0, 0, 1}, 4);
	else if (message[0] == 0x16)
		memcpy(packet + 16, message + 4, 4);
	else if (message[0] == 0x17)
		memcpy(packet + 16, (const uint8_t[]){224, 0, 0, 2}, 4);
	memcpy(packet + 20, message, size);
	for (size_t i = 0; i + 1 < size; i += 2)
		sum += (uint32_t)packet[20 + i] << 8 | packet[21 + i];
	while (sum >> 16)
		sum = (sum & 0xFFFF) + (sum >> 16);
	packet[22] = (uint8_t)(~sum >> 8);
	packet[23] = (uint8_t)~sum;
	frame_dissect(packet, 20 + size, 20 + size, FRAME_RAW, &frame);
	listeners_take(&listeners, &frame, now);
}

static void take_v3(uint8_t type, uint8_t sources)
{
	uint8_t message[20] = {0x22, 0, 0, 0, 0, 0, 0, 1, type, 0, 0, sources, 239, 1, 2, 3};
	take("10.0.1.9", message, 16 + 4u * sources);
}

static unsigned queries(void)
{
	struct endpoint asked;
	unsigned count = 0;
	while (listeners_next_query(&listeners, now, &asked))
		count++;
	return count;
}

static void a_report_is_good_for_as_long_as_the_rfc_says(void **state)
{
	static const uint8_t report[] = {0x16, 0, 0, 0, 239, 1, 2, 3};
	(void)state;
	assert_false(listeners_has(&listeners, 0, now));
	take("10.0.1.9", report, sizeof(report));
	assert_true(listeners_has(&listeners, 0, now));
	now.us += LISTENERS_MEMBER_US - 1;
	assert_true(listeners_has(&listeners, 0, now));
	now.us += 1;
	assert_false(listeners_has(&listeners, 0, now));
}

static void records_say_who_comes_and_goes(void **state)
{
	(void)state;
	take_v3(CHANGE_TO_INCLUDE, 0);
	assert_false(listeners_has(&listeners, 0, now));
	take_v3(CHANGE_TO_EXCLUDE, 0);
	assert_true(listeners_has(&listeners, 0, now));
	(void)queries();
	take_v3(CHANGE_TO_INCLUDE, 0);
	assert_true(listeners_has(&listeners, 0, now)); /* Another may still be there: asked. */
	assert_int_equal(queries(), 1);
	now.us += LISTENERS_LAST_US;
	assert_int_equal(queries(), 1);
	now.us += LISTENERS_LAST_US;
	assert_int_equal(queries(), 0);
	assert_false(listeners_has(&listeners, 0, now));
	take_v3(ALLOW_NEW_SOURCES, 1);
	assert_true(listeners_has(&listeners, 0, now));
}

static void who_stays_after_another_has_left_says_so(void **state)
{
	static const uint8_t leave[] = {0x17, 0, 0, 0, 239, 1, 2, 3};
	(void)state;
	take_v3(MODE_IS_EXCLUDE, 0);
	take("10.0.1.8", leave, sizeof(leave));
	take_v3(MODE_IS_EXCLUDE, 0);
	now.us += 10 * US_PER_S;
	assert_true(listeners_has(&listeners, 0, now));
}

static void a_lower_querier_asks_instead(void **state)
{
	static const uint8_t query[] = {0x11, 100, 0, 0, 0, 0, 0, 0, 2, 125, 0, 0};
	(void)state;
	assert_int_equal(queries(), 2); /* To all, and for the group. */
	take("10.0.1.4", query, sizeof(query));
	now.us += LISTENERS_QUERY_US - 1;
	assert_int_equal(queries(), 1); /* Of the group, the second one. */
	now.us += LISTENERS_OTHER_US;
	(void)queries();
	now.us += LISTENERS_QUERY_US;
	assert_int_equal(queries(), 1);
	take("10.0.1.6", query, sizeof(query)); /* A higher one, a switch without an address. */
	take("0.0.0.0", query, sizeof(query));
	now.us += LISTENERS_QUERY_US;
	assert_int_equal(queries(), 1);
}

static void who_leaves_another_group_has_it_asked_for(void **state)
{
	static const uint8_t leave[] = {0x17, 0, 0, 0, 239, 9, 9, 9};
	static const uint8_t query[] = {0x11, 100, 0, 0, 0, 0, 0, 0, 2, 125, 0, 0};
	struct endpoint asked, other;
	(void)state;
	assert_true(endpoint_parse_address("239.9.9.9", 0, &other));
	(void)queries();
	take("10.0.1.9", leave, sizeof(leave));
	assert_true(listeners_next_query(&listeners, now, &asked));
	assert_true(endpoint_equal(&asked, &other));
	assert_int_equal(queries(), 0);
	for (unsigned n = 0; n < 1000; n++) /* A flood of them. */
		take("10.0.1.9", leave, sizeof(leave));
	assert_in_range(queries(), 1, LISTENERS_LEFT_MAX);
	now.us += 10 * US_PER_S;
	(void)queries();
	take("10.0.1.4", query, sizeof(query)); /* Another one asks. */
	take("10.0.1.9", leave, sizeof(leave));
	assert_int_equal(queries(), 0);
}

static void other_groups_cost_nothing(void **state)
{
	uint8_t report[] = {0x16, 0, 0, 0, 239, 9, 0, 0};
	(void)state;
	for (unsigned n = 0; n < 1000; n++) {
		report[6] = (uint8_t)(n >> 8);
		report[7] = (uint8_t)n;
		take("10.0.1.9", report, sizeof(report));
	}
	assert_int_equal(listeners.count, 1);
	assert_int_equal(listeners.reports, 1000);
	assert_false(listeners_has(&listeners, 0, now));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_report_is_good_for_as_long_as_the_rfc_says, begin),
		cmocka_unit_test_setup(records_say_who_comes_and_goes, begin),
		cmocka_unit_test_setup(who_stays_after_another_has_left_says_so, begin),
		cmocka_unit_test_setup(a_lower_querier_asks_instead, begin),
		cmocka_unit_test_setup(who_leaves_another_group_has_it_asked_for, begin),
		cmocka_unit_test_setup(other_groups_cost_nothing, begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
