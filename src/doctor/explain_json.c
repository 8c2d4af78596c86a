/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/explain.h"

static json_t *address_json(const struct endpoint *e)
{
	char text[ADDRESS_TEXT_SIZE];
	return json_string(endpoint_format_address(e, text));
}

static json_t *mac_json(bool is_there, const uint8_t m[6])
{
	return is_there ? json_sprintf("%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3],
				       m[4], m[5])
			: json_null();
}

static json_t *records_json(const struct frame *f)
{
	json_t *records = json_array();
	struct record record;
	for (size_t place = 0; frame_next_record(f, &place, &record);) {
		json_t *sources = json_array();
		char text[256];
		for (size_t i = 0; i < record.source_count; i++) {
			struct endpoint source = record_source(f, &record, i);
			json_array_append_new(sources, address_json(&source));
		}
		explain_record(f, &record, text, sizeof(text));
		json_array_append_new(records,
				      json_pack("{s:i, s:o, s:o, s:s}", "type", (int)record.type,
						"group", address_json(&record.group), "sources",
						sources, "meaning", text));
	}
	return records;
}

static json_t *message_json(const struct frame *f)
{
	static const char *const types[] = {"unknown", "query", "report", "leave"};
	const struct message *m = &f->message;
	json_t *object = json_pack("{s:s, s:i, s:i}", "type", types[m->type], "version", m->version,
				   "code", (int)m->code);
	bool has_records = m->type == MESSAGE_REPORT && m->lists;
	if (m->type != MESSAGE_UNKNOWN && !has_records)
		json_object_set_new(object, "group", address_json(&m->group));
	if (m->type == MESSAGE_QUERY)
		json_object_set_new(object, "max_response_ms", json_integer(m->max_response_ms));
	if (m->type == MESSAGE_QUERY && m->lists) {
		json_t *sources = json_array();
		for (size_t i = 0; i < m->source_count; i++) {
			struct endpoint source = frame_source(f, i);
			json_array_append_new(sources, address_json(&source));
		}
		json_object_set_new(object, "sources", sources);
		json_object_set_new(object, "suppresses", json_boolean(m->suppresses));
		json_object_set_new(object, "robustness", json_integer(m->robustness));
		json_object_set_new(object, "interval_s", json_integer(m->interval_s));
	}
	if (has_records)
		json_object_set_new(object, "records", records_json(f));
	return object;
}

static void set_ip(json_t *object, const struct frame *f)
{
	json_object_set_new(object, "source", address_json(&f->source));
	json_object_set_new(object, "destination", address_json(&f->destination));
	json_object_set_new(object, "ttl", json_integer(f->ttl));
	json_object_set_new(object, "router_alert", json_boolean(f->has_router_alert));
	json_object_set_new(object, "protocol", json_integer(f->protocol));
	if (f->kind == FRAME_UDP) {
		json_object_set_new(object, "source_port", json_integer(f->source.port));
		json_object_set_new(object, "port", json_integer(f->destination.port));
		json_object_set_new(object, "data_size", json_integer((json_int_t)f->payload_size));
	}
}

json_t *explain_json(const struct frame *f)
{
	static const char *const kinds[] = {"other", "fragment", "udp", "igmp", "mld"};
	json_t *object = json_pack(
		"{s:s, s:I, s:o, s:o, s:o, s:i}", "kind", kinds[f->kind], "size",
		(json_int_t)f->size, "mac_source", mac_json(f->has_mac_source, f->mac_source),
		"mac_destination", mac_json(f->has_mac, f->mac_destination), "vlan",
		f->vlan < 0 ? json_null() : json_integer(f->vlan), "family", f->family);
	json_t *problems = json_array();
	if (f->family)
		set_ip(object, f);
	if (f->kind == FRAME_IGMP || f->kind == FRAME_MLD)
		json_object_set_new(object, "message", message_json(f));
	for (size_t i = 0; i < f->problem_count; i++)
		json_array_append_new(problems, json_string(f->problems[i]));
	json_object_set_new(object, "problems", problems);
	return object;
}
