/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "wire/terms.h"
#include "base/decimal.h"

#include <assert.h>
#include <string.h>

#define FIRST_LINE      "hmtp 1\n"
#define FIRST_LINE_SIZE (sizeof(FIRST_LINE) - 1)

#define MEMBER      "member"
#define MEMBER_SIZE (sizeof(MEMBER) - 1)

#define PAD      "pad "
#define PAD_SIZE (sizeof(PAD) - 1)

/* Bytes of the shortest line `pad`: one `x`, and the line feed. */
#define PAD_MIN (PAD_SIZE + 2)

/* Letters of a key that this program need not know. */
#define KEY_NAME_MAX 15

/* The longest text of each kind. */
enum {
	HEX_MAX = 16,
	NUMBER_MAX = 19, /* Digits of 2^63 - 1. */
	U32_MAX = 10,    /* Digits of 2^32 - 1. */
	TICK_MAX = U32_MAX + 1 + U32_MAX,
	WORD_MAX = WIRE_WORD_MAX,
	PLACE_MAX = WIRE_PLACE_MAX,
};

/* A line `member` has at most, and at least: for `a.b.c.d p full f r d`. */
#define MEMBER_MAX (MEMBER_SIZE + 1 + WIRE_PLACE_MAX + sizeof(" full 255 65535 ") + U32_MAX)
#define MEMBER_MIN (MEMBER_SIZE + sizeof(" 1.1.1.1 1 full 0 0 0"))

/* A key, a space, its value, a line feed: sizeof has one for the NUL. */
#define KEY(name, kind) +sizeof(#name " ") + kind##_MAX
static_assert(WIRE_HEADER_SIZE + FIRST_LINE_SIZE
#include "wire/keys.def"
		      <= WIRE_TERMS_MIN - PAD_MIN,
	      "all keys, and a pad, must fit into WIRE_TERMS_MIN");
#undef KEY
static_assert(MEMBER_MIN >= PAD_MIN, "a pad must fit where a member was");
static_assert(WIRE_KEYS <= 32, "each key has a bit in `has`");

enum kind { KIND_HEX, KIND_NUMBER, KIND_TICK, KIND_WORD, KIND_PLACE };

static const struct {
	const char *name;
	size_t name_size;
	enum kind kind;
	size_t offset; /* Of its field. */
} keys[WIRE_KEYS] = {
#define KEY(name, kind)                                                                            \
	[WIRE_KEY_##name] = {#name, sizeof(#name) - 1, KIND_##kind,                                \
			     offsetof(struct wire_terms, name)},
#include "wire/keys.def"
#undef KEY
};

/* --- Words --- */

static bool is_word_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '-' || c == '_';
}

bool wire_is_word(const char *text, size_t size)
{
	if (size == 0 || size > WIRE_WORD_MAX)
		return false;
	for (size_t i = 0; i < size; i++)
		if (!is_word_character(text[i]))
			return false;
	return true;
}

void wire_copy_word(char to[WIRE_WORD_MAX + 1], const char *word)
{
	size_t size = strlen(word);
	assert(wire_is_word(word, size));
	memmove(to, word, size + 1);
}

/* --- Reading --- */

/* 1 to `digits_max` digits, at most 19, so that nothing overflows. */
static bool parse_number(const char *text, size_t size, size_t digits_max, uint64_t max,
			 uint64_t *ret_number)
{
	uint64_t number = 0;
	if (size == 0 || size > digits_max)
		return false;
	for (size_t i = 0; i < size; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		number = number * 10 + (uint64_t)(text[i] - '0');
	}
	if (number > max)
		return false;
	*ret_number = number;
	return true;
}

static bool parse_hex(const char *text, size_t size, uint64_t *ret_number)
{
	uint64_t number = 0;
	if (size != HEX_MAX)
		return false;
	for (size_t i = 0; i < size; i++) {
		char c = text[i];
		if (c >= '0' && c <= '9')
			number = number << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			number = number << 4 | (uint64_t)(c - 'a' + 10);
		else
			return false;
	}
	*ret_number = number;
	return true;
}

/* Takes the text before the next space off, and the space; false if there is none. */
static bool take_part(const char **text, size_t *size, const char **ret_part, size_t *ret_size)
{
	const char *space = memchr(*text, ' ', *size);
	if (!space)
		return false;
	*ret_part = *text;
	*ret_size = (size_t)(space - *text);
	*text = space + 1;
	*size -= *ret_size + 1;
	return true;
}

static bool take_number(const char **text, size_t *size, size_t digits_max, uint64_t max,
			uint64_t *ret_number)
{
	const char *part;
	size_t part_size;
	return take_part(text, size, &part, &part_size) &&
	       parse_number(part, part_size, digits_max, max, ret_number);
}

