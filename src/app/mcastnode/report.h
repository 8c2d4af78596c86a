/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_MCASTNODE_REPORT_H
#define RAMURE_APP_MCASTNODE_REPORT_H
/* report.h - what SIGUSR1 asks for: lines for the log. */
#include "gateway/gateway.h"
#include "net/node.h"

/* State, neighbours, traffic, and what was dropped; `output_dropped`: messages that standard output
 * did not take. */
void report_node(const struct node *n, uint64_t output_dropped);

/* The islands, their groups, and what was not carried. */
void report_islands(const struct gateway *g);

#endif
