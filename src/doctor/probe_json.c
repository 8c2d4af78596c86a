/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/probe_result.h"

#include <jansson.h>

static const char *const path_names[] = {"unicast", "multicast"};
static const char *const direction_names[] = {"to", "from"};

static json_t *optional(bool is_there, json_int_t value)
{
	return is_there ? json_integer(value) : json_null();
}

static json_t *path_json(const struct path_figures *f)
{
	if (!f->is_known)
		return json_null();
	bool has_hops = f->hops_min != HOPS_UNKNOWN;
	return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:o, s:o, s:i, s:o, s:o, s:o}", "sent",
			 f->sent, "received", f->received, "lost", f->lost, "lost_first",
			 f->lost_first, "duplicates", f->duplicates, "reordered", f->reordered,
			 "hops_min", optional(has_hops, f->hops_min), "hops_max",
			 optional(has_hops, f->hops_max), "round_trips", f->trips, "min_us",
			 optional(f->trips, f->min_us), "median_us",
			 optional(f->trips, f->median_us), "max_us", optional(f->trips, f->max_us));
}

static json_t *direction_json(const struct probe_result *r, const struct pair *pair,
			      enum probe_direction d)
{
	json_t *object = json_object();
	for (int path = 0; path < PROBE_PATHS; path++)
		json_object_set_new(object, path_names[path], path_json(&pair->paths[d][path]));
	struct size_limit limit = probe_size_limit(r, pair, d, MULTICAST);
	unsigned ttl = probe_ttl_needed(r, pair, d);
	bool has_setup = pair->setup_ms[d] != PROBE_NEVER;
	json_object_set_new(object, "setup_ms", optional(has_setup, pair->setup_ms[d]));
	json_object_set_new(object, "largest_size", optional(limit.works > 0, limit.works));
	json_object_set_new(object, "lost_size", optional(limit.fails > 0, limit.fails));
	json_object_set_new(object, "ttl_needed", optional(ttl > 0, ttl));
	return object;
}

static json_t *outcome_json(uint8_t outcome)
{
	return outcome == STEP_UNTOLD ? json_null() : json_boolean(outcome == STEP_CAME);
}

static json_t *steps_json(const struct probe_result *r, const struct pair *pair)
{
	json_t *list = json_array();
	for (unsigned s = 1; s <= r->options.step_count; s++) {
		const struct probe_step *step = &r->options.steps[s];
		json_t *object = json_pack("{s:i, s:i, s:b}", "size", step->size, "ttl", step->ttl,
					   "whole", step->is_whole);
		for (int d = 0; d < PROBE_DIRECTIONS; d++) {
			json_t *came = json_object();
			for (int path = 0; path < PROBE_PATHS; path++)
				json_object_set_new(came, path_names[path],
						    outcome_json(pair->steps[d][path][s]));
			json_object_set_new(object, direction_names[d], came);
		}
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *pair_json(const struct probe_result *r, const struct pair *pair)
{
	char address[ADDRESS_TEXT_SIZE];
	json_t *object = json_pack("{s:s, s:s, s:i}", "name", pair->name, "address",
				   endpoint_format_address(&pair->endpoint, address), "port",
				   pair->endpoint.port);
	for (int d = 0; d < PROBE_DIRECTIONS; d++)
		json_object_set_new(object, direction_names[d],
				    direction_json(r, pair, (enum probe_direction)d));
	json_object_set_new(object, "steps", steps_json(r, pair));
	return object;
}

static json_t *matrix_json(const struct probe_result *r)
{
	json_t *list = json_array();
	for (unsigned i = 0; i <= r->pair_count; i++)
		for (unsigned k = 0; k <= r->pair_count; k++) {
			const struct matrix_cell *cell = &r->matrix[i][k];
			if (i == k || !cell->is_known)
				continue;
			json_array_append_new(
				list, json_pack("{s:s, s:s, s:i, s:i}", "hears",
						i ? r->pairs[i - 1].name : r->self, "sender",
						k ? r->pairs[k - 1].name : r->self, "sent",
						cell->sent, "received", cell->received));
		}
	return list;
}

static json_t *judgements_json(const struct judgements *j)
{
	json_t *list = json_array();
	for (size_t i = 0; i < j->count; i++)
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:s, s:b, s:s, s:s}", "cause", j->list[i].cause,
					"direction", j->list[i].direction, "listener",
					j->list[i].name, "failure", j->list[i].is_failure, "text",
					j->list[i].text, "next", j->list[i].next));
	return list;
}

static json_t *silent_json(const struct probe_result *r)
{
	json_t *list = json_array();
	for (unsigned i = 0; i < r->silent_count; i++) {
		char address[ADDRESS_TEXT_SIZE];
		json_array_append_new(list,
				      json_pack("{s:s, s:b}", "address",
						endpoint_format_address(&r->silent[i], address),
						"refused", r->is_refused[i]));
	}
	return list;
}

void probe_write_json(FILE *file, const struct probe_result *r, const struct judgements *j)
{
	char group[ADDRESS_TEXT_SIZE];
	json_t *document = json_pack(
		"{s:s, s:i, s:s, s:s, s:i, s:s, s:s, s:s, s:i, s:o, s:o, s:o}", "schema",
		PROBE_SCHEMA, "version", PROBE_SCHEMA_VERSION, "verdict", verdict_name(j->verdict),
		"text", j->text, "exit_code", (int)j->verdict, "group",
		endpoint_format_address(&r->options.group, group), "interface", r->interface,
		"prober", r->self, "port", r->options.group.port, "findings", judgements_json(j),
		"matrix", matrix_json(r), "silent", silent_json(r));
	json_t *listeners = json_array();
	for (unsigned i = 0; i < r->pair_count; i++)
		json_array_append_new(listeners, pair_json(r, &r->pairs[i]));
	json_object_set_new(document, "listeners", listeners);
	(void)json_dumpf(document, file, JSON_INDENT(1));
	(void)fputc('\n', file);
	json_decref(document);
}
