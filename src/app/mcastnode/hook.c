/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "hook.h"
#include "app/common/daemon.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void hook_run(const char *command, const char *name, const char *value)
{
	sigset_t none;
	(void)signal(SIGCHLD, SIG_IGN); /* Nobody waits for its end. */
	pid_t child = fork();
	if (child < 0)
		log_line("hook-failed", "command=\"%s\" text=\"%s\"", command, strerror(errno));
	if (child != 0)
		return;
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGCHLD, SIG_DFL);
	(void)dup2(STDERR_FILENO, STDOUT_FILENO); /* That is for messages alone. */
	(void)setenv(name, value, 1);
	(void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}
