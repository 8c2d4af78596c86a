/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/explain.h"

#include <inttypes.h>
#include <string.h>

#define MAC_FORMAT    "%02x:%02x:%02x:%02x:%02x:%02x"
#define MAC_BYTES(m)  m[0], m[1], m[2], m[3], m[4], m[5]
#define SENTENCE_SIZE 600 /* Some ten sources of IPv6; of more their number is told. */

static const char *address_of(const struct endpoint *e, char text[ADDRESS_TEXT_SIZE])
{
	return endpoint_format_address(e, text);
}

static const char *protocol_of(const struct frame *f)
{
	return f->kind == FRAME_MLD ? "MLD" : "IGMP";
}

/* --- Group records --- */

static const char *const record_names[] = {
	[MODE_IS_INCLUDE] = "MODE_IS_INCLUDE",     [MODE_IS_EXCLUDE] = "MODE_IS_EXCLUDE",
	[CHANGE_TO_INCLUDE] = "CHANGE_TO_INCLUDE", [CHANGE_TO_EXCLUDE] = "CHANGE_TO_EXCLUDE",
	[ALLOW_NEW_SOURCES] = "ALLOW_NEW_SOURCES", [BLOCK_OLD_SOURCES] = "BLOCK_OLD_SOURCES",
};

static const char *record_name(const struct record *r)
{
	return r->type >= MODE_IS_INCLUDE && r->type <= BLOCK_OLD_SOURCES ? record_names[r->type]
									  : "UNKNOWN_RECORD";
}

/* "10.0.1.1, 10.0.1.2 and 300 more". */
static void list_sources(const struct frame *f, const struct record *r, char *text, size_t size)
{
	size_t used = 0, n = 0;
	char address[ADDRESS_TEXT_SIZE];
	text[0] = '\0';
	for (; n < r->source_count && used + 2 * ADDRESS_TEXT_SIZE < size; n++) {
		struct endpoint source = record_source(f, r, n);
		used += (size_t)snprintf(text + used, size - used, "%s%s", n ? ", " : "",
					 address_of(&source, address));
	}
	if (n < r->source_count)
		(void)snprintf(text + used, size - used, " and %zu more", r->source_count - n);
}

/* What it means, RFC 3376 section 4.2.12, in words around the group and around the sources. */
static const struct {
	const char *without, *before, *after;
} meanings[] = {
	[MODE_IS_INCLUDE] = {"does not listen to %s", "listens to %s, only from ", ""},
	[MODE_IS_EXCLUDE] = {"listens to %s from any source", "listens to %s from any source but ",
			     ""},
	[CHANGE_TO_INCLUDE] = {"leaves %s", "listens to %s from now on only from ", ""},
	[CHANGE_TO_EXCLUDE] = {"joins %s from any source", "joins %s from any source but ", ""},
	[ALLOW_NEW_SOURCES] = {"asks for no other source of %s", "joins %s from ",
			       ", besides what it has"},
	[BLOCK_OLD_SOURCES] = {"gives up no source of %s", "no longer wants %s from ", ""},
};

void explain_record(const struct frame *f, const struct record *r, char *text, size_t size)
{
	char group[ADDRESS_TEXT_SIZE], sources[SENTENCE_SIZE], meaning[128];
	address_of(&r->group, group);
	list_sources(f, r, sources, sizeof(sources));
	if (r->type < MODE_IS_INCLUDE || r->type > BLOCK_OLD_SOURCES) {
		(void)snprintf(text, size, "record of type %u for %s: unknown, receivers ignore it",
			       r->type, group);
		return;
	}
	const char *format = r->source_count ? meanings[r->type].before : meanings[r->type].without;
	const char *place = strstr(format, "%s");
	(void)snprintf(meaning, sizeof(meaning), "%.*s%s%s", (int)(place - format), format, group,
		       place + 2);
	(void)snprintf(text, size, "%s {%s}: %s%s%s", record_name(r), sources, meaning,
		       r->source_count ? sources : "",
		       r->source_count ? meanings[r->type].after : "");
}

/* --- The first line --- */

