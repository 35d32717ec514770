/* SPDX-License-Identifier: MIT */
/*
 * `pihook options`: the options of the library as the library itself knows them.
 * Called by main.c.
 */
#include "command.h"

#include "config/options.h"

#include <stdio.h>
#include <stdlib.h>

static void print_help(void)
{
    puts("Usage: pihook options\n"
         "\n"
         "Prints every option of the library: its section in a configuration file, its name,\n"
         "default and meaning.  pihook.conf(5) says more.\n"
         "\n"
         "      --help  print this and end");
}

/* Every meaning is one sentence, but how many options there are is the table's business. */
static int print_options(void)
{
    struct options options;

    options_defaults(&options);
    for (size_t size = 4096;; size *= 2) {
        char *buffer = malloc(size);
        struct text text;

        if (!buffer)
            return fail(STATUS_FAILED, "no memory for the list of options");
        text = text_in(buffer, size);
        options_print(&options, &text);
        if (!text.cut)
            fputs(text.bytes, stdout);
        free(buffer);
        if (!text.cut)
            return STATUS_YES;
    }
}

int options_main(int argc, char **argv)
{
    static const struct option known[] = {
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option = getopt_long(argc, argv, ":h", known, NULL);

    if (option == 'h') {
        print_help();
        return STATUS_YES;
    }
    if (option != -1)
        return fail_option(option, argv, known);
    if (optind < argc)
        return fail(STATUS_USAGE, "options takes no argument, but got %s", argv[optind]);
    return print_options();
}
