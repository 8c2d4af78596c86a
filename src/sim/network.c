/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/network.h"

#include <assert.h>

/* --- The chain --- */

static void put(struct network *n, bool is_on, void (*forward)(void *stage, struct packet *p),
		void *stage)
{
	if (is_on)
		n->chain[n->chain_length++] = (struct network_link){forward, stage};
}

/* The stages that are on, in the order of network.h. */
static void build_chain(struct network *n)
{
	const struct network_config *c = &n->config;
	n->chain_length = 0;
	put(n, c->bandwidth_bits_per_s > 0, uplink_forward, &n->uplinks);
	put(n, n->cuts.lasting > 0, cuts_forward, &n->cuts);
	put(n, c->duplication > 0, duplication_forward, &n->duplication);
	put(n, c->loss > 0, loss_forward, &n->loss);
	put(n, c->burst_loss > 0, bursts_forward, &n->bursts);
	put(n, c->topology || c->delay_us > 0, c->topology ? way_forward_placed : way_forward,
	    &n->way);
	put(n, c->jitter_us > 0, jitter_forward, &n->jitter);
	put(n, c->reordering > 0 && c->reorder_by_us > 0, reordering_forward, &n->reordering);
}

/* Room for what is remembered of each host, where it is needed. */
static void fit(struct network *n)
{
	if (n->config.bandwidth_bits_per_s > 0) {
		access_fit(&n->uplinks, n->host_count);
		access_fit(&n->downlinks, n->host_count);
	}
	if (n->config.burst_loss > 0)
		bursts_fit(&n->bursts, n->host_count);
}

void network_set(struct network *n, const struct network_config *config)
{
	assert(config->topology == n->config.topology);
	assert(config->burst_loss <= 0 || (config->burst_loss < 1 && config->burst_length >= 1));
	n->config = *config;
	n->uplinks.bandwidth_bits_per_s = config->bandwidth_bits_per_s;
	n->uplinks.queue_bytes = config->queue_bytes;
	n->downlinks.bandwidth_bits_per_s = config->bandwidth_bits_per_s;
	n->downlinks.queue_bytes = config->queue_bytes;
	n->duplication.probability = config->duplication;
	n->loss.probability = config->loss;
	n->bursts.share = config->burst_loss;
	n->bursts.length = config->burst_length;
	n->way.delay_us = config->delay_us;
	n->jitter.max_us = config->jitter_us;
	n->reordering.probability = config->reordering;
	n->reordering.by_us = config->reorder_by_us;
	fit(n);
	build_chain(n);
}

void network_init(struct network *n, const struct network_config *config, uint64_t seed)
{
	*n = (struct network){.config.topology = config->topology};
	if (config->topology)
		placement_init(&n->placement, config->topology, config->last_mile_min_us,
			       config->last_mile_max_us, seed);
	n->way.placement = &n->placement;
	packet_random_init(&n->jitter.random, seed, CONCERN_JITTER);
	packet_random_init(&n->loss.random, seed, CONCERN_LOSS);
	concern_init(&n->duplication.random, seed, CONCERN_DUPLICATION);
	packet_random_init(&n->reordering.random, seed, CONCERN_REORDERING);
	concern_init(&n->bursts.random, seed, CONCERN_BURSTS);
	network_set(n, config);
}

void network_done(struct network *n)
{
	if (n->config.topology)
		placement_done(&n->placement);
	access_done(&n->uplinks);
	access_done(&n->downlinks);
	bursts_done(&n->bursts);
	cuts_done(&n->cuts);
}

void network_add_host(struct network *n)
{
	if (n->config.topology)
		placement_add(&n->placement);
	n->host_count++;
	fit(n);
}

/* --- Cuts --- */

unsigned network_cut(struct network *n, const uint8_t *sides, uint32_t count, bool is_one_way)
{
	unsigned cut = cuts_add(&n->cuts, sides, count, is_one_way);
	build_chain(n);
	return cut;
}

void network_heal(struct network *n, unsigned cut)
{
	cuts_end(&n->cuts, cut);
	build_chain(n);
}

bool network_is_cut(const struct network *n, uint32_t from, uint32_t to)
{
	return n->cuts.lasting > 0 && cuts_separate(&n->cuts, from, to);
}

/* --- Datagrams --- */

int64_t network_delay_us(const struct network *n, uint32_t from, uint32_t to)
{
	int64_t way_us = n->config.topology ? placement_delay_us(&n->placement, from, to) : 0;
	return way_us + n->config.delay_us;
}

unsigned network_send(struct network *n, struct time now, uint32_t from, uint32_t to, size_t size,
		      struct time ret_arrivals[NETWORK_COPIES_MAX])
{
	struct packet p = {.from = from, .to = to, .size = size, .copies = 1, .at = {now}};
	unsigned arrived = 0;
	for (unsigned i = 0; i < n->chain_length; i++)
		n->chain[i].forward(n->chain[i].stage, &p);
	for (unsigned i = 0; i < p.copies; i++)
		if (!time_is_never(p.at[i]))
			ret_arrivals[arrived++] = p.at[i];
	return arrived;
}

bool network_has_downlinks(const struct network *n)
{
	return n->config.bandwidth_bits_per_s > 0;
}

struct time network_receive(struct network *n, struct time now, uint32_t to, size_t size)
{
	return access_pass(&n->downlinks, now, to, size);
}
