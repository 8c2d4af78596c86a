/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_CORE_DROPS_H
#define RAMURE_CORE_DROPS_H
/* drops.h - counts what was dropped, by reason. */
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

#endif
