/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/scenario.h"

#include "sim/measure.h"
#include "sim/memory.h"
#include "sim/quantity.h"
#include "sim/words.h"
#include "wire/message.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A line that is being read. */
struct reader {
	const char *name; /* The file's. */
	size_t line;
	struct words words;
	unsigned next; /* The word whose turn it is. */
	struct failure *failure;
};

/* --- Errors --- */

/* What can be shown of a word on any terminal, and in a sentence. */
static void print_word(char out[48], const char *word)
{
	size_t size = 0;
	for (; size < 40 && word[size] != '\0'; size++)
		out[size] = (char)(word[size] > ' ' && word[size] <= '~' ? word[size] : '?');
	(void)strcpy(out + size, word[size] != '\0' ? "..." : "");
}

/* The word whose turn it is, or the end of the line, stands where it must not. */
static int unexpected(struct reader *r, const char *expected)
{
	char shown[48];
	if (r->next == r->words.count)
		return failure_set(r->failure, -EINVAL, "%.150s:%zu: the line ends; expected is %s",
				   r->name, r->line, expected);
	print_word(shown, r->words.word[r->next]);
	return failure_set(r->failure, -EINVAL, "%.150s:%zu: found is \"%s\"; expected is %s",
			   r->name, r->line, shown, expected);
}

/* --- Words --- */

/* The word whose turn it is; "", which is no quantity, at the end. */
static const char *peek(const struct reader *r)
{
	return r->next < r->words.count ? r->words.word[r->next] : "";
}

static bool accept(struct reader *r, const char *word)
{
	if (strcmp(peek(r), word) != 0)
		return false;
	r->next++;
	return true;
}

/* Goes on if the word was a good one. */
static int settle(struct reader *r, bool is_good, const char *expected)
{
	if (!is_good)
		return unexpected(r, expected);
	r->next++;
	return 0;
}

static int read_duration(struct reader *r, const char *expected, double *ret_us)
{
	int64_t us = 0;
	int status = settle(r, quantity_duration(peek(r), &us), expected);
	*ret_us = (double)us;
	return status;
}

static int read_probability(struct reader *r, double *ret)
{
	return settle(r, quantity_probability(peek(r), ret), "a share, such as 5% or 0.05");
}

static int read_size(struct reader *r, size_t *ret)
{
	int64_t bytes = 0;
	bool is_good = quantity_bytes(peek(r), &bytes) && bytes >= MEASURE_PAYLOAD_MIN &&
		       bytes <= WIRE_PAYLOAD_MAX;
	*ret = (size_t)bytes;
	return settle(r, is_good, "a message's size, 8 to 65502 bytes");
}
_Static_assert(MEASURE_PAYLOAD_MIN == 8 && WIRE_PAYLOAD_MAX == 65502, "as the sentence says");

/* A number from 1 at the end of the line; 1 if there is none. */
static int read_optional_count(struct reader *r, uint32_t *ret)
{
	uint32_t count = 1;
	*ret = 1;
	if (r->next == r->words.count)
		return 0;
	bool is_good = quantity_count(peek(r), &count) && count >= 1;
	*ret = count;
	return settle(r, is_good, "a number, such as 1 or 10k, or the end of the line");
}

/* --- Whom it concerns --- */

#define MAY_BE_RDV    1
#define MAY_BE_OTHERS 2

/* A node's number; `text` is behind it then. */
static bool read_node(const char **text, uint32_t *ret)
{
	uint32_t number = 0;
	const char *at = *text;
	for (; *at >= '0' && *at <= '9' && number <= QUANTITY_COUNT_MAX; at++)
		number = number * 10 + (uint32_t)(*at - '0');
	*text = at;
	*ret = number;
	return number >= 1 && number <= QUANTITY_COUNT_MAX;
}

/* "5,7..9" */
static bool read_ranges(const char *text, struct who *who)
{
	who->kind = WHO_RANGES;
	for (;; text++) {
		unsigned i = who->range_count;
		if (i == WHO_RANGES_MAX || !read_node(&text, &who->first[i]))
			return false;
		who->last[i] = who->first[i];
		if (text[0] == '.' && text[1] == '.') {
			text += 2;
			if (!read_node(&text, &who->last[i]) || who->last[i] < who->first[i])
				return false;
		}
		who->range_count++;
		if (*text != ',')
			return *text == '\0';
	}
}

