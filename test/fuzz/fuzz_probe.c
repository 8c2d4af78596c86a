/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* fuzz_probe.c - datagrams at both ends of a probe: codec, listener, prober, what is concluded.
 *
 * Each is: 1 byte who gets it and how, 1 byte how much time has passed, 2 bytes of size, the bytes.
 * What the two of them send reaches the other one, too.
 */
#include "doctor/probe_result.h"
#include "fuzz.h"

static struct prober prober;
static struct listener listener;
static struct time now;

static void check_message(const char *bytes, size_t size)
{
	static char again[PROBE_SIZE_MAX];
	struct probe_message m;
	if (!probe_message_read(bytes, size, &m))
		return;
	CHECK(probe_message_size(&m) <= size);
	probe_message_write(&m, again, size);
	struct probe_message back;
	CHECK(probe_message_read(again, size, &back));
	if (m.type == PROBE_REPORT)
		check_safe(m.report.name, strlen(m.report.name));
}

static void hand_to_listener(const struct probe_arrival *a)
{
	static char bytes[PROBE_SIZE_MAX];
	struct probe_dispatch answer;
	if (!listener_receive(&listener, a, now, &answer))
		return;
	CHECK(answer.size <= a->size);
	probe_message_write(&answer.message, bytes, answer.size);
	struct probe_arrival back = *a;
	back.bytes = bytes;
	back.size = answer.size;
	back.is_multicast = answer.is_multicast;
	prober_receive(&prober, &back, now);
}

static void let_probe(const struct probe_arrival *like)
{
	static char bytes[PROBE_SIZE_MAX];
	struct probe_dispatch d;
	for (int i = 0; i < 50 && prober_next(&prober, now, &d); i++) {
		probe_message_write(&d.message, bytes, d.size);
		struct probe_arrival a = *like;
		a.bytes = bytes;
		a.size = d.size;
		a.is_multicast = d.is_multicast;
		hand_to_listener(&a);
	}
}

static void conclude(void)
{
	static struct probe_result result;
	static struct judgements judgements;
	FILE *file = fopen("/dev/null", "w");
	CHECK(file);
	probe_result_make(&prober, "a", "eth0", &result);
	probe_judge(&result, &judgements);
	for (size_t i = 0; i < judgements.count; i++)
		check_safe(judgements.list[i].text, strlen(judgements.list[i].text));
	probe_write_text(file, &result, &judgements, false, true);
	probe_write_json(file, &result, &judgements);
	(void)fclose(file);
}

static void begin(void)
{
	static const uint8_t group[4] = {224, 1, 1, 1};
	struct prober_options o = {
		.group = endpoint_from_v4(group, 6450),
		.session = 7,
		.count = 20,
		.rate_per_s = 100,
		.size = 100,
		.ttl = 16,
		.wait_us = US_PER_S,
		.steps = {{0}, {.size = 1400, .ttl = 16}, {.size = 60, .ttl = 1, .is_ttl = true}},
		.step_count = 2,
	};
	struct listener_options l = {.group = o.group, .id = 1, .name = "b", .ttl_max = 16};
	now = (struct time){0};
	prober_init(&prober, &o, now);
	CHECK(listener_init(&listener, &l, now));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t host[4] = {10, 0, 0, 1};
	begin();
	while (size >= 4) {
		size_t length = (size_t)data[2] << 8 | data[3];
		length = length < size - 4 ? length : size - 4;
		struct probe_arrival a = {
			.bytes = (const char *)data + 4,
			.size = length,
			.from = endpoint_from_v4(host, (uint16_t)(6450 + (data[0] >> 4))),
			.is_multicast = data[0] & 1,
			.ttl = data[0] & 4 ? -1 : 64,
		};
		now.us += data[1] * 10 * US_PER_MS;
		check_message(a.bytes, length);
		if (data[0] & 2)
			hand_to_listener(&a);
		else
			prober_receive(&prober, &a, now);
		if (data[0] & 8)
			let_probe(&a);
		data += 4 + length;
		size -= 4 + length;
	}
	conclude();
	prober_done(&prober);
	listener_done(&listener);
	return 0;
}
