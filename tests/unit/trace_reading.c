/* SPDX-License-Identifier: MIT */
/* Linked to the unit tests of models of traces. */
#include "trace_reading.h"

#include "../trace/script.h"
#include "trace/model_names.h"
#include "trace/model_reader.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct model model_of_script(const char *script)
{
    return model_of_scripts(script, NULL);
}

struct model model_of_scripts(const char *first, ...)
{
    char *paths[] = {(char *)"traces"};
    char path[64];
    struct model model;
    unsigned count = 0;
    va_list rest;

    assert_int_equal(system("rm -rf traces && mkdir traces"), 0);
    va_start(rest, first);
    for (const char *script = first; script != NULL; script = va_arg(rest, const char *)) {
        snprintf(path, sizeof path, "traces/%u", count++);
        trace_script_file(path, script);
    }
    va_end(rest);
    assert_true(model_read(&model, paths, 1));
    assert_int_equal(model.processes.count, count);
    return model;
}

struct model model_of_bytes(const unsigned char *bytes, size_t count)
{
    struct trace_file file;
    struct model model;
    unsigned char *copy = malloc(count > 0 ? count : 1); /* so that a sanitizer sees its end */

    assert_non_null(copy);
    memcpy(copy, bytes, count);
    names_begin(&model);
    if (!trace_file_of_bytes(&file, "bytes", copy, count))
        reader_add(&model, &file);
    trace_file_close(&file);
    free(copy);
    model_settle(&model);
    names_end(&model);
    return model;
}
