/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* matrix.c - the parser of topology_matrix. */
#include "sim/memory.h"
#include "sim/topology.h"

#include <errno.h>
#include <stdlib.h>

#define RTT_MAX_MS UINT64_C(3600000)
#define SHOWN_MAX  24 /* Characters of what stands there, in an error's sentence. */

struct matrix_parser {
	const char *next, *end;
	struct failure *failure;
	uint32_t line;       /* From 1. */
	uint32_t first_line; /* The first row's. */
	uint32_t width;      /* Numbers in the first row; 0 while it is read. */
	uint32_t rows;       /* Whole ones. */
	int32_t *delays_us;
	size_t count, capacity; /* Of the numbers read. */
};

/* A word or what is left of one, as far as it can be shown. */
static const char *shown(const char *word, const char *end, char text[SHOWN_MAX + 4])
{
	size_t size = 0;
	for (; word < end && size < SHOWN_MAX; word++)
		text[size++] = (char)(*word >= 0x20 && *word < 0x7F ? *word : '?');
	for (int i = 0; i < 3 && word < end; i++)
		text[size++] = '.';
	text[size] = '\0';
	return text;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int not_a_time(const struct matrix_parser *p, const char *word, const char *end)
{
	char text[SHOWN_MAX + 4];
	return failure_set(p->failure, -EINVAL,
			   "line %u: \"%s\" is no round-trip time: a number of milliseconds was "
			   "expected, from 0 to 3600000, such as 121.4",
			   p->line, shown(word, end, text));
}

/* The delay that a word stands for; negative: it stands for none. Half a round-trip time in whole
 * microseconds, rounded up, is half of the exact one rounded to the nearest microsecond (a half
 * upwards): so digits behind the third decimal do not matter. */
static int64_t delay_of(const char *word, const char *end)
{
	uint64_t ms = 0, us = 0;
	const char *c = word;
	for (; c < end && is_digit(*c) && ms <= RTT_MAX_MS; c++)
		ms = ms * 10 + (uint64_t)(*c - '0');
	if (c == word || (c < end && *c != '.') || c + 1 == end)
		return -1;
	unsigned unit = 100;
	bool is_more = false; /* Than nothing, behind the point. */
	for (c += c < end; c < end; c++, unit /= 10) {
		if (!is_digit(*c))
			return -1;
		us += unit * (uint64_t)(*c - '0');
		is_more |= *c != '0';
	}
	if (ms > RTT_MAX_MS || (ms == RTT_MAX_MS && is_more))
		return -1;
	return (int64_t)((ms * 1000 + us + 1) / 2);
}

/* A text of that size has no more numbers than every other character. */
static void make_room(struct matrix_parser *p)
{
	size_t possible = (size_t)(p->end - p->next) / 2 + p->count + 1;
	size_t wanted = p->width == 0 ? TOPOLOGY_MATRIX_MAX : (size_t)p->width * p->width;
	p->capacity = possible < wanted ? possible : wanted;
	p->delays_us = memory_resize(p->delays_us, p->capacity * sizeof(*p->delays_us));
}

static int add_number(struct matrix_parser *p, uint32_t column, const char *word, const char *end)
{
	int64_t delay_us = delay_of(word, end);
	if (delay_us < 0)
		return not_a_time(p, word, end);
	if (p->width == 0 && column == TOPOLOGY_MATRIX_MAX)
		return failure_set(p->failure, -EINVAL,
				   "line %u: more than %d numbers: there may be so many hosts",
				   p->line, TOPOLOGY_MATRIX_MAX);
	if (p->width > 0 && column == p->width)
		return failure_set(p->failure, -EINVAL,
				   "line %u: more than %u numbers: so many were expected, as in "
				   "the first row (line %u)",
				   p->line, p->width, p->first_line);
	if (p->width > 0 && p->rows == p->width)
		return failure_set(p->failure, -EINVAL,
				   "line %u: more than %u rows: so many were expected, as the "
				   "first one (line %u) has so many numbers",
				   p->line, p->width, p->first_line);
	if (p->count == p->capacity)
		make_room(p);
	p->delays_us[p->count++] = column == p->rows ? 0 : (int32_t)delay_us;
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The end of the line: before the newline, and a carriage return before that. */
static const char *line_end(const char *next, const char *end)
{
	while (next < end && *next != '\n')
		next++;
	return next;
}

/* A line: a row, or nothing. */
static int read_line(struct matrix_parser *p)
{
	const char *newline = line_end(p->next, p->end), *end = newline;
	uint32_t column = 0;
	if (end > p->next && end[-1] == '\r')
		end--;
	while (p->next < end && *p->next != '#') {
		const char *word = p->next;
		if (is_blank(*word)) {
			p->next++;
			continue;
		}
		while (p->next < end && !is_blank(*p->next) && *p->next != '#')
			p->next++;
		int error = add_number(p, column++, word, p->next);
		if (error)
			return error;
	}
	p->next = newline < p->end ? newline + 1 : newline;
	if (column > 0 && p->width == 0) {
		p->width = column;
		p->first_line = p->line;
	}
	if (column > 0 && column < p->width)
		return failure_set(p->failure, -EINVAL,
				   "line %u: %u of %u numbers: so many were expected, as in the "
				   "first row (line %u)",
				   p->line, column, p->width, p->first_line);
	p->rows += column > 0;
	return 0;
}

static int read_all(struct matrix_parser *p)
{
	for (p->line = 1; p->next < p->end; p->line++) {
		int error = read_line(p);
		if (error)
			return error;
	}
	if (p->rows == 0)
		return failure_set(p->failure, -EINVAL,
				   "line %u: the end, without any row of numbers: a row of "
				   "round-trip times in milliseconds was expected for each host",
				   p->line);
	if (p->rows < p->width)
		return failure_set(
			p->failure, -EINVAL,
			"line %u: the end, after %u of %u rows: so many were expected, as "
			"the first one (line %u) has so many numbers",
			p->line, p->rows, p->width, p->first_line);
	return 0;
}

int topology_matrix(struct topology *t, const char *text, size_t size, struct failure *failure)
{
	struct matrix_parser p = {.next = text, .end = text + size, .failure = failure};
	int error = read_all(&p);
	if (error) {
		free(p.delays_us);
		return error;
	}
	*t = (struct topology){
		.kind = TOPOLOGY_MATRIX,
		.place_count = p.width,
		.delays_us = p.delays_us,
	};
	return 0;
}
