/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* fuzz_frame.c - a frame of any link, read and explained. The first byte is the link, the second
 * how many bytes were not captured. */
#include "doctor/explain.h"
#include "fuzz.h"

static void check_lists(const struct frame *f)
{
	struct record record;
	size_t count = 0;
	char text[1400];
	for (size_t place = 0; frame_next_record(f, &place, &record); count++) {
		for (size_t i = 0; i < record.source_count; i++)
			(void)record_source(f, &record, i);
		explain_record(f, &record, text, sizeof(text));
		CHECK(strlen(text) + 1 < sizeof(text));
		check_safe(text, strlen(text));
	}
	CHECK(count == f->message.record_count);
	for (size_t i = 0; i < f->message.source_count; i++)
		(void)frame_source(f, i);
}

static void check_frame(const struct frame *f, const uint8_t *bytes, size_t size)
{
	static const enum explain_depth depths[] = {EXPLAIN_BRIEF, EXPLAIN_USUAL, EXPLAIN_FULL};
	CHECK(f->payload >= bytes && f->payload + f->payload_size <= bytes + size);
	CHECK(f->problem_count <= FRAME_PROBLEMS_MAX);
	CHECK((f->kind == FRAME_OTHER || f->family) && (f->kind == FRAME_IGMP) <= (f->family == 4));
	check_lists(f);
	for (size_t i = 0; i < sizeof(depths) / sizeof(*depths); i++) {
		char *text = NULL;
		size_t text_size = 0;
		FILE *file = open_memstream(&text, &text_size);
		CHECK(file);
		explain_text(f, "now", depths[i], file);
		CHECK(fclose(file) == 0);
		CHECK(text_size > 0 && text[text_size - 1] == '\n');
		for (char *c = text; (c = strchr(c, '\n'));)
			*c = ' ';
		check_safe(text, text_size);
		free(text);
	}
	json_t *object = explain_json(f);
	CHECK(json_is_object(object));
	json_decref(object);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frame f;
	if (size < 2)
		return 0;
	/* A copy of exactly its size, so that reading beyond it is seen. */
	uint8_t *bytes = malloc(size - 2 ? size - 2 : 1);
	CHECK(bytes);
	memcpy(bytes, data + 2, size - 2);
	frame_dissect(bytes, size - 2, size - 2 + data[1], (enum frame_link)(data[0] % 4), &f);
	check_frame(&f, bytes, size - 2);
	free(bytes);
	return 0;
}
