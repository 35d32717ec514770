/* SPDX-License-Identifier: MIT */
/*
 * Findings as JSON.  Called for each finding that is told when there is a findings file.
 * A name once given to a member is kept: other people's scripts read it.
 */
#include "report/finding_json.h"

#include "report/fingerprint.h"
#include "report/json.h"
#include "report/place.h"
#include "report/place_json.h"

enum { SCHEMA_VERSION = 1, LABEL_BYTES = 16, FINGERPRINT_BYTES = 8 };

static bool has_text(const char *string)
{
    return string != NULL && *string != '\0';
}

static void add_label(struct text *text, const char *key, unsigned lock)
{
    char bytes[LABEL_BYTES];
    struct text label = text_in(bytes, sizeof bytes);

    text_add(&label, "M");
    text_add_int(&label, lock + 1);
    json_add_string(text, key, bytes);
}

static void add_thread(struct text *text, pid_t tid, const char *name)
{
    json_add_object(text, "thread");
    json_add_number(text, "tid", tid);
    if (has_text(name))
        json_add_string(text, "name", name);
    json_add_object_end(text);
}

static void add_who(struct text *text, const struct who *who)
{
    json_add_object(text, "process");
    json_add_number(text, "pid", who->pid);
    json_add_string(text, "name", who->process);
    json_add_string(text, "executable", who->executable);
    if (has_text(who->command))
        json_add_string(text, "command", who->command);
    if (has_text(who->test))
        json_add_string(text, "test", who->test);
    json_add_object_end(text);
    add_thread(text, who->tid, who->thread);
}

static void add_lock(struct text *text, const struct finding_lock *lock, unsigned number)
{
    json_add_object(text, NULL);
    add_label(text, "label", number);
    json_add_string(text, "kind", lock->kind);
    json_add_hex(text, "address", (uintptr_t)lock->address);
    if (has_text(lock->name))
        json_add_string(text, "name", lock->name);
    if (has_text(lock->assigned))
        json_add_string(text, "assigned", lock->assigned);
    if (has_text(lock->origin))
        json_add_string(text, "origin", lock->origin);
    if (lock->created.address != NULL || lock->created.text != NULL)
        place_json(text, "created", &lock->created, true);
    json_add_object_end(text);
}

static void add_locks(struct text *text, const struct view *view)
{
    json_add_array(text, "locks");
    for (unsigned i = 0; i < view->finding->lock_count; i++)
        if (view_names(view, i))
            add_lock(text, &view->finding->locks[i], i);
    json_add_array_end(text);
}

static void add_mode(struct text *text, bool read)
{
    json_add_string(text, "mode", read ? "read" : "write");
}

static void add_held(struct text *text, const struct view *view, const struct finding_step *step)
{
    const struct finding_held *held[VIEW_HELD_MAX];
    unsigned count = view_held(view, step, held);

    json_add_array(text, "held");
    for (unsigned i = 0; i < count; i++) {
        json_add_object(text, NULL);
        add_label(text, "lock", held[i]->lock);
        add_mode(text, held[i]->read);
        if (held[i]->at.address != NULL || held[i]->at.text != NULL)
            place_json(text, "at", &held[i]->at, true);
        json_add_object_end(text);
    }
    json_add_array_end(text);
    json_add_number(text, "held_count", step->held_count);
}

static void add_stack(struct text *text, const struct finding_step *step, unsigned max)
{
    unsigned count = step->frame_count < max ? step->frame_count : max;

    json_add_array(text, "stack");
    for (unsigned i = 0; i < count; i++) {
        struct place place = place_of_frame(step->frames[i]);

        place_json(text, NULL, &place, true);
    }
    json_add_array_end(text);
    if (count < step->frame_count)
        json_add_number(text, "frames_left_out", step->frame_count - count);
}

static void add_step(struct text *text, const struct view *view, const struct finding_step *step,
                     const struct finding_extent *extent)
{
    json_add_object(text, NULL);
    add_thread(text, step->thread.tid, step->thread.name);
    json_add_string(text, "verb", step->verb);
    if (step->lock >= 0) {
        add_label(text, "lock", (unsigned)step->lock);
        add_mode(text, step->read);
    }
    if (has_text(step->note))
        json_add_string(text, "note", step->note);
    add_held(text, view, step);
    add_stack(text, step, extent->frames);
    json_add_object_end(text);
}

static void add_steps(struct text *text, const struct view *view,
                      const struct finding_extent *extent)
{
    const struct finding *finding = view->finding;
    unsigned count = finding->step_count < extent->steps ? finding->step_count : extent->steps;

    json_add_array(text, "steps");
    for (unsigned i = 0; i < count; i++)
        add_step(text, view, &finding->steps[i], extent);
    json_add_array_end(text);
    if (count < finding->step_count)
        json_add_number(text, "steps_left_out", finding->step_count - count);
}

static void add_fingerprint(struct text *text, uint64_t number)
{
    unsigned char bytes[FINGERPRINT_BYTES];

    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(number >> 8 * (sizeof bytes - 1 - i));
    json_add_bytes(text, "fingerprint", bytes, sizeof bytes);
}

void finding_json(struct text *text, const struct view *view, const struct who *who,
                  const struct finding_extent *extent)
{
    const struct finding *finding = view->finding;

    json_add_object(text, NULL);
    json_add_number(text, "version", SCHEMA_VERSION);
    json_add_string(text, "rule", finding->rule);
    json_add_string(text, "level", finding->level == LEVEL_ERROR ? "error" : "warning");
    json_add_string(text, "sentence", finding->sentence);
    add_fingerprint(text, fingerprint(view));
    add_who(text, who);
    add_locks(text, view);
    add_steps(text, view, extent);
    if (has_text(finding->details) && extent->details)
        json_add_string(text, "details", finding->details);
    json_add_object_end(text);
    text_add(text, "\n");
}
