/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_NET_CLOCK_H
#define RAMURE_NET_CLOCK_H
/* clock.h - the one place where the time is read, and where seeds come from. */
#include "base/time.h"

/* CLOCK_MONOTONIC. Read once per turn of a loop and handed down. */
struct time clock_now(void);

/* 64 unpredictable bits from the kernel, to seed a generator. */
uint64_t clock_seed(void);

#endif
