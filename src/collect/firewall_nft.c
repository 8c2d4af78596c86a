/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* firewall_nft.c - the rules of nftables as `nft -j list ruleset` prints them:
 * libnftables-json(5).
 *
 * A rule becomes one row; one with a set of values, or a map of verdicts, a row for each of them.
 * What is not understood makes it partial: it may match less than it says.
 */
#include "collect/host.h"

#include <jansson.h>
#include <string.h>

#define ROWS_MAX   64 /* That a rule becomes. */
#define VALUES_MAX 64

struct draft {
	struct seen_rule rows[ROWS_MAX];
	size_t count;
};

enum field {
	FIELD_NONE,
	FIELD_PROTOCOL,
	FIELD_DESTINATION,
	FIELD_SOURCE,
	FIELD_PORT,
	FIELD_IN,
	FIELD_OUT,
	FIELD_ICMP_TYPE,
	FIELD_PACKET_TYPE,
	FIELD_STATES,
	FIELD_FAMILY, /* Said by the range of all addresses of a family. */
	FIELD_TYPE_OF_DESTINATION,
};

/* --- Values --- */

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text ? text : "";
}

static bool is_word(const json_t *value, const char *word)
{
	return json_is_string(value) && strcmp(json_string_value(value), word) == 0;
}

/* One value as text; false: more than one, or not understood. */
static bool read_value(const json_t *value, char text[64])
{
	const json_t *prefix = json_object_get(value, "prefix");
	const json_t *elem = json_object_get(json_object_get(value, "elem"), "val");
	if (elem)
		return read_value(elem, text);
	if (json_is_string(value))
		(void)snprintf(text, 64, "%s", json_string_value(value));
	else if (json_is_integer(value))
		(void)snprintf(text, 64, "%lld", (long long)json_integer_value(value));
	else if (prefix)
		(void)snprintf(text, 64, "%s/%lld", text_of(prefix, "addr"),
			       (long long)json_integer_value(json_object_get(prefix, "len")));
	return (json_is_string(value) && text[0] != '@') || json_is_integer(value) || prefix;
}

/* The values of a right side: one, a list, or a set of them; 0: not understood. */
static size_t read_values(const json_t *right, char values[VALUES_MAX][64])
{
	const json_t *set = json_object_get(right, "set");
	const json_t *list = set ? set : right;
	if (json_is_string(set)) /* One element needs no brackets. */
		return read_value(set, values[0]) ? 1 : 0;
	if (!json_is_array(list))
		return read_value(right, values[0]) ? 1 : 0;
	size_t count = json_array_size(list);
	if (count > VALUES_MAX)
		return 0;
	for (size_t i = 0; i < count; i++)
		if (!read_value(json_array_get(list, i), values[i]))
			return 0;
	return count;
}

/* --- Fields --- */

static void put(char *text, size_t size, const char *value)
{
	(void)snprintf(text, size, "%s", value);
}

static void set_destination_type(struct seen_rule *r, const char *value)
{
	bool is_multicast = strcmp(value, "multicast") == 0;
	put(r->packet_type, sizeof(r->packet_type), is_multicast ? "" : value);
	/* Of which family the packet is, the family of the table tells; of inet, neither. */
	if (is_multicast && strcmp(r->family, "ip") == 0)
		put(r->destination, sizeof(r->destination), "224.0.0.0/4");
	else if (is_multicast && strcmp(r->family, "ip6") == 0)
		put(r->destination, sizeof(r->destination), "ff00::/8");
}

static void set_field(struct seen_rule *r, enum field field, const char *value)
{
	int port = 0;
	switch (field) {
	case FIELD_PROTOCOL:
		put(r->protocol, sizeof(r->protocol),
		    strcmp(value, "ipv6-icmp") == 0 ? "icmpv6" : value);
		break;
	case FIELD_DESTINATION:
		put(r->destination, sizeof(r->destination), value);
		break;
	case FIELD_SOURCE:
		put(r->source, sizeof(r->source), value);
		break;
	case FIELD_PORT:
		if (sscanf(value, "%d", &port) == 1)
			r->port = port;
		else
			r->is_partial = true; /* A service by its name: nft prints numbers. */
		break;
	case FIELD_IN:
		put(r->in, sizeof(r->in), value);
		break;
	case FIELD_OUT:
		put(r->out, sizeof(r->out), value);
		break;
	case FIELD_ICMP_TYPE:
		put(r->icmp_type, sizeof(r->icmp_type), value);
		break;
	case FIELD_PACKET_TYPE:
		put(r->packet_type, sizeof(r->packet_type), value);
		break;
	case FIELD_STATES:
		put(r->states, sizeof(r->states), value);
		break;
	case FIELD_FAMILY:
		if (!r->destination[0])
			put(r->destination, sizeof(r->destination),
			    strcmp(value, "ipv6") == 0 || strcmp(value, "ip6") == 0 ? "::/0"
										    : "0.0.0.0/0");
		break;
	case FIELD_TYPE_OF_DESTINATION:
		set_destination_type(r, value);
		break;
	case FIELD_NONE:
		break;
	}
}

