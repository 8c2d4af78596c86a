/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/probe_result.h"

#include <stdarg.h>
#include <string.h>

/* A set-up that takes longer is felt: a join is reported at once (RFC 3376 section 5.1), and a
 * switch or router that has heard it forwards at once. */
#define SETUP_MS_GOOD 1000

/* One lost datagram is an accident, a loss of more than this is none. */
#define LOSS_PERCENT_GOOD 1.0
/* Multicast loses more than unicast, if by more than so many points. */
#define LOSS_POINTS 3.0

struct subject {
	const struct probe_result *result;
	const struct pair *pair;
	struct judgements *to;
	char group[ENDPOINT_TEXT_SIZE];
};

static bool lives(const struct path_figures *f)
{
	return f->is_known && f->received > 0;
}

static bool is_dead(const struct path_figures *f)
{
	return f->is_known && f->received == 0;
}

/* Of what was sent after the first that came. */
static double loss_percent(const struct path_figures *f)
{
	uint32_t sent = f->sent - f->lost_first,
		 lost = f->lost > f->lost_first ? f->lost - f->lost_first : 0;
	return sent == 0 || lost < 2 ? 0 : 100.0 * lost / sent;
}

/* --- What can be wrong in one direction --- */

typedef bool test_direction(const struct subject *s, enum probe_direction d);

static bool multicast_fails(const struct subject *s, enum probe_direction d)
{
	return is_dead(&s->pair->paths[d][MULTICAST]) && lives(&s->pair->paths[d][UNICAST]);
}

static bool both_fail(const struct subject *s, enum probe_direction d)
{
	const struct path_figures *f = s->pair->paths[d];
	return is_dead(&f[MULTICAST]) && !lives(&f[UNICAST]);
}

static bool unicast_fails(const struct subject *s, enum probe_direction d)
{
	const struct path_figures *f = s->pair->paths[d];
	bool is_blocked = is_dead(&f[UNICAST]) || (!f[UNICAST].is_known && f[MULTICAST].is_known);
	return lives(&f[MULTICAST]) && is_blocked;
}

static bool is_late(const struct subject *s, enum probe_direction d)
{
	uint32_t setup_ms = s->pair->setup_ms[d];
	return lives(&s->pair->paths[d][MULTICAST]) && setup_ms != PROBE_NEVER &&
	       setup_ms >= SETUP_MS_GOOD;
}

static bool is_cut(const struct subject *s, enum probe_direction d)
{
	return lives(&s->pair->paths[d][MULTICAST]) &&
	       probe_size_limit(s->result, s->pair, d, MULTICAST).fails > 0;
}

static bool needs_ttl(const struct subject *s, enum probe_direction d)
{
	return probe_ttl_needed(s->result, s->pair, d) > 1;
}

static bool multicast_loses(const struct subject *s, enum probe_direction d)
{
	const struct path_figures *f = s->pair->paths[d];
	double loss = loss_percent(&f[MULTICAST]);
	return lives(&f[MULTICAST]) && loss > LOSS_PERCENT_GOOD &&
	       loss > loss_percent(&f[UNICAST]) + LOSS_POINTS;
}

static bool network_loses(const struct subject *s, enum probe_direction d)
{
	const struct path_figures *f = s->pair->paths[d];
	return lives(&f[MULTICAST]) && loss_percent(&f[MULTICAST]) > LOSS_PERCENT_GOOD &&
	       !multicast_loses(s, d);
}

static bool has_duplicates(const struct subject *s, enum probe_direction d)
{
	return s->pair->paths[d][MULTICAST].duplicates > 0;
}

static bool is_reordered(const struct subject *s, enum probe_direction d)
{
	return s->pair->paths[d][MULTICAST].reordered > 0;
}

/* --- What is said about it --- */

__attribute__((format(printf, 2, 3))) static void say(struct judgement *j, const char *format, ...)
{
	va_list arguments;
	size_t used = strlen(j->text);
	va_start(arguments, format);
	(void)vsnprintf(j->text + used, sizeof(j->text) - used, format, arguments);
	va_end(arguments);
}

/* Where the receiving end is. */
static const char *receiver(const struct subject *s, enum probe_direction d)
{
	return d == TO ? s->pair->name : "this host";
}

static void run_there(const struct subject *s, struct judgement *j, enum probe_direction d)
{
	(void)snprintf(j->next, sizeof(j->next), "on %s: mcastdoctor %s", receiver(s, d), s->group);
}

