/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* socket.c - UDP sockets that could hear the group, and whose they are: /proc/net/udp, /proc/PID.
 */
#include "collect/files.h"
#include "collect/host.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINE_SIZE 512

/* Hexadecimal digits: words of 32 bits as they lie in memory. */
static void read_address(int family, const char *digits, char *address, size_t size)
{
	uint32_t words[4] = {0};
	for (size_t i = 0; i < (family == 4 ? 1 : 4); i++) {
		char word[9] = "";
		(void)snprintf(word, sizeof(word), "%.8s", digits + 8 * i);
		words[i] = (uint32_t)strtoul(word, NULL, 16);
	}
	(void)inet_ntop(family == 4 ? AF_INET : AF_INET6, words, address, (socklen_t)size);
}

static bool is_multicast(int family, const char *address)
{
	struct in_addr a;
	if (family == 4)
		return inet_pton(AF_INET, address, &a) == 1 && IN_MULTICAST(ntohl(a.s_addr));
	return strncmp(address, "ff", 2) == 0;
}

/* A socket of another port is of no use to the group; without a port named those bound to groups
 * are, and those that lose datagrams. */
static bool is_of_interest(const struct snapshot *s, const struct seen_socket *u)
{
	if (s->host->asked_port > 0)
		return u->port == s->host->asked_port;
	return is_multicast((int)u->family, u->address) || u->drops > 0;
}

/*   sl  local_address rem_address st tx_queue rx_queue tr tm->when retrnsmt uid timeout inode
 *       ref pointer drops */
void socket_read_udp(struct snapshot *s, int family, FILE *file)
{
	char line[LINE_SIZE], digits[40];
	while (fgets(line, sizeof(line), file)) {
		struct seen_socket row = {.pid = UNKNOWN};
		unsigned port, queued;
		long long inode, drops;
		if (sscanf(line,
			   " %*d: %39[0-9A-Fa-f]:%x %*s %*x %*x:%x %*s %*s %*d %*d %lld %*d %*s "
			   "%lld",
			   digits, &port, &queued, &inode, &drops) != 5 ||
		    strlen(digits) != (family == 4 ? 8 : 32))
			continue;
		row.family = family;
		read_address(family, digits, row.address, sizeof(row.address));
		row.port = port;
		row.queued = queued;
		row.inode = inode;
		row.drops = drops;
		if (is_of_interest(s, &row))
			*snapshot_add_socket(s) = row;
	}
}

/* --- Whose they are --- */

/* Notes the process where one of its descriptors is one of our sockets. */
static void look_into(struct snapshot *s, long pid)
{
	char path[64], link[64];
	(void)snprintf(path, sizeof(path), "/proc/%ld/fd", pid);
	DIR *folder = opendir(path);
	if (!folder)
		return;
	for (const struct dirent *e; (e = readdir(folder));) {
		long long inode;
		ssize_t size = readlinkat(dirfd(folder), e->d_name, link, sizeof(link) - 1);
		link[size > 0 ? size : 0] = '\0';
		if (sscanf(link, "socket:[%lld]", &inode) != 1)
			continue;
		for (size_t i = 0; i < s->socket_count; i++) {
			if (s->socket[i].inode != inode || s->socket[i].pid != UNKNOWN)
				continue;
			s->socket[i].pid = pid;
			(void)snprintf(path, sizeof(path), "/proc/%ld/comm", pid);
			files_line(path, s->socket[i].program, sizeof(s->socket[i].program));
		}
	}
	(void)closedir(folder);
}

static void find_owners(struct snapshot *s)
{
	DIR *all = opendir("/proc");
	for (const struct dirent *e; all && (e = readdir(all));) {
		char *end;
		long pid = strtol(e->d_name, &end, 10);
		if (pid > 0 && *end == '\0')
			look_into(s, pid);
	}
	if (all)
		(void)closedir(all);
}

void collect_sockets(struct snapshot *s)
{
	static const char *const paths[] = {"/proc/net/udp", "/proc/net/udp6"};
	for (size_t i = 0; i < 2; i++) {
		FILE *file = fopen(paths[i], "re");
		if (!file)
			continue;
		socket_read_udp(s, i == 0 ? 4 : 6, file);
		(void)fclose(file);
	}
	if (s->socket_count > 0)
		find_owners(s);
}
