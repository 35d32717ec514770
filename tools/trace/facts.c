/* SPDX-License-Identifier: MIT */
#include "trace/facts.h"

#include "trace/model_words.h"

#include <string.h>

/* ------------------------------------------------------------------------- adding one */

static struct fact *add(struct facts *facts, const char *key, enum fact_type type)
{
    static struct fact left_out;
    struct fact *fact = facts->count < FACTS_MAX ? &facts->items[facts->count++] : &left_out;

    *fact = (struct fact){.key = key, .type = type};
    return fact;
}

static void add_string(struct facts *facts, const char *key, const char *string)
{
    if (*string)
        add(facts, key, FACT_STRING)->string = string;
}

static void add_number(struct facts *facts, const char *key, int64_t number)
{
    add(facts, key, FACT_NUMBER)->number = number;
}

static void add_if(struct facts *facts, const char *key, bool is)
{
    if (is)
        add(facts, key, FACT_TRUE);
}

static void add_stack(struct facts *facts, const char *key, uint32_t stack)
{
    if (stack)
        add(facts, key, FACT_STACK)->stack = stack;
}

/* The text that is put together next; add_text() makes it a fact. */
static struct text next_text(struct facts *facts)
{
    return text_in(facts->texts[facts->text_count % FACT_TEXTS], LABEL_BYTES);
}

static void add_text(struct facts *facts, const char *key, const struct text *text)
{
    facts->text_count++;
    add_string(facts, key, text->bytes);
}

static void add_place(struct facts *facts, const struct model *model, const char *key,
                      uint32_t place)
{
    struct text text = next_text(facts);

    words_place(&text, model, place);
    add_text(facts, key, &text);
}

static void add_thread(struct facts *facts, const struct model *model, const char *key,
                       uint32_t thread)
{
    struct text text = next_text(facts);

    if (thread == MODEL_NONE)
        return;
    label_this_thread(&text, model, thread);
    add_text(facts, key, &text);
}

static void add_lock(struct facts *facts, const struct model *model, uint32_t lock)
{
    struct text text = next_text(facts);

    if (lock == MODEL_NONE)
        return;
    label_this_lock(&text, model, lock);
    add_text(facts, "lock", &text);
}

/* ----------------------------------------------------------------------------- slices */

static void add_import(struct facts *facts, const struct model *model,
                       const struct model_import *import)
{
    add_string(facts, "module", model_string(model, import->name));
    add_string(facts, "file", model_string(model, import->origin));
    add_string(facts, "found", words_found(import->found));
    add_string(facts, "loader", model_string(model, import->loader));
    add_number(facts, "self_ns", import->self);
    add_number(facts, "find_ns", import->find);
    add_number(facts, "body_ns", import->body);
    add_number(facts, "hooks_ns", import->hooks);
    add_number(facts, "library_ns", import->library);
    add_number(facts, "memory_kib", import->memory);
    if (import->bytes)
        add_number(facts, "file_bytes", (int64_t)import->bytes);
    add_if(facts, "lazy", import->flags & MODEL_LAZY);
}

static void add_wait(struct facts *facts, const struct model *model, const struct model_wait *wait)
{
    add_lock(facts, model, wait->lock);
    add_if(facts, "shared", wait->mode == LOCK_READ);
    add_thread(facts, model, "holder", wait->holder);
    add_stack(facts, "holder_stack", wait->holder_stack);
}

static void add_own(struct facts *facts, const struct model *model, const struct slice *slice)
{
    uint32_t index = slice->index;

    switch (slice->kind) {
    case SLICE_IMPORT:
        add_import(facts, model, &model->imports.items[index]);
        break;
    case SLICE_HOOK:
        add_string(facts, "module", model_string(model, model->hooks.items[index].name));
        add_string(facts, "action", model_string(model, model->hooks.items[index].action));
        break;
    case SLICE_LIBRARY:
        add_string(facts, "module", model_string(model, model->libraries.items[index].name));
        add_string(facts, "file", model_string(model, model->libraries.items[index].file));
        break;
    case SLICE_JOIN:
        add_thread(facts, model, "joined", model->joins.items[index].joined);
        break;
    case SLICE_CONDITION:
        add_lock(facts, model, model->conditions.items[index].lock);
        break;
    default:
        add_wait(facts, model, slice_wait(model, slice));
    }
}