static void read_any(struct reader *r, struct who *who)
{
	uint32_t count;
	*who = (struct who){.kind = WHO_ANY, .count = 1};
	if (quantity_count(peek(r), &count) && count >= 1) {
		who->count = count;
		r->next++;
	}
}

static int refuse_who(struct reader *r, unsigned allowed)
{
	char expected[160];
	(void)snprintf(
		expected, sizeof(expected),
		"nodes, such as 5, or 1,3,7..9 (upwards, 8 ranges at most), all, any, any 3, "
		"30%%, root%s%s",
		allowed & MAY_BE_RDV ? ", rdv" : "", allowed & MAY_BE_OTHERS ? ", others" : "");
	return unexpected(r, expected);
}

static int read_who(struct reader *r, unsigned allowed, struct who *ret)
{
	struct who who = {0};
	const char *word = peek(r);
	size_t size = strlen(word);
	if (accept(r, "any")) {
		read_any(r, ret);
		return 0;
	}
	bool is_good = true;
	if (strcmp(word, "all") == 0)
		who.kind = WHO_ALL;
	else if (strcmp(word, "root") == 0)
		who.kind = WHO_ROOT;
	else if (strcmp(word, "rdv") == 0 && allowed & MAY_BE_RDV)
		who.kind = WHO_RDV;
	else if (strcmp(word, "others") == 0 && allowed & MAY_BE_OTHERS)
		who.kind = WHO_OTHERS;
	else if (size > 0 && word[size - 1] == '%' && quantity_probability(word, &who.share))
		who.kind = WHO_SHARE;
	else
		is_good = read_ranges(word, &who);
	if (!is_good)
		return refuse_who(r, allowed);
	r->next++;
	*ret = who;
	return 0;
}

/* --- What each verb has behind it --- */

static int read_join(struct reader *r, struct happening *h)
{
	return read_optional_count(r, &h->count);
}

static int read_stop(struct reader *r, struct happening *h)
{
	return read_who(r, MAY_BE_RDV, &h->who);
}

static int read_way(struct reader *r, struct happening *h)
{
	return read_who(r, 0, &h->who);
}

static int read_replace(struct reader *r, struct happening *h)
{
	h->who.kind = WHO_ANY;
	return read_optional_count(r, &h->who.count);
}

static int read_publish(struct reader *r, struct happening *h)
{
	int status = read_who(r, 0, &h->who);
	h->size = SCENARIO_SIZE_DEFAULT;
	if (status < 0 || r->next == r->words.count)
		return status;
	if (!accept(r, "size"))
		return unexpected(r, "size and a number of bytes, or the end of the line");
	return read_size(r, &h->size);
}

static int read_partition(struct reader *r, struct happening *h)
{
	h->others.kind = WHO_OTHERS;
	int status = read_who(r, MAY_BE_RDV | MAY_BE_OTHERS, &h->who);
	if (status < 0)
		return status;
	bool is_alone = r->next == r->words.count || strcmp(peek(r), "for") == 0;
	if (is_alone && h->who.kind != WHO_OTHERS)
		return 0;
	if (accept(r, "->"))
		h->verb = HAPPENING_ONE_WAY;
	else if (!accept(r, "|"))
		return unexpected(r, "| or -> and the nodes on the other side");
	return read_who(r, MAY_BE_RDV | (h->who.kind == WHO_OTHERS ? 0 : MAY_BE_OTHERS),
			&h->others);
}

static int read_nothing(struct reader *r, struct happening *h)
{
	(void)r, (void)h;
	return 0;
}

static int read_drift(struct reader *r, struct happening *h)
{
	int status = read_who(r, MAY_BE_RDV, &h->who);
	return status < 0 ? status
			  : settle(r, quantity_ppm(peek(r), &h->ppm),
				   "a drift, such as 100ppm or -50ppm, at most 100000ppm");
}

