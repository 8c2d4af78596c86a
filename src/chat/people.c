/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "chat/people.h"

#include <stdlib.h>
#include <string.h>

bool people_init(struct people *p)
{
	/* Pages of the table are touched only as it fills. */
	*p = (struct people){.list = calloc(PEOPLE_MAX, sizeof(*p->list))};
	return p->list != NULL;
}

void people_done(struct people *p)
{
	free(p->list);
	*p = (struct people){0};
}

static int compare(struct piece a, const struct person *b)
{
	size_t shorter = a.size < b->name_size ? a.size : b->name_size;
	int order = memcmp(a.text, b->name, shorter);
	return order != 0 ? order : (int)a.size - (int)b->name_size;
}

/* The first place whose name is not before `name`. */
static size_t find_place(const struct people *p, struct piece name)
{
	size_t low = 0, high = p->count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (compare(name, &p->list[middle]) > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct person *people_find(const struct people *p, struct piece name)
{
	size_t place = find_place(p, name);
	bool found = place < p->count && compare(name, &p->list[place]) == 0;
	return found ? &p->list[place] : NULL;
}

/* Finds a person or makes one; NULL if the table is full. */
static struct person *find_or_add(struct people *p, struct piece name, bool *ret_is_new)
{
	size_t place = find_place(p, name);
	struct person *person = &p->list[place];
	bool is_known = place < p->count && compare(name, person) == 0;
	*ret_is_new = !is_known && p->count < PEOPLE_MAX;
	if (is_known)
		return person;
	if (p->count == PEOPLE_MAX)
		return NULL;
	memmove(person + 1, person, (p->count - place) * sizeof(*person));
	p->count++;
	*person = (struct person){
		.name_size = (uint8_t)name.size,
		.heard_at = TIME_LONG_AGO,
		.named_at = TIME_LONG_AGO,
	};
	memcpy(person->name, name.text, name.size);
	return person;
}

bool people_hear(struct people *p, struct piece name, struct time now)
{
	bool is_new;
	struct person *person = find_or_add(p, name, &is_new);
	if (person)
		person->heard_at = now;
	return is_new;
}

bool people_name(struct people *p, struct piece name, struct time now)
{
	bool is_new;
	struct person *person = find_or_add(p, name, &is_new);
	if (person)
		person->named_at = now;
	return is_new;
}

void people_remove(struct people *p, struct piece name)
{
	struct person *person = people_find(p, name);
	if (!person)
		return;
	size_t after = (size_t)(p->list + p->count - person) - 1;
	memmove(person, person + 1, after * sizeof(*person));
	p->count--;
}

void people_forget_silent(struct people *p, struct time since)
{
	size_t kept = 0;
	for (size_t i = 0; i < p->count; i++) {
		const struct person *person = &p->list[i];
		if (person->heard_at.us >= since.us || person->named_at.us >= since.us)
			p->list[kept++] = *person;
	}
	p->count = kept;
}
