/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CORE_DROPS_H
#define RAMURE_CORE_DROPS_H
/* drops.h - counts what was dropped, by reason. */
#include "wire/message.h"

#include <stdint.h>

enum drop {
#define DROP(identifier, name) DROP_##identifier,
#include "core/drops.def"
#undef DROP
	DROP_REASONS,
};

struct drops {
	uint64_t count[DROP_REASONS];
};

/* The reason as the report names it. */
const char *drop_name(enum drop reason);

/* The reason for a datagram that is no message; `fault` is not WIRE_GOOD. */
enum drop drop_of_fault(enum wire_fault fault);

#endif
