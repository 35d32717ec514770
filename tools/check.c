/* SPDX-License-Identifier: MIT */
/*
 * `pihook check`: can a program be preloaded, which Python is in it, and what is seen of
 * it.  Called by main.c; the parts of the question are answered in check/.
 */
#include "command.h"

#include "check/library.h"
#include "check/object.h"
#include "check/preload.h"
#include "check/program.h"
#include "check/python.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SENTENCE_MAX = 8192, ANSWER_MAX = 512 };

static void print_help(void)
{
    puts("Usage: pihook check [OPTION]... [PROGRAM]\n"
         "\n"
         "Tells whether the library can be preloaded into PROGRAM (python3 if not given; a\n"
         "script stands for its interpreter), which Python is in it, and which of its imports\n"
         "are seen.  PROGRAM is not executed, unless it is a Python interpreter: that one is\n"
         "asked about itself.\n"
         "\n"
         "      --library=FILE  take FILE as the library\n"
         "      --help          print this and end\n"
         "\n"
         "Exit status: 0 if it can be preloaded and, where it is a Python interpreter, imports\n"
         "are seen; 1 if not; 2 wrong usage; 125 pihook itself failed; 126 PROGRAM can't be\n"
         "executed; 127 PROGRAM is not found.");
}

static void print_fact(const char *name, const char *fact)
{
    printf("%-11s %s\n", name, fact);
}

static void print_program(const struct program *program)
{
    for (int i = 0; i < program->script_count; i++)
        print_fact("script", program->scripts[i]);
    if (strcmp(program->path, program->real))
        printf("%-11s %s (by %s)\n", "program", program->real, program->path);
    else
        print_fact("program", program->real);
}

static bool has_python(const struct subject *subject)
{
    return subject->object.inittab || *subject->libpython || *subject->object.python;
}

/* `version` may be empty: only an interpreter can be asked. */
static void print_python(const struct subject *subject, const char *version)
{
    const char *library = *subject->libpython ? subject->libpython : subject->object.python;

    if (!has_python(subject))
        print_fact("python",
                   "none in it; one that it loads or starts later is served when it comes");
    else if (subject->object.inittab)
        printf("%-11s %s%sstatic\n", "python", version, *version ? ", " : "");
    else
        printf("%-11s %s%sshared, %s\n", "python", version, *version ? ", " : "", library);
}

static int verdict(bool good, const char *sentence)
{
    printf("%-11s %s: %s\n", "verdict", good ? "yes" : "no", sentence);
    return good ? STATUS_YES : STATUS_NO;
}

static const char *road_answer(const struct python *python, const char *road, const char *fact,
                               char answer[ANSWER_MAX])
{
    char key[64];

    snprintf(key, sizeof key, "%s.%s", road, fact);
    return python_answer(python, key, answer, ANSWER_MAX);
}

/* Returns whether the road is live. */
static bool print_road(const struct python *python, const char *road, const char *what)
{
    char answer[ANSWER_MAX];

    if (strcmp(road_answer(python, road, "live", answer), "True") != 0) {
        road_answer(python, road, "why", answer);
        printf("%-11s not live: %s\n", road, *answer ? answer : "no reason given");
        return false;
    }
    printf("%-11s live: %s", road, road_answer(python, road, "road", answer));
    if (*road_answer(python, road, "sites", answer))
        printf(" (%s)", answer);
    if (*road_answer(python, road, "seen", answer))
        printf(", %s %s", answer, what);
    putchar('\n');
    return true;
}

static int check_interpreter(const struct subject *subject)
{
    struct python *python = malloc(sizeof *python);
    char version[ANSWER_MAX], library[ANSWER_MAX];
    bool live;

    if (!python)
        return fail(STATUS_FAILED, "no memory");
    python_ask(subject, python);
    python_answer(python, "version", version, sizeof version);
    python_answer(python, "library", library, sizeof library);
    print_python(subject, version);
    live = *library && print_road(python, "imports", "modules seen");
    if (*library)
        print_road(python, "statements", "seen");
    if (*library)
        print_road(python, "locks", "seen");
    if (*python->wrong)
        verdict(false, python->wrong);
    else if (live)
        verdict(true, "it can be preloaded, and imports are seen");
    else
        verdict(false, "it can be preloaded, but imports are not seen");
    live = live && !*python->wrong;
    free(python);
    return live ? STATUS_YES : STATUS_NO;
}

static int check_subject(struct subject *subject)
{
    char buffer[SENTENCE_MAX];
    struct text sentence = text_in(buffer, sizeof buffer);
    bool works;

    print_program(&subject->program);
    works = preload_works(subject, &sentence);
    printf("%-11s %s: %s\n", "preload", works ? "yes" : "no", buffer);
    if (!works)
        return verdict(false, "it can't be preloaded");
    if (has_python(subject) && program_is_python(&subject->program))
        return check_interpreter(subject);
    print_python(subject, "");
    return verdict(true, has_python(subject)
                             ? "it can be preloaded"
                             : "it can be preloaded, and its locks checked; it has no Python");
}

static int check_unreadable(const struct subject *subject, int error)
{
    if (error == ENOEXEC)
        return fail(STATUS_CANNOT_RUN,
                    "check: %s can't be executed: neither an ELF program nor a script with #!",
                    subject->program.path);
    print_program(&subject->program);
    if (error == EACCES)
        return verdict(false, "it can't be told: there is no permission to read the program");
    return verdict(false, strerror(error));
}

static int check(const char *name, const char *library_file)
{
    static struct library library;
    static struct subject subject;
    char buffer[SENTENCE_MAX];
    struct text sentence = text_in(buffer, sizeof buffer);
    int status = library_find(library_file, &library);

    if (status)
        return status;
    subject.library = &library;
    status = program_find(name, &subject.program, &sentence);
    if (status)
        return fail(status, "check: %s", buffer);
    status = object_read(subject.program.real, &subject.object);
    return status ? check_unreadable(&subject, -status) : check_subject(&subject);
}

int check_main(int argc, char **argv)
{
    static const struct option known[] = {
        {"help", no_argument, NULL, 'h'},
        {"library", required_argument, NULL, 'l'},
        {NULL, 0, NULL, 0},
    };
    const char *library = NULL;
    int option;

    while ((option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        switch (option) {
        case 'h':
            print_help();
            return STATUS_YES;
        case 'l':
            library = optarg;
            break;
        default:
            return fail_option(option, argv, known);
        }
    }
    if (argc - optind > 1)
        return fail(STATUS_USAGE, "check takes one PROGRAM, but got also %s", argv[optind + 1]);
    return check(optind < argc ? argv[optind] : "python3", library);
}
