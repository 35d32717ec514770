/* SPDX-License-Identifier: MIT */
/*
 * A trace as one JSON object, for scripts; libpihook(7) has its members.  A name once given to a
 * member is kept.  Items of the long arrays are made and written one by one.
 */
#include "progress.h"
#include "trace/formats.h"
#include "trace/json_list.h"
#include "trace/model_words.h"

#include <inttypes.h>

enum { SCHEMA_VERSION = 1 };

struct writer {
    FILE *out;
    const struct model *model;
    struct json_list list;  /* the array that is written */
    struct json_text *item; /* of it */
};

static void begin(struct writer *writer, const char *name)
{
    fprintf(writer->out, ",\n\"%s\":", name);
    json_list_begin(&writer->list);
}

static void end(struct writer *writer)
{
    json_list_end(&writer->list);
}

static void begin_item(struct writer *writer)
{
    writer->item = json_list_open(&writer->list, '{');
}

static void end_item(struct writer *writer)
{
    json_list_print(&writer->list, '}');
    progress_add(1);
}

/* ------------------------------------------------------------------------------ parts */

static void put_number(struct writer *writer, const char *key, int64_t number)
{
    json_text_number(writer->item, key, number);
}

static void put_number_if(struct writer *writer, const char *key, int64_t number, bool known)
{
    if (known)
        put_number(writer, key, number);
    else
        json_text_word(writer->item, key, "null");
}

static void put_words(struct writer *writer, const char *key, const char *words)
{
    json_text_string(writer->item, key, words);
}

static void put_words_or_null(struct writer *writer, const char *key, const char *words)
{
    if (words == NULL)
        json_text_word(writer->item, key, "null");
    else
        put_words(writer, key, words);
}

static void put_string(struct writer *writer, const char *key, uint32_t number)
{
    put_words_or_null(writer, key, number == 0 ? NULL : model_string(writer->model, number));
}

static void put_bool(struct writer *writer, const char *key, bool is)
{
    json_text_word(writer->item, key, is ? "true" : "false");
}

static void put_index(struct writer *writer, const char *key, uint32_t number)
{
    put_number_if(writer, key, number, number != MODEL_NONE);
}

/* Places, stacks and classes are listed without their number 0. */
static void put_known(struct writer *writer, const char *key, uint32_t number)
{
    put_number_if(writer, key, (int64_t)number - 1, number != 0);
}

static void put_flags(struct writer *writer, const char *key, uint8_t flags)
{
    static const char *const names[] = {"open begin", "open end", "failed",
                                        "by other",   "body",     "lazy"};

    json_text_open(writer->item, key, '[');
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (flags & 1u << i)
            put_words(writer, NULL, names[i]);
    json_text_close(writer->item, ']');
}

static void put_time(struct writer *writer, const char *key, int64_t time)
{
    put_number(writer, key, time - writer->model->begin);
}

static void put_time_or_null(struct writer *writer, const char *key, int64_t time)
{
    put_number_if(writer, key, time - writer->model->begin, time >= 0);
}

static const char *mode_of(unsigned mode)
{
    return mode == LOCK_READ ? "read" : "write";
}

/* ------------------------------------------------------------------------------ names */

static void put_line(struct writer *writer, const struct model_place *place)
{
    put_string(writer, "file", place->file);
    put_number(writer, "line", place->line);
}

static void put_native(struct writer *writer, const struct model_place *place)
{
    put_string(writer, "object", place->file);
    put_number(writer, "offset", (int64_t)place->offset);
    put_number(writer, "function_offset", place->into);
    put_string(writer, "file", place->source);
    put_number_if(writer, "line", place->source_line, place->source != 0);
}

static void put_places(struct writer *writer)
{
    begin(writer, "places");
    for (size_t i = 1; i < writer->model->places.count; i++) {
        const struct model_place *place = &writer->model->places.items[i];

        begin_item(writer);
        put_string(writer, "function", place->function);
        if (place->native)
            put_native(writer, place);
        else
            put_line(writer, place);
        end_item(writer);
    }
    end(writer);
}

