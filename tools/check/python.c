/* SPDX-License-Identifier: MIT */
/*
 * Runs a Python with the library preloaded and reads what it says about itself.
 * Called by `pihook check`.
 */
#include "check/python.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PYTHON_SECONDS = 30, SETTING_MAX = PATH_MAX + 16 };

/* Hooks of the system's configuration may print, too: our lines are marked. */
#define MARK "\npihook-check "

/* Any Python understands it, so that one that is too old can say so. */
static char question[] =
    "import sys\n"
    "def tell(key, value):\n"
    "    sys.stdout.write('\\npihook-check %s %s\\n' % (key, ' '.join(str(value).split())))\n"
    "tell('version', sys.version.split()[0])\n"
    "sys.stdout.flush()\n"
    "import pihook\n"
    "status = pihook.status()\n"
    "for road, facts in status['roads'].items():\n"
    "    for fact in facts:\n"
    "        tell(road + '.' + fact, facts[fact])\n"
    "tell('library', status['version'])\n";

const char *python_answer(const struct python *python, const char *key, char *answer, size_t size)
{
    char start[128];
    const char *line;

    snprintf(start, sizeof start, MARK "%s ", key);
    line = strstr(python->child.output, start);
    *answer = '\0';
    if (line) {
        line += strlen(start);
        snprintf(answer, size, "%.*s", (int)strcspn(line, "\n"), line);
    }
    return strcmp(answer, "None") ? answer : strcpy(answer, "");
}

/* The order is that in which the question is worked off. */
static void judge(struct python *python)
{
    struct text wrong = text_in(python->wrong, sizeof python->wrong);
    char answer[64];

    if (!*python_answer(python, "version", answer, sizeof answer)) {
        text_add(&wrong, "it can't be asked: ");
        child_add_end(&python->child, &wrong);
    } else if (!*python_answer(python, "library", answer, sizeof answer)) {
        text_add(&wrong, "the library was loaded but did not reach this Python "
                         "(CPython 3.8 and newer are served): ");
        child_add_end(&python->child, &wrong);
    } else if (!child_succeeded(&python->child)) {
        text_add(&wrong, "it answered, but then ");
        child_add_end(&python->child, &wrong);
    }
}

/* The path as it was found, not its target: a virtual environment goes by it. */
void python_ask(const struct subject *subject, struct python *python)
{
    static char isolated[] = "-I", no_site[] = "-S", command[] = "-c";
    static char options[] = "PIHOOK_OPTIONS=import-statements=1";
    static char no_config[] = "PIHOOK_CONFIG", enabled[] = "PIHOOK_DISABLE";
    char path[PATH_MAX], preload[SETTING_MAX];
    char *argv[] = {path, isolated, no_site, command, question, NULL};
    char *settings[] = {preload, options, no_config, enabled, NULL};

    strcpy(path, subject->program.path);
    snprintf(preload, sizeof preload, "LD_PRELOAD=%s", subject->library->path);
    memset(python, 0, sizeof *python);
    if (child_run(argv, settings, PYTHON_SECONDS, &python->child))
        strcpy(python->wrong, "it can't be run: too many processes");
    else
        judge(python);
}
