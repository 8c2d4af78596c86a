/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "doctor/firewall.h"

#include "doctor/match.h"

#include <stdlib.h>
#include <string.h>

#define JUMPS_MAX 16     /* As the kernel has it (NFT_JUMP_STACK_SIZE); more are not loaded. */
#define STEPS_MAX 200000 /* Of a walk; beyond them nothing is certain. */

/* --- Finding the rules of a chain --- */

static bool is_of(const struct seen_rule *r, const struct seen_chain *c)
{
	return strcmp(r->chain, c->name) == 0 && strcmp(r->table, c->table) == 0 &&
	       strcmp(r->family, c->family) == 0 && strcmp(r->tool, c->tool) == 0;
}

/* The index of the chain of that name in the table of `like`, from 1; 0: there is none. */
static size_t chain_named(const struct snapshot *s, const struct seen_rule *like, const char *name)
{
	for (size_t c = 0; c < s->chain_count; c++)
		if (strcmp(s->chain[c].name, name) == 0 &&
		    strcmp(s->chain[c].table, like->table) == 0 &&
		    strcmp(s->chain[c].family, like->family) == 0 &&
		    strcmp(s->chain[c].tool, like->tool) == 0)
			return c + 1;
	return 0;
}

void firewall_init(struct firewall *f, const struct snapshot *s)
{
	f->s = s;
	f->first = calloc(s->chain_count + 1, sizeof(*f->first));
	f->next = calloc(s->rule_count + 1, sizeof(*f->next));
	f->target = calloc(s->rule_count + 1, sizeof(*f->target));
	size_t *last = calloc(s->chain_count + 1, sizeof(*last));
	if (!f->first || !f->next || !f->target || !last)
		abort();
	size_t c = 0; /* Rules of a chain mostly follow each other. */
	for (size_t r = 0; r < s->rule_count; r++) {
		if (c == 0 || !is_of(&s->rule[r], &s->chain[c - 1]))
			c = chain_named(s, &s->rule[r], s->rule[r].chain);
		if (c == 0)
			continue;
		if (s->rule[r].target[0])
			f->target[r] = chain_named(s, &s->rule[r], s->rule[r].target);
		if (last[c - 1])
			f->next[last[c - 1] - 1] = r + 1;
		else
			f->first[c - 1] = r + 1;
		last[c - 1] = r + 1;
	}
	free(last);
}

void firewall_done(struct firewall *f)
{
	free(f->first);
	free(f->next);
	free(f->target);
}

/* --- Walking --- */

struct walk {
	const struct firewall *firewall;
	const struct packet *packet;
	const struct seen_rule *without;
	unsigned steps;
	bool may_be_accepted; /* A rule that perhaps matched would have accepted it. */
	bool is_dropped;
	struct drop drop; /* The first certain one, else the first. */
};

enum outcome { GO_ON, ACCEPTED, DROPPED };

static void record(struct walk *w, const struct seen_rule *rule, bool is_certain)
{
	is_certain = is_certain && !w->may_be_accepted;
	if (w->is_dropped && (w->drop.is_certain || !is_certain))
		return;
	w->is_dropped = true;
	w->drop.rule = rule;
	w->drop.is_certain = is_certain;
}

static enum outcome walk_chain(struct walk *w, size_t chain, int depth, bool is_certain);

static bool drops(const struct seen_rule *r)
{
	return strcmp(r->verdict, "drop") == 0 || strcmp(r->verdict, "reject") == 0;
}

static bool accepts(const struct seen_rule *r)
{
	return strcmp(r->verdict, "accept") == 0;
}

/* What a rule that matches does, surely or perhaps. */
static enum outcome act(struct walk *w, const struct seen_rule *r, int depth, bool is_certain)
{
	if (drops(r)) {
		record(w, r, is_certain);
		return is_certain ? DROPPED : GO_ON;
	}
	if (accepts(r)) {
		w->may_be_accepted = w->may_be_accepted || !is_certain;
		return is_certain ? ACCEPTED : GO_ON;
	}
	size_t target = w->firewall->target[r - w->firewall->s->rule];
	if (target == 0 || depth >= JUMPS_MAX)
		return GO_ON;
	return walk_chain(w, target - 1, depth + 1, is_certain);
}

