/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "collect/iptables.h"
#include "collect/draft.h"

#include <ctype.h>
#include <string.h>

#define WORDS_MAX 128

#define PUT(field, text) (void)snprintf(field, sizeof(field), "%s", text)

struct reader {
	struct snapshot *s;
	const struct iptables_source *source;
	char table[48];
	bool is_wanted; /* The table that is being read. */
	size_t first;   /* Its first row of `chain`. */
	char chain[48]; /* That of the last rule, */
	int64_t number; /* and its number. */
};

bool iptables_is_nft(const char *text)
{
	const char *mark = strstr(text, "(nf_tables)");
	return mark && mark < text + strcspn(text, "\n");
}

static bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* --- Tables and chains --- */

/* Where the kernel meets it (netfilter_ipv4.h). */
static void place_chain(struct seen_chain *c)
{
	static const char *const hooks[][2] = {
		{"PREROUTING", "prerouting"},   {"INPUT", "input"},
		{"FORWARD", "forward"},         {"OUTPUT", "output"},
		{"POSTROUTING", "postrouting"},
	};
	for (size_t i = 0; i < sizeof(hooks) / sizeof(*hooks); i++)
		if (is(c->name, hooks[i][0]))
			PUT(c->hook, hooks[i][1]);
	bool is_source_nat = is(c->hook, "input") || is(c->hook, "postrouting");
	c->priority = is(c->table, "raw")        ? -300
		      : is(c->table, "mangle")   ? -150
		      : is(c->table, "nat")      ? (is_source_nat ? 100 : -100)
		      : is(c->table, "security") ? 50
						 : 0;
}

static void read_table(struct reader *r, const char *name)
{
	char key[64];
	PUT(r->table, name);
	(void)snprintf(key, sizeof(key), "%s %s", r->source->family, r->table);
	r->is_wanted = !r->source->only || json_object_get(r->source->only, key);
	r->first = r->s->chain_count;
	r->chain[0] = '\0';
}

/* "INPUT DROP [0:0]"; "-" is the policy of chains that are jumped to. */
static void read_chain(struct reader *r, const char *line)
{
	char name[48], policy[16];
	if (!r->is_wanted || sscanf(line, "%47s %15s", name, policy) != 2)
		return;
	struct seen_chain *c = snapshot_add_chain(r->s);
	PUT(c->tool, r->source->tool);
	PUT(c->family, r->source->family);
	PUT(c->table, r->table);
	PUT(c->name, name);
	if (is(policy, "-"))
		return;
	PUT(c->policy, is(policy, "DROP") ? "drop" : "accept");
	place_chain(c);
}

static bool is_chain(const struct reader *r, const char *name)
{
	for (size_t i = r->first; i < r->s->chain_count; i++)
		if (is(r->s->chain[i].name, name))
			return true;
	return false;
}

/* --- Rules --- */

/* Splits a line at blanks; within quotes there may be some. Ends at WORDS_MAX. */
static size_t split_words(char *line, char *ret_words[WORDS_MAX])
{
	size_t count = 0;
	for (char *at = line; *(at += strspn(at, " ")) && count < WORDS_MAX;) {
		bool is_quoted = *at == '"';
		ret_words[count++] = at += is_quoted;
		char *to = at;
		for (; *at && *at != (is_quoted ? '"' : ' '); at++) {
			if (is_quoted && *at == '\\' && at[1])
				at++;
			*to++ = *at;
		}
		if (*at)
			at++;
		*to = '\0';
	}
	return count;
}

static void read_target(struct draft *d, const struct reader *r, const char *name)
{
	static const char *const verdicts[][2] = {
		{"ACCEPT", "accept"},     {"DROP", "drop"},       {"REJECT", "reject"},
		{"RETURN", "return"},     {"SNAT", "accept"},     {"DNAT", "accept"},
		{"MASQUERADE", "accept"}, {"REDIRECT", "accept"}, {"NETMAP", "accept"},
	};
	if (is_chain(r, name)) {
		draft_decide(d, "jump", name);
		return;
	}
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++)
		if (is(name, verdicts[i][0]))
			draft_decide(d, verdicts[i][1], "");
	if (is(name, "NFQUEUE") || is(name, "QUEUE"))
		draft_mark_partial(d);
}

