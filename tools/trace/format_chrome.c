/* SPDX-License-Identifier: MIT */
/*
 * Chrome's trace events as JSON, which many viewers read.  Imports and waits are slices of
 * their threads.  Holds overlap, so they are asynchronous events, with an id for each lane of a
 * lock.  An arrow leads from a wait to the end of the hold that it waited for, which is a slice
 * without length, in the thread that ended it.
 */
#include "trace/formats.h"

#include "trace/facts.h"
#include "trace/json_list.h"
#include "trace/lanes.h"
#include "trace/model_words.h"
#include "trace/reading_progress.h"
#include "trace/waiters.h"

#include <inttypes.h>

struct chrome {
    const struct model *model;
    struct json_list events;
};

/* Takes the event away from the caller. */
static void print_event(struct chrome *chrome, json_t *event)
{
    json_list_item(&chrome->events, event);
}

/* Microseconds from the trace's begin: a double keeps the nanoseconds of eleven days. */
static double microseconds(const struct model *model, int64_t time)
{
    return (double)(time - model->begin) / 1000;
}

static int pid_of(const struct model *model, uint32_t thread)
{
    return model->processes.items[model->threads.items[thread].process].pid;
}

/* ------------------------------------------------------------------------------- facts */

static json_t *stack_value(const struct model *model, uint32_t number)
{
    const struct model_stack *stack = &model->stacks.items[number];
    json_t *array = json_array();

    for (uint32_t i = 0; i < stack->count; i++) {
        uint32_t place = model->frames.items[stack->first + i];

        json_array_append_new(array, json_string(WORDS(words_place, model, place)));
    }
    return array;
}

static json_t *fact_value(const struct model *model, const struct fact *fact)
{
    switch (fact->type) {
    case FACT_STRING:
        return json_string(fact->string);
    case FACT_NUMBER:
        return json_integer(fact->number);
    case FACT_STACK:
        return stack_value(model, fact->stack);
    case FACT_TRUE:
        break;
    }
    return json_true();
}

static json_t *args_of(const struct model *model, const struct facts *facts)
{
    json_t *args = json_object();

    for (unsigned i = 0; i < facts->count; i++)
        json_object_set_new(args, facts->items[i].key, fact_value(model, &facts->items[i]));
    return args;
}

/* ------------------------------------------------------------- processes and threads */

static void print_name(struct chrome *chrome, const char *what, int pid, uint32_t tid,
                       const char *name)
{
    print_event(chrome, json_pack("{s:s,s:s,s:i,s:I,s:{s:s}}", "ph", "M", "name", what, "pid", pid,
                                  "tid", (json_int_t)tid, "args", "name", name));
}

static void print_instant(struct chrome *chrome, uint32_t thread, int64_t time,
                          const char *category, const char *name, const struct facts *facts)
{
    const struct model *model = chrome->model;

    print_event(chrome, json_pack("{s:s,s:s,s:s,s:s,s:i,s:I,s:f,s:o}", "ph", "i", "s", "t", "cat",
                                  category, "name", name, "pid", pid_of(model, thread), "tid",
                                  (json_int_t)model->threads.items[thread].tid, "ts",
                                  microseconds(model, time), "args", args_of(model, facts)));
}

static void print_process(struct chrome *chrome, uint32_t number)
{
    const struct model *model = chrome->model;
    const struct model_process *process = &model->processes.items[number];
    char name[LABEL_BYTES];
    struct text text = text_in(name, sizeof name);
    struct facts facts;

    label_process(&text, model, number);
    print_name(chrome, "process_name", process->pid, (uint32_t)process->pid, name);
    facts_of_process(&facts, model, number);
    print_event(chrome, json_pack("{s:s,s:s,s:s,s:s,s:i,s:i,s:f,s:o}", "ph", "i", "s", "p", "cat",
                                  "process", "name", "trace begins", "pid", process->pid, "tid",
                                  process->pid, "ts", microseconds(model, process->began), "args",
                                  args_of(model, &facts)));
}

static void print_thread(struct chrome *chrome, uint32_t number)
{
    const struct model *model = chrome->model;
    const struct model_thread *thread = &model->threads.items[number];
    char name[LABEL_BYTES];
    struct text text = text_in(name, sizeof name);
    struct facts facts;

    label_thread(&text, model, number);
    print_name(chrome, "thread_name", pid_of(model, number), thread->tid, name);
    facts_of_thread(&facts, model, number);
    print_instant(chrome, number, thread->began, "thread", "thread begins", &facts);
    facts.count = 0;
    if (!(thread->flags & MODEL_OPEN_END))
        print_instant(chrome, number, thread->ended, "thread", "thread ends", &facts);
}

static void print_moment(struct chrome *chrome, const struct model_moment *moment)
{
    struct facts facts;

    facts_of_moment(&facts, chrome->model, moment);
    print_instant(chrome, moment->thread, moment->time, "process", label_moment(moment), &facts);
}

/* ------------------------------------------------------------------------------ slices */

static void print_slice(struct chrome *chrome, const struct slice *slice)
{
    const struct model *model = chrome->model;
    char name[LABEL_BYTES];
    struct text text = text_in(name, sizeof name);
    struct facts facts;

    label_slice(&text, model, slice);
    facts_of_slice(&facts, model, slice);
    print_event(chrome, json_pack("{s:s,s:s,s:s,s:i,s:I,s:f,s:f,s:o}", "ph", "X", "cat",
                                  label_category(slice->kind), "name", name, "pid",
                                  pid_of(model, slice->thread), "tid",
                                  (json_int_t)model->threads.items[slice->thread].tid, "ts",
                                  microseconds(model, slice->begin), "dur",
                                  (double)(slice->end - slice->begin) / 1000, "args",
                                  args_of(model, &facts)));
}

