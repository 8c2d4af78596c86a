/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* A prober and listeners in a network of the test's own: what is asked, answered, concluded. */
#include "doctor/probe_result.h"
#include "unit.h"

#include <string.h>

#define ENDS 3 /* The prober, two listeners. */

/* What the network loses: of `from`, to `to`, by a path, of more than so many bytes. */
struct net {
	struct prober prober;
	struct listener listeners[ENDS - 1];
	struct endpoint addresses[ENDS];
	struct time now;
	bool is_lost[ENDS][ENDS][PROBE_PATHS];
	size_t size_max;
	uint8_t hops;
	struct time open_at;                   /* Before it, no multicast gets to a listener. */
	size_t received[ENDS], answered[ENDS]; /* Datagrams at a listener, and of it. */
	char bytes[PROBE_SIZE_MAX];
};

static struct net net;

static struct prober_options options(void)
{
	struct prober_options o = {
		.session = 42,
		.count = 40,
		.rate_per_s = 100,
		.size = 100,
		.ttl = 16,
		.wait_us = 3 * US_PER_S,
		.step_count = 3,
		.steps = {{0},
			  {.size = 1000, .ttl = 16, .is_whole = true},
			  {.size = 1400, .ttl = 16, .is_whole = true},
			  {.size = PROBE_HEADER_SIZE, .ttl = 1, .is_ttl = true}},
	};
	assert_true(endpoint_parse_address("224.1.1.1", 6450, &o.group));
	return o;
}

static int open_net(void **state)
{
	struct prober_options o = options();
	(void)state;
	net = (struct net){.size_max = PROBE_SIZE_MAX};
	prober_init(&net.prober, &o, net.now);
	for (uint8_t i = 0; i < ENDS; i++) {
		uint8_t address[4] = {10, 0, 0, (uint8_t)(i + 1)};
		net.addresses[i] = endpoint_from_v4(address, 6450);
	}
	for (uint8_t i = 1; i < ENDS; i++) {
		struct listener_options l = {.group = o.group,
					     .id = i,
					     .key = {i},
					     .name = {(char)('a' + i)},
					     .ttl_max = 16};
		/* Its first announcement comes when others have been found long since. */
		struct time announce_at = {LISTENER_ANNOUNCE_US - US_PER_MS};
		assert_true(listener_init(&net.listeners[i - 1], &l, announce_at));
	}
	return 0;
}

static int close_net(void **state)
{
	(void)state;
	prober_done(&net.prober);
	for (int i = 0; i < ENDS - 1; i++)
		listener_done(&net.listeners[i]);
	return 0;
}

static void carry(int from, const struct probe_dispatch *d);

/* It arrives at one end, whose answer is carried at once. */
static void arrive(int from, int to, const struct probe_dispatch *d)
{
	struct probe_arrival a = {
		.bytes = net.bytes,
		.size = d->size,
		.from = net.addresses[from],
		.is_multicast = d->is_multicast,
		.ttl = (d->is_multicast ? d->message.ttl : PROBE_UNICAST_TTL) - net.hops,
	};
	struct probe_dispatch answer;
	bool is_late = d->is_multicast && to != 0 && !time_is_due(net.open_at, net.now);
	if (net.is_lost[from][to][d->is_multicast ? MULTICAST : UNICAST] || a.ttl <= 0 ||
	    d->size > net.size_max || is_late)
		return;
	probe_message_write(&d->message, net.bytes, d->size);
	if (to == 0) {
		prober_receive(&net.prober, &a, net.now);
		return;
	}
	net.received[to]++;
	if (!listener_receive(&net.listeners[to - 1], &a, net.now, &answer))
		return;
	net.answered[to]++;
	assert_true(answer.size <= d->size); /* No reflector. */
	carry(to, &answer);
}

static void carry(int from, const struct probe_dispatch *d)
{
	for (int to = 0; to < ENDS; to++)
		if (to != from && (d->is_multicast || endpoint_equal(&d->to, &net.addresses[to])))
			arrive(from, to, d);
}

