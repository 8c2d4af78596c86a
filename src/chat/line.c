/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "chat/line.h"

#include <assert.h>
#include <string.h>

#define NOTICE  "*** "
#define ARRIVED " has joined the room"
#define LEFT    " has left the room"
#define RENAMED " is now known as "
#define HERE    "*** here: "

static bool starts_with(struct piece p, const char *prefix)
{
	size_t size = strlen(prefix);
	return p.size >= size && memcmp(p.text, prefix, size) == 0;
}

static struct piece skip(struct piece p, size_t size)
{
	return (struct piece){p.text + size, p.size - size};
}

/* The name at the beginning of `p`, up to the first byte `end` or the end of `p`; empty if that is
 * no valid name. */
static struct piece leading_name(struct piece p, char end)
{
	size_t limit = p.size < NAME_SIZE_MAX + 1 ? p.size : NAME_SIZE_MAX + 1;
	const char *found = memchr(p.text, end, limit);
	size_t size = found ? (size_t)(found - p.text) : p.size;
	return (struct piece){p.text, name_is_valid(p.text, size) ? size : 0};
}

static bool is_text(struct piece p, const char *text)
{
	return p.size == strlen(text) && starts_with(p, text);
}

static struct line parse_notice(struct piece notice)
{
	const struct line other = {.kind = LINE_OTHER};
	struct piece name = leading_name(notice, ' ');
	struct piece rest = skip(notice, name.size);
	if (name.size == 0)
		return other;
	if (is_text(rest, ARRIVED))
		return (struct line){LINE_ARRIVED, name, {rest.text, 0}};
	if (is_text(rest, LEFT))
		return (struct line){LINE_LEFT, name, {rest.text, 0}};
	if (!starts_with(rest, RENAMED))
		return other;
	rest = skip(rest, strlen(RENAMED));
	return name_is_valid(rest.text, rest.size) ? (struct line){LINE_RENAMED, name, rest}
						   : other;
}

struct line line_parse(const char *text, size_t size)
{
	struct piece all = {text, size};
	struct line line = {.kind = LINE_OTHER, .name = {text, 0}, .rest = all};
	if (starts_with(all, HERE))
		return (struct line){LINE_HERE, {text, 0}, skip(all, strlen(HERE))};
	if (starts_with(all, NOTICE)) {
		struct line notice = parse_notice(skip(all, strlen(NOTICE)));
		return notice.kind == LINE_OTHER ? line : notice;
	}
	bool done = starts_with(all, "* ");
	struct piece rest = done ? skip(all, 2) : all;
	struct piece name = leading_name(rest, done ? ' ' : ':');
	rest = skip(rest, name.size);
	if (name.size == 0 || (!done && !starts_with(rest, ":")))
		return line;
	if (!done)
		rest = skip(rest, 1);
	/* "http://…" is no name speaking: a space, or nothing, follows one. */
	if (rest.size > 0 && rest.text[0] != ' ')
		return line;
	rest = rest.size > 0 ? skip(rest, 1) : rest;
	return (struct line){done ? LINE_DONE : LINE_SAID, name, rest};
}

bool line_next_name(struct piece *rest, struct piece *ret_name)
{
	while (rest->size > 0) {
		const char *comma = memchr(rest->text, ',', rest->size);
		size_t size = comma ? (size_t)(comma - rest->text) : rest->size;
		struct piece name = {rest->text, size};
		*rest = skip(*rest, comma ? size + 1 : size);
		if (starts_with(*rest, " "))
			*rest = skip(*rest, 1);
		if (name_is_valid(name.text, name.size)) {
			*ret_name = name;
			return true;
		}
	}
	return false;
}

static void append(char out[LINE_SIZE_MAX], size_t *size, const char *text, size_t text_size)
{
	assert(*size + text_size <= LINE_SIZE_MAX);
	memcpy(out + *size, text, text_size);
	*size += text_size;
}

static size_t write_notice(char out[LINE_SIZE_MAX], struct piece name, const char *what)
{
	size_t size = 0;
	append(out, &size, NOTICE, strlen(NOTICE));
	append(out, &size, name.text, name.size);
	append(out, &size, what, strlen(what));
	return size;
}

size_t line_write_arrived(char out[LINE_SIZE_MAX], struct piece name)
{
	return write_notice(out, name, ARRIVED);
}

size_t line_write_left(char out[LINE_SIZE_MAX], struct piece name)
{
	return write_notice(out, name, LEFT);
}

size_t line_write_renamed(char out[LINE_SIZE_MAX], struct piece name, struct piece new_name)
{
	size_t size = write_notice(out, name, RENAMED);
	append(out, &size, new_name.text, new_name.size);
	return size;
}

static size_t write_cut(char out[LINE_SIZE_MAX], const char *before, struct piece name,
			const char *after, struct piece *text)
{
	size_t size = 0;
	append(out, &size, before, strlen(before));
	append(out, &size, name.text, name.size);
	append(out, &size, after, strlen(after));
	size_t cut = text_cut(text->text, text->size, LINE_SIZE_MAX - size);
	append(out, &size, text->text, cut);
	*text = skip(*text, cut);
	return size;
}

size_t line_write_said(char out[LINE_SIZE_MAX], struct piece name, struct piece *text)
{
	return write_cut(out, "", name, ": ", text);
}

size_t line_write_done(char out[LINE_SIZE_MAX], struct piece name, struct piece *text)
{
	return write_cut(out, "* ", name, " ", text);
}

size_t line_write_here(char out[LINE_SIZE_MAX])
{
	size_t size = 0;
	append(out, &size, HERE, strlen(HERE));
	return size;
}

bool line_add_name(char out[LINE_SIZE_MAX], size_t *size, struct piece name)
{
	const char *separator = *size > strlen(HERE) ? ", " : "";
	if (*size + strlen(separator) + name.size > LINE_SIZE_MAX)
		return false;
	append(out, size, separator, strlen(separator));
	append(out, size, name.text, name.size);
	return true;
}
