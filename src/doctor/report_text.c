/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/report_text.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

/* Not controls, not separators of lines, nothing that reorders the text behind it. */
static bool is_safe(uint32_t c)
{
	return c >= 0x20 && (c < 0x7F || c > 0x9F) && (c < 0x2028 || c > 0x202E) &&
	       (c < 0x2066 || c > 0x2069) && c != UTF8_REPLACEMENT;
}

size_t text_put(FILE *file, const char *text, size_t size)
{
	size_t columns = 0;
	for (size_t i = 0, used; i < size; i += used, columns++) {
		uint32_t c;
		used = utf8_decode(text + i, size - i, &c);
		if (is_safe(c))
			(void)fwrite(text + i, 1, used, file);
		else
			(void)fputc('?', file);
	}
	return columns;
}

void text_clean(const char *text, size_t size, char *ret_text)
{
	for (size_t i = 0, used; i < size; i += used) {
		uint32_t c;
		used = utf8_decode(text + i, size - i, &c);
		if (is_safe(c)) {
			memcpy(ret_text, text + i, used);
			ret_text += used;
		} else {
			*ret_text++ = '?';
		}
	}
	*ret_text = '\0';
}

void text_say(FILE *file, const char *format, ...)
{
	char line[1024];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	(void)text_put(file, line, strlen(line));
	(void)fputc('\n', file);
}
