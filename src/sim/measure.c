/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/measure.h"

#include "sim/tree.h"

#include <math.h>

void measure_init(struct measure *m, const struct world *world)
{
	*m = (struct measure){.world = world};
	histogram_init(&m->depth);
	histogram_init(&m->recovery_us);
	histogram_init(&m->outage_us);
	histogram_init(&m->join_us);
	recovery_init(&m->recovery, &m->outage_us);
	while (m->recovery.count < world->host_count)
		recovery_add_host(&m->recovery);
	served_init(&m->served, world, &m->recovery);
	traffic_init(&m->traffic, world, &m->join_us);
	delivery_init(&m->delivery, world, &m->delay_us);
	served_look(&m->served);
}

void measure_done(struct measure *m)
{
	served_done(&m->served);
	recovery_done(&m->recovery);
	traffic_done(&m->traffic);
	delivery_done(&m->delivery);
}

void measure_begin(struct measure *m)
{
	recovery_begin(&m->recovery);
	served_begin(&m->served);
	traffic_begin(&m->traffic);
	delivery_begin(&m->delivery);
	m->false_detachments = 0;
}

void measure_publish(struct measure *m, uint32_t source, char *ret_bytes, size_t size)
{
	delivery_publish(&m->delivery, source, ret_bytes, size);
}

void measure_fault(struct measure *m)
{
	recovery_fault(&m->recovery, m->world->now);
}

void measure_look(struct measure *m)
{
	served_look(&m->served);
}

/* --- What happens --- */

static void on_started(struct measure *m, uint32_t host)
{
	while (m->recovery.count <= host) {
		recovery_add_host(&m->recovery);
		served_add_host(&m->served);
		traffic_add_host(&m->traffic);
	}
	if (host == WORLD_RDV)
		return;
	traffic_on_started(&m->traffic, host);
	delivery_on_started(&m->delivery, host);
}

static void on_stopped(struct measure *m, uint32_t host)
{
	served_on_stopped(&m->served, host);
	if (host == WORLD_RDV)
		return;
	traffic_on_stopped(&m->traffic, host);
	delivery_on_stopped(&m->delivery, host);
}

/* True if a live child is dropped, or a live parent or candidate given up. */
static bool is_false_detachment(const struct world *w, const struct world_report *r, uint32_t peer)
{
	bool is_dropped = r->event == EVENT_CHILD_EXPIRED && world_parent(w, peer) == r->host;
	/* A leaf that refuses gives no answer that counts, and is given up rightly. [M11] */
	bool is_given_up = r->event == EVENT_UNREACHABLE && world_member(w, peer) &&
			   w->hosts[peer].children_max > 0;
	return (is_dropped || is_given_up) && !network_is_cut(&w->network, r->host, peer) &&
	       !network_is_cut(&w->network, peer, r->host);
}

static void on_event(struct measure *m, const struct world_report *r)
{
	uint32_t peer = world_find(m->world, &r->peer);
	if (r->event == EVENT_JOINED || r->event == EVENT_IS_ROOT)
		traffic_on_placed(&m->traffic, r->host);
	if (peer < m->world->host_count && is_false_detachment(m->world, r, peer))
		m->false_detachments++;
	served_on_event(&m->served, r->host, r->event, peer);
}

void measure_observe(struct measure *m, const struct world_report *r)
{
	switch (r->what) {
	case WORLD_STARTED:
		on_started(m, r->host);
		break;
	case WORLD_STOPPED:
		on_stopped(m, r->host);
		break;
	case WORLD_SENT:
		if (m->world->config.is_full)
			delivery_on_sent(&m->delivery, r->bytes, r->size);
		traffic_count(&m->traffic, r->host, world_find(m->world, &r->peer), r->bytes,
			      r->size);
		break;
	case WORLD_LOST:
		traffic_count(&m->traffic, r->host, m->world->host_count, r->bytes, r->size);
		break;
	case WORLD_EVENT:
		on_event(m, r);
		break;
	case WORLD_DELIVERED:
		delivery_on_delivered(&m->delivery, r->host, r->bytes, r->size);
		break;
	}
}

/* --- The figures --- */

/* Mean, median, 99th percentile and maximum, where they are wanted. */
struct keys {
	enum measure_key mean, p50, p99, max; /* MEASURES: not wanted. */
};

static void put(struct figures *f, enum measure_key key, double value)
{
	if (key != MEASURES)
		f->of[key] = value;
}

/* `scale` of what is in the histogram are one of what is reported. */
static void put_histogram(struct figures *f, const struct histogram *h, double scale,
			  struct keys keys)
{
	if (h->count == 0)
		return;
	put(f, keys.mean, h->sum / (double)h->count / scale);
	put(f, keys.p50, (double)histogram_percentile(h, 50) / scale);
	put(f, keys.p99, (double)histogram_percentile(h, 99) / scale);
	put(f, keys.max, (double)h->max / scale);
}

