/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "collect/nft.h"
#include "collect/range.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define PUT(field, text) (void)snprintf(field, sizeof(field), "%s", text)

/* --- What a match is about --- */

/* The left side of a match. */
struct key {
	enum draft_column column;
	enum {
		PLAIN,
		VERSION,
		KIND
	} sort;               /* VERSION: an IP version, KIND: of an address, both for
				 the column of the destination. */
	int family;           /* It is only about this IP version; 0: any. */
	const char *protocol; /* And this protocol; NULL: any. */
};

static bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	return text ? text : "";
}

static struct key key_of_payload(const json_t *payload)
{
	const char *protocol = text_of(payload, "protocol"), *field = text_of(payload, "field");
	struct key k = {0};
	if (is(protocol, "ip") || is(protocol, "ip6")) {
		k.family = is(protocol, "ip") ? 4 : 6;
		k.column = is(field, "daddr")      ? DRAFT_DESTINATION
			   : is(field, "saddr")    ? DRAFT_SOURCE
			   : is(field, "protocol") ? DRAFT_PROTOCOL
			   : is(field, "nexthdr")  ? DRAFT_PROTOCOL
						   : DRAFT_NONE;
	} else if (is(protocol, "ether")) {
		k.column = is(field, "type") ? DRAFT_DESTINATION : DRAFT_NONE;
		k.sort = VERSION;
	} else if (is(protocol, "th")) {
		k.column = is(field, "dport") ? DRAFT_PORT : DRAFT_NONE;
	} else if (protocol[0]) {
		k.protocol = protocol;
		k.column = is(protocol, "udp") && is(field, "dport")     ? DRAFT_PORT
			   : is(protocol, "icmpv6") && is(field, "type") ? DRAFT_ICMP_TYPE
									 : DRAFT_NONE;
	}
	return k;
}

static struct key key_of_meta(const char *name)
{
	static const struct {
		const char *name;
		struct key key;
	} keys[] = {
		{"l4proto", {.column = DRAFT_PROTOCOL}},
		{"nfproto", {.column = DRAFT_DESTINATION, .sort = VERSION}},
		{"protocol", {.column = DRAFT_DESTINATION, .sort = VERSION}},
		{"iifname", {.column = DRAFT_IN}},
		{"iif", {.column = DRAFT_IN}},
		{"oifname", {.column = DRAFT_OUT}},
		{"oif", {.column = DRAFT_OUT}},
		{"pkttype", {.column = DRAFT_PACKET_TYPE}},
	};
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (is(keys[i].name, name))
			return keys[i].key;
	return (struct key){0};
}

static bool is_kind_of_destination(const json_t *fib)
{
	const json_t *flags = json_object_get(fib, "flags");
	const char *flag =
		json_string_value(json_is_array(flags) ? json_array_get(flags, 0) : flags);
	return is(text_of(fib, "result"), "type") && json_array_size(flags) <= 1 && flag &&
	       is(flag, "daddr");
}

static struct key key_of(const json_t *left)
{
	const json_t *part;
	struct key k = {0};
	if ((part = json_object_get(left, "payload")))
		return key_of_payload(part);
	if ((part = json_object_get(left, "meta")))
		return key_of_meta(text_of(part, "key"));
	if ((part = json_object_get(left, "ct")) && is(text_of(part, "key"), "state"))
		k.column = DRAFT_STATES;
	if ((part = json_object_get(left, "fib")) && is_kind_of_destination(part)) {
		k.column = DRAFT_DESTINATION;
		k.sort = KIND;
	}
	/* Under a mask the field is still of its protocol. */
	part = json_array_get(json_object_get(left, "&"), 0);
	if (part) {
		k = key_of(part);
		k.column = DRAFT_NONE;
	}
	return k;
}

/* --- What it is compared with --- */

/* Where values go: into a list, or one by one into branches. */
struct values {
	const struct nft_context *context;
	const struct seen_rule *rule; /* Its family and table: where its sets are. */
	struct key key;
	bool groups_only; /* The set is large: of its prefixes those with groups will do. */
	struct draft_list *list;
};

static void add_prefix(struct values *v, const char *address, int64_t bits)
{
	uint8_t bytes[16];
	char text[64];
	int family = strchr(address, ':') ? 6 : 4;
	if (inet_pton(family == 4 ? AF_INET : AF_INET6, address, bytes) != 1) {
		v->list->is_partial = true;
		return;
	}
	if (bits < 0)
		bits = family == 4 ? 32 : 128;
	if (v->groups_only && v->key.column == DRAFT_DESTINATION && !v->list->is_negated &&
	    !range_has_groups(family, bytes[0], (unsigned)bits))
		return;
	bool is_host = bits == (family == 4 ? 32 : 128);
	(void)snprintf(text, sizeof(text), is_host ? "%s" : "%s/%u", address, (unsigned)bits);
	draft_list_add(v->list, text);
}