static void name_query(const struct frame *f, char *text, size_t size)
{
	const struct message *m = &f->message;
	char group[ADDRESS_TEXT_SIZE];
	if (endpoint_is_unspecified(&m->group))
		(void)snprintf(text, size, "%sv%d general query: who listens to what?",
			       protocol_of(f), m->version);
	else if (m->source_count == 0)
		(void)snprintf(text, size, "%sv%d query of a group: who still listens to %s?",
			       protocol_of(f), m->version, address_of(&m->group, group));
	else
		(void)snprintf(text, size,
			       "%sv%d query of a group and %zu source%s: who still listens to %s "
			       "from there?",
			       protocol_of(f), m->version, m->source_count,
			       m->source_count == 1 ? "" : "s", address_of(&m->group, group));
}

/* The message in words. */
static void name_message(const struct frame *f, char *text, size_t size)
{
	const struct message *m = &f->message;
	char group[ADDRESS_TEXT_SIZE];
	address_of(&m->group, group);
	if (m->type == MESSAGE_QUERY)
		name_query(f, text, size);
	else if (m->type == MESSAGE_LEAVE)
		(void)snprintf(text, size, "%s: leaves %s",
			       f->kind == FRAME_MLD ? "MLDv1 done" : "IGMPv2 leave", group);
	else if (m->type == MESSAGE_REPORT && m->lists)
		(void)snprintf(text, size, "%sv%d report of %zu group%s", protocol_of(f),
			       m->version, m->record_count, m->record_count == 1 ? "" : "s");
	else if (m->type == MESSAGE_REPORT)
		(void)snprintf(text, size, "%sv%d report: listens to %s", protocol_of(f),
			       m->version, group);
	else
		(void)snprintf(text, size, "%s message of type 0x%02x", protocol_of(f), m->code);
}

static void name_frame(const struct frame *f, char *text, size_t size)
{
	if (f->kind == FRAME_IGMP || f->kind == FRAME_MLD)
		name_message(f, text, size);
	else if (f->kind == FRAME_UDP)
		(void)snprintf(text, size, "UDP to port %u, %zu bytes of data%s",
			       f->destination.port, f->payload_size,
			       f->is_fragment ? " (first fragment)" : "");
	else if (f->kind == FRAME_FRAGMENT)
		(void)snprintf(text, size, "fragment of a datagram, %zu bytes of it",
			       f->payload_size);
	else if (f->family)
		(void)snprintf(text, size, "protocol %u", f->protocol);
	else
		(void)snprintf(text, size, "no IP, EtherType 0x%04x", f->ether_type);
}

/* --- The lines below it --- */

static void explain_mac(const struct frame *f, FILE *file)
{
	char group[ADDRESS_TEXT_SIZE];
	uint8_t mac[6];
	address_of(&f->destination, group);
	frame_group_mac(&f->destination, mac);
	bool follows = f->has_mac && memcmp(mac, f->mac_destination, 6) == 0;
	if (f->has_mac)
		(void)fprintf(file, "    MAC " MAC_FORMAT " -> " MAC_FORMAT,
			      MAC_BYTES(f->mac_source), MAC_BYTES(f->mac_destination));
	else if (f->has_mac_source)
		(void)fprintf(file, "    MAC " MAC_FORMAT " -> not captured",
			      MAC_BYTES(f->mac_source));
	else
		(void)fprintf(file, "    no MAC addresses on this link");
	if (f->vlan >= 0)
		(void)fprintf(file, ", VLAN %d", f->vlan);
	if (frame_is_multicast(f) && f->has_mac)
		(void)fprintf(file, ": %s%s %s of %s (%s)",
			      follows ? "" : "NOT what follows from the group: ",
			      f->family == 4 ? "01:00:5e" : "33:33",
			      f->family == 4 ? "and the low 23 bits" : "and the low 32 bits", group,
			      f->family == 4 ? "RFC 1112 section 6.4" : "RFC 2464 section 7");
	if (frame_is_multicast(f) && f->has_mac && !follows)
		(void)fprintf(file, ", which is " MAC_FORMAT, MAC_BYTES(mac));
	(void)fputc('\n', file);
}

