/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/notify.h"
#include "unit.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A service manager's socket: at a path, or with an abstract name (`@`, unix(7)). */
static int open_manager(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t size = strlen(name);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_true(fd >= 0 && size < sizeof(address.sun_path));
	memcpy(address.sun_path, name, size);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
	return fd;
}

static void assert_told(int fd, const char *state)
{
	char bytes[64];
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	assert_int_equal(poll(&ready, 1, 5000), 1);
	ssize_t size = recv(fd, bytes, sizeof(bytes), 0);
	assert_int_equal(size, strlen(state));
	assert_memory_equal(bytes, state, strlen(state));
}

static void a_socket_at_a_path_is_told(void **state)
{
	char folder[] = "/tmp/ramure-notify-XXXXXX", path[64];
	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/notify", folder);
	int fd = open_manager(path);
	assert_int_equal(setenv("NOTIFY_SOCKET", path, 1), 0);
	notify_send("READY=1");
	assert_told(fd, "READY=1");
	notify_send("STOPPING=1");
	assert_told(fd, "STOPPING=1");
	close(fd);
	notify_send("READY=1"); /* Nobody there any more. */
	assert_int_equal(unlink(path), 0);
	notify_send("READY=1");
	assert_int_equal(rmdir(folder), 0);
}

static void a_socket_with_an_abstract_name_is_told(void **state)
{
	char name[64];
	(void)state;
	(void)snprintf(name, sizeof(name), "@ramure-notify-%ld", (long)getpid());
	int fd = open_manager(name);
	assert_int_equal(setenv("NOTIFY_SOCKET", name, 1), 0);
	notify_send("READY=1");
	assert_told(fd, "READY=1");
	close(fd);
}

/* The longest that fits, of 108 bytes; one longer is without effect. */
static void a_name_as_long_as_can_be_is_no_trouble(void **state)
{
	char name[200];
	(void)state;
	memset(name, 'x', sizeof(name));
	(void)snprintf(name, sizeof(name), "@ramure-notify-%ld", (long)getpid());
	name[strlen(name)] = '-';
	name[107] = '\0';
	int fd = open_manager(name);
	assert_int_equal(setenv("NOTIFY_SOCKET", name, 1), 0);
	notify_send("READY=1");
	assert_told(fd, "READY=1");
	name[107] = 'y';
	name[108] = '\0';
	assert_int_equal(setenv("NOTIFY_SOCKET", name, 1), 0);
	notify_send("READY=1");
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	assert_int_equal(poll(&ready, 1, 0), 0);
	close(fd);
}

static void where_nobody_wants_to_know_nothing_happens(void **state)
{
	static const char *const names[] = {"",  "@",   "/",        "relative",
					    "x", "../", "/no/such", "vsock:2:1234"};
	(void)state;
	assert_int_equal(unsetenv("NOTIFY_SOCKET"), 0);
	notify_send("READY=1");
	for (size_t i = 0; i < COUNT(names); i++) {
		assert_int_equal(setenv("NOTIFY_SOCKET", names[i], 1), 0);
		notify_send("READY=1");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_socket_at_a_path_is_told),
		cmocka_unit_test(a_socket_with_an_abstract_name_is_told),
		cmocka_unit_test(a_name_as_long_as_can_be_is_no_trouble),
		cmocka_unit_test(where_nobody_wants_to_know_nothing_happens),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
