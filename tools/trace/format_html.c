/* SPDX-License-Identifier: MIT */
/*
 * The trace as one page for a browser, which needs nothing else: page/ with the trace in the
 * middle, as JSON.  trace.js there unpacks what is written here, and names columns alike.
 */
#include "progress.h"
#include "trace/columns.h"
#include "trace/formats.h"
#include "trace/page.h"

#include <inttypes.h>
#include <jansson.h>
#include <stddef.h>

#define COLUMN(type, name, kind, member)                      \
    {                                                         \
        name, COLUMN_##kind, offsetof(struct type, member), 0 \
    }
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What all kinds of spans have. */
#define WHEN(type)                                                                        \
    COLUMN(type, "begin", STEP, begin),                                                   \
        {"end", COLUMN_LENGTH, offsetof(struct type, end), offsetof(struct type, begin)}, \
        COLUMN(type, "thread", INDEX, thread)
#define WHERE(type) COLUMN(type, "place", U32, place), COLUMN(type, "stack", U32, stack)
#define MODE_FLAGS(type)                                                                 \
    {                                                                                    \
        "flags", COLUMN_FLAGS, offsetof(struct type, flags), offsetof(struct type, mode) \
    }

static const struct column PLACES[] = {
    COLUMN(model_place, "function", U32, function),
    COLUMN(model_place, "file", U32, file),
    COLUMN(model_place, "line", U32, line),
    COLUMN(model_place, "into", U32, into),
    COLUMN(model_place, "source", U32, source),
    COLUMN(model_place, "source_line", U32, source_line),
    COLUMN(model_place, "native", U8, native),
    COLUMN(model_place, "offset", U64, offset),
};

static const struct column CLASSES[] = {
    COLUMN(model_class, "place", U32, place), COLUMN(model_class, "traits", U32, traits),
    COLUMN(model_class, "name", U32, name),   COLUMN(model_class, "origin", U8, origin),
    COLUMN(model_class, "kind", U8, kind),
};

static const struct column PROCESSES[] = {
    COLUMN(model_process, "pid", I32, pid),          COLUMN(model_process, "began", TIME, began),
    COLUMN(model_process, "ended", TIME, ended),     COLUMN(model_process, "lost", U64, lost),
    COLUMN(model_process, "dropped", U64, dropped),  COLUMN(model_process, "parent", INDEX, parent),
    COLUMN(model_process, "command", U32, command),  COLUMN(model_process, "program", U32, program),
    COLUMN(model_process, "python", U32, python),    COLUMN(model_process, "status", I32, status),
    COLUMN(model_process, "flags", U32, flags),      COLUMN(model_process, "exited", U8, exited),
    COLUMN(model_process, "replaced", U8, replaced), COLUMN(model_process, "cut", U8, cut),
};

static const struct column THREADS[] = {
    COLUMN(model_thread, "began", TIME, began),
    COLUMN(model_thread, "ended", TIME, ended),
    COLUMN(model_thread, "cpu", I64, cpu),
    COLUMN(model_thread, "joined", TIME, joined),
    COLUMN(model_thread, "process", INDEX, process),
    COLUMN(model_thread, "tid", U32, tid),
    COLUMN(model_thread, "name", U32, name),
    COLUMN(model_thread, "creator", INDEX, creator),
    COLUMN(model_thread, "place", U32, place),
    COLUMN(model_thread, "stack", U32, stack),
    COLUMN(model_thread, "joiner", INDEX, joiner),
    COLUMN(model_thread, "open_holds", U32, open_holds),
    COLUMN(model_thread, "traits", U8, traits),
    COLUMN(model_thread, "flags", U8, flags),
    COLUMN(model_thread, "fate", U8, fate),
};

static const struct column LOCKS[] = {
    COLUMN(model_lock, "address", HEX, address),
    COLUMN(model_lock, "process", INDEX, process),
    COLUMN(model_lock, "class", U32, lock_class),
    COLUMN(model_lock, "name", U32, name),
    COLUMN(model_lock, "acquisitions", U32, acquisitions),
    COLUMN(model_lock, "failures", U32, failures),
    COLUMN(model_lock, "kind", U8, kind),
};

