/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "base/utf8.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

static bool is_surrogate(uint32_t c)
{
	return c >= 0xD800 && c <= 0xDFFF;
}

static void every_code_point_survives_encoding_and_decoding(void **state)
{
	(void)state;
	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		char bytes[UTF8_SIZE_MAX];
		uint32_t decoded = 0;
		if (is_surrogate(c))
			continue;
		size_t size = utf8_encode(c, bytes);
		assert_int_equal(size, c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4);
		assert_int_equal(utf8_decode(bytes, size, &decoded), size);
		assert_int_equal(decoded, c);
	}
}

static void bytes_after_a_code_point_do_not_matter(void **state)
{
	(void)state;
	for (int next = 0; next < 256; next++) {
		char bytes[] = {(char)0xF0, (char)0x9F, (char)0x8E, (char)0x89, (char)next};
		uint32_t c = 0;
		assert_int_equal(utf8_decode(bytes, sizeof(bytes), &c), 4);
		assert_int_equal(c, 0x1F389);
	}
}

/* The substitutions of maximal subparts that the Unicode standard shows: 15.0 section 3.9, tables
 * 3-8 (overlong), 3-9 (surrogates), 3-10 (other) and 3-11 (cut short), and the example of its
 * earlier versions. R is U+FFFD. */
static const struct {
	const char *bytes;
	const char *expected;
} substitutions[] = {
	{"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", "RRRRRRRRA"},
	{"\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", "RRRRRRRRA"},
	{"\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", "RRRRRARRB"},
	{"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", "RRRRA"},
	{"\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64", "aRRRbRcRRd"},
	{"\xF5\x80\x80\x80", "RRRR"},
	{"\xFE\xFF", "RR"},
	{"\xF8\x88\x80\x80\x80", "RRRRR"},
	{"\xC1\xBF", "RR"},
	{"\xF4\x8F\xBF", "R"},
	{"\xC2", "R"},
};

static void each_maximal_subpart_becomes_one_replacement(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(substitutions); i++) {
		const char *bytes = substitutions[i].bytes;
		size_t size = strlen(bytes), written = 0;
		char seen[32] = "";
		while (size > 0) {
			uint32_t c;
			size_t used = utf8_decode(bytes, size, &c);
			assert_in_range(used, 1, size);
			seen[written++] = c == UTF8_REPLACEMENT ? 'R' : (char)c;
			bytes += used;
			size -= used;
		}
		seen[written] = '\0';
		assert_string_equal(seen, substitutions[i].expected);
	}
}

/* Which sequences of two and three bytes begin a well-formed one longer than they are, found by
 * encoding everything. */
struct prefixes {
	bool two[1 << 16];
	bool three[1 << 24];
};

static size_t index_of(const char *bytes, size_t size)
{
	size_t index = 0;
	for (size_t i = 0; i < size; i++)
		index = index << 8 | (unsigned char)bytes[i];
	return index;
}

static struct prefixes *find_prefixes(void)
{
	struct prefixes *p = calloc(1, sizeof(*p));
	assert_non_null(p);
	for (uint32_t c = 0x800; c <= 0x10FFFF; c++) {
		char bytes[UTF8_SIZE_MAX];
		if (is_surrogate(c))
			continue;
		size_t size = utf8_encode(c, bytes);
		p->two[index_of(bytes, 2)] = true;
		if (size == 4)
			p->three[index_of(bytes, 3)] = true;
	}
	return p;
}

/* What is decoded either encodes to the same bytes, or is the longest beginning that could have
 * become something. */
static void check_decoding(const struct prefixes *p, const char *bytes, size_t size)
{
	uint32_t c = 0;
	char again[UTF8_SIZE_MAX];
	size_t used = utf8_decode(bytes, size, &c);
	assert_in_range(used, 1, size);
	if (utf8_encode(c, again) == used && memcmp(again, bytes, used) == 0) {
		assert_false(is_surrogate(c));
		assert_in_range(c, 0, 0x10FFFF);
		return;
	}
	assert_int_equal(c, UTF8_REPLACEMENT);
	size_t subpart = 1;
	if (size >= 2 && p->two[index_of(bytes, 2)])
		subpart = 2;
	if (subpart == 2 && size >= 3 && p->three[index_of(bytes, 3)])
		subpart = 3;
	assert_int_equal(used, subpart);
}

static void every_ill_formed_sequence_is_cut_at_its_maximal_subpart(void **state)
{
	static const unsigned char last_bytes[] = {0x00, 0x41, 0x7F, 0x80, 0x9A, 0xBF, 0xC0, 0xFF};
	struct prefixes *p = find_prefixes();
	(void)state;
	for (unsigned i = 0x80 << 16; i < 1 << 24; i++) {
		char bytes[4] = {(char)(i >> 16), (char)(i >> 8), (char)i};
		check_decoding(p, bytes, 3);
		if (i < 0xF00000 || i >= 0xF50000)
			continue;
		for (size_t j = 0; j < sizeof(last_bytes); j++) {
			bytes[3] = (char)last_bytes[j];
			check_decoding(p, bytes, 4);
		}
	}
	free(p);
}

static void every_truncation_reads_as_one_replacement(void **state)
{
	static const uint32_t samples[] = {0x80,   0x7FF,  0x800,   0xD7FF,  0xE000,
					   0xFFFD, 0xFFFF, 0x10000, 0x1F389, 0x10FFFF};
	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		char bytes[UTF8_SIZE_MAX];
		size_t size = utf8_encode(samples[i], bytes);
		for (size_t left = 1; left < size; left++) {
			/* On the heap, so that a sanitizer sees a read too far. */
			char *cut = malloc(left);
			uint32_t c = 0;
			assert_non_null(cut);
			memcpy(cut, bytes, left);
			assert_int_equal(utf8_decode(cut, left, &c), left);
			assert_int_equal(c, UTF8_REPLACEMENT);
			free(cut);
		}
	}
}

static void continuation_bytes_are_recognised(void **state)
{
	(void)state;
	for (int byte = 0; byte < 256; byte++)
		assert_int_equal(utf8_is_continuation((char)byte), byte >= 0x80 && byte <= 0xBF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_point_survives_encoding_and_decoding),
		cmocka_unit_test(bytes_after_a_code_point_do_not_matter),
		cmocka_unit_test(each_maximal_subpart_becomes_one_replacement),
		cmocka_unit_test(every_ill_formed_sequence_is_cut_at_its_maximal_subpart),
		cmocka_unit_test(every_truncation_reads_as_one_replacement),
		cmocka_unit_test(continuation_bytes_are_recognised),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