/* True if after this rule, if it matches, the others of its chain are not met. */
static bool leaves_chain(const struct seen_rule *r)
{
	return strcmp(r->verdict, "return") == 0 || strcmp(r->verdict, "goto") == 0;
}

static enum outcome walk_chain(struct walk *w, size_t chain, int depth, bool is_certain)
{
	const struct firewall *f = w->firewall;
	for (size_t at = f->first[chain]; at; at = f->next[at - 1]) {
		const struct seen_rule *r = &f->s->rule[at - 1];
		if (w->steps++ >= STEPS_MAX) {
			w->may_be_accepted = true;
			return GO_ON;
		}
		enum match match = r == w->without ? MATCH_NO : rule_match(r, w->packet);
		if (match == MATCH_NO || !r->verdict[0])
			continue;
		bool is_sure = is_certain && match == MATCH_YES;
		enum outcome outcome = GO_ON;
		if (strcmp(r->verdict, "return") != 0)
			outcome = act(w, r, depth, is_sure);
		if (outcome != GO_ON)
			return outcome;
		if (leaves_chain(r) && match == MATCH_YES)
			return GO_ON;
		/* What is left of this chain is met, or not. */
		if (leaves_chain(r))
			is_certain = false;
		/* Within a doubtful jump, a certain verdict ends the chain all the same. */
		if (match == MATCH_YES && (drops(r) || accepts(r)))
			return GO_ON;
	}
	return GO_ON;
}

/* --- Which chains a packet meets --- */

static bool meets_hook(const struct seen_chain *c, const struct packet *p, const char *hook)
{
	bool is_bridge = strcmp(c->family, "bridge") == 0;
	bool is_netdev = strcmp(hook, "ingress") == 0 || strcmp(hook, "egress") == 0;
	const char *own = p->family == 4 ? "ip" : "ip6";
	if (strcmp(c->hook, hook) != 0)
		return false;
	if (is_netdev)
		return p->way != WAY_THROUGH &&
		       (!c->device[0] || strcmp(c->device, p->device) == 0);
	if (is_bridge)
		return p->is_at_bridge;
	return p->way != WAY_THROUGH &&
	       (strcmp(c->family, own) == 0 || strcmp(c->family, "inet") == 0);
}

static bool walk_base(const struct firewall *f, const struct packet *p, size_t chain,
		      const struct seen_rule *without, struct drop *ret_drop)
{
	const struct seen_chain *c = &f->s->chain[chain];
	struct walk w = {.firewall = f, .packet = p, .without = without, .drop = {.chain = c}};
	enum outcome outcome = walk_chain(&w, chain, 0, true);
	if (outcome == GO_ON && strcmp(c->policy, "drop") == 0)
		record(&w, NULL, true);
	*ret_drop = w.drop;
	return w.is_dropped;
}

static bool comes_after(const struct seen_chain *all, size_t a, size_t b)
{
	if (all[a].priority != all[b].priority)
		return all[b].priority > all[a].priority;
	return b > a;
}

/* The chain of that hook that comes after `last` (-1: none yet) by priority, then by place. */
static size_t next_chain(const struct firewall *f, const struct packet *p, const char *hook,
			 size_t last)
{
	const struct seen_chain *all = f->s->chain;
	size_t best = SIZE_MAX;
	for (size_t c = 0; c < f->s->chain_count; c++) {
		if (!meets_hook(&all[c], p, hook))
			continue;
		if (last != SIZE_MAX && !comes_after(all, last, c))
			continue;
		if (best == SIZE_MAX || all[c].priority < all[best].priority)
			best = c;
	}
	return best;
}

size_t firewall_walk(const struct firewall *f, const struct packet *p,
		     const struct seen_rule *without, struct drop ret_drops[DROPS_MAX])
{
	static const char *const hooks[][4] = {
		[WAY_IN] = {"ingress", "prerouting", "input"},
		[WAY_OUT] = {"output", "postrouting", "egress"},
		[WAY_THROUGH] = {"prerouting", "forward", "postrouting"},
	};
	size_t count = 0;
	for (size_t h = 0; h < 3; h++) {
		size_t chain = SIZE_MAX;
		while (count < DROPS_MAX &&
		       (chain = next_chain(f, p, hooks[p->way][h], chain)) != SIZE_MAX)
			count += walk_base(f, p, chain, without, &ret_drops[count]);
	}
	return count;
}
