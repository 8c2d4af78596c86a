/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_WIRE_FIELDS_H
#define RAMURE_WIRE_FIELDS_H
/* fields.h - the bodies in binary, FIELDS and PATH, without their type: what message.c is made of.
 * Others go through message.h. */
#include "wire/message.h"

/* Bytes of the body of a type; 0 for a type whose body is not FIELDS. */
size_t wire_fields_size(enum wire_type type);

/* False, and `ret_fields` untouched, if it has not the size of its type; only the fields of that
 * type are written. A PING may be longer. [F4] */
bool wire_fields_decode(enum wire_type type, const char *body, size_t size,
			union wire_fields *ret_fields);

/* Writes wire_fields_size bytes. */
void wire_fields_encode(enum wire_type type, const union wire_fields *fields, char *out);

/* False, and `ret_path` untouched, unless all of the body is a path with usable endpoints; of the
 * hops only the first `count` are written. */
bool wire_path_decode(const char *body, size_t size, struct wire_path *ret_path);

/* Gives how many bytes it has written. */
size_t wire_path_encode(const struct wire_path *path, char *out);

#endif
