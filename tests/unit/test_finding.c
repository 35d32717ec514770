/* SPDX-License-Identifier: MIT */
/* Findings: their text, told once, counted. */
#include "unit.h"

#include "scratch.h"

#include "base/log.h"
#include "report/finding.h"

#include <string.h>

static bool tell(const char *sentence, enum level level)
{
    return finding_tell(&(struct finding){.rule = "hook-failed",
                                          .level = level,
                                          .sentence = sentence,
                                          .details = "first\nsecond",
                                          .places = finding_mix(0, sentence)});
}

static void form(void **state)
{
    (void)state;
    log_to("form.log");
    assert_true(tell("it failed", LEVEL_WARNING));
    const char *text = scratch_text("form.log");
    assert_ptr_equal(strstr(text, "pihook: warning: hook-failed: it failed\n"), text);
    assert_non_null(strstr(text, "\n    process "));
    assert_non_null(strstr(text, "\n    first\n    second\n"));
}

static void once(void **state)
{
    (void)state;
    log_to("once.log");
    assert_true(tell("again", LEVEL_ERROR));
    unsigned before = finding_count(LEVEL_ERROR);
    assert_false(tell("again", LEVEL_ERROR));
    assert_int_equal(finding_count(LEVEL_ERROR), before);
    assert_true(tell("another", LEVEL_ERROR));
    assert_int_equal(finding_count(LEVEL_ERROR), before + 1);
}

static void off(void **state)
{
    (void)state;
    log_to("off.log");
    assert_false(tell("unheard", LEVEL_OFF));
    assert_null(scratch_text("off.log"));
}

static void summary(void **state)
{
    (void)state;
    log_to("summary.log");
    finding_forget();
    finding_summary();
    assert_null(scratch_text("summary.log"));
    tell("one warning", LEVEL_WARNING);
    tell("one error", LEVEL_ERROR);
    tell("one error", LEVEL_ERROR);
    finding_summary();
    const char *text = scratch_text("summary.log");
    assert_non_null(strstr(text, "pihook: the findings above occurred 1 more times\n"));
    assert_non_null(strstr(text, "pihook: 1 errors, 1 warnings, 0 suppressed\n"));
}

static void long_texts(void **state)
{
    static char details[40000];

    (void)state;
    log_to("long.log");
    memset(details, 'x', sizeof details - 1);
    assert_true(finding_tell(&(struct finding){
        .rule = "hook-failed", .level = LEVEL_WARNING, .sentence = "long", .details = details}));
    const char *text = scratch_text("long.log");
    assert_string_equal(text + strlen(text) - 4, "...\n");
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_IN_FOLDER("a finding is a line of level, rule and sentence with details below", form),
        CASE_IN_FOLDER("the same finding is told once", once),
        CASE_IN_FOLDER("a finding of level off is not told", off),
        CASE_IN_FOLDER("the summary counts what was told, and is silent when nothing was", summary),
        CASE_IN_FOLDER("a report that is too long ends in an ellipsis and a newline", long_texts),
    };

    return RUN_CASES(cases);
}
