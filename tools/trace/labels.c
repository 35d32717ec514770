/* SPDX-License-Identifier: MIT */
#include "trace/labels.h"

#include "trace/frame.h"
#include "trace/model_words.h"

#include <string.h>

const char *label_base(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash && slash[1] ? slash + 1 : path;
}

void label_process(struct text *text, const struct model *model, uint32_t number)
{
    const struct model_process *process = &model->processes.items[number];
    const char *program = label_base(model_string(model, process->program));

    text_add(text, *program ? program : "process");
}

/* ---------------------------------------------------------------------------- threads */

void label_thread(struct text *text, const struct model *model, uint32_t number)
{
    const char *name = model_string(model, model->threads.items[number].name);

    text_add(text, *name ? name : "thread");
}

void label_this_thread(struct text *text, const struct model *model, uint32_t number)
{
    label_thread(text, model, number);
    text_add(text, " (");
    text_add_int(text, model->threads.items[number].tid);
    text_add(text, ")");
}

/* ------------------------------------------------------------------------------ locks */

/* A line says it all of a script; machine code is known better by its function. */
static void add_class(struct text *text, const struct model *model, uint32_t number)
{
    uint32_t place = model->classes.items[number].place;
    struct frame frame = frame_of_place(model, place);

    if (place == 0)
        return;
    frame.file = label_base(frame.file);
    text_add(text, " of ");
    if (model->places.items[place].native || frame.line == 0) {
        frame_add(text, &frame);
        return;
    }
    text_join(text, frame.file, ":", NULL);
    text_add_int(text, frame.line);
}

void label_lock(struct text *text, const struct model *model, uint32_t number)
{
    const struct model_lock *lock = &model->locks.items[number];
    const char *name = model_string(model, lock->name);

    text_add(text, lock_kind_name(lock->kind));
    if (*name)
        text_join(text, " ", name, NULL);
    else if (lock->kind != LOCK_INTERPRETER)
        add_class(text, model, lock->lock_class);
}

void label_this_lock(struct text *text, const struct model *model, uint32_t number)
{
    const struct model_lock *lock = &model->locks.items[number];

    label_lock(text, model, number);
    if (lock_is_made_up((const void *)(uintptr_t)lock->address))
        return;
    text_add(text, " ");
    text_add_hex(text, lock->address);
}

/* ----------------------------------------------------------------------------- slices */

static void label_join(struct text *text, const struct model *model, uint32_t joined)
{
    text_add(text, "joins ");
    if (joined == MODEL_NONE)
        text_add(text, "a thread");
    else
        label_thread(text, model, joined);
}

const char *label_category(enum slice_kind kind)
{
    static const char *const categories[SLICE_KINDS] = {
        [SLICE_IMPORT] = "import", [SLICE_HOOK] = "hook", [SLICE_LIBRARY] = "library",
        [SLICE_JOIN] = "thread",   [SLICE_WAIT] = "lock", [SLICE_CONDITION] = "condition",
        [SLICE_GIL_WAIT] = "gil"};

    return categories[kind];
}

void label_slice(struct text *text, const struct model *model, const struct slice *slice)
{
    uint32_t index = slice->index;

    switch (slice->kind) {
    case SLICE_IMPORT:
        text_join(text, "import ", model_string(model, model->imports.items[index].name), NULL);
        break;
    case SLICE_HOOK:
        text_join(text, "hook on ", model_string(model, model->hooks.items[index].name), NULL);
        break;
    case SLICE_LIBRARY:
        text_join(text, "loads ", model_string(model, model->libraries.items[index].name), NULL);
        break;
    case SLICE_WAIT:
        text_add(text, "waits for ");
        label_lock(text, model, model->waits.items[index].lock);
        break;
    case SLICE_GIL_WAIT:
        text_add(text, "waits for the GIL");
        break;
    case SLICE_CONDITION:
        text_add(text, "waits for a condition");
        break;
    case SLICE_JOIN:
        label_join(text, model, model->joins.items[index].joined);
        break;
    }
}

const char *label_moment(const struct model_moment *moment)
{
    switch (moment->kind) {
    case TRACE_THREAD_CREATES:
        return "creates a thread";
    case TRACE_FORKS:
        return "forks";
    case TRACE_EXITS:
        return "exits";
    case TRACE_LOST:
        return "events lost";
    }
    return "event";
}
