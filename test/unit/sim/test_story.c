/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/story.h"
#include "sim/trial.h"

#define RING        65536
#define NOTE_PLACES 1024

/* A rendezvous point, node 1 and node 2, whose story is written by hand. */
struct book {
	struct world world;
	struct story story;
	char *text; /* Of the last telling. */
	size_t size;
};

static struct book *open_book(void)
{
	struct book *b = calloc(1, sizeof(*b));
	const struct world_config config = trial_world();
	assert_non_null(b);
	world_init(&b->world, &config);
	(void)world_add(&b->world, -1);
	(void)world_add(&b->world, -1);
	story_init(&b->story, &b->world);
	return b;
}

static void close_book(struct book *b)
{
	story_done(&b->story);
	world_done(&b->world);
	free(b->text);
	free(b);
}

static const char *tell(struct book *b, const uint32_t *hosts, unsigned count, unsigned last)
{
	free(b->text);
	b->text = NULL;
	FILE *out = open_memstream(&b->text, &b->size);
	assert_non_null(out);
	story_tell(&b->story, out, hosts, count, last);
	assert_int_equal(fclose(out), 0);
	return b->text;
}

static struct world_report report_of(struct book *b, enum world_happening what, uint32_t host,
				     uint32_t peer)
{
	const uint8_t stranger[4] = {192, 0, 2, 1};
	struct world_report r = {.what = what, .at = b->world.now, .host = host};
	r.peer = peer < b->world.host_count ? b->world.hosts[peer].self
					    : endpoint_from_v4(stranger, 10000);
	return r;
}

static void observe(struct book *b, enum world_happening what, uint32_t host, uint32_t peer)
{
	struct world_report r = report_of(b, what, host, peer);
	story_observe(&b->story, &r);
}

static void send(struct book *b, enum world_happening what, uint32_t host, uint32_t peer,
		 const char *bytes)
{
	struct world_report r = report_of(b, what, host, peer);
	r.bytes = bytes;
	r.size = strlen(bytes);
	story_observe(&b->story, &r);
}

static void write_one_of_each(struct book *b)
{
	b->world.now = (struct time){12345678};
	send(b, WORLD_SENT, 2, 1, "RJOI\n");
	send(b, WORLD_LOST, 1, 0, "RREG\n");
	b->world.now = (struct time){13000001};
	struct world_report child = report_of(b, WORLD_EVENT, 1, 2);
	child.event = EVENT_CHILD;
	story_observe(&b->story, &child);
	struct world_report delivered = report_of(b, WORLD_DELIVERED, 2, 2);
	delivered.bytes = "bonjour";
	delivered.size = 7;
	story_observe(&b->story, &delivered);
	observe(b, WORLD_STOPPED, 1, 1);
	story_note(&b->story, "crash 1");
	observe(b, WORLD_STARTED, 1, 1);
	b->world.now = (struct time){20 * US_PER_S};
	send(b, WORLD_SENT, 2, 99, "\1\2");
}

static void each_thing_is_a_line(void **state)
{
	struct book *b = open_book();
	(void)state;
	write_one_of_each(b);
	assert_string_equal(tell(b, NULL, 0, 100), "12.345678 2 > 1 RJOI\n"
						   "12.345678 1 -/-> rdv RREG\n"
						   "13.000001 1: child 2\n"
						   "13.000001 2 delivers 7 bytes\n"
						   "13.000001 1 stops\n"
						   "13.000001 -- crash 1\n"
						   "13.000001 1 starts\n"
						   "20.000000 2 > a stranger ??\n");
	close_book(b);
}

