/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "collect/joined.h"
#include "net/sockaddr.h"

#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>

int joined_open(const struct endpoint *group, const struct endpoint *source, unsigned interface)
{
	bool is_v4 = endpoint_is_v4(group);
	int level = is_v4 ? IPPROTO_IP : IPPROTO_IPV6, answer;
	int fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (source) {
		struct group_source_req request = {.gsr_interface = interface};
		sockaddr_from_endpoint(group, interface, &request.gsr_group);
		sockaddr_from_endpoint(source, interface, &request.gsr_source);
		answer = setsockopt(fd, level, MCAST_JOIN_SOURCE_GROUP, &request, sizeof(request));
	} else {
		struct group_req request = {.gr_interface = interface};
		sockaddr_from_endpoint(group, interface, &request.gr_group);
		answer = setsockopt(fd, level, MCAST_JOIN_GROUP, &request, sizeof(request));
	}
	if (answer == 0)
		return fd;
	answer = -errno;
	close(fd);
	return answer;
}
