/* SPDX-License-Identifier: MIT */
/* The statistics as a page of text. */
#include "unit.h"

#include "locks/identity.h"
#include "locks/lock.h"
#include "report/script_place.h"
#include "trace/stats.h"
#include "trace/stats_locks.h"
#include "trace/stats_text.h"

#include <stdio.h>
#include <string.h>

enum { US = 1000, MS = 1000000, ROWS = 15 };

static char page[STATS_TEXT_BYTES];

static const char *text_of_all(void)
{
    struct text text = text_in(page, sizeof page);

    stats_text(&text, "program (1)", 0, INT64_C(2000) * MS);
    return page;
}

static int forget(void **state)
{
    (void)state;
    stats_forget();
    return 0;
}

#define CASE_FORGOTTEN(sentence, function)     \
    {                                          \
        sentence, function, NULL, forget, NULL \
    }

static uint32_t class_of_line(unsigned line)
{
    return class_enter(ORIGIN_CREATED, script_place_keep("app.py", "make", line));
}

static struct stats_count *count_lock(uint32_t lock_class, enum lock_kind kind)
{
    static struct stats_tally *tally;

    if (stats_lock_at(1) == NULL)
        tally = stats_tally(1);
    return stats_count(tally, lock_class, kind);
}

static struct stats_count *lock_of_line(unsigned line)
{
    return count_lock(class_of_line(line), LOCK_SCRIPT);
}

static void assert_has(const char *expected)
{
    if (strstr(page, expected) == NULL)
        fail_msg("there is no \"%s\" in:\n%s", expected, page);
}

static unsigned count_of(const char *wanted)
{
    unsigned count = 0;

    for (const char *at = page; (at = strstr(at, wanted)) != NULL; at++)
        count++;
    return count;
}

static void of_nothing_there_is_no_text(void **state)
{
    (void)state;
    lock_of_line(1);
    stats_thread(1);
    assert_string_equal(text_of_all(), "");
}

static void the_first_line_tells_whose_they_are(void **state)
{
    (void)state;
    lock_of_line(1)->acquired = 1;
    text_of_all();
    assert_memory_equal(page, "pihook: statistics of program (1), 2.00 s\nlocks", 45);
}

static void a_lock_has_its_row(void **state)
{
    struct stats_count *lock = lock_of_line(7);

    (void)state;
    lock->acquired = 1234;
    spread_add(&lock->waits, 50 * MS);
    for (unsigned i = 0; i < 4; i++)
        spread_add(&lock->holds, INT64_C(3) * US);
    text_of_all();
    assert_has("locks, by where they were made\n"
               "  acquired    waited    in all    median      99 %   longest"
               " held: all    median      99 %   longest\n"
               "      1234         1   50.0 ms");
    assert_has("  12.0 us   2.56 us   2.56 us   3.00 us  Lock of app.py:7 in make\n");
}

static void a_static_lock_is_told_by_its_name(void **state)
{
    static int data;

    (void)state;
    count_lock(class_enter(ORIGIN_STATIC, &data), LOCK_MUTEX)->acquired = 1;
    text_of_all();
    assert_has("  mutex +0x");
    assert_int_equal(count_of(" of +0x"), 0);
}

static void locks_of_no_class_are_told_by_kind(void **state)
{
    (void)state;
    count_lock(0, LOCK_RWLOCK)->acquired = 3;
    text_of_all();
    assert_has("  rwlock\n");
}

/* Where lines of a table end in numbers, they end in the same columns. */
static void columns_stand_below_each_other(void **state)
{
    const char *head, *row;

    (void)state;
    for (unsigned line = 1; line <= 5; line++) {
        struct stats_count *lock = lock_of_line(line);

        lock->acquired = line * line * line * line * 1000;
        spread_add(&lock->waits, (int64_t)line * 700 * US * line);
        spread_add(&lock->holds, (int64_t)line * 30 * MS * line);
    }
    head = strstr(text_of_all(), "  acquired");
    assert_non_null(head);
    row = head;
    for (unsigned line = 1; line <= 5; line++) {
        row = strchr(row, '\n') + 1;
        for (unsigned column = 1; column <= 10; column++) {
            assert_int_not_equal(row[column * 10 - 1], ' ');
            assert_int_not_equal(head[column * 10 - 1], ' ');
            assert_int_equal(row[column * 10], ' ');
        }
        assert_memory_equal(row + 100, "  Lock of app.py:", 17);
    }
}

