/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* wireless.c - which interfaces are wireless, and whether they save power: nl80211.
 *
 * The older wireless extensions, which collect_interfaces asks, know nothing of the newest cards.
 */
#include "collect/files.h"
#include "collect/host.h"
#include "collect/netlink.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/nl80211.h>
#include <string.h>

static int ask(int64_t family, int flags, uint8_t command, unsigned short type, const void *value,
	       size_t size, netlink_answer *on_answer, void *owner)
{
	struct genlmsghdr body = {.cmd = command, .version = 1};
	char more[64];
	size_t more_size = value ? netlink_put(more, 0, type, value, size) : 0;
	return netlink_ask_other(NETLINK_GENERIC, (int)family, flags, &body, sizeof(body), more,
				 more_size, on_answer, owner);
}

static void on_family(void *owner, const struct nlmsghdr *header, const struct attributes *a)
{
	(void)header;
	*(int64_t *)owner = netlink_number(a, CTRL_ATTR_FAMILY_ID, 0);
}

static void on_interface(void *owner, const struct nlmsghdr *header, const struct attributes *a)
{
	struct snapshot *s = owner;
	(void)header;
	for (size_t i = 0; i < s->interface_count; i++)
		if (s->interface[i].index == netlink_number(a, NL80211_ATTR_IFINDEX, 0))
			(void)snprintf(s->interface[i].kind, sizeof(s->interface[i].kind),
				       "wireless");
}

static void on_power_save(void *owner, const struct nlmsghdr *header, const struct attributes *a)
{
	struct seen_interface *i = owner;
	(void)header;
	i->power_save = netlink_number(a, NL80211_ATTR_PS_STATE, i->power_save);
}

void collect_wireless(struct snapshot *s)
{
	int64_t family = 0;
	/* Without a driver of a wireless interface there is no such family. */
	if (ask(GENL_ID_CTRL, 0, CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_NAME, NL80211_GENL_NAME,
		sizeof(NL80211_GENL_NAME), on_family, &family) != 0 ||
	    family == 0)
		return;
	int result =
		ask(family, NLM_F_DUMP, NL80211_CMD_GET_INTERFACE, 0, NULL, 0, on_interface, s);
	if (result != 0)
		files_blind(s, "wireless interfaces", strerror(-result), "");
	for (size_t i = 0; i < s->interface_count; i++) {
		uint32_t index = (uint32_t)s->interface[i].index;
		/* An access point does not save, and says so by an error. */
		if (strcmp(s->interface[i].kind, "wireless") == 0)
			(void)ask(family, 0, NL80211_CMD_GET_POWER_SAVE, NL80211_ATTR_IFINDEX,
				  &index, sizeof(index), on_power_save, &s->interface[i]);
	}
}
