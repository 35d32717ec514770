/* SPDX-License-Identifier: MIT */
/* Called by `pihook report` and `pihook run`: while options are read, and at the end. */
#include "report/outputs.h"

#include "command.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void outputs_init(struct outputs *outputs)
{
    *outputs = (struct outputs){.main.format = formats[0], .color = COLOR_AUTO};
}

/* ---------------------------------------------------------------------------- options */

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
    int wrong = format_choose(name, &output->format);
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

/* ---------------------------------------------------------------------------- writing */

static int write_to(const struct output *output, FILE *out, const struct collection *all)
{
    const struct report_style style = {.color = color_is_on_for(fileno(out))};

    return format_write(output->format, out, all, &style);
}

/* Only after the input was read, which may be the same file. */
static int write_file(const struct output *output, const struct collection *all)
{
    FILE *out = fopen(output->file, "we");
    bool written;
    int failed;

    if (!out)
        return fail(STATUS_FAILED, "%s can't be written: %s", output->file, strerror(errno));
    failed = write_to(output, out, all);
    written = !ferror(out);
    if (fclose(out) || !written)
        return fail(STATUS_FAILED, "%s can't be written: %s", output->file, strerror(errno));
    return failed;
}

int outputs_write(const struct outputs *outputs, FILE *standard, bool quiet,
                  const struct collection *all)
{
    int failed = 0;

    color_configure(outputs->color);
    if (outputs->main.file)
        failed = write_file(&outputs->main, all);
    else if (!quiet)
        failed = write_to(&outputs->main, standard, all);
    for (unsigned i = 0; i < outputs->count; i++) {
        int result = write_file(&outputs->more[i], all);

        failed = failed ? failed : result;
    }
    return failed;
}
