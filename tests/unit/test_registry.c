/* SPDX-License-Identifier: MIT */
/* The registry of hooks as plain data. */
#include "unit.h"

#include "imports/registry.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* The registry is one a process: each test uses names of its own. */
static long add(const char *pattern, unsigned scope)
{
    return registry_add(&(struct hook){.pattern = pattern,
                                       .action = ACTION_WARN,
                                       .text = "text",
                                       .scope = scope,
                                       .file = "file",
                                       .line = 3});
}

static void serials_are_the_order_of_registration(void **state)
{
    long first = add("order.a", SCOPE_ALL), second = add("order.b", SCOPE_ALL);

    (void)state;
    assert_int_equal(second, first + 1);
    assert_int_equal(registry_count(), second + 1);
}

static void a_name_finds_exactly_its_hooks_in_order(void **state)
{
    long exact = add("find.me", SCOPE_ALL), glob = add("find.*", SCOPE_ALL);

    (void)state;
    add("find.you", SCOPE_ALL);
    assert_int_equal(registry_due(0, "find.me", 1), exact);
    assert_int_equal(registry_due(exact + 1, "find.me", 1), glob);
    assert_int_equal(registry_due(glob + 1, "find.me", 1), -1);
    assert_int_equal(registry_due(0, "find", 1), -1);
}

static void a_hook_of_one_interpreter_is_not_due_in_another(void **state)
{
    long serial = add("scoped", 7);

    (void)state;
    assert_int_equal(registry_due(0, "scoped", 7), serial);
    assert_int_equal(registry_due(0, "scoped", 8), -1);
}

static void strings_are_copied(void **state)
{
    char name[] = "copied", text[] = "words";
    long serial = registry_add(&(struct hook){.pattern = name, .text = text});

    (void)state;
    memset(name, 'x', sizeof name - 1);
    memset(text, 'x', sizeof text - 1);
    assert_string_equal(registry_at(serial)->pattern, "copied");
    assert_string_equal(registry_at(serial)->text, "words");
}

static void an_ended_interpreter_takes_its_hooks_with_it(void **state)
{
    long gone = add("ended", 9), stays = add("ended", SCOPE_ALL);

    (void)state;
    registry_forget(9);
    assert_null(registry_at(gone));
    assert_int_equal(registry_due(0, "ended", 9), stays);
}

static void forgetting_no_interpreter_forgets_nothing(void **state)
{
    long serial = add("kept", SCOPE_ALL);

    (void)state;
    registry_forget(SCOPE_ALL);
    assert_non_null(registry_at(serial));
}

static void children_are_exact_names_below_a_parent(void **state)
{
    long child = add("parent.child", SCOPE_ALL), grand = add("parent.child.toy", SCOPE_ALL);

    (void)state;
    add("parent", SCOPE_ALL);
    add("parent.*", SCOPE_ALL);
    add("parents.house", SCOPE_ALL);
    assert_int_equal(registry_child(0, "parent", 1), child);
    assert_int_equal(registry_child(child + 1, "parent", 1), grand);
    assert_int_equal(registry_child(grand + 1, "parent", 1), -1);
}

static void a_serial_number_never_given_is_no_hook(void **state)
{
    (void)state;
    assert_null(registry_at(registry_count()));
    assert_null(registry_at(1000000000));
}

static void thousands_of_hooks_keep_their_addresses(void **state)
{
    long first = add("many.0", SCOPE_ALL);
    const struct hook *before = registry_at(first);
    char name[32];

    (void)state;
    for (int i = 1; i < 5000; i++) {
        snprintf(name, sizeof name, "many.%d", i);
        assert_int_equal(add(name, SCOPE_ALL), first + i);
    }
    assert_ptr_equal(registry_at(first), before);
    assert_int_equal(registry_due(0, "many.4999", 1), first + 4999);
}

/* Returns NULL, or its argument when there was no memory. */
static void *add_thousand(void *threads)
{
    for (int i = 0; i < 1000; i++)
        if (add("threads", SCOPE_ALL) < 0)
            return threads;
    return NULL;
}

static void threads_may_add_at_the_same_time(void **state)
{
    pthread_t threads[8];
    long before = registry_count(), found = 0;

    (void)state;
    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, add_thousand, threads), 0);
    for (int i = 0; i < 8; i++) {
        void *error;

        pthread_join(threads[i], &error);
        assert_null(error);
    }
    assert_int_equal(registry_count(), before + 8000);
    for (long at = -1; (at = registry_due(at + 1, "threads", 1)) >= 0;)
        found++;
    assert_int_equal(found, 8000);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE("serials are the order of registration", serials_are_the_order_of_registration),
        CASE("a name finds exactly its hooks in order", a_name_finds_exactly_its_hooks_in_order),
        CASE("a hook of one interpreter is not due in another",
             a_hook_of_one_interpreter_is_not_due_in_another),
        CASE("strings are copied", strings_are_copied),
        CASE("an ended interpreter takes its hooks with it",
             an_ended_interpreter_takes_its_hooks_with_it),
        CASE("forgetting no interpreter forgets nothing",
             forgetting_no_interpreter_forgets_nothing),
        CASE("children are exact names below a parent", children_are_exact_names_below_a_parent),
        CASE("a serial number never given is no hook", a_serial_number_never_given_is_no_hook),
        CASE("thousands of hooks keep their addresses", thousands_of_hooks_keep_their_addresses),
        CASE("threads may add at the same time", threads_may_add_at_the_same_time),
    };

    return RUN_CASES(cases);
}
