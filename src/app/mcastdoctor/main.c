/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* main.c - mcastdoctor: why does multicast not work here? */
#include "app/common/usage.h"
#include "commands.h"

#include <string.h>

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{"listen", listen_main},
	{"probe", probe_main},
	{"watch", watch_main},
};

int main(int argc, char **argv)
{
	usage_program = "mcastdoctor";
	usage_exit_code = 2;
	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(*commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	return check_main(argc, argv);
}
