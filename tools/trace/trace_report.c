/* SPDX-License-Identifier: MIT */
/* Called by `pihook report`. */
#include "trace/trace_report.h"

#include "command.h"
#include "trace/trace_file.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

static bool is_folder(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool trace_report_takes(char *const *paths, size_t count)
{
    size_t folders = 0;

    for (size_t i = 0; i < count; i++) {
        if (trace_file_is(paths[i]))
            return true;
        folders += is_folder(paths[i]);
    }
    return folders == count;
}

int trace_report_choose_limit(const char *given, unsigned *limit)
{
    char *end;

    errno = 0;
    unsigned long number = strtoul(given, &end, 10);

    if (*given < '0' || *given > '9' || *end || errno || number > UINT_MAX)
        return fail(STATUS_USAGE, "option --limit is a number of lines, not %s", given);
    *limit = (unsigned)number;
    return 0;
}

/* COLUMNS, or that of the terminal; elsewhere a line is as long as it must be. */
static unsigned width_of(FILE *out)
{
    const char *columns = getenv("COLUMNS");
    unsigned long given = columns ? strtoul(columns, NULL, 10) : 0;
    struct winsize size;

    if (given > 0 && given < 100000)
        return (unsigned)given;
    return ioctl(fileno(out), TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

struct written {
    const struct model *model;
    unsigned limit;
};

static int write_one(const struct output *output, FILE *out, bool color, const void *argument)
{
    const struct written *written = argument;
    const struct trace_style style = {
        .color = color, .width = width_of(out), .limit = written->limit};

    return output->trace->write(out, written->model, &style);
}

static bool shows_sources(const struct outputs *outputs)
{
    bool shows = !outputs->main.trace->without_sources;

    for (unsigned i = 0; i < outputs->count; i++)
        shows |= !outputs->more[i].trace->without_sources;
    return shows;
}

int trace_report(const struct outputs *outputs, unsigned limit, char *const *paths, size_t count,
                 FILE *standard)
{
    struct model model;
    bool read = model_read(&model, paths, count);
    int failed = 0;

    if (model.processes.count > 0) {
        const struct written written = {&model, limit};

        if (shows_sources(outputs))
            model_symbolise(&model);
        failed = outputs_each(outputs, standard, false, write_one, &written);
    }
    model_free(&model);
    if (failed)
        return failed;
    return read ? STATUS_YES : STATUS_NO;
}
