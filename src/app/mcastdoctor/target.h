/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_MCASTDOCTOR_TARGET_H
#define RAMURE_APP_MCASTDOCTOR_TARGET_H
/* target.h - the group that a command is about, as the command line names it. */
#include "base/endpoint.h"

struct target {
	struct endpoint group; /* Port 0: none was named. */
	char interface[16];    /* Of ADDRESS%IFACE; "": none. */
};

/* Reads A.B.C.D[:PORT], IPV6[%IFACE] or [IPV6[%IFACE]][:PORT]; also groups that applications may
 * not use, such as 224.0.0.251, since somebody does. Ends the program where it is no group. */
struct target target_parse(const char *text);

/* True for 224.0.0.0/4 and ff00::/8. */
bool target_is_group(const struct endpoint *e);

#endif
