/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "commands.h"

int probe_main(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return 3;
}
