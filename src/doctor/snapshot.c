/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/snapshot.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA "ramure-snapshot"

/* --- The rows of snapshot.def, one after the other --- */

/* What is done with each field of a row. */
struct visitor {
	enum { BLANK, SAVE, LOAD } purpose;
	json_t *object;    /* SAVE, LOAD: the row. */
	const char *table; /* LOAD: for the failure. */
	const char
		*wanted; /* LOAD: what the first bad field should have been; NULL: all are good. */
	const char *field; /* LOAD: which one that is. */
};

static void refuse(struct visitor *v, const char *field, const char *wanted)
{
	if (v->wanted)
		return;
	v->field = field;
	v->wanted = wanted;
}

static void visit_text(struct visitor *v, const char *name, char *text, size_t size)
{
	if (v->purpose == SAVE)
		json_object_set_new(v->object, name, json_string(text));
	const json_t *value = v->purpose == LOAD ? json_object_get(v->object, name) : NULL;
	if (!value)
		return;
	if (!json_is_string(value) || json_string_length(value) >= size)
		refuse(v, name, "a text that is not too long");
	else
		memcpy(text, json_string_value(value), json_string_length(value) + 1);
}

static void visit_number(struct visitor *v, const char *name, int64_t *number)
{
	if (v->purpose == BLANK)
		*number = UNKNOWN;
	if (v->purpose == SAVE)
		json_object_set_new(v->object, name,
				    *number == UNKNOWN ? json_null() : json_integer(*number));
	const json_t *value = v->purpose == LOAD ? json_object_get(v->object, name) : NULL;
	if (!value || json_is_null(value))
		return;
	if (!json_is_integer(value))
		refuse(v, name, "a whole number, or null");
	else
		*number = json_integer_value(value);
}

static void visit_flag(struct visitor *v, const char *name, bool *flag)
{
	if (v->purpose == SAVE)
		json_object_set_new(v->object, name, json_boolean(*flag));
	const json_t *value = v->purpose == LOAD ? json_object_get(v->object, name) : NULL;
	if (!value)
		return;
	if (!json_is_boolean(value))
		refuse(v, name, "true or false");
	else
		*flag = json_is_true(value);
}