static void what_was_waited_for_longest_comes_first(void **state)
{
    (void)state;
    for (unsigned line = 1; line <= 9; line++) {
        lock_of_line(line)->acquired = 1;
        spread_add(&lock_of_line(line)->holds, (int64_t)line * MS);
    }
    spread_add(&lock_of_line(4)->waits, 10);
    spread_add(&lock_of_line(2)->waits, 20);
    text_of_all();
    assert_true(strstr(page, "app.py:2 ") < strstr(page, "app.py:4 "));
    assert_true(strstr(page, "app.py:4 ") < strstr(page, "app.py:9 "));
    assert_true(strstr(page, "app.py:9 ") < strstr(page, "app.py:8 "));
    assert_true(strstr(page, "app.py:3 ") < strstr(page, "app.py:1 "));
}

static void the_largest_are_shown_and_the_rest_is_counted(void **state)
{
    (void)state;
    for (unsigned line = 1; line <= 40; line++) {
        unsigned shuffled = line * 7 % 41;

        lock_of_line(shuffled)->acquired = 1;
        spread_add(&lock_of_line(shuffled)->waits, shuffled * MS);
    }
    text_of_all();
    assert_int_equal(count_of("Lock of"), ROWS);
    for (unsigned line = 26; line <= 40; line++) {
        char row[32];

        snprintf(row, sizeof row, "app.py:%u ", line);
        assert_has(row);
    }
    assert_has("  and 25 more\n");
}

static void just_as_many_as_there_is_room_for_leave_no_rest(void **state)
{
    (void)state;
    for (unsigned line = 1; line <= ROWS; line++)
        lock_of_line(line)->acquired = 1;
    text_of_all();
    assert_int_equal(count_of("Lock of"), ROWS);
    assert_int_equal(count_of(" more\n"), 0);
}

static void places_that_waited_are_told(void **state)
{
    (void)state;
    spread_add(&stats_place(script_place_keep("app.py", "run", 33))->waits, 70 * MS);
    stats_place(script_place_keep("app.py", "never", 34));
    text_of_all();
    assert_has("places that waited for locks\n");
    assert_has("  app.py:33 in run\n");
    assert_int_equal(count_of("never"), 0);
}

static void the_gil_is_told_by_thread(void **state)
{
    struct stats_thread *thread = stats_thread(1), *ended = stats_thread(2);

    (void)state;
    strcpy(thread->name, "worker");
    thread->tid = 77;
    thread->began = INT64_C(1000) * MS;
    spread_add(&thread->interpreter_waits, 250 * MS);
    spread_add(&thread->interpreter_holds, 500 * MS);
    strcpy(ended->name, "short");
    ended->began = INT64_C(1000) * MS;
    ended->ended = INT64_C(1100) * MS;
    spread_add(&ended->interpreter_holds, 50 * MS);
    stats_thread(3);
    text_of_all();
    assert_has("the GIL, by thread\n"
               "    waited    in all   longest   of life      held    in all   longest   of life\n"
               "         1    250 ms    250 ms      25 %         1    500 ms    500 ms      50 %"
               "  worker (77)\n"
               "         0      0 ns      0 ns       0 %         1   50.0 ms   50.0 ms      50 %"
               "  short\n");
}

static void imports_are_told_by_what_they_take_themselves(void **state)
{
    (void)state;
    *stats_module("small") = (struct stats_module){
        .name = "small", .times = 1, .self = MS, .cumulative = INT64_C(90) * MS};
    *stats_module("large") = (struct stats_module){
        .name = "large", .times = 2, .self = INT64_C(20) * MS, .cumulative = INT64_C(20) * MS};
    text_of_all();
    assert_has("imports\n"
               "  imported    itself  with all\n"
               "         2   20.0 ms   20.0 ms  large\n"
               "         1   1.00 ms   90.0 ms  small\n");
}

