/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/quantity.h"

#include "sim/clock.h"

#include <assert.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* `digits` / 10^`places`. With 15 digits and 10^22 at most, both are exact as doubles, and their
 * quotient is the nearest one. */
#define DIGITS_END UINT64_C(1000000000000000)
#define PLACES_MAX 15

struct decimal {
	uint64_t digits;
	unsigned places;
};

struct unit {
	const char *name;
	int64_t factor;
};

/* From the largest to the smallest: printing takes the first that fits. */
static const struct unit DURATION[] = {
	{"d", INT64_C(86400000000)},
	{"h", INT64_C(3600000000)},
	{"min", 60000000},
	{"s", 1000000},
	{"ms", 1000},
	{"us", 1},
};
static const struct unit BANDWIDTH[] = {
	{"Gbit/s", 1000000000}, {"Mbit/s", 1000000}, {"kbit/s", 1000}, {"bit/s", 1}};
static const struct unit BYTES[] = {{"GB", 1000000000}, {"MB", 1000000}, {"kB", 1000}, {"B", 1}};
static const struct unit RATE[] = {{"/d", 86400}, {"/h", 3600}, {"/min", 60}, {"/s", 1}};
static const struct unit PPM[] = {{"ppm", 1}};
static const struct unit COUNTS[] = {{"M", 1000000}, {"k", 1000}, {"", 1}};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static int64_t power_of_ten(unsigned exponent)
{
	int64_t power = 1;
	while (exponent-- > 0)
		power *= 10;
	return power;
}

/* --- Reading --- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool read_digits(const char **text, uint64_t *digits)
{
	const char *at = *text;
	for (; is_digit(*at) && *digits < DIGITS_END; at++)
		*digits = *digits * 10 + (uint64_t)(*at - '0');
	bool is_good = at > *text && *digits < DIGITS_END;
	*text = at;
	return is_good;
}

/* Reads the number; `text` is behind it then. */
static bool read_decimal(const char **text, struct decimal *d)
{
	*d = (struct decimal){0};
	if (!read_digits(text, &d->digits))
		return false;
	if (**text != '.')
		return true;
	const char *point = (*text)++;
	bool is_good = read_digits(text, &d->digits) && *text - point - 1 <= PLACES_MAX;
	d->places = is_good ? (unsigned)(*text - point - 1) : 0;
	return is_good;
}

static const struct unit *find_unit(const char *name, const struct unit *units, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(name, units[i].name) == 0)
			return &units[i];
	return NULL;
}

/* `d` times `factor`, if that is a whole number up to `max`. */
static bool to_whole(struct decimal d, int64_t factor, int64_t max, int64_t *ret)
{
	__extension__ typedef unsigned __int128 uint128;
	uint128 product = (uint128)d.digits * (uint64_t)factor;
	uint64_t divisor = (uint64_t)power_of_ten(d.places);
	if (product % divisor != 0 || product / divisor > (uint64_t)max)
		return false;
	*ret = (int64_t)(product / divisor);
	return true;
}

/* A number and one of the units; a bare 0 needs none. */
static bool read_whole(const char *text, const struct unit *units, size_t count, int64_t max,
		       int64_t *ret)
{
	struct decimal d;
	if (!read_decimal(&text, &d))
		return false;
	const struct unit *unit = find_unit(text, units, count);
	if (!unit && (d.digits != 0 || *text != '\0'))
		return false;
	return to_whole(d, unit ? unit->factor : 1, max, ret);
}

bool quantity_duration(const char *text, int64_t *ret_us)
{
	return read_whole(text, DURATION, LENGTH(DURATION), QUANTITY_DURATION_MAX_US, ret_us);
}

bool quantity_bandwidth(const char *text, int64_t *ret_bits_per_s)
{
	return read_whole(text, BANDWIDTH, LENGTH(BANDWIDTH), QUANTITY_BANDWIDTH_MAX,
			  ret_bits_per_s);
}

bool quantity_bytes(const char *text, int64_t *ret_bytes)
{
	static const struct unit bare[] = {{"", 1}};
	return read_whole(text, bare, 1, QUANTITY_BYTES_MAX, ret_bytes) ||
	       read_whole(text, BYTES, LENGTH(BYTES), QUANTITY_BYTES_MAX, ret_bytes);
}

bool quantity_ppm(const char *text, int32_t *ret_ppm)
{
	bool is_negative = text[0] == '-';
	const char *magnitude = is_negative ? text + 1 : text;
	int64_t ppm;
	if (!read_whole(magnitude, PPM, 1, CLOCK_PPM_MAX, &ppm) || strchr(text, 'p') == NULL)
		return false;
	*ret_ppm = (int32_t)(is_negative ? -ppm : ppm);
	return true;
}

