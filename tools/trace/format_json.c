/* SPDX-License-Identifier: MIT */
/*
 * A trace as one JSON object, for scripts; libpihook(7) has its members.  A name once given to a
 * member is kept.  Items of the long arrays are made and written one by one.
 */
#include "trace/formats.h"
#include "trace/model_words.h"
#include "trace/reading_progress.h"

#include "report/pool.h"

#include <inttypes.h>
#include <jansson.h>

enum { SCHEMA_VERSION = 1 };

/* An array while it is written. */
struct writer {
    FILE *out;
    const struct model *model;
    bool first;
};

static void begin(struct writer *writer, const char *name)
{
    fprintf(writer->out, ",\n\"%s\":[", name);
    writer->first = true;
}

static void end(struct writer *writer)
{
    putc(']', writer->out);
}

/* Takes the item over. */
static void put(struct writer *writer, json_t *item)
{
    if (!item)
        no_memory();
    fputs(writer->first ? "\n" : ",\n", writer->out);
    writer->first = false;
    json_dumpf(item, writer->out, JSON_COMPACT); /* the error of `out` tells */
    json_decref(item);
    progress_add(1);
}

/* ------------------------------------------------------------------------------ parts */

static json_t *string(const struct writer *writer, uint32_t number)
{
    return number == 0 ? json_null() : json_string(model_string(writer->model, number));
}

static json_t *index_of(uint32_t number)
{
    return number == MODEL_NONE ? json_null() : json_integer(number);
}

/* Places, stacks and classes are listed without their number 0. */
static json_t *known(uint32_t number)
{
    return number == 0 ? json_null() : json_integer((json_int_t)number - 1);
}

static json_t *flags(uint8_t flags)
{
    static const char *const names[] = {"open begin", "open end", "failed",
                                        "by other",   "body",     "lazy"};
    json_t *array = json_array();

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (flags & 1u << i)
            json_array_append_new(array, json_string(names[i]));
    return array;
}

static json_int_t time_of(const struct writer *writer, int64_t time)
{
    return time - writer->model->begin;
}

static json_t *time_or_null(const struct writer *writer, int64_t time)
{
    return time < 0 ? json_null() : json_integer(time_of(writer, time));
}

static const char *mode_of(unsigned mode)
{
    return mode == LOCK_READ ? "read" : "write";
}

/* ------------------------------------------------------------------------------ names */

static void put_places(struct writer *writer)
{
    begin(writer, "places");
    for (size_t i = 1; i < writer->model->places.count; i++) {
        const struct model_place *place = &writer->model->places.items[i];

        if (!place->native)
            put(writer, json_pack("{so,so,sI}", "function", string(writer, place->function), "file",
                                  string(writer, place->file), "line", (json_int_t)place->line));
        else
            put(writer,
                json_pack("{so,so,sI,sI,so,so}", "function", string(writer, place->function),
                          "object", string(writer, place->file), "offset",
                          (json_int_t)place->offset, "function_offset", (json_int_t)place->into,
                          "file", string(writer, place->source), "line",
                          place->source != 0 ? json_integer(place->source_line) : json_null()));
    }
    end(writer);
}

static void put_stacks(struct writer *writer)
{
    begin(writer, "stacks");
    for (size_t i = 1; i < writer->model->stacks.count; i++) {
        const struct model_stack *stack = &writer->model->stacks.items[i];
        json_t *array = json_array();

        for (uint32_t frame = 0; frame < stack->count; frame++)
            json_array_append_new(array, known(writer->model->frames.items[stack->first + frame]));
        put(writer, array);
    }
    end(writer);
}

static void put_classes(struct writer *writer)
{
    static const char *const origins[] = {"unknown", "initialised", "static", "acquired",
                                          "created"};

    begin(writer, "classes");
    for (size_t i = 1; i < writer->model->classes.count; i++) {
        const struct model_class *class = &writer->model->classes.items[i];

        put(writer,
            json_pack("{ss,ss,so,so,sb,sb,sb}", "origin", origins[class->origin], "kind",
                      lock_kind_name(class->kind), "name", string(writer, class->name), "place",
                      known(class->place), "library", (class->traits & TRAIT_LIBRARY) != 0,
                      "standard", (class->traits & TRAIT_STANDARD) != 0, "signal",
                      (class->traits & (TRAIT_SIGNAL | TRAIT_SENTINEL)) != 0));
    }
    end(writer);
}

/* ------------------------------------------------------------------ processes, threads */

