/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a trace.  Run by libFuzzer or by standalone.c; what must hold for every input is
 * checked with require(), which aborts.
 *
 * So that a byte more or less doesn't move all that follows, an input is lines: the first is the
 * header, each other one a record that zeroes complete, and an empty line begins a new chunk,
 * whose head is its first line.
 */
#include "fuzz.h"
#include "trace/formats.h"
#include "trace/model_names.h"
#include "trace/model_reader.h"
#include "trace/perfetto.pb-c.h"

#include <jansson.h>
#include <string.h>

enum { CHUNKS_MAX = 8 };

/* ------------------------------------------------------------------------- the input */

static unsigned char bytes_of_trace[CHUNKS_MAX * TRACE_CHUNK] __attribute__((aligned(8)));

/* A header and chunk heads that are taken for ones; the rest is the input's. */
static void mend_header(void)
{
    struct trace_header header;

    memcpy(&header, bytes_of_trace, sizeof header);
    memcpy(header.magic, TRACE_MAGIC, sizeof header.magic);
    header.byte_order = TRACE_BYTE_ORDER;
    header.version = TRACE_VERSION;
    header.chunk_bytes = TRACE_CHUNK;
    header.record_bytes = TRACE_RECORD;
    memcpy(bytes_of_trace, &header, sizeof header);
}

static void mend_chunk(unsigned char *start, uint32_t records)
{
    struct trace_chunk chunk;

    memcpy(&chunk, start, sizeof chunk);
    chunk.magic = TRACE_CHUNK_MAGIC;
    chunk.kind = chunk.kind % 2 + 1;
    if (chunk.used > 2 * records)
        chunk.used = records;
    memcpy(start, &chunk, sizeof chunk);
}

/* Returns how long the trace is. */
static size_t lay_out(const uint8_t *bytes, size_t count)
{
    size_t chunk = 0, record = 0, end;

    memset(bytes_of_trace, 0, sizeof bytes_of_trace);
    for (size_t from = 0; from < count; from = end + 1) {
        const uint8_t *newline = memchr(bytes + from, '\n', count - from);
        size_t room = chunk == 0 ? sizeof(struct trace_header) : TRACE_RECORD;

        end = newline != NULL ? (size_t)(newline - bytes) : count;
        if (end == from || (chunk == 0 && record > 0)) {
            if (chunk > 0)
                mend_chunk(bytes_of_trace + chunk * TRACE_CHUNK, (uint32_t)record);
            if (++chunk == CHUNKS_MAX)
                break;
            record = 0;
        }
        if (end > from && record <= TRACE_CHUNK_RECORDS)
            memcpy(bytes_of_trace + chunk * TRACE_CHUNK + TRACE_RECORD * record++, bytes + from,
                   end - from < room ? end - from : room);
    }
    if (chunk < CHUNKS_MAX && chunk > 0)
        mend_chunk(bytes_of_trace + chunk * TRACE_CHUNK, (uint32_t)record);
    mend_header();
    if (chunk == 0)
        return TRACE_CHUNK;
    return chunk < CHUNKS_MAX ? chunk * TRACE_CHUNK + (record + 1) * TRACE_RECORD + count % 64
                              : sizeof bytes_of_trace;
}

/* ----------------------------------------------------------------------- what must hold */

static void require_index(uint32_t index, size_t count)
{
    require(index == MODEL_NONE || index < count);
}

static void check_names(const struct model *model)
{
    for (size_t i = 0; i < model->strings.count; i++)
        for (const char *at = model->strings.items[i]; *at != '\0'; at++)
            require((unsigned char)*at >= ' ' && *at != 0x7f);
    for (size_t i = 0; i < model->places.count; i++)
        require(model->places.items[i].function < model->strings.count &&
                model->places.items[i].file < model->strings.count);
    for (size_t i = 0; i < model->stacks.count; i++)
        require((size_t)model->stacks.items[i].first + model->stacks.items[i].count <=
                model->frames.count);
    for (size_t i = 0; i < model->frames.count; i++)
        require(model->frames.items[i] < model->places.count);
}

static void check_threads(const struct model *model)
{
    for (size_t i = 0; i < model->threads.count; i++) {
        const struct model_thread *thread = &model->threads.items[i];

        require(thread->process < model->processes.count && thread->ended >= thread->began);
        require(thread->began >= model->begin && thread->name < model->strings.count);
        require_index(thread->creator, model->threads.count);
        require_index(thread->joiner, model->threads.count);
    }
}

