/* SPDX-License-Identifier: MIT */
/*
 * `pihook merge`: the lock-order graphs of many processes and runs as one, and what they show
 * together.  Called by main.c; its parts are in graph/.
 */
#include "command.h"

#include "graph/across.h"
#include "graph/output.h"
#include "report/baseline.h"
#include "report/color.h"
#include "report/format.h"
#include "report/reading.h"
#include "report/unwanted.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXITCODE = 66 };

struct request {
    const struct report_format *format;
    const char *output; /* a file, or NULL: standard output */
    bool check;
    struct baseline baseline;
    struct unwanted unwanted;
};

static void print_help(void)
{
    puts("Usage: pihook merge [OPTION]... FILE...\n"
         "\n"
         "Joins the lock-order graphs of FILEs, which the library wrote with option graph, or\n"
         "which were merged before (- is standard input).  Findings among them are left out.\n"
         "\n"
         "  -o, --output=FILE    write the graph to FILE, which may be one of FILEs, instead of\n"
         "                       standard output\n"
         "      --check          print the cycles that no process shows alone, and no graph\n"
         "                       unless there is --output\n"
         "      --format=FORMAT  with --check, as of pihook report (default: text)\n"
         "      --baseline=FILE  with --check, cycles that FILE has are known: they are left out,\n"
         "                       or marked, and don't count\n"
         "      --suppressions=FILE  with --check, leave out the cycles that its lines fit\n"
         "      --help           print this and end\n"
         "\n"
         "Exit status: 0; 1 if a FILE could not be read, and nothing was written; 66 if --check\n"
         "has a finding of level error that no baseline knows; 2 wrong usage; 125 pihook itself "
         "failed.");
}

static int write_graph(const struct request *request, const struct graph *graph)
{
    int error;

    if (!request->output) {
        if (!request->check)
            graph_output(stdout, graph);
        return 0;
    }
    error = graph_output_file(request->output, graph);
    if (error)
        return fail(STATUS_FAILED, "%s can't be written: %s", request->output, strerror(-error));
    return 0;
}

/* The exit status. */
static int check(struct request *request, const struct graph *graph, struct collection *all)
{
    const struct report_style style = {.color = color_is_on_for(STDOUT_FILENO)};

    across_add(graph, NULL, NULL, all);
    unwanted_take_out(&request->unwanted, all, 0);
    baseline_compare(&request->baseline, all);
    if (all->count > collection_known(all) || request->format != formats[0])
        format_write(request->format, stdout, all, &style);
    return collection_new(all, LEVEL_ERROR) > 0 ? EXITCODE : STATUS_YES;
}

static int prepare(struct request *request)
{
    if (!request->check && (request->baseline.file || request->unwanted.file))
        return fail(STATUS_USAGE, "--baseline and --suppressions need --check");
    int wrong = baseline_read(&request->baseline);

    return wrong ? wrong : unwanted_read(&request->unwanted, false);
}

static int merge(struct request *request, char **files)
{
    struct collection all = {.symbols = symbols_open()};
    struct symbols *symbols = all.symbols;
    struct graph graph = {0};
    bool read;
    int status = STATUS_NO;

    if (!symbols)
        no_memory();
    read = reading_all(NULL, &graph, files);
    if (read) {
        graph_settle(&graph);
        graph_add_sources(&graph, symbols);
        status = write_graph(request, &graph);
    }
    if (read && status == STATUS_YES && request->check)
        status = check(request, &graph, &all);
    collection_clear(&all);
    graph_clear(&graph);
    symbols_close(symbols);
    return status;
}

int merge_main(int argc, char **argv)
{
    static const struct option known[] = {
        {"baseline", required_argument, NULL, 'b'},
        {"check", no_argument, NULL, 'c'},
        {"format", required_argument, NULL, 'f'},
        {"help", no_argument, NULL, 'h'},
        {"output", required_argument, NULL, 'o'},
        {"suppressions", required_argument, NULL, 's'},
        {NULL, 0, NULL, 0},
    };
    struct request request = {.format = formats[0]};
    int option, wrong = 0;

    while (!wrong && (option = getopt_long(argc, argv, ":ho:", known, NULL)) != -1) {
        switch (option) {
        case 'b':
            request.baseline.file = optarg;
            break;
        case 'c':
            request.check = true;
            break;
        case 'f':
            wrong = format_choose(optarg, &request.format);
            break;
        case 'h':
            print_help();
            return STATUS_YES;
        case 'o':
            request.output = optarg;
            break;
        case 's':
            request.unwanted.file = optarg;
            break;
        default:
            return fail_option(option, argv, known);
        }
    }
    if (wrong)
        return wrong;
    if (optind == argc)
        return fail(STATUS_USAGE, "merge needs a FILE of a lock-order graph (- is standard input)");
    color_configure(COLOR_AUTO);
    wrong = prepare(&request);
    if (!wrong)
        wrong = merge(&request, argv + optind);
    unwanted_clear(&request.unwanted);
    baseline_clear(&request.baseline);
    return wrong;
}
