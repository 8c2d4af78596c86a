/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "terminal.h"
#include "base/utf8.h"
#include "paint.h"

#include <errno.h>
#include <histedit.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#define OUTPUT_SIZE  ((size_t)256 * 1024)
#define HISTORY_SIZE 500
#define PROMPT_END   L"> "

struct terminal {
	struct view view; /* First: a struct view * of it is a struct terminal *. */
	EditLine *editor;
	HistoryW *history;
	struct loop_source source;
	bool (*wait_for_key)(void *owner);
	void *owner;
	bool has_key;    /* Standard input is readable. */
	bool is_editing; /* A line, maybe empty, is on the screen with its prompt. */
	bool has_ended;  /* Standard input has. */
	bool has_failed; /* The terminal is gone. */
	bool has_colour;
	unsigned columns; /* The width that the line on the screen was drawn for. */
	wchar_t prompt[NAME_CHARACTERS_MAX + 3];
	char *line;        /* The line typed last, as UTF-8, */
	size_t line_size;  /* its size, */
	size_t line_taken; /* and what of it was handed out. */
	size_t output_size;
	char output[OUTPUT_SIZE];
};

/* --- Where things are on the screen --- */

struct place {
	unsigned row, column;
};

static struct winsize window_size(void)
{
	struct winsize size = {0};
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		size = (struct winsize){.ws_col = 80, .ws_row = 24};
	return size;
}

/* Cells that libedit uses for a character; it shows a control as ^X, and what wcwidth does not know
 * as \U+XXXX. */
static unsigned cells_of(wchar_t c)
{
	if (c < 0x20 || c == 0x7F)
		return 2;
	int width = wcwidth(c);
	if (width >= 0)
		return (unsigned)width;
	return c > 0xFFFF ? 8 : 7;
}

/* Where the cursor stands after `size` characters, as libedit lays them out: a wide character that
 * does not fit is moved to the next row, and a full row moves the cursor on. */
static struct place advance(struct place at, const wchar_t *text, size_t size, unsigned columns)
{
	for (size_t i = 0; i < size; i++) {
		unsigned cells = cells_of(text[i]);
		if (at.column + cells > columns)
			at = (struct place){at.row + 1, 0};
		at.column += cells;
		if (at.column >= columns)
			at = (struct place){at.row + 1, 0};
	}
	return at;
}

static struct place place_of(const struct terminal *t, const wchar_t *end)
{
	const LineInfoW *line = el_wline(t->editor);
	struct place at = {0, 0};
	at = advance(at, t->prompt, wcslen(t->prompt), t->columns);
	return advance(at, line->buffer, (size_t)(end - line->buffer), t->columns);
}

/* Moves the cursor to the beginning of the row `rows` above, as far as the screen goes. */
static void go_up(unsigned rows)
{
	unsigned height = window_size().ws_row;
	if (height > 0 && rows > height - 1)
		rows = height - 1;
	if (rows > 0)
		(void)fprintf(stdout, "\033[%uA", rows);
	(void)fputs("\r", stdout);
}

/* Clears `count` rows, of which the first is `above` rows above the cursor, and leaves the cursor
 * at its beginning. Row by row, since clearing a whole screen at once makes some terminals keep as
 * history what was there. */
static void clear_rows(unsigned above, unsigned count)
{
	go_up(above);
	for (unsigned row = 1; row < count; row++)
		(void)fputs("\033[K\033[B", stdout);
	(void)fputs("\033[K", stdout);
	go_up(count - 1);
}

/* Takes the line being typed off the screen. */
static void erase_line(const struct terminal *t)
{
	const LineInfoW *line = el_wline(t->editor);
	clear_rows(place_of(t, line->cursor).row, place_of(t, line->lastchar).row + 1);
}

/* --- Showing --- */

static bool terminal_flush(struct view *v)
{
	struct terminal *t = (struct terminal *)v;
	if (t->output_size == 0)
		return !t->has_failed;
	if (t->is_editing)
		erase_line(t);
	(void)fwrite(t->output, 1, t->output_size, stdout);
	t->output_size = 0;
	if (t->is_editing)
		el_set(t->editor, EL_REFRESH);
	if (fflush(stdout) != 0)
		t->has_failed = true;
	return !t->has_failed;
}

/* A terminal is written to until it has taken all. */
static bool terminal_is_ready(const struct view *v)
{
	(void)v;
	return true;
}

