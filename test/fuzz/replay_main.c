/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* replay_main.c - runs a fuzzer over each file of a directory, and over each beginning of the short
 * ones; prints TAP. Built with any compiler, so that a corpus is an ordinary test.
 *
 *     replay_NAME DIRECTORY
 */
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>

#define SHORT_SIZE ((size_t)512) /* Files up to that size are also tried cut short everywhere. */

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Hands over a copy of exactly that size, so that a sanitizer sees a read too far. */
static void run(const uint8_t *bytes, size_t size)
{
	uint8_t *copy = malloc(size > 0 ? size : 1);
	CHECK(copy);
	memcpy(copy, bytes, size);
	(void)LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static bool run_file(const char *directory, const char *name)
{
	static uint8_t bytes[1 << 20];
	char path[4096];
	(void)snprintf(path, sizeof(path), "%s/%s", directory, name);
	FILE *file = fopen(path, "rb");
	if (!file)
		return false;
	size_t size = fread(bytes, 1, sizeof(bytes), file);
	bool is_good = !ferror(file);
	(void)fclose(file);
	for (size_t cut = 0; cut < size && size <= SHORT_SIZE; cut++)
		run(bytes, cut);
	run(bytes, size);
	return is_good;
}

int main(int argc, char **argv)
{
	struct dirent **entries = NULL;
	int count = argc == 2 ? scandir(argv[1], &entries, is_visible, alphasort) : -1;
	bool is_good = count > 0;
	if (count <= 0) {
		(void)printf("Bail out! no corpus: %s\n",
			     argc == 2 ? argv[1] : "DIRECTORY missing");
		return 1;
	}
	(void)printf("1..%d\n", count);
	for (int i = 0; i < count; i++) {
		(void)fflush(stdout);
		bool ran = run_file(argv[1], entries[i]->d_name);
		(void)printf("%s %d - %s\n", ran ? "ok" : "not ok", i + 1, entries[i]->d_name);
		is_good &= ran;
		free(entries[i]);
	}
	free(entries);
	return is_good ? 0 : 1;
}
