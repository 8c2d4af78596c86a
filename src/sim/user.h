/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_SIM_USER_H
#define RAMURE_SIM_USER_H
/* user.h - the payloads that a host of a world keeps for its member, and messages made of them. */
#include "sim/world.h"

/* To be freed by user_free, which may be given NULL. */
struct world_user *user_new(bool is_full);
void user_free(struct world_user *u);

/* Bytes of the longest message with data. */
#define USER_MESSAGE_MAX (WIRE_STAMP_SIZE + WIRE_PAYLOAD_MAX)

/* The next datagram of a payload that is sent as `type`, DATA or MDAT; `stamp` is the one for
 * payloads without, and moves on. Gives its size. */
size_t user_take_message(struct payload *payload, enum wire_type type, struct wire_stamp *stamp,
			 char out[USER_MESSAGE_MAX]);

/* ACTION_HOLD, ACTION_UNHOLD of one. */
void user_hold(struct world_user *u, const struct run *payload);
void user_unhold(struct world_user *u);

/* ACTION_KEEP, ACTION_UNKEEP. */
void user_keep(struct world_user *u, const struct action *a);
void user_unkeep(struct world_user *u, size_t count);

/* Copies of those from the `first`-th kept on, `count` of them at most, each to be freed; gives how
 * many there are. */
size_t user_copy_kept(const struct world_user *u, size_t first, size_t count,
		      struct run ret_copies[KEEP_MAX]);

/* Forgets all. */
void user_clear(struct world_user *u);

#endif
