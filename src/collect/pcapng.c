/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "collect/pcapng.h"

#include <errno.h>
#include <string.h>

enum {
	BLOCK_SECTION = 0x0A0D0D0A,
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 6,
	BYTE_ORDER_MAGIC = 0x1A2B3C4D, /* The numbers are in this machine's order. */
	OPTION_IF_NAME = 2,
};

/* A block's length stands before and after its body, which is padded to 4 bytes. */
static void write_block(FILE *file, uint32_t type, const void *head, uint32_t head_size,
			const void *data, uint32_t size)
{
	static const uint8_t padding[4];
	uint32_t padded = (size + 3) & ~UINT32_C(3), total = 12 + head_size + padded;
	(void)fwrite(&type, 4, 1, file);
	(void)fwrite(&total, 4, 1, file);
	(void)fwrite(head, head_size, 1, file);
	if (size)
		(void)fwrite(data, size, 1, file);
	(void)fwrite(padding, padded - size, 1, file);
	(void)fwrite(&total, 4, 1, file);
}

static void write_interface(FILE *file, const struct capture *of)
{
	struct {
		uint16_t link_type, reserved;
		uint32_t frame_max; /* 0: no limit. */
		uint16_t option, size;
		char name[IF_NAMESIZE];
		uint32_t end_of_options;
	} block = {.link_type = of->link_type,
		   .option = OPTION_IF_NAME,
		   .size = (uint16_t)strlen(of->interface)};
	memcpy(block.name, of->interface, block.size);
	/* The options end with a zero, right after the name and its padding. */
	uint32_t size = block.size ? 12U + ((block.size + 3U) & ~3U) + 4U : 8U;
	write_block(file, BLOCK_INTERFACE, &block, size, NULL, 0);
}

static int flush(struct pcapng *p, struct failure *failure)
{
	errno = 0;
	if (fflush(p->file) == 0 && !ferror(p->file))
		return 0;
	int code = errno ? errno : EIO;
	return failure_set(failure, -code, "write %s: %s", p->name, strerror(code));
}

int pcapng_create(struct pcapng *p, const char *name, const struct capture *of,
		  struct failure *failure)
{
	struct {
		uint32_t byte_order;
		uint16_t major, minor;
		int64_t size; /* -1: not known. */
	} section = {.byte_order = BYTE_ORDER_MAGIC, .major = 1, .minor = 0, .size = -1};
	*p = (struct pcapng){.file = fopen(name, "we"), .name = name};
	if (!p->file)
		return failure_set(failure, -errno, "write %s: %s", name, strerror(errno));
	write_block(p->file, BLOCK_SECTION, &section, sizeof(section), NULL, 0);
	write_interface(p->file, of);
	return flush(p, failure);
}

int pcapng_add(struct pcapng *p, const struct captured *frame, struct failure *failure)
{
	struct {
		uint32_t interface, time_high, time_low, size, wire_size;
	} head = {
		.time_high = (uint32_t)((uint64_t)frame->time_us >> 32),
		.time_low = (uint32_t)frame->time_us,
		.size = (uint32_t)frame->size,
		.wire_size = (uint32_t)frame->wire_size,
	};
	write_block(p->file, BLOCK_PACKET, &head, sizeof(head), frame->bytes, head.size);
	return flush(p, failure);
}

void pcapng_close(struct pcapng *p)
{
	if (p->file)
		(void)fclose(p->file);
	p->file = NULL;
}
