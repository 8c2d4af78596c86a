/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "sim/describe.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

/* By the last number of its address. */
static const char *name(const void *owner, const struct endpoint *e, char text[ENDPOINT_TEXT_SIZE])
{
	(void)owner;
	(void)snprintf(text, ENDPOINT_TEXT_SIZE, "h%u", endpoint_v4(e)[3]);
	return text;
}

static struct endpoint host(uint8_t number)
{
	return endpoint_from_v4((const uint8_t[]){10, 0, 0, number}, 10000);
}

static void check(const char *bytes, size_t size, const char *expected)
{
	struct wire_message m;
	char text[80];
	assert_int_equal(wire_decode(bytes, size, &m), WIRE_GOOD);
	describe_message(&m, name, NULL, text, sizeof(text));
	assert_string_equal(text, expected);
	for (size_t room = 1; room < strlen(text) + 1; room++) {
		char less[80];
		memset(less, 'x', sizeof(less));
		describe_message(&m, name, NULL, less, room);
		assert_memory_equal(less, text, room - 1);
		assert_int_equal(less[room - 1], 0);
		assert_int_equal(less[room], 'x');
	}
}

static void check_terms(enum wire_type type, const struct wire_terms *t, const char *expected)
{
	char bytes[WIRE_ANSWER_MAX];
	check(bytes, wire_encode_terms(type, t, 0, WIRE_ANSWER_MAX, bytes), expected);
}

static void check_fields(enum wire_type type, const union wire_fields *f, const char *expected)
{
	char bytes[WIRE_ANSWER_MAX];
	check(bytes, wire_encode_fields(type, f, bytes), expected);
}

static void of_keys_those_stand_there_that_people_follow(void **state)
{
	struct wire_terms t;
	(void)state;
	wire_terms_init(&t);
	wire_put(&t, id, 1);
	wire_put(&t, nonce, 2);
	wire_put(&t, tick, ((struct wire_tick_number){1, 5}));
	check_terms(WIRE_YJOI, &t, "");
	check_terms(WIRE_YREG, &t, " tick=1/5");
	wire_put(&t, root, host(7));
	check_terms(WIRE_TOOR, &t, " root=h7 tick=1/5");
	wire_put_word(&t, reason, "full");
	check_terms(WIRE_NJOI, &t, " reason=full root=h7");
	wire_terms_init(&t);
	wire_put(&t, tick, ((struct wire_tick_number){0, 0}));
	wire_put_word(&t, want, "join");
	wire_put(&t, passed, ((struct wire_tick_number){1, 4}));
	wire_put(&t, dead, host(3));
	check_terms(WIRE_RJOI, &t, " join passed=1/4 dead=h3");
	check_terms(WIRE_ROOT, &t, " join passed=1/4 dead=h3");
}

static void ticks_have_their_number_and_what_is_wrong(void **state)
{
	(void)state;
	union wire_fields f = {.TICK = {.epoch = 1, .number = 17, .token = 9}};
	check_fields(WIRE_TICK, &f, " 1/17");
	f.TICK.flags = WIRE_TICK_DETACHED | WIRE_TICK_ENCLAVE | WIRE_TICK_YIELD;
	check_fields(WIRE_TICK, &f, " 1/17 detached enclave yield");
	f = (union wire_fields){.RPRT = {.size = 3, .room = 1, .wanted = WIRE_WANTS_ALL}};
	check_fields(WIRE_RPRT, &f, " size=3 room=1");
	f.RPRT.room = WIRE_NO_ROOM;
	check_fields(WIRE_RPRT, &f, " size=3");
	f = (union wire_fields){.PING = {.flags = WIRE_PING_PATH}};
	check_fields(WIRE_PING, &f, " path");
	f = (union wire_fields){.PONG = {.flags = WIRE_PONG_LINK}};
	check_fields(WIRE_PONG, &f, " link");
	f = (union wire_fields){.LEAV.token = 1};
	check_fields(WIRE_LEAV, &f, "");
	f = (union wire_fields){.MACK = {.top = 4}};
	check_fields(WIRE_MACK, &f, " top=4");
}

static void paths_have_names_and_data_their_number(void **state)
{
	char bytes[WIRE_ANSWER_MAX];
	struct wire_path path = {.count = 2, .hops = {{1, host(4)}, {2, host(1)}}};
	(void)state;
	check(bytes, wire_encode_path(&path, bytes), " h4 h1");
	struct wire_stamp stamp = {.source = 1, .number = 1};
	wire_stamp_encode(&stamp, bytes);
	memcpy(bytes + WIRE_STAMP_SIZE, "bonjour", 7);
	check(bytes, WIRE_STAMP_SIZE + 7, " bonjour");
	wire_stamp_put_root(bytes, 5, 2, 3);
	check(bytes, WIRE_STAMP_SIZE + 7, " 2/3 bonjour");
	check(bytes, WIRE_STAMP_SIZE, " 2/3");
	check("DATA\nbonjour", 12, "");
	check("NJOI\n10.0.0.1 10000\n", 20, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_keys_those_stand_there_that_people_follow),
		cmocka_unit_test(ticks_have_their_number_and_what_is_wrong),
		cmocka_unit_test(paths_have_names_and_data_their_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
