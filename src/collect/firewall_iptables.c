/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* firewall_iptables.c - the rules of iptables and ip6tables as iptables-save(8) prints them. */
#include "collect/host.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 64

struct reader {
	struct snapshot *s;
	const char *tool, *family; /* iptables, ip; ip6tables, ip6. */
	char table[48];
};

static void put(char *text, size_t size, const char *value)
{
	(void)snprintf(text, size, "%s", value);
}

/* Where a table's chains stand: linux/netfilter_ipv4.h, enum nf_ip_hook_priorities. */
static int priority_of(const char *table, const char *chain)
{
	static const struct {
		const char *table;
		int priority;
	} known[] = {
		{"raw", -300}, {"mangle", -150}, {"nat", -100}, {"filter", 0}, {"security", 50}};
	if (strcmp(table, "nat") == 0 && strcmp(chain, "PREROUTING") != 0)
		return 100;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcmp(table, known[i].table) == 0)
			return known[i].priority;
	return 0;
}

/* :INPUT DROP [0:0] */
static void read_chain(const struct reader *r, const char *line)
{
	char name[48], policy[16];
	if (sscanf(line, ":%47s %15s", name, policy) != 2)
		return;
	struct seen_chain *c = snapshot_add_chain(r->s);
	put(c->tool, sizeof(c->tool), r->tool);
	put(c->family, sizeof(c->family), r->family);
	put(c->table, sizeof(c->table), r->table);
	put(c->name, sizeof(c->name), name);
	if (strcmp(policy, "-") == 0) /* A user's chain has neither. */
		return;
	for (size_t i = 0; i < sizeof(c->hook) - 1 && name[i]; i++)
		c->hook[i] = (char)tolower((unsigned char)name[i]);
	put(c->policy, sizeof(c->policy), strcmp(policy, "DROP") == 0 ? "drop" : "accept");
	c->priority = priority_of(r->table, name);
}

/* --- Rules --- */

static void set_target(struct seen_rule *rule, const char *target, bool is_goto)
{
	static const char *const known[][2] = {
		{"ACCEPT", "accept"}, {"DROP", "drop"}, {"REJECT", "reject"}, {"RETURN", "return"}};
	static const char *const harmless[] = {"LOG",  "NFLOG", "MARK",     "CONNMARK", "TCPMSS",
					       "DSCP", "TOS",   "CHECKSUM", "CT",       "TTL",
					       "HL",   "TRACE", "NOTRACK",  "CLASSIFY", "SET"};
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcmp(target, known[i][0]) == 0)
			put(rule->verdict, sizeof(rule->verdict), known[i][1]);
	for (size_t i = 0; i < sizeof(harmless) / sizeof(*harmless); i++)
		if (strcmp(target, harmless[i]) == 0)
			return;
	if (rule->verdict[0])
		return;
	put(rule->verdict, sizeof(rule->verdict), is_goto ? "goto" : "jump");
	put(rule->target, sizeof(rule->target), target);
}

static void set_states(struct seen_rule *rule, const char *value)
{
	put(rule->states, sizeof(rule->states), value);
	for (char *c = rule->states; *c; c++)
		*c = (char)tolower((unsigned char)*c);
}

