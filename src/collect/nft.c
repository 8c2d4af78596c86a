/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "collect/nft.h"

#include <string.h>

#define KEY_SIZE 192

#define PUT(field, text) (void)snprintf(field, sizeof(field), "%s", text)

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	return text ? text : "";
}

/* The fact about a table, set, chain or rule in one of the objects that are keyed so. */
static json_t *find(const json_t *facts, const char *what, const json_t *of, const char *last)
{
	char key[KEY_SIZE];
	(void)snprintf(key, sizeof(key), "%s%s%s %s%s%s", what, what[0] ? " " : "",
		       text_of(of, "family"), text_of(of, "table"), last[0] ? " " : "", last);
	return json_object_get(facts, key);
}

json_t *nft_foreign_tables(const json_t *ruleset)
{
	json_t *tables = json_object();
	const json_t *entry, *expression;
	size_t i, j;
	json_array_foreach(json_object_get(ruleset, "nftables"), i, entry)
	{
		const json_t *rule = json_object_get(entry, "rule");
		char key[KEY_SIZE];
		json_array_foreach(json_object_get(rule, "expr"), j, expression)
		{
			if (!json_object_get(expression, "xt"))
				continue;
			(void)snprintf(key, sizeof(key), "%s %s", text_of(rule, "family"),
				       text_of(rule, "table"));
			json_object_set_new(tables, key, json_true());
		}
	}
	return tables;
}

static json_t *index_sets(const json_t *ruleset)
{
	json_t *sets = json_object();
	const json_t *entry;
	size_t i;
	json_array_foreach(json_object_get(ruleset, "nftables"), i, entry)
	{
		const json_t *set = json_object_get(entry, "set");
		char key[KEY_SIZE];
		if (!set)
			set = json_object_get(entry, "map");
		if (!set)
			continue;
		json_t *elements = json_object_get(set, "elem");
		(void)snprintf(key, sizeof(key), "%s %s %s", text_of(set, "family"),
			       text_of(set, "table"), text_of(set, "name"));
		json_object_set_new(sets, key, elements ? json_incref(elements) : json_array());
	}
	return sets;
}

static void add_chain(struct snapshot *s, const json_t *chain, const char *device)
{
	struct seen_chain *c = snapshot_add_chain(s);
	const json_t *priority = json_object_get(chain, "prio");
	PUT(c->tool, "nft");
	PUT(c->family, text_of(chain, "family"));
	PUT(c->table, text_of(chain, "table"));
	PUT(c->name, text_of(chain, "name"));
	PUT(c->hook, text_of(chain, "hook"));
	PUT(c->policy, text_of(chain, "policy"));
	PUT(c->device, device);
	if (json_is_integer(priority))
		c->priority = json_integer_value(priority);
}

/* A chain of several devices is one row for each. */
static void read_chain(struct snapshot *s, const struct nft_context *c, const json_t *chain)
{
	const json_t *devices = json_object_get(chain, "dev"), *device;
	size_t i;
	if (!devices)
		devices = find(c->listing, "device", chain, text_of(chain, "name"));
	if (json_array_size(devices) == 0)
		add_chain(s, chain, json_is_string(devices) ? json_string_value(devices) : "");
	json_array_foreach(devices, i, device)
		add_chain(s, chain, json_is_string(device) ? json_string_value(device) : "");
}

static void read_rule(struct snapshot *s, const struct nft_context *c, const json_t *rule)
{
	struct draft d;
	char handle[24];
	struct seen_rule row = {.handle = json_integer_value(json_object_get(rule, "handle"))};
	PUT(row.tool, "nft");
	PUT(row.family, text_of(rule, "family"));
	PUT(row.table, text_of(rule, "table"));
	PUT(row.chain, text_of(rule, "chain"));
	(void)snprintf(handle, sizeof(handle), "%lld", (long long)row.handle);
	const char *text = json_string_value(find(c->listing, "rule", rule, handle));
	PUT(row.text, text ? text : "");
	draft_init(&d, &row);
	nft_read_expressions(&d, c, json_object_get(rule, "expr"));
	draft_add(&d, s);
}

void nft_read(struct snapshot *s, const json_t *ruleset, const json_t *listing,
	      const json_t *without)
{
	json_t *sets = index_sets(ruleset);
	struct nft_context c = {.sets = sets, .listing = listing};
	const json_t *entry;
	size_t i;
	json_array_foreach(json_object_get(ruleset, "nftables"), i, entry)
	{
		const json_t *chain = json_object_get(entry, "chain");
		const json_t *rule = json_object_get(entry, "rule");
		const json_t *either = chain ? chain : rule;
		if (!either || find(without, "", either, "") ||
		    find(listing, "dormant", either, ""))
			continue;
		if (chain)
			read_chain(s, &c, chain);
		else
			read_rule(s, &c, rule);
	}
	json_decref(sets);
}
