/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_COLLECT_CHILD_H
#define RAMURE_COLLECT_CHILD_H
/* child.h - runs a program of the system, and reads what it prints. */
#include <stddef.h>
#include <stdint.h>

#define CHILD_ERROR_SIZE 96

/* Runs argv[0], which is looked for where programs of the system are, and not in PATH; without a
 * shell, with an empty standard input, for at most `timeout_ms`. Gives in `ret_output` what it
 * printed (the caller frees it; NUL-terminated, at most `size_max` bytes), and in `ret_error` the
 * first line of its standard error.
 *
 * 0, or a negative errno: -ENOENT, there is no such program; -ETIMEDOUT; -EFBIG, it printed more;
 * -EPERM, it ended with an error that tells of permissions; -EIO, with another one. */
int child_read(const char *const argv[], size_t size_max, int64_t timeout_ms, char **ret_output,
	       char ret_error[CHILD_ERROR_SIZE]);

#endif
