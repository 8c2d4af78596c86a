/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "collect/heard.h"
#include "unit.h"

static struct snapshot snapshot;
static struct heard heard;
static const struct endpoint nothing_left[2];

static int begin(void **state)
{
	(void)state;
	memset(&heard, 0, sizeof(heard));
	snapshot_init(&snapshot);
	heard.s = &snapshot;
	return 0;
}

static int end(void **state)
{
	(void)state;
	snapshot_done(&snapshot);
	return 0;
}

/* A general query of IGMPv3; with an interval of 0 one of IGMPv2. */
static struct frame query(uint32_t interval_s)
{
	const uint8_t querier[4] = {10, 0, 0, 1}, all[4] = {224, 0, 0, 1}, none[4] = {0};
	struct frame f = {.kind = FRAME_IGMP, .family = 4};
	f.source = endpoint_from_v4(querier, 0);
	f.destination = endpoint_from_v4(all, 0);
	f.message.type = MESSAGE_QUERY;
	f.message.version = interval_s ? 3 : 2;
	f.message.group = endpoint_from_v4(none, 0);
	f.message.interval_s = interval_s;
	return f;
}

static void hear(const struct frame *f, int64_t at_us)
{
	heard_frame(&heard, "eth0", f, false, nothing_left, (struct time){.us = at_us});
}

/* RFC 3376 section 4.1.7 */
static void a_querier_says_how_often_it_asks(void **state)
{
	struct frame f = query(125);
	(void)state;
	hear(&f, US_PER_S);
	assert_int_equal(snapshot.querier_count, 1);
	assert_int_equal(snapshot.querier[0].interval_ms, 125000);
	hear(&f, 2 * US_PER_S); /* Closer together when it starts, section 8.6. */
	assert_int_equal(snapshot.querier[0].interval_ms, 125000);
	assert_int_equal(snapshot.querier[0].queries, 2);
}

static void an_old_one_is_timed(void **state)
{
	struct frame f = query(0);
	(void)state;
	hear(&f, US_PER_S);
	assert_int_equal(snapshot.querier[0].interval_ms, UNKNOWN);
	hear(&f, 3 * US_PER_S);
	assert_int_equal(snapshot.querier[0].interval_ms, 2000);
}

static void what_receivers_drop_is_no_querier(void **state)
{
	struct frame f = query(125);
	(void)state;
	f.message.is_invalid = true;
	hear(&f, US_PER_S);
	assert_int_equal(snapshot.querier_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_querier_says_how_often_it_asks, begin, end),
		cmocka_unit_test_setup_teardown(an_old_one_is_timed, begin, end),
		cmocka_unit_test_setup_teardown(what_receivers_drop_is_no_querier, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
