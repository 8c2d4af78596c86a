/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "gateway/querier.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* RFC 3376 section 8, RFC 3810 section 9. */
enum {
	ROBUSTNESS = 2,
	INTERVAL_S = 125,
	ANSWER_MS = 10000,
	LAST_MS = 1000,
	ADVERTISEMENT_S = 20, /* RFC 4286 section 6. */
};

enum {
	IGMP_QUERY = 0x11,
	IGMP_ADVERTISEMENT = 0x30,
	MLD_QUERY = 130,
	MLD_ADVERTISEMENT = 151,
};

/* --- Opening --- */

static struct sock_filter loads_byte(uint32_t offset)
{
	return (struct sock_filter)BPF_STMT(BPF_LD | BPF_B | BPF_ABS, offset);
}

/* Packet sockets of SOCK_DGRAM see from the IP header on: IGMP is protocol 2; MLD stands behind a
 * hop-by-hop header. */
static int set_filter(int fd, bool is_v4)
{
	struct sock_filter code[] = {
		loads_byte(is_v4 ? 9 : 6),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, is_v4 ? IPPROTO_IGMP : IPPROTO_HOPOPTS, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, QUERIER_BUFFER),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

int querier_open(bool is_v4, const struct link *link, struct failure *failure)
{
	uint16_t protocol = htons(is_v4 ? ETH_P_IP : ETH_P_IPV6);
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return failure_set(failure, -errno, "cannot watch IGMP and MLD: %s",
				   strerror(errno));
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET, .sll_protocol = protocol, .sll_ifindex = (int)link->index};
	struct packet_mreq all = {.mr_ifindex = (int)link->index, .mr_type = PACKET_MR_ALLMULTI};
	if (set_filter(fd, is_v4) == 0 &&
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	    setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof(all)) == 0)
		return fd;
	int error = failure_set(failure, -errno, "cannot watch IGMP and MLD on %s: %s", link->name,
				strerror(errno));
	close(fd);
	return error;
}

bool querier_next(int fd, uint8_t buffer[QUERIER_BUFFER], struct frame *ret_frame)
{
	ssize_t size = recv(fd, buffer, QUERIER_BUFFER, MSG_TRUNC);
	if (size <= 0)
		return false;
	size_t captured = (size_t)size < QUERIER_BUFFER ? (size_t)size : QUERIER_BUFFER;
	frame_dissect(buffer, captured, (size_t)size, FRAME_RAW, ret_frame);
	return true;
}

bool querier_self(bool is_v4, const struct link *link, struct endpoint *ret_self)
{
	if (is_v4) {
		*ret_self = link->v4;
		ret_self->port = 0;
		return link->has_v4;
	}
	struct ifaddrs *all;
	bool is_found = false;
	if (getifaddrs(&all) != 0)
		return false;
	for (const struct ifaddrs *a = all; a && !is_found; a = a->ifa_next) {
		if (!a->ifa_addr || a->ifa_addr->sa_family != AF_INET6 ||
		    strcmp(a->ifa_name, link->name) != 0)
			continue;
		const struct sockaddr_in6 *in6 = (const void *)a->ifa_addr;
		is_found = IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr);
		*ret_self = endpoint_from_v6(in6->sin6_addr.s6_addr, 0);
	}
	freeifaddrs(all);
	return is_found;
}

/* --- Sending --- */

static void put_u16(uint8_t *out, unsigned value)
{
	out[0] = (uint8_t)(value >> 8);
	out[1] = (uint8_t)value;
}

static uint32_t add_words(uint32_t sum, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i + 1 < size; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	return sum;
}

/* The Internet checksum, RFC 1071. */
static unsigned fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xFFFF) + (sum >> 16);
	return ~sum & 0xFFFF;
}

static int send_to(int fd, const struct link *link, const struct endpoint *to, const uint8_t *bytes,
		   size_t size)
{
	bool is_v4 = endpoint_is_v4(to);
	struct sockaddr_ll address = {.sll_family = AF_PACKET,
				      .sll_protocol = htons(is_v4 ? ETH_P_IP : ETH_P_IPV6),
				      .sll_ifindex = (int)link->index,
				      .sll_halen = ETH_ALEN};
	frame_group_mac(to, address.sll_addr);
	return sendto(fd, bytes, size, 0, (struct sockaddr *)&address, sizeof(address)) < 0 ? -errno
											    : 0;
}

