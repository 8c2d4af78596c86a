/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/text.h"

#include <stdarg.h>
#include <stdio.h>

void text_put(struct text *t, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int written = vsnprintf(t->out + t->used, t->size - t->used, format, arguments);
	va_end(arguments);
	size_t room = t->size - t->used - 1;
	t->used += written < 0 ? 0 : (size_t)written < room ? (size_t)written : room;
}
