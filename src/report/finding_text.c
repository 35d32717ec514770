/* SPDX-License-Identifier: MIT */
/*
 * The text of a finding.  Called for each finding that is told; what the program has named
 * must never break a line or reach a terminal as a control sequence.
 */
#include "report/finding_text.h"

#include "report/color.h"
#include "report/place.h"

#include <string.h>

#define INDENT "    "

struct writing {
    struct text *text;
    const struct view *view;
    const struct finding_style *style;
};

/* ---------------------------------------------------------------------------- pieces */

static void add_clean(struct text *text, const char *string)
{
    for (; *string != '\0'; string++)
        text_add_bytes(text, (unsigned char)*string < ' ' || *string == 0x7f ? "?" : string, 1);
}

static void add_count(struct text *text, const char *before, unsigned count, const char *after)
{
    text_add(text, before);
    text_add_int(text, count);
    text_add(text, after);
}

static void add_colored(const struct writing *writing, const char *color, const char *string)
{
    if (writing->style->color)
        text_join(writing->text, color, string, COLOR_END, NULL);
    else
        text_add(writing->text, string);
}

static void add_label(struct text *text, unsigned lock)
{
    add_count(text, "M", lock + 1, "");
}

static void add_thread(struct text *text, const char *name, pid_t tid)
{
    text_add(text, "thread ");
    add_clean(text, name);
    add_count(text, *name != '\0' ? " (" : "", (unsigned)tid, *name != '\0' ? ")" : "");
}

static bool is_known(const struct place *place)
{
    return place->text != NULL || place->address != NULL;
}

/* ------------------------------------------------------------------------------ head */

static void add_first_line(const struct writing *writing, const struct finding *finding)
{
    bool error = finding->level == LEVEL_ERROR;

    text_add(writing->text, "pihook: ");
    add_colored(writing, error ? COLOR_ERROR : COLOR_WARNING, error ? "error" : "warning");
    text_add(writing->text, ": ");
    add_colored(writing, COLOR_BOLD, finding->rule);
    text_add(writing->text, ": ");
    add_clean(writing->text, finding->sentence);
    text_add(writing->text, "\n");
}

static void add_line(struct text *text, const char *head, const char *words)
{
    if (words == NULL || *words == '\0')
        return;
    text_join(text, INDENT, head, NULL);
    add_clean(text, words);
    text_add(text, "\n");
}

static void add_who(struct text *text, const struct who *who)
{
    text_add(text, INDENT "process ");
    add_clean(text, who->process);
    add_count(text, " (", (unsigned)who->pid, "), ");
    add_thread(text, who->thread, who->tid);
    text_add(text, "\n");
    add_line(text, "command ", who->command);
    add_line(text, "test ", who->test);
}

/* ----------------------------------------------------------------------------- locks */

static void add_origin(struct text *text, const struct finding_lock *lock)
{
    bool told = lock->origin != NULL && *lock->origin != '\0';

    if (told)
        text_join(text, ", ", lock->origin, NULL);
    if (!is_known(&lock->created))
        return;
    text_add(text, lock->created.is_data || !told ? ", " : " at ");
    place_text(text, &lock->created);
}

static void add_lock(struct text *text, const struct finding_lock *lock, unsigned number)
{
    text_add(text, INDENT);
    add_label(text, number);
    text_join(text, ": ", lock->kind, NULL);
    /* Some locks have a number instead, and a class of many runs has none. */
    if (lock->address != NULL && (uintptr_t)lock->address >> 62 == 0) {
        text_add(text, " ");
        text_add_hex(text, (uintptr_t)lock->address);
    }
    if (lock->name != NULL && *lock->name != '\0') {
        text_add(text, " \"");
        add_clean(text, lock->name);
        text_add(text, "\"");
    } else if (lock->assigned != NULL && *lock->assigned != '\0') {
        text_add(text, " (");
        add_clean(text, lock->assigned);
        text_add(text, ")");
    }
    add_origin(text, lock);
    text_add(text, "\n");
}

static void add_locks(const struct writing *writing, const struct finding *finding)
{
    unsigned left_out = 0;

    for (unsigned i = 0; i < finding->lock_count; i++)
        if (view_names(writing->view, i))
            add_lock(writing->text, &finding->locks[i], i);
        else
            left_out++;
    if (left_out > 0)
        add_count(writing->text, INDENT "and ", left_out,
                  left_out == 1 ? " more lock\n" : " more locks\n");
}

