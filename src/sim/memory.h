/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_MEMORY_H
#define RAMURE_SIM_MEMORY_H
/* memory.h - memory for a simulation, which is of no use without it: what runs out ends the
 * program, with a sentence. */
#include <stddef.h>
#include <stdint.h>

/* Zeroed; to be freed with free. */
void *memory_get(size_t size);

/* realloc: what is added is not zeroed. */
void *memory_resize(void *memory, size_t size);

/* Makes room for one more item of `size` bytes behind `count` of them; `capacity` doubles when it
 * is used up. */
void *memory_grow(void *memory, uint32_t count, uint32_t *capacity, size_t size);

/* Makes room for at least `needed` items of `size` bytes where there are `*count`, which grows
 * then, to twice as many or more; what is added is zeroed. */
void *memory_fit(void *memory, uint32_t needed, uint32_t *count, size_t size);

#endif
