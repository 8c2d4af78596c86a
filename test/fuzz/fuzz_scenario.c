/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* fuzz_scenario.c - a scenario as somebody wrote it; and the same bytes as a quantity. */
#include "fuzz.h"
#include "sim/quantity.h"
#include "sim/scenario.h"
#include "sim/words.h"

static bool parse(struct scenario *s, const char *text, size_t size)
{
	struct failure failure = {0};
	memset(s, 0xA5, sizeof(*s));
	struct scenario before = *s;
	if (scenario_parse(s, text, size, "x.scn", &failure) == 0) {
		CHECK(failure.code == 0);
		return true;
	}
	CHECK(failure.code < 0 && strncmp(failure.text, "x.scn:", 6) == 0);
	CHECK(memcmp(s, &before, sizeof(before)) == 0);
	check_safe(failure.text, strlen(failure.text));
	return false;
}

static void check_who(const struct who *who)
{
	CHECK(who->range_count <= WHO_RANGES_MAX);
	CHECK((who->kind == WHO_RANGES) == (who->range_count > 0));
	for (unsigned i = 0; i < who->range_count; i++)
		CHECK(who->first[i] >= 1 && who->first[i] <= who->last[i]);
	CHECK((who->kind == WHO_ANY) == (who->count > 0));
	CHECK(who->share >= 0 && who->share <= 1);
}

/* What was read is written and read again, and is written the same. */
static void check_happening(const struct happening *h)
{
	char text[HAPPENING_TEXT_SIZE], again[HAPPENING_TEXT_SIZE];
	struct scenario s;
	CHECK(h->at.us >= 0 && h->for_us >= 0 && h->value >= 0 && h->second >= 0);
	CHECK(h->for_us == 0 || happening_can_end(h));
	check_who(&h->who);
	check_who(&h->others);
	happening_print(h, text, sizeof(text));
	CHECK(strlen(text) < sizeof(text) - 1);
	check_safe(text, strlen(text));
	CHECK(parse(&s, text, strlen(text)) && s.count == 1);
	CHECK(s.happenings[0].verb == h->verb && s.happenings[0].value == h->value);
	CHECK(s.happenings[0].second == h->second && s.happenings[0].who.share == h->who.share);
	CHECK(happening_is_fault(&s.happenings[0]) == happening_is_fault(h));
	happening_print(&s.happenings[0], again, sizeof(again));
	CHECK(strcmp(text, again) == 0);
	scenario_done(&s);
}

static void check_words(const char *text, size_t size)
{
	struct words words;
	bool fits = words_cut(&words, text, size);
	size_t used = 0;
	CHECK(words.count <= WORDS_MAX);
	for (unsigned i = 0; i < words.count; i++) {
		CHECK(words.word[i] >= words.text && words.word[i] < words.text + WORDS_SIZE);
		used += strlen(words.word[i]);
	}
	CHECK(used <= size && (fits || size >= WORDS_MAX));
}

static void check_quantities(const char *text)
{
	char out[QUANTITY_TEXT_SIZE];
	int64_t whole, whole_again;
	double value, value_again;
	if (quantity_duration(text, &whole)) {
		quantity_print_duration(out, whole);
		CHECK(quantity_duration(out, &whole_again) && whole_again == whole);
	}
	if (quantity_bandwidth(text, &whole)) {
		quantity_print_bandwidth(out, whole);
		CHECK(quantity_bandwidth(out, &whole_again) && whole_again == whole);
	}
	if (quantity_bytes(text, &whole)) {
		quantity_print_bytes(out, whole);
		CHECK(quantity_bytes(out, &whole_again) && whole_again == whole);
	}
	if (quantity_probability(text, &value)) {
		CHECK(value >= 0 && value <= 1);
		quantity_print_probability(out, value);
		CHECK(quantity_probability(out, &value_again) && value_again == value);
	}
	if (quantity_number(text, &value)) {
		CHECK(value >= 0 && value <= QUANTITY_NUMBER_MAX);
		quantity_print_number(out, value);
		CHECK(quantity_number(out, &value_again) && value_again == value);
	}
	CHECK(!quantity_rate(text, &value) || (value >= 0 && value <= QUANTITY_RATE_MAX_PER_S));
}

static void check_integers(const char *text)
{
	uint32_t count;
	int32_t ppm;
	CHECK(!quantity_count(text, &count) || count <= QUANTITY_COUNT_MAX);
	CHECK(!quantity_ppm(text, &ppm) || (ppm >= -100000 && ppm <= 100000));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct scenario s;
	if (parse(&s, text, size)) {
		for (size_t i = 0; i < s.count; i++) {
			CHECK(i == 0 || s.happenings[i - 1].at.us <= s.happenings[i].at.us);
			check_happening(&s.happenings[i]);
		}
		scenario_done(&s);
	}
	check_words(text, size);
	char *copy = malloc(size + 1);
	CHECK(copy);
	memcpy(copy, text, size);
	copy[size] = '\0';
	check_quantities(copy);
	check_integers(copy);
	free(copy);
	return 0;
}