static void put_tree(struct measure *m, struct figures *f)
{
	struct tree tree;
	struct histogram per_mille;
	tree_init(&tree, m->world);
	histogram_init(&m->depth);
	histogram_init(&per_mille);
	for (uint32_t i = 0; i < tree.count; i++)
		histogram_add(&m->depth, (uint64_t)tree.depths[tree.order[i]]);
	put(f, MEASURE_NODES_RUNNING, tree.running);
	put(f, MEASURE_NODES_IN_TREE, tree.count);
	put(f, MEASURE_KNOWN_CYCLE, tree.in_cycle);
	put(f, MEASURE_KNOWN_BELOW, tree.below_cycle);
	put_histogram(f, &m->depth, 1,
		      (struct keys){MEASURE_DEPTH_MEAN, MEASURE_DEPTH_P50, MEASURE_DEPTH_P99,
				    MEASURE_DEPTH_MAX});
	put(f, MEASURE_TREE_COST, tree_cost_over_mst(&tree, MEASURE_MST_MAX));
	double stretch = tree_stretch(&tree, &per_mille);
	if (!isnan(stretch))
		put_histogram(f, &per_mille, 1000,
			      (struct keys){MEASURES, MEASURE_STRETCH_P50, MEASURE_STRETCH_P99,
					    MEASURE_STRETCH_MAX});
	put(f, MEASURE_STRETCH_MEAN, stretch);
	tree_stress(&tree, &f->of[MEASURE_STRESS_MEAN], &f->of[MEASURE_STRESS_MAX]);
	tree_done(&tree);
}

static void put_delivery(const struct measure *m, struct figures *f)
{
	const struct delivery *d = &m->delivery;
	put(f, MEASURE_MESSAGES, (double)d->published);
	if (d->published > 0)
		put(f, MEASURE_DUPLICATES, (double)d->duplicates);
	if (d->expected > 0)
		put(f, MEASURE_DELIVERY_RATIO, (double)d->received / (double)d->expected);
	put_histogram(f, &m->delay_us, US_PER_MS,
		      (struct keys){MEASURE_DELAY_MEAN, MEASURE_DELAY_P50, MEASURE_DELAY_P99,
				    MEASURE_DELAY_MAX});
}

static void put_recovery(struct measure *m, struct figures *f)
{
	uint32_t faults, open;
	histogram_init(&m->recovery_us);
	recovery_sum(&m->recovery, &m->recovery_us, &faults, &open);
	put(f, MEASURE_RECOVERY_FAULTS, faults);
	if (faults > 0)
		put(f, MEASURE_RECOVERY_OPEN, open);
	put_histogram(f, &m->recovery_us, US_PER_S,
		      (struct keys){MEASURES, MEASURE_RECOVERY_P50, MEASURE_RECOVERY_P99,
				    MEASURE_RECOVERY_MAX});
	put(f, MEASURE_OUTAGE_MEMBERS, (double)m->recovery.outages);
	put_histogram(f, &m->outage_us, US_PER_S,
		      (struct keys){MEASURES, MEASURE_OUTAGE_P50, MEASURE_OUTAGE_P99,
				    MEASURE_OUTAGE_MAX});
	put(f, MEASURE_FALSE_DETACHMENTS, (double)m->false_detachments);
	put(f, MEASURE_KNOWN_TWO_ROOTS, (double)m->served.second_roots);
}

static void put_traffic(const struct measure *m, struct figures *f)
{
	struct traffic_sum sum = traffic_sum(&m->traffic, m->served.root);
	put(f, MEASURE_CONTROL_MEAN, sum.mean);
	put(f, MEASURE_CONTROL_MAX, sum.max);
	put(f, MEASURE_CONTROL_ROOT_SHARE, sum.root_share);
	put(f, MEASURE_CONTROL_RDV, sum.rdv);
	put(f, MEASURE_BUSIEST_NODE, m->traffic.busiest_node);
	put(f, MEASURE_BUSIEST_RDV, m->traffic.busiest_rdv);
	put(f, MEASURE_JOINS, (double)m->join_us.count);
	put_histogram(f, &m->traffic.join_messages, 1,
		      (struct keys){MEASURE_JOIN_MESSAGES_MEAN, MEASURES, MEASURE_JOIN_MESSAGES_P99,
				    MEASURE_JOIN_MESSAGES_MAX});
	put_histogram(f, &m->join_us, US_PER_MS,
		      (struct keys){MEASURE_JOIN_TIME_MEAN, MEASURE_JOIN_TIME_P50,
				    MEASURE_JOIN_TIME_P99, MEASURE_JOIN_TIME_MAX});
}

void measure_figures(struct measure *m, struct figures *ret_figures)
{
	for (int i = 0; i < MEASURES; i++)
		ret_figures->of[i] = NAN;
	put_tree(m, ret_figures);
	put_delivery(m, ret_figures);
	put_recovery(m, ret_figures);
	put_traffic(m, ret_figures);
	put(ret_figures, MEASURE_RUN_TIME, (double)m->world->now.us / US_PER_S);
	put(ret_figures, MEASURE_RUN_EVENTS, (double)m->world->events);
	put(ret_figures, MEASURE_RUN_DATAGRAMS, (double)m->world->sent);
}