static const struct column HOLDS[] = {
    WHEN(model_hold),
    WHERE(model_hold),
    MODE_FLAGS(model_hold),
    COLUMN(model_hold, "subject", INDEX, lock),
    COLUMN(model_hold, "end_place", U32, end_place),
    COLUMN(model_hold, "end_stack", U32, end_stack),
    COLUMN(model_hold, "wait", INDEX, wait),
    COLUMN(model_hold, "releaser", INDEX, releaser),
    COLUMN(model_hold, "again", U32, again),
};

static const struct column WAITS[] = {
    WHEN(model_wait),
    WHERE(model_wait),
    MODE_FLAGS(model_wait),
    COLUMN(model_wait, "subject", INDEX, lock),
    COLUMN(model_wait, "holder", INDEX, holder),
    COLUMN(model_wait, "holder_stack", U32, holder_stack),
    COLUMN(model_wait, "holder_hold", INDEX, holder_hold),
    COLUMN(model_wait, "hold", INDEX, hold),
};

static const struct column CONDITIONS[] = {
    WHEN(model_condition),
    WHERE(model_condition),
    COLUMN(model_condition, "flags", U8, flags),
    COLUMN(model_condition, "subject", INDEX, lock),
};

static const struct column JOINS[] = {
    WHEN(model_join),
    WHERE(model_join),
    COLUMN(model_join, "flags", U8, flags),
    COLUMN(model_join, "subject", INDEX, joined),
};

static const struct column IMPORTS[] = {
    WHEN(model_import),
    WHERE(model_import),
    COLUMN(model_import, "flags", U8, flags),
    COLUMN(model_import, "subject", U32, name),
    COLUMN(model_import, "self", I64, self),
    COLUMN(model_import, "find", I64, find),
    COLUMN(model_import, "body", I64, body),
    COLUMN(model_import, "hooks", I64, hooks),
    COLUMN(model_import, "library", I64, library),
    COLUMN(model_import, "memory", I64, memory),
    COLUMN(model_import, "bytes", U64, bytes),
    COLUMN(model_import, "parent", INDEX, parent),
    COLUMN(model_import, "depth", U32, depth),
    COLUMN(model_import, "after", U32, after),
    COLUMN(model_import, "origin", U32, origin),
    COLUMN(model_import, "loader", U32, loader),
    COLUMN(model_import, "found", U8, found),
    COLUMN(model_import, "used", TIME, used),
    COLUMN(model_import, "used_place", U32, used_place),
    COLUMN(model_import, "use", U8, use),
    COLUMN(model_import, "chosen", U8, chosen),
};

static const struct column HOOKS[] = {
    WHEN(model_hook),
    COLUMN(model_hook, "flags", U8, flags),
    COLUMN(model_hook, "subject", U32, name),
    COLUMN(model_hook, "action", U32, action),
    COLUMN(model_hook, "import", INDEX, import),
};

static const struct column LIBRARIES[] = {
    WHEN(model_library),
    COLUMN(model_library, "flags", U8, flags),
    COLUMN(model_library, "subject", U32, file),
    COLUMN(model_library, "name", U32, name),
    COLUMN(model_library, "import", INDEX, import),
};

static const struct column LAZIES[] = {
    COLUMN(model_lazy, "declared", TIME, declared), COLUMN(model_lazy, "run", TIME, run),
    COLUMN(model_lazy, "process", INDEX, process),  COLUMN(model_lazy, "name", U32, name),
    COLUMN(model_lazy, "place", U32, place),        COLUMN(model_lazy, "run_place", U32, run_place),
};

static const struct column STATEMENTS[] = {
    COLUMN(model_statement, "count", U64, count),
    COLUMN(model_statement, "process", INDEX, process),
    COLUMN(model_statement, "importer", U32, importer),
    COLUMN(model_statement, "imported", U32, imported),
    COLUMN(model_statement, "place", U32, place),
};

