/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "collect/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct child {
	pid_t pid;
	int out, err;      /* Where its output is read; -1: it ended. */
	char *output;      /* What it printed so far. */
	size_t size, room; /* Bytes. */
	char error[512];   /* The beginning of its standard error. */
	size_t error_size;
};

static int64_t now_ms(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Users without rights have no sbin in their PATH, and what runs as root should not ask it. */
static bool find_program(const char *name, char *ret_path, size_t size)
{
	static const char *const directories[] = {"/usr/sbin", "/sbin",           "/usr/bin",
						  "/bin",      "/usr/local/sbin", "/usr/local/bin"};
	for (size_t i = 0; i < sizeof(directories) / sizeof(*directories); i++) {
		(void)snprintf(ret_path, size, "%s/%s", directories[i], name);
		if (access(ret_path, X_OK) == 0)
			return true;
	}
	return false;
}

static int spawn(struct child *c, const char *path, const char *const argv[], int out, int err)
{
	static char language[] = "LC_ALL=C";
	char *environment[] = {language, NULL};
	posix_spawn_file_actions_t actions;
	if (posix_spawn_file_actions_init(&actions) != 0)
		return -ENOMEM;
	(void)posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	(void)posix_spawn_file_actions_adddup2(&actions, out, 1);
	(void)posix_spawn_file_actions_adddup2(&actions, err, 2);
	int error = posix_spawn(&c->pid, path, &actions, NULL, (char *const *)argv, environment);
	(void)posix_spawn_file_actions_destroy(&actions);
	return -error;
}

/* Starts it, with pipes from its outputs. */
static int start(struct child *c, const char *path, const char *const argv[])
{
	int out[2], err[2];
	if (pipe2(out, O_CLOEXEC) != 0)
		return -errno;
	if (pipe2(err, O_CLOEXEC) != 0) {
		int error = -errno;
		close(out[0]);
		close(out[1]);
		return error;
	}
	int error = spawn(c, path, argv, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	c->out = out[0];
	c->err = err[0];
	return error;
}

static void end_of(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Reads what there is of the output; -EFBIG if that is too much. */
static int read_output(struct child *c, size_t size_max)
{
	if (c->room - c->size < 4096) {
		c->room = c->room ? 2 * c->room : 65536;
		c->output = realloc(c->output, c->room);
		if (!c->output)
			abort();
	}
	ssize_t size = read(c->out, c->output + c->size, c->room - c->size - 1);
	if (size <= 0)
		end_of(&c->out);
	else
		c->size += (size_t)size;
	return c->size > size_max ? -EFBIG : 0;
}

/* The rest of a long complaint is read, and dropped. */
static void read_error(struct child *c)
{
	char buffer[512];
	ssize_t size = read(c->err, buffer, sizeof(buffer));
	if (size <= 0) {
		end_of(&c->err);
		return;
	}
	size_t room = sizeof(c->error) - 1 - c->error_size;
	size_t some = (size_t)size < room ? (size_t)size : room;
	memcpy(c->error + c->error_size, buffer, some);
	c->error_size += some;
}

static int read_all(struct child *c, size_t size_max, int64_t timeout_ms)
{
	int64_t end = now_ms() + timeout_ms;
	int error = 0;
	while (error == 0 && (c->out >= 0 || c->err >= 0)) {
		struct pollfd fds[] = {{.fd = c->out, .events = POLLIN},
				       {.fd = c->err, .events = POLLIN}};
		int64_t left = end - now_ms();
		if (left <= 0)
			return -ETIMEDOUT;
		if (poll(fds, 2, (int)left) < 0 && errno != EINTR)
			return -errno;
		if (fds[0].revents)
			error = read_output(c, size_max);
		if (fds[1].revents)
			read_error(c);
	}
	return error;
}

/* Waits for its end, which after `error` comes at once. */
static int finish(struct child *c, int error)
{
	int status = 0;
	if (error)
		(void)kill(c->pid, SIGKILL);
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	end_of(&c->out);
	end_of(&c->err);
	if (error || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
		return error;
	c->error[c->error_size] = '\0';
	bool is_forbidden = strcasestr(c->error, "not permitted") ||
			    strcasestr(c->error, "permission denied") ||
			    strcasestr(c->error, "must be root");
	return is_forbidden ? -EPERM : -EIO;
}

int child_read(const char *const argv[], size_t size_max, int64_t timeout_ms, char **ret_output,
	       char ret_error[CHILD_ERROR_SIZE])
{
	struct child c = {.out = -1, .err = -1};
	char path[128];
	if (!find_program(argv[0], path, sizeof(path)))
		return -ENOENT;
	int error = start(&c, path, argv);
	if (error) {
		end_of(&c.out);
		end_of(&c.err);
		return error;
	}
	error = finish(&c, read_all(&c, size_max, timeout_ms));
	c.error[strcspn(c.error, "\n")] = '\0';
	(void)snprintf(ret_error, CHILD_ERROR_SIZE, "%.*s", CHILD_ERROR_SIZE - 1, c.error);
	if (error || !c.output) {
		free(c.output);
		c.output = error ? NULL : strdup("");
	} else {
		c.output[c.size] = '\0';
	}
	if (!error)
		*ret_output = c.output;
	return error;
}
