/* SPDX-License-Identifier: MIT */
/* Findings held against the suppressions.  Called for each new finding, in any thread. */
#include "report/suppressed.h"

#include "base/log.h"
#include "base/sink.h"
#include "base/write.h"
#include "report/finding_strings.h"
#include "report/suppressions.h"

#include <stdatomic.h>

enum { SENTENCE_BYTES = 512 };

static struct suppressions suppressions;
static const char *file;
static bool tell_unmatched;
static struct sink matched_file;
static atomic_bool failed; /* to write it: told once */

static void complain(void *context, const char *where, unsigned line, const char *sentence)
{
    (void)context;
    log_complaint(where, line, sentence);
}

static const struct complaints complaints = {.tell = complain};

/* ------------------------------------------------------------------------- what matched */

static void set_matched_file(const char *path)
{
    struct write_kept kept;

    write_begin(&kept);
    if (sink_set(&matched_file, path) < 0)
        log_line("the file of option matched-suppressions has too long a name");
    write_end(&kept);
}

static void tell_failure(int error)
{
    if (!atomic_exchange(&failed, true))
        log_unwritable("file of matched suppressions", &matched_file, error);
}

/* FILE:LINE: RULE:PATTERN */
static void note(void *argument, const struct suppression *suppression)
{
    char bytes[SENTENCE_BYTES + SINK_PATH_MAX];
    struct text line = text_in(bytes, sizeof bytes - 1);
    struct write_kept kept;

    (void)argument;
    text_join(&line, file, ":", NULL);
    text_add_int(&line, suppression->line);
    text_join(&line, ": ", suppression->rule, ":", suppression->pattern, NULL);
    bytes[line.length] = '\n';
    write_begin(&kept);
    int descriptor = sink_descriptor(&matched_file);
    if (descriptor >= 0)
        write_all(descriptor, bytes, line.length + 1);
    write_end(&kept);
    if (descriptor < 0)
        tell_failure(-descriptor);
}

/* ------------------------------------------------------------------------------ the rest */

void suppressed_configure(const char *path, bool unmatched, const char *matched)
{
    file = path;
    tell_unmatched = unmatched;
    set_matched_file(matched);
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
    if (question.matched && matched_file.path[0] != '\0')
        suppressions_note(&suppressions, note, NULL);
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