static bool parse_tick(const char *text, size_t size, struct wire_tick_number *ret_tick)
{
	uint64_t epoch, number;
	if (!take_number(&text, &size, U32_MAX, UINT32_MAX, &epoch) ||
	    !parse_number(text, size, U32_MAX, UINT32_MAX, &number))
		return false;
	*ret_tick = (struct wire_tick_number){.epoch = (uint32_t)epoch, .number = (uint32_t)number};
	return true;
}

static bool parse_word(const char *text, size_t size, char ret_word[WIRE_WORD_MAX + 1])
{
	if (!wire_is_word(text, size))
		return false;
	memcpy(ret_word, text, size);
	ret_word[size] = '\0';
	return true;
}

/* `IP PORT PROFILE FREE ROOM DELAY`. */
static bool parse_member(const char *text, size_t size, struct wire_neighbour *ret_member)
{
	const char *address, *port, *profile;
	size_t address_size, port_size, profile_size;
	uint64_t free, room, delay;
	struct endpoint e;
	if (!take_part(&text, &size, &address, &address_size) ||
	    !take_part(&text, &size, &port, &port_size) ||
	    !wire_parse_place(address, address_size + 1 + port_size, &e) ||
	    !take_part(&text, &size, &profile, &profile_size) || profile_size != strlen("full"))
		return false;
	bool is_full = memcmp(profile, "full", profile_size) == 0;
	if (!is_full && memcmp(profile, "base", profile_size) != 0)
		return false;
	if (!take_number(&text, &size, 3, UINT8_MAX, &free) ||
	    !take_number(&text, &size, 5, UINT16_MAX, &room) ||
	    !parse_number(text, size, U32_MAX, UINT32_MAX, &delay))
		return false;
	*ret_member = (struct wire_neighbour){
		.endpoint = e,
		.is_full = is_full,
		.free = (uint8_t)free,
		.room = (uint16_t)room,
		.delay_us = (uint32_t)delay,
	};
	return true;
}

static bool parse_value(enum kind kind, const char *text, size_t size, void *ret_field)
{
	switch (kind) {
	case KIND_HEX:
		return parse_hex(text, size, ret_field);
	case KIND_NUMBER:
		return parse_number(text, size, NUMBER_MAX, INT64_MAX, ret_field);
	case KIND_TICK:
		return parse_tick(text, size, ret_field);
	case KIND_WORD:
		return parse_word(text, size, ret_field);
	case KIND_PLACE:
		break;
	}
	return wire_parse_place(text, size, ret_field);
}

/* The letters of the key that a line begins with; 0 if it is no line `key value`. */
static size_t key_size_of(const char *line, size_t size)
{
	size_t key = 0;
	while (key < size && line[key] >= 'a' && line[key] <= 'z')
		key++;
	if (key == 0 || key > KEY_NAME_MAX || key == size || line[key] != ' ')
		return 0;
	for (size_t i = key + 1; i < size; i++)
		if (line[i] < ' ' || line[i] > '~')
			return 0;
	return key;
}

static bool parse_line(const char *line, size_t size, struct wire_terms *t)
{
	size_t key_size = key_size_of(line, size);
	if (key_size == 0)
		return false;
	const char *value = line + key_size + 1;
	size_t value_size = size - key_size - 1;
	if (key_size == MEMBER_SIZE && memcmp(line, MEMBER, MEMBER_SIZE) == 0) {
		struct wire_neighbour member;
		if (!parse_member(value, value_size, &member))
			return false;
		if (t->member_count < WIRE_ENDPOINTS_SENT)
			t->members[t->member_count++] = member;
		return true;
	}
	for (unsigned k = 0; k < WIRE_KEYS; k++) {
		if (key_size != keys[k].name_size || memcmp(line, keys[k].name, key_size) != 0)
			continue;
		if (wire_has(t, (enum wire_key)k))
			return false;
		t->has |= UINT32_C(1) << k;
		return parse_value(keys[k].kind, value, value_size, (char *)t + keys[k].offset);
	}
	return true;
}

