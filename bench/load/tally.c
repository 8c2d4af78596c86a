/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "load/tally.h"

void tally_init(struct tally *t, struct histogram *latency)
{
	memset(t, 0, sizeof(*t));
	t->latency = latency;
}

/* The stream of that id, a new one if need be; NULL if there are too many. */
static struct tally_stream *find_stream(struct tally *t, uint32_t id)
{
	for (unsigned i = 0; i < t->stream_count; i++) {
		if (t->streams[i].id == id)
			return &t->streams[i];
	}
	if (t->stream_count == TALLY_STREAMS_MAX)
		return NULL;
	struct tally_stream *stream = &t->streams[t->stream_count++];
	stream->id = id; /* Its numbers begin with 0, as tally_init has set. */
	return stream;
}

static void remove_gap(struct tally_stream *s, unsigned place)
{
	memmove(&s->gaps[place], &s->gaps[place + 1],
		(s->gap_count - place - 1) * sizeof(s->gaps[0]));
	s->gap_count--;
}

/* Makes room for a gap at `place`; where there is none, the oldest is forgotten. */
static void insert_gap(struct tally_stream *s, unsigned place, struct tally_gap gap)
{
	if (s->gap_count == TALLY_GAPS_MAX) {
		if (place == 0)
			return; /* It would be the oldest itself. */
		remove_gap(s, 0);
		place--;
	}
	memmove(&s->gaps[place + 1], &s->gaps[place], (s->gap_count - place) * sizeof(s->gaps[0]));
	s->gaps[place] = gap;
	s->gap_count++;
}

/* Takes a number out of the gap that it is missing from; false if it is missing from none. */
static bool fill_gap(struct tally_stream *s, uint64_t sequence)
{
	unsigned place = s->gap_count;
	while (place > 0 && s->gaps[place - 1].first > sequence)
		place--;
	if (place == 0 || sequence >= s->gaps[place - 1].end)
		return false;
	struct tally_gap *gap = &s->gaps[place - 1];
	const struct tally_gap before = {gap->first, sequence}, after = {sequence + 1, gap->end};
	if (before.first == before.end && after.first == after.end) {
		remove_gap(s, place - 1);
	} else if (before.first == before.end) {
		*gap = after;
	} else {
		*gap = before;
		if (after.first != after.end)
			insert_gap(s, place, after);
	}
	return true;
}

void tally_take_other(struct tally *t, const struct payload *p, size_t size)
{
	struct tally_stream *s = find_stream(t, p->stream);
	if (s == NULL) {
		t->wrong++;
		return;
	}
	t->current = s;
	if (p->sequence >= s->next) {
		if (p->sequence > s->next) {
			t->lost += p->sequence - s->next;
			insert_gap(s, s->gap_count, (struct tally_gap){s->next, p->sequence});
		}
		s->next = p->sequence + 1;
	} else if (fill_gap(s, p->sequence)) {
		t->lost--;
		t->reordered++;
	} else {
		t->duplicates++;
		return;
	}
	t->received++;
	t->bytes += size;
}

void tally_add(struct tally *sum, const struct tally *from)
{
	sum->received += from->received;
	sum->bytes += from->bytes;
	sum->lost += from->lost;
	sum->duplicates += from->duplicates;
	sum->reordered += from->reordered;
	sum->wrong += from->wrong;
	if (from->first_ns != 0 && (sum->first_ns == 0 || from->first_ns < sum->first_ns))
		sum->first_ns = from->first_ns;
	if (from->last_ns > sum->last_ns)
		sum->last_ns = from->last_ns;
}

void tally_print(const struct tally *t, FILE *out)
{
	(void)fprintf(out,
		      "\"received\": %llu, \"bytes\": %llu, \"lost\": %llu, \"duplicates\": %llu, "
		      "\"reordered\": %llu, \"wrong\": %llu, \"seconds\": %.6f",
		      (unsigned long long)t->received, (unsigned long long)t->bytes,
		      (unsigned long long)t->lost, (unsigned long long)t->duplicates,
		      (unsigned long long)t->reordered, (unsigned long long)t->wrong,
		      (double)(t->last_ns - t->first_ns) / 1e9);
}