static void put_processes(struct writer *writer)
{
    begin(writer, "processes");
    for (size_t i = 0; i < writer->model->processes.count; i++) {
        const struct model_process *process = &writer->model->processes.items[i];

        put(writer,
            json_pack(
                "{si,si,so,so,so,so,sI,sI,sI,so,sI,sI,sI,sb,sb,sb,sb}", "pid", process->pid,
                "parent_pid", process->parent_pid, "parent", index_of(process->parent), "command",
                string(writer, process->command), "program", string(writer, process->program),
                "python", string(writer, process->python), "begin", time_of(writer, process->began),
                "end", time_of(writer, process->ended), "realtime", (json_int_t)process->realtime,
                "status", process->exited ? json_integer(process->status) : json_null(), "events",
                (json_int_t)process->events, "lost", (json_int_t)process->lost, "dropped",
                (json_int_t)process->dropped, "forked", (process->flags & TRACE_FORKED) != 0,
                "full", (process->flags & TRACE_FULL) != 0, "cut", process->cut, "uses",
                (process->flags & (TRACE_USES | TRACE_USES_LOST)) == TRACE_USES));
    }
    end(writer);
}

static void put_threads(struct writer *writer)
{
    begin(writer, "threads");
    for (size_t i = 0; i < writer->model->threads.count; i++) {
        const struct model_thread *thread = &writer->model->threads.items[i];

        put(writer, json_pack("{sI,sI,so,sI,sI,so,so,so,so,so,so,ss,sI,sb,sb,sb,so}", "process",
                              (json_int_t)thread->process, "tid", (json_int_t)thread->tid, "name",
                              string(writer, thread->name), "begin", time_of(writer, thread->began),
                              "end", time_of(writer, thread->ended), "cpu",
                              thread->cpu < 0 ? json_null() : json_integer(thread->cpu), "creator",
                              index_of(thread->creator), "place", known(thread->place), "stack",
                              known(thread->stack), "joined", time_or_null(writer, thread->joined),
                              "joiner", index_of(thread->joiner), "fate", words_fate(thread->fate),
                              "locks_held", (json_int_t)thread->open_holds, "main",
                              (thread->traits & TRACE_MAIN) != 0, "detached",
                              (thread->traits & TRACE_DETACHED) != 0, "daemon",
                              (thread->traits & TRACE_DAEMON) != 0, "flags", flags(thread->flags)));
    }
    end(writer);
}

/* ------------------------------------------------------------------------------ locks */

static void put_locks(struct writer *writer)
{
    begin(writer, "locks");
    for (size_t i = 0; i < writer->model->locks.count; i++) {
        const struct model_lock *lock = &writer->model->locks.items[i];
        char address[32];

        snprintf(address, sizeof address, "0x%" PRIx64, lock->address);
        put(writer, json_pack("{sI,so,ss,ss,so,sI,sI,sI}", "process", (json_int_t)lock->process,
                              "class", known(lock->lock_class), "kind", lock_kind_name(lock->kind),
                              "address", address, "name", string(writer, lock->name),
                              "acquisitions", (json_int_t)lock->acquisitions, "waits",
                              (json_int_t)lock->waits, "failures", (json_int_t)lock->failures));
    }
    end(writer);
}

static void put_waits(struct writer *writer, const char *name, const struct model_waits *waits)
{
    begin(writer, name);
    for (size_t i = 0; i < waits->count; i++) {
        const struct model_wait *wait = &waits->items[i];

        put(writer, json_pack("{sI,sI,sI,sI,ss,so,so,so,so,so,so,so}", "begin",
                              time_of(writer, wait->begin), "end", time_of(writer, wait->end),
                              "thread", (json_int_t)wait->thread, "lock", (json_int_t)wait->lock,
                              "mode", mode_of(wait->mode), "place", known(wait->place), "stack",
                              known(wait->stack), "holder", index_of(wait->holder), "holder_stack",
                              known(wait->holder_stack), "holder_hold", index_of(wait->holder_hold),
                              "hold", index_of(wait->hold), "flags", flags(wait->flags)));
    }
    end(writer);
}

static void put_holds(struct writer *writer, const char *name, const struct model_holds *holds)
{
    begin(writer, name);
    for (size_t i = 0; i < holds->count; i++) {
        const struct model_hold *hold = &holds->items[i];

        put(writer,
            json_pack("{sI,sI,sI,sI,ss,so,so,so,so,so,sI,sI,so}", "begin",
                      time_of(writer, hold->begin), "end", time_of(writer, hold->end), "thread",
                      (json_int_t)hold->thread, "lock", (json_int_t)hold->lock, "mode",
                      mode_of(hold->mode), "place", known(hold->place), "stack", known(hold->stack),
                      "end_place", known(hold->end_place), "end_stack", known(hold->end_stack),
                      "wait", index_of(hold->wait), "releaser", (json_int_t)hold->releaser, "again",
                      (json_int_t)hold->again, "flags", flags(hold->flags)));
    }
    end(writer);
}

