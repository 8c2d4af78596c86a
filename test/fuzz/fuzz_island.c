/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* fuzz_island.c - what a gateway hears: on the island from other gateways and of listeners, from
 * the tree in envelopes. A sequence of such; each begins with what it is, and its length. */
#include "core/joiner.h"
#include "fuzz.h"
#include "island/election.h"
#include "island/listeners.h"

#define KEY UINT64_C(0x0102030405060708)

static struct joiner joiner;
static struct election election;
static struct listeners listeners;
static struct endpoint group;

static void begin(void)
{
	struct endpoint self;
	struct time now = {US_PER_S};
	memset(&joiner, 0, sizeof(joiner));
	CHECK(endpoint_parse_address("239.1.2.3", 5000, &group));
	CHECK(endpoint_parse_address("10.0.0.2", 0, &self));
	election_init(&election, 1);
	(void)election_add(&election, &group);
	election_set_place(&election, 77, KEY, true, now);
	listeners_init(&listeners, true, &self, now);
	(void)listeners_add(&listeners, &group);
}

/* A hello of somebody with the key, whose rest is the input's. */
static void take_hello(const uint8_t *bytes, size_t size, struct time now)
{
	struct hello hello = {.flags = size > 0 ? bytes[0] : 0};
	char out[HELLO_SIZE_MAX];
	if (size > 1)
		hello.id = bytes[1];
	if (size > 2)
		hello.serial = bytes[2];
	for (size_t i = 3; i < size && hello.count < HELLO_GROUPS_MAX; i++)
		hello.groups[hello.count++] =
			bytes[i] % 2 ? hello_group(&group) | bytes[i] / 128 : bytes[i];
	size_t length = hello_encode(&hello, KEY, out);
	struct hello read;
	CHECK(hello_decode(out, length, KEY, &read) == HELLO_GOOD && read.id == hello.id);
	election_take(&election, out, length, now);
}

static void take_message(const uint8_t *bytes, size_t size)
{
	static uint64_t number = 1000;
	const struct wire_stamp stamp = {
		.channel = 1, .source = size % 3 + 1, .number = number += size % 2};
	struct wire_envelope e;
	size_t length = size;
	const char *whole = joiner_open(&joiner, &stamp, (const char *)bytes, &length, &e);
	if (!whole)
		return;
	CHECK(length == e.length && e.count > 0 && e.index < e.count);
	CHECK(endpoint_is_multicast(&e.group));
	char copy[UINT16_MAX];
	memcpy(copy, whole, length); /* All of it can be read. */
}

static void take(unsigned kind, const uint8_t *bytes, size_t size, struct time now)
{
	struct frame frame;
	switch (kind % 4) {
	case 0:
		election_take(&election, (const char *)bytes, size, now);
		break;
	case 1:
		take_hello(bytes, size, now);
		break;
	case 2:
		frame_dissect(bytes, size, size, FRAME_RAW, &frame);
		listeners_take(&listeners, &frame, now);
		break;
	default:
		take_message(bytes, size);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct time now = {US_PER_S};
	char out[HELLO_SIZE_MAX];
	size_t length;
	struct endpoint asked;
	begin();
	while (size >= 2) {
		size_t taken = data[1] < size - 2 ? data[1] : size - 2;
		take(data[0], data + 2, taken, now);
		now = time_after(now, (data[0] / 4) * 10 * US_PER_MS);
		data += 2 + taken;
		size -= 2 + taken;
		(void)election_judge(&election, 0, now);
		while (election_on_time(&election, now, out, &length))
			CHECK(length <= HELLO_SIZE_MAX);
		while (listeners_next_query(&listeners, now, &asked))
			CHECK(endpoint_is_unspecified(&asked) || endpoint_is_multicast(&asked));
		CHECK(!time_is_due(election_deadline(&election), now));
		CHECK(!time_is_due(listeners_deadline(&listeners), now));
	}
	return 0;
}
