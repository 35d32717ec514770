/* SPDX-License-Identifier: MIT */
/* Called before the program is run, and for its options again after it. */
#include "run/settings.h"

#include "command.h"
#include "config/file.h"
#include "config/options.h"
#include "report/pool.h"

#include <stdlib.h>
#include <string.h>

static void set(const char *name, const char *value)
{
    if (setenv(name, value, 1))
        no_memory();
}

/* `list`, a colon if there was anything, and the new part; the list is freed. */
static char *with(char *list, const char *name, const char *value)
{
    char *longer;

    if (asprintf(&longer, "%s%s%s=%s", list ? list : "", list && *list ? ":" : "", name, value) < 0)
        no_memory();
    free(list);
    return longer;
}

/* The same with an option that has a value already. */
static char *with_option(char *list, const char *option)
{
    char *longer;

    if (asprintf(&longer, "%s%s%s", list ? list : "", list && *list ? ":" : "", option) < 0)
        no_memory();
    free(list);
    return longer;
}

static char *with_file(char *list, const char *name, const char *folder, const char *start)
{
    char *file;

    if (asprintf(&file, "%s/%s%%p", folder, start) < 0)
        no_memory();
    list = with(list, name, file);
    free(file);
    return list;
}

static char *with_present(char *list)
{
    const char *present = getenv("PIHOOK_OPTIONS");

    return present ? with_option(list, present) : list;
}

static char *with_chosen(char *list, const struct settings *settings)
{
    for (size_t i = 0; i < settings->option_count; i++)
        list = with_option(list, settings->options[i]);
    return list;
}

/* The last one counts: what the report needs comes at the end. */
static char *options_of_run(const struct settings *settings, const struct folder *folder)
{
    char *list = with(with_present(NULL), "on-deadlock", settings->on_deadlock);

    if (!settings->children)
        list = with(list, "children", "no");
    list = with_chosen(list, settings);
    list = with_file(list, "findings", folder->path, SETTINGS_FINDINGS);
    if (settings->graph)
        list = with_file(list, "graph", folder->path, SETTINGS_GRAPH);
    list = with_file(list, "log", folder->path, SETTINGS_LOG);
    if (settings->dump_signal) {
        char number[16];

        snprintf(number, sizeof number, "%d", settings->dump_signal);
        list = with(list, "dump-signal", number);
    }
    list = with_file(list, "matched-suppressions", folder->path, SETTINGS_MATCHED);
    return with(list, "exitcode", "0"); /* the run has one of its own */
}

static void set_preload(const char *library)
{
    const char *present = getenv("LD_PRELOAD");
    char *list;

    if (asprintf(&list, "%s%s%s", library, present && *present ? ":" : "", present ? present : "") <
        0)
        no_memory();
    set("LD_PRELOAD", list);
    free(list);
}

static char *without_rules(char *list)
{
    static const struct {
        const char *name, *section;
    } ALL[] = {
#define OPTION(field, name, section, KIND, value, meaning) {name, section},
#include "config/options.def"
#undef OPTION
    };

    for (size_t i = 0; i < sizeof ALL / sizeof *ALL; i++)
        if (!strcmp(ALL[i].section, "rules"))
            list = with(list, ALL[i].name, "off");
    return list;
}

/* The list is freed. */
static void apply(const struct settings *settings, char *list)
{
    set("PIHOOK_OPTIONS", list);
    free(list);
    set_preload(settings->library);
    if (settings->config)
        set("PIHOOK_CONFIG", settings->config);
}

void settings_apply(const struct settings *settings, const struct folder *folder)
{
    apply(settings, options_of_run(settings, folder));
}

void settings_apply_trace(const struct settings *settings, const char *folder)
{
    char *list = with_chosen(with_present(without_rules(NULL)), settings);

    apply(settings, with_file(list, "trace", folder, "trace."));
}

static void count_mistake(void *count, const char *where, unsigned line, const char *sentence)
{
    (void)where; /* the variable that we shall put it into */
    (void)line;
    fail(STATUS_USAGE, "--option: %s", sentence);
    ++*(unsigned *)count;
}

int settings_add_option(struct settings *settings, char *option)
{
    unsigned mistakes = 0;
    const struct complaints complaints = {.tell = count_mistake, .context = &mistakes};
    struct options parsed;

    options_defaults(&parsed);
    options_parse(&parsed, option, &complaints);
    if (mistakes > 0)
        return STATUS_USAGE;
    if (settings->option_count == SETTINGS_OPTIONS_MAX)
        return fail(STATUS_USAGE, "more than %d times --option", SETTINGS_OPTIONS_MAX);
    settings->options[settings->option_count++] = option;
    return 0;
}

/* What is wrong with them each process has told. */
static void tell_nothing(void *context, const char *where, unsigned line, const char *sentence)
{
    (void)context;
    (void)where;
    (void)line;
    (void)sentence;
}

static void take_no_hook(void *context, const struct hook_entry *entry)
{
    (void)context;
    (void)entry;
}

void settings_of_run(struct options *options)
{
    const struct config_sink sink = {
        .options = options, .hook = take_no_hook, .complaints = {.tell = tell_nothing}};
    const char *file = getenv("PIHOOK_CONFIG"), *list = getenv("PIHOOK_OPTIONS");

    options_defaults(options);
    config_read(SYSTEM_CONFIG, true, &sink);
    if (file && *file)
        config_read(file, false, &sink);
    if (list)
        options_parse(options, list, &sink.complaints);
}
