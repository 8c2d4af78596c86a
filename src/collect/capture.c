/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "collect/capture.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Data of a group is at most this, IGMP and MLD, too: IP has 16 bits for its length. */
#define FRAME_MAX   65600
#define BUFFER_SIZE (2 << 20) /* Bytes that the kernel keeps until they are looked at. */

static const struct {
	int pcap;
	uint16_t file; /* LINKTYPE_; it is another number than DLT_ for raw IP only. */
	enum frame_link link;
} links[] = {
	{DLT_EN10MB, 1, FRAME_ETHERNET},
	{DLT_LINUX_SLL, 113, FRAME_COOKED},
	{DLT_LINUX_SLL2, 276, FRAME_COOKED_V2},
	{DLT_RAW, 101, FRAME_RAW},
	{DLT_IPV4, 228, FRAME_RAW},
	{DLT_IPV6, 229, FRAME_RAW},
};

static bool know_link(struct capture *c)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++)
		if (links[i].pcap == pcap_datalink(c->pcap)) {
			c->link = links[i].link;
			c->link_type = links[i].file;
			return true;
		}
	return false;
}

static int refuse_activation(struct capture *c, int answer, struct failure *failure)
{
	switch (answer) {
	case PCAP_ERROR_PERM_DENIED:
	case PCAP_ERROR_PROMISC_PERM_DENIED:
		return failure_set(failure, -EPERM,
				   "capture on %s: not permitted; it needs CAP_NET_RAW: run it as "
				   "root (sudo)",
				   c->interface);
	case PCAP_ERROR_NO_SUCH_DEVICE:
		return failure_set(failure, -ENODEV,
				   "capture on %s: no such interface; `ip link` lists them",
				   c->interface);
	case PCAP_ERROR_IFACE_NOT_UP:
		return failure_set(failure, -ENETDOWN,
				   "capture on %s: it is not up; `ip link set %s up` changes that",
				   c->interface, c->interface);
	default:
		return failure_set(failure, -EIO, "capture on %s: %s: %s", c->interface,
				   pcap_statustostr(answer), pcap_geterr(c->pcap));
	}
}

/* The kernel throws away what is of no interest, so that a busy host's own traffic costs little. */
static int set_filter(struct capture *c, struct failure *failure)
{
	struct bpf_program program;
	const char *text = c->link == FRAME_ETHERNET
				   ? "ether multicast or ip multicast or ip6 multicast or igmp"
				   : "ip multicast or ip6 multicast or igmp";
	if (pcap_compile(c->pcap, &program, text, 1, PCAP_NETMASK_UNKNOWN) != 0)
		return failure_set(failure, -EIO, "capture on %s: %s", c->interface,
				   pcap_geterr(c->pcap));
	int answer = pcap_setfilter(c->pcap, &program);
	pcap_freecode(&program);
	if (answer != 0)
		return failure_set(failure, -EIO, "capture on %s: %s", c->interface,
				   pcap_geterr(c->pcap));
	return 0;
}

static int start(struct capture *c, bool only_incoming, struct failure *failure)
{
	char error[PCAP_ERRBUF_SIZE] = "";
	pcap_set_snaplen(c->pcap, FRAME_MAX);
	pcap_set_promisc(c->pcap, 1);
	pcap_set_immediate_mode(c->pcap, 1);
	pcap_set_buffer_size(c->pcap, BUFFER_SIZE);
	int answer = pcap_activate(c->pcap);
	if (answer < 0)
		return refuse_activation(c, answer, failure);
	if (!know_link(c))
		return failure_set(failure, -EINVAL,
				   "capture on %s: frames of a link (%s) that "
				   "is not known here",
				   c->interface, pcap_datalink_val_to_name(pcap_datalink(c->pcap)));
	if (only_incoming && pcap_setdirection(c->pcap, PCAP_D_IN) != 0)
		return failure_set(failure, -EIO, "capture on %s: %s", c->interface,
				   pcap_geterr(c->pcap));
	if (pcap_setnonblock(c->pcap, 1, error) != 0)
		return failure_set(failure, -EIO, "capture on %s: %s", c->interface, error);
	c->fd = pcap_get_selectable_fd(c->pcap);
	return set_filter(c, failure);
}

int capture_open_interface(struct capture *c, const char *interface, bool only_incoming,
			   struct failure *failure)
{
	char error[PCAP_ERRBUF_SIZE] = "";
	*c = (struct capture){.fd = -1};
	(void)snprintf(c->interface, sizeof(c->interface), "%s", interface);
	c->pcap = pcap_create(c->interface, error);
	if (!c->pcap)
		return failure_set(failure, -EIO, "capture on %s: %s", c->interface, error);
	int answer = start(c, only_incoming, failure);
	if (answer != 0)
		capture_close(c);
	return answer;
}

int capture_open_file(struct capture *c, const char *name, struct failure *failure)
{
	char error[PCAP_ERRBUF_SIZE] = "";
	*c = (struct capture){.fd = -1, .name = name};
	c->pcap = pcap_open_offline(name, error);
	if (!c->pcap)
		return failure_set(failure, -EINVAL, "read %s: %s", name, error);
	if (!know_link(c)) {
		int link = pcap_datalink(c->pcap);
		const char *text = pcap_datalink_val_to_name(link);
		capture_close(c);
		return failure_set(failure, -EINVAL,
				   "read %s: frames of a link (%d, %s) that is not known here; "
				   "Ethernet, Linux cooked and raw IP are",
				   name, link, text ? text : "unknown");
	}
	return 0;
}

int capture_next(struct capture *c, struct captured *ret_captured, struct failure *failure)
{
	struct pcap_pkthdr *header;
	const uint8_t *bytes;
	int answer = pcap_next_ex(c->pcap, &header, &bytes);
	if (answer == 0 || answer == PCAP_ERROR_BREAK)
		return 0;
	if (answer < 0)
		return failure_set(failure, -EIO, "%s %s: %s", c->name ? "read" : "capture on",
				   c->name ? c->name : c->interface, pcap_geterr(c->pcap));
	*ret_captured = (struct captured){
		.bytes = bytes,
		.size = header->caplen,
		.wire_size = header->len,
		.time_us = (int64_t)header->ts.tv_sec * 1000000 + header->ts.tv_usec,
	};
	return 1;
}

unsigned capture_lost(struct capture *c)
{
	struct pcap_stat stat = {0};
	return pcap_stats(c->pcap, &stat) == 0 ? stat.ps_drop : 0;
}

void capture_close(struct capture *c)
{
	if (c->pcap)
		pcap_close(c->pcap);
	c->pcap = NULL;
	c->fd = -1;
}
