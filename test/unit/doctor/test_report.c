/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/report.h"

#include "doctor/rig.h"
#include "unit.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SET(field, text) (void)snprintf(field, sizeof(field), "%s", text)

/* Judges, writes and is done with it. The caller frees the text. */
static char *text_of(struct rig *r, const struct report_options *options)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);
	rig_judge(r);
	if (options)
		report_write(file, &r->s, &r->findings, r->verdict, options);
	else
		report_write_json(file, &r->s, &r->findings, r->verdict);
	(void)fclose(file);
	rig_done(r);
	return text;
}

static void expect_text(struct rig *r, const struct report_options *options, const char *wanted)
{
	char *text = text_of(r, options);
	assert_string_equal(text, wanted);
	free(text);
}

static void text_says_what_where_why_and_how_to_mend_it(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	rig_ask(&r, "224.1.1.1", "wlan0");
	rig_add_address(&r, "wlan0", "10.0.4.1", 24, "global");
	r.s.host->igmp_max_memberships = 5;
	struct seen_blind *b = snapshot_add_blind(&r.s);
	SET(b->what, "frames on the wire");
	SET(b->why, "needs CAP_NET_RAW");
	SET(b->how, "run it as root");
	expect_text(&r, &(struct report_options){0},
		    "does not work: wlan0 is down\n"
		    "\n"
		    "1. interface-down (wlan0)\n"
		    "   found   wlan0 is down.\n"
		    "   where   netlink RTM_GETLINK (ip link)\n"
		    "   why     An interface that is down sends and receives nothing, and the\n"
		    "           kernel drops its routes.\n"
		    "   fix     ip link set dev wlan0 up\n"
		    "\n"
		    "2. memberships-limit, perhaps\n"
		    "   found   A socket may join 5 groups; 20 are usual.\n"
		    "   where   /proc/sys/net/ipv4/igmp_max_memberships\n"
		    "   why     A socket cannot join more groups than this limit.\n"
		    "   fix     sysctl -w net.ipv4.igmp_max_memberships=20\n"
		    "\n"
		    "2 notes with --verbose\n"
		    "\n"
		    "Could not look at\n"
		    "   frames on the wire: needs CAP_NET_RAW; run it as root\n");
}

static void quiet_is_the_verdict_alone(void **state)
{
	struct report_options quiet = {.is_quiet = true};
	struct rig r;
	(void)state;
	rig_clean(&r);
	expect_text(&r, &quiet, "works, as far as this host can tell\n");
	rig_clean(&r);
	SET(r.s.host->cloud, "aws");
	expect_text(&r, &quiet,
		    "works, as far as this host can tell; 1 thing may be in the way, first "
		    "cloud-network\n");
	rig_clean(&r);
	SET(snapshot_add_blind(&r.s)->what, "frames");
	SET(snapshot_add_blind(&r.s)->what, "firewall (nftables)");
	SET(r.s.blind[1].why, "needs CAP_NET_ADMIN");
	expect_text(&r, &quiet,
		    "cannot tell: could not look at firewall (nftables): needs CAP_NET_ADMIN\n");
	snapshot_init(&r.s);
	expect_text(&r, &quiet, "cannot tell: no interface was looked at\n");
}

static void verbose_has_notes_and_facts(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	char *text = text_of(&r, &(struct report_options){.is_verbose = true});
	assert_non_null(strstr(text, "\n- interface-down (wlan0)\n"));
	assert_non_null(strstr(text, "\nLooked at\n   host name=here "));
	assert_non_null(strstr(text, "\n   address interface=eth0 family=4 address=10.0.1.1 "));
	assert_null(strstr(text, "with --verbose"));
	free(text);
}

/* A snapshot from elsewhere may try to act on the terminal of who reads the report. */
static void nothing_acts_on_the_terminal(void **state)
{
	struct rig r;
	(void)state;
	for (int as_json = 0; as_json < 2; as_json++) {
		rig_clean(&r);
		rig_add_interface(&r, "e\033[2J\xff\u202e", "ether")->is_up = false;
		rig_ask(&r, "", "e\033[2J\xff\u202e");
		char *text = text_of(&r, as_json ? NULL : &(struct report_options){0});
		assert_non_null(strstr(text, "e?[2J??"));
		assert_null(strstr(text, "\033"));
		free(text);
	}
}

