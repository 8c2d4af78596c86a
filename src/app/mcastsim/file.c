/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "file.h"
#include "sim/memory.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PART ((size_t)1 << 16)

/* What was on standard input, which comes only once: --compare reads the options several times. */
static struct {
	char *text; /* NULL: not read. */
	size_t size;
} input;

static char *copy_input(size_t *ret_size)
{
	char *text = memory_get(input.size + 1);
	memcpy(text, input.text, input.size);
	*ret_size = input.size;
	return text;
}

char *file_read(const char *path, size_t *ret_size, struct failure *failure)
{
	bool is_input = strcmp(path, "-") == 0;
	FILE *file = is_input ? stdin : fopen(path, "rb");
	char *text = NULL;
	size_t size = 0, got = 1;
	if (is_input && input.text)
		return copy_input(ret_size);
	while (file && got > 0) {
		text = memory_resize(text, size + PART);
		got = fread(text + size, 1, PART, file);
		size += got;
	}
	if (!file || ferror(file)) {
		(void)failure_set(failure, -errno, "cannot read '%s': %s",
				  is_input ? "standard input" : path, strerror(errno));
		free(text);
		text = NULL;
	}
	if (file && file != stdin)
		(void)fclose(file);
	if (is_input && text) {
		input.text = text;
		input.size = size;
		return copy_input(ret_size);
	}
	*ret_size = size;
	return text;
}
