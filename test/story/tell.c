/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* clang-format off */
/* tell.c - plays stories (*.story): a scenario as text, with what has to happen in it.
 *
 * A story is read line by line:
 *
 *     # ...                      what it shows, with the numbers of the rules
 *     set KEY=VALUE ...          before the first start: refresh, guard, rdv-guard, retry,
 *                                root-cache,
 *                                held, delay (seconds); misses, tries, children, seed; profile
 *                                (base|full), and of the full one tick, ask, stale, patience,
 *                                improve
 *                                (seconds; 0: never), policy (closest|shallow|random), group,
 *                                accept-base, rdv-forgets (0|1); line (1: hosts lie on a line, and
 *                                it takes as long as they are apart, besides delay, to get there)
 *     start NAME [children=N] [at=SECONDS] [base]
 *                                a node on a new host, there on the line (0), where the profile is
 *                                full perhaps a base one; the rendezvous point `rp` runs already,
 *                                and is where the first host is
 *     stop NAME silent|closed    the host is gone, or the program alone (its host answers with
 *                                ICMP)
 *     leave NAME                 the program says that it stops, and is gone
 *     restart NAME               a new program on the same host
 *     improve NAME               it looks for a better place
 *     mute NAME                  from now on it passes no data on, and does all else as ever
 *     lose FROM TO TYPE [N]      the next N (1) such messages are lost; `*` is anybody, any type
 *     say NAME [#CHANNEL] TEXT   a user publishes
 *     want NAME [CHANNEL]...     from now on its user wants these channels alone
 *     forge NAME TO TYPE [BODY]  a message to TO that seems to come from NAME; \n in BODY is a line
 *                                feed
 *     show sent events prints    which lines the trace has from here on
 *     hide TYPE,TYPE...          messages that `sent` leaves out from here on; no type: none
 *     run SECONDS                time passes
 *     | LINE                     the trace since the last such lines must be exactly these;
 *                                `| ...` stands for any lines
 *
 * What messages of the full profile look like in a trace is in src/sim/describe.h. The result is
 * TAP: one test a file.
 */
/* clang-format on */
#include "sim/describe.h"
#include "sim/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRACE_MAX  4000
#define LINE_MAX   272
#define NAME_MAX   24
#define HOSTS_MAX  64
#define LOSSES_MAX 32
#define EXPECT_MAX 400

enum { SHOW_SENT = 1, SHOW_EVENTS = 2, SHOW_PRINTS = 4 };

struct planned_loss {
	char from[NAME_MAX], to[NAME_MAX], type[NAME_MAX];
	int left;
};

struct story {
	const char *path;
	int line_number;
	bool has_failed;
	struct world_config config;
	struct world world;
	bool is_begun; /* The world exists. */
	struct topology line;
	struct topology_point points[HOSTS_MAX]; /* Of its places. */
	char names[HOSTS_MAX][NAME_MAX];
	struct planned_loss losses[LOSSES_MAX];
	int loss_count;
	int show;
	char hidden[LINE_MAX]; /* Types, with a comma behind each. */
	char trace[TRACE_MAX][LINE_MAX];
	int trace_count;
	char expected[EXPECT_MAX][LINE_MAX];
	int expected_count;
	bool is_expecting; /* There were lines with `|`. */
};

static void fail(struct story *s, const char *what, const char *detail)
{
	if (!s->has_failed)
		printf("# %s:%d: %s: %s\n", s->path, s->line_number, what, detail);
	s->has_failed = true;
}

/* --- The trace --- */

static const char *name_of(const void *owner, const struct endpoint *e,
			   char text[ENDPOINT_TEXT_SIZE])
{
	const struct story *s = owner;
	uint32_t host = world_find(&s->world, e);
	if (host < s->world.host_count)
		return s->names[host];
	return endpoint_format(e, text);
}

