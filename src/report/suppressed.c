/* SPDX-License-Identifier: MIT */
/* Findings held against the suppressions.  Called for each new finding, in any thread. */
#include "report/suppressed.h"

#include "base/log.h"
#include "report/finding_strings.h"
#include "report/suppressions.h"

static struct suppressions suppressions;
static const char *file;
static bool tell_unmatched;

static void complain(void *context, const char *where, unsigned line, const char *sentence)
{
    (void)context;
    log_complaint(where, line, sentence);
}

static const struct complaints complaints = {.tell = complain};

void suppressed_configure(const char *path, bool unmatched)
{
    file = path;
    tell_unmatched = unmatched;
    if (*path != '\0' && suppressions_read(&suppressions, path, &complaints) < 0)
        suppressions_drop(&suppressions);
}

struct question {
    const char *rule;
    bool matched;
};

static void look_at(void *argument, const char *string)
{
    struct question *question = argument;

    question->matched |= suppressions_match(&suppressions, question->rule, string);
}

bool suppressed(const struct finding *finding)
{
    struct question question = {.rule = finding->rule};

    if (suppressions_concern(&suppressions, finding->rule))
        finding_strings(finding, look_at, &question);
    return question.matched;
}

void suppressed_forget(void)
{
    tell_unmatched = false;
}

void suppressed_summary(void)
{
    if (tell_unmatched)
        suppressions_tell_unmatched(&suppressions, file, &complaints);
}
