/* SPDX-License-Identifier: MIT */
/* Findings: their text, told once, counted. */
#include "unit.h"

#include "scratch.h"

#include "a_finding.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "report/finding.h"
#include "report/findings_file.h"
#include "report/suppressed.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
    const char *end = "pihook: 2 times: hook-failed: one error\n"
                      "pihook: 1 errors, 1 warnings, 0 suppressed\n";
    assert_string_equal(text + strlen(text) - strlen(end), end);
}

static void many_repetitions(void **state)
{
    (void)state;
    log_to("many.log");
    finding_forget();
    for (int i = 0; i < 100; i++) {
        char sentence[32];
        struct text text = text_in(sentence, sizeof sentence);

        text_add(&text, "number ");
        text_add_int(&text, i % 25);
        tell(sentence, LEVEL_ERROR);
    }
    finding_summary();
    const char *text = scratch_text("many.log");
    assert_non_null(strstr(text, "pihook: 4 times: hook-failed: number 19\n"));
    assert_null(strstr(text, "pihook: 4 times: hook-failed: number 20\n"));
    assert_non_null(strstr(text, "number 19\npihook: and 5 others came more than once\n"
                                 "pihook: 25 errors, 0 warnings, 0 suppressed\n"));
}

static void in_a_child(void **state)
{
    (void)state;
    log_to("child.log");
    tell("told by the parent", LEVEL_ERROR);
    finding_forget();
    log_to("child_only.log");
    assert_false(tell("told by the parent", LEVEL_ERROR));
    finding_summary();
    assert_string_equal(scratch_text("child_only.log"),
                        "pihook: 1 time: hook-failed: told by the parent\n"
                        "pihook: 0 errors, 0 warnings, 0 suppressed\n");
}

enum { THREADS = 4, ROUNDS = 50 };

static void *tell_all(void *unused)
{
    for (int i = 0; i < ROUNDS; i++) {
        char sentence[32];
        struct text text = text_in(sentence, sizeof sentence);

        text_add(&text, "of many threads ");
        text_add_int(&text, i);
        tell(sentence, LEVEL_WARNING);
    }
    return unused;
}

static unsigned lines_with(const char *text, const char *part)
{
    unsigned count = 0;

    for (; (text = strstr(text, part)) != NULL; text++)
        count++;
    return count;
}

static void many_threads(void **state)
{
    pthread_t threads[THREADS];

    (void)state;
    log_to("threads.log");
    findings_file_set("threads.json");
    finding_forget();
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, tell_all, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    findings_file_set("");
    assert_int_equal(finding_count(LEVEL_WARNING), ROUNDS);
    assert_int_equal(lines_with(scratch_text("threads.json"), "}\n{\"version\":1,"), ROUNDS - 1);
    const char *text = scratch_text("threads.log");
    assert_int_equal(lines_with(text, "pihook: warning: hook-failed: of many threads "), ROUNDS);
    assert_int_equal(lines_with(text, "    first\n    second\n"), ROUNDS);
    finding_summary();
    text = scratch_text("threads.log");
    assert_int_equal(lines_with(text, "pihook: 4 times: hook-failed: of many threads "), 20);
    assert_non_null(strstr(text, "pihook: and 30 others came more than once\n"));
}

static void findings_file(void **state)
{
    (void)state;
    log_to("file.log");
    findings_file_set("file.json");
    assert_true(tell("one for the file", LEVEL_ERROR));
    assert_false(tell("one for the file", LEVEL_ERROR));
    assert_true(tell("two for the file", LEVEL_ERROR));
    const char *text = scratch_text("file.json");
    assert_ptr_equal(strstr(text, "{\"version\":1,\"rule\":\"hook-failed\","), text);
    const char *second = strchr(text, '\n') + 1;
    assert_ptr_equal(strstr(second, "{\"version\":1,"), second);
    assert_string_equal(strchr(second, '\n'), "\n");
    findings_file_set("");
}