/* Options whose values, with commas between them, go into one column. */
static enum draft_column column_of(const char *option)
{
	static const struct {
		const char *option;
		enum draft_column column;
	} columns[] = {
		{"-d", DRAFT_DESTINATION},
		{"-s", DRAFT_SOURCE},
		{"-i", DRAFT_IN},
		{"-o", DRAFT_OUT},
		{"-p", DRAFT_PROTOCOL},
		{"--dport", DRAFT_PORT},
		{"--dports", DRAFT_PORT},
		{"--ctstate", DRAFT_STATES},
		{"--state", DRAFT_STATES},
		{"--pkt-type", DRAFT_PACKET_TYPE},
		{"--icmpv6-type", DRAFT_ICMP_TYPE},
	};
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++)
		if (is(option, columns[i].option))
			return columns[i].column;
	return DRAFT_NONE;
}

/* Their values in the words of nftables. */
static const char *word_of(char *value)
{
	for (char *at = value; *at; at++)
		*at = *at == ':' ? '-' : (char)tolower((unsigned char)*at);
	return is(value, "ipv6-icmp") ? "icmpv6" : is(value, "unicast") ? "host" : value;
}

/* In \`list\` all that \`value\`, which is cut, names. Interfaces and addresses stay as they are.
 */
static void read_list(char *value, bool is_negated, bool is_word, struct draft_list *list)
{
	list->is_negated = is_negated;
	list->is_partial = false;
	list->count = 0;
	for (char *part; (part = strsep(&value, ","));)
		draft_list_add(list, is_word ? word_of(part) : part);
}

/* Modules whose options are read below, or that match nothing by themselves. */
static bool is_known_module(const char *name)
{
	static const char *const names[] = {"udp",   "tcp",      "icmp6",     "comment",  "pkttype",
					    "state", "addrtype", "conntrack", "multiport"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (is(name, names[i]))
			return true;
	return false;
}

/* One option with its value; false if it is not understood. */
static bool read_option(struct draft *d, const struct reader *r, const char *option, char *value,
			bool is_negated)
{
	struct draft_list list;
	enum draft_column column = column_of(option);
	bool is_word = column != DRAFT_DESTINATION && column != DRAFT_SOURCE &&
		       column != DRAFT_IN && column != DRAFT_OUT;
	if (column != DRAFT_NONE || is(option, "--dst-type")) {
		read_list(value, is_negated, is_word, &list);
		if (column != DRAFT_NONE)
			draft_apply(d, column, &list);
		else
			draft_apply_kinds(d, r->source->family, &list);
		return true;
	}
	if (is(option, "-j"))
		read_target(d, r, value);
	else if (is(option, "-g"))
		draft_decide(d, "goto", value);
	return is(option, "-j") || is(option, "-g") || is(option, "--comment") ||
	       (is(option, "-m") && is_known_module(value));
}

static void read_options(struct draft *d, const struct reader *r, char *words[], size_t count)
{
	bool is_negated = false;
	for (size_t i = 0; i < count; i++) {
		if (is(words[i], "!")) {
			is_negated = true;
			continue;
		}
		char *value = i + 1 < count && strcmp(words[i + 1], "!") != 0 ? words[i + 1] : NULL;
		if (!value || !read_option(d, r, words[i], value, is_negated))
			draft_mark_partial(d);
		is_negated = false;
		if (is(words[i], "-j") || is(words[i], "-g"))
			return; /* What follows belongs to the target. */
		i += value && value[0] != '-';
	}
}

/* "INPUT -d 224.0.0.0/4 -j DROP" */
static void read_rule(struct reader *r, char *line)
{
	struct draft d;
	struct seen_rule row = {0};
	char *words[WORDS_MAX];
	if (!r->is_wanted)
		return;
	(void)snprintf(row.text, sizeof(row.text), "-A %s", line);
	size_t count = split_words(line, words);
	if (count == 0)
		return;
	r->number = is(r->chain, words[0]) ? r->number + 1 : 1;
	PUT(r->chain, words[0]);
	PUT(row.tool, r->source->tool);
	PUT(row.family, r->source->family);
	PUT(row.table, r->table);
	PUT(row.chain, r->chain);
	row.handle = r->number;
	draft_init(&d, &row);
	read_options(&d, r, words + 1, count - 1);
	if (count == WORDS_MAX)
		draft_mark_partial(&d);
	draft_add(&d, r->s);
}

void iptables_read(struct snapshot *s, char *text, const struct iptables_source *source)
{
	struct reader r = {.s = s, .source = source};
	for (char *line; (line = strsep(&text, "\n"));) {
		if (line[0] == '*')
			read_table(&r, line + 1);
		else if (line[0] == ':')
			read_chain(&r, line + 1);
		else if (strncmp(line, "-A ", 3) == 0)
			read_rule(&r, line + 3);
	}
}
