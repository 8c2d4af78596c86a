/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "app/common/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int stream_open(int standard_fd)
{
	struct stat status;
	char path[32];
	if (fstat(standard_fd, &status) != 0)
		return -errno;
	int fd = -1;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", standard_fd);
	if (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode))
		fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd >= 0)
		return fd;
	fd = fcntl(standard_fd, F_DUPFD_CLOEXEC, 3);
	if (fd >= 0 && !S_ISREG(status.st_mode))
		(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	return fd < 0 ? -errno : fd;
}