static void no_findings_file(void **state)
{
    (void)state;
    log_to("bad.log");
    findings_file_set("no/folder/findings");
    tell("one for no file", LEVEL_ERROR);
    tell("two for no file", LEVEL_ERROR);
    const char *text = scratch_text("bad.log");
    const char *line = strstr(text, "pihook: the findings file can't be written (no such file or "
                                    "folder): ");
    assert_non_null(line);
    assert_null(strstr(line + 1, "pihook: the findings file"));
    assert_non_null(strstr(text, ": two for no file\n"));
    findings_file_set("");
}

static void hidden(void **state)
{
    struct finding finding = an_inversion;

    (void)state;
    log_to("hidden.log");
    scratch_file("suppressions", "lock-order:nothing\n*:queue\n", 27, 0600);
    finding_forget();
    suppressed_configure("suppressions", true, "");
    assert_false(finding_tell(&finding));
    assert_false(finding_tell(&finding));
    finding_summary();
    assert_string_equal(scratch_text("hidden.log"),
                        "pihook: 0 errors, 0 warnings, 1 suppressed\n"
                        "pihook: suppressions:1: this suppression matched nothing\n");
    suppressed_configure("", false, "");
}

/* Is a finding with that suppression hidden? */
static bool hides(const char *line, const struct finding *finding)
{
    scratch_file("suppressions", line, strlen(line), 0600);
    suppressed_configure("suppressions", false, "");
    bool hidden = suppressed(finding);
    suppressed_configure("", false, "");
    return hidden;
}

static void what_patterns_fit(void **state)
{
    const void *frame = (const char *)(uintptr_t)_cmocka_run_group_tests + 2;
    const struct finding_step step = {.lock = -1, .verb = "", .frames = &frame, .frame_count = 1};
    const struct finding finding = {
        .rule = "deadlock", .sentence = "stuck", .steps = &step, .step_count = 1};

    (void)state;
    log_to("fit.log");
    assert_true(hides("deadlock:_cmocka_run_group_tests", &finding));
    assert_true(hides("deadlock:_cmocka_run_group_tests+0x2", &finding));
    assert_true(hides("deadlock:_cmocka_*+0x2 (libcmocka*)", &finding));
    assert_true(hides("deadlock:libcmocka.so*", &finding));
    assert_true(hides("deadlock:/*/libcmocka.so*", &finding));
    assert_true(hides("deadlock:stuck", &finding));
    assert_false(hides("deadlock:cmocka", &finding));
    assert_false(hides("lock-order:*", &finding));
    assert_true(hides("lock-order:queue.c", &an_inversion));
    assert_true(hides("lock-order:g.c:4", &an_inversion));
    assert_true(hides("lock-*:*", &an_inversion));
    assert_false(hides("lock-order:mutex", &an_inversion));
}

static void without_memory(void **state)
{
    struct finding finding = an_inversion;

    (void)state;
    log_to("memory.log");
    finding.places = 77;
    memory_bound(1);
    errno = E2BIG;
    assert_true(finding_tell(&finding));
    assert_int_equal(errno, E2BIG);
    memory_bound(0);
    const char *text = scratch_text("memory.log");
    assert_non_null(strstr(text, "pihook: error: lock-order: M1 and M2"));
    assert_non_null(strstr(text, "\n    thread second (12) acquired M2"));
}

static void *tell_inversion(void *told)
{
    struct finding finding = an_inversion;

    finding.places = 78;
    *(bool *)told = finding_tell(&finding);
    return NULL;
}

