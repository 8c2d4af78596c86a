/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_COLLECT_NFT_H
#define RAMURE_COLLECT_NFT_H
/* nft.h - the ruleset of nftables, as nft(8) prints it, into rows of `chain` and `rule`. */
#include "collect/draft.h"
#include "doctor/snapshot.h"

#include <jansson.h>

/* What is needed beside a rule to understand it. */
struct nft_context {
	const json_t *sets;    /* By "FAMILY TABLE NAME": the elements of sets and maps. */
	const json_t *listing; /* Of nft_listing_parse. */
};

/* Reads the text of `nft -a -s -t list ruleset`, which says things that the JSON of some versions
 * does not, and says them as users know them. Gives an object (json_decref) with
 *     "rule FAMILY TABLE HANDLE": its text; "dormant FAMILY TABLE": true;
 *     "device FAMILY TABLE CHAIN": a list of names. */
json_t *nft_listing_parse(const char *text);

/* The tables, as an object with "FAMILY TABLE": true, that have rules of iptables which nft cannot
 * show: iptables-save has to be asked. The caller frees it (json_decref). */
json_t *nft_foreign_tables(const json_t *ruleset);

/* Adds what `nft -j list ruleset` printed, but the tables of `without`. */
void nft_read(struct snapshot *s, const json_t *ruleset, const json_t *listing,
	      const json_t *without);

/* What a rule's "expr" matches and does, into a draft that has its first columns. */
void nft_read_expressions(struct draft *d, const struct nft_context *c, const json_t *expressions);

#endif
