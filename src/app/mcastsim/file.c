/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "file.h"
#include "sim/memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PART ((size_t)1 << 16)

char *file_read(const char *path, size_t *ret_size, struct failure *failure)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	char *text = NULL;
	size_t size = 0, got = 1;
	while (file && got > 0) {
		text = memory_resize(text, size + PART);
		got = fread(text + size, 1, PART, file);
		size += got;
	}
	if (!file || ferror(file)) {
		(void)failure_set(failure, -errno, "cannot read '%s': %s", path, strerror(errno));
		free(text);
		text = NULL;
	}
	if (file && file != stdin)
		(void)fclose(file);
	*ret_size = size;
	return text;
}