static void small_stacks(void **state)
{
    size_t size = (size_t)sysconf(_SC_THREAD_STACK_MIN);
    pthread_attr_t attributes;
    pthread_t thread;
    bool told = false;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    size *= 16; /* their frames are larger */
#endif
    (void)state;
    log_to("stack.%p.log");
    findings_file_set("stack.%p.json");
    scratch_file("suppressions", "lock-order:nothing\n", 19, 0600);
    suppressed_configure("suppressions", false, "");
    pthread_attr_init(&attributes);
    assert_int_equal(pthread_attr_setstacksize(&attributes, size), 0);
    assert_int_equal(pthread_create(&thread, &attributes, tell_inversion, &told), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    suppressed_configure("", false, "");
    findings_file_set("");
    assert_true(told);
}

static void small_reports(void **state)
{
    static const void *frames[64];
    static struct finding_step steps[20];
    struct finding finding = {.rule = "deadlock",
                              .level = LEVEL_ERROR,
                              .sentence = "long",
                              .steps = steps,
                              .step_count = 20};

    (void)state;
    log_to("small.log");
    findings_file_set("small.json");
    for (unsigned i = 0; i < 20; i++)
        steps[i] = (struct finding_step){.lock = -1,
                                         .thread = {(pid_t)i + 1, ""},
                                         .verb = "waits",
                                         .frames = frames,
                                         .frame_count = 64};
    finding_bound(1 << 12);
    assert_true(finding_tell(&finding));
    finding_bound(1 << 20);
    const char *text = scratch_text("small.log");
    assert_non_null(strstr(text, "\n        and 60 more\n    thread 2 waits:\n"));
    assert_non_null(strstr(text, "\n    thread 20 waits:\n"));
    text = scratch_text("small.json");
    assert_non_null(strstr(text, "\"frames_left_out\":60"));
    assert_non_null(strstr(text, "\"tid\":20"));
    assert_string_equal(text + strlen(text) - 2, "}\n");
    findings_file_set("");
}

static void long_texts(void **state)
{
    static char details[2000000];

    (void)state;
    log_to("long.log");
    memset(details, 'x', sizeof details - 1);
    assert_true(finding_tell(&(struct finding){
        .rule = "hook-failed", .level = LEVEL_WARNING, .sentence = "long", .details = details}));
    struct stat file;
    char end[5] = "";
    int log = open("long.log", O_RDONLY | O_CLOEXEC);
    assert_int_equal(fstat(log, &file), 0);
    assert_true(file.st_size > (1 << 20) - 100 && file.st_size <= 1 << 20);
    assert_int_equal(pread(log, end, 4, file.st_size - 4), 4);
    assert_string_equal(end, "...\n");
    close(log);
}

/* Leaves the table full: it must be the last case. */
static void too_many(void **state)
{
    unsigned told = 0;

    (void)state;
    log_to("beyond.log");
    finding_forget();
    for (int i = 0; i < 5000; i++) {
        char sentence[32];
        struct text text = text_in(sentence, sizeof sentence);

        text_add(&text, "one of too many ");
        text_add_int(&text, i);
        told += tell(sentence, LEVEL_ERROR);
    }
    assert_true(told > 3000 && told < 4096);
    assert_int_equal(finding_count(LEVEL_ERROR), told);
    log_to("summary.log");
    finding_summary();
    char line[100];
    snprintf(line, sizeof line,
             "pihook: %u times there was another finding, not told: 4096 are the", 5000 - told);
    assert_non_null(strstr(scratch_text("summary.log"), line));
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_IN_FOLDER("a finding is a line of level, rule and sentence with details below", form),
        CASE_IN_FOLDER("the same finding is told once", once),
        CASE_IN_FOLDER("a finding of level off is not told", off),
        CASE_IN_FOLDER("the summary counts what was told, and is silent when nothing was", summary),
        CASE_IN_FOLDER("of many findings that came again the first are told", many_repetitions),
        CASE_IN_FOLDER("a child counts only what comes in it", in_a_child),
        CASE_IN_FOLDER("threads that find the same at once tell it once", many_threads),
        CASE_IN_FOLDER("each finding is a line of the findings file, too", findings_file),
        CASE_IN_FOLDER("a findings file that can't be written is told once", no_findings_file),
        CASE_IN_FOLDER("a suppressed finding is counted, not told", hidden),
        CASE_IN_FOLDER("a suppression fits functions, objects, files, classes and names",
                       what_patterns_fit),
        CASE_IN_FOLDER("without memory a finding is told still", without_memory),
        CASE_IN_FOLDER("a thread with the least stack can tell a finding", small_stacks),
        CASE_IN_FOLDER("a report that gets too long has short stacks first", small_reports),
        CASE_IN_FOLDER("a report that is too long ends in an ellipsis and a newline", long_texts),
        CASE_IN_FOLDER("findings beyond the table are counted, not told", too_many),
    };

    return RUN_CASES(cases);
}
