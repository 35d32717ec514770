/* SPDX-License-Identifier: MIT */
/*
 * `pihook report`: what was found, from findings files of any number of processes, or what was
 * traced.  Called by main.c; reading is in report/ and in trace/, a format a file.
 */
#include "command.h"

#include "graph/across.h"
#include "report/baseline.h"
#include "report/outputs.h"
#include "report/reading.h"
#include "report/unwanted.h"
#include "trace/trace_report.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What was asked for on the command line. */
struct request {
    struct outputs outputs;
    struct baseline baseline;
    struct unwanted unwanted;
    unsigned limit; /* lines of a trace's tables */
    bool has_limit;
};

static void print_format(const char *name, const char *meaning, bool is_default)
{
    printf("                         %-10s  %s%s\n", name, meaning, is_default ? " (default)" : "");
}

static void print_help(void)
{
    puts("Usage: pihook report [OPTION]... FILE...\n"
         "       pihook report [OPTION]... TRACE...\n"
         "\n"
         "Prints the findings of FILEs, which the library wrote with option findings (- is\n"
         "standard input).  The same finding of several processes or runs is printed once.\n"
         "Of lock-order graphs (option graph, pihook merge) it prints the cycles that no process\n"
         "shows alone.\n"
         "Source files and lines come from the debug information of the programs, as far as\n"
         "they are still there.\n"
         "Of TRACEs (option trace), one of each process, or folders that have them, it prints\n"
         "what imports, locks, the GIL and threads took.\n"
         "\n"
         "      --format=FORMAT  print it in that form; findings:");
    for (size_t i = 0; formats[i]; i++)
        print_format(formats[i]->name, formats[i]->meaning, i == 0);
    puts("                       traces:");
    for (size_t i = 0; trace_formats[i]; i++)
        print_format(trace_formats[i]->name, trace_formats[i]->meaning, i == 0);
    puts("      --output=FILE    write to FILE instead of standard output\n"
         "      --output=FORMAT:FILE  write another report in that form to FILE; may be repeated\n"
         "      --color=WHEN     colours: auto (default), always or never\n"
         "      --limit=N        lines of a table of a trace (default: 25; 0: all)\n"
         "      --baseline=FILE  leave out, or mark, the findings that FILE has; tell those of it\n"
         "                       that are gone\n"
         "      --update-baseline  write FILE anew\n"
         "      --suppressions=FILE  leave out the findings that its lines fit\n"
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

static int report_findings(const struct outputs *outputs, struct baseline *baseline,
                           struct unwanted *unwanted, char **files)
{
    struct collection all = {.symbols = symbols_open()};
    struct symbols *symbols = all.symbols;
    struct graph graph = {0};
    bool read;
    int failed;

    if (!symbols)
        no_memory();
    read = reading_all(&all, &graph, files);
    graph_settle(&graph);
    across_add(&graph, NULL, NULL, &all);
    graph_clear(&graph);
    unwanted_take_out(unwanted, &all, 0);
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

/* A format that the input has not. */
static int check_formats(const struct outputs *outputs, bool traces)
{
    const struct output *unfit = outputs_unfit(outputs, traces);

    if (!unfit)
        return 0;
    if (traces)
        return fail(STATUS_USAGE, "format %s is one of findings, and these are traces",
                    unfit->format->name);
    return fail(STATUS_USAGE, "format %s is one of traces, and these are findings",
                unfit->trace->name);
}

static int report(struct request *request, char **files, size_t count)
{
    bool traces = trace_report_takes(files, count);
    int wrong = check_formats(&request->outputs, traces);

    if (wrong)
        return wrong;
    if (!traces && request->has_limit)
        return fail(STATUS_USAGE, "option --limit is for traces, and these are findings");
    if (!traces)
        return report_findings(&request->outputs, &request->baseline, &request->unwanted, files);
    if (request->baseline.file)
        return fail(STATUS_USAGE, "option --baseline is for findings, and these are traces");
    if (request->unwanted.file)
        return fail(STATUS_USAGE, "option --suppressions is for findings, and these are traces");
    return trace_report(&request->outputs, request->limit, files, count, stdout);
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
        {"limit", required_argument, NULL, 'l'},
        {"output", required_argument, NULL, 'o'},
        {"suppressions", required_argument, NULL, 's'},
        {"update-baseline", no_argument, NULL, 'u'},
        {NULL, 0, NULL, 0},
    };
    struct request request = {.limit = TRACE_REPORT_LIMIT};
    int option, wrong = 0;

    outputs_init(&request.outputs);
    while (!wrong && (option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        switch (option) {
        case 'b':
            request.baseline.file = optarg;
            break;
        case 'c':
            wrong = choose_color(&request.outputs, optarg);
            break;
        case 'f':
            wrong = outputs_choose(&request.outputs, optarg);
            break;
        case 'h':
            print_help();
            return STATUS_YES;
        case 'l':
            request.has_limit = true;
            wrong = trace_report_choose_limit(optarg, &request.limit);
            break;
        case 'o':
            wrong = outputs_add(&request.outputs, optarg);
            break;
        case 's':
            request.unwanted.file = optarg;
            break;
        case 'u':
            request.baseline.update = true;
            break;
        default:
            return fail_option(option, argv, known);
        }
    }
    if (wrong)
        return wrong;
    if (optind == argc)
        return fail(STATUS_USAGE,
                    "report needs a FILE of findings (- is standard input) or a TRACE");
    wrong = baseline_read(&request.baseline);
    if (!wrong)
        wrong = unwanted_read(&request.unwanted, false);
    if (!wrong)
        wrong = report(&request, argv + optind, (size_t)(argc - optind));
    unwanted_clear(&request.unwanted);
    baseline_clear(&request.baseline);
    return wrong;
}
