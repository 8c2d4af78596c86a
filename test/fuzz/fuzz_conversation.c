/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* fuzz_conversation.c - a participant to whom anything happens in any order.
 *
 * The first byte chooses name, rate and burst. Then each event is a byte, and what it takes from
 * the bytes behind it; see `happen`.
 */
#include "chat/conversation.h"
#include "fuzz.h"

#define EVENTS_MAX 1000
#define MUCH_MAX   6              /* More would only be slow, */
#define MUCH_SIZE  ((size_t)4096) /* as would larger datagrams; the unit tests have them. */

struct source {
	const uint8_t *bytes;
	size_t size;
};

struct stage {
	struct conversation conversation;
	struct time begin, now;
	double rate_per_s;
	unsigned burst;
	unsigned sent;     /* Datagrams that were paced. */
	unsigned leaves;   /* How often leaving was asked for. */
	unsigned much;     /* How often that was a lot of text. */
	bool has_departed; /* The departure was sent. */
};

static uint8_t take_byte(struct source *s)
{
	if (s->size == 0)
		return 0;
	s->size--;
	return *s->bytes++;
}

static struct piece take_bytes(struct source *s, size_t size)
{
	struct piece p = {(const char *)s->bytes, size < s->size ? size : s->size};
	s->bytes += p.size;
	s->size -= p.size;
	return p;
}

static void open_stage(struct stage *s, uint8_t choice)
{
	static const char longest[] = "🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉"
				      "🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉";
	static const double rates[] = {20, 0, 0.01, 1000};
	static const unsigned bursts[] = {50, 1, 3, 1000000};
	*s = (struct stage){
		.rate_per_s = rates[choice & 3],
		.burst = bursts[choice >> 2 & 3],
		.begin = {choice & 0x20 ? 0 : 1000000 * US_PER_S},
	};
	s->now = s->begin;
	struct conversation_options options = {
		.name = choice & 0x10 ? (struct piece){longest, sizeof(longest) - 1}
				      : (struct piece){"alice", 5},
		.rate_per_s = s->rate_per_s,
		.burst = s->burst,
		.seed = choice,
	};
	CHECK(conversation_init(&s->conversation, &options));
}

static void check_datagram(struct stage *s, struct piece datagram)
{
	CHECK(datagram.size >= 1 && datagram.size <= LINE_SIZE_MAX);
	check_safe(datagram.text, datagram.size);
	struct line line = line_parse(datagram.text, datagram.size);
	CHECK(line.kind != LINE_OTHER);
	CHECK(!s->has_departed); /* Nothing follows the departure. */
	if (line.kind == LINE_LEFT) {
		CHECK(s->leaves > 0);
		s->has_departed = true;
	}
	if (s->rate_per_s <= 0 || s->leaves > 1)
		return;
	s->sent++;
	double elapsed_s = (double)time_elapsed_us(s->begin, s->now) / 1e6;
	CHECK(s->sent <= s->burst + s->rate_per_s * elapsed_s * 1.0001 + 1e-6);
}

/* Sends up to `count` datagrams that may be sent now. */
static void send_some(struct stage *s, unsigned count)
{
	struct piece datagram;
	while (count-- > 0 && conversation_next(&s->conversation, s->now, &datagram)) {
		check_datagram(s, datagram);
		conversation_sent(&s->conversation, s->now);
	}
}

/* Two turns, as the program makes them: sending may have made room for an answer. Nothing is due
 * any more then, or it would spin. */
static void turn(struct stage *s)
{
	for (int i = 0; i < 2; i++) {
		conversation_on_time(&s->conversation, s->now);
		send_some(s, 1000000);
	}
	struct time deadline = conversation_deadline(&s->conversation, s->now);
	CHECK(!time_is_due(deadline, s->now));
	CHECK(conversation_has_room(&s->conversation) || !time_is_never(deadline));
}

static void type(struct stage *s, struct piece line, bool is_continuation)
{
	struct conversation *c = &s->conversation;
	struct piece reply;
	if (s->leaves > 0 || !conversation_has_room(c))
		return;
	enum conversation_result result =
		conversation_input(c, line.text, line.size, is_continuation, s->now, &reply);
	if (result == CONVERSATION_REPLY || result == CONVERSATION_REFUSED)
		check_safe(reply.text, reply.size);
	CHECK(name_is_valid(c->name, c->name_size));
}

