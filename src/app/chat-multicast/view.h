/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_CHAT_VIEW_H
#define RAMURE_APP_CHAT_VIEW_H
/* view.h - where a chat shows its lines: plainly on standard output, or around a line editor in a
 * terminal. */
#include "chat/conversation.h"

struct view;

struct view_operations {
	/* A line of the room. Shown at the latest by flush. */
	void (*show)(struct view *v, const struct heard *heard);
	/* What the user asked for (/who, /help), one line. */
	void (*reply)(struct view *v, struct piece text);
	/* Something about the program: joined, interface down, a refused command. One line. */
	void (*notice)(struct view *v, const char *text, size_t size);
	/* Shows what was collected. False if nobody can see it any more (a closed pipe, a terminal
	 * hung up). */
	bool (*flush)(struct view *v);
	/* False while nothing more can be shown, since what was shown is not taken: then neither
	 * messages nor input are handed in. Room is for any one of them. */
	bool (*has_room)(const struct view *v);
	/* True when all that was shown has been taken. */
	bool (*is_drained)(const struct view *v);
};

struct view {
	const struct view_operations *operations;
};

#endif