static void explain_ip(const struct frame *f, FILE *file)
{
	bool is_message = f->kind == FRAME_IGMP || f->kind == FRAME_MLD;
	const char *ttl = f->family == 4 ? "TTL" : "hop limit";
	(void)fprintf(file, "    %s %u%s%s", ttl, f->ttl,
		      f->has_router_alert ? ", Router Alert" : "",
		      is_message && f->ttl == 1 ? ": no router forwards it" : "");
	if (!is_message && frame_is_multicast(f) && f->ttl <= 1)
		(void)fprintf(file, ": stays on this link");
	else if (!is_message && frame_is_multicast(f))
		(void)fprintf(file, ": may pass %d more routers", f->ttl - 1);
	(void)fprintf(file, "; frame of %zu bytes%s\n", f->size,
		      f->is_offloaded ? "; the network card writes the checksum of UDP" : "");
}

static void explain_query(const struct frame *f, FILE *file)
{
	const struct message *m = &f->message;
	char address[ADDRESS_TEXT_SIZE];
	if (m->version == 1 && f->kind == FRAME_IGMP)
		(void)fprintf(file, "    members answer within 10 s (RFC 1112)\n");
	else
		(void)fprintf(file, "    members answer within %" PRIu32 ".%" PRIu32 " s\n",
			      m->max_response_ms / 1000, m->max_response_ms % 1000 / 100);
	if (!m->lists)
		return;
	(void)fprintf(file, "    robustness (QRV) %u, asked every %" PRIu32 " s (QQIC)%s\n",
		      m->robustness, m->interval_s,
		      m->suppresses ? ", routers do not restart their timers (S)" : "");
	for (size_t i = 0; i < m->source_count; i++) {
		struct endpoint source = frame_source(f, i);
		(void)fprintf(file, "    source %s\n", address_of(&source, address));
	}
}

static void explain_message(const struct frame *f, FILE *file)
{
	struct record record;
	size_t place = 0;
	char text[2 * SENTENCE_SIZE + 128];
	if (f->message.type == MESSAGE_QUERY)
		explain_query(f, file);
	while (frame_next_record(f, &place, &record)) {
		explain_record(f, &record, text, sizeof(text));
		(void)fprintf(file, "    %s\n", text);
	}
}

static void explain_bytes(const struct frame *f, FILE *file)
{
	for (size_t i = 0; i < f->payload_size; i += 16) {
		(void)fprintf(file, "    %04zx ", i);
		for (size_t j = i; j < i + 16; j++)
			if (j < f->payload_size)
				(void)fprintf(file, " %02x", f->payload[j]);
			else
				(void)fprintf(file, "   ");
		(void)fprintf(file, "  ");
		for (size_t j = i; j < i + 16 && j < f->payload_size; j++)
			(void)fputc(f->payload[j] >= 0x20 && f->payload[j] < 0x7F ? f->payload[j]
										  : '.',
				    file);
		(void)fputc('\n', file);
	}
}

void explain_text(const struct frame *f, const char *title, enum explain_depth depth, FILE *file)
{
	char source[ENDPOINT_TEXT_SIZE] = "?", destination[ENDPOINT_TEXT_SIZE] = "?";
	char what[SENTENCE_SIZE];
	if (f->family && f->kind == FRAME_UDP)
		endpoint_format(&f->source, source);
	else if (f->family)
		address_of(&f->source, source);
	if (f->family)
		address_of(&f->destination, destination);
	name_frame(f, what, sizeof(what));
	(void)fprintf(file, "%s  %s -> %s  %s\n", title, source, destination, what);
	if (depth > EXPLAIN_BRIEF) {
		explain_mac(f, file);
		if (f->family)
			explain_ip(f, file);
		explain_message(f, file);
	}
	for (size_t i = 0; i < f->problem_count; i++)
		(void)fprintf(file, "    ! %s\n", f->problems[i]);
	if (depth == EXPLAIN_FULL)
		explain_bytes(f, file);
}