static void put_conditions(struct writer *writer)
{
    begin(writer, "conditions");
    for (size_t i = 0; i < writer->model->conditions.count; i++) {
        const struct model_condition *wait = &writer->model->conditions.items[i];

        put(writer, json_pack("{sI,sI,sI,sI,so,so,so}", "begin", time_of(writer, wait->begin),
                              "end", time_of(writer, wait->end), "thread", (json_int_t)wait->thread,
                              "lock", (json_int_t)wait->lock, "place", known(wait->place), "stack",
                              known(wait->stack), "flags", flags(wait->flags)));
    }
    end(writer);
}

static void put_joins(struct writer *writer)
{
    begin(writer, "joins");
    for (size_t i = 0; i < writer->model->joins.count; i++) {
        const struct model_join *join = &writer->model->joins.items[i];

        put(writer, json_pack("{sI,sI,sI,so,so,so,so}", "begin", time_of(writer, join->begin),
                              "end", time_of(writer, join->end), "thread", (json_int_t)join->thread,
                              "joined", index_of(join->joined), "place", known(join->place),
                              "stack", known(join->stack), "flags", flags(join->flags)));
    }
    end(writer);
}

/* ---------------------------------------------------------------------------- imports */

static json_t *use_of(const struct model_import *import)
{
    static const char *const words[] = {
        [MODEL_UNUSED] = "unused", [MODEL_ASKED] = "asked", [MODEL_USED] = "used"};

    return import->use == MODEL_USE_UNKNOWN ? json_null() : json_string(words[import->use]);
}

static json_t *import_item(const struct writer *writer, const struct model_import *import)
{
    return json_pack("{sI,sI,sI,so,so,sI,sI,sI,sI,sI,sI,sI,so,so,ss,so,so,so,so,so,so}", "begin",
                     time_of(writer, import->begin), "end", time_of(writer, import->end), "thread",
                     (json_int_t)import->thread, "name", string(writer, import->name), "parent",
                     index_of(import->parent), "depth", (json_int_t)import->depth, "self",
                     (json_int_t)import->self, "find", (json_int_t)import->find, "body",
                     (json_int_t)import->body, "hooks", (json_int_t)import->hooks, "library",
                     (json_int_t)import->library, "memory", (json_int_t)import->memory, "place",
                     known(import->place), "origin", string(writer, import->origin), "found",
                     words_found(import->found), "loader", string(writer, import->loader), "bytes",
                     import->bytes <= INT64_MAX ? json_integer((json_int_t)import->bytes)
                                                : json_null(),
                     "flags", flags(import->flags), "use", use_of(import), "used",
                     time_or_null(writer, import->used), "used_place", known(import->used_place));
}

static void put_imports(struct writer *writer)
{
    begin(writer, "imports");
    for (size_t i = 0; i < writer->model->imports.count; i++)
        put(writer, import_item(writer, &writer->model->imports.items[i]));
    end(writer);
}

static void put_parts(struct writer *writer)
{
    begin(writer, "hooks");
    for (size_t i = 0; i < writer->model->hooks.count; i++) {
        const struct model_hook *hook = &writer->model->hooks.items[i];

        put(writer, json_pack("{sI,sI,sI,so,so,so,so}", "begin", time_of(writer, hook->begin),
                              "end", time_of(writer, hook->end), "thread", (json_int_t)hook->thread,
                              "import", index_of(hook->import), "name", string(writer, hook->name),
                              "action", string(writer, hook->action), "flags", flags(hook->flags)));
    }
    end(writer);
    begin(writer, "libraries");
    for (size_t i = 0; i < writer->model->libraries.count; i++) {
        const struct model_library *library = &writer->model->libraries.items[i];

        put(writer,
            json_pack("{sI,sI,sI,so,so,so,so}", "begin", time_of(writer, library->begin), "end",
                      time_of(writer, library->end), "thread", (json_int_t)library->thread,
                      "import", index_of(library->import), "name", string(writer, library->name),
                      "file", string(writer, library->file), "flags", flags(library->flags)));
    }
    end(writer);
}

