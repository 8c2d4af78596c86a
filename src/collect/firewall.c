/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* firewall.c - asks the programs of nftables and iptables for their rules.
 *
 * iptables is one of two programs: the older one has tables of its own, the newer one writes into
 * those of nftables, and uses words there (xt) that only it can read. So these tables are taken
 * from iptables-save, and left out of what nft prints.
 */
#include "collect/child.h"
#include "collect/files.h"
#include "collect/host.h"
#include "collect/iptables.h"
#include "collect/netlink.h"
#include "collect/nft.h"

#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define OUTPUT_MAX  (8u << 20)
#define PATIENCE_MS 5000 /* Of a loaded machine; else they take some 30 ms. */

static void complain(struct snapshot *s, const char *what, const char *program, int error,
		     const char *said)
{
	char why[CHILD_ERROR_SIZE + 32];
	if (error == -EPERM) {
		files_blind(s, what, "it is not permitted", "run it as root");
		return;
	}
	(void)snprintf(why, sizeof(why), "%s: %s", program,
		       error == -ENOENT ? "not installed"
		       : error == -EIO  ? said
					: strerror(-error));
	files_blind(s, what, why, error == -ENOENT ? "install it" : "");
}

/* --- nftables --- */

static void count_table(void *owner, const struct nlmsghdr *header, const struct attributes *a)
{
	(void)header;
	(void)a;
	++*(size_t *)owner;
}

/* How many tables the kernel has; a negative errno where it does not say. Where it has none, no
 * program has to be installed, or asked. */
static int count_tables(size_t *ret_count)
{
	struct nfgenmsg all = {.nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0};
	*ret_count = 0;
	return netlink_ask_other(NETLINK_NETFILTER, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETTABLE,
				 NLM_F_DUMP, &all, sizeof(all), NULL, 0, count_table, ret_count);
}

/* What `nft` says, as JSON; NULL if it cannot, which is noted. */
static json_t *read_ruleset(struct snapshot *s)
{
	static const char *const command[] = {"nft", "-j", "list", "ruleset", NULL};
	char *text, said[CHILD_ERROR_SIZE];
	int error = child_read(command, OUTPUT_MAX, PATIENCE_MS, &text, said);
	if (error) {
		complain(s, "firewall rules of nftables", "nft", error, said);
		return NULL;
	}
	json_t *ruleset = json_loads(text, 0, NULL);
	free(text);
	if (!ruleset)
		files_blind(s, "firewall rules of nftables", "nft prints no JSON",
			    "install an nft that was built with it");
	return ruleset;
}

static json_t *read_listing(void)
{
	static const char *const command[] = {"nft", "-a", "-s", "-t", "list", "ruleset", NULL};
	char *text, said[CHILD_ERROR_SIZE];
	if (child_read(command, OUTPUT_MAX, PATIENCE_MS, &text, said) != 0)
		return json_object();
	json_t *listing = nft_listing_parse(text);
	free(text);
	return listing;
}

/* --- iptables --- */

/* Which iptables there is: the one that uses nftables, or the old one. */
enum backend { BACKEND_NFT, BACKEND_LEGACY };

/* Runs the saving program of a family that shows the rules of `backend`: the text, to be freed, and
 * the name of the program that changes them; NULL, and a
 * negative errno: there is none, or it fails. */
static char *save(const char *family, enum backend backend, char ret_tool[24], int *ret_error)
{
	static const char *const kinds[][2] = {{"", "-nft"}, {"-legacy", ""}};
	const char *base = strcmp(family, "ip") == 0 ? "iptables" : "ip6tables";
	for (size_t i = 0; i < 2; i++) {
		char program[32], said[CHILD_ERROR_SIZE], *text;
		const char *const command[] = {program, NULL};
		(void)snprintf(ret_tool, 24, "%s%s", base, kinds[backend][i]);
		(void)snprintf(program, sizeof(program), "%s-save", ret_tool);
		int error = child_read(command, OUTPUT_MAX, PATIENCE_MS, &text, said);
		*ret_error = i == 0 || error != -ENOENT ? error : *ret_error;
		if (error)
			continue;
		if (iptables_is_nft(text) == (backend == BACKEND_NFT))
			return text;
		free(text);
		*ret_error = -ENOENT;
	}
	return NULL;
}

