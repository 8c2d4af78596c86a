/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_COMMON_STDOUT_H
#define RAMURE_APP_COMMON_STDOUT_H
/* stdout.h - standard output that never makes the program wait. */

/* A descriptor for standard output that does not block, to be closed by the caller; negative errno
 * on failure. It is a description of its own where the system allows that: setting the flag on the
 * shared one would change it for the shell and for whoever else has it. Regular files never block.
 */
int stdout_open(void);

#endif