enum { IP_HEADER = 24, IP6_HEADER = 48, MESSAGE_MAX = 28 };

/* An IGMP message: TTL 1, and the router alert of RFC 2113. */
static int send_igmp(int fd, const struct link *link, const struct endpoint *self,
		     const struct endpoint *to, uint8_t *message, size_t size)
{
	uint8_t packet[IP_HEADER + MESSAGE_MAX] = {0x46, 0xC0, 0, 0, 0, 0, 0, 0, 1, IPPROTO_IGMP};
	static const uint8_t alert[] = {0x94, 0x04, 0, 0};
	put_u16(packet + 2, (unsigned)(IP_HEADER + size));
	memcpy(packet + 12, endpoint_v4(self), 4);
	memcpy(packet + 16, endpoint_v4(to), 4);
	memcpy(packet + 20, alert, sizeof(alert));
	put_u16(packet + 10, fold(add_words(0, packet, IP_HEADER)));
	put_u16(message + 2, fold(add_words(0, message, size)));
	memcpy(packet + IP_HEADER, message, size);
	return send_to(fd, link, to, packet, IP_HEADER + size);
}

/* An MLD message: hop limit 1, and the router alert of RFC 2711 in a hop-by-hop header. */
static int send_mld(int fd, const struct link *link, const struct endpoint *self,
		    const struct endpoint *to, uint8_t *message, size_t size)
{
	uint8_t packet[IP6_HEADER + MESSAGE_MAX] = {0x60, 0, 0, 0, 0, 0, IPPROTO_HOPOPTS, 1};
	static const uint8_t options[] = {IPPROTO_ICMPV6, 0, 5, 2, 0, 0, 1, 0};
	put_u16(packet + 4, (unsigned)(sizeof(options) + size));
	memcpy(packet + 8, self->address, 16);
	memcpy(packet + 24, to->address, 16);
	memcpy(packet + 40, options, sizeof(options));
	uint32_t sum = add_words(IPPROTO_ICMPV6 + (uint32_t)size, packet + 8, 32);
	put_u16(message + 2, fold(add_words(sum, message, size)));
	memcpy(packet + IP6_HEADER, message, size);
	return send_to(fd, link, to, packet, IP6_HEADER + size);
}

int querier_ask(int fd, const struct link *link, const struct endpoint *self,
		const struct endpoint *group)
{
	bool is_v4 = endpoint_is_v4(self), is_general = endpoint_is_unspecified(group);
	uint8_t message[MESSAGE_MAX] = {0};
	struct endpoint to = *group;
	unsigned answer_ms = is_general ? ANSWER_MS : LAST_MS;
	if (is_v4) {
		message[0] = IGMP_QUERY;
		message[1] = (uint8_t)(answer_ms / 100);
		if (!is_general)
			memcpy(message + 4, endpoint_v4(group), 4);
		message[8] = ROBUSTNESS;
		message[9] = INTERVAL_S;
		if (is_general)
			(void)endpoint_parse_address("224.0.0.1", 0, &to);
		return send_igmp(fd, link, self, &to, message, 12);
	}
	message[0] = MLD_QUERY;
	put_u16(message + 4, answer_ms);
	if (!is_general)
		memcpy(message + 8, group->address, 16);
	message[24] = ROBUSTNESS;
	message[25] = INTERVAL_S;
	if (is_general)
		(void)endpoint_parse_address("ff02::1", 0, &to);
	return send_mld(fd, link, self, &to, message, 28);
}

int querier_announce(int fd, const struct link *link, const struct endpoint *self)
{
	bool is_v4 = endpoint_is_v4(self);
	uint8_t message[8] = {is_v4 ? IGMP_ADVERTISEMENT : MLD_ADVERTISEMENT, ADVERTISEMENT_S};
	struct endpoint to;
	put_u16(message + 4, INTERVAL_S);
	put_u16(message + 6, ROBUSTNESS);
	(void)endpoint_parse_address(is_v4 ? "224.0.0.106" : "ff02::6a", 0, &to);
	return is_v4 ? send_igmp(fd, link, self, &to, message, sizeof(message))
		     : send_mld(fd, link, self, &to, message, sizeof(message));
}
