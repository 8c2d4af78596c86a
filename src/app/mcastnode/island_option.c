/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "island_option.h"
#include "app/common/usage.h"

#include <stdlib.h>

#define TEXT_MAX 200

/* Splits `GROUP:PORT` or `[GROUP]:PORT` in place: gives the group, and the port. */
static char *split(char *text, const char *whole, uint16_t *ret_port)
{
	char *colon = strrchr(text, ':'), *group = text;
	char *bracket = strchr(text, ']');
	bool is_bracketed = text[0] == '[';
	if (!colon || (is_bracketed && (!bracket || bracket + 1 != colon)) ||
	    (!is_bracketed && strchr(text, ':') != colon))
		usage_refuse("--island '%s': not GROUP:PORT, for example 239.1.2.3:5000 or "
			     "[ff15::8801:101%%eth1]:5000",
			     whole);
	*colon = '\0';
	if (is_bracketed) {
		group++;
		*bracket = '\0';
	}
	*ret_port = (uint16_t)usage_number("--island: the port", colon + 1, 1, 65535);
	return group;
}

static void check(const struct gateway_group *g, const char *whole, struct gateway_options *o)
{
	const struct endpoint *group = &g->group.endpoint;
	if (!border_may_cross(group))
		usage_refuse("--island '%s': groups of 224.0.0.0/24 and of the scopes of interface "
			     "and link never leave their network",
			     whole);
	if (group_is_source_specific(group) && !g->has_source)
		usage_refuse("--island '%s': such a group is joined with a source (RFC 4607): "
			     "GROUP:PORT@SOURCE",
			     whole);
	if (g->has_source && endpoint_is_v4(&g->source) != endpoint_is_v4(group))
		usage_refuse("--island '%s': group and source are of different families", whole);
	for (unsigned i = 0; i < o->count; i++)
		if (endpoint_equal(&o->groups[i].group.endpoint, group) &&
		    strcmp(o->groups[i].group.interface, g->group.interface) == 0)
			usage_refuse("--island '%s': named twice", whole);
	if (o->count == GATEWAY_GROUPS_MAX)
		usage_refuse("more than %d --island", GATEWAY_GROUPS_MAX);
}

void island_option_parse(const char *text, struct gateway_options *o)
{
	struct gateway_group g = {0};
	struct failure failure;
	char copy[TEXT_MAX];
	if (strlen(text) >= sizeof(copy))
		usage_refuse("--island '%.60s...': too long", text);
	memcpy(copy, text, strlen(text) + 1);
	char *at = strchr(copy, '@');
	if (at) {
		*at = '\0';
		g.has_source = true;
		if (!endpoint_parse_address(at + 1, 0, &g.source) ||
		    endpoint_is_multicast(&g.source))
			usage_refuse("--island '%s': '%s' is no address of a source", text, at + 1);
	}
	uint16_t port;
	const char *group = split(copy, text, &port);
	if (group_parse(group, port, &g.group, &failure) != 0)
		usage_refuse("--island '%s': %s", text, failure.text);
	check(&g, text, o);
	o->groups[o->count++] = g;
}

void island_rule_parse(const char *option, const char *text, struct border_rules *rules)
{
	if (!border_rules_add(rules, text))
		usage_refuse("%s '%s': not ADDRESS or ADDRESS/BITS, with or without '!' before it "
			     "(%d at most)",
			     option, text, BORDER_RULES_MAX);
}