static void put_stacks(struct writer *writer)
{
    begin(writer, "stacks");
    for (size_t i = 1; i < writer->model->stacks.count; i++) {
        const struct model_stack *stack = &writer->model->stacks.items[i];

        writer->item = json_list_open(&writer->list, '[');
        for (uint32_t frame = 0; frame < stack->count; frame++)
            put_known(writer, NULL, writer->model->frames.items[stack->first + frame]);
        json_list_print(&writer->list, ']');
        progress_add(1);
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

        begin_item(writer);
        put_words(writer, "origin", origins[class->origin]);
        put_words(writer, "kind", lock_kind_name(class->kind));
        put_string(writer, "name", class->name);
        put_known(writer, "place", class->place);
        put_bool(writer, "library", (class->traits & TRAIT_LIBRARY) != 0);
        put_bool(writer, "standard", (class->traits & TRAIT_STANDARD) != 0);
        put_bool(writer, "signal", (class->traits & (TRAIT_SIGNAL | TRAIT_SENTINEL)) != 0);
        end_item(writer);
    }
    end(writer);
}

/* ------------------------------------------------------------------ processes, threads */

static void put_processes(struct writer *writer)
{
    begin(writer, "processes");
    for (size_t i = 0; i < writer->model->processes.count; i++) {
        const struct model_process *process = &writer->model->processes.items[i];

        begin_item(writer);
        put_number(writer, "pid", process->pid);
        put_number(writer, "parent_pid", process->parent_pid);
        put_index(writer, "parent", process->parent);
        put_string(writer, "command", process->command);
        put_string(writer, "program", process->program);
        put_string(writer, "python", process->python);
        put_time(writer, "begin", process->began);
        put_time(writer, "end", process->ended);
        put_number(writer, "realtime", process->realtime);
        put_number_if(writer, "status", process->status, process->exited);
        put_number(writer, "events", (int64_t)process->events);
        put_number(writer, "lost", (int64_t)process->lost);
        put_number(writer, "dropped", (int64_t)process->dropped);
        put_bool(writer, "forked", (process->flags & TRACE_FORKED) != 0);
        put_bool(writer, "full", (process->flags & TRACE_FULL) != 0);
        put_bool(writer, "cut", process->cut);
        put_bool(writer, "uses", (process->flags & (TRACE_USES | TRACE_USES_LOST)) == TRACE_USES);
        end_item(writer);
    }
    end(writer);
}

static void put_threads(struct writer *writer)
{
    begin(writer, "threads");
    for (size_t i = 0; i < writer->model->threads.count; i++) {
        const struct model_thread *thread = &writer->model->threads.items[i];

        begin_item(writer);
        put_number(writer, "process", thread->process);
        put_number(writer, "tid", thread->tid);
        put_string(writer, "name", thread->name);
        put_time(writer, "begin", thread->began);
        put_time(writer, "end", thread->ended);
        put_number_if(writer, "cpu", thread->cpu, thread->cpu >= 0);
        put_index(writer, "creator", thread->creator);
        put_known(writer, "place", thread->place);
        put_known(writer, "stack", thread->stack);
        put_time_or_null(writer, "joined", thread->joined);
        put_index(writer, "joiner", thread->joiner);
        put_words(writer, "fate", words_fate(thread->fate));
        put_number(writer, "locks_held", thread->open_holds);
        put_bool(writer, "main", (thread->traits & TRACE_MAIN) != 0);
        put_bool(writer, "detached", (thread->traits & TRACE_DETACHED) != 0);
        put_bool(writer, "daemon", (thread->traits & TRACE_DAEMON) != 0);
        put_flags(writer, "flags", thread->flags);
        end_item(writer);
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
        begin_item(writer);
        put_number(writer, "process", lock->process);
        put_known(writer, "class", lock->lock_class);
        put_words(writer, "kind", lock_kind_name(lock->kind));
        put_words(writer, "address", address);
        put_string(writer, "name", lock->name);
        put_number(writer, "acquisitions", lock->acquisitions);
        put_number(writer, "waits", lock->waits);
        put_number(writer, "failures", lock->failures);
        end_item(writer);
    }
    end(writer);
}

