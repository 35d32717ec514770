/* SPDX-License-Identifier: MIT */
/*
 * Any text as PIHOOK_OPTIONS.  Run by libFuzzer or by standalone.c; what must hold for
 * every input is checked with require(), which aborts.
 */
#include "config/options.h"
#include "fuzz.h"

#include <string.h>

enum { TOLD_MAX = 33 };

static void hear(void *context, const char *where, unsigned line, const char *sentence)
{
    unsigned *count = context;

    require(strcmp(where, "PIHOOK_OPTIONS") == 0);
    require(line == 0);
    require(sentence[0] != '\0');
    for (const char *at = sentence; *at != '\0'; at++)
        require((unsigned char)*at >= ' ' && *at != 0x7f);
    require(++*count <= TOLD_MAX);
}

static void check_values(const struct options *options)
{
    require(options->hook_failed <= LEVEL_ERROR);
    require(options->import_road <= ROAD_OFF);
    require(options->exitcode >= 0 && options->exitcode <= 255);
    require(options->lock_order <= LEVEL_ERROR);
    require(options->on_violation <= ON_VIOLATION_ABORT);
    require(options->color <= COLOR_NEVER);
    require(options->stack_depth >= 1 && options->stack_depth <= OPTION_FRAMES_MAX);
    require(options->report_size >= 4 && options->report_size <= 1000000);
    require(memchr(options->findings, '\0', sizeof options->findings) != NULL);
    require(memchr(options->log, '\0', sizeof options->log) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    static struct options options;
    static char help[1 << 14];
    unsigned told = 0;
    const struct complaints complaints = {hear, &told};
    struct text text = text_in(help, sizeof help);
    char *list = malloc(count + 1);

    require(list != NULL);
    memcpy(list, bytes, count);
    list[count] = '\0';
    options_defaults(&options);
    options_parse(&options, list, &complaints);
    check_values(&options);
    options_print(&options, &text);
    require(!text.cut);
    free(list);
    return 0;
}