static const struct column MOMENTS[] = {
    COLUMN(model_moment, "time", TIME, time),    COLUMN(model_moment, "thread", INDEX, thread),
    COLUMN(model_moment, "place", U32, place),   COLUMN(model_moment, "value", INDEX, value),
    COLUMN(model_moment, "other", INDEX, other), COLUMN(model_moment, "kind", U8, kind),
};

/* Whatever a string says, a browser sees no tag in it, and no end of the script. */
static int put_without_tags(const char *text, size_t length, void *out)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] == '<')
            fputs("\\u003c", out);
        else
            putc_unlocked(text[i], out);
    return 0;
}

static void put_string(FILE *out, const char *text)
{
    json_t *string = json_string(text);

    if (!string || json_dump_callback(string, put_without_tags, out, JSON_ENCODE_ANY) != 0)
        fputs("\"\"", out);
    json_decref(string);
}

static void put_strings(FILE *out, const struct model *model)
{
    fputs("\"strings\":[", out);
    for (size_t i = 0; i < model->strings.count; i++) {
        if (i)
            putc(',', out);
        put_string(out, model->strings.items[i]);
    }
    putc(']', out);
}

static void put_stack(FILE *out, const struct model *model, const struct model_stack *stack)
{
    for (uint32_t i = 0; i < stack->count; i++)
        fprintf(out, "%s%" PRIu32, i ? "," : "[", model->frames.items[stack->first + i]);
    fputs(stack->count ? "]" : "[]", out);
}

static void put_stacks(FILE *out, const struct model *model)
{
    fputs("\"stacks\":[", out);
    for (size_t i = 0; i < model->stacks.count; i++) {
        if (i)
            putc(',', out);
        put_stack(out, model, &model->stacks.items[i]);
    }
    putc(']', out);
}

/* CLOCK_REALTIME at the first moment, in milliseconds; 0: nothing was read. */
static int64_t clock_at_begin(const struct model *model)
{
    const struct model_process *first = model->processes.items;

    if (!model->processes.count)
        return 0;
    return columns_difference(first->realtime, columns_difference(first->began, model->begin)) /
           1000000;
}

static void put_tables(FILE *out, const struct model *model)
{
#define TABLE(member, columns)                                                                   \
    {                                                                                            \
#member, model->member.items, model->member.count, sizeof *model->member.items, columns, \
            COUNT(columns)                                                                       \
    }
    const struct column_table tables[] = {
        TABLE(places, PLACES),         TABLE(classes, CLASSES),       TABLE(processes, PROCESSES),
        TABLE(threads, THREADS),       TABLE(locks, LOCKS),           TABLE(holds, HOLDS),
        TABLE(waits, WAITS),           TABLE(conditions, CONDITIONS), TABLE(joins, JOINS),
        TABLE(gil_holds, HOLDS),       TABLE(gil_waits, WAITS),       TABLE(imports, IMPORTS),
        TABLE(hooks, HOOKS),           TABLE(libraries, LIBRARIES),   TABLE(lazies, LAZIES),
        TABLE(statements, STATEMENTS), TABLE(moments, MOMENTS),
    };
#undef TABLE
    uint64_t whole = 0;

    for (size_t i = 0; i < COUNT(tables); i++)
        whole += tables[i].count * tables[i].column_count;
    progress_begin("writing the page", whole);
    for (size_t i = 0; i < COUNT(tables); i++) {
        fputs(",\n", out);
        columns_write(out, &tables[i], model->begin);
    }
    progress_end();
}

static int write_html(FILE *out, const struct model *model, const struct trace_style *style)
{
    (void)style;
    fputs(page_before, out);
    fprintf(out,
            "{\"writer\":\"" PACKAGE_STRING "\",\"realtime\":%" PRId64 ",\"length\":%" PRId64 ",\n",
            clock_at_begin(model), columns_difference(model->end, model->begin));
    put_strings(out, model);
    fputs(",\n", out);
    put_stacks(out, model);
    put_tables(out, model);
    fputs("}\n", out);
    fputs(page_after, out);
    return 0;
}

const struct trace_format trace_format_html = {
    .name = "html",
    .meaning = "one page for a browser, which needs no network",
    .write = write_html,
};
