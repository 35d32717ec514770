/* SPDX-License-Identifier: MIT */
/* Called by formats of traces that people read. */
#include "trace/model_words.h"

#include <string.h>

const char *words_in(char *buffer,
                     void (*words)(struct text *text, const struct model *model, uint32_t number),
                     const struct model *model, uint32_t number)
{
    struct text text = text_in(buffer, WORDS_BYTES);

    words(&text, model, number);
    return buffer;
}

/* ----------------------------------------------------------------------------- places */

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static void add_line(struct text *text, const struct model *model, uint32_t file, uint32_t line)
{
    text_add(text, text->length > 0 ? " " : "");
    text_add(text, model_string(model, file));
    text_add(text, ":");
    text_add_int(text, line);
}

static void add_object(struct text *text, const struct model *model,
                       const struct model_place *place)
{
    if (place->file == 0)
        return;
    text_join(text, text->length > 0 ? " (" : "(", file_name(model_string(model, place->file)), ")",
              NULL);
}

void words_place(struct text *text, const struct model *model, uint32_t number)
{
    const struct model_place *place = &model->places.items[number];

    text_add(text, model_string(model, place->function));
    if (!place->native) {
        if (place->file != 0)
            add_line(text, model, place->file, place->line);
        return;
    }
    if (place->source != 0) {
        add_line(text, model, place->source, place->source_line);
    } else {
        text_add(text, "+");
        text_add_hex(text, place->function != 0 ? place->into : place->offset);
    }
    add_object(text, model, place);
}

void words_stack_top(struct text *text, const struct model *model, uint32_t number)
{
    const struct model_stack *stack = &model->stacks.items[number];

    for (uint32_t i = 0; i < stack->count; i++) {
        uint32_t place = model->frames.items[stack->first + i];

        if (place == 0)
            continue;
        words_place(text, model, place);
        return;
    }
}

/* ------------------------------------------------------------------- locks and threads */

const char *words_found(unsigned found)
{
    static const char *const words[] = {"",         "source", "cached", "extension",
                                        "built-in", "frozen", "zip",    "namespace"};

    return found < sizeof words / sizeof *words ? words[found] : "";
}

const char *words_fate(unsigned fate)
{
    static const char *const words[] = {
        [FATE_UNSEEN] = "no join seen",
        [FATE_DETACHED] = "detached",
        [FATE_SEEN] = "seen ended",
        [FATE_JOINED] = "joined",
        [FATE_JOINED_AT_EXIT] = "joined at exit",
        [FATE_RAN] = "alive",
        [FATE_RAN_AT_EXIT] = "alive at exit",
        [FATE_DAEMON_AT_EXIT] = "daemon at exit",
        [FATE_MAIN] = "main",
    };

    return words[fate];
}

void words_class(struct text *text, const struct model *model, uint32_t number)
{
    const struct model_class *class = &model->classes.items[number];

    if (number == 0) {
        text_add(text, "locks of unknown origin");
        return;
    }
    text_add(text, lock_kind_name(class->kind));
    text_add(text, " ");
    if (class->name != 0)
        text_add(text, model_string(model, class->name));
    else if (class->place != 0)
        words_place(text, model, class->place);
    else
        text_add(text, "of unknown origin");
}

void words_lock(struct text *text, const struct model *model, uint32_t number)
{
    const struct model_lock *lock = &model->locks.items[number];

    if (lock->name != 0) {
        text_join(text, lock_kind_name(lock->kind), " ", model_string(model, lock->name), NULL);
        return;
    }
    if (lock->lock_class == 0)
        text_add(text, lock_kind_name(lock->kind));
    else
        words_class(text, model, lock->lock_class);
    text_add(text, " ");
    text_add_hex(text, lock->address);
}

void words_thread(struct text *text, const struct model *model, uint32_t number)
{
    const struct model_thread *thread;

    if (number == MODEL_NONE) {
        text_add(text, "-");
        return;
    }
    thread = &model->threads.items[number];
    if (thread->name != 0) {
        text_add(text, model_string(model, thread->name));
    } else {
        text_add(text, "thread ");
        text_add_int(text, thread->tid != 0 ? thread->tid : thread->number);
    }
    if (model->processes.count > 1) {
        text_add(text, " (");
        text_add_int(text, model->processes.items[thread->process].pid);
        text_add(text, ")");
    }
}
