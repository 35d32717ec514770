/* SPDX-License-Identifier: MIT */
/* Called by `pihook report`, `pihook merge` and `pihook run --graph`, when all was read. */
#include "report/unwanted.h"

#include "command.h"
#include "report/ignored.h"
#include "report/record_strings.h"

#include <limits.h>

static void complain(void *context, const char *where, unsigned line, const char *sentence)
{
    if (*(const bool *)context)
        return;
    if (line > 0)
        fail(0, "%s:%u: %s", where, line, sentence);
    else
        fail(0, "%s: %s", where, sentence);
}

int unwanted_read(struct unwanted *unwanted, bool quiet)
{
    const struct complaints complaints = {.tell = complain, .context = &quiet};

    if (!unwanted->file || !*unwanted->file)
        return 0;
    if (suppressions_read(&unwanted->suppressions, unwanted->file, &complaints) < 0)
        return STATUS_FAILED;
    return 0;
}

struct question {
    struct suppressions *suppressions;
    const char *rule;
    bool fits;
};

static void look_at(void *argument, const char *string)
{
    struct question *question = argument;

    question->fits |= suppressions_match(question->suppressions, question->rule, string);
}

/* The innermost line of a script. */
static bool step_says(const json_t *step, const char *rule)
{
    const json_t *frame;
    size_t i;

    json_array_foreach(json_object_get(step, "stack"), i, frame) {
        const json_t *line = json_array_get(json_object_get(frame, "source"), 0);
        const char *file = json_string_value(json_object_get(line, "file"));
        json_int_t number = json_integer_value(json_object_get(line, "line"));

        if (file && !json_object_get(frame, "object"))
            return number > 0 && number <= INT_MAX && ignored_at(file, (unsigned)number, rule);
    }
    return false;
}

static bool comment_says(const struct record *record)
{
    const json_t *step;
    size_t i;

    json_array_foreach(json_object_get(record->json, "steps"), i, step)
        if (step_says(step, record->finding.rule))
            return true;
    return false;
}

static bool is_unwanted(void *argument, const struct record *record)
{
    struct question question = {.suppressions = argument, .rule = record->finding.rule};

    if (suppressions_concern(question.suppressions, question.rule))
        record_strings(record, look_at, &question);
    return question.fits || comment_says(record);
}

void unwanted_take_out(struct unwanted *unwanted, struct collection *all, size_t first)
{
    all->suppressed += collection_drop(all, first, is_unwanted, &unwanted->suppressions);
}

void unwanted_clear(struct unwanted *unwanted)
{
    suppressions_drop(&unwanted->suppressions);
}
