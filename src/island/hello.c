/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "island/hello.h"

#include <sodium/crypto_shorthash.h>

#define MAGIC   "RISL"
#define VERSION 1

enum {
	AT_VERSION = 4,
	AT_FLAGS = 5,
	AT_COUNT = 6,
	AT_ID = 8,
	AT_SERIAL = 16,
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

static void put_u64(char *out, uint64_t value)
{
	for (int i = 7; i >= 0; i--, value >>= 8)
		out[i] = (char)(value & 0xFF);
}

static uint64_t get_u64(const char *bytes)
{
	uint64_t value = 0;
	for (int i = 0; i < 8; i++)
		value = value << 8 | (unsigned char)bytes[i];
	return value;
}

/* Of a message whose place for it is zero. */
static uint64_t mac_of(const char *bytes, size_t size, uint64_t key)
{
	char twice[crypto_shorthash_KEYBYTES];
	uint64_t mac;
	put_u64(twice, key);
	put_u64(twice + 8, key);
	crypto_shorthash((unsigned char *)&mac, (const unsigned char *)bytes, size,
			 (const unsigned char *)twice);
	return mac;
}

size_t hello_encode(const struct hello *h, uint64_t key, char out[HELLO_SIZE_MAX])
{
	size_t size = HELLO_HEAD + 8u * h->count;
	memcpy(out, MAGIC, AT_VERSION);
	out[AT_VERSION] = VERSION;
	out[AT_FLAGS] = (char)h->flags;
	out[AT_COUNT] = (char)(h->count >> 8);
	out[AT_COUNT + 1] = (char)(h->count & 0xFF);
	put_u64(out + AT_ID, h->id);
	put_u64(out + AT_SERIAL, h->serial);
	memset(out + AT_MAC, 0, 8);
	for (unsigned i = 0; i < h->count; i++)
		put_u64(out + HELLO_HEAD + 8u * i, h->groups[i]);
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
	size_t count =
		(size_t)((unsigned char)bytes[AT_COUNT] << 8 | (unsigned char)bytes[AT_COUNT + 1]);
	if (count > HELLO_GROUPS_MAX || size != HELLO_HEAD + 8 * count)
		return HELLO_MALFORMED;
	memcpy(copy, bytes, size);
	memset(copy + AT_MAC, 0, 8);
	uint64_t mac = mac_of(copy, size, key);
	if (key == 0 || memcmp(bytes + AT_MAC, &mac, sizeof(mac)) != 0)
		return HELLO_STRANGER;
	*ret_hello = (struct hello){
		.flags = (uint8_t)bytes[AT_FLAGS],
		.count = (uint16_t)count,
		.id = get_u64(bytes + AT_ID),
		.serial = get_u64(bytes + AT_SERIAL),
	};
	for (size_t i = 0; i < count; i++)
		ret_hello->groups[i] = get_u64(bytes + HELLO_HEAD + 8 * i);
	return HELLO_GOOD;
}