static int read_forge(struct reader *r, struct happening *h)
{
	int status = read_who(r, MAY_BE_RDV, &h->who);
	return status < 0 ? status : read_optional_count(r, &h->count);
}

static int read_rdv(struct reader *r, struct happening *h)
{
	h->who.kind = WHO_RDV;
	if (accept(r, "down"))
		h->verb = HAPPENING_CRASH;
	else if (accept(r, "up"))
		h->verb = HAPPENING_RESTART;
	else
		return unexpected(r, "down or up");
	return 0;
}

/* --- Dials --- */

/* A burst begins behind a datagram that was not lost, so between two there is one at least. */
static int read_bursts(struct reader *r, struct happening *h)
{
	bool is_good = quantity_probability(peek(r), &h->value) && h->value < 1;
	int status = settle(r, is_good, "a share below 100%, such as 5% or 0.05");
	if (status < 0)
		return status;
	if (!accept(r, "length"))
		return unexpected(r, "length and how many a burst has in the mean");
	is_good = quantity_number(peek(r), &h->second) && h->second >= 1 &&
		  h->value <= h->second * (1 - h->value);
	return settle(r, is_good,
		      "a number from 1, and not below P/(1-P), where P is the share of the lost");
}

static int read_reordering(struct reader *r, struct happening *h)
{
	int status = read_probability(r, &h->value);
	if (status < 0)
		return status;
	if (!accept(r, "by"))
		return unexpected(r, "by and a duration");
	return read_duration(r, "a duration, such as 10ms", &h->second);
}

static int read_dial(struct reader *r, struct happening *h)
{
	int64_t value = 0;
	int status = 0;
	h->is_default = accept(r, "default");
	if (h->is_default)
		return 0;
	switch (h->dial) {
	case DIAL_DELAY:
	case DIAL_JITTER:
		return read_duration(r, "a duration, such as 10ms, or default", &h->value);
	case DIAL_LOSS:
	case DIAL_DUPLICATION:
		return read_probability(r, &h->value);
	case DIAL_BURST_LOSS:
		return read_bursts(r, h);
	case DIAL_REORDERING:
		return read_reordering(r, h);
	case DIAL_BANDWIDTH:
		status = settle(r, quantity_bandwidth(peek(r), &value),
				"a bandwidth, such as 10Mbit/s, 0 for no limit, or default");
		break;
	case DIAL_QUEUE:
		status = settle(r, quantity_bytes(peek(r), &value),
				"a number of bytes, such as 64kB, or default");
		break;
	}
	h->value = (double)value;
	return status;
}

/* --- Lines --- */

static const struct verb {
	const char *word;
	enum happening_verb verb;
	int (*read)(struct reader *r, struct happening *h);
} verbs[] = {
	{"join", HAPPENING_JOIN, read_join},
	{"crash", HAPPENING_CRASH, read_stop},
	{"silent", HAPPENING_SILENT, read_stop},
	{"leave", HAPPENING_LEAVE, read_stop},
	{"restart", HAPPENING_RESTART, read_stop},
	{"replace", HAPPENING_REPLACE, read_replace},
	{"publish", HAPPENING_PUBLISH, read_publish},
	{"partition", HAPPENING_PARTITION, read_partition},
	{"heal", HAPPENING_HEAL, read_nothing},
	{"blackhole", HAPPENING_BLACKHOLE, read_way},
	{"forward", HAPPENING_FORWARD, read_way},
	{"drift", HAPPENING_DRIFT, read_drift},
	{"forge", HAPPENING_FORGE, read_forge},
	{"improve", HAPPENING_IMPROVE, read_way},
	{"rdv", HAPPENING_CRASH, read_rdv},
};

#define VERBS                                                                                      \
	"join, crash, silent, leave, restart, replace, publish, partition, heal, blackhole, "      \
	"forward, drift, forge, improve, rdv, delay, jitter, loss, burst-loss, duplicate, "        \
	"reorder, bandwidth or queue"

