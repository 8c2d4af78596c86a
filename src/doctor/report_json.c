/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/report.h"
#include "doctor/report_text.h"

#include <jansson.h>
#include <string.h>

/* Sets a text, made safe and valid. No text of a snapshot or finding is longer than that. */
static void set(json_t *object, const char *name, const char *text)
{
	char clean[1024];
	size_t size = strlen(text);
	if (size >= sizeof(clean))
		size = sizeof(clean) - 1;
	text_clean(text, size, clean);
	json_object_set_new(object, name, json_string(clean));
}

static json_t *finding_json(const struct finding *f)
{
	json_t *object = json_object();
	const struct cause_text *cause = cause_text(f->cause);
	set(object, "cause", cause->name);
	set(object, "weight", weight_name(f->weight));
	set(object, "place", f->place);
	set(object, "evidence", f->evidence);
	set(object, "where", f->where);
	set(object, "symptom", cause->symptom);
	set(object, "why", cause->why);
	set(object, "fix", f->fix);
	set(object, "advice", f->advice);
	return object;
}

static json_t *blind_json(const struct seen_blind *b)
{
	json_t *object = json_object();
	set(object, "what", b->what);
	set(object, "why", b->why);
	set(object, "how", b->how);
	return object;
}

static void set_question(json_t *document, const struct seen_host *host)
{
	set(document, "host", host->name);
	set(document, "group", host->asked_group);
	json_object_set_new(document, "port",
			    host->asked_port > 0 ? json_integer(host->asked_port) : json_null());
	set(document, "interface", host->asked_interface);
	set(document, "source", host->asked_source);
}

void report_write_json(FILE *file, const struct snapshot *s, const struct findings *findings,
		       enum verdict verdict)
{
	json_t *document = json_object(), *list = json_array(), *blind = json_array();
	int level = conformance_of(s, findings);
	set(document, "schema", REPORT_SCHEMA);
	json_object_set_new(document, "version", json_integer(REPORT_VERSION));
	set_question(document, s->host);
	set(document, "verdict", verdict_name(verdict));
	json_object_set_new(document, "exit_code", json_integer(verdict));
	json_object_set_new(document, "conformance", level < 0 ? json_null() : json_integer(level));
	for (size_t i = 0; i < findings->count; i++)
		json_array_append_new(list, finding_json(&findings->list[i]));
	json_object_set_new(document, "findings", list);
	for (size_t i = 0; i < s->blind_count; i++)
		json_array_append_new(blind, blind_json(&s->blind[i]));
	json_object_set_new(document, "blind", blind);
	(void)json_dumpf(document, file, JSON_INDENT(1));
	(void)fputc('\n', file);
	json_decref(document);
}
