/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* limits.c - what somebody has set for the host as a whole, and what it has counted: /proc. */
#include "collect/files.h"
#include "collect/host.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#define LINE_SIZE 8192 /* A line of TcpExt has more than 1,000 bytes. */

/* Of /proc/net/snmp and netstat: a line of names, and a line of values with the same first word. */
static int64_t counter(const char *path, const char *family, const char *name)
{
	char names[LINE_SIZE], values[LINE_SIZE];
	int64_t found = UNKNOWN;
	FILE *file = fopen(path, "re");
	while (file && fgets(names, sizeof(names), file) && fgets(values, sizeof(values), file)) {
		char *rest = names, *value_rest = values, *word = strsep(&rest, " \n");
		(void)strsep(&value_rest, " \n");
		if (strcmp(word, family) != 0)
			continue;
		while ((word = strsep(&rest, " \n"))) {
			const char *value = strsep(&value_rest, " \n");
			if (value && strcmp(word, name) == 0)
				found = strtoll(value, NULL, 10);
		}
	}
	if (file)
		(void)fclose(file);
	return found;
}

/* Of /proc/net/snmp6: a name and a value on each line. */
static int64_t counter_v6(const char *name)
{
	char line[LINE_SIZE], word[64];
	long long value;
	int64_t found = UNKNOWN;
	FILE *file = fopen("/proc/net/snmp6", "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%63s %lld", word, &value) == 2 && strcmp(word, name) == 0)
			found = value;
	if (file)
		(void)fclose(file);
	return found;
}

/* The kernel shows net.core.rmem_* in its first namespace only, and to a socket everywhere. Of what
 * is set it gives the double, to have room for its own (socket(7)). */
static void ask_socket(struct seen_host *h)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), size, most = INT_MAX / 2;
	socklen_t length = sizeof(size);
	if (fd < 0)
		return;
	if (h->rmem_default == UNKNOWN &&
	    getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, &length) == 0)
		h->rmem_default = size;
	if (h->rmem_max == UNKNOWN &&
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &most, sizeof(most)) == 0 &&
	    getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, &length) == 0)
		h->rmem_max = size / 2;
	(void)close(fd);
}

void collect_limits(struct snapshot *s)
{
	struct seen_host *h = s->host;
	struct utsname system;
	if (uname(&system) == 0) {
		(void)snprintf(h->name, sizeof(h->name), "%.63s", system.nodename);
		(void)snprintf(h->kernel, sizeof(h->kernel), "%.63s", system.release);
	}
	h->is_root = geteuid() == 0;
	h->igmp_max_memberships = files_number("/proc/sys/net/ipv4/igmp_max_memberships");
	h->igmp_max_msf = files_number("/proc/sys/net/ipv4/igmp_max_msf");
	h->mld_max_msf = files_number("/proc/sys/net/ipv6/mld_max_msf");
	h->rmem_default = files_number("/proc/sys/net/core/rmem_default");
	h->rmem_max = files_number("/proc/sys/net/core/rmem_max");
	if (h->rmem_default == UNKNOWN || h->rmem_max == UNKNOWN)
		ask_socket(h);
	int64_t v4 = counter("/proc/net/snmp", "Udp:", "RcvbufErrors");
	int64_t v6 = counter_v6("Udp6RcvbufErrors");
	h->udp_receive_errors = v4 == UNKNOWN ? v6 : v4 + (v6 == UNKNOWN ? 0 : v6);
	h->rp_filter_drops = counter("/proc/net/netstat", "TcpExt:", "IPReversePathFilter");
}