/* The body of a message as the trace shows it: names of endpoints, or the payload. */
static void describe_body(const struct story *s, const char *bytes, size_t size, char *out)
{
	struct wire_message message;
	char text[ENDPOINT_TEXT_SIZE];
	size_t written = 0;
	out[0] = '\0';
	if (wire_decode(bytes, size, &message) != WIRE_GOOD)
		return;
	describe_message(&message, name_of, s, out, LINE_MAX / 2);
	if (message.type == WIRE_DATA)
		(void)snprintf(out, LINE_MAX / 2, " %.*s", (int)message.payload_size,
			       message.payload);
	for (size_t i = 0; i < message.count && written < LINE_MAX / 2; i++)
		written += (size_t)snprintf(out + written, LINE_MAX / 2 - written, " %s",
					    name_of(s, &message.endpoints[i], text));
}

/* Describes what happened, as the trace shows it. */
static void describe(const struct story *s, const struct world_report *r, char out[2 * LINE_MAX])
{
	char text[ENDPOINT_TEXT_SIZE], body[LINE_MAX];
	double at = (double)r->at.us / 1e6;
	const char *host = s->names[r->host], *peer = name_of(s, &r->peer, text);
	if (r->what == WORLD_EVENT) {
		(void)snprintf(out, 2 * LINE_MAX, "%.3f %s: %s %s", at, host, event_name(r->event),
			       peer);
	} else if (r->what == WORLD_DELIVERED) {
		(void)snprintf(out, 2 * LINE_MAX, "%.3f %s prints %.*s", at, host, (int)r->size,
			       r->bytes);
	} else {
		describe_body(s, r->bytes, r->size, body);
		(void)snprintf(out, 2 * LINE_MAX, "%.3f %s > %s %.4s%s%s", at, host, peer, r->bytes,
			       body, r->what == WORLD_LOST ? " (lost)" : "");
	}
}

static bool is_hidden(const struct story *s, const struct world_report *r)
{
	char type[6] = "";
	(void)snprintf(type, sizeof(type), "%.*s,", r->size < 4 ? (int)r->size : 4, r->bytes);
	return strstr(s->hidden, type) != NULL;
}

static void observe(void *owner, const struct world_report *r)
{
	struct story *s = owner;
	char line[2 * LINE_MAX];
	bool is_sent = r->what == WORLD_SENT || r->what == WORLD_LOST;
	bool shown = (is_sent && (s->show & SHOW_SENT) && !is_hidden(s, r)) ||
		     (r->what == WORLD_EVENT && (s->show & SHOW_EVENTS)) ||
		     (r->what == WORLD_DELIVERED && (s->show & SHOW_PRINTS));
	if (!shown || s->trace_count == TRACE_MAX)
		return;
	describe(s, r, line);
	(void)snprintf(s->trace[s->trace_count++], LINE_MAX, "%.*s", LINE_MAX - 1, line);
}

/* True if the expected lines from `e` on match the trace lines from `t` on. */
static bool matches(const struct story *s, int e, int t)
{
	if (e == s->expected_count)
		return t == s->trace_count;
	if (strcmp(s->expected[e], "...") == 0) {
		for (int skip = t; skip <= s->trace_count; skip++)
			if (matches(s, e + 1, skip))
				return true;
		return false;
	}
	return t < s->trace_count && strcmp(s->expected[e], s->trace[t]) == 0 &&
	       matches(s, e + 1, t + 1);
}

static void check(struct story *s)
{
	if (!s->is_expecting)
		return;
	s->is_expecting = false;
	if (!matches(s, 0, 0)) {
		fail(s, "the story went otherwise", "it was");
		for (int i = 0; i < s->trace_count; i++)
			printf("# | %s\n", s->trace[i]);
	}
	s->expected_count = s->trace_count = 0;
}

/* --- The words --- */

static uint32_t find_host(struct story *s, const char *name)
{
	for (uint32_t i = 0; i < s->world.host_count; i++)
		if (strcmp(s->names[i], name) == 0)
			return i;
	fail(s, "no such host", name);
	return 0;
}

