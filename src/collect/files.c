/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "collect/files.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define OUTPUT_MAX  ((size_t)16 * 1024 * 1024)
#define PATIENCE_MS 2000

int64_t files_number(const char *format, ...)
{
	char path[128], text[32];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(path, sizeof(path), format, arguments);
	va_end(arguments);
	files_line(path, text, sizeof(text));
	char *end;
	long long value = strtoll(text, &end, 10);
	return end == text ? UNKNOWN : value;
}

void files_line(const char *path, char *text, size_t size)
{
	text[0] = '\0';
	FILE *file = fopen(path, "re");
	if (!file)
		return;
	if (fgets(text, (int)size, file))
		text[strcspn(text, "\n")] = '\0';
	else
		text[0] = '\0';
	(void)fclose(file);
}

void files_blind(struct snapshot *s, const char *what, const char *why, const char *how)
{
	struct seen_blind *b = snapshot_add_blind(s);
	(void)snprintf(b->what, sizeof(b->what), "%s", what);
	(void)snprintf(b->why, sizeof(b->why), "%s", why);
	(void)snprintf(b->how, sizeof(b->how), "%s", how);
}

/* --- Other programs --- */

/* Where the program is: administrators' folders are not in every user's PATH. */
static int spawn(char *const argv[], int output, pid_t *ret_pid)
{
	static const char *const folders[] = {"", "/usr/sbin/", "/sbin/"};
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);
	if (error)
		return error;
	(void)posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	(void)posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	(void)posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	error = ENOENT;
	for (size_t i = 0; i < 3 && error == ENOENT; i++) {
		char path[64];
		(void)snprintf(path, sizeof(path), "%s%s", folders[i], argv[0]);
		error = i == 0 ? posix_spawnp(ret_pid, path, &actions, NULL, argv, environ)
			       : posix_spawn(ret_pid, path, &actions, NULL, argv, environ);
	}
	(void)posix_spawn_file_actions_destroy(&actions);
	return error;
}

static int64_t now_ms(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* All that comes until the end; NULL if that does not come in time, or is too much. */
static char *read_all(int fd)
{
	size_t size = 0, room = 64 * 1024;
	int64_t end = now_ms() + PATIENCE_MS;
	char *text = malloc(room + 1);
	while (text && size < OUTPUT_MAX) {
		struct pollfd wait = {.fd = fd, .events = POLLIN};
		int64_t left = end - now_ms();
		if (left <= 0 || poll(&wait, 1, (int)left) <= 0)
			break;
		ssize_t got = read(fd, text + size, room - size);
		if (got < 0)
			break;
		size += (size_t)got;
		text[size] = '\0';
		if (got == 0)
			return text;
		if (size == room) {
			char *more = realloc(text, 2 * room + 1);
			room *= 2;
			if (!more)
				break;
			text = more;
		}
	}
	free(text);
	return NULL;
}

char *files_output(char *const argv[], int *ret_error)
{
	int ends[2], status = 0;
	pid_t pid;
	*ret_error = EPERM;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return NULL;
	int error = spawn(argv, ends[1], &pid);
	(void)close(ends[1]);
	char *text = error ? NULL : read_all(ends[0]);
	(void)close(ends[0]);
	if (error) {
		*ret_error = error;
		return NULL;
	}
	if (!text)
		(void)kill(pid, SIGKILL);
	(void)waitpid(pid, &status, 0);
	if (text && (!WIFEXITED(status) || WEXITSTATUS(status) != 0)) {
		*ret_error = WIFEXITED(status) && WEXITSTATUS(status) == 127 ? ENOENT : EPERM;
		free(text);
		return NULL;
	}
	return text;
}
