/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* fuzz_group.c - the address of a room, as typed on the command line. */
#include "fuzz.h"
#include "net/group.h"

#include <errno.h>

static void check_group(const struct group *g)
{
	char address[ADDRESS_TEXT_SIZE], text[ADDRESS_TEXT_SIZE + IF_NAMESIZE + 1];
	struct group again;
	struct failure failure;
	uint8_t mac[6];
	CHECK(g->endpoint.port == 5000);
	CHECK(memchr(g->interface, '\0', sizeof(g->interface)));
	group_mac(&g->endpoint, mac);
	CHECK(mac[0] & 1); /* A multicast MAC address. */
	CHECK(!endpoint_is_v4(&g->endpoint) || !group_needs_zone(&g->endpoint));
	(void)group_is_source_specific(&g->endpoint);
	/* Its canonical form is the same group. */
	endpoint_format_address(&g->endpoint, address);
	(void)snprintf(text, sizeof(text), "%s%s%s", address, g->interface[0] ? "%" : "",
		       g->interface);
	CHECK(group_parse(text, 5000, &again, &failure) == 0);
	CHECK(endpoint_equal(&g->endpoint, &again.endpoint));
	CHECK(strcmp(g->interface, again.interface) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct group group, before;
	struct failure failure = {0};
	char *text = malloc(size + 1);
	CHECK(text);
	memcpy(text, data, size);
	text[size] = '\0';
	memset(&group, 0xA5, sizeof(group));
	before = group;
	int error = group_parse(text, 5000, &group, &failure);
	if (error == 0) {
		CHECK(failure.code == 0);
		check_group(&group);
	} else {
		CHECK(error == -EINVAL && failure.code == -EINVAL);
		CHECK(failure.text[0] != '\0');
		CHECK(memchr(failure.text, '\0', sizeof(failure.text)));
		CHECK(memcmp(&group, &before, sizeof(group)) == 0);
	}
	free(text);
	return 0;
}
