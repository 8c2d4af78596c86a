/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "core/registry.h"
#include "core/registry_state.h"

/* What probe_on_time writes at most. */
#define ACTIONS_EACH 2

void registry_init(struct registry *r, const struct registry_config *config)
{
	*r = (struct registry){.config = *config, .roots[0].is_v4 = true};
	proof_init(&r->proof, config->secret);
	r->id = proof_nonce(&r->proof); /* [I1] As random as the secret is. */
}

bool registry_restore(struct registry *r, const struct registry_root *stored, struct time now)
{
	bool is_known = stored->group[0] == '\0' ||
			registry_find(r, stored->group, &stored->endpoint) != NULL;
	if (!is_known && r->more_count == r->config.more_max)
		return false;
	struct registry_root *root = registry_find_or_make(r, stored->group, &stored->endpoint);
	assert(stored->is_v4 == root->is_v4);
	root->epoch = stored->epoch;
	root->endpoint = stored->endpoint;
	root->unused_since = now;
	/* [R5] It may listen elsewhere now. */
	if (!stored->is_registered || !stored->is_full || !r->config.is_full ||
	    (!r->config.is_loopback_only && endpoint_is_loopback(&stored->endpoint)))
		return true;
	root->is_registered = root->is_full = root->is_restored = true;
	root->id = stored->id;
	root->tick = (struct wire_tick_number){.epoch = stored->epoch};
	root->expires_at = time_after(now, r->config.full_guard_us);
	return true;
}

#define HANDLER_REGISTRY(type) registry_recv_##type
#define HANDLER_MEMBER(type)   NULL
#define HANDLER_BOTH(type)     registry_recv_##type
static registry_handler *const handlers[WIRE_TYPES] = {
#define MESSAGE(type, body, receiver) [WIRE_##type] = HANDLER_##receiver(type),
#include "wire/messages.def"
#undef MESSAGE
};

/* [R4] What is due for the roots that the message may be about: an expired one is no answer any
 * more. */
static void on_time_before(struct registry *r, const struct wire_message *message,
			   const struct registry_input *in)
{
	bool is_other = message && message->is_full && wire_has(&message->terms, WIRE_KEY_group);
	if (is_other) {
		struct registry_root *root =
			registry_find(r, message->terms.group, &in->path->remote);
		if (root)
			probe_on_time(r, root, in->now, in->actions);
		return;
	}
	for (int i = 0; i < 2; i++)
		probe_on_time(r, &r->roots[i], in->now, in->actions);
}

void registry_receive(struct registry *r, const struct path *path, const char *bytes, size_t size,
		      struct time now, struct actions *actions)
{
	struct wire_message message;
	struct registry_input input = {path, &message, now, actions};
	enum wire_fault fault = r->config.is_full ? wire_decode(bytes, size, &message)
						  : wire_decode_base(bytes, size, &message);
	on_time_before(r, fault == WIRE_GOOD ? &message : NULL, &input);
	if (fault != WIRE_GOOD)
		r->drops.count[drop_of_fault(fault)]++;
	else if (!wire_endpoint_is_usable(&path->remote) || !handlers[message.type])
		r->drops.count[DROP_UNEXPECTED]++;
	else
		handlers[message.type](r, &input);
}

/* [E4] It counts only if it quotes a question that is open: who cannot see those cannot make it up.
 */
void registry_on_unreachable(struct registry *r, const struct endpoint *endpoint,
			     const char *quoted, size_t quoted_size, struct time now,
			     struct actions *actions)
{
	struct wire_message message;
	if (wire_decode(quoted, quoted_size, &message) != WIRE_GOOD || message.type != WIRE_PING)
		return;
	for (unsigned i = 0; i < registry_count(r); i++) {
		struct registry_root *root = registry_root_at(r, i);
		if (!root->is_registered || !probe_runs(root) ||
		    root->probe.nonce != message.fields.PING.nonce ||
		    !endpoint_equal(&root->endpoint, endpoint))
			continue;
		registry_forget(root, EVENT_ROOT_DEAD, now, actions);
		return;
	}
}

void registry_on_time(struct registry *r, struct time now, struct actions *actions)
{
	size_t before = actions->next;
	for (unsigned i = 0; i < registry_count(r); i++) {
		if (actions->next - before > ACTIONS_SPARE - ACTIONS_EACH)
			return;
		probe_on_time(r, registry_root_at(r, i), now, actions);
	}
}

struct time registry_deadline(const struct registry *r)
{
	struct time deadline = TIME_NEVER;
	for (unsigned i = 0; i < registry_count(r); i++)
		deadline = time_earlier(deadline, probe_deadline(registry_at(r, i)));
	return deadline;
}