#define TABLE(table, meaning)                                                                      \
	static void visit_##table(struct visitor *v, struct seen_##table *row)                     \
	{
#define TEXT(column, size, meaning) visit_text(v, #column, row->column, size);
#define NUMBER(column, meaning)     visit_number(v, #column, &row->column);
#define FLAG(column, meaning)       visit_flag(v, #column, &row->column);
#define END(table)                  }
#include "doctor/snapshot.def"
#undef TABLE
#undef TEXT
#undef NUMBER
#undef FLAG
#undef END

/* What follows is said once for each table. */
#define TEXT(column, size, meaning)
#define NUMBER(column, meaning)
#define FLAG(column, meaning)
#define END(table)

/* --- Making and freeing --- */

/* Room for one more row of `size` bytes, and its address. */
static void *grow(void **rows, size_t *count, size_t *room, size_t size)
{
	if (*count == *room) {
		*room = *room ? 2 * *room : 16;
		*rows = realloc(*rows, *room * size);
		if (!*rows)
			abort();
	}
	void *row = (char *)*rows + *count * size;
	if (*count < SNAPSHOT_ROWS)
		(*count)++;
	memset(row, 0, size);
	return row;
}

#define TABLE(table, meaning)                                                                      \
	struct seen_##table *snapshot_add_##table(struct snapshot *s)                              \
	{                                                                                          \
		void *rows = s->table;                                                             \
		struct seen_##table *row =                                                         \
			grow(&rows, &s->table##_count, &s->table##_room, sizeof(*row));            \
		s->table = rows;                                                                   \
		visit_##table(&(struct visitor){.purpose = BLANK}, row);                           \
		return row;                                                                        \
	}
#include "doctor/snapshot.def"
#undef TABLE

void snapshot_init(struct snapshot *s)
{
	*s = (struct snapshot){0};
	snapshot_add_host(s);
}

void snapshot_done(struct snapshot *s)
{
#define TABLE(table, meaning) free(s->table);
#include "doctor/snapshot.def"
#undef TABLE
	*s = (struct snapshot){0};
}

/* --- Saving and loading --- */

int snapshot_save(const struct snapshot *s, FILE *file, struct failure *failure)
{
	json_t *document = json_pack("{s:s, s:i}", "schema", SCHEMA, "version", SNAPSHOT_VERSION);
	json_t *rows;
	(void)rows;
#define TABLE(table, meaning)                                                                      \
	rows = json_array();                                                                       \
	for (size_t i = 0; i < s->table##_count; i++) {                                            \
		json_t *object = json_object();                                                    \
		visit_##table(&(struct visitor){.purpose = SAVE, .object = object}, &s->table[i]); \
		json_array_append_new(rows, object);                                               \
	}                                                                                          \
	json_object_set_new(document, #table, rows);
#include "doctor/snapshot.def"
#undef TABLE
	int failed = json_dumpf(document, file, JSON_INDENT(1));
	json_decref(document);
	if (failed || fputc('\n', file) == EOF || fflush(file) != 0)
		return failure_set(failure, errno ? -errno : -EIO, "cannot write the snapshot: %s",
				   strerror(errno ? errno : EIO));
	return 0;
}

/* The array of a table's rows; NULL where the document has none. */
static const json_t *rows_of(const json_t *document, struct visitor *v, const char *table)
{
	const json_t *rows = json_object_get(document, table);
	v->table = v->wanted ? v->table : table;
	if (rows && !json_is_array(rows))
		refuse(v, "", "a list of objects");
	return json_is_array(rows) ? rows : NULL;
}

/* The row's object; an empty visit where it is none. */
static json_t *row_at(const json_t *rows, size_t i, struct visitor *v)
{
	json_t *object = json_array_get(rows, i);
	if (!json_is_object(object))
		refuse(v, "", "a list of objects");
	return json_is_object(object) ? object : NULL;
}

static void load_tables(struct snapshot *s, const json_t *document, struct visitor *v)
{
	const json_t *rows;
	s->host_count = 0;
#define TABLE(table, meaning)                                                                      \
	rows = rows_of(document, v, #table);                                                       \
	for (size_t i = 0; i < json_array_size(rows) && i < SNAPSHOT_ROWS; i++)                    \
		if ((v->object = row_at(rows, i, v)))                                              \
			visit_##table(v, snapshot_add_##table(s));
#include "doctor/snapshot.def"
#undef TABLE
	if (s->host_count == 0)
		snapshot_add_host(s);
}

int snapshot_load(struct snapshot *s, FILE *file, struct failure *failure)
{
	json_error_t error;
	json_t *document = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
	if (!document)
		return failure_set(failure, -EINVAL, "line %d: %s", error.line, error.text);
	const char *schema = json_string_value(json_object_get(document, "schema"));
	json_int_t version = json_integer_value(json_object_get(document, "version"));
	if (!schema || strcmp(schema, SCHEMA) != 0 || version != SNAPSHOT_VERSION) {
		json_decref(document);
		return failure_set(failure, -EINVAL,
				   "not a snapshot of this version: \"schema\": \"" SCHEMA "\" and "
				   "\"version\": %d are wanted",
				   SNAPSHOT_VERSION);
	}
	struct visitor v = {.purpose = LOAD};
	load_tables(s, document, &v);
	json_decref(document);
	if (v.wanted)
		return failure_set(failure, -EINVAL, "\"%s\"%s%s%s: not %s", v.table,
				   v.field[0] ? " \"" : "", v.field, v.field[0] ? "\"" : "",
				   v.wanted);
	return 0;
}