static void print_slices(struct chrome *chrome)
{
    struct slices slices = slices_of(chrome->model);

    for (size_t i = 0; i < slices.count; i++) {
        print_slice(chrome, &slices.items[i]);
        progress_add(1);
    }
    slices_clear(&slices);
}

/* ------------------------------------------------------------------------------ holds */

/* One end of an arrow. */
static void print_flow(struct chrome *chrome, const struct family *family, uint32_t wait,
                       const char *phase, uint32_t thread, int64_t time)
{
    const struct model *model = chrome->model;
    char id[32];

    snprintf(id, sizeof id, "%s%" PRIu32, family->gil ? "gil" : "lock", wait);
    print_event(chrome,
                json_pack("{s:s,s:s,s:s,s:s,s:s,s:i,s:I,s:f}", "ph", phase, "bp", "e", "cat",
                          "wait", "name", "waits for", "id", id, "pid", pid_of(model, thread),
                          "tid", (json_int_t)model->threads.items[thread].tid, "ts",
                          microseconds(model, time)));
}

static void print_release(struct chrome *chrome, const struct model_hold *hold)
{
    const struct model *model = chrome->model;
    uint32_t thread = hold->releaser;
    char name[LABEL_BYTES];
    struct text text = text_in(name, sizeof name);

    text_add(&text, hold->flags & MODEL_OPEN_END ? "still has " : "releases ");
    label_lock(&text, model, hold->lock);
    print_event(chrome, json_pack("{s:s,s:s,s:s,s:i,s:I,s:f,s:i}", "ph", "X", "cat", "release",
                                  "name", name, "pid", pid_of(model, thread), "tid",
                                  (json_int_t)model->threads.items[thread].tid, "ts",
                                  microseconds(model, hold->end), "dur", 0));
}

static void print_waiters(struct chrome *chrome, const struct family *family,
                          const struct waiters *waiters, uint32_t number)
{
    const struct model_hold *hold = &family->holds->items[number];
    size_t count;
    const uint32_t *waits = waiters_for(waiters, number, &count);

    if (count > 0)
        print_release(chrome, hold);
    for (size_t i = 0; i < count; i++) {
        const struct model_wait *wait = &family->waits->items[waits[i]];

        if (wait->begin > hold->end)
            continue;
        print_flow(chrome, family, waits[i], "s", wait->thread, wait->begin);
        print_flow(chrome, family, waits[i], "f", hold->releaser, hold->end);
    }
}

static void print_hold(struct chrome *chrome, const struct family *family,
                       const struct lane_hold *lane, const char *phase)
{
    const struct model *model = chrome->model;
    const struct model_hold *hold = &family->holds->items[lane->hold];
    bool begins = *phase == 'b';
    char id[48], name[LABEL_BYTES];
    struct text text = text_in(name, sizeof name);
    struct facts facts = {.count = 0};

    label_this_lock(&text, model, hold->lock);
    snprintf(id, sizeof id, "%" PRIu32 ".%" PRIu32, lane->lock, lane->lane);
    if (begins)
        facts_of_hold(&facts, model, hold,
                      hold->wait == MODEL_NONE ? NULL : &family->waits->items[hold->wait]);
    print_event(chrome, json_pack("{s:s,s:s,s:s,s:s,s:i,s:I,s:f,s:o}", "ph", phase, "cat",
                                  family->gil ? "gil" : "hold", "name", name, "id", id, "pid",
                                  pid_of(model, hold->thread), "tid",
                                  (json_int_t)model->threads.items[hold->thread].tid, "ts",
                                  microseconds(model, begins ? hold->begin : hold->end), "args",
                                  args_of(model, &facts)));
}

static void print_holds(struct chrome *chrome, const struct family *family)
{
    struct lanes lanes = lanes_of(family->holds);
    struct waiters waiters = waiters_of(family);

    for (size_t i = 0; i < lanes.count; i++) {
        print_hold(chrome, family, &lanes.items[i], "b");
        print_hold(chrome, family, &lanes.items[i], "e");
        print_waiters(chrome, family, &waiters, lanes.items[i].hold);
        progress_add(1);
    }
    waiters_clear(&waiters);
    lanes_clear(&lanes);
}

/* --------------------------------------------------------------------------- the whole */

static int write_chrome(FILE *out, const struct model *model, const struct trace_style *style)
{
    const struct family gils = {&model->gil_waits, &model->gil_holds, true},
                        locks = {&model->waits, &model->holds, false};
    struct chrome chrome = {.model = model, .events = {.out = out}};

    (void)style;
    progress_begin_writing(out, "writing events",
                           slices_count(model) + model->holds.count + model->gil_holds.count);
    fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":", out);
    json_list_begin(&chrome.events);
    for (size_t i = 0; i < model->processes.count; i++)
        print_process(&chrome, (uint32_t)i);
    for (size_t i = 0; i < model->threads.count; i++)
        print_thread(&chrome, (uint32_t)i);
    print_slices(&chrome);
    for (size_t i = 0; i < model->moments.count; i++)
        print_moment(&chrome, &model->moments.items[i]);
    print_holds(&chrome, &gils);
    print_holds(&chrome, &locks);
    json_list_end(&chrome.events);
    json_list_close(&chrome.events);
    /* A string, for a number of JavaScript would not keep all of it. */
    fprintf(out, ",\"otherData\":{\"clock\":\"CLOCK_MONOTONIC\",\"begin_ns\":\"%" PRId64 "\"}}\n",
            model->begin);
    progress_end();
    return 0;
}

const struct trace_format trace_format_chrome = {
    .name = "chrome",
    .meaning = "Chrome's trace events as JSON, for many viewers",
    .write = write_chrome,
};
