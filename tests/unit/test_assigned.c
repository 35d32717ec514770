/* SPDX-License-Identifier: MIT */
/* Which lines say what a lock was made for. */
#include "report/assigned.h"

#include "scratch.h"
#include "unit.h"

#include <string.h>

static void assert_target(const char *line, const char *expected)
{
    char target[64];

    assert_int_equal(assigned_by(line, target, sizeof target), *expected != '\0');
    assert_string_equal(target, expected);
}

static void an_assignment_names_its_target(void **state)
{
    (void)state;
    assert_target("lock = threading.Lock()", "lock");
    assert_target("    self._lock = RLock()  # its own", "self._lock");
    assert_target("\tx=_thread.allocate_lock ()", "x");
    assert_target("ready = threading.Condition(lock)", "ready");
    assert_target("few = threading.BoundedSemaphore(3)", "few");
    assert_target("lock = MyLock(threading.Lock())", "lock");
    assert_target("a.b.c = m.n.Lock()", "a.b.c");
    assert_target("gr\xc3\xbc\xc3\x9f"
                  "e = Lock()",
                  "gr\xc3\xbc\xc3\x9f"
                  "e");
}

static void an_annotation_is_left_out(void **state)
{
    (void)state;
    assert_target("lock: threading.Lock = threading.Lock()", "lock");
    assert_target("self.lock: Dict[str, int] = Lock()", "self.lock");
}

static void of_several_targets_it_is_the_last(void **state)
{
    (void)state;
    assert_target("a = self.b = Lock()", "self.b");
}

static void other_lines_name_nothing(void **state)
{
    static const char *const LINES[] = {
        "",
        "   ",
        "threading.Lock()",
        "return threading.Lock()",
        "lock",
        "lock =",
        "= Lock()",
        "locks = [threading.Lock() for _ in range(2)]",
        "a, b = Lock(), Lock()",
        "locks[0] = Lock()",
        "lock == Lock()",
        "lock += Lock()",
        "lock = make(threading.Lock())",
        "lock = None",
        "lock = 3.Lock()",
        "1 = Lock()",
        "def lock(): return Lock()",
        "lock := Lock()",
        "lock: Lock",
        "lock: Lock # = Lock()",
        "x = Lock",
        "x = block()",
    };

    (void)state;
    for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++)
        assert_target(LINES[i], "");
}

static void what_does_not_fit_names_nothing(void **state)
{
    char target[5];

    (void)state;
    assert_true(assigned_by("lock = Lock()", target, sizeof target));
    assert_false(assigned_by("locks = Lock()", target, sizeof target));
    assert_string_equal(target, "");
}

static void it_is_read_from_that_line_of_the_file(void **state)
{
    static const char TEXT[] = "import threading\nlock = threading.Lock()\n";
    char target[16];

    (void)state;
    scratch_file("app.py", TEXT, strlen(TEXT), 0644);
    assert_true(assigned_at("app.py", 2, target, sizeof target));
    assert_string_equal(target, "lock");
    assert_false(assigned_at("app.py", 1, target, sizeof target));
    assert_false(assigned_at("app.py", 3, target, sizeof target));
    assert_false(assigned_at("<string>", 1, target, sizeof target));
    assert_string_equal(target, "");
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE("an assignment names its target", an_assignment_names_its_target),
        CASE("an annotation is left out", an_annotation_is_left_out),
        CASE("of several targets it is the last", of_several_targets_it_is_the_last),
        CASE("other lines name nothing", other_lines_name_nothing),
        CASE("what does not fit names nothing", what_does_not_fit_names_nothing),
        CASE_IN_FOLDER("it is read from that line of the file",
                       it_is_read_from_that_line_of_the_file),
    };

    return RUN_CASES(cases);
}