static void format_clock(char text[16])
{
	time_t now = time(NULL);
	struct tm local;
	if (!localtime_r(&now, &local) || strftime(text, 16, "%H:%M", &local) == 0)
		text[0] = '\0';
}

static void show_heard(struct terminal *t, const struct heard *heard)
{
	char clock_text[16];
	format_clock(clock_text);
	if (heard->text.size + PAINT_GROWTH > OUTPUT_SIZE - t->output_size)
		(void)terminal_flush(&t->view);
	t->output_size += paint_line(heard, t->has_colour, clock_text, t->output + t->output_size);
}

static void terminal_show(struct view *v, const struct heard *heard)
{
	show_heard((struct terminal *)v, heard);
}

static void terminal_reply(struct view *v, struct piece text)
{
	struct heard reply = {.text = text, .line = {.kind = LINE_HERE}};
	show_heard((struct terminal *)v, &reply);
}

static void terminal_notice(struct view *v, const char *text, size_t size)
{
	char line[600];
	int line_size = snprintf(line, sizeof(line), "-- %.*s", (int)size, text);
	size_t shown = (size_t)line_size < sizeof(line) ? (size_t)line_size : sizeof(line) - 1;
	terminal_reply(v, (struct piece){line, shown});
}

/* --- Reading --- */

static wchar_t *prompt_of(EditLine *editor)
{
	struct terminal *t;
	el_get(editor, EL_CLIENTDATA, &t);
	return t->prompt;
}

static int read_byte(char *ret_byte)
{
	ssize_t size;
	do
		size = read(STDIN_FILENO, ret_byte, 1);
	while (size < 0 && errno == EINTR);
	return size == 1;
}

/* libedit wants a character: the chat goes on until there is one. */
static int read_key(EditLine *editor, wchar_t *ret_key)
{
	struct terminal *t;
	char bytes[UTF8_SIZE_MAX];
	el_get(editor, EL_CLIENTDATA, &t);
	t->is_editing = true;
	if (!t->wait_for_key(t->owner))
		return 0;
	if (!read_byte(bytes)) {
		t->has_ended = true;
		return 0;
	}
	/* The rest of a character was typed with its first byte. */
	unsigned char first = (unsigned char)bytes[0];
	size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
	for (size_t i = 1; i < size; i++)
		if (!read_byte(bytes + i))
			return 0;
	uint32_t code_point;
	(void)utf8_decode(bytes, size, &code_point);
	*ret_key = (wchar_t)code_point;
	return 1;
}

static void on_input(void *owner)
{
	((struct terminal *)owner)->has_key = true;
}

bool terminal_take_key(struct terminal *t)
{
	bool has_key = t->has_key;
	t->has_key = false;
	return has_key;
}

bool terminal_has_ended(const struct terminal *t)
{
	return t->has_ended;
}

/* Keeps the line that libedit gave as UTF-8. */
static bool keep_line(struct terminal *t, const wchar_t *text, size_t size)
{
	char *line = realloc(t->line, size * UTF8_SIZE_MAX + 1);
	if (!line)
		return false;
	t->line = line;
	t->line_size = t->line_taken = 0;
	while (size > 0 && (text[size - 1] == L'\n' || text[size - 1] == L'\r'))
		size--;
	for (size_t i = 0; i < size; i++)
		t->line_size += utf8_encode((uint32_t)text[i], t->line + t->line_size);
	return t->line_size > 0;
}

static bool edit_line(struct terminal *t)
{
	int count = 0;
	t->columns = window_size().ws_col;
	const wchar_t *text = el_wgets(t->editor, &count);
	if (!text || count <= 0) {
		if (t->is_editing)
			erase_line(t);
		t->is_editing = false;
		(void)fflush(stdout);
		t->has_ended |= count == 0; /* Ctrl-D on an empty line. */
		return false;
	}
	/* The editor has gone to the row below the line. */
	size_t size = (size_t)count;
	size_t shown = text[size - 1] == L'\n' ? size - 1 : size;
	unsigned rows = place_of(t, text + shown).row + 1;
	clear_rows(rows, rows);
	t->is_editing = false;
	(void)fflush(stdout);
	if (!keep_line(t, text, size))
		return false;
	HistEventW event;
	(void)history_w(t->history, &event, H_ENTER, text);
	return true;
}

