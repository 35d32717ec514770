/* SPDX-License-Identifier: MIT */
/*
 * Definitions of a file, as the model's.  Whatever refers to others is read after them, and so it
 * doesn't matter in which chunk they stand.  Called before the file's events are read.
 */
#include "base/hash.h"
#include "graph/vector.h"
#include "report/pool.h"
#include "trace/model_names.h"
#include "trace/model_reader.h"

#include <string.h>

void reader_put(struct map *map, uint64_t key, uint32_t value)
{
    if (!map_put(map, key, (uint64_t)value + 1))
        no_memory();
}

static uint64_t key_of(enum trace_definition_kind kind, uint32_t number)
{
    return (uint64_t)kind << 32 | number;
}

uint32_t reader_number(const struct reader *reader, enum trace_definition_kind kind,
                       uint32_t number)
{
    uint64_t found = number == 0 ? 0 : map_get(&reader->numbers, key_of(kind, number));

    return found == 0 ? 0 : (uint32_t)(found - 1);
}

uint64_t reader_lock_key(uint64_t address, uint32_t lock_class)
{
    uint64_t key = hash_mix(address, lock_class);

    return key != 0 ? key : 1;
}

static uint32_t string(const struct reader *reader, uint32_t number)
{
    return reader_number(reader, TRACE_STRING, number);
}

static uint32_t place(const struct reader *reader, uint32_t number)
{
    return reader_number(reader, TRACE_PLACE, number);
}

/* ------------------------------------------------------------------------ each record */

/* One of a definition's kind; `tail` is what goes over its first record. */
struct definition {
    struct trace_definition fixed;
    const unsigned char *bytes; /* the whole of it */
    size_t count;
};

typedef void (*define)(struct reader *reader, const struct definition *definition);

/* Where its text or its places begin. */
enum { DATA = offsetof(struct trace_definition, string.text) };

static void define_string(struct reader *reader, const struct definition *definition)
{
    uint32_t length = definition->fixed.string.length;

    if (length > definition->count - DATA) {
        reader->file->cut = true;
        return;
    }
    reader_put(&reader->numbers, key_of(TRACE_STRING, definition->fixed.number),
               names_string(reader->model, (const char *)definition->bytes + DATA, length));
}

static void define_place(struct reader *reader, const struct definition *definition)
{
    const struct trace_definition *fixed = &definition->fixed;
    struct model_place added = {.offset = fixed->place.offset,
                                .function = string(reader, fixed->place.function),
                                .file = string(reader, fixed->place.file),
                                .line = fixed->place.line,
                                .into = fixed->place.into,
                                .native = fixed->detail == 0};

    reader_put(&reader->numbers, key_of(TRACE_PLACE, fixed->number),
               names_place(reader->model, &added));
}

static void define_stack(struct reader *reader, const struct definition *definition)
{
    struct numbers *places = &reader->model->store->scratch;
    uint32_t count = definition->fixed.stack.count;

    if (count > (definition->count - DATA) / sizeof(uint32_t)) {
        reader->file->cut = true;
        return;
    }
    places->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t number;

        memcpy(&number, definition->bytes + DATA + i * sizeof number, sizeof number);
        VECTOR_ADD(places, place(reader, number));
    }
    if (count > 0)
        reader_put(&reader->numbers, key_of(TRACE_STACK, definition->fixed.number),
                   names_stack(reader->model, places->items, count));
}

static void define_class(struct reader *reader, const struct definition *definition)
{
    const struct trace_definition *fixed = &definition->fixed;
    enum lock_origin origin =
        fixed->detail <= ORIGIN_CREATED ? (enum lock_origin)fixed->detail : ORIGIN_UNKNOWN;

    reader_put(&reader->numbers, key_of(TRACE_CLASS, fixed->number),
               names_class(reader->model, origin, place(reader, fixed->lock_class.place),
                           fixed->lock_class.traits));
}

