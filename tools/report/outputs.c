/* SPDX-License-Identifier: MIT */
/* Called by `pihook report` and `pihook run`: while options are read, and at the end. */
#include "report/outputs.h"

#include "command.h"
#include "replacement.h"

#include "base/nearest.h"

#include <string.h>
#include <unistd.h>

void outputs_init(struct outputs *outputs)
{
    *outputs = (struct outputs){.main = {.format = formats[0], .trace = trace_formats[0]},
                                .color = COLOR_AUTO};
}

/* ---------------------------------------------------------------------------- options */

enum { NAMES_MAX = 64 };

static int fail_format(const struct outputs *outputs, const char *name)
{
    const char *names[NAMES_MAX], *nearest;
    size_t count = 0;

    for (size_t i = 0; formats[i] && count < NAMES_MAX; i++)
        names[count++] = formats[i]->name;
    for (size_t i = 0; !outputs->findings_only && trace_formats[i] && count < NAMES_MAX; i++)
        names[count++] = trace_formats[i]->name;
    nearest = nearest_name(name, names, count);
    if (nearest)
        return fail(STATUS_USAGE, "unknown format %s: did you mean %s?", name, nearest);
    return fail(STATUS_USAGE, "unknown format %s (pihook report --help lists them)", name);
}

static int choose(const struct outputs *outputs, struct output *output, const char *name)
{
    output->format = format_find(name);
    output->trace = trace_format_find(name);
    if (output->format || (output->trace && !outputs->findings_only))
        return 0;
    if (output->trace)
        return fail(STATUS_USAGE, "format %s is one of traces, and not of findings", name);
    return fail_format(outputs, name);
}

int outputs_choose(struct outputs *outputs, const char *name)
{
    return choose(outputs, &outputs->main, name);
}

/* Such as "sarif", in what may be a format and a file. */
static bool looks_like_format(const char *given, size_t length)
{
    return length > 1 && strspn(given, "abcdefghijklmnopqrstuvwxyz") == length && given[length];
}

static int add_main(struct outputs *outputs, const char *file)
{
    if (outputs->main.file)
        return fail(STATUS_USAGE, "two files for one report: %s and %s (FORMAT:FILE is one more)",
                    outputs->main.file, file);
    if (!*file)
        return fail(STATUS_USAGE, "option --output needs the name of a file");
    outputs->main.file = file;
    return 0;
}

int outputs_add(struct outputs *outputs, const char *given)
{
    size_t length = strcspn(given, ":");
    char name[32];
    struct output *output = &outputs->more[outputs->count];

    if (!looks_like_format(given, length) || length >= sizeof name)
        return add_main(outputs, given);
    snprintf(name, sizeof name, "%.*s", (int)length, given);
    int wrong = choose(outputs, output, name);
    if (wrong)
        return wrong;
    if (outputs->count + 1 == OUTPUTS_MAX)
        return fail(STATUS_USAGE, "more than %d times --output", OUTPUTS_MAX - 1);
    output->file = given + length + 1;
    if (!*output->file)
        return fail(STATUS_USAGE, "option --output=%s needs the name of a file", given);
    outputs->count++;
    return 0;
}

static bool is_fit(const struct output *output, bool for_traces)
{
    return for_traces ? output->trace != NULL : output->format != NULL;
}

const struct output *outputs_unfit(const struct outputs *outputs, bool for_traces)
{
    if (!is_fit(&outputs->main, for_traces))
        return &outputs->main;
    for (unsigned i = 0; i < outputs->count; i++)
        if (!is_fit(&outputs->more[i], for_traces))
            return &outputs->more[i];
    return NULL;
}

/* ---------------------------------------------------------------------------- writing */

/* What is written with which function. */
struct writing {
    output_function *write;
    const void *argument;
};

static int write_to(const struct output *output, FILE *out, const struct writing *writing)
{
    return writing->write(output, out, color_is_on_for(fileno(out)), writing->argument);
}

/* Only after the input was read, which may be the same file. */
static int write_file(const struct output *output, const struct writing *writing)
{
    struct replacement file;
    int error = replacement_begin(&file, output->file), failed = 0;

    if (!error) {
        failed = write_to(output, file.out, writing);
        error = replacement_end(&file, failed == 0);
    }
    if (error)
        return fail(STATUS_FAILED, "%s can't be written: %s", output->file, strerror(error));
    return failed;
}

int outputs_each(const struct outputs *outputs, FILE *standard, bool quiet, output_function *write,
                 const void *argument)
{
    const struct writing writing = {write, argument};
    int failed = 0;

    color_configure(outputs->color);
    if (outputs->main.file)
        failed = write_file(&outputs->main, &writing);
    else if (!quiet)
        failed = write_to(&outputs->main, standard, &writing);
    for (unsigned i = 0; i < outputs->count; i++) {
        int result = write_file(&outputs->more[i], &writing);

        failed = failed ? failed : result;
    }
    return failed;
}

static int write_findings(const struct output *output, FILE *out, bool color, const void *all)
{
    const struct report_style style = {.color = color};

    return format_write(output->format, out, all, &style);
}

int outputs_write(const struct outputs *outputs, FILE *standard, bool quiet,
                  const struct collection *all)
{
    return outputs_each(outputs, standard, quiet, write_findings, all);
}