static void hear(struct stage *s, struct piece datagram, enum origin origin)
{
	struct conversation *c = &s->conversation;
	struct heard heard = conversation_hear(c, datagram.text, datagram.size, origin, s->now);
	CHECK(heard.text.size <= datagram.size * TEXT_GROWTH);
	check_safe(heard.text.text, heard.text.size);
	CHECK(heard.text.size > 0 || !heard.is_shown);
	CHECK(origin == ORIGIN_UNKNOWN || heard.is_own == (origin == ORIGIN_OWN));
	CHECK(!heard.is_own || (!heard.mentions_us && !heard.is_namesake));
	CHECK(c->people.count <= PEOPLE_MAX);
	CHECK(!people_find(&c->people, (struct piece){c->name, c->name_size}));
}

/* Somebody called n0 to n255 does something usual. */
static void hear_usual(struct stage *s, uint8_t what, uint8_t who)
{
	static const char *const formats[] = {
		"*** n%u has joined the room",
		"*** n%u has left the room",
		"n%u: hello alice",
		"*** n%u is now known as alice",
		"*** here: n%u, alice",
		"*** here: n%u",
		"*** alice is now known as n%u",
		"* n%u waves",
	};
	char text[64];
	int size = snprintf(text, sizeof(text), formats[what % 8], who);
	hear(s, (struct piece){text, (size_t)size}, ORIGIN_OTHER);
}

/* `size` times the bytes of one character, from the input. */
static void hear_or_type_much(struct stage *s, uint8_t kind, struct piece unit)
{
	static char bytes[CONVERSATION_INPUT_MAX];
	if (++s->much > MUCH_MAX)
		return;
	size_t size = kind & 1 ? CONVERSATION_INPUT_MAX : MUCH_SIZE;
	for (size_t i = 0; i < size; i++)
		bytes[i] = unit.size > 0 ? unit.text[i % unit.size] : 'x';
	if (kind & 1)
		type(s, (struct piece){bytes, size}, kind & 2);
	else
		hear(s, (struct piece){bytes, size}, ORIGIN_OTHER);
}

static void happen(struct stage *s, struct source *source)
{
	uint8_t event = take_byte(source), more = event >> 4;
	switch (event & 0xF) {
	case 0: /* A line is typed, */
	case 1: /* or a piece of one. */
		type(s, take_bytes(source, take_byte(source)), event & 1);
		break;
	case 2: /* A datagram of somebody else, */
	case 3: /* or an own one, or who knows whose. */
		hear(s, take_bytes(source, take_byte(source)),
		     (event & 1) == 0 ? ORIGIN_OTHER
		     : more           ? ORIGIN_UNKNOWN
				      : ORIGIN_OWN);
		break;
	case 4:
		hear_usual(s, more, take_byte(source));
		break;
	case 5:
		hear_or_type_much(s, more, take_bytes(source, 1 + (more >> 2)));
		break;
	case 6: /* Time goes by. */
		s->now = time_after(s->now, take_byte(source) * US_PER_MS);
		break;
	case 7:
		s->now = time_after(s->now, take_byte(source) * 10 * US_PER_S);
		break;
	case 8: { /* Until something is due. */
		struct time deadline = conversation_deadline(&s->conversation, s->now);
		if (!time_is_never(deadline) && deadline.us > s->now.us)
			s->now = deadline;
		turn(s);
		break;
	}
	case 9:
		conversation_on_time(&s->conversation, s->now);
		send_some(s, more);
		break;
	case 10:
		turn(s);
		break;
	case 11:
		if (more == 0) {
			conversation_leave(&s->conversation);
			s->leaves++;
		}
		break;
	default: /* A person of many. */
		hear_usual(s, event & 3 ? 2 : 0, take_byte(source));
		break;
	}
}

/* Whatever happened, leaving comes to an end. */
static void check_end(struct stage *s)
{
	struct conversation *c = &s->conversation;
	if (s->leaves == 0) {
		conversation_leave(c);
		s->leaves++;
	}
	turn(s);
	while (!conversation_is_over(c)) {
		struct time deadline = conversation_deadline(c, s->now);
		CHECK(!time_is_never(deadline) && deadline.us > s->now.us);
		s->now = deadline;
		turn(s);
	}
	CHECK(s->has_departed);
	CHECK(time_is_never(conversation_deadline(c, s->now)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source source = {data, size};
	struct stage stage;
	open_stage(&stage, take_byte(&source));
	for (unsigned events = 0; source.size > 0 && events < EVENTS_MAX; events++)
		happen(&stage, &source);
	check_end(&stage);
	conversation_done(&stage.conversation);
	return 0;
}