/* Lets all of it happen, and gives what is concluded. */
static const struct judgements *judge(struct probe_result *ret_result)
{
	static struct judgements judgements;
	struct probe_dispatch d;
	while (!prober_is_over(&net.prober)) {
		for (int i = 1; i < ENDS; i++)
			if (listener_on_time(&net.listeners[i - 1], net.now, &d))
				carry(i, &d);
		while (prober_next(&net.prober, net.now, &d))
			carry(0, &d);
		if (!prober_is_over(&net.prober))
			net.now = time_earlier(prober_deadline(&net.prober),
					       time_earlier(net.listeners[0].announce_at,
							    net.listeners[1].announce_at));
		assert_true(net.now.us < 60 * US_PER_S);
	}
	probe_result_make(&net.prober, "a", "eth0", ret_result);
	probe_judge(ret_result, &judgements);
	for (int i = 1; i < ENDS; i++)
		assert_true(net.answered[i] <= net.received[i]);
	return &judgements;
}

static void lose(int from, int to, enum probe_path path)
{
	net.is_lost[from][to][path] = true;
}

static bool has(const struct judgements *j, const char *cause, const char *direction,
		const char *name)
{
	for (size_t i = 0; i < j->count; i++)
		if (strcmp(j->list[i].cause, cause) == 0 &&
		    strcmp(j->list[i].direction, direction) == 0 &&
		    strcmp(j->list[i].name, name) == 0)
			return true;
	return false;
}

static void a_good_network_works_for_every_pair(void **state)
{
	struct probe_result r;
	const struct judgements *j = judge(&r);
	(void)state;
	assert_int_equal(j->verdict, VERDICT_WORKS);
	assert_int_equal(j->count, 0);
	assert_int_equal(r.pair_count, 2);
	for (int i = 0; i < 2; i++)
		for (int d = 0; d < PROBE_DIRECTIONS; d++)
			for (int path = 0; path < PROBE_PATHS; path++) {
				const struct path_figures *f = &r.pairs[i].paths[d][path];
				assert_true(f->is_known);
				assert_int_equal(f->sent, 40);
				assert_int_equal(f->received, 40);
				assert_int_equal(f->hops_max, 0);
				assert_int_equal(r.pairs[i].steps[d][path][2], STEP_CAME);
			}
	assert_int_equal(r.matrix[1][2].received, 40);
}

static void one_way_blocks_are_found_by_comparison(void **state)
{
	struct probe_result r;
	(void)state;
	lose(0, 1, MULTICAST);
	lose(2, 0, MULTICAST);
	lose(1, 2, MULTICAST);
	const struct judgements *j = judge(&r);
	assert_int_equal(j->verdict, VERDICT_DOES_NOT);
	assert_int_equal(j->count, 3);
	assert_true(has(j, "multicast-fails", "to", "b"));
	assert_true(has(j, "multicast-fails", "from", "c"));
	assert_true(has(j, "between-listeners", "", "c"));
}

static void without_any_multicast_a_named_host_is_still_measured(void **state)
{
	struct probe_result r;
	(void)state;
	for (int i = 0; i < ENDS; i++)
		for (int k = 0; k < ENDS; k++)
			lose(i, k, MULTICAST);
	prober_add_host(&net.prober, &net.addresses[1]);
	const struct judgements *j = judge(&r);
	assert_int_equal(r.pair_count, 1);
	assert_int_equal(j->verdict, VERDICT_DOES_NOT);
	assert_true(has(j, "multicast-fails", "both", "b"));
}

static void without_any_unicast_multicast_is_still_measured(void **state)
{
	struct probe_result r;
	(void)state;
	for (int i = 0; i < ENDS; i++)
		for (int k = 0; k < ENDS; k++)
			lose(i, k, UNICAST);
	const struct judgements *j = judge(&r);
	assert_int_equal(r.pair_count, 2);
	assert_int_equal(j->verdict, VERDICT_WORKS);
	assert_true(has(j, "unicast-fails", "both", "b"));
	assert_int_equal(r.pairs[0].paths[TO][MULTICAST].received, 40);
	assert_true(r.pairs[0].paths[FROM][MULTICAST].received >= 20);
}