static void make_partial(struct draft *d)
{
	for (size_t i = 0; i < d->count; i++)
		d->rows[i].is_partial = true;
}

/* Each row so far with each of the values. */
static void multiply(struct draft *d, enum field field, char values[VALUES_MAX][64], size_t count)
{
	size_t before = d->count;
	if (count == 0 || before * count > ROWS_MAX) {
		make_partial(d);
		return;
	}
	for (size_t k = count; k-- > 0;) /* The first last: the rows of before are still there. */
		for (size_t i = 0; i < before; i++) {
			struct seen_rule row = d->rows[i];
			set_field(&row, field, values[k]);
			d->rows[k * before + i] = row;
		}
	d->count = before * count;
}

/* --- Left sides --- */

/* What a field of a header is; `ret_protocol` is the one that has such a field. */
static enum field payload_field(const json_t *payload, const char **ret_protocol)
{
	static const struct {
		const char *protocol, *field;
		enum field is;
	} known[] = {
		{"ip", "daddr", FIELD_DESTINATION}, {"ip6", "daddr", FIELD_DESTINATION},
		{"ip", "saddr", FIELD_SOURCE},      {"ip6", "saddr", FIELD_SOURCE},
		{"ip", "protocol", FIELD_PROTOCOL}, {"ip6", "nexthdr", FIELD_PROTOCOL},
		{"udp", "dport", FIELD_PORT},       {"tcp", "dport", FIELD_PORT},
		{"th", "dport", FIELD_PORT},        {"icmpv6", "type", FIELD_ICMP_TYPE},
	};
	const char *protocol = text_of(payload, "protocol"), *field = text_of(payload, "field");
	bool is_network = strcmp(protocol, "ip") == 0 || strcmp(protocol, "ip6") == 0 ||
			  strcmp(protocol, "th") == 0 || strcmp(protocol, "ether") == 0;
	*ret_protocol = is_network ? "" : protocol;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcmp(protocol, known[i].protocol) == 0 && strcmp(field, known[i].field) == 0)
			return known[i].is;
	return FIELD_NONE;
}

static enum field meta_field(const char *key)
{
	static const struct {
		const char *key;
		enum field is;
	} known[] = {
		{"iifname", FIELD_IN},       {"iif", FIELD_IN},
		{"oifname", FIELD_OUT},      {"oif", FIELD_OUT},
		{"l4proto", FIELD_PROTOCOL}, {"pkttype", FIELD_PACKET_TYPE},
		{"nfproto", FIELD_FAMILY},   {"protocol", FIELD_FAMILY},
	};
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcmp(key, known[i].key) == 0)
			return known[i].is;
	return FIELD_NONE;
}

/* What a match or a map looks at. */
static enum field left_field(const json_t *left, struct draft *d)
{
	const char *protocol = "";
	enum field field = FIELD_NONE;
	const json_t *payload = json_object_get(left, "payload");
	const json_t *fib = json_object_get(left, "fib");
	const json_t *flags = json_object_get(fib, "flags");
	if (payload)
		field = payload_field(payload, &protocol);
	else if (json_object_get(left, "meta"))
		field = meta_field(text_of(json_object_get(left, "meta"), "key"));
	else if (json_object_get(left, "ct") &&
		 strcmp(text_of(json_object_get(left, "ct"), "key"), "state") == 0)
		field = FIELD_STATES;
	else if (strcmp(text_of(fib, "result"), "type") == 0 && json_array_size(flags) == 1 &&
		 is_word(json_array_get(flags, 0), "daddr"))
		field = FIELD_TYPE_OF_DESTINATION;
	for (size_t i = 0; i < d->count && protocol[0]; i++)
		put(d->rows[i].protocol, sizeof(d->rows[i].protocol), protocol);
	return field;
}

static void read_match(struct draft *d, const json_t *match)
{
	char values[VALUES_MAX][64];
	const char *op = text_of(match, "op");
	const json_t *right = json_object_get(match, "right");
	enum field field = left_field(json_object_get(match, "left"), d);
	if (field == FIELD_NONE || (strcmp(op, "==") != 0 && strcmp(op, "in") != 0)) {
		make_partial(d);
		return;
	}
	size_t count = read_values(right, values);
	if (field == FIELD_STATES && count > 1) { /* Any of them, in one row. */
		char all[64] = "";
		for (size_t i = 0; i < count; i++)
			(void)snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s",
				       i ? "," : "", values[i]);
		put(values[0], sizeof(values[0]), all);
		count = 1;
	}
	multiply(d, field, values, count);
}

