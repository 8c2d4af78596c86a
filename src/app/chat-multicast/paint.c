/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "paint.h"

#include <stdint.h>
#include <string.h>

#define RESET   "\033[0m"
#define DIM     "\033[2m"
#define REVERSE "\033[7m"

/* The colours of names: readable on dark and on light. Red is left to errors. */
static const char *const name_colours[] = {
	"\033[32m", "\033[33m", "\033[34m", "\033[35m", "\033[36m",
	"\033[92m", "\033[93m", "\033[94m", "\033[95m", "\033[96m",
};

/* The same name has the same colour in every room, on every machine (FNV-1a). */
static const char *name_colour(struct piece name)
{
	uint32_t hash = 2166136261u;
	for (size_t i = 0; i < name.size; i++)
		hash = (hash ^ (unsigned char)name.text[i]) * 16777619u;
	return name_colours[hash % (sizeof(name_colours) / sizeof(name_colours[0]))];
}

static char *put(char *out, const char *text)
{
	size_t size = strlen(text);
	memcpy(out, text, size);
	return out + size;
}

static char *put_piece(char *out, const char *begin, const char *end)
{
	memcpy(out, begin, (size_t)(end - begin));
	return out + (end - begin);
}

size_t paint_line(const struct heard *heard, bool has_colour, const char *clock_text, char *out)
{
	const struct line *line = &heard->line;
	const char *text = heard->text.text, *end = text + heard->text.size;
	bool speaks = line->kind == LINE_SAID || line->kind == LINE_DONE;
	char *at = out;
	if (has_colour)
		at = put(at, DIM);
	at = put(at, clock_text);
	at = put(at, " ");
	if (has_colour && (speaks || line->kind == LINE_OTHER))
		at = put(at, RESET); /* Arrivals and the like stay dim. */
	if (has_colour && speaks) {
		const char *name_end = line->name.text + line->name.size;
		at = put_piece(at, text, line->name.text);
		at = put(at, name_colour(line->name));
		if (heard->mentions_us)
			at = put(at, REVERSE);
		at = put_piece(at, line->name.text, name_end);
		at = put(at, RESET);
		text = name_end;
	}
	at = put_piece(at, text, end);
	if (has_colour)
		at = put(at, RESET);
	if (heard->mentions_us)
		at = put(at, "\a");
	at = put(at, "\n");
	return (size_t)(at - out);
}