static void where_nobody_is_it_cannot_tell(void **state)
{
	struct probe_result r;
	(void)state;
	for (int i = 1; i < ENDS; i++)
		for (int path = 0; path < PROBE_PATHS; path++) {
			lose(0, i, (enum probe_path)path);
			lose(i, 0, (enum probe_path)path);
		}
	const struct judgements *j = judge(&r);
	assert_int_equal(j->verdict, VERDICT_CANNOT_TELL);
	assert_true(has(j, "nobody", "", ""));
}

static void a_late_start_a_small_mtu_and_routers_are_found(void **state)
{
	struct probe_result r;
	(void)state;
	net.hops = 2;
	net.size_max = 1200;
	net.open_at = (struct time){1500 * US_PER_MS};
	prober_add_host(&net.prober, &net.addresses[1]);
	net.prober.options.count = 300;
	const struct judgements *j = judge(&r);
	assert_int_equal(j->verdict, VERDICT_DOES_NOT);
	assert_true(has(j, "late", "to", "b"));
	assert_int_equal(r.pairs[0].paths[TO][MULTICAST].hops_min, 2);
	assert_in_range(r.pairs[0].setup_ms[TO], 1400, 1600);
	assert_int_equal(probe_size_limit(&r, &r.pairs[0], TO, UNICAST).fails, 1400);
	assert_int_equal(probe_size_limit(&r, &r.pairs[0], TO, UNICAST).works, 1000);
	assert_int_equal(probe_ttl_needed(&r, &r.pairs[0], TO), 16);
}

/* Where many are lost, a TTL of which none came is untold, not lost. */
static void a_ttl_is_needed_only_where_a_smaller_one_was_lost(void **state)
{
	struct probe_result r = {
		.options = {
			.step_count = 2,
			.steps = {{0}, {.ttl = 1, .is_ttl = true}, {.ttl = 2, .is_ttl = true}}}};
	struct pair pair = {0};
	uint8_t *steps = pair.steps[TO][MULTICAST];
	(void)state;
	steps[2] = STEP_CAME;
	steps[1] = STEP_LOST;
	assert_int_equal(probe_ttl_needed(&r, &pair, TO), 2);
	steps[1] = STEP_UNTOLD;
	assert_int_equal(probe_ttl_needed(&r, &pair, TO), 0);
	steps[1] = STEP_CAME;
	assert_int_equal(probe_ttl_needed(&r, &pair, TO), 1);
}

static void ctrl_c_ends_it_with_what_there_is(void **state)
{
	struct probe_result r;
	struct probe_dispatch d;
	(void)state;
	while (net.prober.phase != PROBER_MAIN || net.prober.round < 10) {
		while (prober_next(&net.prober, net.now, &d))
			carry(0, &d);
		net.now = prober_deadline(&net.prober);
	}
	prober_stop(&net.prober, net.now);
	const struct judgements *j = judge(&r);
	assert_int_equal(j->verdict, VERDICT_WORKS);
	assert_in_range(r.pairs[0].paths[TO][MULTICAST].sent, 10, 12);
}

/* --- The listener by itself --- */

static bool hands(struct probe_message *m, size_t size, int from, struct probe_dispatch *ret_answer)
{
	struct probe_arrival a = {
		.bytes = net.bytes, .size = size, .from = net.addresses[from], .ttl = 64};
	m->group = options().group;
	m->sender = m->session;
	probe_message_write(m, net.bytes, size);
	return listener_receive(&net.listeners[0], &a, net.now, ret_answer);
}

