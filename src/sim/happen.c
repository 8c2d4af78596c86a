/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/happen.h"

#include "sim/forge.h"
#include "sim/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Copies of a message that are nobody's fault: one a host, and what networks double. */
#define DATA_PER_MESSAGE 4

/* --- Telling and undoing --- */

/* Without its time, which the story knows. */
static void note(struct experiment *e, const char *before, const struct happening *h)
{
	char text[HAPPENING_TEXT_SIZE], line[HAPPENING_TEXT_SIZE + 32];
	if (!e->has_story)
		return;
	(void)happening_print(h, text, sizeof(text));
	const char *said = strchr(text, ' ');
	(void)snprintf(line, sizeof(line), "%s%s", before, said ? said + 1 : text);
	story_note(&e->story, line);
}

static void note_undo(struct experiment *e, const struct undo *undo)
{
	const struct happening h = {
		.verb = undo->verb,
		.who = {.kind = undo->subject == WORLD_RDV ? WHO_RDV : WHO_RANGES,
			.first = {undo->subject},
			.last = {undo->subject},
			.range_count = 1},
		.dial = (enum dial)undo->subject,
		.is_default = true,
	};
	if (undo->verb == HAPPENING_HEAL && e->has_story)
		story_note(&e->story, "over: one partition");
	else
		note(e, "over: ", &h);
}

/* What happens now to `subject` holds `for_us`, 0: for good; `verb` undoes it. */
static void undo_later(struct experiment *e, int64_t for_us, enum happening_verb verb,
		       uint32_t subject)
{
	undo_plan(&e->undos, e->world.now, for_us, verb, subject);
}

/* --- Dials --- */

static void copy_dial(struct network_config *n, enum dial dial, const struct network_config *from)
{
	switch (dial) {
	case DIAL_DELAY:
		n->delay_us = from->delay_us;
		break;
	case DIAL_JITTER:
		n->jitter_us = from->jitter_us;
		break;
	case DIAL_LOSS:
		n->loss = from->loss;
		break;
	case DIAL_BURST_LOSS:
		n->burst_loss = from->burst_loss;
		n->burst_length = from->burst_length;
		break;
	case DIAL_DUPLICATION:
		n->duplication = from->duplication;
		break;
	case DIAL_REORDERING:
		n->reordering = from->reordering;
		n->reorder_by_us = from->reorder_by_us;
		break;
	case DIAL_BANDWIDTH:
		n->bandwidth_bits_per_s = from->bandwidth_bits_per_s;
		break;
	case DIAL_QUEUE:
		n->queue_bytes = from->queue_bytes;
		break;
	}
}

static void turn_back(struct experiment *e, enum dial dial)
{
	undo_later(e, 0, HAPPENING_DIAL, dial);
	struct network_config n = e->world.network.config;
	copy_dial(&n, dial, &e->config.world.network);
	network_set(&e->world.network, &n);
}

static void turn(struct experiment *e, const struct happening *h)
{
	if (h->is_default) {
		turn_back(e, h->dial);
		return;
	}
	struct network_config n = e->world.network.config;
	const struct network_config to = {
		.delay_us = (int64_t)h->value,
		.jitter_us = (int64_t)h->value,
		.loss = h->value,
		.burst_loss = h->value,
		.burst_length = h->second,
		.duplication = h->value,
		.reordering = h->value,
		.reorder_by_us = (int64_t)h->second,
		.bandwidth_bits_per_s = (int64_t)h->value,
		.queue_bytes = (int64_t)h->value,
	};
	copy_dial(&n, h->dial, &to);
	network_set(&e->world.network, &n);
	undo_later(e, h->for_us, HAPPENING_DIAL, h->dial);
}

/* --- Nodes --- */

uint32_t happen_join(struct experiment *e)
{
	bool is_first = e->world.host_count == 1;
	bool is_leaf = !is_first && random_happens(&e->leaves, e->config.leaf_share);
	uint32_t host = world_add(&e->world, is_leaf ? 0 : -1);
	int32_t most = e->config.drift_ppm;
	if (most > 0) {
		uint64_t ppm = random_below(&e->clocks, 2 * (uint64_t)most + 1);
		world_set_drift(&e->world, host, (int32_t)ppm - most);
	}
	return host;
}

