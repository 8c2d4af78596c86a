/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* fuzz_snapshot.c - a snapshot from elsewhere, loaded, judged, reported, saved and loaded again. */
#include "doctor/report.h"
#include "fuzz.h"

static char *written(const struct snapshot *s, const struct findings *findings,
		     enum verdict verdict, bool as_json, size_t *ret_size)
{
	char *text = NULL;
	FILE *file = open_memstream(&text, ret_size);
	CHECK(file);
	if (as_json)
		report_write_json(file, s, findings, verdict);
	else
		report_write(file, s, findings, verdict,
			     &(struct report_options){.is_verbose = true});
	CHECK(fclose(file) == 0);
	return text;
}

/* Each line is safe on a terminal. */
static void check_lines(const char *text, size_t size)
{
	for (const char *line = text; line < text + size;) {
		const char *end = memchr(line, '\n', size - (size_t)(line - text));
		CHECK(end);
		check_safe(line, (size_t)(end - line));
		line = end + 1;
	}
}

static void check_findings(const struct findings *findings)
{
	CHECK(findings->count <= FINDINGS_MAX);
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *f = &findings->list[i];
		CHECK(i == 0 || f[-1].weight <= f->weight);
		CHECK(f->cause < CAUSE_COUNT && f->evidence[0] && f->where[0]);
		CHECK(!strpbrk(f->fix, ";|&$`<>()\"'\\\n*?[]#~!"));
	}
}

static void check_saved(const struct snapshot *s)
{
	char *text = NULL;
	size_t size = 0;
	struct snapshot again;
	struct failure failure = {0};
	FILE *file = open_memstream(&text, &size);
	CHECK(file && snapshot_save(s, file, &failure) == 0);
	CHECK(fclose(file) == 0);
	file = fmemopen(text, size, "r");
	snapshot_init(&again);
	CHECK(file && snapshot_load(&again, file, &failure) == 0);
	(void)fclose(file);
	CHECK(again.host_count == s->host_count && again.rule_count == s->rule_count);
	snapshot_done(&again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct snapshot s;
	struct failure failure = {0};
	struct findings findings;
	if (size == 0)
		return 0;
	FILE *file = fmemopen((void *)(uintptr_t)data, size, "r");
	CHECK(file);
	snapshot_init(&s);
	if (snapshot_load(&s, file, &failure) == 0) {
		rules_judge(&s, &findings);
		check_findings(&findings);
		enum verdict verdict = verdict_of(&s, &findings);
		for (int as_json = 0; as_json < 2; as_json++) {
			size_t text_size;
			char *text = written(&s, &findings, verdict, as_json, &text_size);
			check_lines(text, text_size);
			free(text);
		}
		check_saved(&s);
	} else {
		CHECK(failure.text[0]);
	}
	(void)fclose(file);
	snapshot_done(&s);
	return 0;
}
