/* SPDX-License-Identifier: MIT */
/*
 * Brings all rooms up, in the library's constructor.  In a process without a Python it reads
 * the configuration, registers a handler for the exit, and leaves.
 */
#include "preload/init.h"

#include "base/image.h"
#include "base/log.h"
#include "base/text.h"
#include "config/file.h"
#include "config/trust.h"
#include "imports/registry.h"
#include "preload/checks.h"
#include "preload/children.h"
#include "preload/dump.h"
#include "preload/exit.h"
#include "preload/fork.h"
#include "preload/late_python.h"
#include "preload/python_import_lock.h"
#include "preload/python_lock.h"
#include "preload/real.h"
#include "preload/tracer.h"
#include "python/statements.h"
#include "python/way_in.h"
#include "report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct options options;
static bool on;

bool init_is_on(void)
{
    return on;
}

static void complain(void *context, const char *where, unsigned line, const char *sentence)
{
    (void)context;
    log_complaint(where, line, sentence);
}

static const struct complaints complaints = {.tell = complain};

static void add_hook(void *context, const struct hook_entry *entry)
{
    static const enum action ACTIONS[] = {
        [HOOK_WARN] = ACTION_WARN,
        [HOOK_CALL] = ACTION_CALL,
        [HOOK_EXEC] = ACTION_EXEC,
        [HOOK_NATIVE] = ACTION_NATIVE,
    };

    (void)context;
    if (registry_add(&(struct hook){.pattern = entry->pattern,
                                    .action = ACTIONS[entry->kind],
                                    .text = entry->value,
                                    .file = entry->file,
                                    .line = entry->line,
                                    .raise = entry->raise,
                                    .optional = entry->optional,
                                    .reload = entry->reload}) < 0)
        log_complaint(entry->file, entry->line, "no memory for this hook");
}

/* A process with more rights than its user takes nothing from that user. */
static void configure(void)
{
    const struct config_sink sink = {
        .options = &options, .hook = add_hook, .complaints = complaints};
    const char *file = getenv("PIHOOK_CONFIG");
    const char *list = getenv("PIHOOK_OPTIONS");

    options_defaults(&options);
    if (trust_process_is_privileged()) {
        if (file != NULL || list != NULL)
            log_line("PIHOOK_CONFIG and PIHOOK_OPTIONS are ignored: "
                     "this process has more rights than its user");
        return;
    }
    config_read(SYSTEM_CONFIG, true, &sink);
    if (file != NULL && *file != '\0')
        config_read(file, false, &sink);
    if (list != NULL)
        options_parse(&options, list, &complaints);
}

static void print_options(void)
{
    static char bytes[32768];
    struct text text = text_in(bytes, sizeof bytes);

    options_print(&options, &text);
    log_write(bytes, text.length);
}

static void find_python(void)
{
    struct image image;

    if (image_exporting(PYTHON_MARK, &options, &image)) {
        statements_pass(&image);
        if (way_in_open(&image, &options))
            return;
    }
    late_python_await(&options);
}

static bool disabled(void)
{
    const char *value = getenv("PIHOOK_DISABLE");

    return value != NULL && *value != '\0' && strcmp(value, "0") != 0;
}

__attribute__((constructor)) static void init(void)
{
    int error = errno;

    real_ready();
    if (!disabled()) {
        configure();
        log_to(options.log);
        report_configure(&options);
        if (options.help)
            print_options();
        exit_watch(options.exitcode);
        fork_watch();
        if (!options.children)
            children_leave_alone();
        tracer_start(&options);
        checks_start(&options);
        if (checks_state == CHECKS_ON) {
            python_lock_watch(&options);
            python_import_lock_watch();
            tracer_watch_imports();
            if (options.dump_signal != 0)
                dump_on(options.dump_signal);
        }
        on = true;
        find_python();
    } else {
        checks_stop();
    }
    errno = error;
}
