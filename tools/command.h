/* SPDX-License-Identifier: MIT */
/* What the subcommands of `pihook` share: statuses and the way usage errors are told. */
#ifndef PIHOOK_COMMAND_H
#define PIHOOK_COMMAND_H

#include <getopt.h>

enum {
    STATUS_YES = 0,
    STATUS_NO = 1,
    STATUS_USAGE = 2,
    STATUS_FAILED = 125,     /* pihook itself */
    STATUS_CANNOT_RUN = 126, /* the program is there and can't be executed */
    STATUS_NOT_FOUND = 127
};

struct command {
    const char *name;
    /* Called with argv[0] the subcommand's name; returns the exit status. */
    int (*run)(int argc, char **argv);
    const char *meaning; /* one line for the help */
};

int check_main(int argc, char **argv);
int explain_main(int argc, char **argv);
int merge_main(int argc, char **argv);
int options_main(int argc, char **argv);
int report_main(int argc, char **argv);
int run_main(int argc, char **argv);
int trace_main(int argc, char **argv);

/* Tells one line, "pihook: " and the sentence, on stderr; returns `status`. */
int fail(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Tells what is wrong with the option at which getopt_long has just stopped (result `?`,
 * or `:` where the short options begin with a colon) and which one was probably meant.
 * Returns STATUS_USAGE.
 */
int fail_option(int result, char **argv, const struct option *known);

#endif