static void put_modules(struct writer *writer)
{
    begin(writer, "lazy_modules");
    for (size_t i = 0; i < writer->model->lazies.count; i++) {
        const struct model_lazy *lazy = &writer->model->lazies.items[i];

        put(writer,
            json_pack("{sI,so,so,so,so,so,so,so}", "process", (json_int_t)lazy->process, "name",
                      string(writer, lazy->name), "declared", time_or_null(writer, lazy->declared),
                      "declared_by", index_of(lazy->declared_by), "place", known(lazy->place),
                      "run", time_or_null(writer, lazy->run), "run_by", index_of(lazy->run_by),
                      "run_place", known(lazy->run_place)));
    }
    end(writer);
    begin(writer, "statements");
    for (size_t i = 0; i < writer->model->statements.count; i++) {
        const struct model_statement *statement = &writer->model->statements.items[i];

        put(writer, json_pack("{sI,so,so,so,sI}", "process", (json_int_t)statement->process,
                              "importer", string(writer, statement->importer), "imported",
                              string(writer, statement->imported), "place", known(statement->place),
                              "count", (json_int_t)statement->count));
    }
    end(writer);
}

static void put_uses(struct writer *writer)
{
    static const char *const details[] = {
        [0] = "used",
        [TRACE_USE_IMPORTING] = "importing",
        [TRACE_USE_ASKED] = "asked",
        [TRACE_USE_UNSEEN] = "unseen",
        [TRACE_USE_UNSEEN | TRACE_USE_IMPORTING] = "unseen importing",
        [TRACE_USE_UNTOUCHED] = "untouched",
    };

    begin(writer, "uses");
    for (size_t i = 0; i < writer->model->uses.count; i++) {
        const struct model_use *use = &writer->model->uses.items[i];
        const char *detail =
            use->detail < sizeof details / sizeof *details ? details[use->detail] : NULL;

        put(writer,
            json_pack("{sI,sI,so,so,so,so,ss}", "time", time_of(writer, use->time), "process",
                      (json_int_t)use->process, "thread", index_of(use->thread), "name",
                      string(writer, use->name), "attribute", string(writer, use->attribute),
                      "place", known(use->place), "kind", detail));
    }
    end(writer);
}

static void put_moments(struct writer *writer)
{
    begin(writer, "moments");
    for (size_t i = 0; i < writer->model->moments.count; i++) {
        const struct model_moment *moment = &writer->model->moments.items[i];
        const char *kind = moment->kind == TRACE_THREAD_CREATES ? "thread"
                           : moment->kind == TRACE_FORKS        ? "fork"
                           : moment->kind == TRACE_EXITS        ? "exit"
                                                                : "lost";

        put(writer,
            json_pack("{sI,ss,sI,so,so,so}", "time", time_of(writer, moment->time), "kind", kind,
                      "thread", (json_int_t)moment->thread, "place", known(moment->place), "value",
                      index_of(moment->value), "process", index_of(moment->other)));
    }
    end(writer);
}

/* The long arrays: what takes time. */
static uint64_t items_of(const struct model *model)
{
    return model->waits.count + model->holds.count + model->gil_waits.count +
           model->gil_holds.count + model->imports.count + model->locks.count +
           model->conditions.count + model->places.count + model->stacks.count;
}

static int write_json(FILE *out, const struct model *model, const struct trace_style *style)
{
    struct writer writer = {.out = out, .model = model};

    (void)style;
    progress_begin_writing(out, "writing JSON", items_of(model));
    fprintf(out, "{\"version\":%d,\"begin\":%" PRId64 ",\"length\":%" PRId64 ",\"events\":%" PRIu64,
            SCHEMA_VERSION, model->begin, model->end - model->begin, model->events);
    put_places(&writer);
    put_stacks(&writer);
    put_classes(&writer);
    put_processes(&writer);
    put_threads(&writer);
    put_locks(&writer);
    put_waits(&writer, "waits", &model->waits);
    put_holds(&writer, "holds", &model->holds);
    put_waits(&writer, "gil_waits", &model->gil_waits);
    put_holds(&writer, "gil_holds", &model->gil_holds);
    put_conditions(&writer);
    put_joins(&writer);
    put_imports(&writer);
    put_parts(&writer);
    put_modules(&writer);
    put_uses(&writer);
    put_moments(&writer);
    fputs("}\n", out);
    progress_end();
    return 0;
}

const struct trace_format trace_format_json = {
    .name = "json",
    .meaning = "all of it as one object, for scripts",
    .write = write_json,
};