static bool is_like(const char *pattern, const char *text)
{
	return strcmp(pattern, "*") == 0 || strncmp(pattern, text, NAME_MAX) == 0;
}

static bool lose(void *owner, uint32_t from, uint32_t to, const char *bytes, size_t size)
{
	struct story *s = owner;
	char type[5] = "";
	(void)snprintf(type, sizeof(type), "%.*s", size < 4 ? (int)size : 4, bytes);
	const char *target = to < s->world.host_count ? s->names[to] : "?";
	for (int i = 0; i < s->loss_count; i++) {
		struct planned_loss *l = &s->losses[i];
		if (l->left > 0 && is_like(l->from, s->names[from]) && is_like(l->to, target) &&
		    is_like(l->type, type)) {
			l->left--;
			return true;
		}
	}
	return false;
}

static void begin(struct story *s)
{
	if (s->is_begun)
		return;
	world_init(&s->world, &s->config);
	(void)snprintf(s->names[0], NAME_MAX, "rp");
	s->world.observe = observe;
	s->world.lose = lose;
	s->world.owner = s;
	s->is_begun = true;
}

/* Sets what has a word for a value; false: there is no such key, or no such word. */
static bool set_word(struct story *s, const char *key, const char *value)
{
	static const char *const policies[] = {"closest", "shallow", "random"};
	struct full_config *f = &s->config.full;
	if (strcmp(key, "profile") == 0) {
		s->config.is_full = strcmp(value, "full") == 0;
		return s->config.is_full || strcmp(value, "base") == 0;
	}
	if (strcmp(key, "group") == 0 && wire_is_word(value, strlen(value))) {
		wire_copy_word(f->group, value);
		return true;
	}
	for (int i = 0; strcmp(key, "policy") == 0 && i < 3; i++)
		if (strcmp(value, policies[i]) == 0) {
			f->policy = (enum policy)i; /* In the order of the enumeration. */
			return true;
		}
	return false;
}

/* The same for numbers. */
static bool set_number(struct story *s, const char *key, double number)
{
	struct member_config *m = &s->config.member;
	if (strcmp(key, "misses") == 0)
		m->misses = (unsigned)number;
	else if (strcmp(key, "tries") == 0)
		m->tries = (unsigned)number;
	else if (strcmp(key, "children") == 0)
		s->config.children_max = (unsigned)number;
	else if (strcmp(key, "seed") == 0)
		s->config.seed = (uint64_t)number;
	else if (strcmp(key, "accept-base") == 0)
		s->config.full.accept_base = number != 0;
	else if (strcmp(key, "rdv-forgets") == 0)
		s->config.rdv_forgets = number != 0;
	else if (strcmp(key, "line") == 0)
		s->config.network.topology = number != 0 ? &s->line : NULL;
	else
		return false;
	return true;
}

/* The same for times, in seconds. */
static bool set_time(struct story *s, const char *key, double number)
{
	struct member_config *m = &s->config.member;
	struct full_config *f = &s->config.full;
	const struct {
		const char *key;
		int64_t *us;
	} times[] = {
		{"refresh", &m->refresh_us},
		{"guard", &m->guard_us},
		{"retry", &m->retry_us},
		{"root-cache", &m->root_cache_us},
		{"held", &m->held_us},
		{"rdv-guard", &s->config.rdv_guard_us},
		{"delay", &s->config.network.delay_us},
		{"tick", &f->tick_us},
		{"ask", &f->ask_us},
		{"stale", &f->stale_us},
		{"patience", &f->patience_us},
		{"improve", &f->improve_us},
	};
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		if (strcmp(times[i].key, key) == 0) {
			*times[i].us = (int64_t)(number * 1e6);
			return true;
		}
	return false;
}

static void set(struct story *s, char *words)
{
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) {
		char *value = strchr(word, '=');
		if (value)
			*value++ = '\0';
		double number = value ? strtod(value, NULL) : 0;
		if (!value || !(set_word(s, word, value) || set_number(s, word, number) ||
				set_time(s, word, number)))
			fail(s, "cannot set", word);
	}
	struct full_config *f = &s->config.full;
	if (f->improve_max_us < f->improve_us)
		f->improve_max_us = f->improve_us;
}

