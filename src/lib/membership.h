/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_LIB_MEMBERSHIP_H
#define RAMURE_LIB_MEMBERSHIP_H
/* membership.h - what the two kinds of membership have in common; for src/lib alone. */
#include "base/failure.h"
#include "net/loop.h"
#include "ramure.h"

struct membership_operations {
	/* Before each step: what was handed out is not borrowed any more. May be NULL. */
	void (*begin_step)(struct ramure *r);
	bool (*next)(struct ramure *r, struct ramure_event *ret_event);
	int (*send)(struct ramure *r, const void *bytes, size_t size);
	bool (*hears_itself)(const struct ramure *r);
	/* Leaves and frees all but the struct and its loop; of one that was opened in part, too. */
	void (*close)(struct ramure *r);
};

/* First in the struct of each kind. */
struct ramure {
	const struct membership_operations *operations;
	struct loop loop;                   /* Its descriptor is the one that the user polls. */
	bool has_notice;                    /* `notice` is an event that was not taken yet. */
	enum ramure_event_type notice_type; /* JOINED or LOST. */
	char notice[500];
};

/* Makes the sentence the next event. */
__attribute__((format(printf, 3, 4))) void membership_note(struct ramure *r,
							   enum ramure_event_type type,
							   const char *format, ...);

/* A membership's struct of `size` bytes with its loop, NULL if that cannot be had. */
void *membership_new(size_t size, const struct membership_operations *operations,
		     struct failure *failure);

/* Leaves, and frees the membership; one that was opened in part, too. */
void membership_free(struct ramure *r);

#endif