static void define_lock(struct reader *reader, const struct definition *definition)
{
    const struct trace_definition *fixed = &definition->fixed;
    uint32_t lock_class = reader_number(reader, TRACE_CLASS, fixed->number);

    reader_put(&reader->names, reader_lock_key(fixed->lock.address, lock_class),
               string(reader, fixed->lock.name));
}

static void define_module(struct reader *reader, const struct definition *definition)
{
    const struct trace_definition *fixed = &definition->fixed;
    struct reader_module added = {string(reader, fixed->module.origin),
                                  string(reader, fixed->module.loader), fixed->module.bytes,
                                  fixed->detail};

    reader_put(&reader->numbers, key_of(TRACE_MODULE, fixed->number),
               (uint32_t)reader->modules.count);
    VECTOR_ADD(&reader->modules, added);
}

const struct reader_module *reader_module(const struct reader *reader, uint32_t name)
{
    uint64_t found = map_get(&reader->numbers, key_of(TRACE_MODULE, name));

    return found == 0 ? NULL : &reader->modules.items[found - 1];
}

static void define_statement(struct reader *reader, const struct definition *definition)
{
    const struct trace_definition *fixed = &definition->fixed;
    struct model_statement added = {.count = fixed->statement.count,
                                    .process = reader->process,
                                    .importer = string(reader, fixed->statement.importer),
                                    .imported = string(reader, fixed->statement.imported),
                                    .place = place(reader, fixed->statement.place)};

    VECTOR_ADD(&reader->model->statements, added);
}

/* Once all threads are there. */
static void define_use(struct reader *reader, const struct definition *definition)
{
    const struct trace_definition *fixed = &definition->fixed;
    int64_t time = fixed->use.time;
    struct model_use added = {.time = time < 0                ? 0
                                      : time > TRACE_TIME_MAX ? TRACE_TIME_MAX
                                                              : time,
                              .process = reader->process,
                              .name = string(reader, fixed->number),
                              .attribute = string(reader, fixed->use.attribute),
                              .place = place(reader, fixed->use.place),
                              .detail = fixed->detail};

    added.thread = reader_thread(reader, fixed->use.thread, added.time);
    if (added.name != 0)
        VECTOR_ADD(&reader->model->uses, added);
}

static void define_process(struct reader *reader, const struct definition *definition)
{
    struct model_process *process = &reader->model->processes.items[reader->process];

    process->command = string(reader, definition->fixed.process.command);
    process->program = string(reader, definition->fixed.process.program);
    process->python = string(reader, definition->fixed.process.python);
}

/* ---------------------------------------------------------------------------- threads */

static uint32_t *earlier_of(const struct reader *reader, uint32_t thread)
{
    return &reader->earlier.items[thread - reader->first_thread];
}

/* One more thread of that number; later ones are found first. */
static uint32_t add_thread(struct reader *reader, uint32_t number)
{
    struct model_threads *threads = &reader->model->threads;
    uint64_t before = map_get(&reader->numbers, key_of(TRACE_THREAD, number));
    struct model_thread added = {.began = -1,
                                 .ended = -1,
                                 .cpu = -1,
                                 .joined = -1,
                                 .seen = -1,
                                 .process = reader->process,
                                 .number = number,
                                 .creator = MODEL_NONE,
                                 .joiner = MODEL_NONE};
    uint32_t thread = (uint32_t)threads->count;

    VECTOR_ADD(threads, added);
    VECTOR_ADD(&reader->earlier, before == 0 ? MODEL_NONE : (uint32_t)(before - 1));
    reader_put(&reader->numbers, key_of(TRACE_THREAD, number), thread);
    return thread;
}

uint32_t reader_thread(struct reader *reader, uint32_t number, int64_t time)
{
    uint64_t found = map_get(&reader->numbers, key_of(TRACE_THREAD, number));

    if (number == 0)
        return MODEL_NONE;
    if (found == 0)
        return add_thread(reader, number);
    uint32_t thread = (uint32_t)(found - 1);

    while (*earlier_of(reader, thread) != MODEL_NONE &&
           reader->model->threads.items[thread].began > time)
        thread = *earlier_of(reader, thread);
    return thread;
}