static void json_has_its_schema(void **state)
{
	struct rig r;
	(void)state;
	rig_clean(&r);
	rig_ask(&r, "224.1.1.1", "wlan0");
	rig_add_address(&r, "wlan0", "10.0.4.1", 24, "global");
	r.s.host->asked_port = 5000;
	SET(snapshot_add_blind(&r.s)->what, "frames on the wire");
	char *text = text_of(&r, NULL);
	json_t *got = json_loads(text, 0, NULL);
	assert_non_null(got);
	json_t *first = json_incref(json_array_get(json_object_get(got, "findings"), 0));
	assert_non_null(first);
	json_object_del(got, "findings");
	json_t *head = json_pack("{s:s, s:i, s:s, s:s, s:i, s:s, s:s, s:s, s:i, s:i, s:[{s:s, s:s, "
				 "s:s}]}",
				 "schema", "ramure-doctor", "version", 1, "host", "here", "group",
				 "224.1.1.1", "port", 5000, "interface", "wlan0", "source", "",
				 "verdict", "does-not-work", "exit_code", 1, "conformance", 2,
				 "blind", "what", "frames on the wire", "why", "", "how", "");
	const struct cause_text *cause = cause_text(CAUSE_INTERFACE_DOWN);
	json_t *finding = json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "cause", "interface-down",
		"weight", "broken", "place", "wlan0", "evidence", "wlan0 is down.", "where",
		"netlink RTM_GETLINK (ip link)", "symptom", cause->symptom, "why", cause->why,
		"fix", "ip link set dev wlan0 up", "advice", "");
	assert_true(json_equal(got, head));
	assert_true(json_equal(first, finding));
	json_decref(got);
	json_decref(head);
	json_decref(first);
	json_decref(finding);
	free(text);
}

/* --- The man page --- */

static char *page(void)
{
	static char text[1 << 16];
	FILE *file = fopen(SOURCES "/doc/mcastdoctor.1.scd", "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	(void)fclose(file);
	return text;
}

static void expect_on_page(const char *wanted)
{
	if (!strstr(page(), wanted))
		fail_msg("doc/mcastdoctor.1.scd has not: %s", wanted);
}

static void page_has_the_table_from_symptom_to_cause(void **state)
{
	(void)state;
	for (int c = 0; c < CAUSE_COUNT; c++) {
		const struct cause_text *first = cause_text((enum cause)c);
		char row[2048];
		bool is_known = false;
		for (int k = 0; k < c; k++)
			is_known = is_known ||
				   strcmp(cause_text((enum cause)k)->symptom, first->symptom) == 0;
		int size = snprintf(row, sizeof(row), "[ %s\n:< ", first->symptom);
		for (int k = c; k < CAUSE_COUNT; k++)
			if (strcmp(cause_text((enum cause)k)->symptom, first->symptom) == 0)
				size += snprintf(row + size, sizeof(row) - (size_t)size, "%s*%s*",
						 k > c ? ", " : "",
						 cause_text((enum cause)k)->name);
		(void)snprintf(row + size, sizeof(row) - (size_t)size, "\n");
		if (!is_known)
			expect_on_page(row);
		(void)snprintf(row, sizeof(row), "\n*%s*\n\t%s\n", first->name, first->why);
		expect_on_page(row);
	}
}

static void page_has_the_columns_of_a_snapshot(void **state)
{
	(void)state;
#define TABLE(table, meaning)       expect_on_page("\n*" #table "*: ");
#define TEXT(column, size, meaning) expect_on_page("*" #column "*\n:[ text\n");
#define NUMBER(column, meaning)     expect_on_page("*" #column "*\n:[ number\n");
#define FLAG(column, meaning)       expect_on_page("*" #column "*\n:[ true or false\n");
#define END(table)
#include "doctor/snapshot.def"
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_says_what_where_why_and_how_to_mend_it),
		cmocka_unit_test(quiet_is_the_verdict_alone),
		cmocka_unit_test(verbose_has_notes_and_facts),
		cmocka_unit_test(nothing_acts_on_the_terminal),
		cmocka_unit_test(json_has_its_schema),
		cmocka_unit_test(page_has_the_table_from_symptom_to_cause),
		cmocka_unit_test(page_has_the_columns_of_a_snapshot),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
