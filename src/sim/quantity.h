/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_QUANTITY_H
#define RAMURE_SIM_QUANTITY_H
/* quantity.h - numbers with units as options and scenarios have them, read and written.
 *
 * A number is digits, and may have a point with digits on both sides: no sign, no exponent, at most
 * 15 digits that count and 15 behind the point. The unit follows at once. Nothing depends on the
 * locale, and nothing is rounded: what is counted in whole numbers (microseconds, bits, bytes) has
 * to be one, so that "0.5us" is refused; the rest is the nearest double on every machine.
 *
 * Each reader gives false, and leaves the result untouched, if `text` is not exactly such a
 * quantity or out of its range.
 */
#include <stdbool.h>
#include <stdint.h>

#define QUANTITY_DURATION_MAX_US (INT64_C(10) * 365 * 86400 * 1000000)
#define QUANTITY_BANDWIDTH_MAX   INT64_C(1000000000000)
#define QUANTITY_BYTES_MAX       INT64_C(1000000000000)
#define QUANTITY_RATE_MAX_PER_S  1e6
#define QUANTITY_NUMBER_MAX      1e9
#define QUANTITY_COUNT_MAX       16000000

/* "250us", "10ms", "1.5s", "2min", "1h", "1d"; a bare "0". Not negative, at most ten years. */
bool quantity_duration(const char *text, int64_t *ret_us);

/* "1%", "0.5%", "0.01": 0 to 1. */
bool quantity_probability(const char *text, double *ret_probability);

/* "2/s", "30/min", "1/h", "1/d"; a bare "0". At most a million a second; how many in a second. */
bool quantity_rate(const char *text, double *ret_per_s);

/* "64kbit/s", "10Mbit/s", "1Gbit/s", "800bit/s" (powers of ten); a bare "0". At most 1000 Gbit/s.
 */
bool quantity_bandwidth(const char *text, int64_t *ret_bits_per_s);

/* "100", "100B", "64kB", "1MB", "1GB" (powers of ten). At most 1000 GB. */
bool quantity_bytes(const char *text, int64_t *ret_bytes);

/* "100ppm", "-50ppm": whole numbers, at most CLOCK_PPM_MAX either way (clock.h). */
bool quantity_ppm(const char *text, int32_t *ret_ppm);

/* "100", "10000", "1e6", "10k", "1M": at most 16,000,000. */
bool quantity_count(const char *text, uint32_t *ret_count);

/* "3", "2.5": at most a thousand million. */
bool quantity_number(const char *text, double *ret_number);

/* Room for any of the following. */
#define QUANTITY_TEXT_SIZE 40

/* Writes what the reader of the same name reads as the same value, in the largest unit in which it
 * is a whole number. Doubles that did not come from a reader are rounded to 15 digits. */
void quantity_print_duration(char out[QUANTITY_TEXT_SIZE], int64_t us);
void quantity_print_probability(char out[QUANTITY_TEXT_SIZE], double probability); /* In %. */
void quantity_print_bandwidth(char out[QUANTITY_TEXT_SIZE], int64_t bits_per_s);
void quantity_print_bytes(char out[QUANTITY_TEXT_SIZE], int64_t bytes);
void quantity_print_number(char out[QUANTITY_TEXT_SIZE], double number);

#endif
