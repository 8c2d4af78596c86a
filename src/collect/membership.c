/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* membership.c - which groups this host is a member of, and lets into its cards: /proc/net. */
#include "collect/files.h"
#include "collect/host.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#define LINE_SIZE 512

/*     Idx  Device    : Count Querier  Group    Users Timer     Reporter
 *     2    eth0      :     1      V3
 *                                     010000E0     1 0:00000000  0
 * A group is four bytes as they lie in memory, printed as one number: the byte order of the host.
 */
void membership_read_igmp(struct snapshot *s, FILE *file)
{
	char line[LINE_SIZE], device[16] = "", version[4] = "";
	while (fgets(line, sizeof(line), file)) {
		unsigned group;
		long long users;
		if (line[0] != '\t' && line[0] != ' ') {
			if (sscanf(line, "%*d %15s : %*d %3s", device, version) < 2 &&
			    sscanf(line, "%*d %15[^:]: %*d %3s", device, version) < 2)
				device[0] = '\0';
			continue;
		}
		if (!device[0] || sscanf(line, " %8X %lld", &group, &users) != 2)
			continue;
		struct seen_membership *m = snapshot_add_membership(s);
		m->family = 4;
		(void)snprintf(m->interface, sizeof(m->interface), "%s", device);
		(void)inet_ntop(AF_INET, &(struct in_addr){group}, m->group, sizeof(m->group));
		m->users = users;
		if (version[0] == 'V' && version[1] >= '1' && version[1] <= '3')
			m->querier_version = version[1] - '0';
	}
}

/* 32 hexadecimal digits, in the order of the address. */
static bool parse_v6(const char *text, char *address, size_t size)
{
	struct in6_addr a;
	for (size_t i = 0; i < 16; i++) {
		unsigned byte;
		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			return false;
		a.s6_addr[i] = (unsigned char)byte;
	}
	return inet_ntop(AF_INET6, &a, address, (socklen_t)size) != NULL;
}

/*     2    eth0            ff020000000000000000000000000001     1 0000000C 0 */
void membership_read_igmp6(struct snapshot *s, FILE *file)
{
	char line[LINE_SIZE], device[16], digits[33], address[64];
	long long users;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%*d %15s %32s %lld", device, digits, &users) != 3 ||
		    strlen(digits) != 32 || !parse_v6(digits, address, sizeof(address)))
			continue;
		struct seen_membership *m = snapshot_add_membership(s);
		m->family = 6;
		(void)snprintf(m->interface, sizeof(m->interface), "%s", device);
		(void)snprintf(m->group, sizeof(m->group), "%s", address);
		m->users = users;
	}
}

/*     2    eth0            1     0     01005e000001 */
void membership_read_dev_mcast(struct snapshot *s, FILE *file)
{
	char line[LINE_SIZE], device[16], digits[65];
	long long users;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%*d %15s %lld %*d %64s", device, &users, digits) != 3 ||
		    strlen(digits) != 12)
			continue;
		struct seen_mac_filter *m = snapshot_add_mac_filter(s);
		(void)snprintf(m->interface, sizeof(m->interface), "%s", device);
		(void)snprintf(m->mac, sizeof(m->mac), "%.2s:%.2s:%.2s:%.2s:%.2s:%.2s", digits,
			       digits + 2, digits + 4, digits + 6, digits + 8, digits + 10);
		m->users = users;
	}
}

static bool read_file(struct snapshot *s, const char *path,
		      void (*read)(struct snapshot *s, FILE *file))
{
	FILE *file = fopen(path, "re");
	if (!file)
		return false;
	read(s, file);
	(void)fclose(file);
	return true;
}

void collect_memberships(struct snapshot *s)
{
	s->host->igmp_tables = read_file(s, "/proc/net/igmp", membership_read_igmp);
	(void)read_file(s, "/proc/net/igmp6", membership_read_igmp6);
	(void)read_file(s, "/proc/net/dev_mcast", membership_read_dev_mcast);
}