static void say_multicast_fails(const struct subject *s, struct judgement *j,
				enum probe_direction d)
{
	uint8_t hops = s->pair->paths[d][UNICAST].hops_min;
	run_there(s, j, d);
	if (hops != HOPS_UNKNOWN && hops > 0 && hops >= s->result->options.ttl) {
		say(j, "; unicast crosses %u router%s, so a TTL of %u is too small", hops,
		    hops > 1 ? "s" : "", s->result->options.ttl);
		(void)snprintf(j->next, sizeof(j->next), "mcastdoctor probe %s --ttl %u", s->group,
			       hops + 1U);
	} else if (hops != HOPS_UNKNOWN && hops > 0) {
		say(j,
		    "; unicast crosses %u router%s: likely multicast is not routed there (PIM, "
		    "smcroute), or a firewall drops it",
		    hops, hops > 1 ? "s" : "");
	} else {
		say(j,
		    "; they are on one subnet: likely a firewall at %s, or a switch or bridge "
		    "that snoops IGMP or MLD without a querier",
		    receiver(s, d));
	}
}

static void say_both_fail(const struct subject *s, struct judgement *j, enum probe_direction d)
{
	say(j, "; likely a firewall at %s, or no route to it", receiver(s, d));
	run_there(s, j, d);
}

static void say_unicast_fails(const struct subject *s, struct judgement *j, enum probe_direction d)
{
	say(j, "; likely a firewall at %s that lets the group in alone", receiver(s, d));
}

static void say_late(const struct subject *s, struct judgement *j, enum probe_direction d)
{
	say(j,
	    " %.1f s; likely a switch, bridge or router that forwards after its next query or "
	    "join only",
	    s->pair->setup_ms[d] / 1000.0);
	(void)snprintf(j->next, sizeof(j->next), "on %s: mcastdoctor watch %s", receiver(s, d),
		       s->group);
}

static void say_cut(const struct subject *s, struct judgement *j, enum probe_direction d)
{
	struct size_limit limit = probe_size_limit(s->result, s->pair, d, MULTICAST);
	struct size_limit unicast = probe_size_limit(s->result, s->pair, d, UNICAST);
	say(j, " %u bytes (%u of them come, %u do not); ", limit.fails, limit.works, limit.fails);
	if (unicast.fails > 0 && unicast.fails <= limit.fails)
		say(j, "unicast is cut as well: a link on the way has a smaller MTU, and no ICMP "
		       "is sent about multicast (RFC 1122 section 3.2.2)");
	else
		say(j, "unicast is not: likely a firewall that drops fragments of multicast, or a "
		       "tunnel on its way");
	(void)snprintf(j->next, sizeof(j->next), "send at most %u bytes", limit.works);
}

static void say_ttl(const struct subject *s, struct judgement *j, enum probe_direction d)
{
	say(j, " %u; programs send with TTL 1 unless told otherwise (IP_MULTICAST_TTL)",
	    probe_ttl_needed(s->result, s->pair, d));
}

static void say_loss(const struct subject *s, struct judgement *j, enum probe_direction d)
{
	const struct path_figures *f = s->pair->paths[d];
	say(j,
	    " %.1f %%, and unicast %.1f %%; likely wireless (multicast is not repeated there), "
	    "or a switch or firewall that limits its rate",
	    loss_percent(&f[MULTICAST]), loss_percent(&f[UNICAST]));
	run_there(s, j, d);
}

static void say_network_loss(const struct subject *s, struct judgement *j, enum probe_direction d)
{
	const struct path_figures *f = s->pair->paths[d];
	say(j,
	    ": multicast %.1f %%, unicast %.1f %%; likely a congested or bad link, or a full "
	    "receive buffer",
	    loss_percent(&f[MULTICAST]), loss_percent(&f[UNICAST]));
}

static void say_duplicates(const struct subject *s, struct judgement *j, enum probe_direction d)
{
	const struct path_figures *f = &s->pair->paths[d][MULTICAST];
	say(j,
	    ", %u of %u; likely two routers that forward the group to one subnet, or a loop of "
	    "bridges",
	    f->duplicates, f->received);
}

static void say_reordered(const struct subject *s, struct judgement *j, enum probe_direction d)
{
	const struct path_figures *f = &s->pair->paths[d][MULTICAST];
	say(j, ", %u of %u; likely several links that share the load", f->reordered, f->received);
}

/* The most likely to matter first. What is said begins with `text` and the direction. */
static const struct {
	const char *cause;
	bool is_failure;
	test_direction *is_so;
	const char *text, *after; /* Before and after the direction. */
	void (*say_more)(const struct subject *s, struct judgement *j, enum probe_direction d);
} rules[] = {
	{"multicast-fails", true, multicast_fails, "unicast works and multicast does not", "",
	 say_multicast_fails},
	{"nothing-arrives", true, both_fail, "neither multicast nor unicast arrives", "",
	 say_both_fail},
	{"late", true, is_late, "multicast works", " only after", say_late},
	{"size", true, is_cut, "multicast works", " only below", say_cut},
	{"loss", true, multicast_loses, "multicast loses more than unicast", ":", say_loss},
	{"network-loss", true, network_loses, "the network loses datagrams", "", say_network_loss},
	{"unicast-fails", false, unicast_fails, "multicast works and unicast does not", "",
	 say_unicast_fails},
	{"ttl", false, needs_ttl, "multicast works", " only from TTL", say_ttl},
	{"duplicates", false, has_duplicates, "multicast comes more than once", "", say_duplicates},
	{"reordering", false, is_reordered, "multicast comes out of order", "", say_reordered},
};

