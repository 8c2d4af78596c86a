/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* mroute.c - the kernel's multicast forwarding, which a routing program has set up: /proc/net. */
#include "collect/host.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define LINE_SIZE 1024
#define VIFS_MAX  32 /* The kernel's MAXVIFS, MAXMIFS. */

/*     Interface      BytesIn  PktsIn  BytesOut PktsOut Flags Local    Remote
 *      0 eth0              0       0         0       0 00000 0101000A 00000000 */
void mroute_read_vif(struct snapshot *s, int family, FILE *file)
{
	char line[LINE_SIZE], name[16];
	long long in, out;
	while (fgets(line, sizeof(line), file)) {
		int number;
		if (sscanf(line, "%d %15s %*d %lld %*d %lld", &number, name, &in, &out) != 4)
			continue;
		struct seen_vif *v = snapshot_add_vif(s);
		v->family = family;
		(void)snprintf(v->interface, sizeof(v->interface), "%s", name);
		v->number = number;
		v->packets_in = in;
		v->packets_out = out;
	}
}

static const char *name_of(const struct snapshot *s, int family, int number)
{
	for (size_t i = 0; i < s->vif_count; i++)
		if (s->vif[i].family == family && s->vif[i].number == number)
			return s->vif[i].interface;
	return "";
}

/* The IPv4 file prints addresses as numbers, the other one as inet_ntop does. */
static void read_address(int family, const char *text, char *address, size_t size)
{
	struct in_addr a = {(in_addr_t)strtoul(text, NULL, 16)};
	if (family == 4)
		(void)inet_ntop(AF_INET, &a, address, (socklen_t)size);
	else
		(void)snprintf(address, size, "%s", text);
	struct in6_addr compact;
	if (family == 6 && inet_pton(AF_INET6, text, &compact) == 1)
		(void)inet_ntop(AF_INET6, &compact, address, (socklen_t)size);
}

/* The rest of a line: "  1:1    2:1", a number and the TTL that is needed. */
static void read_outputs(const struct snapshot *s, int family, const char *text,
			 struct seen_mroute *m)
{
	int number, used;
	while (sscanf(text, " %d:%*d%n", &number, &used) == 1) {
		size_t at = strlen(m->out);
		(void)snprintf(m->out + at, sizeof(m->out) - at, "%s%s", at ? " " : "",
			       name_of(s, family, number));
		text += used;
	}
}

/*     Group    Origin   Iif     Pkts    Bytes    Wrong Oifs
 *     010101EF 0101000A 0          5      500        0  1:1
 * An entry that waits for the routing program has the interface -1. */
void mroute_read_cache(struct snapshot *s, int family, FILE *file)
{
	char line[LINE_SIZE], group[48], origin[48];
	while (fgets(line, sizeof(line), file)) {
		long long packets = 0, wrong = 0;
		int in, used = 0;
		if (sscanf(line, "%47s %47s %d%n", group, origin, &in, &used) != 3)
			continue;
		struct seen_mroute *m = snapshot_add_mroute(s);
		m->family = family;
		read_address(family, group, m->group, sizeof(m->group));
		read_address(family, origin, m->origin, sizeof(m->origin));
		int more = 0;
		if (sscanf(line + used, "%lld %*d %lld%n", &packets, &wrong, &more) == 2) {
			m->packets = packets;
			m->wrong_interface = wrong;
		}
		if (in < 0 || in >= VIFS_MAX)
			continue;
		(void)snprintf(m->in, sizeof(m->in), "%s", name_of(s, family, in));
		read_outputs(s, family, line + used + more, m);
	}
}

static bool read_file(struct snapshot *s, const char *path, int family,
		      void (*read)(struct snapshot *s, int family, FILE *file))
{
	size_t before = s->vif_count;
	FILE *file = fopen(path, "re");
	if (!file)
		return false;
	read(s, family, file);
	(void)fclose(file);
	return s->vif_count > before;
}

void collect_mroutes(struct snapshot *s)
{
	bool has_v4 = read_file(s, "/proc/net/ip_mr_vif", 4, mroute_read_vif);
	bool has_v6 = read_file(s, "/proc/net/ip6_mr_vif", 6, mroute_read_vif);
	s->host->mroute_running = has_v4 || has_v6;
	(void)read_file(s, "/proc/net/ip_mr_cache", 4, mroute_read_cache);
	(void)read_file(s, "/proc/net/ip6_mr_cache", 6, mroute_read_cache);
}
