/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* firewall.c - asks the programs of nftables and iptables for their rules.
 *
 * iptables is one of two programs: the older one has tables of its own, the newer one writes into
 * those of nftables, and names its own words there (xt) that only it can read. So its rules are
 * taken from iptables-save, and its tables are left out of what nft prints.
 */
#include "collect/files.h"
#include "collect/host.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* True if iptables-save, which writes into nftables, has printed that table of the family. */
static bool is_printed(const char *text, const char *table)
{
	char head[64];
	(void)snprintf(head, sizeof(head), "\n*%s\n", table);
	return text && strstr(text, "(nf_tables)") && strstr(text, head);
}

/* Forgets the tables that are iptables' own. */
static void leave_out(struct snapshot *s, const char *family, const char *text)
{
	size_t kept = 0;
	for (size_t i = 0; i < s->chain_count; i++)
		if (strcmp(s->chain[i].family, family) != 0 || !is_printed(text, s->chain[i].table))
			s->chain[kept++] = s->chain[i];
	s->chain_count = kept;
	kept = 0;
	for (size_t i = 0; i < s->rule_count; i++)
		if (strcmp(s->rule[i].family, family) != 0 || !is_printed(text, s->rule[i].table))
			s->rule[kept++] = s->rule[i];
	s->rule_count = kept;
}

/* --- The words of nftables, for the reader --- */

struct place {
	char family[8], table[48], chain[48];
};

static void note_text(struct snapshot *s, const struct place *at, const char *line,
		      long long handle)
{
	int size = (int)(strstr(line, " # handle ") - line);
	for (size_t i = 0; i < s->rule_count; i++) {
		struct seen_rule *r = &s->rule[i];
		if (r->handle == handle && strcmp(r->family, at->family) == 0 &&
		    strcmp(r->table, at->table) == 0 && strcmp(r->chain, at->chain) == 0)
			(void)snprintf(r->text, sizeof(r->text), "%.*s", size, line);
	}
}

/* `nft -a list ruleset` has a line for each rule, with its handle at the end. */
static void read_texts(struct snapshot *s, char *text)
{
	struct place at = {0};
	char *rest = text;
	for (char *line; rest && (line = strsep(&rest, "\n"));) {
		line += strspn(line, "\t ");
		const char *end = strstr(line, " # handle ");
		if (sscanf(line, "table %7s %47s", at.family, at.table) == 2 ||
		    sscanf(line, "chain %47s", at.chain) == 1)
			continue;
		if (end)
			note_text(s, &at, line, strtoll(end + strlen(" # handle "), NULL, 10));
	}
}

/* --- Asking --- */

static void say_blind(struct snapshot *s, const char *program, int error)
{
	char why[64];
	if (error == ENOENT) {
		(void)snprintf(why, sizeof(why), "%s is not installed", program);
		files_blind(s, "firewall (nftables)", why, "install the package nftables");
	} else {
		(void)snprintf(why, sizeof(why), "%s: not permitted, or it failed", program);
		files_blind(s, "firewall", why, "run it as root");
	}
}

static char *save(const char *program)
{
	char name[32];
	int error;
	(void)snprintf(name, sizeof(name), "%s", program);
	return files_output((char *[]){name, NULL}, &error);
}

void collect_firewall(struct snapshot *s)
{
	int error;
	char *nft = files_output((char *[]){"nft", "-j", "list", "ruleset", NULL}, &error);
	/* An ordinary user gets an empty list from some versions, and no error. */
	if (nft && geteuid() != 0 && !strstr(nft, "\"table\"")) {
		free(nft);
		nft = NULL;
		error = EPERM;
	}
	if (nft && !firewall_read_nft(s, nft))
		error = EPERM;
	char *v4 = save("iptables-save"), *v6 = save("ip6tables-save");
	/* Where there is no nft, but iptables, that has all there is. */
	if (!nft && !(error == ENOENT && v4))
		say_blind(s, "nft", error);
	leave_out(s, "ip", v4);
	leave_out(s, "ip6", v6);
	if (v4)
		firewall_read_iptables(s, "iptables", v4);
	if (v6)
		firewall_read_iptables(s, "ip6tables", v6);
	char *texts =
		s->rule_count > 0 && nft
			? files_output((char *[]){"nft", "-a", "list", "ruleset", NULL}, &error)
			: NULL;
	if (texts)
		read_texts(s, texts);
	free(texts);
	free(nft);
	free(v4);
	free(v6);
}