/* --- Verdicts --- */

static bool read_verdict(struct seen_rule *r, const json_t *statement)
{
	static const char *const plain[] = {"accept", "drop", "reject", "return"};
	static const char *const far[] = {"jump", "goto"};
	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (json_object_get(statement, plain[i])) {
			put(r->verdict, sizeof(r->verdict), plain[i]);
			return true;
		}
	for (size_t i = 0; i < sizeof(far) / sizeof(*far); i++)
		if (json_object_get(statement, far[i])) {
			put(r->verdict, sizeof(r->verdict), far[i]);
			put(r->target, sizeof(r->target),
			    text_of(json_object_get(statement, far[i]), "target"));
			return true;
		}
	return false;
}

/* A map of verdicts: for each pair a row for each of the rows so far. */
static void read_map(struct draft *d, const json_t *map)
{
	enum field field = left_field(json_object_get(map, "key"), d);
	const json_t *pairs = json_object_get(json_object_get(map, "data"), "set");
	size_t count = json_array_size(pairs), before = d->count;
	char value[64];
	if (field == FIELD_NONE || count == 0 || count * before > ROWS_MAX) {
		make_partial(d);
		return;
	}
	for (size_t k = count; k-- > 0;) {
		const json_t *pair = json_array_get(pairs, k);
		bool is_known = read_value(json_array_get(pair, 0), value);
		for (size_t i = 0; i < before; i++) {
			struct seen_rule row = d->rows[i];
			row.is_partial = row.is_partial || !is_known;
			if (is_known)
				set_field(&row, field, value);
			(void)read_verdict(&row, json_array_get(pair, 1));
			d->rows[k * before + i] = row;
		}
	}
	d->count = count * before;
}

static void read_statement(struct draft *d, const json_t *statement)
{
	static const char *const harmless[] = {"counter", "log",   "comment", "notrack",
					       "mangle",  "meter", "queue"};
	bool is_read = false;
	if (json_object_get(statement, "match")) {
		read_match(d, json_object_get(statement, "match"));
		return;
	}
	if (json_object_get(statement, "vmap")) {
		read_map(d, json_object_get(statement, "vmap"));
		return;
	}
	for (size_t i = 0; i < d->count; i++)
		is_read = read_verdict(&d->rows[i], statement) || is_read;
	for (size_t i = 0; i < sizeof(harmless) / sizeof(*harmless); i++)
		is_read = is_read || json_object_get(statement, harmless[i]);
	if (!is_read) /* A limit, an extension of iptables (xt), ... */
		make_partial(d);
}

/* --- The list --- */

static void read_rule(struct snapshot *s, const json_t *rule)
{
	static struct draft d; /* Some 40 kB. */
	size_t i;
	const json_t *statement;
	d = (struct draft){.count = 1};
	struct seen_rule *r = &d.rows[0];
	put(r->tool, sizeof(r->tool), "nft");
	put(r->family, sizeof(r->family), text_of(rule, "family"));
	put(r->table, sizeof(r->table), text_of(rule, "table"));
	put(r->chain, sizeof(r->chain), text_of(rule, "chain"));
	r->handle = json_integer_value(json_object_get(rule, "handle"));
	json_array_foreach(json_object_get(rule, "expr"), i, statement)
		read_statement(&d, statement);
	for (i = 0; i < d.count; i++)
		*snapshot_add_rule(s) = d.rows[i];
}

static void read_chain(struct snapshot *s, const json_t *chain)
{
	struct seen_chain *c = snapshot_add_chain(s);
	put(c->tool, sizeof(c->tool), "nft");
	put(c->family, sizeof(c->family), text_of(chain, "family"));
	put(c->table, sizeof(c->table), text_of(chain, "table"));
	put(c->name, sizeof(c->name), text_of(chain, "name"));
	put(c->hook, sizeof(c->hook), text_of(chain, "hook"));
	put(c->policy, sizeof(c->policy), text_of(chain, "policy"));
	put(c->device, sizeof(c->device), text_of(chain, "dev"));
	c->priority = json_integer_value(json_object_get(chain, "prio"));
}

bool firewall_read_nft(struct snapshot *s, const char *text)
{
	json_t *document = json_loads(text, 0, NULL);
	const json_t *list = json_object_get(document, "nftables"), *entry;
	bool is_list = json_is_array(list);
	size_t i;
	json_array_foreach(list, i, entry)
	{
		if (json_object_get(entry, "chain"))
			read_chain(s, json_object_get(entry, "chain"));
		if (json_object_get(entry, "rule"))
			read_rule(s, json_object_get(entry, "rule"));
	}
	json_decref(document);
	return is_list;
}