/* The place that the next host will have; the line is where it is. */
static void put_on_line(struct story *s, double at)
{
	uint32_t place = s->world.network.placement.order[s->world.host_count - 1];
	s->points[place].x_us = (int32_t)(at * 1e6);
}

static void start(struct story *s, char *words)
{
	char *name = strtok(words, " "), *option;
	int children = -1;
	double at = 0;
	bool is_base = false, is_known = name && s->world.host_count < HOSTS_MAX;
	while (is_known && (option = strtok(NULL, " ")) != NULL) {
		bool is_word = strcmp(option, "base") == 0;
		is_base = is_base || is_word;
		is_known = is_word || sscanf(option, "children=%d", &children) == 1 ||
			   (s->config.network.topology && sscanf(option, "at=%lf", &at) == 1);
	}
	if (!is_known) {
		fail(s, "start wants NAME [children=N] [at=SECONDS] [base]", name ? name : "");
		return;
	}
	(void)snprintf(s->names[s->world.host_count], NAME_MAX, "%s", name);
	if (s->config.network.topology)
		put_on_line(s, at);
	if (is_base)
		(void)world_add_base(&s->world, children);
	else
		(void)world_add(&s->world, children);
}

static void stop(struct story *s, char *words)
{
	char *name = strtok(words, " "), *how = strtok(NULL, " ");
	bool silent = how && strcmp(how, "silent") == 0;
	if (!how || (!silent && strcmp(how, "closed") != 0))
		fail(s, "stop wants NAME silent|closed", name ? name : "");
	else
		world_stop(&s->world, find_host(s, name), silent ? WORLD_SILENT : WORLD_CLOSED);
}

static void add_loss(struct story *s, const char *words)
{
	struct planned_loss *l = &s->losses[s->loss_count];
	l->left = 1;
	if (s->loss_count == LOSSES_MAX ||
	    sscanf(words, "%23s %23s %23s %d", l->from, l->to, l->type, &l->left) < 3)
		fail(s, "lose wants FROM TO TYPE [N]", words);
	else
		s->loss_count++;
}

static void forge(struct story *s, char *words)
{
	char *from = strtok(words, " "), *to = strtok(NULL, " "), *type = strtok(NULL, " ");
	char *body = strtok(NULL, ""), bytes[LINE_MAX];
	if (!type) {
		fail(s, "forge wants NAME TO TYPE [BODY]", from ? from : "");
		return;
	}
	size_t size = (size_t)snprintf(bytes, sizeof(bytes), "%s\n", type);
	for (; body && *body && size < sizeof(bytes); body++) {
		bool is_escape = body[0] == '\\' && body[1] == 'n';
		bytes[size++] = is_escape ? '\n' : *body;
		body += is_escape ? 1 : 0;
	}
	world_inject(&s->world, &s->world.hosts[find_host(s, from)].self, find_host(s, to), bytes,
		     size);
}

static void say(struct story *s, char *words)
{
	char *name = strtok(words, " "), *text = strtok(NULL, "");
	unsigned channel = 0;
	if (text && sscanf(text, "#%u ", &channel) == 1)
		text += strcspn(text, " ") + 1;
	if (!text)
		fail(s, "say wants NAME [#CHANNEL] TEXT", name ? name : "");
	else
		world_publish_channel(&s->world, find_host(s, name), (uint16_t)channel, text,
				      strlen(text));
}

static void want(struct story *s, char *words)
{
	char *name = strtok(words, " "), *number;
	uint64_t wanted = 0;
	while ((number = strtok(NULL, " ")) != NULL)
		wanted |= wire_channel_bit((uint16_t)atoi(number));
	world_want(&s->world, find_host(s, name), wanted);
}

