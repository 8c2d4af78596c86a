/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_BENCH_LOAD_H
#define RAMURE_BENCH_LOAD_H
/* load.h - the two halves of ramure-bench: each reads its options, runs, prints its report, and
 * gives the program's status. */

int send_main(int argc, char **argv);
int sink_main(int argc, char **argv);

#endif
