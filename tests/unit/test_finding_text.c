/* SPDX-License-Identifier: MIT */
/* Findings as people read them. */
#include "report/finding_text.h"

#include "a_finding.h"
#include "unit.h"

#include <limits.h>
#include <string.h>

static char bytes[1 << 16];
static struct who who = {.pid = 10, .tid = 11, .process = "app", .thread = "first"};

static const char *styled(const struct finding *finding, struct finding_style style)
{
    struct text text = text_in(bytes, sizeof bytes);
    struct view view;

    view_init(&view, finding);
    finding_text(&text, &view, &who, &style);
    assert_false(text.cut);
    return bytes;
}

static const char *plain(const struct finding *finding)
{
    return styled(finding, (struct finding_style){.frames = UINT_MAX});
}

static void whole(void **state)
{
    (void)state;
    assert_string_equal(plain(&an_inversion),
                        "pihook: error: lock-order: M1 and M2 are acquired in both orders\n"
                        "    process app (10), thread first (11)\n"
                        "    M1: mutex 0x1000 \"queue\", initialised at queue.c:12\n"
                        "    M2: rwlock 0x2000, static, 0x30 (unknown)\n"
                        "    thread first (11) acquires M1 while holding M2 (taken for reading at "
                        "f.c:3):\n"
                        "        #0 0x10 (unknown)\n"
                        "        #1 0x20 (unknown)\n"
                        "    thread second (12) acquired M2 for reading while holding M1 (taken at "
                        "g.c:4):\n"
                        "        #0 0x10 (unknown)\n"
                        "    one\n"
                        "    two\n");
}

static void attributed(void **state)
{
    (void)state;
    who.command = "app 'a b'\033[31m";
    who.test = "test_queue.py::test_put";
    const char *told = plain(&(struct finding){.rule = "r", .sentence = "it failed"});
    who.command = who.test = "";
    assert_non_null(strstr(told, "\n    process app (10), thread first (11)\n"
                                 "    command app 'a b'?[31m\n"
                                 "    test test_queue.py::test_put\n"));
    assert_null(strstr(plain(&an_inversion), "command"));
}

static void details_only(void **state)
{
    (void)state;
    assert_string_equal(plain(&(struct finding){.rule = "hook-failed",
                                                .level = LEVEL_WARNING,
                                                .sentence = "it failed",
                                                .details = "Traceback:\n  line\n"}),
                        "pihook: warning: hook-failed: it failed\n"
                        "    process app (10), thread first (11)\n"
                        "    Traceback:\n"
                        "      line\n");
}

static void notes(void **state)
{
    const struct finding_step steps[] = {
        {.thread = {5, ""}, .verb = "joins", .lock = -1, .note = "thread worker (6)"},
        {.thread = {6, "worker"}, .verb = "waits for", .lock = 0},
    };
    const struct finding_lock lock = {.kind = "mutex", .address = (void *)0x1};

    (void)state;
    assert_string_equal(plain(&(struct finding){.rule = "deadlock",
                                                .level = LEVEL_ERROR,
                                                .sentence = "stuck",
                                                .locks = &lock,
                                                .lock_count = 1,
                                                .steps = steps,
                                                .step_count = 2}),
                        "pihook: error: deadlock: stuck\n"
                        "    process app (10), thread first (11)\n"
                        "    M1: mutex 0x1\n"
                        "    thread 5 joins thread worker (6)\n"
                        "    thread worker (6) waits for M1\n");
}

enum { MANY = 200 };

static void many_held(void **state)
{
    static struct finding_lock locks[MANY];
    static struct finding_held held[MANY - 1];
    struct finding_step steps[] = {
        {.thread = {5, ""}, .verb = "acquires", .lock = 0, .held = held, .held_count = MANY - 1},
        {.thread = {6, ""}, .verb = "acquired", .lock = 150}};

    (void)state;
    for (unsigned i = 0; i < MANY; i++)
        locks[i] = (struct finding_lock){.kind = "mutex", .address = (void *)(uintptr_t)(i + 1)};
    for (unsigned i = 0; i < MANY - 1; i++)
        held[i] = (struct finding_held){.lock = i + 1};
    const char *text = plain(&(struct finding){.rule = "lock-order",
                                               .level = LEVEL_ERROR,
                                               .sentence = "many",
                                               .locks = locks,
                                               .lock_count = MANY,
                                               .steps = steps,
                                               .step_count = 2});
    assert_string_equal(strchr(text, '\n') + 1,
                        "    process app (10), thread first (11)\n"
                        "    M1: mutex 0x1\n    M2: mutex 0x2\n    M3: mutex 0x3\n"
                        "    M4: mutex 0x4\n    M5: mutex 0x5\n    M6: mutex 0x6\n"
                        "    M7: mutex 0x7\n    M8: mutex 0x8\n    M151: mutex 0x97\n"
                        "    and 191 more locks\n"
                        "    thread 5 acquires M1 while holding 199 locks:\n"
                        "        M151\n        M2\n        M3\n        M4\n        M5\n"
                        "        M6\n        M7\n        M8\n        and 191 more\n"
                        "    thread 6 acquired M151\n");
}

