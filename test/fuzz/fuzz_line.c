/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* fuzz_line.c - a datagram made safe and taken apart, and what it says written again. */
#include "chat/line.h"
#include "fuzz.h"

#define SIZE_MAX_TRIED ((size_t)65535)

static void check_within(struct piece p, const char *text, size_t size)
{
	CHECK(p.text >= text && p.text <= text + size);
	CHECK(p.size <= (size_t)(text + size - p.text));
}

static void check_names(struct piece rest)
{
	struct piece name;
	for (size_t before = rest.size; line_next_name(&rest, &name); before = rest.size) {
		CHECK(rest.size < before);
		CHECK(name_is_valid(name.text, name.size));
		CHECK(!memchr(name.text, ',', name.size) && !memchr(name.text, ' ', name.size));
		check_safe(name.text, name.size);
	}
	CHECK(rest.size == 0);
}

/* What was said, cut into datagrams again, is the same text. */
static void check_written(const struct line *line)
{
	struct piece left = line->rest;
	size_t at = 0;
	do {
		char out[LINE_SIZE_MAX];
		bool done = line->kind == LINE_DONE;
		size_t size = done ? line_write_done(out, line->name, &left)
				   : line_write_said(out, line->name, &left);
		CHECK(size >= 1 && size <= LINE_SIZE_MAX);
		check_safe(out, size);
		struct line again = line_parse(out, size);
		CHECK(again.kind == line->kind);
		CHECK(again.name.size == line->name.size);
		CHECK(memcmp(again.name.text, line->name.text, line->name.size) == 0);
		CHECK(again.rest.size > 0 || line->rest.size == 0);
		CHECK(again.rest.size <= line->rest.size - at);
		CHECK(memcmp(again.rest.text, line->rest.text + at, again.rest.size) == 0);
		at += again.rest.size;
	} while (left.size > 0);
	CHECK(at == line->rest.size);
}

static void check_cut(const char *text, size_t size)
{
	for (size_t limit = UTF8_SIZE_MAX; limit < 100 && limit < size; limit += 7)
		for (size_t at = 0; at < size && at < 1000;) {
			size_t cut = text_cut(text + at, size - at, limit);
			CHECK(cut >= 1 && cut <= limit && cut <= size - at);
			check_safe(text + at, cut);
			at += cut;
		}
}

static void check_line(const char *text, size_t size)
{
	struct line line = line_parse(text, size);
	check_within(line.name, text, size);
	check_within(line.rest, text, size);
	bool has_name = line.kind != LINE_OTHER && line.kind != LINE_HERE;
	CHECK(name_is_valid(line.name.text, line.name.size) == has_name);
	if (line.kind == LINE_HERE)
		check_names(line.rest);
	if (line.kind == LINE_RENAMED)
		CHECK(name_is_valid(line.rest.text, line.rest.size));
	if (line.kind == LINE_SAID || line.kind == LINE_DONE)
		check_written(&line);
	if (has_name)
		CHECK(text_mentions(text, size, line.name.text, line.name.size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > SIZE_MAX_TRIED)
		return 0;
	char *text = malloc(size * TEXT_GROWTH + 1), *again = malloc(size * TEXT_GROWTH * 3 + 1);
	CHECK(text && again);
	size_t text_size = text_sanitise((const char *)data, size, text);
	CHECK(text_size <= size * TEXT_GROWTH);
	check_safe(text, text_size);
	CHECK(text_sanitise(text, text_size, again) == text_size);
	CHECK(memcmp(text, again, text_size) == 0);
	check_line(text, text_size);
	check_cut(text, text_size);
	(void)name_is_valid((const char *)data, size);
	free(text);
	free(again);
	return 0;
}