/* An IP version by one of its names. Another protocol is none that a group's datagram has. */
static void add_version(struct values *v, const char *text)
{
	if (is(text, "ip") || is(text, "ipv4"))
		draft_list_add(v->list, draft_everything(4));
	else if (is(text, "ip6") || is(text, "ipv6"))
		draft_list_add(v->list, draft_everything(6));
}

static void add_word(struct values *v, const char *text)
{
	bool is_address = v->key.column == DRAFT_DESTINATION || v->key.column == DRAFT_SOURCE;
	if (v->key.sort == VERSION)
		add_version(v, text);
	else if (v->key.sort == PLAIN && is_address)
		add_prefix(v, text, -1);
	else if (v->key.column == DRAFT_PORT && text[strspn(text, "0123456789")])
		v->list->is_partial = true; /* The name of a service. */
	else if (v->key.column == DRAFT_PROTOCOL && is(text, "ipv6-icmp"))
		draft_list_add(v->list, "icmpv6");
	else if (v->key.column == DRAFT_PACKET_TYPE && is(text, "unicast"))
		draft_list_add(v->list, "host");
	else
		draft_list_add(v->list, text);
}

static void add_number(struct values *v, int64_t number)
{
	char text[24];
	(void)snprintf(text, sizeof(text), "%lld", (long long)number);
	add_word(v, text);
}

static void add_addresses(struct values *v, const char *first, const char *last)
{
	char list[DRAFT_ROWS][RANGE_TEXT_SIZE];
	size_t count = range_to_prefixes(first, last, list, DRAFT_ROWS);
	if (count == 0)
		v->list->is_partial = true;
	for (size_t i = 0; i < count; i++) {
		char *slash = strchr(list[i], '/');
		*slash = '\0';
		add_prefix(v, list[i], atoll(slash + 1));
	}
}

static void add_range(struct values *v, const json_t *range)
{
	const json_t *first = json_array_get(range, 0), *last = json_array_get(range, 1);
	bool is_address = v->key.sort == PLAIN &&
			  (v->key.column == DRAFT_DESTINATION || v->key.column == DRAFT_SOURCE);
	char text[64];
	if (v->key.column == DRAFT_PORT && json_is_integer(first) && json_is_integer(last)) {
		(void)snprintf(text, sizeof(text), "%lld-%lld",
			       (long long)json_integer_value(first),
			       (long long)json_integer_value(last));
		draft_list_add(v->list, text);
	} else if (is_address && json_is_string(first) && json_is_string(last)) {
		add_addresses(v, json_string_value(first), json_string_value(last));
	} else {
		v->list->is_partial = true;
	}
}

/* The elements of a set or map by its name, "@NAME"; NULL: there is none. */
static const json_t *find_elements(const struct values *v, const char *name)
{
	char key[192];
	(void)snprintf(key, sizeof(key), "%s %s %s", v->rule->family, v->rule->table, name + 1);
	return json_object_get(v->context->sets, key);
}

static void add_any(struct values *v, const json_t *json)
{
	const json_t *part;
	const char *text = json_string_value(json);
	if (text && text[0] == '@')
		add_any(v, find_elements(v, text));
	else if (text)
		add_word(v, text);
	else if (json_is_integer(json))
		add_number(v, json_integer_value(json));
	else if ((part = json_object_get(json, "prefix")))
		add_prefix(v, text_of(part, "addr"),
			   json_integer_value(json_object_get(part, "len")));
	else if ((part = json_object_get(json, "range")))
		add_range(v, part);
	else if ((part = json_object_get(json, "set")))
		add_any(v, part);
	else if ((part = json_object_get(json, "elem"))) /* With a time-out or a counter. */
		add_any(v, json_object_get(part, "val"));
	else if (!json_is_array(json))
		v->list->is_partial = true;
	v->groups_only = v->groups_only || json_array_size(json) > DRAFT_ROWS;
	for (size_t i = 0; i < json_array_size(json); i++)
		add_any(v, json_array_get(json, i));
}

/* --- Statements --- */

static bool is_of_one_family(const struct draft *d)
{
	return is(d->rows[0].family, "ip") || is(d->rows[0].family, "ip6");
}