/* ----------------------------------------------------------------------------- steps */

static void add_taken(struct text *text, const struct finding_held *held)
{
    bool known = is_known(&held->at);

    if (!held->read && !known)
        return;
    text_add(text, held->read ? " (taken for reading" : " (taken");
    if (known) {
        text_add(text, " at ");
        place_text(text, &held->at);
    }
    text_add(text, ")");
}

static void add_step_head(struct text *text, const struct finding_step *step)
{
    text_add(text, INDENT);
    add_thread(text, step->thread.name != NULL ? step->thread.name : "", step->thread.tid);
    text_join(text, " ", step->verb, NULL);
    if (step->lock >= 0) {
        text_add(text, " ");
        add_label(text, (unsigned)step->lock);
    }
    if (step->read)
        text_add(text, " for reading");
    if (step->note != NULL && *step->note != '\0') {
        text_add(text, " ");
        add_clean(text, step->note);
    }
}

static void add_held_lines(struct text *text, const struct finding_held *const *held,
                           unsigned count, unsigned left_out)
{
    for (unsigned i = 0; i < count; i++) {
        text_add(text, INDENT INDENT);
        add_label(text, held[i]->lock);
        add_taken(text, held[i]);
        text_add(text, "\n");
    }
    if (left_out > 0)
        add_count(text, INDENT INDENT "and ", left_out, " more\n");
}

/* The rest of the line, and lines of their own for more than one lock. */
static void add_held(const struct writing *writing, const struct finding_step *step)
{
    const struct finding_held *held[VIEW_HELD_MAX];
    unsigned count = view_held(writing->view, step, held);
    unsigned all = step->held_count + step->held_left_out;
    struct text *text = writing->text;

    if (all == 1 && count == 1) {
        text_add(text, " while holding ");
        add_label(text, held[0]->lock);
        add_taken(text, held[0]);
    } else if (all > 0) {
        add_count(text, " while holding ", all, " locks");
    }
    text_add(text, all > 1 || step->frame_count > 0 ? ":\n" : "\n");
    if (all > 1)
        add_held_lines(text, held, count, all - count);
}

static void add_frame(struct text *text, const struct finding_step *step, unsigned number)
{
    add_count(text, INDENT INDENT "#", number, " ");
    if (step->frame_texts != NULL) {
        text_add(text, step->frame_texts[number]);
    } else {
        struct place place = place_of_frame(step->frames[number]);

        place_text(text, &place);
    }
    text_add(text, "\n");
}

static void add_frames(const struct writing *writing, const struct finding_step *step)
{
    struct text *text = writing->text;
    unsigned shown = writing->style->frames;

    if (step->frame_count == 0)
        return;
    if (shown > step->frame_count)
        shown = step->frame_count;
    if (writing->style->color)
        text_add(text, COLOR_DIM);
    for (unsigned i = 0; i < shown; i++)
        add_frame(text, step, i);
    if (shown < step->frame_count + step->frames_left_out)
        add_count(text, INDENT INDENT "and ", step->frame_count - shown + step->frames_left_out,
                  " more\n");
    if (writing->style->color)
        text_add(text, COLOR_END);
}

static void add_steps(const struct writing *writing, const struct finding *finding)
{
    for (unsigned i = 0; i < finding->step_count; i++) {
        add_step_head(writing->text, &finding->steps[i]);
        add_held(writing, &finding->steps[i]);
        add_frames(writing, &finding->steps[i]);
    }
}

/* --------------------------------------------------------------------------- details */

static void add_indented(struct text *text, const char *lines)
{
    while (*lines != '\0') {
        size_t length = strcspn(lines, "\n");

        text_add(text, INDENT);
        text_add_bytes(text, lines, length);
        text_add(text, "\n");
        lines += length + (lines[length] == '\n');
    }
}

void finding_text(struct text *text, const struct view *view, const struct who *who,
                  const struct finding_style *style)
{
    const struct finding *finding = view->finding;
    const struct writing writing = {text, view, style};

    add_first_line(&writing, finding);
    add_who(text, who);
    add_locks(&writing, finding);
    add_steps(&writing, finding);
    if (finding->details != NULL)
        add_indented(text, finding->details);
}
