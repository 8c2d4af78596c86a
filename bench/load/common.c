/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "load/common.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/udp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

const char *program_name = "";

void fail(const char *what, ...)
{
	int error = errno;
	va_list arguments;
	va_start(arguments, what);
	(void)fprintf(stderr, "%s: ", program_name);
	(void)vfprintf(stderr, what, arguments);
	(void)fprintf(stderr, error ? ": %s\n" : "\n", strerror(error));
	va_end(arguments);
	exit(1);
}

void usage_error(const char *what, ...)
{
	va_list arguments;
	va_start(arguments, what);
	(void)fprintf(stderr, "%s: ", program_name);
	(void)vfprintf(stderr, what, arguments);
	(void)fprintf(stderr, " (--help tells more)\n");
	va_end(arguments);
	exit(2);
}

static int64_t read_clock(clockid_t clock)
{
	struct timespec t;
	if (clock_gettime(clock, &t) != 0)
		fail("clock_gettime");
	return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

int64_t now_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t cpu_ns(void)
{
	return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

/* --- Options --- */

double parse_number(const char *option, const char *text, double min, double max)
{
	char *end;
	double value = strtod(text, &end);
	if (end == text || *end != '\0' || !(value >= min && value <= max))
		usage_error("%s: '%s' is not a number from %g to %g", option, text, min, max);
	return value;
}

uint64_t parse_count(const char *option, const char *text, uint64_t min, uint64_t max)
{
	char *end;
	errno = 0;
	unsigned long long value = strtoull(text, &end, 10);
	/* strtoull takes white space, and a sign, too. */
	if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || value < min || value > max)
		usage_error("%s: '%s' is not a whole number from %llu to %llu", option, text,
			    (unsigned long long)min, (unsigned long long)max);
	return value;
}

bool parse_switch(const char *option, const char *text)
{
	if (strcmp(text, "on") != 0 && strcmp(text, "off") != 0)
		usage_error("%s: '%s' is neither 'on' nor 'off'", option, text);
	return strcmp(text, "on") == 0;
}

struct address parse_address(const char *option, const char *text, bool needs_port)
{
	const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
				       .ai_socktype = SOCK_DGRAM};
	struct addrinfo *found;
	struct address address = {0};
	char host[128];
	const char *host_end, *port = NULL;
	if (*text == '[') {
		host_end = strchr(text++, ']');
		port = host_end && host_end[1] == ':' ? host_end + 2 : NULL;
		if (host_end && !port && host_end[1] != '\0')
			host_end = NULL;
	} else {
		host_end = strchr(text, ':');
		port = host_end ? host_end + 1 : NULL;
		host_end = host_end ? host_end : text + strlen(text);
	}
	if (!host_end || (size_t)(host_end - text) >= sizeof(host) || (needs_port && !port))
		usage_error("%s: '%s' is not %s", option, text,
			    needs_port ? "ADDRESS:PORT" : "ADDRESS or ADDRESS:PORT");
	memcpy(host, text, (size_t)(host_end - text));
	host[host_end - text] = '\0';
	if (getaddrinfo(host, NULL, &hints, &found) != 0)
		usage_error("%s: '%s' is not an address", option, host);
	memcpy(&address.ip, found->ai_addr, found->ai_addrlen);
	address.size = found->ai_addrlen;
	freeaddrinfo(found);
	if (port)
		address_set_port(&address, (uint16_t)parse_count(option, port, 1, 65535));
	return address;
}

/* --- Addresses and sockets --- */

void address_set_port(struct address *a, uint16_t port)
{
	if (a->ip.ss_family == AF_INET6)
		((struct sockaddr_in6 *)&a->ip)->sin6_port = htons(port);
	else
		((struct sockaddr_in *)&a->ip)->sin_port = htons(port);
}

uint16_t address_port(const struct address *a)
{
	return ntohs(a->ip.ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)&a->ip)->sin6_port
						 : ((const struct sockaddr_in *)&a->ip)->sin_port);
}

bool address_equal(const struct address *a, const struct address *b)
{
	if (a->ip.ss_family != b->ip.ss_family || address_port(a) != address_port(b))
		return false;
	if (a->ip.ss_family == AF_INET6)
		return memcmp(&((const struct sockaddr_in6 *)&a->ip)->sin6_addr,
			      &((const struct sockaddr_in6 *)&b->ip)->sin6_addr,
			      sizeof(struct in6_addr)) == 0;
	return ((const struct sockaddr_in *)&a->ip)->sin_addr.s_addr ==
	       ((const struct sockaddr_in *)&b->ip)->sin_addr.s_addr;
}

void set_option(int fd, int level, int option, int value, const char *what)
{
	if (setsockopt(fd, level, option, &value, sizeof(value)) != 0)
		fail("%s", what);
}

int open_udp(int family, const struct address *bind_to)
{
	int size = RECEIVE_BUFFER_SIZE;
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		fail("cannot open a socket");
	if (bind_to && bind(fd, (const struct sockaddr *)&bind_to->ip, bind_to->size) != 0)
		fail("cannot bind UDP port %u", address_port(bind_to));
	/* Beyond the system's limit where that is allowed. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) != 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	return fd;
}

unsigned gso_segments_max(void)
{
	/* To a socket of our own, which throws them away. */
	struct sockaddr_in self = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(self);
	char bytes[GSO_SEGMENTS_MAX] = {0};
	int segment = 1;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&self, sizeof(self)) != 0 ||
	    getsockname(fd, (struct sockaddr *)&self, &length) != 0 ||
	    connect(fd, (struct sockaddr *)&self, length) != 0)
		fail("cannot open a socket on loopback (is lo up?)");
	if (setsockopt(fd, SOL_UDP, UDP_SEGMENT, &segment, sizeof(segment)) != 0)
		fail("UDP_SEGMENT");
	unsigned count = send(fd, bytes, GSO_SEGMENTS_MAX, 0) > 0 ? GSO_SEGMENTS_MAX : 64;
	(void)close(fd);
	return count;
}

size_t gro_segment_size(struct msghdr *header)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
		int size = 0;
		if (c->cmsg_level != SOL_UDP || c->cmsg_type != UDP_GRO)
			continue;
		memcpy(&size, CMSG_DATA(c), sizeof(size));
		return size > 0 ? (size_t)size : 0;
	}
	return 0;
}