/* What follows from the key alone: `udp dport` is about UDP, `ip saddr` about IPv4. */
static void apply_key(struct draft *d, const struct key *k)
{
	if (k->protocol)
		draft_set(d, DRAFT_PROTOCOL, k->protocol);
	if (k->family && !is_of_one_family(d))
		draft_set(d, DRAFT_DESTINATION, draft_everything(k->family));
}

static void read_match(struct draft *d, const struct nft_context *c, const json_t *match)
{
	const char *op = text_of(match, "op");
	struct draft_list list = {.is_negated = is(op, "!=")};
	struct values v = {.context = c, .rule = &d->rows[0], .list = &list};
	v.key = key_of(json_object_get(match, "left"));
	apply_key(d, &v.key);
	if (v.key.column == DRAFT_NONE || (!is(op, "==") && !is(op, "in") && !is(op, "!="))) {
		draft_mark_partial(d);
		return;
	}
	add_any(&v, json_object_get(match, "right"));
	if (v.key.sort == KIND)
		draft_apply_kinds(d, d->rows[0].family, &list);
	else
		draft_apply(d, v.key.column, &list);
	/* That it is of one IP version has no room beside what it is not. */
	if (list.is_negated && v.key.family && !is_of_one_family(d) &&
	    v.key.column == DRAFT_DESTINATION)
		draft_mark_partial(d);
}

/* What a statement decides, or an element of a map of verdicts. */
static bool read_verdict(const json_t *json, struct draft_branch *ret_branch)
{
	static const char *const verdicts[][2] = {
		{"accept", "accept"},     {"drop", "drop"},   {"reject", "reject"},
		{"return", "return"},     {"jump", "jump"},   {"goto", "goto"},
		{"masquerade", "accept"}, {"snat", "accept"}, {"dnat", "accept"},
		{"redirect", "accept"},
	};
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++) {
		const json_t *value = json_object_get(json, verdicts[i][0]);
		if (!value)
			continue;
		PUT(ret_branch->verdict, verdicts[i][1]);
		PUT(ret_branch->target, text_of(value, "target"));
		return true;
	}
	return false;
}

/* The branch of one element, whose value may be more than a column takes. */
static struct draft_branch branch_of(const struct values *all, const json_t *pair)
{
	struct draft_branch branch = {0};
	struct draft_list list = {0};
	struct values v = *all;
	v.list = &list;
	add_any(&v, json_array_get(pair, 0));
	if (list.count == 1 && v.key.sort != KIND)
		PUT(branch.text, list.texts[0]);
	branch.is_partial = list.is_partial || list.count != 1 || v.key.sort == KIND ||
			    v.key.column == DRAFT_NONE;
	(void)read_verdict(json_array_get(pair, 1), &branch);
	return branch;
}

static void read_map(struct draft *d, const struct nft_context *c, const json_t *map)
{
	struct values v = {.context = c, .rule = &d->rows[0]};
	struct draft_branch branches[DRAFT_ROWS];
	const json_t *data = json_object_get(map, "data"), *pair;
	const char *name = json_string_value(data);
	const json_t *pairs = name ? find_elements(&v, name) : json_object_get(data, "set");
	size_t i, count = 0;
	v.key = key_of(json_object_get(map, "key"));
	apply_key(d, &v.key);
	if (!pairs || json_array_size(pairs) > DRAFT_ROWS) {
		draft_mark_partial(d);
		return;
	}
	json_array_foreach(pairs, i, pair) branches[count++] = branch_of(&v, pair);
	draft_branch(d, v.key.column, branches, count);
}

/* True for statements that neither match nor decide. */
static bool is_harmless(const json_t *statement)
{
	static const char *const names[] = {"counter",  "log",       "mangle", "notrack",
					    "tproxy",   "ct helper", "flow",   "dup",
					    "continue", "meter",     "map"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (json_object_get(statement, names[i]))
			return true;
	return false;
}

void nft_read_expressions(struct draft *d, const struct nft_context *c, const json_t *expressions)
{
	const json_t *statement, *part;
	size_t i;
	json_array_foreach(expressions, i, statement)
	{
		struct draft_branch decision = {0};
		if (d->count == 0)
			return;
		if ((part = json_object_get(statement, "match")))
			read_match(d, c, part);
		else if ((part = json_object_get(statement, "vmap")))
			read_map(d, c, part);
		else if (read_verdict(statement, &decision))
			draft_decide(d, decision.verdict, decision.target);
		else if (!is_harmless(statement))
			draft_mark_partial(d);
	}
}
