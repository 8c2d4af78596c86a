/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "app/common/usage.h"
#include "base/time.h"
#include "core/full.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS_MAX (366.0 * 24 * 3600)

const char *usage_program = "ramure";
int usage_exit_code = 2;

void usage_refuse(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	(void)fprintf(stderr, "%s: ", usage_program);
	(void)vfprintf(stderr, format, arguments);
	(void)fputs(" (--help shows the options)\n", stderr);
	va_end(arguments);
	exit(usage_exit_code);
}

void usage_refuse_option(int answer, const char *argument)
{
	if (answer == ':')
		usage_refuse("option '%s' wants a value", argument);
	usage_refuse("no such option: '%s'", argument);
}

int usage_number(const char *option, const char *text, int min, int max)
{
	char *end;
	long value = strtol(text, &end, 10);
	if (end == text || *end != '\0' || value < min || value > max)
		usage_refuse("%s '%s': not a number from %d to %d", option, text, min, max);
	return (int)value;
}

int64_t usage_seconds(const char *option, const char *text, bool may_be_zero)
{
	char *end;
	double value = strtod(text, &end);
	bool good = end != text && *end == '\0' && value >= 0 && value <= SECONDS_MAX;
	int64_t us = good ? (int64_t)(value * 1e6) : 0;
	if (!good || (us == 0 && !may_be_zero))
		usage_refuse("%s '%s': not a number of seconds, such as 2.5", option, text);
	return us;
}

bool usage_profile(const char *text)
{
	if (!text)
		text = PROFILE_DEFAULT;
	if (strcmp(text, "base") != 0 && strcmp(text, "full") != 0)
		usage_refuse("--profile '%s': not base or full", text);
	return strcmp(text, "full") == 0;
}

unsigned usage_bind(const char *option, const char *text, uint16_t port,
		    struct endpoint ret_list[2])
{
	static const uint8_t zero[16];
	if (!text) {
		ret_list[0] = endpoint_from_v4(zero, port);
		ret_list[1] = endpoint_from_v6(zero, port);
		return 2;
	}
	if (!endpoint_parse_address(text, port, &ret_list[0]))
		usage_refuse("%s '%s': not an IP address of this host", option, text);
	return 1;
}