static void stop(struct experiment *e, uint32_t host, enum world_stop how)
{
	world_stop(&e->world, host, how);
	if (e->config.is_noticed_at_once && host != WORLD_RDV)
		world_notice(&e->world, host);
}

static void leave(struct experiment *e, uint32_t host)
{
	world_leave(&e->world, host);
	if (e->config.is_noticed_at_once && host != WORLD_RDV)
		world_notice(&e->world, host);
}

/* The new one asks first: what the old one leaves behind does not take its place at the top. */
uint32_t happen_replace(struct experiment *e, uint32_t host)
{
	world_stop(&e->world, host, WORLD_CLOSED);
	uint32_t new = happen_join(e);
	if (e->config.is_noticed_at_once)
		world_notice(&e->world, host);
	return new;
}

static void restart(struct experiment *e, uint32_t host)
{
	undo_later(e, 0, HAPPENING_RESTART, host);
	if (e->world.hosts[host].stop != WORLD_RUNS)
		world_restart(&e->world, host);
}

void happen_publish(struct experiment *e, uint32_t host, size_t size)
{
	char bytes[WIRE_PAYLOAD_MAX];
	if (host >= e->world.host_count || !world_member(&e->world, host))
		return;
	size = size < MEASURE_PAYLOAD_MIN ? MEASURE_PAYLOAD_MIN : size;
	size = size > sizeof(bytes) ? sizeof(bytes) : size;
	measure_publish(&e->measure, host, bytes, size);
	e->has_published = true;
	e->data_left += DATA_PER_MESSAGE * (uint64_t)e->world.host_count;
	world_publish(&e->world, host, bytes, size);
}

/* --- Cuts --- */

static void heal_at(struct experiment *e, uint32_t place)
{
	network_heal(&e->world.network, e->cuts[place].number);
	e->cuts[place] = e->cuts[--e->cut_count];
}

/* The network gives the numbers of cuts that are over to new ones; serials are never given again.
 */
static void heal(struct experiment *e, uint32_t serial)
{
	for (uint32_t i = e->cut_count; i-- > 0;)
		if (e->cuts[i].serial == serial)
			heal_at(e, i);
	measure_look(&e->measure);
}

static void heal_all(struct experiment *e)
{
	while (e->cut_count > 0)
		heal_at(e, e->cut_count - 1);
	measure_look(&e->measure);
}

/* Whoever is on no side yet comes to `side`. */
static void take_sides(struct experiment *e, const struct happening *h, const struct who *who,
		       uint8_t side, uint8_t *sides)
{
	struct host_list *list = &e->others;
	if (who->kind == WHO_OTHERS) {
		for (uint32_t i = 0; i < e->world.host_count; i++)
			sides[i] = sides[i] == 0 ? side : sides[i];
		return;
	}
	roster_resolve(&e->roster, who, false, &e->draws_of[h->verb], list);
	for (uint32_t i = 0; i < list->count; i++)
		sides[list->hosts[i]] = sides[list->hosts[i]] == 0 ? side : sides[list->hosts[i]];
}

static void cut(struct experiment *e, const struct happening *h)
{
	uint8_t *sides = memory_get(e->world.host_count);
	if (h->who.kind != WHO_OTHERS)
		take_sides(e, h, &h->who, 1, sides);
	take_sides(e, h, &h->others, 2, sides);
	if (h->who.kind == WHO_OTHERS)
		take_sides(e, h, &h->who, 1, sides);
	e->cuts = memory_grow(e->cuts, e->cut_count, &e->cut_capacity, sizeof(*e->cuts));
	e->cuts[e->cut_count++] = (struct cut_made){
		.number = network_cut(&e->world.network, sides, e->world.host_count,
				      h->verb == HAPPENING_ONE_WAY),
		.serial = ++e->cuts_made,
	};
	undo_later(e, h->for_us, HAPPENING_HEAL, e->cuts_made);
	free(sides);
	measure_look(&e->measure);
}

/* --- One happening --- */