/* Copies what is there, and nothing else. */
static void copy_terms(const struct wire_terms *from, struct wire_terms *to)
{
	to->has = from->has;
#define KEY(name, kind)                                                                            \
	if (wire_has(from, WIRE_KEY_##name))                                                       \
		memcpy(&to->name, &from->name, sizeof(to->name));
#include "wire/keys.def"
#undef KEY
	to->member_count = from->member_count;
	memcpy(to->members, from->members, from->member_count * sizeof(from->members[0]));
}

bool wire_terms_is(const char *body, size_t size)
{
	size_t line = FIRST_LINE_SIZE - 1;
	return size >= line && memcmp(body, FIRST_LINE, line) == 0 &&
	       (size == line || body[line] == '\n');
}

bool wire_terms_decode(const char *body, size_t size, struct wire_terms *ret_terms)
{
	struct wire_terms t;
	if (!wire_terms_is(body, size))
		return false;
	wire_terms_init(&t);
	for (size_t at = FIRST_LINE_SIZE; at < size;) {
		const char *end = memchr(body + at, '\n', size - at);
		size_t line_size = end ? (size_t)(end - body) - at : size - at;
		if (!parse_line(body + at, line_size, &t))
			return false;
		at += line_size + 1;
	}
	copy_terms(&t, ret_terms);
	return true;
}

/* --- Writing --- */

static size_t put_number(char *out, uint64_t value)
{
	char reversed[NUMBER_MAX + 1];
	size_t size = 0;
	do {
		reversed[size++] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	for (size_t i = 0; i < size; i++)
		out[i] = reversed[size - 1 - i];
	return size;
}

static size_t put_hex(char *out, uint64_t value)
{
	for (size_t i = HEX_MAX; i-- > 0; value >>= 4)
		out[i] = "0123456789abcdef"[value & 15];
	return HEX_MAX;
}

static size_t put_text(char *out, const char *text, size_t size)
{
	memcpy(out, text, size); /* cppcheck-suppress uninitvar */
	return size;
}

static size_t put_tick(char *out, const struct wire_tick_number *tick)
{
	size_t size = put_number(out, tick->epoch);
	out[size++] = ' ';
	return size + put_number(out + size, tick->number);
}

static size_t put_word(char *out, const char *word)
{
	/* A word that fills its field has its NUL, too. */
	const char *end = memchr(word, '\0', WIRE_WORD_MAX + 1);
	assert(end && wire_is_word(word, (size_t)(end - word)));
	return put_text(out, word, (size_t)(end - word));
}

static size_t put_place(char *out, const struct endpoint *e)
{
	char text[WIRE_PLACE_SIZE];
	assert(wire_endpoint_is_usable(e));
	return put_text(out, text, wire_format_place(e, text));
}

static size_t put_value(char *out, enum kind kind, const void *field)
{
	switch (kind) {
	case KIND_HEX:
		return put_hex(out, *(const uint64_t *)field);
	case KIND_NUMBER:
		assert(*(const uint64_t *)field <= INT64_MAX);
		return put_number(out, *(const uint64_t *)field);
	case KIND_TICK:
		return put_tick(out, field);
	case KIND_WORD:
		return put_word(out, field);
	case KIND_PLACE:
		break;
	}
	return put_place(out, field);
}

static size_t put_keys(char *out, const struct wire_terms *t)
{
	size_t size = 0;
	assert(t->has >> (WIRE_KEYS - 1) <= 1);
	for (unsigned k = 0; k < WIRE_KEYS; k++) {
		if (!wire_has(t, (enum wire_key)k))
			continue;
		size += put_text(out + size, keys[k].name, keys[k].name_size);
		out[size++] = ' ';
		size += put_value(out + size, keys[k].kind, (const char *)t + keys[k].offset);
		out[size++] = '\n';
	}
	return size;
}

static size_t put_member(char out[MEMBER_MAX], const struct wire_neighbour *m)
{
	size_t size = put_text(out, MEMBER " ", MEMBER_SIZE + 1);
	size += put_place(out + size, &m->endpoint);
	size += put_text(out + size, m->is_full ? " full " : " base ", strlen(" full "));
	size += decimal_put(out + size, m->free);
	out[size++] = ' ';
	size += decimal_put(out + size, m->room);
	out[size++] = ' ';
	size += put_number(out + size, m->delay_us);
	out[size++] = '\n';
	return size;
}

/* A line of `size` bytes. */
static size_t put_pad(char *out, size_t size)
{
	memcpy(out, PAD, PAD_SIZE);
	memset(out + PAD_SIZE, 'x', size - PAD_SIZE - 1);
	out[size - 1] = '\n';
	return size;
}

size_t wire_terms_encode(const struct wire_terms *t, size_t size_min, size_t size_max, char *out)
{
	assert(t->member_count <= WIRE_ENDPOINTS_SENT);
	assert(size_min <= size_max);
	size_t size = put_text(out, FIRST_LINE, FIRST_LINE_SIZE);
	size += put_keys(out + size, t);
	size_t without_last = size;
	assert(size <= size_max);
	for (size_t i = 0; i < t->member_count; i++) {
		char line[MEMBER_MAX];
		size_t line_size = put_member(line, &t->members[i]);
		if (line_size > size_max - size)
			break;
		without_last = size;
		size += put_text(out + size, line, line_size);
	}
	if (size >= size_min)
		return size;
	size_t pad = size_min - size < PAD_MIN ? PAD_MIN : size_min - size;
	/* Less than the shortest pad is missing, and there is not even room for that: where there
	 * are no members there always is. */
	if (pad > size_max - size) {
		size = without_last;
		pad = size_min - size;
	}
	return size + put_pad(out + size, pad);
}
