/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/story.h"

#include "sim/describe.h"
#include "sim/memory.h"

#include <stdlib.h>

#define ENTRIES    ((uint64_t)65536)
#define NOTES      ((uint64_t)1024)
#define STORY_NOTE 255 /* Not one of enum world_happening. */

void story_init(struct story *s, const struct world *world)
{
	*s = (struct story){
		.world = world,
		.entries = memory_get(ENTRIES * sizeof(*s->entries)),
		.notes = memory_get(NOTES * sizeof(*s->notes)),
	};
}

void story_done(struct story *s)
{
	free(s->entries);
	free(s->notes);
}

static const char *host_name(const struct story *s, uint32_t host, char text[16])
{
	if (host >= s->world->host_count)
		return "a stranger";
	(void)snprintf(text, 16, "%u", host);
	return host == WORLD_RDV ? "rdv" : text;
}

static void tell_one(const struct story *s, const struct story_entry *e, FILE *out)
{
	char of_host[16], of_peer[16];
	const char *host = host_name(s, e->host, of_host), *peer = host_name(s, e->peer, of_peer);
	(void)fprintf(out, "%lld.%06lld ", (long long)(e->at.us / US_PER_S),
		      (long long)(e->at.us % US_PER_S));
	if (e->what == STORY_NOTE)
		(void)fprintf(out, "-- %s\n", s->notes[e->size]);
	else if (e->what == WORLD_EVENT)
		(void)fprintf(out, "%s: %s %s\n", host, event_name(e->event), peer);
	else if (e->what == WORLD_DELIVERED)
		(void)fprintf(out, "%s delivers %u bytes\n", host, e->size);
	else if (e->what == WORLD_STARTED || e->what == WORLD_STOPPED)
		(void)fprintf(out, "%s %s\n", host, e->what == WORLD_STARTED ? "starts" : "stops");
	else
		(void)fprintf(out, "%s %s %s %.4s%s\n", host, e->what == WORLD_LOST ? "-/->" : ">",
			      peer, e->type, e->said);
}

static void add(struct story *s, const struct story_entry *entry)
{
	s->entries[s->count++ % ENTRIES] = *entry;
	if (s->trace)
		tell_one(s, entry, s->trace);
}

static const char *name_of(const void *owner, const struct endpoint *e,
			   char text[ENDPOINT_TEXT_SIZE])
{
	const struct world *w = owner;
	uint32_t host = world_find(w, e);
	if (host == w->host_count)
		return "?";
	(void)snprintf(text, ENDPOINT_TEXT_SIZE, "%u", host);
	return text;
}

/* Payloads are no text here. */
static void describe(const struct story *s, const struct world_report *r, struct story_entry *entry)
{
	struct wire_message message;
	bool is_sent = r->what == WORLD_SENT || r->what == WORLD_LOST;
	if (!s->world->config.is_full || !is_sent ||
	    wire_decode(r->bytes, r->size, &message) != WIRE_GOOD)
		return;
	message.payload_size = 0;
	describe_message(&message, name_of, s->world, entry->said, sizeof(entry->said));
}

void story_observe(struct story *s, const struct world_report *report)
{
	struct story_entry entry = {
		.at = report->at,
		.host = report->host,
		.peer = world_find(s->world, &report->peer),
		.size = (uint32_t)report->size,
		.what = (uint8_t)report->what,
		.event = (uint8_t)report->event,
	};
	for (size_t i = 0; i < sizeof(entry.type) && i < report->size; i++) {
		char c = report->bytes[i];
		entry.type[i] = (char)(c >= 'A' && c <= 'Z' ? c : '?');
	}
	describe(s, report, &entry);
	add(s, &entry);
}

void story_note(struct story *s, const char *text)
{
	uint32_t place = (uint32_t)(s->note_count++ % NOTES);
	(void)snprintf(s->notes[place], STORY_NOTE_SIZE, "%s", text);
	add(s, &(struct story_entry){.at = s->world->now, .what = STORY_NOTE, .size = place});
}

static bool is_about(const struct story_entry *e, const uint32_t *hosts, unsigned count)
{
	bool has_peer = e->what == WORLD_SENT || e->what == WORLD_LOST || e->what == WORLD_EVENT;
	if (count == 0 || e->what == STORY_NOTE)
		return true;
	for (unsigned i = 0; i < count; i++)
		if (e->host == hosts[i] || (has_peer && e->peer == hosts[i]))
			return true;
	return false;
}

void story_tell(const struct story *s, FILE *out, const uint32_t *hosts, unsigned count,
		unsigned last)
{
	uint64_t oldest = s->count > ENTRIES ? s->count - ENTRIES : 0, first = s->count;
	/* Notes that were overwritten are left out: their entries lie before all that are told. */
	for (unsigned found = 0; first > oldest && found < last; first--)
		found += is_about(&s->entries[(first - 1) % ENTRIES], hosts, count);
	for (uint64_t i = first; i < s->count; i++) {
		const struct story_entry *e = &s->entries[i % ENTRIES];
		if (is_about(e, hosts, count))
			tell_one(s, e, out);
	}
}