static void check_waits(const struct model *model, const struct model_waits *waits,
                        const struct model_holds *holds)
{
    for (size_t i = 0; i < waits->count; i++) {
        const struct model_wait *wait = &waits->items[i];

        require(wait->begin >= model->begin && wait->end >= wait->begin);
        require(i == 0 || waits->items[i - 1].begin <= wait->begin);
        require(wait->thread < model->threads.count && wait->lock < model->locks.count);
        require_index(wait->holder, model->threads.count);
        require_index(wait->holder_hold, holds->count);
        require_index(wait->hold, holds->count);
        require(wait->hold == MODEL_NONE || holds->items[wait->hold].wait == i);
    }
}

static void check_holds(const struct model *model, const struct model_holds *holds,
                        const struct model_waits *waits)
{
    for (size_t i = 0; i < holds->count; i++) {
        const struct model_hold *hold = &holds->items[i];

        require(hold->begin >= model->begin && hold->end >= hold->begin);
        require(i == 0 || holds->items[i - 1].begin <= hold->begin);
        require(hold->thread < model->threads.count && hold->lock < model->locks.count);
        require(hold->releaser < model->threads.count);
        require_index(hold->wait, waits->count);
    }
}

/* A tree in its order, and no time is counted twice or lost. */
static void check_imports(const struct model *model)
{
    int64_t self = 0, whole = 0;

    for (uint32_t i = 0; i < model->imports.count; i++) {
        const struct model_import *import = &model->imports.items[i];

        require(import->end >= import->begin && import->self >= 0);
        require(import->find >= 0 && import->body >= 0);
        require(import->find + import->body <= import->self);
        require(import->hooks >= 0 && import->library >= 0);
        require(import->after > i && import->after <= model->imports.count);
        if (import->parent == MODEL_NONE) {
            require(import->depth == 0);
            whole += import->end - import->begin;
        } else {
            require(import->parent < i &&
                    import->after <= model->imports.items[import->parent].after);
            require(import->depth == model->imports.items[import->parent].depth + 1);
            require(import->thread == model->imports.items[import->parent].thread);
        }
        self += import->self;
    }
    require(self == whole);
    for (size_t i = 0; i < model->hooks.count; i++)
        require_index(model->hooks.items[i].import, model->imports.count);
    for (size_t i = 0; i < model->libraries.count; i++)
        require_index(model->libraries.items[i].import, model->imports.count);
}

static bool is_json(const struct trace_format *format)
{
    return format == &trace_format_json || format == &trace_format_html ||
           format == &trace_format_chrome || format == &trace_format_speedscope;
}

static void check_json(const char *text, size_t length)
{
    json_t *read = json_loadb(text, length, 0, NULL);

    require(json_is_object(read));
    json_decref(read);
}

static void check_perfetto(const char *text, size_t length)
{
    Perfetto__Protos__Trace *read =
        perfetto__protos__trace__unpack(NULL, length, (const uint8_t *)text);

    require(read != NULL && read->n_packet > 0);
    perfetto__protos__trace__free_unpacked(read, NULL);
}

/* What programs read is what they take; what people read is printed at all. */
static void check_formats(const struct model *model)
{
    const struct trace_style style = {.width = 80, .limit = 5};

    for (size_t i = 0; trace_formats[i] != NULL; i++) {
        char *text;
        size_t length;
        FILE *out = open_memstream(&text, &length);

        require(out != NULL && trace_formats[i]->write(out, model, &style) == 0);
        require(fclose(out) == 0);
        if (is_json(trace_formats[i]))
            check_json(text, length);
        else if (trace_formats[i] == &trace_format_perfetto)
            check_perfetto(text, length);
        free(text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct trace_file file;
    struct model model;
    size_t size = lay_out(bytes, count);

    names_begin(&model);
    require(trace_file_of_bytes(&file, "input", bytes_of_trace, size) == 0);
    reader_add(&model, &file);
    trace_file_close(&file);
    model_settle(&model);
    names_end(&model);
    check_names(&model);
    check_threads(&model);
    check_waits(&model, &model.waits, &model.holds);
    check_waits(&model, &model.gil_waits, &model.gil_holds);
    check_holds(&model, &model.holds, &model.waits);
    check_holds(&model, &model.gil_holds, &model.gil_waits);
    check_imports(&model);
    check_formats(&model);
    model_free(&model);
    return 0;
}
