/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "collect/files.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int64_t files_number(const char *format, ...)
{
	char path[128], text[32];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(path, sizeof(path), format, arguments);
	va_end(arguments);
	files_line(path, text, sizeof(text));
	char *end;
	long long value = strtoll(text, &end, 10);
	return end == text ? UNKNOWN : value;
}

void files_line(const char *path, char *text, size_t size)
{
	text[0] = '\0';
	FILE *file = fopen(path, "re");
	if (!file)
		return;
	if (fgets(text, (int)size, file))
		text[strcspn(text, "\n")] = '\0';
	else
		text[0] = '\0';
	(void)fclose(file);
}

void files_blind(struct snapshot *s, const char *what, const char *why, const char *how)
{
	struct seen_blind *b = snapshot_add_blind(s);
	(void)snprintf(b->what, sizeof(b->what), "%s", what);
	(void)snprintf(b->why, sizeof(b->why), "%s", why);
	(void)snprintf(b->how, sizeof(b->how), "%s", how);
}
