/* SPDX-License-Identifier: MIT */
/*
 * Imports as `python -X importtime` prints them, for programs that read that text.  It knows no
 * threads: each thread's imports follow those of the one before.
 */
#include "trace/formats.h"

#include <inttypes.h>

/* Whole microseconds of a line that all imports share, so that parts add up to what they are of. */
static int64_t microseconds(const struct model *model, int64_t time)
{
    return (time - model->begin) / 1000;
}

static int64_t total_of(const struct model *model, const struct model_import *import)
{
    return microseconds(model, import->end) - microseconds(model, import->begin);
}

static void print_import(FILE *out, const struct model *model, uint32_t number)
{
    const struct model_import *imports = model->imports.items, *import = &imports[number];
    int64_t total = total_of(model, import), self = total;

    for (uint32_t i = number + 1; i < import->after; i = imports[i].after)
        self -= total_of(model, &imports[i]);
    fprintf(out, "import time: %9" PRId64 " | %10" PRId64 " | %*s%s\n", self, total,
            (int)import->depth * 2, "", model_string(model, import->name));
}

/* An import is printed when it ends: behind all that are below it. */
static int write_importtime(FILE *out, const struct model *model, const struct trace_style *style)
{
    const struct model_import *imports = model->imports.items;
    uint32_t open = MODEL_NONE;

    (void)style;
    fputs("import time: self [us] | cumulative | imported package\n", out);
    for (uint32_t i = 0; i <= model->imports.count; i++) {
        while (open != MODEL_NONE && imports[open].after == i) {
            print_import(out, model, open);
            open = imports[open].parent;
        }
        if (i < model->imports.count)
            open = i;
    }
    return 0;
}

const struct trace_format trace_format_importtime = {
    .name = "importtime",
    .meaning = "imports, as the text of python -X importtime",
    .write = write_importtime,
    .without_sources = true,
};
