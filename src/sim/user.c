/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/user.h"

#include "sim/memory.h"

#include <stdlib.h>

size_t user_take_message(struct payload *payload, enum wire_type type, struct wire_stamp *stamp,
			 char out[USER_MESSAGE_MAX])
{
	size_t header = type == WIRE_MDAT ? WIRE_STAMP_SIZE : WIRE_HEADER_SIZE;
	if (payload->header_size == header) { /* As it is. */
		struct run whole = run_take(&payload->run, 1);
		memcpy(out, whole.bytes, whole.size);
		return whole.size;
	}
	struct run one = run_one(NULL, 0);
	(void)payload_take(payload, &one);
	if (type == WIRE_MDAT) {
		wire_stamp_encode(stamp, out);
		stamp->number++;
		stamp->seq += stamp->seq > 0;
	} else {
		wire_encode_data_header(out);
	}
	if (one.size > 0)
		memcpy(out + header, one.bytes, one.size);
	return header + one.size;
}

static struct run copy_of(const char *bytes, size_t size)
{
	char *copy = memory_get(size > 0 ? size : 1);
	memcpy(copy, bytes, size);
	return run_one(copy, size);
}

static void forget(const struct run *r)
{
	free((void *)(uintptr_t)r->bytes);
}

void user_hold(struct world_user *u, const struct run *payload)
{
	u->queue[u->count++] = copy_of(payload->bytes, payload->size);
}

void user_unhold(struct world_user *u)
{
	forget(&u->queue[0]);
	u->count--;
	memmove(u->queue, u->queue + 1, u->count * sizeof(*u->queue));
}

void user_keep(struct world_user *u, const struct action *a)
{
	char bytes[USER_MESSAGE_MAX];
	struct payload payload = a->payload;
	struct wire_stamp stamp = a->stamp;
	while (payload.run.count > 0) {
		size_t size = user_take_message(&payload, WIRE_MDAT, &stamp, bytes);
		u->kept = memory_grow(u->kept, u->kept_count, &u->kept_capacity, sizeof(*u->kept));
		u->kept[u->kept_count++] = copy_of(bytes, size);
	}
}

void user_unkeep(struct world_user *u, size_t count)
{
	assert(count <= u->kept_count);
	for (size_t i = 0; i < count; i++)
		forget(&u->kept[i]);
	u->kept_count -= (uint32_t)count;
	if (u->kept_count > 0)
		memmove(u->kept, u->kept + count, u->kept_count * sizeof(*u->kept));
}

size_t user_copy_kept(const struct world_user *u, size_t first, size_t count,
		      struct run ret_copies[KEEP_MAX])
{
	size_t copied = 0;
	for (; copied < count && first + copied < u->kept_count; copied++) {
		const struct run *r = &u->kept[first + copied];
		ret_copies[copied] = copy_of(r->bytes, r->size);
	}
	return copied;
}

struct world_user *user_new(bool is_full)
{
	struct world_user *u = memory_get(sizeof(*u));
	if (is_full) {
		u->keep = memory_get(sizeof(*u->keep));
		keep_init(u->keep);
	}
	return u;
}

void user_clear(struct world_user *u)
{
	while (u->count > 0)
		user_unhold(u);
	user_unkeep(u, u->kept_count);
	u->held = (struct held){0};
}

void user_free(struct world_user *u)
{
	if (!u)
		return;
	user_clear(u);
	free(u->keep);
	free(u->kept);
	free(u);
}
