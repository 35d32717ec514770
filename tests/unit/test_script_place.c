/* SPDX-License-Identifier: MIT */
/* Lines of scripts among addresses of code. */
#include "report/script_place.h"

#include "report/place.h"
#include "unit.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static void same_line(void **state)
{
    const void *place = script_place_keep("a.py", "f", 12);

    (void)state;
    assert_non_null(place);
    assert_ptr_equal(script_place_keep("a.py", "f", 12), place);
    assert_ptr_not_equal(script_place_keep("a.py", "f", 13), place);
    assert_ptr_not_equal(script_place_keep("a.py", "g", 12), place);
    assert_ptr_not_equal(script_place_keep("b.py", "f", 12), place);
}

static void strings(void **state)
{
    char file[] = "dir/a.py", function[] = "Class.f";
    const struct script_place *place = script_place_at(script_place_keep(file, function, 7));

    (void)state;
    file[0] = function[0] = '?';
    assert_string_equal(place->file, "dir/a.py");
    assert_string_equal(place->function, "Class.f");
    assert_int_equal(place->line, 7);
    assert_string_equal(place->text, "dir/a.py:7 in Class.f");
    assert_string_equal(script_place_at(script_place_keep("c.py", "", 1))->text, "c.py:1");
}

static void addresses(void **state)
{
    (void)state;
    assert_null(script_place_at(NULL));
    assert_null(script_place_at(&addresses));
    assert_null(script_place_at((const void *)~(uintptr_t)0));
    assert_null(script_place_at((const void *)(UINT64_C(1) << 63 | 0xffff0000)));
}

static void as_place(void **state)
{
    char bytes[64];
    struct text text = text_in(bytes, sizeof bytes);
    struct place place = place_of_frame(script_place_keep("/x/a.py", "f", 3)),
                 moved = place_of_frame(script_place_keep("/y/a.py", "f", 3)),
                 other = place_of_frame(script_place_keep("/x/a.py", "f", 4));

    (void)state;
    place_text(&text, &place);
    assert_string_equal(bytes, "/x/a.py:3 in f");
    assert_true(place_mix(1, &place) == place_mix(1, &moved));
    assert_true(place_mix(1, &place) != place_mix(1, &other));
}

static void long_strings(void **state)
{
    static char file[10000];
    const struct script_place *place;

    (void)state;
    memset(file, 'x', sizeof file - 1);
    place = script_place_at(script_place_keep(file, "f", 1));
    assert_int_equal(strlen(place->file), 4096);
    assert_ptr_equal(script_place_keep(file, "f", 1), script_place_keep(file, "f", 1));
}

enum { THREADS = 4, LINES = 3000 };
static const void *kept[THREADS][LINES];

static void *keep_all(void *argument)
{
    const void **mine = argument;
    char file[32];

    for (unsigned i = 0; i < LINES; i++) {
        snprintf(file, sizeof file, "many%u.py", i % 17);
        mine[i] = script_place_keep(file, "f", i);
    }
    return NULL;
}

static void threads(void **state)
{
    pthread_t thread[THREADS];

    (void)state;
    for (unsigned i = 0; i < THREADS; i++)
        pthread_create(&thread[i], NULL, keep_all, kept[i]);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    for (unsigned i = 1; i < THREADS; i++)
        assert_memory_equal(kept[0], kept[i], sizeof kept[0]);
    for (unsigned i = 0; i < LINES; i++)
        assert_int_equal(script_place_at(kept[0][i])->line, i);
}

/* The last case: there is no room afterwards. */
static void too_many(void **state)
{
    const void *first = script_place_keep("a.py", "f", 12);
    unsigned line = 0;

    (void)state;
    while (script_place_keep("full.py", "f", line) != NULL)
        line++;
    assert_true(line > 20000);
    assert_ptr_equal(script_place_keep("a.py", "f", 12), first);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE("a line is one place, and different ones are different", same_line),
        CASE("file, function and line are kept", strings),
        CASE("an address of machine code is no line", addresses),
        CASE("a line is told as file, line and function, and known in another folder", as_place),
        CASE("long names are cut", long_strings),
        CASE("threads that keep the same lines get the same places", threads),
        CASE("when there is no room for more, what was kept stays", too_many),
    };

    return RUN_CASES(cases);
}
