/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "lib/membership.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *membership_new(size_t size, const struct membership_operations *operations,
		     struct failure *failure)
{
	struct ramure *r = calloc(1, size);
	int error = r ? loop_init(&r->loop) : -ENOMEM;
	if (!error) {
		r->operations = operations;
		return r;
	}
	free(r);
	failure_set(failure, error, "cannot make a membership: %s", strerror(-error));
	return NULL;
}

void membership_note(struct ramure *r, enum ramure_event_type type, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(r->notice, sizeof(r->notice), format, arguments);
	va_end(arguments);
	r->notice_type = type;
	r->has_notice = true;
}

void membership_free(struct ramure *r)
{
	r->operations->close(r);
	loop_done(&r->loop);
	free(r);
}
