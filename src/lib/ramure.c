/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* ramure.c - the public API: chooses the kind of membership by the room, and hands calls on. */
#include "ramure.h"
#include "lib/kinds.h"
#include "lib/membership.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *ramure_version(void)
{
	return RAMURE_VERSION;
}

int ramure_join(const struct ramure_options *options, struct ramure **ret_ramure,
		struct ramure_error *ret_error)
{
	struct failure failure = {0};
	bool is_tree = strncmp(options->room, RAMURE_TREE_PREFIX, strlen(RAMURE_TREE_PREFIX)) == 0;
	int error = is_tree ? tree_open(options, ret_ramure, &failure)
			    : native_open(options, ret_ramure, &failure);
	if (!error)
		return 0;
	ret_error->code = failure.code;
	(void)snprintf(ret_error->text, sizeof(ret_error->text), "%s", failure.text);
	return failure.code;
}

void ramure_leave(struct ramure *r)
{
	if (r)
		membership_free(r);
}

int ramure_fd(const struct ramure *r)
{
	return r->loop.epoll_fd;
}

void ramure_step(struct ramure *r)
{
	if (r->operations->begin_step)
		r->operations->begin_step(r);
	loop_wait(&r->loop, (struct time){0}); /* Long past: only look. */
}

bool ramure_next(struct ramure *r, struct ramure_event *ret_event)
{
	if (!r->has_notice)
		return r->operations->next(r, ret_event);
	r->has_notice = false;
	*ret_event = (struct ramure_event){.type = r->notice_type, .text = r->notice};
	return true;
}

int ramure_run(struct ramure *r, bool (*on_event)(void *owner, const struct ramure_event *event),
	       void *owner)
{
	struct pollfd ready = {.fd = ramure_fd(r), .events = POLLIN};
	struct ramure_event event;
	for (;;) {
		while (ramure_next(r, &event))
			if (!on_event(owner, &event))
				return 0;
		if (poll(&ready, 1, -1) < 0)
			return -errno; /* EINTR: no other is possible with one descriptor. */
		ramure_step(r);
	}
}

int ramure_send(struct ramure *r, const void *bytes, size_t size)
{
	return r->operations->send(r, bytes, size);
}

bool ramure_hears_itself(const struct ramure *r)
{
	return r->operations->hears_itself(r);
}