static void add_flags(struct facts *facts, unsigned flags)
{
    add_if(facts, "failed", flags & MODEL_FAILED);
    add_if(facts, "begin_unknown", flags & MODEL_OPEN_BEGIN);
    add_if(facts, "end_unknown", flags & MODEL_OPEN_END);
}

void facts_of_slice(struct facts *facts, const struct model *model, const struct slice *slice)
{
    facts->count = facts->text_count = 0;
    add_own(facts, model, slice);
    add_place(facts, model, "at", slice->place);
    add_stack(facts, "stack", slice->stack);
    add_flags(facts, slice->flags);
}

/* ------------------------------------------------------------------------------ holds */

void facts_of_hold(struct facts *facts, const struct model *model, const struct model_hold *hold,
                   const struct model_wait *wait)
{
    facts->count = facts->text_count = 0;
    add_lock(facts, model, hold->lock);
    add_thread(facts, model, "thread", hold->thread);
    add_place(facts, model, "acquired_at", hold->place);
    add_stack(facts, "stack", hold->stack);
    add_place(facts, model, "released_at", hold->end_place);
    add_stack(facts, "release_stack", hold->end_stack);
    if (wait)
        add_number(facts, "waited_ns", wait->end - wait->begin);
    if (hold->again)
        add_number(facts, "acquired_again", hold->again);
    add_if(facts, "shared", hold->mode == LOCK_READ);
    if (hold->flags & MODEL_BY_OTHER)
        add_thread(facts, model, "released_by", hold->releaser);
    add_flags(facts, hold->flags);
}

/* -------------------------------------------------------------- threads and processes */

void facts_of_thread(struct facts *facts, const struct model *model, uint32_t number)
{
    const struct model_thread *thread = &model->threads.items[number];

    facts->count = facts->text_count = 0;
    add_thread(facts, model, "created_by", thread->creator);
    add_place(facts, model, "created_at", thread->place);
    add_stack(facts, "stack", thread->stack);
    add_if(facts, "daemon", thread->traits & TRACE_DAEMON);
    add_if(facts, "detached", thread->traits & TRACE_DETACHED);
    if (thread->cpu >= 0)
        add_number(facts, "cpu_ns", thread->cpu);
    add_thread(facts, model, "joined_by", thread->joiner);
    if (thread->open_holds)
        add_number(facts, "locks_at_end", thread->open_holds);
    add_if(facts, "alive_at_end", thread->flags & MODEL_OPEN_END);
}

void facts_of_process(struct facts *facts, const struct model *model, uint32_t number)
{
    const struct model_process *process = &model->processes.items[number];

    facts->count = facts->text_count = 0;
    add_string(facts, "command", model_string(model, process->command));
    add_string(facts, "program", model_string(model, process->program));
    add_string(facts, "python", model_string(model, process->python));
    add_string(facts, "trace", process->path);
    add_number(facts, "parent_pid", process->parent_pid);
    add_number(facts, "events", (int64_t)process->events);
    add_number(facts, "events_lost", (int64_t)process->lost);
    add_number(facts, "events_overwritten", (int64_t)process->dropped);
    if (process->exited)
        add_number(facts, "exit_status", process->status);
    add_if(facts, "forked", process->flags & TRACE_FORKED);
    add_if(facts, "trace_full", process->flags & TRACE_FULL);
    add_if(facts, "trace_failed", process->flags & TRACE_FAILED);
    add_if(facts, "trace_cut", process->cut);
}

void facts_of_moment(struct facts *facts, const struct model *model,
                     const struct model_moment *moment)
{
    facts->count = facts->text_count = 0;
    if (moment->kind == TRACE_THREAD_CREATES)
        add_thread(facts, model, "created", moment->value);
    else if (moment->kind == TRACE_FORKS && moment->other != MODEL_NONE)
        add_number(facts, "child_pid", model->processes.items[moment->other].pid);
    else if (moment->kind == TRACE_EXITS)
        add_number(facts, "status", (int32_t)moment->value);
    else if (moment->kind == TRACE_LOST)
        add_number(facts, "events", moment->value);
    add_place(facts, model, "at", moment->place);
}