static void an_address_gets_nothing_but_an_offer_until_it_has_shown_its_cookie(void **state)
{
	struct probe_dispatch answer;
	struct probe_message hello = {.type = PROBE_HELLO, .session = 7};
	struct probe_message probe = {.type = PROBE_PROBE, .session = 7};
	struct probe_message query = {.type = PROBE_QUERY, .session = 7, .query = {.listener = 1}};
	(void)state;
	assert_false(hands(&probe, 1400, 0, &answer));
	assert_false(hands(&query, PROBE_QUERY_SIZE, 0, &answer));
	assert_true(hands(&hello, PROBE_HELLO_SIZE, 0, &answer));
	assert_int_equal(answer.message.type, PROBE_OFFER);
	assert_true(answer.size < PROBE_HELLO_SIZE);
	query.query.cookies[UNICAST] = answer.message.cookie;
	assert_false(hands(&query, PROBE_QUERY_SIZE, 2, &answer)); /* Somebody else's. */
	assert_true(hands(&query, PROBE_QUERY_SIZE, 0, &answer));
	assert_int_equal(answer.message.type, PROBE_REPORT);
	assert_true(hands(&probe, 1400, 0, &answer));
	assert_int_equal(answer.size, 1400);
	assert_false(hands(&probe, 1400, 2, &answer));
	probe.session = 8;
	assert_false(hands(&probe, 1400, 0, &answer));
}

static void offers_are_rare(void **state)
{
	struct probe_dispatch answer;
	unsigned offers = 0;
	(void)state;
	for (uint64_t i = 1; i <= 10000; i++) {
		struct probe_message hello = {.type = PROBE_HELLO, .session = i};
		offers += hands(&hello, PROBE_HELLO_SIZE, 0, &answer);
	}
	assert_int_equal(offers, 100);
}

static void a_report_survives_the_wire(void **state)
{
	struct probe_message m = {.type = PROBE_REPORT, .session = 3, .sender = 9}, again;
	(void)state;
	m.group = options().group;
	m.group.port = 0;
	memcpy(m.report.name, "web-1.example", 14);
	m.report.heard[MULTICAST] = (struct probe_heard){1, 2, 3, 4, 5, 6, 7, 8};
	m.report.sent[UNICAST] = UINT32_MAX;
	m.report.steps[MULTICAST][PROBE_STEPS - 1] = 3;
	m.report.other_count = PROBE_OTHERS;
	m.report.others[PROBE_OTHERS - 1] = (struct probe_other){UINT64_MAX, 1, 2};
	size_t size = probe_message_size(&m);
	assert_true(size <= PROBE_QUERY_SIZE);
	probe_message_write(&m, net.bytes, size);
	for (size_t cut = 0; cut < size; cut++)
		assert_false(probe_message_read(net.bytes, cut, &again));
	assert_true(probe_message_read(net.bytes, size, &again));
	assert_memory_equal(&again.report, &m.report, sizeof(m.report));
	net.bytes[PROBE_HEADER_SIZE] = '\033';
	assert_true(probe_message_read(net.bytes, size, &again));
	assert_string_equal(again.report.name, "_eb-1.example");
	net.bytes[3] = '2';
	assert_false(probe_message_read(net.bytes, size, &again));
}

#define NET_TEST(name) cmocka_unit_test_setup_teardown(name, open_net, close_net)

int main(void)
{
	const struct CMUnitTest tests[] = {
		NET_TEST(a_good_network_works_for_every_pair),
		NET_TEST(one_way_blocks_are_found_by_comparison),
		NET_TEST(without_any_multicast_a_named_host_is_still_measured),
		NET_TEST(without_any_unicast_multicast_is_still_measured),
		NET_TEST(where_nobody_is_it_cannot_tell),
		NET_TEST(a_late_start_a_small_mtu_and_routers_are_found),
		NET_TEST(a_ttl_is_needed_only_where_a_smaller_one_was_lost),
		NET_TEST(ctrl_c_ends_it_with_what_there_is),
		NET_TEST(an_address_gets_nothing_but_an_offer_until_it_has_shown_its_cookie),
		NET_TEST(offers_are_rare),
		NET_TEST(a_report_survives_the_wire),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
