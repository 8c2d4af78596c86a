/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "batch.h"
#include "sim/memory.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the processes share. */
struct shared {
	_Atomic uint64_t next; /* The place of the seed that nobody has taken. */
	_Atomic uint64_t end;  /* Where to stop: all seeds before are run. */
};

static bool goes_on(void *owner, const struct experiment *e)
{
	(void)owner;
	(void)e;
	return !progress_is_stopped();
}

/* The result is larger than nothing and smaller than PIPE_BUF, so it is written in one piece. */
_Static_assert(sizeof(struct run_result) <= 4096, "a result does not fit into a pipe at once");

static void end_at(struct shared *shared, uint64_t place)
{
	uint64_t end = atomic_load(&shared->end);
	while (place < end && !atomic_compare_exchange_weak(&shared->end, &end, place)) {
	}
}

static void work(struct shared *shared, const struct options *o, int pipe_fd, pid_t parent)
{
	const struct run_wishes wishes = {.goes_on = goes_on};
	struct run_result result;
	struct failure failure;
	/* Nobody wants the results of orphans; it may be one already. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	for (;;) {
		uint64_t place = atomic_fetch_add(&shared->next, 1);
		if (place >= atomic_load(&shared->end) || progress_is_stopped())
			_exit(0);
		(void)run_seed(o, o->first_seed + place, &wishes, &result, &failure);
		if (write(pipe_fd, &result, sizeof(result)) != sizeof(result))
			_exit(1);
		if (result.is_violated)
			end_at(shared, place);
	}
}

/* Takes results until all processes have closed the pipe. */
static void collect(struct batch *b, const struct options *o, int pipe_fd,
		    struct progress *progress)
{
	struct run_result result;
	uint64_t done = 0;
	for (;;) {
		ssize_t got = read(pipe_fd, &result, sizeof(result));
		if (got < 0 && errno == EINTR)
			continue;
		if (got != sizeof(result))
			break;
		uint64_t place = result.seed - o->first_seed;
		b->results[place] = result;
		if (result.is_violated && place < b->bad)
			b->bad = place;
		progress_of_runs(progress, ++done, b->count);
	}
}

static unsigned job_count(const struct options *o, uint64_t runs)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t count = o->jobs > 0 ? o->jobs : cores > 0 ? (uint64_t)cores : 1;
	count = count > 1024 ? 1024 : count;
	return (unsigned)(count < runs ? count : runs);
}

/* A seed without a result crashed, and took its process with it. */
static void find_crashed(struct batch *b)
{
	for (uint64_t place = 0; place < b->bad && !progress_is_stopped(); place++)
		if (!b->results[place].is_done)
			b->bad = place;
}

int batch_run(struct batch *b, const struct options *o, struct progress *progress,
	      struct failure *failure)
{
	pid_t processes[1024];
	int pipe_fds[2];
	uint64_t count = o->last_seed - o->first_seed + 1;
	unsigned jobs = job_count(o, count), started = 0;
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	*b = (struct batch){
		.results = memory_get(count * sizeof(*b->results)),
		.count = count,
		.bad = count,
	};
	if (shared == MAP_FAILED || pipe(pipe_fds) != 0)
		return failure_set(failure, -errno, "cannot start processes: %s", strerror(errno));
	atomic_store(&shared->end, count);
	(void)fflush(NULL);
	pid_t parent = getpid();
	for (; started < jobs; started++) {
		processes[started] = fork();
		if (processes[started] == 0) {
			(void)close(pipe_fds[0]);
			work(shared, o, pipe_fds[1], parent);
		}
		if (processes[started] < 0)
			break;
	}
	int code = started == 0 ? failure_set(failure, -errno, "cannot start processes: %s",
					      strerror(errno))
				: 0;
	(void)close(pipe_fds[1]);
	collect(b, o, pipe_fds[0], progress);
	(void)close(pipe_fds[0]);
	for (unsigned i = 0; i < started; i++)
		while (waitpid(processes[i], NULL, 0) < 0 && errno == EINTR) {
		}
	if (code == 0)
		find_crashed(b);
	(void)munmap(shared, sizeof(*shared));
	return code;
}

void batch_done(struct batch *b)
{
	free(b->results);
}
