/* SPDX-License-Identifier: MIT */
/*
 * Chrome's trace events as JSON, which many viewers read.  Imports and waits are slices of
 * their threads.  Holds overlap, so they are asynchronous events, with an id for each lane of a
 * lock.  An arrow leads from a wait to the end of the hold that it waited for, which is a slice
 * without length, in the thread that ended it.
 */
#include "progress.h"
#include "trace/formats.h"

#include "trace/facts.h"
#include "trace/json_list.h"
#include "trace/lanes.h"
#include "trace/model_words.h"
#include "trace/waiters.h"

#include <inttypes.h>

struct chrome {
    const struct model *model;
    struct json_list events;
};

static int pid_of(const struct model *model, uint32_t thread)
{
    return model->processes.items[model->threads.items[thread].process].pid;
}

/* ------------------------------------------------------------------------------- parts */

static struct json_text *begin(struct chrome *chrome, const char *phase, const char *name, int pid,
                               uint32_t tid)
{
    struct json_text *event = json_list_open(&chrome->events, '{');

    json_text_string(event, "ph", phase);
    json_text_string(event, "name", name);
    json_text_number(event, "pid", pid);
    json_text_number(event, "tid", tid);
    return event;
}

static struct json_text *begin_in_thread(struct chrome *chrome, const char *phase,
                                         const char *category, const char *name, uint32_t thread)
{
    struct json_text *event = begin(chrome, phase, name, pid_of(chrome->model, thread),
                                    chrome->model->threads.items[thread].tid);

    json_text_string(event, "cat", category);
    return event;
}

/* From the trace's begin on. */
static void add_time(const struct chrome *chrome, struct json_text *event, int64_t time)
{
    json_text_microseconds(event, "ts", time - chrome->model->begin);
}

static void end(struct chrome *chrome)
{
    json_list_print(&chrome->events, '}');
}

/* ------------------------------------------------------------------------------- facts */

static void add_stack(const struct model *model, struct json_text *event, const char *key,
                      uint32_t number)
{
    const struct model_stack *stack = &model->stacks.items[number];

    json_text_open(event, key, '[');
    for (uint32_t i = 0; i < stack->count; i++)
        json_text_string(event, NULL,
                         WORDS(words_place, model, model->frames.items[stack->first + i]));
    json_text_close(event, ']');
}

static void add_fact(const struct model *model, struct json_text *event, const struct fact *fact)
{
    switch (fact->type) {
    case FACT_STRING:
        json_text_string(event, fact->key, fact->string);
        break;
    case FACT_NUMBER:
        json_text_number(event, fact->key, fact->number);
        break;
    case FACT_STACK:
        add_stack(model, event, fact->key, fact->stack);
        break;
    case FACT_TRUE:
        json_text_word(event, fact->key, "true");
    }
}

static void add_facts(const struct chrome *chrome, struct json_text *event,
                      const struct facts *facts)
{
    json_text_open(event, "args", '{');
    for (unsigned i = 0; i < facts->count; i++)
        add_fact(chrome->model, event, &facts->items[i]);
    json_text_close(event, '}');
}

/* ------------------------------------------------------------- processes and threads */

static void print_name(struct chrome *chrome, const char *what, int pid, uint32_t tid,
                       const char *name)
{
    struct json_text *event = begin(chrome, "M", what, pid, tid);

    json_text_open(event, "args", '{');
    json_text_string(event, "name", name);
    json_text_close(event, '}');
    end(chrome);
}

static void print_instant(struct chrome *chrome, uint32_t thread, int64_t time,
                          const char *category, const char *name, const struct facts *facts)
{
    struct json_text *event = begin_in_thread(chrome, "i", category, name, thread);

    json_text_string(event, "s", "t");
    add_time(chrome, event, time);
    add_facts(chrome, event, facts);
    end(chrome);
}

static void print_process(struct chrome *chrome, uint32_t number)
{
    const struct model *model = chrome->model;
    const struct model_process *process = &model->processes.items[number];
    char name[LABEL_BYTES];
    struct text text = text_in(name, sizeof name);
    struct json_text *event;
    struct facts facts;

    label_process(&text, model, number);
    print_name(chrome, "process_name", process->pid, (uint32_t)process->pid, name);
    facts_of_process(&facts, model, number);
    event = begin(chrome, "i", "trace begins", process->pid, (uint32_t)process->pid);
    json_text_string(event, "cat", "process");
    json_text_string(event, "s", "p");
    add_time(chrome, event, process->began);
    add_facts(chrome, event, &facts);
    end(chrome);
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
    struct json_text *event;
    struct facts facts;

    label_slice(&text, model, slice);
    facts_of_slice(&facts, model, slice);
    event = begin_in_thread(chrome, "X", label_category(slice->kind), name, slice->thread);
    add_time(chrome, event, slice->begin);
    json_text_microseconds(event, "dur", slice->end - slice->begin);
    add_facts(chrome, event, &facts);
    end(chrome);
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
    struct json_text *event = begin_in_thread(chrome, phase, "wait", "waits for", thread);
    char id[32];

    snprintf(id, sizeof id, "%s%" PRIu32, family->gil ? "gil" : "lock", wait);
    json_text_string(event, "bp", "e");
    json_text_string(event, "id", id);
    add_time(chrome, event, time);
    end(chrome);
}

static void print_release(struct chrome *chrome, const struct model_hold *hold)
{
    char name[LABEL_BYTES];
    struct text text = text_in(name, sizeof name);
    struct json_text *event;

    text_add(&text, hold->flags & MODEL_OPEN_END ? "still has " : "releases ");
    label_lock(&text, chrome->model, hold->lock);
    event = begin_in_thread(chrome, "X", "release", name, hold->releaser);
    add_time(chrome, event, hold->end);
    json_text_number(event, "dur", 0);
    end(chrome);
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
    struct json_text *event;
    struct facts facts;

    facts.count = 0;
    label_this_lock(&text, model, hold->lock);
    snprintf(id, sizeof id, "%" PRIu32 ".%" PRIu32, lane->lock, lane->lane);
    if (begins)
        facts_of_hold(&facts, model, hold,
                      hold->wait == MODEL_NONE ? NULL : &family->waits->items[hold->wait]);
    event = begin_in_thread(chrome, phase, family->gil ? "gil" : "hold", name, hold->thread);
    json_text_string(event, "id", id);
    add_time(chrome, event, begins ? hold->begin : hold->end);
    add_facts(chrome, event, &facts);
    end(chrome);
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