static void times_have_three_digits(void **state)
{
    static const struct {
        int64_t nanoseconds;
        const char *text;
    } TIMES[] = {{1, "      1 ns"},
                 {999, "    999 ns"},
                 {1000, "   1.00 us"},
                 {1059, "   1.05 us"},
                 {12345, "   12.3 us"},
                 {999999, "    999 us"},
                 {INT64_C(1000000), "   1.00 ms"},
                 {INT64_C(999999999), "    999 ms"},
                 {INT64_C(61000000000), "    61.0 s"},
                 {INT64_C(86400000000000), "   86400 s"}};

    (void)state;
    for (size_t i = 0; i < sizeof TIMES / sizeof *TIMES; i++) {
        char expected[64];

        stats_module("m")->self = TIMES[i].nanoseconds;
        snprintf(expected, sizeof expected, "         0%s", TIMES[i].text);
        text_of_all();
        assert_has(expected);
    }
}

static void a_page_without_room_is_cut(void **state)
{
    char small[200];
    struct text text = text_in(small, sizeof small);

    (void)state;
    for (unsigned line = 1; line <= 40; line++)
        lock_of_line(line)->acquired = 1;
    stats_text(&text, "program (1)", 0, 1);
    assert_true(text.cut);
    assert_in_range(strlen(small), 100, sizeof small - 1);
}

static void all_tables_at_their_longest_fit_in(void **state)
{
    char name[400];

    (void)state;
    for (unsigned i = 1; i <= 40; i++) {
        memset(name, 'n', sizeof name - 1);
        name[sizeof name - 1] = '\0';
        name[0] = (char)('A' + i);
        const void *place = script_place_keep(name, "f", i);
        spread_add(&count_lock(class_enter(ORIGIN_CREATED, place), 0)->waits, i);
        spread_add(&stats_place(place)->waits, i);
        stats_module(name)->self = i;
        spread_add(&stats_thread(i)->interpreter_holds, i);
    }
    struct text text = text_in(page, sizeof page);
    stats_text(&text, "program (1)", 0, 1);
    assert_false(text.cut);
    assert_int_equal(count_of("  and 25 more\n"), 4);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_FORGOTTEN("of nothing there is no text", of_nothing_there_is_no_text),
        CASE_FORGOTTEN("the first line tells whose they are", the_first_line_tells_whose_they_are),
        CASE_FORGOTTEN("a lock has its row", a_lock_has_its_row),
        CASE_FORGOTTEN("a static lock is told by its name", a_static_lock_is_told_by_its_name),
        CASE_FORGOTTEN("locks of no class are told by kind", locks_of_no_class_are_told_by_kind),
        CASE_FORGOTTEN("columns stand below each other", columns_stand_below_each_other),
        CASE_FORGOTTEN("what was waited for longest comes first",
                       what_was_waited_for_longest_comes_first),
        CASE_FORGOTTEN("the largest are shown and the rest is counted",
                       the_largest_are_shown_and_the_rest_is_counted),
        CASE_FORGOTTEN("just as many as there is room for leave no rest",
                       just_as_many_as_there_is_room_for_leave_no_rest),
        CASE_FORGOTTEN("places that waited are told", places_that_waited_are_told),
        CASE_FORGOTTEN("the GIL is told by thread", the_gil_is_told_by_thread),
        CASE_FORGOTTEN("imports are told by what they take themselves",
                       imports_are_told_by_what_they_take_themselves),
        CASE_FORGOTTEN("times have three digits", times_have_three_digits),
        CASE_FORGOTTEN("a page without room is cut", a_page_without_room_is_cut),
        CASE_FORGOTTEN("all tables at their longest fit in", all_tables_at_their_longest_fit_in),
    };

    return RUN_CASES(cases);
}
