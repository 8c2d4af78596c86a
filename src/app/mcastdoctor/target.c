/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "target.h"

#include "app/common/usage.h"

#include <stdio.h>
#include <string.h>

#define TEXT_MAX 96

/* Cuts what follows `mark` off the text; NULL where the mark is not in it. */
static char *cut(char *text, char mark)
{
	char *at = strrchr(text, mark);
	if (at)
		*at++ = '\0';
	return at;
}

bool target_is_group(const struct endpoint *e)
{
	return endpoint_is_v4(e) ? (endpoint_v4(e)[0] & 0xF0) == 0xE0 : e->address[0] == 0xFF;
}

/* The text without brackets; what comes after them must be a port, or nothing. */
static char *unwrap(char *text, char **ret_port)
{
	*ret_port = NULL;
	if (text[0] == '[') {
		char *rest = cut(text, ']');
		if (!rest || (rest[0] != '\0' && rest[0] != ':'))
			return NULL;
		*ret_port = rest[0] == ':' ? rest + 1 : NULL;
		return text + 1;
	}
	if (strchr(text, ':') == strrchr(text, ':'))
		*ret_port = cut(text, ':');
	return text;
}

struct target target_parse(const char *text)
{
	struct target t = {0};
	char copy[TEXT_MAX] = "", *port = NULL;
	if (strlen(text) < sizeof(copy))
		(void)snprintf(copy, sizeof(copy), "%s", text);
	char *address = unwrap(copy, &port);
	char *interface = address ? cut(address, '%') : NULL;
	if (!address || !endpoint_parse_address(address, 0, &t.group))
		usage_refuse("'%s': not a group, such as 224.1.1.1, 224.1.1.1:5000 or "
			     "[ff15::801:101%%eth0]:5000",
			     text);
	if (!target_is_group(&t.group))
		usage_refuse("'%s': not a group: those are 224.0.0.0 to 239.255.255.255, and "
			     "ff00::/8",
			     text);
	if (interface && (interface[0] == '\0' || strlen(interface) >= sizeof(t.interface)))
		usage_refuse("'%s': '%s' is no name of an interface", text, interface);
	if (interface)
		(void)snprintf(t.interface, sizeof(t.interface), "%s", interface);
	if (port)
		t.group.port = (uint16_t)usage_number("the port of GROUP", port, 1, 65535);
	return t;
}
