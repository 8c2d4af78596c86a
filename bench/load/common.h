/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_BENCH_COMMON_H
#define RAMURE_BENCH_COMMON_H
/* common.h - what the programs of the data path's measurements share: how they fail, read their
 * options, look at the clock, open sockets. They are tools: what goes wrong ends them, with 2 where
 * the command line is wrong and with 1 else.
 */
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define NS_PER_S            INT64_C(1000000000)
#define NS_PER_MS           INT64_C(1000000)
#define RECEIVE_BUFFER_SIZE (4 * 1024 * 1024) /* As src/net/udp.c has it. */
#define DATAGRAM_SIZE_MAX   65507             /* Of UDP over IPv4; of a UDP_SEGMENT send, too. */
#define DATA_HEADER         "DATA\n"          /* What copies in the tree begin with. */
#define DATA_HEADER_SIZE    (sizeof(DATA_HEADER) - 1)
#define GSO_SEGMENTS_MAX    128 /* UDP_MAX_SEGMENTS of Linux 6.9 and later; 64 before. */
#define DESTINATIONS_MAX    64  /* And sockets of a sink: the most that is measured. */

struct address {
	struct sockaddr_storage ip; /* With the port. */
	socklen_t size;
};

/* What the messages begin with: the program's name. */
extern const char *program_name;

/* Ends the program with status 1: `what` could not be done, because of errno. */
__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *what, ...);

/* Ends the program with status 2: the command line is wrong. */
__attribute__((noreturn, format(printf, 1, 2))) void usage_error(const char *what, ...);

/* CLOCK_MONOTONIC, and the CPU time of this process. */
int64_t now_ns(void);
int64_t cpu_ns(void);

/* The value of an option: a number in the range, a count (a whole number), on or off. */
double parse_number(const char *option, const char *text, double min, double max);
uint64_t parse_count(const char *option, const char *text, uint64_t min, uint64_t max);
bool parse_switch(const char *option, const char *text);

/* A.B.C.D:PORT or [IPV6]:PORT; where the port may be missing, it is 0 then. */
struct address parse_address(const char *option, const char *text, bool needs_port);

void address_set_port(struct address *a, uint16_t port);
uint16_t address_port(const struct address *a);
bool address_equal(const struct address *a, const struct address *b);

/* A UDP socket of the family, bound if there is an address, with large buffers. */
int open_udp(int family, const struct address *bind_to);

void set_option(int fd, int level, int option, int value, const char *what);

/* How many datagrams the kernel takes in one UDP_SEGMENT send: it is asked. */
unsigned gso_segments_max(void);

/* The segment size that came with a coalesced buffer; 0 if it was a single datagram. */
size_t gro_segment_size(struct msghdr *header);

#endif
