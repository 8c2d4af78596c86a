/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/failure.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

int failure_set(struct failure *f, int code, const char *format, ...)
{
	assert(code < 0);
	va_list arguments;
	va_start(arguments, format);
	f->code = code;
	(void)vsnprintf(f->text, sizeof(f->text), format, arguments);
	va_end(arguments);
	return code;
}