static void put_waits(struct writer *writer, const char *name, const struct model_waits *waits)
{
    begin(writer, name);
    for (size_t i = 0; i < waits->count; i++) {
        const struct model_wait *wait = &waits->items[i];

        begin_item(writer);
        put_time(writer, "begin", wait->begin);
        put_time(writer, "end", wait->end);
        put_number(writer, "thread", wait->thread);
        put_number(writer, "lock", wait->lock);
        put_words(writer, "mode", mode_of(wait->mode));
        put_known(writer, "place", wait->place);
        put_known(writer, "stack", wait->stack);
        put_index(writer, "holder", wait->holder);
        put_known(writer, "holder_stack", wait->holder_stack);
        put_index(writer, "holder_hold", wait->holder_hold);
        put_index(writer, "hold", wait->hold);
        put_flags(writer, "flags", wait->flags);
        end_item(writer);
    }
    end(writer);
}

static void put_holds(struct writer *writer, const char *name, const struct model_holds *holds)
{
    begin(writer, name);
    for (size_t i = 0; i < holds->count; i++) {
        const struct model_hold *hold = &holds->items[i];

        begin_item(writer);
        put_time(writer, "begin", hold->begin);
        put_time(writer, "end", hold->end);
        put_number(writer, "thread", hold->thread);
        put_number(writer, "lock", hold->lock);
        put_words(writer, "mode", mode_of(hold->mode));
        put_known(writer, "place", hold->place);
        put_known(writer, "stack", hold->stack);
        put_known(writer, "end_place", hold->end_place);
        put_known(writer, "end_stack", hold->end_stack);
        put_index(writer, "wait", hold->wait);
        put_number(writer, "releaser", hold->releaser);
        put_number(writer, "again", hold->again);
        put_flags(writer, "flags", hold->flags);
        end_item(writer);
    }
    end(writer);
}

static void put_conditions(struct writer *writer)
{
    begin(writer, "conditions");
    for (size_t i = 0; i < writer->model->conditions.count; i++) {
        const struct model_condition *wait = &writer->model->conditions.items[i];

        begin_item(writer);
        put_time(writer, "begin", wait->begin);
        put_time(writer, "end", wait->end);
        put_number(writer, "thread", wait->thread);
        put_number(writer, "lock", wait->lock);
        put_known(writer, "place", wait->place);
        put_known(writer, "stack", wait->stack);
        put_flags(writer, "flags", wait->flags);
        end_item(writer);
    }
    end(writer);
}

static void put_joins(struct writer *writer)
{
    begin(writer, "joins");
    for (size_t i = 0; i < writer->model->joins.count; i++) {
        const struct model_join *join = &writer->model->joins.items[i];

        begin_item(writer);
        put_time(writer, "begin", join->begin);
        put_time(writer, "end", join->end);
        put_number(writer, "thread", join->thread);
        put_index(writer, "joined", join->joined);
        put_known(writer, "place", join->place);
        put_known(writer, "stack", join->stack);
        put_flags(writer, "flags", join->flags);
        end_item(writer);
    }
    end(writer);
}

/* ---------------------------------------------------------------------------- imports */

static void put_use(struct writer *writer, enum model_use_state use)
{
    static const char *const words[] = {
        [MODEL_UNUSED] = "unused", [MODEL_ASKED] = "asked", [MODEL_USED] = "used"};

    put_words_or_null(writer, "use", words[use]);
}

static void put_import(struct writer *writer, const struct model_import *import)
{
    begin_item(writer);
    put_time(writer, "begin", import->begin);
    put_time(writer, "end", import->end);
    put_number(writer, "thread", import->thread);
    put_string(writer, "name", import->name);
    put_index(writer, "parent", import->parent);
    put_number(writer, "depth", import->depth);
    put_number(writer, "self", import->self);
    put_number(writer, "find", import->find);
    put_number(writer, "body", import->body);
    put_number(writer, "hooks", import->hooks);
    put_number(writer, "library", import->library);
    put_number(writer, "memory", import->memory);
    put_known(writer, "place", import->place);
    put_string(writer, "origin", import->origin);
    put_words(writer, "found", words_found(import->found));
    put_string(writer, "loader", import->loader);
    put_number_if(writer, "bytes", (int64_t)import->bytes, import->bytes <= INT64_MAX);
    put_flags(writer, "flags", import->flags);
    put_use(writer, import->use);
    put_time_or_null(writer, "used", import->used);
    put_known(writer, "used_place", import->used_place);
    end_item(writer);
}

