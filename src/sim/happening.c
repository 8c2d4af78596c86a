/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/happening.h"

#include "sim/quantity.h"
#include "sim/text.h"

#include <assert.h>
#include <stdio.h>

const char *happening_dial_name(enum dial dial)
{
	static const char *const names[] = {
		[DIAL_DELAY] = "delay",
		[DIAL_JITTER] = "jitter",
		[DIAL_LOSS] = "loss",
		[DIAL_BURST_LOSS] = "burst-loss",
		[DIAL_DUPLICATION] = "duplicate",
		[DIAL_REORDERING] = "reorder",
		[DIAL_BANDWIDTH] = "bandwidth",
		[DIAL_QUEUE] = "queue",
	};
	return names[dial];
}

bool happening_is_fault(const struct happening *h)
{
	switch (h->verb) {
	case HAPPENING_CRASH:
	case HAPPENING_SILENT:
	case HAPPENING_LEAVE:
	case HAPPENING_RESTART: /* It has forgotten its children. */
	case HAPPENING_REPLACE:
	case HAPPENING_PARTITION:
	case HAPPENING_ONE_WAY:
	case HAPPENING_BLACKHOLE:
		return true;
	case HAPPENING_JOIN:
	case HAPPENING_PUBLISH:
	case HAPPENING_HEAL:
	case HAPPENING_FORWARD:
	case HAPPENING_DRIFT:
	case HAPPENING_FORGE:
	case HAPPENING_IMPROVE:
	case HAPPENING_DIAL:
		return false;
	}
	return false;
}

bool happening_can_end(const struct happening *h)
{
	switch (h->verb) {
	case HAPPENING_CRASH:
	case HAPPENING_SILENT:
	case HAPPENING_LEAVE:
	case HAPPENING_PARTITION:
	case HAPPENING_ONE_WAY:
	case HAPPENING_BLACKHOLE:
	case HAPPENING_DRIFT:
		return true;
	case HAPPENING_DIAL:
		return !h->is_default;
	case HAPPENING_JOIN:
	case HAPPENING_RESTART:
	case HAPPENING_REPLACE:
	case HAPPENING_PUBLISH:
	case HAPPENING_HEAL:
	case HAPPENING_FORWARD:
	case HAPPENING_FORGE:
	case HAPPENING_IMPROVE:
		return false;
	}
	return false;
}

/* --- Writing --- */

static void put_duration(struct text *t, const char *before, int64_t us)
{
	char quantity[QUANTITY_TEXT_SIZE];
	quantity_print_duration(quantity, us);
	text_put(t, "%s%s", before, quantity);
}

static void put_probability(struct text *t, double probability)
{
	char quantity[QUANTITY_TEXT_SIZE];
	quantity_print_probability(quantity, probability);
	text_put(t, " %s", quantity);
}

static void put_ranges(struct text *t, const struct who *who)
{
	for (unsigned i = 0; i < who->range_count; i++) {
		text_put(t, "%s%u", i == 0 ? " " : ",", who->first[i]);
		if (who->last[i] != who->first[i])
			text_put(t, "..%u", who->last[i]);
	}
}

/* With `has_count`, a number comes behind it, which must not be taken for that of `any`. */
static void put_who(struct text *t, const struct who *who, bool has_count)
{
	switch (who->kind) {
	case WHO_NOBODY:
		text_put(t, " nobody");
		break;
	case WHO_RANGES:
		put_ranges(t, who);
		break;
	case WHO_ALL:
		text_put(t, " all");
		break;
	case WHO_ANY:
		text_put(t, " any");
		if (who->count != 1 || has_count)
			text_put(t, " %u", who->count);
		break;
	case WHO_SHARE:
		put_probability(t, who->share);
		break;
	case WHO_ROOT:
		text_put(t, " root");
		break;
	case WHO_RDV:
		text_put(t, " rdv");
		break;
	case WHO_OTHERS:
		text_put(t, " others");
		break;
	}
}

static void put_dial(struct text *t, const struct happening *h)
{
	char quantity[QUANTITY_TEXT_SIZE];
	text_put(t, "%s", happening_dial_name(h->dial));
	if (h->is_default) {
		text_put(t, " default");
		return;
	}
	switch (h->dial) {
	case DIAL_DELAY:
	case DIAL_JITTER:
		put_duration(t, " ", (int64_t)h->value);
		break;
	case DIAL_LOSS:
	case DIAL_DUPLICATION:
		put_probability(t, h->value);
		break;
	case DIAL_BURST_LOSS:
		put_probability(t, h->value);
		quantity_print_number(quantity, h->second);
		text_put(t, " length %s", quantity);
		break;
	case DIAL_REORDERING:
		put_probability(t, h->value);
		put_duration(t, " by ", (int64_t)h->second);
		break;
	case DIAL_BANDWIDTH:
		quantity_print_bandwidth(quantity, (int64_t)h->value);
		text_put(t, " %s", quantity);
		break;
	case DIAL_QUEUE:
		quantity_print_bytes(quantity, (int64_t)h->value);
		text_put(t, " %s", quantity);
		break;
	}
}

static void put_verb(struct text *t, const char *verb, const struct who *who)
{
	text_put(t, "%s", verb);
	put_who(t, who, false);
}

static void put_forge(struct text *t, const struct happening *h)
{
	text_put(t, "forge");
	put_who(t, &h->who, h->count != 1);
	if (h->count != 1)
		text_put(t, " %u", h->count);
}

static void put_what(struct text *t, const struct happening *h)
{
	switch (h->verb) {
	case HAPPENING_JOIN:
		text_put(t, "join %u", h->count);
		break;
	case HAPPENING_CRASH:
		put_verb(t, "crash", &h->who);
		break;
	case HAPPENING_SILENT:
		put_verb(t, "silent", &h->who);
		break;
	case HAPPENING_LEAVE:
		put_verb(t, "leave", &h->who);
		break;
	case HAPPENING_IMPROVE:
		put_verb(t, "improve", &h->who);
		break;
	case HAPPENING_RESTART:
		put_verb(t, "restart", &h->who);
		break;
	case HAPPENING_REPLACE:
		text_put(t, "replace %u", h->who.count);
		break;
	case HAPPENING_PUBLISH:
		put_verb(t, "publish", &h->who);
		text_put(t, " size %zu", h->size);
		break;
	case HAPPENING_PARTITION:
	case HAPPENING_ONE_WAY:
		put_verb(t, "partition", &h->who);
		put_verb(t, h->verb == HAPPENING_ONE_WAY ? " ->" : " |", &h->others);
		break;
	case HAPPENING_HEAL:
		text_put(t, "heal");
		break;
	case HAPPENING_BLACKHOLE:
		put_verb(t, "blackhole", &h->who);
		break;
	case HAPPENING_FORWARD:
		put_verb(t, "forward", &h->who);
		break;
	case HAPPENING_DRIFT:
		put_verb(t, "drift", &h->who);
		text_put(t, " %dppm", h->ppm);
		break;
	case HAPPENING_FORGE:
		put_forge(t, h);
		break;
	case HAPPENING_DIAL:
		put_dial(t, h);
		break;
	}
}

void happening_print(const struct happening *h, char *out, size_t size)
{
	struct text t = {.out = out, .size = size};
	assert(size >= 1);
	put_duration(&t, "", h->at.us);
	text_put(&t, " ");
	put_what(&t, h);
	if (h->for_us > 0)
		put_duration(&t, " for ", h->for_us);
}
