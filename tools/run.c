/* SPDX-License-Identifier: MIT */
/*
 * `pihook run`: a program and all that it starts, with the library, and one report at the end.
 * Called by main.c; its parts are in run/.
 */
#include "command.h"

#include "check/library.h"
#include "report/baseline.h"
#include "report/outputs.h"
#include "run/processes.h"
#include "run/program.h"
#include "run/settings.h"
#include "run/union.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXITCODE_DEFAULT = 66, STATUS_TIMED_OUT = 124 };

struct request {
    struct settings settings;
    const char *library;
    const char *graph; /* the graph of earlier runs, or NULL */
    struct outputs outputs;
    struct baseline baseline;
    unsigned exitcode, seconds;
};

static void print_help(void)
{
    puts(
        "Usage: pihook run [OPTION]... [--] COMMAND [ARGUMENT]...\n"
        "\n"
        "Runs COMMAND with the library preloaded, in all processes that it starts, and prints\n"
        "what was found in one report on stderr when it has ended.  Without findings nothing is\n"
        "printed.\n"
        "\n"
        "  -o, --option=NAME=VALUE  an option of the library (pihook options), any number\n"
        "      --config=FILE        its configuration\n"
        "      --library=FILE       the library (default: built with this command, or installed)\n"
        "      --exitcode=N         status if COMMAND ends with 0 and there was a finding of\n"
        "                           level error (default: 66)\n"
        "      --on-deadlock=WHAT   abort (default): a process whose threads wait for each other\n"
        "                           ends at once; report: it goes on waiting\n"
        "      --no-children        COMMAND alone is looked at\n"
        "      --timeout=SECONDS    ends COMMAND after that time, and tells what each of its\n"
        "                           threads was doing\n"
        "      --graph=FILE         adds the order of locks to that of earlier runs in FILE, and\n"
        "                           prints cycles that they show together\n"
        "      --format=FORMAT      as of pihook report (default: text)\n"
        "      --output=FILE        write the report to FILE instead of stderr\n"
        "      --output=FORMAT:FILE write another one in that form to FILE; may be repeated\n"
        "      --baseline=FILE      findings that FILE has are known: they are left out and don't\n"
        "                           fail; those of it that are gone are told\n"
        "      --update-baseline    write FILE anew, and fail for no finding\n"
        "      --help               print this and end\n"
        "\n"
        "Exit status: that of COMMAND, 128 + N if it ended by signal N, or --exitcode; 2 wrong\n"
        "usage; 124 --timeout was reached; 125 pihook itself failed; 126 COMMAND can't be run;\n"
        "127 it is not there.");
}

/* ---------------------------------------------------------------------------- report */

/* What a program would have found that never ran, or not to its end, might be known. */
static int finish(const struct baseline *baseline, const struct collection *all, int status)
{
    if (!baseline->update) {
        baseline_tell_gone(baseline, stderr);
        return 0;
    }
    if (status < STATUS_TIMED_OUT || status > STATUS_NOT_FOUND)
        return baseline_write(baseline, all);
    fail(0, "baseline %s is left as it was", baseline->file);
    return 0;
}

/* *status is the program's, and becomes ours. */
static int report(struct request *request, const struct folder *folder, int *status)
{
    struct collection all = {.symbols = symbols_open()};
    struct symbols *symbols = all.symbols;
    int failed;

    if (!symbols)
        no_memory();
    folder_read(folder, &all);
    failed = request->graph ? union_add(request->graph, folder, &all) : 0;
    folder_complaints(folder, stderr); /* now is known which suppressions matched nothing */
    baseline_compare(&request->baseline, &all);
    if (outputs_write(&request->outputs, stderr, all.count == collection_known(&all), &all))
        failed = STATUS_FAILED;
    if (!failed)
        failed = finish(&request->baseline, &all, *status);
    if (*status == 0 && collection_new(&all, LEVEL_ERROR) > 0 && !request->baseline.update)
        *status = (int)request->exitcode;
    collection_clear(&all);
    symbols_close(symbols);
    return failed;
}

/* ---------------------------------------------------------------------------- the run */

