/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_NET_LOOP_H
#define RAMURE_NET_LOOP_H
/* loop.h - waits for file descriptors and one deadline (epoll), and for signals (signalfd).
 *
 *     loop_init -> loop_add* -> loop_wait* -> loop_done
 *
 * Sources belong to the caller and are lent to the loop from loop_add to loop_remove. A regular
 * file or /dev/null cannot be waited for (epoll answers EPERM): the loop counts it as always
 * readable. There is no timer object: the caller hands in its earliest deadline, so an idle program
 * has none and never wakes up.
 */
#include "base/time.h"

#include <signal.h>

struct loop_source {
	int fd;         /* Not owned. */
	bool is_output; /* on_ready when it can be written to, not when it can be read. */
	void (*on_ready)(
		void *owner); /* Readable, closed or failed: read it and see. Level-triggered. */
	void *owner;          /* Handed to on_ready. */
	bool may_spin;        /* Where the loop spins, on_ready is called all the time: it finds out
				 itself whether something came, or an error. */
	bool has_error;       /* Set before on_ready: epoll reports an error there. */
	bool is_polled;       /* Set by loop_add: a file, always readable, or one that spins. */
	bool is_paused;       /* Set by loop_pause. */
	struct loop_source *next; /* The loop's list. */
};

struct loop {
	int epoll_fd;
	/* May be set before sources are added: loop_wait looks and never waits, for who pays a core
	 * for latency. Waking up is most of a hop's delay, and epoll some of the rest. */
	bool spins;
	unsigned spin_count;
	struct loop_source *sources;
};

/* Negative errno if the kernel gives no epoll descriptor. */
int loop_init(struct loop *l);
void loop_done(struct loop *l);

/* Starts to watch `s`, which keeps its address until loop_remove. Negative errno if it cannot be
 * watched. */
int loop_add(struct loop *l, struct loop_source *s);
void loop_remove(struct loop *l, struct loop_source *s);

/* While paused, on_ready is not called, whatever waits there. */
void loop_pause(struct loop *l, struct loop_source *s, bool paused);

/* Waits until a source is ready, or `deadline` has come, and calls on_ready of each source that is;
 * false if none was. TIME_NEVER waits for ever; a deadline in the past only looks. A callback may
 * add, pause and remove sources. */
bool loop_wait(struct loop *l, struct time deadline);

/* Blocks the signals and gives a descriptor that becomes readable when one arrives (close it at the
 * end); negative errno on failure. */
int signals_open(const sigset_t *signals);

/* The next signal that has arrived, 0 if there is none. */
int signals_next(int fd);

#endif
