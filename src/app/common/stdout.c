/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "app/common/stdout.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int stdout_open(void)
{
	struct stat status;
	if (fstat(STDOUT_FILENO, &status) != 0)
		return -errno;
	int fd = -1;
	if (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode))
		fd = open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd >= 0)
		return fd;
	fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	if (fd >= 0 && !S_ISREG(status.st_mode))
		(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	return fd < 0 ? -errno : fd;
}