/* A number that comes again means the same thread, if it has the same start. */
static struct model_thread *thread_for(struct reader *reader, uint32_t number, int64_t began)
{
    uint64_t found = map_get(&reader->numbers, key_of(TRACE_THREAD, number));
    uint32_t thread = (uint32_t)found - 1;
    const struct model_threads *threads = &reader->model->threads;

    if (found == 0 ||
        (began > 0 && threads->items[thread].began >= 0 && threads->items[thread].began != began))
        thread = add_thread(reader, number);
    return &threads->items[thread];
}

static void define_thread(struct reader *reader, const struct definition *definition)
{
    const struct trace_definition *fixed = &definition->fixed;
    struct model_thread *thread;

    if (definition->count < sizeof *fixed || fixed->number == 0) {
        reader->file->cut = true;
        return;
    }
    thread = thread_for(reader, fixed->number, fixed->thread.began);
    if (fixed->thread.began > 0 && fixed->thread.began <= TRACE_TIME_MAX)
        thread->began = fixed->thread.began;
    thread->tid = fixed->thread.tid;
    thread->name = string(reader, fixed->thread.name);
    thread->place = place(reader, fixed->thread.place);
    thread->stack = reader_number(reader, TRACE_STACK, fixed->thread.stack);
    thread->traits = fixed->detail;
    if (fixed->thread.cpu > 0 && fixed->thread.cpu <= TRACE_TIME_MAX)
        thread->cpu = (int64_t)fixed->thread.cpu;
    if (thread->traits & TRACE_MAIN)
        reader->model->processes.items[reader->process].main_thread =
            (uint32_t)(thread - reader->model->threads.items);
}

/* Once all threads are there. */
static void define_creator(struct reader *reader, const struct definition *definition)
{
    const struct trace_definition *fixed = &definition->fixed;

    if (definition->count < sizeof *fixed || fixed->thread.creator == 0)
        return;
    uint32_t thread = reader_thread(reader, fixed->number, fixed->thread.began);
    uint32_t creator = reader_thread(reader, fixed->thread.creator, fixed->thread.began);

    if (thread != MODEL_NONE && thread != creator)
        reader->model->threads.items[thread].creator = creator;
}

/* ------------------------------------------------------------------------- all of them */

/* What is left of a chunk from a definition on; it never goes over the chunk's end. */
static size_t take(struct reader *reader, const struct trace_records *records, uint32_t at,
                   enum trace_definition_kind kind, define function)
{
    struct definition definition = {.bytes = records->bytes + (size_t)at * TRACE_RECORD};

    memcpy(&definition.fixed, definition.bytes, TRACE_RECORD);
    size_t length = (size_t)definition.fixed.more + 1;

    if (length > records->count - at) {
        reader->file->cut = true;
        return records->count - at;
    }
    definition.count = length * TRACE_RECORD;
    if (definition.fixed.kind != kind)
        return length;
    memcpy(&definition.fixed, definition.bytes,
           definition.count < sizeof definition.fixed ? definition.count : sizeof definition.fixed);
    function(reader, &definition);
    return length;
}

static void each(struct reader *reader, enum trace_definition_kind kind, define function)
{
    const struct trace_chunks *chunks = &reader->file->definitions;

    for (size_t i = 0; i < chunks->count; i++)
        for (uint32_t at = 0; at < chunks->items[i].count;)
            at += (uint32_t)take(reader, &chunks->items[i], at, kind, function);
}

void reader_define(struct reader *reader)
{
    each(reader, TRACE_STRING, define_string);
    each(reader, TRACE_PLACE, define_place);
    each(reader, TRACE_STACK, define_stack);
    each(reader, TRACE_CLASS, define_class);
    each(reader, TRACE_LOCK, define_lock);
    each(reader, TRACE_MODULE, define_module);
    each(reader, TRACE_STATEMENT, define_statement);
    each(reader, TRACE_PROCESS, define_process);
    each(reader, TRACE_THREAD, define_thread);
    each(reader, TRACE_THREAD, define_creator);
    each(reader, TRACE_USE, define_use);
}