/* Reads rules of iptables; a negative errno if no program shows them. `only` as in struct
 * iptables_source. */
static int read_saved(struct snapshot *s, const char *family, enum backend backend,
		      const json_t *only)
{
	char tool[24];
	int error = 0;
	char *text = save(family, backend, tool, &error);
	if (!text)
		return error;
	struct iptables_source source = {.tool = tool, .family = family, .only = only};
	iptables_read(s, text, &source);
	free(text);
	return 0;
}

/* True for "FAMILY TABLE" of that family. */
static bool is_of_family(const char *key, const char *family)
{
	size_t size = strlen(family);
	return strncmp(key, family, size) == 0 && key[size] == ' ';
}

static bool has_family(json_t *tables, const char *family)
{
	const char *key;
	json_t *value;
	bool found = false;
	json_object_foreach(tables, key, value)
	{
		found = found || is_of_family(key, family);
	}
	return found;
}

/* Where no program shows them, nft's view is all there is. */
static void drop_family(json_t *tables, const char *family)
{
	const char *key;
	json_t *value;
	void *next;
	json_object_foreach_safe(tables, next, key, value)
	{
		if (is_of_family(key, family))
			json_object_del(tables, key);
	}
}

/* --- All of them --- */

static void collect_nft(struct snapshot *s)
{
	static const char *const families[] = {"ip", "ip6"};
	size_t count;
	int error = count_tables(&count);
	if (error == -EPERM || error == -EACCES)
		complain(s, "firewall rules of nftables", "nft", -EPERM, "");
	if (count == 0)
		return;
	json_t *ruleset = read_ruleset(s);
	if (!ruleset)
		return;
	json_t *foreign = nft_foreign_tables(ruleset), *listing = read_listing();
	for (size_t i = 0; i < 2; i++)
		if (has_family(foreign, families[i]) &&
		    read_saved(s, families[i], BACKEND_NFT, foreign) != 0)
			drop_family(foreign, families[i]);
	nft_read(s, ruleset, listing, foreign);
	json_decref(listing);
	json_decref(foreign);
	json_decref(ruleset);
}

/* The kernel's list of tables of the old iptables: the file is there if it has that at all. */
static int collect_legacy(struct snapshot *s, const char *family, const char *path)
{
	char name[48];
	FILE *file = fopen(path, "re");
	if (!file)
		return errno == ENOENT ? 0 : -EPERM;
	bool has_tables = fgets(name, sizeof(name), file) != NULL;
	(void)fclose(file);
	return has_tables ? read_saved(s, family, BACKEND_LEGACY, NULL) : 0;
}

/* Those with a hook come first, by priority; equals stay in their order. */
static void sort_chains(struct snapshot *s)
{
	for (size_t i = 1; i < s->chain_count; i++) {
		struct seen_chain c = s->chain[i];
		size_t at = i;
		while (c.hook[0] && at > 0 &&
		       (!s->chain[at - 1].hook[0] || s->chain[at - 1].priority > c.priority))
			at--;
		memmove(&s->chain[at + 1], &s->chain[at], (i - at) * sizeof(c));
		s->chain[at] = c;
	}
}

void collect_firewall(struct snapshot *s)
{
	collect_nft(s);
	int v4 = collect_legacy(s, "ip", "/proc/net/ip_tables_names");
	int v6 = collect_legacy(s, "ip6", "/proc/net/ip6_tables_names");
	if (v4 || v6)
		complain(s, "firewall rules of iptables", "iptables-save", v4 ? v4 : v6,
			 "it fails");
	sort_chains(s);
}
