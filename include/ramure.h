/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_H
#define RAMURE_H
/* ramure.h - group communication: what one sends, all receive.
 *
 * A program joins a group, sends datagrams to it, and takes what comes as events, all of it through
 * one file descriptor. Nothing blocks, no thread is started, no signal handler is set. One
 * membership is used by one thread at a time; several memberships know nothing of each other.
 *
 *     ramure_join -> ramure_next*
 *                 -> ( poll on ramure_fd -> ramure_step -> ramure_next* | ramure_send )*
 *                 -> ramure_leave
 *
 * Or, where the program has nothing else to wait for: ramure_join -> ramure_run -> ramure_leave.
 *
 * Errors of the environment are negative errno values, and a sentence for the user where a `struct
 * ramure_error` is lent.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The library's version, "MAJOR.MINOR.PATCH". */
const char *ramure_version(void);

/* The largest datagram that can be sent: 65,535 bytes less the IPv4 and UDP headers. */
#define RAMURE_SIZE_MAX 65507

/* A room that begins so is a tree: "rdv:HOST[:PORT]" names its rendezvous point. */
#define RAMURE_TREE_PREFIX "rdv:"

/* How to join. Fill it with RAMURE_OPTIONS_DEFAULT first; what it points to is borrowed during
 * ramure_join. */
struct ramure_options {
	const char *room;      /* "224.1.1.1", "ff15::801:101", "ff12::801:101%eth0", "rdv:HOST". */
	const char *interface; /* Its name; NULL: the one in `room`, else a suitable one. */
	uint16_t port;         /* UDP port, 1 to 65535; a tree takes no notice of it. */
	int ttl;               /* IPv4 TTL or IPv6 hop limit, 0 to 255; not for a tree. */
	bool loop;             /* This host, this program included, hears it; a tree: true. */
	const char *const *sources; /* Hear only these addresses; NULL, a tree: everybody. */
	size_t source_count;        /* At most RAMURE_SOURCES_MAX. */
	const char *profile;        /* Of a tree: "full", "base"; NULL: full. */
};

#define RAMURE_SOURCES_MAX 64

#define RAMURE_OPTIONS_DEFAULT ((struct ramure_options){.port = 5000, .ttl = 1, .loop = true})

struct ramure_error {
	int code;       /* Negative errno; -EINVAL: the options ask for something impossible. */
	char text[400]; /* One line: what was tried, on what, what the system said, what to do. */
};

/* A membership of one group. */
struct ramure;

/* Joins. Gives a membership that ramure_leave frees; on failure a negative errno, `ret_error`
 * filled and `ret_ramure` untouched. An interface that is there but down is no failure:
 * RAMURE_LOST, then RAMURE_JOINED tell. */
int ramure_join(const struct ramure_options *options, struct ramure **ret_ramure,
		struct ramure_error *ret_error);

/* Leaves the group and frees the membership; NULL is allowed. */
void ramure_leave(struct ramure *r);

/* A descriptor that is readable when ramure_step has something to do. Valid until ramure_leave;
 * only to be polled. */
int ramure_fd(const struct ramure *r);

/* Does what is due, without blocking, and makes events. To be called when ramure_fd is readable,
 * once the events of the step before are taken: those not taken may be lost. */
void ramure_step(struct ramure *r);

enum ramure_event_type {
	RAMURE_MESSAGE, /* A datagram came. */
	RAMURE_JOINED,  /* The membership stands: the first event, and again after RAMURE_LOST. */
	RAMURE_LOST,    /* The interface went away: nothing is heard or sent until RAMURE_JOINED. */
};

enum ramure_origin {
	RAMURE_OTHER,   /* Somebody else's. */
	RAMURE_OWN,     /* Sent by this membership. */
	RAMURE_UNKNOWN, /* Either: a tree of the base profile does not tell. */
};

struct ramure_event {
	enum ramure_event_type type;
	const char *bytes;         /* MESSAGE: the payload, borrowed until the next ramure_step. */
	size_t size;               /* MESSAGE: its size, 0 to RAMURE_SIZE_MAX. */
	enum ramure_origin origin; /* MESSAGE: whether this membership has sent it. */
	struct sockaddr_storage sender; /* MESSAGE: where it came from. */
	const char *text; /* JOINED, LOST: a sentence for the user, borrowed like `bytes`. */
};

/* The next event; false when there is none until a next step. */
bool ramure_next(struct ramure *r, struct ramure_event *ret_event);

/* Waits, steps, and hands each event to `on_event`, until that returns false: a loop for programs
 * without one of their own. `on_event` may call ramure_send, not ramure_step, ramure_next or
 * ramure_leave; the event is borrowed during the call, `owner` is handed on as it is.
 *
 * 0 after `on_event` returned false; -EINTR after a signal handler ran while it waited. Either way
 * the membership goes on, and ramure_run may be called again. */
int ramure_run(struct ramure *r, bool (*on_event)(void *owner, const struct ramure_event *event),
	       void *owner);

/* Sends one datagram to the group. 0, or: -EAGAIN: not possible now (interface down or without
 * address, buffer full): nothing was sent, try again after a moment or the next RAMURE_JOINED;
 * -EMSGSIZE: larger than RAMURE_SIZE_MAX. */
int ramure_send(struct ramure *r, const void *bytes, size_t size);

/* True if what this membership sends comes back to it: not without `loop`, nor where `sources`
 * leaves out its own address. */
bool ramure_hears_itself(const struct ramure *r);

#ifdef __cplusplus
}
#endif

#endif
