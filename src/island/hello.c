/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "island/hello.h"
#include "wire/bytes.h"

#include <sodium/crypto_shorthash.h>

#define MAGIC   "RISL"
#define VERSION 1

enum {
	AT_VERSION = 4,
	AT_FLAGS = 5,
	AT_MAC = 24,
};

/* FNV-1a of 64 bits. */
uint64_t hello_group(const struct endpoint *group)
{
	uint64_t digest = UINT64_C(14695981039346656037);
	for (size_t i = 0; i < sizeof(group->address); i++)
		digest = (digest ^ group->address[i]) * UINT64_C(1099511628211);
	digest = (digest ^ group->port >> 8) * UINT64_C(1099511628211);
	digest = (digest ^ (group->port & 0xFFu)) * UINT64_C(1099511628211);
	return digest & ~HELLO_HOLDS;
}

/* Of a message whose place for it is zero. */
static uint64_t mac_of(const char *bytes, size_t size, uint64_t key)
{
	char twice[crypto_shorthash_KEYBYTES];
	uint64_t mac;
	wire_put_u64(wire_put_u64(twice, key), key);
	crypto_shorthash((unsigned char *)&mac, (const unsigned char *)bytes, size,
			 (const unsigned char *)twice);
	return mac;
}

size_t hello_encode(const struct hello *h, uint64_t key, char out[HELLO_SIZE_MAX])
{
	size_t size = HELLO_HEAD + 8u * h->count;
	char *at = wire_put_bytes(out, MAGIC, AT_VERSION);
	at = wire_put_u8(at, VERSION);
	at = wire_put_u8(at, h->flags);
	at = wire_put_u16(at, h->count);
	at = wire_put_u64(at, h->id);
	at = wire_put_u64(at, h->serial);
	at = wire_put_u64(at, 0);
	for (unsigned i = 0; i < h->count; i++)
		at = wire_put_u64(at, h->groups[i]);
	uint64_t mac = mac_of(out, size, key);
	memcpy(out + AT_MAC, &mac, sizeof(mac));
	return size;
}

enum hello_fault hello_decode(const char *bytes, size_t size, uint64_t key, struct hello *ret_hello)
{
	char copy[HELLO_SIZE_MAX];
	if (size < HELLO_HEAD || size > HELLO_SIZE_MAX || memcmp(bytes, MAGIC, AT_VERSION) != 0 ||
	    bytes[AT_VERSION] != VERSION)
		return HELLO_MALFORMED;
	struct wire_reader r = wire_reader_of(bytes + AT_FLAGS, size - AT_FLAGS);
	struct hello hello = {.flags = wire_get_u8(&r)};
	hello.count = wire_get_u16(&r);
	if (hello.count > HELLO_GROUPS_MAX || size != HELLO_HEAD + 8u * hello.count)
		return HELLO_MALFORMED;
	memcpy(copy, bytes, size);
	memset(copy + AT_MAC, 0, 8);
	uint64_t mac = mac_of(copy, size, key);
	if (key == 0 || memcmp(bytes + AT_MAC, &mac, sizeof(mac)) != 0)
		return HELLO_STRANGER;
	hello.id = wire_get_u64(&r);
	hello.serial = wire_get_u64(&r);
	(void)wire_get_u64(&r); /* The MAC. */
	for (unsigned i = 0; i < hello.count; i++)
		hello.groups[i] = wire_get_u64(&r);
	*ret_hello = hello;
	return HELLO_GOOD;
}
