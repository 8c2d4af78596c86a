/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/loop.h"
#include "net/clock.h"

#include <assert.h>
#include <errno.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#define EVENTS_PER_WAIT 16
#define SPINS           16 /* Some 10 us: so often the others are looked at, too. */

int loop_init(struct loop *l)
{
	*l = (struct loop){.epoll_fd = epoll_create1(EPOLL_CLOEXEC)};
	return l->epoll_fd < 0 ? -errno : 0;
}

void loop_done(struct loop *l)
{
	close(l->epoll_fd);
	l->sources = NULL;
}

static struct epoll_event interest(struct loop_source *s)
{
	return (struct epoll_event){.events = s->is_output ? EPOLLOUT : EPOLLIN,
				    .data = {.ptr = s}};
}

int loop_add(struct loop *l, struct loop_source *s)
{
	struct epoll_event event = interest(s);
	s->is_polled = l->spins && s->may_spin;
	s->is_paused = false;
	if (!s->is_polled && epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, s->fd, &event) != 0) {
		if (errno != EPERM)
			return -errno;
		s->is_polled = true;
	}
	s->next = l->sources;
	l->sources = s;
	return 0;
}

static struct loop_source **find_link(struct loop *l, const struct loop_source *s)
{
	struct loop_source **link = &l->sources;
	while (*link && *link != s)
		link = &(*link)->next;
	return link;
}

void loop_remove(struct loop *l, struct loop_source *s)
{
	struct loop_source **link = find_link(l, s);
	if (!*link)
		return;
	*link = s->next;
	if (!s->is_polled && !s->is_paused)
		epoll_ctl(l->epoll_fd, EPOLL_CTL_DEL, s->fd, NULL);
}

void loop_pause(struct loop *l, struct loop_source *s, bool paused)
{
	if (s->is_paused == paused)
		return;
	s->is_paused = paused;
	if (s->is_polled)
		return;
	/* Out of the set, not an empty mask: epoll reports a hang-up even where nothing is asked
	 * for. */
	struct epoll_event event = interest(s);
	epoll_ctl(l->epoll_fd, paused ? EPOLL_CTL_DEL : EPOLL_CTL_ADD, s->fd, &event);
}

static bool has_polled(const struct loop *l)
{
	for (const struct loop_source *s = l->sources; s; s = s->next)
		if (s->is_polled && !s->is_paused)
			return true;
	return false;
}

static struct timespec time_left(struct time deadline)
{
	int64_t us = time_elapsed_us(clock_now(), deadline);
	if (us < 0)
		us = 0;
	return (struct timespec){.tv_sec = us / US_PER_S, .tv_nsec = us % US_PER_S * 1000};
}

#define POLLED_MAX 8

/* Files are always readable. Those that a callback of this turn removes are passed over. */
static bool call_polled(struct loop *l)
{
	struct loop_source *polled[POLLED_MAX];
	unsigned count = 0;
	for (struct loop_source *s = l->sources; s && count < POLLED_MAX; s = s->next)
		if (s->is_polled)
			polled[count++] = s;
	bool called = false;
	for (unsigned i = 0; i < count; i++) {
		if (!*find_link(l, polled[i]) || polled[i]->is_paused)
			continue;
		polled[i]->on_ready(polled[i]->owner);
		called = true;
	}
	return called;
}

/* Waits, and calls the sources that epoll reports; false if there was none. */
static bool wait_and_call(struct loop *l, const struct timespec *left)
{
	struct epoll_event events[EVENTS_PER_WAIT];
	int count = epoll_pwait2(l->epoll_fd, events, EVENTS_PER_WAIT, left, NULL);
	assert(count >= 0 || errno == EINTR);
	for (int i = 0; i < count; i++) {
		struct loop_source *s = events[i].data.ptr;
		if (!*find_link(l, s) || s->is_paused)
			continue; /* An earlier callback has removed it. */
		s->has_error = events[i].events & EPOLLERR;
		s->on_ready(s->owner);
	}
	return count > 0;
}

bool loop_wait(struct loop *l, struct time deadline)
{
	const struct timespec none = {0, 0};
	if (l->spins) {
		/* Whether those that are polled had anything is not known. */
		bool was_busy = l->spin_count++ % SPINS == 0 && wait_and_call(l, &none);
		(void)call_polled(l);
		return was_busy;
	}
	if (has_polled(l)) {
		bool was_busy = wait_and_call(l, &none);
		return call_polled(l) || was_busy;
	}
	if (time_is_never(deadline))
		return wait_and_call(l, NULL);
	struct timespec left = time_left(deadline);
	return wait_and_call(l, &left);
}

int signals_open(const sigset_t *signals)
{
	if (sigprocmask(SIG_BLOCK, signals, NULL) != 0)
		return -errno;
	int fd = signalfd(-1, signals, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

int signals_next(int fd)
{
	struct signalfd_siginfo info;
	ssize_t size = read(fd, &info, sizeof(info));
	return size == sizeof(info) ? (int)info.ssi_signo : 0;
}
