/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "collect/host.h"

void collect_host(struct snapshot *s)
{
	collect_limits(s);
	collect_surroundings(s);
	collect_interfaces(s);
	collect_wireless(s);
	collect_routes(s);
	collect_memberships(s);
	collect_sockets(s);
	collect_mroutes(s);
	collect_firewall(s);
	/* Last: what it opens is not to be found by the others. */
	collect_attempts(s);
}
