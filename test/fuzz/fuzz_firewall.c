/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* fuzz_firewall.c - what nft and iptables-save print, read into a snapshot, and judged.
 *
 * An input begins with a letter: `i`, then the text of iptables-save; or `n`, then the JSON of
 * `nft -j list ruleset`, a line `---`, and the text of `nft -a -s -t list ruleset`. */
#include "collect/iptables.h"
#include "collect/nft.h"
#include "doctor/finding.h"
#include "doctor/rules.h"
#include "fuzz.h"

#include <stdlib.h>

#define SEPARATOR "\n---\n"

static void read_nft(struct snapshot *s, char *text)
{
	char *listed = strstr(text, SEPARATOR);
	if (listed) {
		*listed = '\0';
		listed += sizeof(SEPARATOR) - 1;
	}
	json_t *ruleset = json_loads(text, 0, NULL);
	if (!ruleset)
		return;
	json_t *listing = nft_listing_parse(listed ? listed : "");
	json_t *foreign = nft_foreign_tables(ruleset);
	nft_read(s, ruleset, listing, foreign);
	json_decref(foreign);
	json_decref(listing);
	json_decref(ruleset);
}

/* The rows are walked through by a question of each family. */
static void judge(struct snapshot *s)
{
	static const char *const groups[] = {"239.1.1.1", "ff15::1"};
	struct findings findings;
	struct seen_host *host = snapshot_add_host(s);
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(host->asked_group, sizeof(host->asked_group), "%s", groups[i]);
		host->asked_port = 5000;
		rules_judge(s, &findings);
		CHECK(findings.count <= FINDINGS_MAX);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct snapshot s;
	if (size == 0)
		return 0;
	char *text = malloc(size);
	CHECK(text);
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	snapshot_init(&s);
	if (data[0] == 'i')
		iptables_read(&s, text,
			      &(struct iptables_source){.tool = "iptables", .family = "ip"});
	else
		read_nft(&s, text);
	judge(&s);
	snapshot_done(&s);
	free(text);
	return 0;
}
