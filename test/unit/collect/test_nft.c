/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "collect/nft.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#define TABLE "'family': 'inet', 'table': 'f'"

/* The elements of matches, as nft writes them. JSON's quotes are single here. */
#define DADDR                  "{'payload': {'protocol': 'ip', 'field': 'daddr'}}"
#define SADDR                  "{'payload': {'protocol': 'ip', 'field': 'saddr'}}"
#define DPORT                  "{'payload': {'protocol': 'udp', 'field': 'dport'}}"
#define STATE                  "{'ct': {'key': 'state'}}"
#define KIND                   "{'fib': {'result': 'type', 'flags': ['daddr']}}"
#define META(k)                "{'meta': {'key': '" k "'}}"
#define MATCH(left, op, right) "{'match': {'op': '" op "', 'left': " left ", 'right': " right "}}"
#define DROP                   "{'drop': null}"

static json_t *parse(const char *text)
{
	char *copy = strdup(text);
	json_error_t error;
	for (char *c = copy; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	json_t *json = json_loads(copy, 0, &error);
	if (!json)
		fail_msg("%s: %s", error.text, copy);
	free(copy);
	return json;
}

/* Reads a rule of table `family` f: its "expr" is the list. Gives a snapshot to be done with. */
static struct snapshot read_rule(const char *family, const char *expressions)
{
	char text[4096];
	struct snapshot s;
	(void)snprintf(
		text, sizeof(text),
		"{'nftables': ["
		"{'set': {'family': '%s', 'table': 'f', 'name': 's', 'elem': ["
		" '224.1.1.1', {'elem': {'val': '224.1.1.2', 'timeout': 9}},"
		" {'prefix': {'addr': '239.0.0.0', 'len': 8}}]}},"
		"{'set': {'family': '%s', 'table': 'f', 'name': 'empty'}},"
		"{'map': {'family': '%s', 'table': 'f', 'name': 'm', 'elem': ["
		" ['224.0.0.5', {'drop': null}], ['224.0.0.6', {'jump': {'target': 'j'}}]]}},"
		"{'rule': {'family': '%s', 'table': 'f', 'chain': 'i', 'handle': 7, 'expr': [%s]}}"
		"]}",
		family, family, family, family, expressions);
	json_t *ruleset = parse(text), *none = json_object();
	snapshot_init(&s);
	nft_read(&s, ruleset, none, none);
	json_decref(ruleset);
	json_decref(none);
	return s;
}

static void a_match_goes_into_its_column(void **state)
{
	static const struct {
		const char *expressions, *destination, *source, *protocol, *ports, *in, *states;
		int port;
	} cases[] = {
		{MATCH(DADDR, "==", "'224.1.1.1'"), "224.1.1.1", "", "", "", "", "", 0},
		{MATCH(DADDR, "==", "{'prefix': {'addr': '224.0.0.0', 'len': 4}}"), "224.0.0.0/4",
		 "", "", "", "", "", 0},
		{MATCH(DADDR,
		       "==", "{'set': ['224.1.1.1', {'range': ['225.0.0.1', '225.0.0.3']}]}"),
		 "224.1.1.1,225.0.0.1,225.0.0.2/31", "", "", "", "", "", 0},
		{MATCH(DADDR, "==", "'@s'"), "224.1.1.1,224.1.1.2,239.0.0.0/8", "", "", "", "", "",
		 0},
		{MATCH(SADDR, "==", "'10.0.0.1'"), "0.0.0.0/0", "10.0.0.1", "", "", "", "", 0},
		{MATCH(DPORT, "==", "5000"), "", "", "udp", "", "", "", 5000},
		{MATCH(DPORT, "==", "{'set': [53, {'range': [6000, 6010]}]}"), "", "", "udp",
		 "53,6000-6010", "", "", 0},
		{MATCH(DPORT, "!=", "5353"), "", "", "udp", "!5353", "", "", 0},
		{MATCH(META("l4proto"), "==", "{'set': ['igmp', 'ipv6-icmp']}"), "", "",
		 "igmp,icmpv6", "", "", "", 0},
		{MATCH(META("iifname"), "!=", "'lo'"), "", "", "", "", "!lo", "", 0},
		{MATCH(META("nfproto"), "==", "'ipv6'"), "::/0", "", "", "", "", "", 0},
		{MATCH(META("nfproto"), "==", "'ipv4'") "," MATCH(DADDR, "==", "'224.1.1.1'"),
		 "224.1.1.1", "", "", "", "", "", 0},
		{MATCH(STATE, "in", "['established', 'related']"), "", "", "", "", "",
		 "established,related", 0},
		{MATCH(KIND, "==", "{'set': ['local', 'multicast']}"), "224.0.0.0/4,ff00::/8", "",
		 "", "", "", "", 0},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[1024];
		(void)snprintf(text, sizeof(text), "%s, " DROP, cases[i].expressions);
		struct snapshot s = read_rule("inet", text);
		assert_int_equal(s.rule_count, 1);
		assert_string_equal(s.rule->destination, cases[i].destination);
		assert_string_equal(s.rule->source, cases[i].source);
		assert_string_equal(s.rule->protocol, cases[i].protocol);
		assert_string_equal(s.rule->ports, cases[i].ports);
		assert_string_equal(s.rule->in, cases[i].in);
		assert_string_equal(s.rule->states, cases[i].states);
		assert_int_equal(s.rule->port, cases[i].port);
		assert_string_equal(s.rule->verdict, "drop");
		assert_int_equal(s.rule->handle, 7);
		assert_false(s.rule->is_partial);
		snapshot_done(&s);
	}
}

static void what_is_not_understood_makes_a_rule_partial(void **state)
{
	static const char *const cases[] = {
		MATCH(META("mark"), "==", "1"),
		MATCH("{'payload': {'protocol': 'ip', 'field': 'ttl'}}", "<", "2"),
		MATCH(DADDR, "!=", "'224.0.0.1'"), /* And of IPv4: of inet that is two things. */
		MATCH(DADDR, "==", "'@gone'"),
		MATCH(DPORT, "==", "'domain'"),
		MATCH("{'concat': [" DADDR "," DPORT "]}", "==", "{'set': [{'concat': ['1', 2]}]}"),
		MATCH(META("pkttype"), "!=", "'host'"),
		"{'limit': {'rate': 1, 'per': 'second'}}",
		"{'xt': {'type': 'match', 'name': 'pkttype'}}",
		MATCH(DADDR, "==", "'224.0.0.1'") "," MATCH(DADDR, "==", "'224.0.0.2'"),
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[1024];
		(void)snprintf(text, sizeof(text), "%s, " DROP, cases[i]);
		struct snapshot s = read_rule("inet", text);
		assert_int_equal(s.rule_count, 1);
		assert_true(s.rule->is_partial);
		snapshot_done(&s);
	}
}

static void a_rule_that_meets_no_datagram_is_none(void **state)
{
	(void)state;
	struct snapshot s = read_rule("inet", MATCH(META("protocol"), "==", "'arp'") "," DROP);
	assert_int_equal(s.rule_count, 0);
	snapshot_done(&s);
	s = read_rule("inet", MATCH(DADDR, "==", "'@empty'") "," DROP);
	assert_int_equal(s.rule_count, 0);
	snapshot_done(&s);
}

static void a_map_of_verdicts_is_a_row_for_each_entry(void **state)
{
	(void)state;
	struct snapshot s = read_rule("ip", "{'vmap': {'key': " DADDR ", 'data': '@m'}}");
	assert_int_equal(s.rule_count, 2);
	assert_string_equal(s.rule[0].destination, "224.0.0.5");
	assert_string_equal(s.rule[0].verdict, "drop");
	assert_string_equal(s.rule[1].destination, "224.0.0.6");
	assert_string_equal(s.rule[1].verdict, "jump");
	assert_string_equal(s.rule[1].target, "j");
	assert_int_equal(s.rule[1].handle, 7);
	snapshot_done(&s);
	s = read_rule("ip", "{'vmap': {'key': " STATE ", 'data': {'set': ["
			    "['invalid', {'drop': null}], ['established', {'accept': null}]]}}}");
	assert_int_equal(s.rule_count, 2);
	assert_string_equal(s.rule[1].states, "established");
	assert_string_equal(s.rule[1].verdict, "accept");
	snapshot_done(&s);
}

static void a_list_too_long_for_its_column_is_several_rows(void **state)
{
	char text[1024] = "", word[32];
	size_t groups = 0;
	(void)state;
	for (unsigned i = 0; i < 30; i++) {
		(void)snprintf(word, sizeof(word), "%s'239.100.100.%u'", i ? "," : "", i);
		strncat(text, word, sizeof(text) - strlen(text) - 1);
	}
	char rule[2048];
	(void)snprintf(rule, sizeof(rule),
		       "{'match': {'op': '==', 'left': %s, 'right': {'set': "
		       "[%s]}}}, " DROP,
		       DADDR, text);
	struct snapshot s = read_rule("ip", rule);
	assert_true(s.rule_count > 1);
	for (size_t i = 0; i < s.rule_count; i++) {
		assert_false(s.rule[i].is_partial);
		for (const char *c = s.rule[i].destination; (c = strstr(c, "239.")); c++)
			groups++;
	}
	assert_int_equal(groups, 30);
	snapshot_done(&s);
}

static void of_a_large_set_the_groups_are_kept(void **state)
{
	char *text = calloc(1, 200000);
	size_t used = 0;
	(void)state;
	used += (size_t)sprintf(text + used,
				"{'match': {'op': '==', 'left': %s, 'right': "
				"{'set': ['239.1.2.3'",
				DADDR);
	for (unsigned i = 0; i < 5000; i++)
		used += (size_t)sprintf(text + used, ", '10.9.%u.%u'", i / 256, i % 256);
	(void)sprintf(text + used, "]}}}, " DROP);
	struct snapshot s;
	struct seen_rule row = {.family = "ip"};
	struct draft d;
	char *list = malloc(strlen(text) + 3);
	(void)sprintf(list, "[%s]", text);
	json_t *expressions = parse(list);
	snapshot_init(&s);
	draft_init(&d, &row);
	nft_read_expressions(&d, &(struct nft_context){0}, expressions);
	draft_add(&d, &s);
	assert_int_equal(s.rule_count, 1);
	assert_string_equal(s.rule->destination, "239.1.2.3");
	assert_false(s.rule->is_partial);
	json_decref(expressions);
	snapshot_done(&s);
	free(list);
	free(text);
}

static const char listing_text[] =
	"table inet f { # handle 1\n"
	"\tset s { # handle 3\n\t\ttype ipv4_addr\n\t}\n\n"
	"\tchain i { # handle 1\n"
	"\t\ttype filter hook input priority filter; policy drop;\n"
	"\t\tip daddr 224.0.0.0/4 comment \"# handle 2\" drop # handle 7\n"
	"\t}\n}\n"
	"table inet h { # handle 3\n\tflags dormant\n\n"
	"\tchain i { # handle 1\n\t}\n}\n"
	"table netdev n { # handle 4\n\tchain in { # handle 1\n"
	"\t\ttype filter hook ingress device \"v1\" priority filter; policy "
	"accept;\n\t}\n\tchain in2 { # handle 2\n"
	"\t\ttype filter hook ingress devices = { v0, v1 } priority filter; "
	"policy accept;\n\t}\n}\n";

static void the_listing_gives_texts_devices_and_what_sleeps(void **state)
{
	json_t *listing = nft_listing_parse(listing_text);
	(void)state;
	assert_string_equal(json_string_value(json_object_get(listing, "rule inet f 7")),
			    "ip daddr 224.0.0.0/4 comment \"# handle 2\" drop");
	assert_non_null(json_object_get(listing, "dormant inet h"));
	assert_null(json_object_get(listing, "dormant inet f"));
	assert_int_equal(json_array_size(json_object_get(listing, "device netdev n in")), 1);
	const json_t *devices = json_object_get(listing, "device netdev n in2");
	assert_int_equal(json_array_size(devices), 2);
	assert_string_equal(json_string_value(json_array_get(devices, 1)), "v1");
	json_decref(listing);
}

static void chains_are_read_with_what_the_listing_knows(void **state)
{
	struct snapshot s;
	json_t *listing = nft_listing_parse(listing_text), *none = parse("{'ip filter': true}");
	json_t *ruleset = parse(
		"{'nftables': ["
		"{'chain': {'family': 'inet', 'table': 'f', 'name': 'i', 'type': 'filter', 'hook': "
		"'input', 'prio': -5, 'policy': 'drop'}},"
		"{'chain': {'family': 'inet', 'table': 'h', 'name': 'i', 'hook': 'input'}},"
		"{'chain': {'family': 'ip', 'table': 'filter', 'name': 'INPUT', 'hook': 'input'}},"
		"{'chain': {'family': 'netdev', 'table': 'n', 'name': 'in2', 'hook': 'ingress', "
		"'prio': 0, 'policy': 'accept'}}]}");
	(void)state;
	snapshot_init(&s);
	nft_read(&s, ruleset, listing, none);
	assert_int_equal(s.chain_count, 3);
	assert_int_equal(s.chain[0].priority, -5);
	assert_string_equal(s.chain[0].policy, "drop");
	assert_string_equal(s.chain[1].device, "v0");
	assert_string_equal(s.chain[2].device, "v1");
	snapshot_done(&s);
	json_decref(ruleset);
	json_decref(listing);
	json_decref(none);
}

static void tables_with_words_of_iptables_are_named(void **state)
{
	json_t *ruleset = parse("{'nftables': [{'rule': {" TABLE ", 'expr': [" DROP "]}},"
				"{'rule': {'family': 'ip', 'table': 'filter', 'expr': ["
				"{'xt': {'type': 'match', 'name': 'pkttype'}}, " DROP "]}}]}");
	json_t *tables = nft_foreign_tables(ruleset);
	(void)state;
	assert_int_equal(json_object_size(tables), 1);
	assert_non_null(json_object_get(tables, "ip filter"));
	json_decref(tables);
	json_decref(ruleset);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_match_goes_into_its_column),
		cmocka_unit_test(what_is_not_understood_makes_a_rule_partial),
		cmocka_unit_test(a_rule_that_meets_no_datagram_is_none),
		cmocka_unit_test(a_map_of_verdicts_is_a_row_for_each_entry),
		cmocka_unit_test(a_list_too_long_for_its_column_is_several_rows),
		cmocka_unit_test(of_a_large_set_the_groups_are_kept),
		cmocka_unit_test(the_listing_gives_texts_devices_and_what_sleeps),
		cmocka_unit_test(chains_are_read_with_what_the_listing_knows),
		cmocka_unit_test(tables_with_words_of_iptables_are_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
