/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_CHAT_PAINT_H
#define RAMURE_APP_CHAT_PAINT_H
/* paint.h - a line of the room as a terminal shows it: time, coloured name, highlight. */
#include "chat/conversation.h"

/* Bytes that painting adds to a line at most. */
#define PAINT_GROWTH 64

/* Writes the line, painted, with its end, into `out`, which has room for the line's size and
 * PAINT_GROWTH, and gives the size. `clock_text` is the time of day ("12:03"). */
size_t paint_line(const struct heard *heard, bool has_colour, const char *clock_text, char *out);

#endif
