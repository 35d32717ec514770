/* SPDX-License-Identifier: MIT */
/*
 * `pihook report`: what was found, from findings files of any number of processes.  Called
 * by main.c; reading is in report/, a format a file.
 */
#include "command.h"

#include "graph/across.h"
#include "report/baseline.h"
#include "report/outputs.h"
#include "report/reading.h"

#include <stdio.h>
#include <string.h>

static void print_help(void)
{
    puts("Usage: pihook report [OPTION]... FILE...\n"
         "\n"
         "Prints the findings of FILEs, which the library wrote with option findings (- is\n"
         "standard input).  The same finding of several processes or runs is printed once.\n"
         "Of lock-order graphs (option graph, pihook merge) it prints the cycles that no process\n"
         "shows alone.\n"
         "Source files and lines come from the debug information of the programs, as far as\n"
         "they are still there.\n"
         "\n"
         "      --format=FORMAT  print it in that form:");
    for (size_t i = 0; formats[i]; i++)
        printf("                         %-8s %s%s\n", formats[i]->name, formats[i]->meaning,
               i == 0 ? " (default)" : "");
    puts("      --output=FILE    write to FILE instead of standard output\n"
         "      --output=FORMAT:FILE  write another report in that form to FILE; may be repeated\n"
         "      --color=WHEN     colours: auto (default), always or never\n"
         "      --baseline=FILE  leave out, or mark, the findings that FILE has; tell those of it\n"
         "                       that are gone\n"
         "      --update-baseline  write FILE anew\n"
         "      --help           print this and end\n"
         "\n"
         "Exit status: 0 if all was read, whatever was found; 1 if something could not be\n"
         "read; 2 wrong usage; 125 pihook itself failed.");
}

/* What was not read might be known. */
static int finish(const struct baseline *baseline, const struct collection *all, bool read)
{
    if (!baseline->update) {
        baseline_tell_gone(baseline, stderr);
        return 0;
    }
    if (read)
        return baseline_write(baseline, all);
    return fail(STATUS_NO, "baseline %s is left as it was", baseline->file);
}

static int report(const struct outputs *outputs, struct baseline *baseline, char **files)
{
    struct collection all = {.symbols = symbols_open()};
    struct symbols *symbols = all.symbols;
    struct graph graph = {0};
    bool read = true;
    int failed;

    if (!symbols)
        no_memory();
    for (; *files; files++)
        read = reading_add(&all, &graph, *files, false) && read;
    graph_settle(&graph);
    across_add(&graph, NULL, &all);
    graph_clear(&graph);
    baseline_compare(baseline, &all);
    failed = outputs_write(outputs, stdout, false, &all);
    if (!failed)
        failed = finish(baseline, &all, read);
    collection_clear(&all);
    symbols_close(symbols);
    if (failed)
        return failed;
    return read ? STATUS_YES : STATUS_NO;
}

/* ---------------------------------------------------------------------------- options */

static int choose_color(struct outputs *outputs, const char *when)
{
    static const char *const names[] = {
        [COLOR_AUTO] = "auto", [COLOR_ALWAYS] = "always", [COLOR_NEVER] = "never"};

    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], when) != 0)
            continue;
        outputs->color = (enum color_when)i;
        return 0;
    }
    return fail(STATUS_USAGE, "option --color is auto, always or never, not %s", when);
}

int report_main(int argc, char **argv)
{
    static const struct option known[] = {
        {"baseline", required_argument, NULL, 'b'},
        {"color", required_argument, NULL, 'c'},
        {"format", required_argument, NULL, 'f'},
        {"help", no_argument, NULL, 'h'},
        {"output", required_argument, NULL, 'o'},
        {"update-baseline", no_argument, NULL, 'u'},
        {NULL, 0, NULL, 0},
    };
    struct outputs outputs;
    struct baseline baseline = {0};
    int option, wrong = 0;

    outputs_init(&outputs);
    while (!wrong && (option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        switch (option) {
        case 'b':
            baseline.file = optarg;
            break;
        case 'c':
            wrong = choose_color(&outputs, optarg);
            break;
        case 'f':
            wrong = format_choose(optarg, &outputs.main.format);
            break;
        case 'h':
            print_help();
            return STATUS_YES;
        case 'o':
            wrong = outputs_add(&outputs, optarg);
            break;
        case 'u':
            baseline.update = true;
            break;
        default:
            return fail_option(option, argv, known);
        }
    }
    if (wrong)
        return wrong;
    if (optind == argc)
        return fail(STATUS_USAGE, "report needs a FILE of findings (- is standard input)");
    wrong = baseline_read(&baseline);
    if (!wrong)
        wrong = report(&outputs, &baseline, argv + optind);
    baseline_clear(&baseline);
    return wrong;
}
