/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* hello.c - says a line to a room, shows what the room says, and leaves after so many messages.
 *
 *     cc hello.c -o hello $(pkg-config --cflags --libs ramure)
 *     ./hello 224.1.1.1 bonjour 3          a room of the local network
 *     ./hello rdv:rp.example bonjour 3     a room over a tree
 */
#include <ramure.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct guest {
	struct ramure *room;
	const char *line;
	bool has_spoken;
	int left; /* Messages to wait for. */
};

static bool on_event(void *owner, const struct ramure_event *event)
{
	struct guest *g = owner;
	if (event->type == RAMURE_MESSAGE) {
		printf("%.*s\n", (int)event->size, event->bytes);
		g->left--;
	} else {
		printf("-- %s\n", event->text);
	}
	if (event->type == RAMURE_JOINED && !g->has_spoken)
		g->has_spoken = ramure_send(g->room, g->line, strlen(g->line)) == 0;
	fflush(stdout);
	return g->left > 0;
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: hello ROOM LINE MESSAGES\n");
		return 2;
	}
	struct guest guest = {.line = argv[2], .left = atoi(argv[3])};
	struct ramure_options options = RAMURE_OPTIONS_DEFAULT;
	struct ramure_error error;
	options.room = argv[1];
	if (ramure_join(&options, &guest.room, &error) != 0) {
		fprintf(stderr, "hello: %s\n", error.text);
		return 1;
	}
	ramure_run(guest.room, on_event, &guest);
	ramure_leave(guest.room);
	return 0;
}