static int run(struct request *request, char **argv)
{
    struct folder folder;
    bool timed_out;
    int failed = folder_make(&folder);

    if (failed)
        return failed;
    settings_apply(&request->settings, &folder);
    int status = program_run(argv, &folder, request->seconds, &timed_out);
    if (timed_out) {
        processes_signal(&folder, SIGKILL); /* who stayed behind when COMMAND had ended */
        fail(0, "%s was ended: it ran for more than %u seconds", argv[0], request->seconds);
        status = STATUS_TIMED_OUT;
    }
    unsetenv("LD_PRELOAD"); /* the report needs no library */
    failed = report(request, &folder, &status);
    folder_remove(&folder);
    return failed ? failed : status;
}

/* ---------------------------------------------------------------------------- options */

static int choose_number(const char *option, const char *text, unsigned most, unsigned *number)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    if (*text < '0' || *text > '9' || *end || value > most)
        return fail(STATUS_USAGE, "option --%s is a number from 0 to %u, not %s", option, most,
                    text);
    *number = (unsigned)value;
    return 0;
}

static int choose_on_deadlock(struct request *request, const char *what)
{
    request->settings.on_deadlock = what;
    if (!strcmp(what, "abort") || !strcmp(what, "report"))
        return 0;
    return fail(STATUS_USAGE, "option --on-deadlock is abort or report, not %s", what);
}

static int choose(struct request *request, int option)
{
    switch (option) {
    case 'b':
        request->baseline.file = optarg;
        return 0;
    case 'c':
        request->settings.config = optarg;
        return 0;
    case 'd':
        return choose_on_deadlock(request, optarg);
    case 'e':
        return choose_number("exitcode", optarg, 255, &request->exitcode);
    case 'f':
        return outputs_choose(&request->outputs, optarg);
    case 'g':
        request->graph = optarg;
        request->settings.graph = true;
        return 0;
    case 'l':
        request->library = optarg;
        return 0;
    case 'n':
        request->settings.children = false;
        return 0;
    case 'o':
        return settings_add_option(&request->settings, optarg);
    case 't':
        return choose_number("timeout", optarg, 1000000, &request->seconds);
    case 'u':
        request->baseline.update = true;
        return 0;
    default:
        return outputs_add(&request->outputs, optarg);
    }
}

int run_main(int argc, char **argv)
{
    static const struct option known[] = {
        {"baseline", required_argument, NULL, 'b'},    {"config", required_argument, NULL, 'c'},
        {"exitcode", required_argument, NULL, 'e'},    {"format", required_argument, NULL, 'f'},
        {"graph", required_argument, NULL, 'g'},       {"help", no_argument, NULL, 'h'},
        {"library", required_argument, NULL, 'l'},     {"no-children", no_argument, NULL, 'n'},
        {"on-deadlock", required_argument, NULL, 'd'}, {"option", required_argument, NULL, 'o'},
        {"output", required_argument, NULL, 'w'},      {"timeout", required_argument, NULL, 't'},
        {"update-baseline", no_argument, NULL, 'u'},   {NULL, 0, NULL, 0},
    };
    static struct request request = {.settings = {.on_deadlock = "abort", .children = true},
                                     .exitcode = EXITCODE_DEFAULT};
    static struct library library;
    int option, wrong = 0;

    outputs_init(&request.outputs);
    request.outputs.findings_only = true;
    while (!wrong && (option = getopt_long(argc, argv, "+:ho:", known, NULL)) != -1) {
        if (option == 'h') {
            print_help();
            return STATUS_YES;
        }
        if (option == '?' || option == ':')
            return fail_option(option, argv, known);
        wrong = choose(&request, option);
    }
    if (wrong)
        return wrong;
    if (optind == argc)
        return fail(STATUS_USAGE, "run needs a COMMAND");
    wrong = library_find(request.library, &library);
    request.settings.library = library.path;
    request.settings.dump_signal = request.seconds ? processes_dump_signal() : 0;
    if (!wrong)
        wrong = baseline_read(&request.baseline);
    if (!wrong)
        wrong = run(&request, argv + optind);
    baseline_clear(&request.baseline);
    return wrong;
}
