/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "core/held.h"
#include "unit.h"

static void an_empty_queue_has_no_deadline(void **state)
{
	struct held h = {0};
	(void)state;
	assert_true(time_is_never(held_deadline(&h)));
}

static void the_deadline_is_the_oldests(void **state)
{
	struct held h = {0};
	(void)state;
	held_put(&h, (struct time){10});
	held_put(&h, (struct time){20});
	assert_int_equal(held_deadline(&h).us, 10);
	held_drop_oldest(&h);
	assert_int_equal(held_deadline(&h).us, 20);
	held_drop_oldest(&h);
	assert_true(time_is_never(held_deadline(&h)));
}

/* Filled, emptied and filled again at every offset of the ring. */
static void the_order_is_kept_around_the_end_of_the_ring(void **state)
{
	struct held h = {0};
	int64_t put = 0, dropped = 0;
	(void)state;
	for (int round = 0; round < 3 * HELD_MAX; round++) {
		while (h.count < HELD_MAX)
			held_put(&h, (struct time){put++});
		for (int i = 0; i < 1 + round % HELD_MAX; i++) {
			assert_int_equal(held_deadline(&h).us, dropped++);
			held_drop_oldest(&h);
		}
	}
	assert_int_equal(h.count, put - dropped);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_queue_has_no_deadline),
		cmocka_unit_test(the_deadline_is_the_oldests),
		cmocka_unit_test(the_order_is_kept_around_the_end_of_the_ring),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