static int read_verb(struct reader *r, struct happening *h)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (accept(r, verbs[i].word)) {
			h->verb = verbs[i].verb;
			return verbs[i].read(r, h);
		}
	for (h->dial = DIAL_DELAY; h->dial <= DIAL_QUEUE; h->dial++)
		if (accept(r, happening_dial_name(h->dial))) {
			h->verb = HAPPENING_DIAL;
			return read_dial(r, h);
		}
	return unexpected(r, "what happens: " VERBS);
}

/* `for` and a duration, where that may be; then the end. */
static int read_end(struct reader *r, struct happening *h)
{
	bool can_end = happening_can_end(h);
	if (can_end && accept(r, "for")) {
		bool is_good = quantity_duration(peek(r), &h->for_us) && h->for_us > 0;
		int status = settle(r, is_good, "a duration above 0, such as 90s or 2min");
		if (status < 0)
			return status;
		can_end = false;
	}
	if (r->next == r->words.count)
		return 0;
	return unexpected(r, can_end ? "for and a duration, or the end of the line"
				     : "the end of the line");
}

static int read_happening(struct reader *r, struct happening *h)
{
	int status =
		settle(r, quantity_duration(peek(r), &h->at.us), "a time, such as 10s or 1.5min");
	if (status == 0)
		status = read_verb(r, h);
	return status < 0 ? status : read_end(r, h);
}

/* Reads a line without its line feed; 1: it has a happening, 0: it has none. */
static int read_line(struct reader *r, const char *line, size_t size, struct happening *h)
{
	if (memchr(line, '\0', size))
		return failure_set(r->failure, -EINVAL,
				   "%.150s:%zu: found is a NUL byte; expected is text", r->name,
				   r->line);
	if (size > 0 && line[size - 1] == '\r')
		size--;
	const char *comment = memchr(line, '#', size);
	r->next = 0;
	if (!words_cut(&r->words, line, comment ? (size_t)(comment - line) : size))
		return failure_set(r->failure, -EINVAL,
				   "%.150s:%zu: found is a line of more than %d words or %d bytes; "
				   "expected is TIME VERB ARGUMENTS [for TIME]",
				   r->name, r->line, WORDS_MAX, WORDS_SIZE);
	if (r->words.count == 0)
		return 0;
	*h = (struct happening){0};
	int status = read_happening(r, h);
	return status < 0 ? status : 1;
}

/* --- The whole --- */

struct place {
	int64_t at_us;
	size_t index;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	if (x->at_us != y->at_us)
		return x->at_us < y->at_us ? -1 : 1;
	return x->index < y->index ? -1 : 1;
}

/* By time; the index makes any algorithm of qsort keep the order of those of one time. */
static void sort(struct scenario *s)
{
	struct place *places = memory_get(s->count * sizeof(*places));
	struct happening *sorted = memory_get(s->count * sizeof(*sorted));
	for (size_t i = 0; i < s->count; i++)
		places[i] = (struct place){s->happenings[i].at.us, i};
	qsort(places, s->count, sizeof(*places), compare_places);
	for (size_t i = 0; i < s->count; i++)
		sorted[i] = s->happenings[places[i].index];
	free(places);
	free(s->happenings);
	s->happenings = sorted;
}

static void add(struct scenario *s, uint32_t *capacity, const struct happening *h)
{
	s->happenings =
		memory_grow(s->happenings, (uint32_t)s->count, capacity, sizeof(*s->happenings));
	s->happenings[s->count++] = *h;
}

int scenario_parse(struct scenario *s, const char *text, size_t size, const char *name,
		   struct failure *failure)
{
	struct scenario new = {0};
	uint32_t capacity = 0;
	struct reader r = {.name = name, .failure = failure};
	for (size_t at = 0; at < size;) {
		const char *end = memchr(text + at, '\n', size - at);
		size_t length = end ? (size_t)(end - (text + at)) : size - at;
		struct happening h;
		r.line++;
		int status = read_line(&r, text + at, length, &h);
		if (status < 0) {
			scenario_done(&new);
			return status;
		}
		if (status > 0)
			add(&new, &capacity, &h);
		at += length + 1;
	}
	sort(&new);
	*s = new;
	return 0;
}

void scenario_done(struct scenario *s)
{
	free(s->happenings);
	*s = (struct scenario){0};
}
