/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_EXPONENTIAL_H
#define RAMURE_SIM_EXPONENTIAL_H
/* exponential.h - gaps between things that happen independently of each other, at some rate.
 *
 * Without a logarithm, whose last bits differ from one mathematical library to the next: von
 * Neumann's method (Various techniques used in connection with random digits, 1951) needs nothing
 * but comparisons.
 */
#include "base/random.h"

/* `whole` + `part` / 2^64. */
struct exponential {
	uint64_t whole;
	uint64_t part;
};

/* A draw whose mean is 1. Takes 4.3 draws of `r` in the mean, without a limit. */
struct exponential exponential_draw(struct random *r);

#endif