static void show(struct story *s, const char *words)
{
	s->show = (strstr(words, "sent") ? SHOW_SENT : 0) |
		  (strstr(words, "events") ? SHOW_EVENTS : 0) |
		  (strstr(words, "prints") ? SHOW_PRINTS : 0);
	s->trace_count = 0;
}

static void hide(struct story *s, const char *words)
{
	(void)snprintf(s->hidden, sizeof(s->hidden), "%s,", words);
}

static void obey(struct story *s, char *line)
{
	char *words = strchr(line, ' ');
	if (words)
		*words++ = '\0';
	else
		words = line + strlen(line);
	if (strcmp(line, "set") == 0) {
		if (s->is_begun)
			fail(s, "too late to set", words);
		set(s, words);
		return;
	}
	begin(s);
	if (strcmp(line, "start") == 0)
		start(s, words);
	else if (strcmp(line, "stop") == 0)
		stop(s, words);
	else if (strcmp(line, "leave") == 0)
		world_leave(&s->world, find_host(s, words));
	else if (strcmp(line, "improve") == 0)
		world_improve(&s->world, find_host(s, words));
	else if (strcmp(line, "mute") == 0)
		s->world.hosts[find_host(s, words)].is_black_hole = true;
	else if (strcmp(line, "restart") == 0)
		world_restart(&s->world, find_host(s, words));
	else if (strcmp(line, "lose") == 0)
		add_loss(s, words);
	else if (strcmp(line, "forge") == 0)
		forge(s, words);
	else if (strcmp(line, "say") == 0)
		say(s, words);
	else if (strcmp(line, "want") == 0)
		want(s, words);
	else if (strcmp(line, "show") == 0)
		show(s, words);
	else if (strcmp(line, "hide") == 0)
		hide(s, words);
	else if (strcmp(line, "run") == 0)
		world_run(&s->world, (int64_t)(strtod(words, NULL) * 1e6));
	else
		fail(s, "no such word", line);
}

static void read_line(struct story *s, char *line)
{
	line[strcspn(line, "\n")] = '\0';
	if (line[0] == '|') {
		s->is_expecting = true;
		if (line[1] == '\0')
			return;
		if (s->expected_count == EXPECT_MAX)
			fail(s, "too many lines", "split the story");
		else
			(void)snprintf(s->expected[s->expected_count++], LINE_MAX, "%.*s",
				       LINE_MAX - 1, line[1] == ' ' ? line + 2 : line + 1);
		return;
	}
	if (line[0] == '#' || line[0] == '\0')
		return;
	check(s);
	obey(s, line);
}

static bool tell(const char *path)
{
	struct story *s = calloc(1, sizeof(*s));
	FILE *file = fopen(path, "r");
	char line[1024];
	if (!s || !file) {
		printf("# %s: cannot be read\n", path);
		free(s);
		return false;
	}
	*s = (struct story){.path = path,
			    .show = SHOW_SENT | SHOW_EVENTS | SHOW_PRINTS,
			    .config.full = FULL_CONFIG_DEFAULT,
			    .line.kind = TOPOLOGY_PLANE,
			    .line.place_count = HOSTS_MAX};
	s->line.points = s->points;
	char defaults[] =
		"refresh=120 guard=180 rdv-guard=180 retry=1 root-cache=60 held=60 delay=0.010 "
		"misses=3 tries=3 children=3 seed=1";
	set(s, defaults);
	while (!s->has_failed && fgets(line, sizeof(line), file)) {
		s->line_number++;
		read_line(s, line);
	}
	check(s);
	(void)fclose(file);
	if (s->is_begun)
		world_done(&s->world);
	bool is_good = !s->has_failed;
	free(s);
	return is_good;
}

int main(int argc, char **argv)
{
	int failed = 0;
	printf("1..%d\n", argc - 1);
	for (int i = 1; i < argc; i++) {
		const char *name = strrchr(argv[i], '/');
		bool is_good = tell(argv[i]);
		printf("%sok %d - %s\n", is_good ? "" : "not ", i, name ? name + 1 : argv[i]);
		failed += !is_good;
	}
	return failed > 0;
}