static void only_what_concerns_the_hosts_is_told_and_the_notes(void **state)
{
	struct book *b = open_book();
	const uint32_t rdv[] = {0}, two[] = {2}, both[] = {0, 2};
	(void)state;
	write_one_of_each(b);
	assert_string_equal(tell(b, rdv, 1, 100), "12.345678 1 -/-> rdv RREG\n"
						  "13.000001 -- crash 1\n");
	assert_string_equal(tell(b, two, 1, 100), "12.345678 2 > 1 RJOI\n"
						  "13.000001 1: child 2\n"
						  "13.000001 2 delivers 7 bytes\n"
						  "13.000001 -- crash 1\n"
						  "20.000000 2 > a stranger ??\n");
	assert_string_equal(tell(b, both, 2, 3), "13.000001 2 delivers 7 bytes\n"
						 "13.000001 -- crash 1\n"
						 "20.000000 2 > a stranger ??\n");
	assert_string_equal(tell(b, both, 2, 0), "");
	close_book(b);
}

static void an_empty_story_has_no_lines(void **state)
{
	struct book *b = open_book();
	(void)state;
	assert_string_equal(tell(b, NULL, 0, 100), "");
	close_book(b);
}

static void the_newest_replace_the_oldest(void **state)
{
	struct book *b = open_book();
	const uint32_t one[] = {1};
	(void)state;
	send(b, WORLD_SENT, 1, 2, "RJOI\n");
	for (int i = 0; i < RING - 1; i++)
		send(b, WORLD_SENT, 2, 0, "ROOT\n");
	assert_string_equal(tell(b, one, 1, 10), "0.000000 1 > 2 RJOI\n");
	send(b, WORLD_SENT, 2, 0, "ROOT\n");
	assert_string_equal(tell(b, one, 1, 10), "");
	assert_string_equal(tell(b, NULL, 0, 2), "0.000000 2 > rdv ROOT\n0.000000 2 > rdv ROOT\n");
	close_book(b);
}

/* Notes are kept apart, and fewer of them than of the rest. */
static void the_last_notes_are_told_as_they_were_made(void **state)
{
	struct book *b = open_book();
	(void)state;
	for (int i = 0; i < 5 * NOTE_PLACES; i++) {
		char text[20];
		(void)snprintf(text, sizeof(text), "note %d", i);
		story_note(&b->story, text);
	}
	const char *line = tell(b, NULL, 0, NOTE_PLACES);
	for (int i = 4 * NOTE_PLACES; i < 5 * NOTE_PLACES; i++) {
		char expected[40];
		int size = snprintf(expected, sizeof(expected), "0.000000 -- note %d\n", i);
		assert_memory_equal(line, expected, (size_t)size);
		line += size;
	}
	assert_string_equal(line, "");
	close_book(b);
}

static void a_note_that_is_too_long_is_cut(void **state)
{
	struct book *b = open_book();
	char text[3 * STORY_NOTE_SIZE];
	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	story_note(&b->story, text);
	const char *line = tell(b, NULL, 0, 1);
	assert_int_equal(strlen(line), strlen("0.000000 -- \n") + STORY_NOTE_SIZE - 1);
	close_book(b);
}

static void a_trace_is_told_at_once(void **state)
{
	struct book *b = open_book();
	char *traced = NULL;
	size_t size;
	(void)state;
	b->story.trace = open_memstream(&traced, &size);
	assert_non_null(b->story.trace);
	story_note(&b->story, "join 1");
	assert_int_equal(fflush(b->story.trace), 0);
	assert_string_equal(traced, "0.000000 -- join 1\n");
	write_one_of_each(b);
	assert_int_equal(fclose(b->story.trace), 0);
	b->story.trace = NULL;
	assert_string_equal(tell(b, NULL, 0, 100), traced);
	free(traced);
	close_book(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_thing_is_a_line),
		cmocka_unit_test(only_what_concerns_the_hosts_is_told_and_the_notes),
		cmocka_unit_test(an_empty_story_has_no_lines),
		cmocka_unit_test(the_newest_replace_the_oldest),
		cmocka_unit_test(the_last_notes_are_told_as_they_were_made),
		cmocka_unit_test(a_note_that_is_too_long_is_cut),
		cmocka_unit_test(a_trace_is_told_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