static void long_cycles(void **state)
{
    static struct finding_lock locks[500];
    static struct finding_held held[500];
    static struct finding_step steps[500];

    (void)state;
    for (unsigned i = 0; i < 500; i++) {
        locks[i] = (struct finding_lock){.kind = "mutex", .address = (void *)(uintptr_t)(i + 1)};
        held[i] = (struct finding_held){.lock = (i + 1) % 500};
        steps[i] = (struct finding_step){.thread = {1, ""},
                                         .verb = "acquired",
                                         .lock = (int)i,
                                         .held = &held[i],
                                         .held_count = 1};
    }
    const char *text = plain(&(struct finding){.rule = "lock-order",
                                               .level = LEVEL_ERROR,
                                               .sentence = "round",
                                               .locks = locks,
                                               .lock_count = 500,
                                               .steps = steps,
                                               .step_count = 500});
    assert_non_null(strstr(text, "\n    M500: mutex 0x1f4\n"));
    assert_non_null(strstr(text, "\n    thread 1 acquired M1 while holding M2\n"));
    assert_non_null(strstr(text, "\n    thread 1 acquired M500 while holding M1\n"));
    assert_null(strstr(text, "more locks"));
}

static void shortened(void **state)
{
    (void)state;
    assert_non_null(strstr(styled(&an_inversion, (struct finding_style){.frames = 1}),
                           "f.c:3):\n"
                           "        #0 0x10 (unknown)\n"
                           "        and 1 more\n"
                           "    thread second"));
}

static void from_a_file(void **state)
{
    static const char *const texts[] = {"f f.c:3 (app)", "main f.c:9 (app)"};
    const struct finding_held held = {.lock = 0, .at.text = "g g.c:4 (app)"};
    const struct finding_lock lock = {.kind = "mutex", .address = (void *)0x1};
    const struct finding_step step = {
        .thread = {5, ""},
        .verb = "acquires",
        .lock = -1,
        .held = &held,
        .held_count = 1,
        .held_left_out = 2,
        .frame_texts = texts,
        .frame_count = 2,
        .frames_left_out = 7,
    };

    (void)state;
    const char *text = plain(&(struct finding){.rule = "x",
                                               .level = LEVEL_ERROR,
                                               .sentence = "s",
                                               .locks = &lock,
                                               .lock_count = 1,
                                               .steps = &step,
                                               .step_count = 1});
    assert_non_null(strstr(text, "    thread 5 acquires while holding 3 locks:\n"
                                 "        M1 (taken at g g.c:4 (app))\n"
                                 "        and 2 more\n"
                                 "        #0 f f.c:3 (app)\n"
                                 "        #1 main f.c:9 (app)\n"
                                 "        and 7 more\n"));
}

static void colors(void **state)
{
    (void)state;
    const char *text =
        styled(&an_inversion, (struct finding_style){.color = true, .frames = UINT_MAX});
    const char *first = "pihook: \033[1;31merror\033[0m: \033[1mlock-order\033[0m: M1 and M2 are ";
    assert_memory_equal(text, first, strlen(first));
    assert_non_null(strstr(text, ":\n\033[2m        #0 0x10 (unknown)\n"
                                 "        #1 0x20 (unknown)\n\033[0m    thread"));
}

static void harmless_names(void **state)
{
    const struct finding_lock lock = {
        .kind = "mutex", .address = (void *)0x1, .name = "a\n\033[2Jb"};

    (void)state;
    const char *text = plain(&(struct finding){.rule = "bad-unlock",
                                               .level = LEVEL_ERROR,
                                               .sentence = "x",
                                               .locks = &lock,
                                               .lock_count = 1});
    assert_non_null(strstr(text, "    M1: mutex 0x1 \"a??[2Jb\"\n"));
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE("a report has level, rule, process, locks, steps with stacks, and details", whole),
        CASE("the command and the test are told where they are known", attributed),
        CASE("a finding without locks has its details below", details_only),
        CASE("a step may be about a thread, and need have neither stack nor name", notes),
        CASE("of many held locks those of the cycle and a few more are listed", many_held),
        CASE("a cycle of 500 steps is told whole", long_cycles),
        CASE("a stack may be shortened, and says so", shortened),
        CASE("frames may be words, and what is not known any more is counted", from_a_file),
        CASE("level and rule are coloured and stacks dimmed where that is wanted", colors),
        CASE("a name of the program's can't break the line", harmless_names),
    };

    return RUN_CASES(cases);
}
