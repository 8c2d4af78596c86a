/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#ifndef RAMURE_APP_MCASTDOCTOR_COMMANDS_H
#define RAMURE_APP_MCASTDOCTOR_COMMANDS_H
/* commands.h - the commands of mcastdoctor. Each reads its own options from argv, whose first word
 * is the program or the command, and gives the exit code: 0 works, 1 does not work, 3 cannot tell;
 * wrong usage ends the program with 2. */

int check_main(int argc, char **argv);  /* mcastdoctor [GROUP]: this host. */
int watch_main(int argc, char **argv);  /* mcastdoctor watch [GROUP]: frames, explained. */
int listen_main(int argc, char **argv); /* mcastdoctor listen GROUP: waits for probes. */
int probe_main(int argc, char **argv);  /* mcastdoctor probe GROUP: measures, compares. */

#endif
