/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *memory, size_t size)
{
	if (memory)
		return memory;
	(void)fprintf(stderr, "simulation: no memory: %zu bytes more were needed\n", size);
	abort();
}

void *memory_get(size_t size)
{
	return checked(calloc(1, size > 0 ? size : 1), size);
}

void *memory_resize(void *memory, size_t size)
{
	return checked(realloc(memory, size > 0 ? size : 1), size);
}

void *memory_grow(void *memory, uint32_t count, uint32_t *capacity, size_t size)
{
	if (count < *capacity)
		return memory;
	*capacity = *capacity > 0 ? *capacity * 2 : 64;
	return memory_resize(memory, *capacity * size);
}

void *memory_fit(void *memory, uint32_t needed, uint32_t *count, size_t size)
{
	if (needed <= *count)
		return memory;
	uint32_t before = *count;
	*count = needed > 2 * before ? needed : 2 * before;
	char *grown = memory_resize(memory, *count * size);
	memset(grown + before * size, 0, (*count - before) * size);
	return grown;
}
