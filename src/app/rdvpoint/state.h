/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_RDVPOINT_STATE_H
#define RAMURE_APP_RDVPOINT_STATE_H
/* state.h - what a rendezvous point remembers across its own restart: the root and the epoch of
 * each group and family, in a file of SQLite. Rules [E1], [E6].
 *
 * A row is on the disk when state_save returns. One program has the file at a time.
 *
 *     state_open -> state_load -> state_save* -> state_close
 */
#include "base/failure.h"
#include "core/registry.h"

#include <sqlite3.h>

struct state {
	sqlite3 *database; /* NULL: nothing is stored. */
	sqlite3_stmt *save, *prune;
};

#define STATE_CLOSED ((struct state){0})

/* Opens the file, and makes it where there is none; its folder is there. Keeps at most `rows_max`
 * rows of groups without a root. Negative errno and `failure`, and nothing is open: -EBADMSG, it is
 * damaged or not such a file; -EPROTONOSUPPORT, a later version has written it; -EBUSY, another
 * program has it; else, as open(2) has them. */
int state_open(struct state *s, const char *path, unsigned rows_max, struct failure *failure);

/* Gives each row to `on_row`: those with a root first, then those that were saved last. Negative
 * errno and `failure` as above: a row means nothing. */
int state_load(struct state *s, void (*on_row)(void *owner, const struct registry_root *row),
	       void *owner, struct failure *failure);

/* Writes a row in place of that of the same group and family. Negative errno and `failure`: what
 * was there before is there still. */
int state_save(struct state *s, const struct registry_root *root, struct failure *failure);

/* Also of one that is not open. */
void state_close(struct state *s);

/* The folder of the file where none is named, made with those above it: /var/lib/ramure for root,
 * else $XDG_STATE_HOME/ramure or ~/.local/state/ramure. Writes the name of the file for `port`.
 * Negative errno and `failure`. */
int state_default_path(uint16_t port, char *ret_path, size_t size, struct failure *failure);

#endif
