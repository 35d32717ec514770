/* SPDX-License-Identifier: MIT */
/*
 * `pihook trace`: a program and all that it starts, recorded, and one report at the end.
 * Called by main.c; running is in run/, reading in trace/.
 */
#include "command.h"

#include "check/library.h"
#include "report/outputs.h"
#include "run/program.h"
#include "run/settings.h"
#include "trace/trace_report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct request {
    struct settings settings;
    const char *library;
    const char *keep; /* where the traces stay, or NULL */
    struct outputs outputs;
    unsigned limit;
    bool chosen; /* a form or a file of the report */
};

static void print_help(void)
{
    puts("Usage: pihook trace [OPTION]... [--] COMMAND [ARGUMENT]...\n"
         "\n"
         "Runs COMMAND with the library preloaded, in all processes that it starts, records\n"
         "imports, locks, the GIL and threads, and prints on stderr what they took when it has\n"
         "ended.  Rules are off, but for those that an option switches on.\n"
         "\n"
         "      --keep=FOLDER        leave the traces, one of each process, in FOLDER, for\n"
         "                           pihook report; without --format and --output no report\n"
         "                           is printed then\n"
         "      --format=FORMAT      as of pihook report for traces (default: text)\n"
         "      --output=FILE        write the report to FILE instead of stderr\n"
         "      --output=FORMAT:FILE write another one in that form to FILE; may be repeated\n"
         "      --limit=N            lines of a table (default: 25; 0: all)\n"
         "  -o, --option=NAME=VALUE  an option of the library (pihook options), any number\n"
         "      --config=FILE        its configuration\n"
         "      --library=FILE       the library (default: built with this command, or installed)\n"
         "      --help               print this and end\n"
         "\n"
         "Exit status: that of COMMAND, or 128 + N if it ended by signal N; 2 wrong usage;\n"
         "125 pihook itself failed; 126 COMMAND can't be run; 127 it is not there.");
}

/* ---------------------------------------------------------------------------- the run */

static int make_folder(const char *path)
{
    if (mkdir(path, 0777) && errno != EEXIST)
        return fail(STATUS_FAILED, "folder %s can't be made: %s", path, strerror(errno));
    return 0;
}

/* Processes have it by its full name, wherever they are.  The name is to be freed. */
static int find_folder(const struct request *request, const struct folder *private, char **found)
{
    int failed = request->keep ? make_folder(request->keep) : 0;

    if (failed)
        return failed;
    *found = realpath(request->keep ? request->keep : private->path, NULL);
    if (!*found)
        return fail(STATUS_FAILED, "folder %s can't be used: %s", request->keep, strerror(errno));
    if (strpbrk(*found, ":%"))
        return fail(STATUS_FAILED, "folder %s can't be used: its full name has a : or %%", *found);
    return 0;
}

static int report(const struct request *request, char *folder)
{
    return !request->keep || request->chosen
               ? trace_report(&request->outputs, request->limit, &folder, 1, stderr)
               : 0;
}

static int run(struct request *request, char **argv)
{
    char *traces = NULL;
    struct folder folder;
    bool timed_out;
    int failed = folder_make(&folder), status = 0;

    if (failed)
        return failed;
    failed = find_folder(request, &folder, &traces);
    if (!failed) {
        settings_apply_trace(&request->settings, traces);
        status = program_run(argv, &folder, 0, &timed_out);
        unsetenv("LD_PRELOAD"); /* the report needs no library */
        failed =
            status == STATUS_NOT_FOUND || status == STATUS_CANNOT_RUN ? 0 : report(request, traces);
    }
    free(traces);
    folder_remove(&folder);
    return failed ? failed : status;
}

/* ---------------------------------------------------------------------------- options */

static int choose(struct request *request, int option)
{
    switch (option) {
    case 'c':
        request->settings.config = optarg;
        return 0;
    case 'f':
        request->chosen = true;
        return outputs_choose(&request->outputs, optarg);
    case 'k':
        request->keep = optarg;
        return 0;
    case 'l':
        request->library = optarg;
        return 0;
    case 'm':
        return trace_report_choose_limit(optarg, &request->limit);
    case 'o':
        return settings_add_option(&request->settings, optarg);
    default:
        request->chosen = true;
        return outputs_add(&request->outputs, optarg);
    }
}

static int check_formats(const struct outputs *outputs)
{
    const struct output *unfit = outputs_unfit(outputs, true);

    if (!unfit)
        return 0;
    return fail(STATUS_USAGE, "format %s is one of findings: see pihook run", unfit->format->name);
}

int trace_main(int argc, char **argv)
{
    static const struct option known[] = {
        {"config", required_argument, NULL, 'c'},
        {"format", required_argument, NULL, 'f'},
        {"help", no_argument, NULL, 'h'},
        {"keep", required_argument, NULL, 'k'},
        {"library", required_argument, NULL, 'l'},
        {"limit", required_argument, NULL, 'm'},
        {"option", required_argument, NULL, 'o'},
        {"output", required_argument, NULL, 'w'},
        {NULL, 0, NULL, 0},
    };
    static struct request request = {.limit = TRACE_REPORT_LIMIT};
    static struct library library;
    int option, wrong = 0;

    outputs_init(&request.outputs);
    while (!wrong && (option = getopt_long(argc, argv, "+:ho:", known, NULL)) != -1) {
        if (option == 'h') {
            print_help();
            return STATUS_YES;
        }
        if (option == '?' || option == ':')
            return fail_option(option, argv, known);
        wrong = choose(&request, option);
    }
    if (!wrong)
        wrong = check_formats(&request.outputs);
    if (wrong)
        return wrong;
    if (optind == argc)
        return fail(STATUS_USAGE, "trace needs a COMMAND");
    wrong = library_find(request.library, &library);
    request.settings.library = library.path;
    return wrong ? wrong : run(&request, argv + optind);
}
