/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "net/sockaddr.h"
#include "unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

static void ipv4_goes_to_the_kernel_and_back(void **state)
{
	struct sockaddr_storage address;
	struct sockaddr_in v4;
	struct endpoint e, again;
	(void)state;
	assert_true(endpoint_parse_address("224.1.2.3", 5000, &e));
	memset(&address, 0xA5, sizeof(address));
	assert_int_equal(sockaddr_from_endpoint(&e, 7, &address), sizeof(v4));
	memcpy(&v4, &address, sizeof(v4));
	assert_int_equal(v4.sin_family, AF_INET);
	assert_int_equal(v4.sin_port, htons(5000));
	assert_int_equal(v4.sin_addr.s_addr, htonl(0xE0010203));
	again = sockaddr_to_endpoint((struct sockaddr *)&address);
	assert_true(endpoint_equal(&e, &again));
}

static void ipv6_goes_to_the_kernel_and_back_with_its_zone(void **state)
{
	struct sockaddr_storage address;
	struct sockaddr_in6 v6;
	struct endpoint e, again;
	(void)state;
	assert_true(endpoint_parse_address("ff12::801:101", 65535, &e));
	memset(&address, 0xA5, sizeof(address));
	assert_int_equal(sockaddr_from_endpoint(&e, 7, &address), sizeof(v6));
	memcpy(&v6, &address, sizeof(v6));
	assert_int_equal(v6.sin6_family, AF_INET6);
	assert_int_equal(v6.sin6_port, htons(65535));
	assert_int_equal(v6.sin6_scope_id, 7);
	assert_int_equal(v6.sin6_flowinfo, 0);
	assert_memory_equal(&v6.sin6_addr, e.address, 16);
	again = sockaddr_to_endpoint((struct sockaddr *)&address);
	assert_true(endpoint_equal(&e, &again));
}

static void a_mapped_address_is_ipv4(void **state)
{
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(9)};
	struct endpoint expected, e;
	(void)state;
	assert_int_equal(inet_pton(AF_INET6, "::ffff:10.1.2.3", &v6.sin6_addr), 1);
	assert_true(endpoint_parse_address("10.1.2.3", 9, &expected));
	e = sockaddr_to_endpoint((struct sockaddr *)&v6);
	assert_true(endpoint_equal(&e, &expected));
	assert_true(endpoint_is_v4(&e));
}

static void another_family_is_no_address(void **state)
{
	struct sockaddr_un local = {.sun_family = AF_UNIX, .sun_path = "/x"};
	struct endpoint nowhere = {0}, e;
	(void)state;
	e = sockaddr_to_endpoint((struct sockaddr *)&local);
	assert_true(endpoint_equal(&e, &nowhere));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4_goes_to_the_kernel_and_back),
		cmocka_unit_test(ipv6_goes_to_the_kernel_and_back_with_its_zone),
		cmocka_unit_test(a_mapped_address_is_ipv4),
		cmocka_unit_test(another_family_is_no_address),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