static struct judgement *add(struct judgements *to, const char *cause, bool is_failure)
{
	if (to->count == JUDGEMENTS_MAX)
		to->count--;
	struct judgement *j = &to->list[to->count++];
	*j = (struct judgement){
		.cause = cause, .direction = "", .name = "", .is_failure = is_failure};
	return j;
}

static void judge_pair(const struct subject *s)
{
	static const char *const names[] = {"", "to", "from", "both"};
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		bool to = rules[i].is_so(s, TO), from = rules[i].is_so(s, FROM);
		if (!to && !from)
			continue;
		struct judgement *j = add(s->to, rules[i].cause, rules[i].is_failure);
		j->direction = names[to + 2 * from];
		j->name = s->pair->name;
		say(j, "%s%s%s%s%s%s", rules[i].text, to ? " to " : "", to ? s->pair->name : "",
		    to && from ? " and" : "", from ? " from " : "", from ? s->pair->name : "");
		say(j, "%s", rules[i].after);
		rules[i].say_more(s, j, to ? TO : FROM);
	}
}

static void judge_silence(const struct probe_result *r, const char *group, struct judgements *to)
{
	for (unsigned i = 0; i < r->silent_count; i++) {
		char address[ADDRESS_TEXT_SIZE];
		struct judgement *j = add(to, "silent", false);
		endpoint_format_address(&r->silent[i], address);
		if (r->is_refused[i])
			say(j, "%s is there, and nothing listens at its port %u", address,
			    r->silent[i].port);
		else
			say(j,
			    "%s did not answer: is mcastdoctor listen started there, and does a "
			    "firewall drop UDP port %u?",
			    address, r->silent[i].port);
		(void)snprintf(j->next, sizeof(j->next), "on %s: mcastdoctor listen %s", address,
			       group);
	}
	if (r->pair_count > 0 || r->silent_count > 0)
		return;
	struct judgement *j = add(to, "nobody", false);
	say(j, "nobody answered: either no listener runs, or multicast fails in both directions; "
	       "name its host with --to, and unicast will tell");
	(void)snprintf(j->next, sizeof(j->next), "on another host: mcastdoctor listen %s", group);
}

/* One listener that does not hear another. */
static void judge_matrix(const struct probe_result *r, struct judgements *to)
{
	for (unsigned i = 1; i <= r->pair_count; i++)
		for (unsigned k = 1; k <= r->pair_count; k++) {
			const struct matrix_cell *cell = &r->matrix[i][k];
			if (i == k || !cell->is_known || cell->received > 0)
				continue;
			struct judgement *j = add(to, "between-listeners", true);
			j->name = r->pairs[i - 1].name;
			say(j, "%s does not hear the multicast of %s", r->pairs[i - 1].name,
			    r->pairs[k - 1].name);
		}
}

static bool knows_multicast(const struct pair *pair)
{
	return pair->paths[TO][MULTICAST].is_known && pair->paths[FROM][MULTICAST].is_known;
}

static void conclude(const struct probe_result *r, struct judgements *j)
{
	size_t failures = 0;
	unsigned known = 0;
	const char *first = "";
	for (size_t i = 0; i < j->count; i++)
		if (j->list[i].is_failure && failures++ == 0)
			first = j->list[i].text;
	for (unsigned i = 0; i < r->pair_count; i++)
		known += knows_multicast(&r->pairs[i]);
	if (failures > 0) {
		j->verdict = VERDICT_DOES_NOT;
		int size = (int)strcspn(first, ";");
		(void)snprintf(j->text, sizeof(j->text), "does not work: %.*s", size, first);
	} else if (r->pair_count == 0 || known < r->pair_count) {
		j->verdict = VERDICT_CANNOT_TELL;
		(void)snprintf(j->text, sizeof(j->text), "cannot tell: %s",
			       r->pair_count == 0 ? "nobody answered"
						  : "not both directions could be measured");
	} else {
		j->verdict = VERDICT_WORKS;
		(void)snprintf(j->text, sizeof(j->text),
			       "works: multicast to and from %u listener%s", r->pair_count,
			       r->pair_count > 1 ? "s" : "");
	}
}

void probe_judge(const struct probe_result *result, struct judgements *ret_judgements)
{
	struct subject s = {.result = result, .to = ret_judgements};
	struct endpoint group = result->options.group;
	*ret_judgements = (struct judgements){0};
	endpoint_format(&group, s.group);
	for (unsigned i = 0; i < result->pair_count; i++) {
		s.pair = &result->pairs[i];
		judge_pair(&s);
	}
	judge_matrix(result, ret_judgements);
	judge_silence(result, s.group, ret_judgements);
	conclude(result, ret_judgements);
}
