/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "collect/nft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_SIZE 4096
#define KEY_SIZE  192

struct reader {
	json_t *listing;
	char family[16], table[64], chain[64]; /* Where the line stands; "": in none. */
};

/* device "v1" or devices = { v0, v1 }, with or without quotes. */
static void read_devices(struct reader *r, const char *line)
{
	char key[KEY_SIZE], name[16];
	const char *at = strstr(line, " device");
	if (!at)
		return;
	json_t *names = json_array();
	at += strcspn(at + 1, " ") + 1;
	while (*at && strncmp(at, "priority", 8) != 0) {
		at += strspn(at, " ={},\"");
		size_t size = strcspn(at, " ,}\"");
		if (size > 0 && size < sizeof(name) && strncmp(at, "priority", 8) != 0) {
			(void)snprintf(name, sizeof(name), "%.*s", (int)size, at);
			json_array_append_new(names, json_string(name));
			at += size;
		} else if (strncmp(at, "priority", 8) != 0) {
			break;
		}
	}
	(void)snprintf(key, sizeof(key), "device %s %s %s", r->family, r->table, r->chain);
	json_object_set_new(r->listing, key, names);
}

/* A line of a chain that ends in its handle. */
static void read_rule(struct reader *r, char *line)
{
	static const char mark[] = " # handle ";
	char key[KEY_SIZE], *end = NULL;
	for (char *at = line; (at = strstr(at, mark)); at++)
		end = at;
	if (!end)
		return;
	(void)snprintf(key, sizeof(key), "rule %s %s %lld", r->family, r->table,
		       atoll(end + sizeof(mark) - 1));
	*end = '\0';
	json_object_set_new(r->listing, key, json_string(line));
}

static void read_line(struct reader *r, char *line)
{
	char key[KEY_SIZE];
	line += strspn(line, " \t");
	if (sscanf(line, "table %15s %63s", r->family, r->table) == 2) {
		r->chain[0] = '\0';
	} else if (sscanf(line, "chain %63s", r->chain) == 1) {
		return;
	} else if (line[0] == '}') {
		r->chain[0] = '\0';
	} else if (!r->chain[0] && strncmp(line, "flags", 5) == 0 && strstr(line, "dormant")) {
		(void)snprintf(key, sizeof(key), "dormant %s %s", r->family, r->table);
		json_object_set_new(r->listing, key, json_true());
	} else if (r->chain[0] && strncmp(line, "type ", 5) == 0 && strstr(line, " hook ")) {
		read_devices(r, line);
	} else if (r->chain[0]) {
		read_rule(r, line);
	}
}

json_t *nft_listing_parse(const char *text)
{
	struct reader r = {.listing = json_object()};
	while (*text) {
		char line[LINE_SIZE];
		size_t size = strcspn(text, "\n");
		(void)snprintf(line, sizeof(line), "%.*s", (int)size, text);
		read_line(&r, line);
		text += size + (text[size] == '\n');
	}
	return r.listing;
}