/* One option and its value; gives the words that it took, 0 if it is not understood. */
static size_t read_option(struct seen_rule *rule, char *const *words, size_t count)
{
	const char *option = words[0], *value = count > 1 ? words[1] : "";
	if (strcmp(option, "-s") == 0)
		put(rule->source, sizeof(rule->source), value);
	else if (strcmp(option, "-d") == 0)
		put(rule->destination, sizeof(rule->destination), value);
	else if (strcmp(option, "-p") == 0)
		put(rule->protocol, sizeof(rule->protocol),
		    strcmp(value, "ipv6-icmp") == 0 ? "icmpv6" : value);
	else if (strcmp(option, "-i") == 0)
		put(rule->in, sizeof(rule->in), value);
	else if (strcmp(option, "-o") == 0)
		put(rule->out, sizeof(rule->out), value);
	else if (strcmp(option, "--dport") == 0 && value[strspn(value, "0123456789")] == '\0')
		rule->port = atoi(value);
	else if (strcmp(option, "--icmpv6-type") == 0)
		put(rule->icmp_type, sizeof(rule->icmp_type), value);
	else if (strcmp(option, "--pkt-type") == 0)
		put(rule->packet_type, sizeof(rule->packet_type), value);
	else if (strcmp(option, "--ctstate") == 0 || strcmp(option, "--state") == 0)
		set_states(rule, value);
	else if (strcmp(option, "-j") == 0 || strcmp(option, "-g") == 0)
		set_target(rule, value, option[1] == 'g');
	else if (strcmp(option, "-m") != 0 && strcmp(option, "--comment") != 0)
		return 0;
	return 2;
}

/* A target's own options say nothing of what matches. */
static void read_options(struct seen_rule *rule, char *const *words, size_t count)
{
	bool has_target = false, is_negated = false;
	for (size_t i = 0; i < count;) {
		if (strcmp(words[i], "!") == 0) {
			is_negated = true;
			i++;
			continue;
		}
		has_target = has_target || strcmp(words[i], "-j") == 0;
		struct seen_rule before = *rule;
		size_t took = read_option(rule, words + i, count - i);
		if (is_negated) /* The field must not say the contrary. */
			*rule = before;
		rule->is_partial = rule->is_partial || is_negated || (took == 0 && !has_target);
		is_negated = false;
		i += took ? took : 1;
	}
}

/* Cuts a line into words, in place; quotes hold blanks together. */
static size_t split(char *line, char *words[WORDS_MAX])
{
	size_t count = 0;
	for (char *c = line; *c && count < WORDS_MAX;) {
		while (*c == ' ')
			*c++ = '\0';
		bool is_quoted = *c == '"';
		if (is_quoted)
			c++;
		if (*c)
			words[count++] = c;
		while (*c && *c != (is_quoted ? '"' : ' '))
			c++;
		if (is_quoted && *c)
			*c++ = '\0';
	}
	return count;
}

/* -A INPUT -d 224.0.0.0/4 -p udp -m udp --dport 5000 -j DROP */
static void read_rule(const struct reader *r, char *line)
{
	char *words[WORDS_MAX];
	struct seen_rule rule = {.handle = 1};
	put(rule.text, sizeof(rule.text), line);
	size_t count = split(line, words);
	if (count < 2)
		return;
	put(rule.tool, sizeof(rule.tool), r->tool);
	put(rule.family, sizeof(rule.family), r->family);
	put(rule.table, sizeof(rule.table), r->table);
	put(rule.chain, sizeof(rule.chain), words[1]);
	read_options(&rule, words + 2, count - 2);
	for (size_t i = 0; i < r->s->rule_count; i++) {
		const struct seen_rule *other = &r->s->rule[i];
		rule.handle += strcmp(other->chain, rule.chain) == 0 &&
			       strcmp(other->table, rule.table) == 0 &&
			       strcmp(other->tool, rule.tool) == 0;
	}
	*snapshot_add_rule(r->s) = rule;
}

void firewall_read_iptables(struct snapshot *s, const char *tool, const char *text)
{
	struct reader r = {
		.s = s, .tool = tool, .family = strcmp(tool, "iptables") == 0 ? "ip" : "ip6"};
	char *copy = strdup(text), *rest = copy;
	for (char *line; rest && (line = strsep(&rest, "\n"));) {
		if (line[0] == '*')
			put(r.table, sizeof(r.table), line + 1);
		else if (line[0] == ':')
			read_chain(&r, line);
		else if (strncmp(line, "-A ", 3) == 0)
			read_rule(&r, line);
	}
	free(copy);
}
