/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "load/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define STILL_NS (100 * NS_PER_MS)

struct progress *progress_create(const char *path, uint64_t count)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || ftruncate(fd, sizeof(struct progress)) != 0)
		fail("--progress: cannot write %s", path);
	struct progress *p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		fail("--progress: cannot map %s", path);
	(void)close(fd);
	p->count = count;
	return p;
}

const struct progress *progress_open(const char *path)
{
	struct stat about;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &about) != 0)
		fail("--progress: cannot read %s (a sink makes it)", path);
	errno = 0;
	if (about.st_size != sizeof(struct progress))
		fail("--progress: %s is no file of a sink", path);
	struct progress *p = mmap(NULL, sizeof(*p), PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		fail("--progress: cannot map %s", path);
	(void)close(fd);
	errno = 0;
	if (p->count < 1 || p->count > DESTINATIONS_MAX)
		fail("--progress: %s is no file of a sink", path);
	return p;
}

static uint64_t seen(const struct progress *p, uint64_t number)
{
	return atomic_load_explicit(&p->sockets[number].seen, memory_order_acquire);
}

void window_init(struct window *w, const struct progress *progress, uint64_t size)
{
	memset(w, 0, sizeof(*w));
	w->progress = progress;
	w->size = size;
	for (uint64_t i = 0; progress && i < progress->count; i++)
		w->base[i] = seen(progress, i);
}

uint64_t window_behind(struct window *w, int64_t now)
{
	uint64_t behind = 0;
	if (!w->progress)
		return 0;
	for (uint64_t i = 0; i < w->progress->count; i++) {
		uint64_t came = seen(w->progress, i) - w->base[i];
		if (came < w->sent && w->sent - came > behind)
			behind = w->sent - came;
	}
	if (behind != w->last_behind || behind == 0) {
		w->last_behind = behind;
		w->moved_ns = now;
	} else if (now - w->moved_ns > STILL_NS) {
		for (uint64_t i = 0; i < w->progress->count; i++)
			w->base[i] = seen(w->progress, i) - w->sent;
		behind = w->last_behind = 0;
		w->moved_ns = now;
	}
	return behind;
}