static void happen_to(struct experiment *e, const struct happening *h, uint32_t host)
{
	switch (h->verb) {
	case HAPPENING_CRASH:
	case HAPPENING_SILENT:
		stop(e, host, h->verb == HAPPENING_CRASH ? WORLD_CLOSED : WORLD_SILENT);
		undo_later(e, h->for_us, HAPPENING_RESTART, host);
		break;
	case HAPPENING_LEAVE:
		leave(e, host);
		undo_later(e, h->for_us, HAPPENING_RESTART, host);
		break;
	case HAPPENING_IMPROVE:
		world_improve(&e->world, host);
		break;
	case HAPPENING_RESTART:
		restart(e, host);
		break;
	case HAPPENING_REPLACE:
		if (host != WORLD_RDV)
			(void)happen_replace(e, host);
		break;
	case HAPPENING_PUBLISH:
		happen_publish(e, host, h->size);
		break;
	case HAPPENING_BLACKHOLE:
	case HAPPENING_FORWARD:
		e->world.hosts[host].is_black_hole = h->verb == HAPPENING_BLACKHOLE;
		undo_later(e, h->for_us, HAPPENING_FORWARD, host);
		break;
	case HAPPENING_DRIFT:
		world_set_drift(&e->world, host, h->ppm);
		undo_later(e, h->for_us, HAPPENING_DRIFT, host);
		break;
	case HAPPENING_FORGE:
		for (uint32_t i = 0; i < (h->count > 0 ? h->count : 1); i++)
			forge_message(&e->world, host, &e->forger);
		break;
	default:
		break;
	}
}

static void happen_to_all(struct experiment *e, const struct happening *h)
{
	bool of_stopped = h->verb == HAPPENING_RESTART;
	roster_resolve(&e->roster, &h->who, of_stopped, &e->draws_of[h->verb], &e->who);
	for (uint32_t i = 0; i < e->who.count; i++)
		happen_to(e, h, e->who.hosts[i]);
}

void happen(struct experiment *e, const struct happening *h)
{
	note(e, "", h);
	if (happening_is_fault(h))
		measure_fault(&e->measure);
	if (h->verb == HAPPENING_JOIN)
		for (uint32_t i = 0; i < h->count; i++)
			(void)happen_join(e);
	else if (h->verb == HAPPENING_PARTITION || h->verb == HAPPENING_ONE_WAY)
		cut(e, h);
	else if (h->verb == HAPPENING_HEAL)
		heal_all(e);
	else if (h->verb == HAPPENING_DIAL)
		turn(e, h);
	else
		happen_to_all(e, h);
	if (h->verb == HAPPENING_BLACKHOLE || h->verb == HAPPENING_FORWARD)
		measure_look(&e->measure);
}

void happen_undo(struct experiment *e)
{
	struct undo undo;
	if (!undo_take(&e->undos, &undo))
		return;
	note_undo(e, &undo);
	switch (undo.verb) {
	case HAPPENING_RESTART:
		restart(e, undo.subject);
		break;
	case HAPPENING_HEAL:
		heal(e, undo.subject);
		break;
	case HAPPENING_FORWARD:
		e->world.hosts[undo.subject].is_black_hole = false;
		measure_look(&e->measure);
		break;
	case HAPPENING_DRIFT:
		world_set_drift(&e->world, undo.subject, 0);
		break;
	default:
		turn_back(e, (enum dial)undo.subject);
		break;
	}
}

/* What is on its way arrives, however long it was held back. */
void happen_peace(struct experiment *e)
{
	if (e->has_story)
		story_note(&e->story, "all faults are over");
	while (!time_is_never(undo_next_at(&e->undos)))
		happen_undo(e);
	heal_all(e);
	for (uint32_t i = 1; i < e->world.host_count; i++)
		e->world.hosts[i].is_black_hole = false;
	restart(e, WORLD_RDV);
	struct network_config n = e->config.world.network;
	n.loss = n.burst_loss = n.duplication = n.reordering = 0;
	n.jitter_us = 0;
	network_set(&e->world.network, &n);
	measure_look(&e->measure);
}