bool terminal_read_line(struct terminal *t, struct piece *ret_line, bool *ret_is_continuation)
{
	*ret_is_continuation = t->line_taken < t->line_size;
	if (!*ret_is_continuation && !edit_line(t))
		return false;
	const char *rest = t->line + t->line_taken;
	size_t size = text_cut(rest, t->line_size - t->line_taken, CONVERSATION_INPUT_MAX);
	*ret_line = (struct piece){rest, size};
	t->line_taken += size;
	return true;
}

void terminal_set_name(struct terminal *t, struct piece name)
{
	size_t count = 0;
	for (size_t i = 0; i < name.size && count < NAME_CHARACTERS_MAX;) {
		uint32_t code_point;
		i += utf8_decode(name.text + i, name.size - i, &code_point);
		t->prompt[count++] = (wchar_t)code_point;
	}
	(void)wcscpy(t->prompt + count, PROMPT_END);
}

/* --- The window and the job --- */

void terminal_resize(struct terminal *t)
{
	unsigned columns = window_size().ws_col;
	if (t->is_editing) {
		/* Terminals that keep what they show wrap it anew: the cells before the cursor are
		 * the same, in other rows. */
		struct place at = place_of(t, el_wline(t->editor)->cursor);
		go_up((at.row * t->columns + at.column) / columns);
		(void)fputs("\033[J", stdout);
		(void)fflush(stdout);
	}
	t->columns = columns;
	el_resize(t->editor);
	if (t->is_editing)
		el_set(t->editor, EL_REFRESH);
}

void terminal_suspend(struct terminal *t)
{
	if (t->is_editing)
		erase_line(t);
	(void)fflush(stdout);
	el_set(t->editor, EL_PREP_TERM, 0);
	(void)raise(SIGSTOP);
	if (!t->is_editing)
		return;
	el_set(t->editor, EL_PREP_TERM, 1);
	t->columns = window_size().ws_col;
	el_resize(t->editor);
	el_set(t->editor, EL_REFRESH);
}

/* --- Opening --- */

static bool open_editor(struct terminal *t)
{
	HistEventW event;
	t->editor = el_init("chat-multicast", stdin, stdout, stderr);
	t->history = history_winit();
	if (!t->editor || !t->history)
		return false;
	(void)history_w(t->history, &event, H_SETSIZE, HISTORY_SIZE);
	(void)history_w(t->history, &event, H_SETUNIQUE, 1);
	el_set(t->editor, EL_CLIENTDATA, t);
	el_wset(t->editor, EL_PROMPT, prompt_of);
	el_set(t->editor, EL_EDITOR, "emacs");
	el_set(t->editor, EL_SIGNAL, 0);
	el_wset(t->editor, EL_HIST, history_w, t->history);
	el_wset(t->editor, EL_GETCFN, read_key);
	el_set(t->editor, EL_BIND, "^R", "em-inc-search-prev", NULL);
	(void)el_source(t->editor, NULL); /* The user's ~/.editrc, where there is one. */
	return true;
}

struct terminal *terminal_open(bool (*wait_for_key)(void *owner), void *owner)
{
	static const struct view_operations operations = {
		.show = terminal_show,
		.reply = terminal_reply,
		.notice = terminal_notice,
		.flush = terminal_flush,
		.has_room = terminal_is_ready,
		.is_drained = terminal_is_ready,
	};
	struct terminal *t = calloc(1, sizeof(*t));
	if (!t)
		return NULL;
	const char *no_colour = getenv("NO_COLOR");
	t->view.operations = &operations;
	t->wait_for_key = wait_for_key;
	t->owner = owner;
	t->has_colour = !no_colour || no_colour[0] == '\0';
	t->columns = window_size().ws_col;
	t->source = (struct loop_source){.fd = STDIN_FILENO, .on_ready = on_input, .owner = t};
	(void)wcscpy(t->prompt, PROMPT_END);
	if (open_editor(t))
		return t;
	terminal_close(t);
	return NULL;
}

void terminal_close(struct terminal *t)
{
	if (t->history)
		history_wend(t->history);
	if (t->editor)
		el_end(t->editor);
	free(t->line);
	free(t);
}

struct view *terminal_view(struct terminal *t)
{
	return &t->view;
}

struct loop_source *terminal_source(struct terminal *t)
{
	return &t->source;
}
