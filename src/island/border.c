/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "island/border.h"

#include <stdlib.h>

enum {
	SCOPE_LINK = 2,
	SCOPE_RESERVED = 15,
	MAPPED_BITS = 96, /* Before an IPv4 address. */
	ALL_BITS = 128,
};

bool border_may_cross(const struct endpoint *group)
{
	if (!endpoint_is_multicast(group))
		return false;
	if (endpoint_is_v4(group)) {
		const uint8_t *a = endpoint_v4(group);
		return a[0] != 224 || a[1] != 0 || a[2] != 0;
	}
	unsigned scope = group->address[1] & 0x0Fu;
	return scope > SCOPE_LINK && scope != SCOPE_RESERVED;
}

bool border_rules_add(struct border_rules *rules, const char *text)
{
	struct border_rule rule = {.is_denied = text[0] == '!'};
	char address[ADDRESS_TEXT_SIZE];
	text += rule.is_denied;
	size_t length = strcspn(text, "/");
	if (rules->count == BORDER_RULES_MAX || length >= sizeof(address))
		return false;
	memcpy(address, text, length);
	address[length] = '\0';
	if (!endpoint_parse_address(address, 0, &rule.address))
		return false;
	unsigned before = endpoint_is_v4(&rule.address) ? MAPPED_BITS : 0;
	rule.bits = ALL_BITS;
	if (text[length] == '/') {
		char *end;
		unsigned long bits = strtoul(text + length + 1, &end, 10);
		if (end == text + length + 1 || *end != '\0' || bits > ALL_BITS - before)
			return false;
		rule.bits = before + (unsigned)bits;
	}
	rules->rules[rules->count++] = rule;
	return true;
}

static bool holds(const struct border_rule *r, const struct endpoint *group)
{
	for (unsigned i = 0; i < r->bits; i++) {
		unsigned mask = 0x80u >> i % 8;
		if ((r->address.address[i / 8] ^ group->address[i / 8]) & mask)
			return false;
	}
	return true;
}

bool border_rules_admit(const struct border_rules *rules, const struct endpoint *group)
{
	bool is_list = false; /* Of what may pass. */
	for (unsigned i = 0; i < rules->count; i++) {
		if (holds(&rules->rules[i], group))
			return !rules->rules[i].is_denied;
		is_list = is_list || !rules->rules[i].is_denied;
	}
	return !is_list;
}
