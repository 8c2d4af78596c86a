/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_MCASTNODE_ISLAND_OPTION_H
#define RAMURE_APP_MCASTNODE_ISLAND_OPTION_H
/* island_option.h - the arguments of --island, --export and --import; what is wrong with one ends
 * the program with a message. */
#include "gateway/gateway.h"

/* `GROUP:PORT`, `[GROUP%IFACE]:PORT`, `GROUP:PORT@SOURCE`: added to the groups. */
void island_option_parse(const char *text, struct gateway_options *o);

/* `[!]ADDRESS[/BITS]`: added to the rules. */
void island_rule_parse(const char *option, const char *text, struct border_rules *rules);

#endif
