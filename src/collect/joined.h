/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_COLLECT_JOINED_H
#define RAMURE_COLLECT_JOINED_H
/* joined.h - a membership and nothing else: a socket that receives nothing, so that the network
 * sends the group here and a capture sees it. Closing it leaves the group. */
#include "base/endpoint.h"

/* The socket, or a negative errno. `source` may be NULL: from any. The group's port plays no
 * part. */
int joined_open(const struct endpoint *group, const struct endpoint *source, unsigned interface);

#endif
