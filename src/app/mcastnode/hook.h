/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_MCASTNODE_HOOK_H
#define RAMURE_APP_MCASTNODE_HOOK_H
/* hook.h - commands of the user that are run when something happens. */

/* Runs `command` with the shell, and does not wait for it; `name` is set to `value` in its
 * environment. The log is told if it cannot be begun. */
void hook_run(const char *command, const char *name, const char *value);

#endif