bool quantity_count(const char *text, uint32_t *ret_count)
{
	struct decimal d;
	int64_t count;
	if (!read_decimal(&text, &d))
		return false;
	bool has_exponent = text[0] == 'e' && text[1] >= '0' && text[1] <= '7' && text[2] == '\0';
	const struct unit *unit = find_unit(text, COUNTS, LENGTH(COUNTS));
	if (!has_exponent && !unit)
		return false;
	int64_t factor = unit ? unit->factor : power_of_ten((unsigned)(text[1] - '0'));
	if (!to_whole(d, factor, QUANTITY_COUNT_MAX, &count))
		return false;
	*ret_count = (uint32_t)count;
	return true;
}

/* `d` / `divisor`, if that is up to `max`. */
static bool to_double(struct decimal d, int64_t divisor, double max, double *ret)
{
	double value = (double)d.digits / ((double)power_of_ten(d.places) * (double)divisor);
	if (value > max)
		return false;
	*ret = value;
	return true;
}

bool quantity_probability(const char *text, double *ret_probability)
{
	struct decimal d;
	if (!read_decimal(&text, &d) || (strcmp(text, "%") != 0 && *text != '\0'))
		return false;
	return to_double(d, *text == '%' ? 100 : 1, 1, ret_probability);
}

bool quantity_rate(const char *text, double *ret_per_s)
{
	struct decimal d;
	if (!read_decimal(&text, &d))
		return false;
	const struct unit *unit = find_unit(text, RATE, LENGTH(RATE));
	if (!unit && (d.digits != 0 || *text != '\0'))
		return false;
	return to_double(d, unit ? unit->factor : 1, QUANTITY_RATE_MAX_PER_S, ret_per_s);
}

bool quantity_number(const char *text, double *ret_number)
{
	struct decimal d;
	return read_decimal(&text, &d) && *text == '\0' &&
	       to_double(d, 1, QUANTITY_NUMBER_MAX, ret_number);
}

/* --- Writing --- */

static void print_decimal(char *out, struct decimal d, const char *unit)
{
	uint64_t one = (uint64_t)power_of_ten(d.places);
	int length = d.places == 0
			     ? snprintf(out, QUANTITY_TEXT_SIZE, "%" PRIu64 "%s", d.digits, unit)
			     : snprintf(out, QUANTITY_TEXT_SIZE, "%" PRIu64 ".%0*" PRIu64 "%s",
					d.digits / one, (int)d.places, d.digits % one, unit);
	assert(length < QUANTITY_TEXT_SIZE);
	(void)length;
}

static void print_whole(char *out, int64_t value, const struct unit *units, size_t count)
{
	size_t i = 0;
	assert(value >= 0);
	while (i < count - 1 && (value == 0 || value % units[i].factor != 0))
		i++;
	struct decimal d = {.digits = (uint64_t)(value / units[i].factor)};
	print_decimal(out, d, units[i].name);
}

void quantity_print_duration(char out[QUANTITY_TEXT_SIZE], int64_t us)
{
	print_whole(out, us, DURATION, LENGTH(DURATION));
}

void quantity_print_bandwidth(char out[QUANTITY_TEXT_SIZE], int64_t bits_per_s)
{
	print_whole(out, bits_per_s, BANDWIDTH, LENGTH(BANDWIDTH));
}

void quantity_print_bytes(char out[QUANTITY_TEXT_SIZE], int64_t bytes)
{
	print_whole(out, bytes, BYTES, LENGTH(BYTES));
}

/* The decimal with the fewest places that is read as `value`; if there is none, the longest that
 * there is room for. */
static struct decimal decimal_of(double value)
{
	struct decimal d = {0};
	assert(value >= 0 && value < (double)DIGITS_END);
	for (unsigned places = 0; places <= PLACES_MAX + 2; places++) {
		double power = (double)power_of_ten(places);
		double scaled = value * power;
		scaled += 0.5; /* A statement of its own: no compiler may fuse the two. */
		if (scaled >= (double)DIGITS_END)
			break;
		d = (struct decimal){.digits = (uint64_t)scaled, .places = places};
		if ((double)d.digits / power == value)
			break;
	}
	return d;
}

void quantity_print_number(char out[QUANTITY_TEXT_SIZE], double number)
{
	print_decimal(out, decimal_of(number), "");
}

void quantity_print_probability(char out[QUANTITY_TEXT_SIZE], double probability)
{
	struct decimal d = decimal_of(probability);
	for (; d.places < 2; d.places++)
		d.digits *= 10;
	d.places -= 2;
	print_decimal(out, d, "%");
}