static void put_imports(struct writer *writer)
{
    begin(writer, "imports");
    for (size_t i = 0; i < writer->model->imports.count; i++)
        put_import(writer, &writer->model->imports.items[i]);
    end(writer);
}

static void put_parts(struct writer *writer)
{
    begin(writer, "hooks");
    for (size_t i = 0; i < writer->model->hooks.count; i++) {
        const struct model_hook *hook = &writer->model->hooks.items[i];

        begin_item(writer);
        put_time(writer, "begin", hook->begin);
        put_time(writer, "end", hook->end);
        put_number(writer, "thread", hook->thread);
        put_index(writer, "import", hook->import);
        put_string(writer, "name", hook->name);
        put_string(writer, "action", hook->action);
        put_flags(writer, "flags", hook->flags);
        end_item(writer);
    }
    end(writer);
    begin(writer, "libraries");
    for (size_t i = 0; i < writer->model->libraries.count; i++) {
        const struct model_library *library = &writer->model->libraries.items[i];

        begin_item(writer);
        put_time(writer, "begin", library->begin);
        put_time(writer, "end", library->end);
        put_number(writer, "thread", library->thread);
        put_index(writer, "import", library->import);
        put_string(writer, "name", library->name);
        put_string(writer, "file", library->file);
        put_flags(writer, "flags", library->flags);
        end_item(writer);
    }
    end(writer);
}

static void put_modules(struct writer *writer)
{
    begin(writer, "lazy_modules");
    for (size_t i = 0; i < writer->model->lazies.count; i++) {
        const struct model_lazy *lazy = &writer->model->lazies.items[i];

        begin_item(writer);
        put_number(writer, "process", lazy->process);
        put_string(writer, "name", lazy->name);
        put_time_or_null(writer, "declared", lazy->declared);
        put_index(writer, "declared_by", lazy->declared_by);
        put_known(writer, "place", lazy->place);
        put_time_or_null(writer, "run", lazy->run);
        put_index(writer, "run_by", lazy->run_by);
        put_known(writer, "run_place", lazy->run_place);
        end_item(writer);
    }
    end(writer);
    begin(writer, "statements");
    for (size_t i = 0; i < writer->model->statements.count; i++) {
        const struct model_statement *statement = &writer->model->statements.items[i];

        begin_item(writer);
        put_number(writer, "process", statement->process);
        put_string(writer, "importer", statement->importer);
        put_string(writer, "imported", statement->imported);
        put_known(writer, "place", statement->place);
        put_number(writer, "count", (int64_t)statement->count);
        end_item(writer);
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

        begin_item(writer);
        put_time(writer, "time", use->time);
        put_number(writer, "process", use->process);
        put_index(writer, "thread", use->thread);
        put_string(writer, "name", use->name);
        put_string(writer, "attribute", use->attribute);
        put_known(writer, "place", use->place);
        put_words_or_null(writer, "kind", detail);
        end_item(writer);
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

        begin_item(writer);
        put_time(writer, "time", moment->time);
        put_words(writer, "kind", kind);
        put_number(writer, "thread", moment->thread);
        put_known(writer, "place", moment->place);
        put_index(writer, "value", moment->value);
        put_index(writer, "process", moment->other);
        end_item(writer);
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
    struct writer writer = {.out = out, .model = model, .list = {.out = out}};

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
    json_list_close(&writer.list);
    fputs("}\n", out);
    progress_end();
    return 0;
}

const struct trace_format trace_format_json = {
    .name = "json",
    .meaning = "all of it as one object, for scripts",
    .write = write_json,
};
