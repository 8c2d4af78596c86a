/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_DESCRIBE_H
#define RAMURE_SIM_DESCRIBE_H
/* describe.h - what a message of the full profile says, in a few words, for traces.
 *
 *     RJOI join passed=1/5      NJOI reason=full     TOOR root=a tick=1/5
 *     TICK 1/17 detached        PATH b a             MDAT 1/3 bonjour
 *
 * Left out is what only machines compare: ids, nonces, cookies, tokens.
 */
#include "wire/message.h"

/* How whoever reads the trace calls an endpoint; `text` is room for it. */
typedef const char *describe_name(const void *owner, const struct endpoint *e,
				  char text[ENDPOINT_TEXT_SIZE]);

/* Writes what follows the type, with a space before each word, and a NUL, into `size` bytes, at
 * least 1; what does not fit is left out. Nothing for a message of the base profile. */
void describe_message(const struct wire_message *m, describe_name *name, const void *owner,
		      char *out, size_t size);

#endif
