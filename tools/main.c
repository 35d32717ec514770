/* SPDX-License-Identifier: MIT */
/*
 * The command `pihook`: finds the subcommand and runs it.  It is a program of its own,
 * never part of the one that is looked at.
 */
#include <config.h>

#include "command.h"

#include "base/nearest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct command commands[] = {
    {"check", check_main, "tell whether a program can be preloaded and what of its Python is seen"},
    {"explain", explain_main, "tell what a rule means, and how to mend what it finds"},
    {"merge", merge_main, "join the lock orders of many runs, and tell what they show together"},
    {"options", options_main, "print all options of the library with their defaults"},
    {"report", report_main, "print what was found, from files of findings, with file and line"},
    {"run", run_main, "run a program with the library and print what was found in one report"},
    {"trace", trace_main, "run a program and print what its imports, locks, GIL and threads took"},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_help(void)
{
    puts("Usage: pihook COMMAND [OPTION]... [ARGUMENT]...\n"
         "       pihook --help | --version\n"
         "\n"
         "libpihook.so is preloaded into a program (LD_PRELOAD=.../libpihook.so).  It checks\n"
         "the order of its locks, and runs hooks when its Python imports a module.  This\n"
         "command looks at what it can do where, and reads what it found.\n"
         "\n"
         "Commands:");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-10s %s\n", commands[i].name, commands[i].meaning);
    puts("\n"
         "pihook COMMAND --help tells more.  See also pihook(1), pihook.conf(5), libpihook(7).");
}

static void print_version(void)
{
    puts("pihook " PACKAGE_VERSION "\n"
         "License: MIT.  There is no warranty.");
}

static int run_command(int argc, char **argv)
{
    const char *names[COMMANDS], *nearest;

    for (size_t i = 0; i < COMMANDS; i++) {
        if (!strcmp(argv[0], commands[i].name))
            return commands[i].run(argc, argv);
        names[i] = commands[i].name;
    }
    nearest = nearest_name(argv[0], names, COMMANDS);
    if (nearest)
        return fail(STATUS_USAGE, "unknown command %s: did you mean %s?", argv[0], nearest);
    return fail(STATUS_USAGE, "unknown command %s (pihook --help lists them)", argv[0]);
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {NULL, 0, NULL, 0},
    };
    int option, first;

    opterr = 0;
    /* "+": what follows the subcommand is the subcommand's. */
    while ((option = getopt_long(argc, argv, "+:hV", known, NULL)) != -1) {
        switch (option) {
        case 'h':
            print_help();
            return STATUS_YES;
        case 'V':
            print_version();
            return STATUS_YES;
        default:
            return fail_option(option, argv, known);
        }
    }
    if (optind == argc)
        return fail(STATUS_USAGE, "a command is missing (pihook --help lists them)");
    first = optind;
    optind = 0; /* glibc's way to start getopt anew, with other short options */
    return run_command(argc - first, argv + first);
}

/*
 * A descriptor that the caller closed would be given to the next file that is opened, and
 * our output would go into it.  It is filled such that its use still fails.
 */
static void fill_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            exit(STATUS_FAILED);
}

int main(int argc, char **argv)
{
    int status;

    fill_standard_descriptors();
    status = run(argc, argv);
    if (fflush(stdout) || ferror(stdout))
        return fail(STATUS_FAILED, "the output can't be written: %s", strerror(errno));
    return status;
}
