/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_COMMON_STREAM_H
#define RAMURE_APP_COMMON_STREAM_H
/* stream.h - standard output and error that never make the program wait. */

/* A descriptor for what `standard_fd` (STDOUT_FILENO, STDERR_FILENO) leads to that does not block,
 * to be closed by the caller; negative errno on failure. It is a description of its own where the
 * system allows that: setting the flag on the shared one would change it for the shell and for
 * whoever else has it. Regular files never block. */
int stream_open(int standard_fd);

#endif
