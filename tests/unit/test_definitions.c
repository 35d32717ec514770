/* SPDX-License-Identifier: MIT */
/* What events refer to by number is written down once. */
#include "unit.h"

#include "locks/identity.h"
#include "recorded.h"
#include "report/script_place.h"
#include "trace/define.h"
#include "trace/file.h"

#include <stdio.h>
#include <string.h>

static int static_lock;

static void a_string_is_defined_once(void **state)
{
    uint32_t one, other;

    (void)state;
    record_to("trace", 8, true);
    one = define_string("one");
    other = define_string("other");
    assert_int_not_equal(one, 0);
    assert_int_not_equal(one, other);
    assert_int_equal(define_string("one"), one);
    assert_true(recorded_string_is("trace", one, "one"));
    assert_true(recorded_string_is("trace", other, "other"));
    assert_int_equal(recorded_definitions("trace", TRACE_STRING), 2);
}

static void no_text_is_no_string(void **state)
{
    (void)state;
    record_to("trace", 8, true);
    assert_int_equal(define_string(""), 0);
    assert_int_equal(define_string(NULL), 0);
    assert_null(recorded_chunk("trace", 1));
}

/* A record has room for 20 bytes of text, and 32 in each that carries it on. */
static void strings_of_any_length_are_whole(void **state)
{
    char text[300] = "";

    (void)state;
    record_to("trace", 8, true);
    for (size_t length = 1; length < sizeof text; length++) {
        text[length - 1] = (char)('a' + length % 26);
        assert_true(recorded_string_is("trace", define_string(text), text));
    }
}

static void strings_that_differ_at_the_end_are_not_mixed_up(void **state)
{
    char text[64] = "the very same text for very many bytes, and then number ...";

    (void)state;
    record_to("trace", 8, true);
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(text + 56, 8, "%u", i);
        assert_int_equal(define_string(text), i + 1);
    }
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(text + 56, 8, "%u", i);
        assert_int_equal(define_string(text), i + 1);
    }
}

/* Between two characters, not in the middle of one. */
static void what_is_too_long_is_cut_between_characters(void **state)
{
    static char text[100001];
    const struct trace_definition *string;

    (void)state;
    record_to("trace", 8, true);
    text[0] = 'x';
    for (size_t i = 1; i + 3 < sizeof text; i += 3)
        memcpy(text + i, "\xe2\x82\xac", 3);
    string = recorded_definition("trace", TRACE_STRING, define_string(text));
    assert_non_null(string);
    assert_in_range(string->string.length, 4000, TRACE_CHUNK);
    assert_int_equal(string->string.length % 3, 1);
    assert_memory_equal(string->string.text, text, string->string.length);
}

/* None goes over the end of its chunk. */
static void definitions_go_on_in_the_next_chunk(void **state)
{
    static char text[6001];
    unsigned chunks = 0;

    (void)state;
    record_to("trace", 64, true);
    for (unsigned i = 0; i < 100; i++) {
        memset(text, 'x', sizeof text - 1);
        text[snprintf(text, 8, "%u", i)] = ' ';
        assert_int_equal(define_string(text), i + 1);
    }
    while (recorded_chunk("trace", chunks + 1) != NULL)
        chunks++;
    assert_in_range(chunks, 10, 11);
    assert_int_equal(recorded_definitions("trace", TRACE_STRING), 100);
    assert_true(recorded_string_is("trace", 100, text));
}

/* ---- places and stacks ---- */

static void machine_code_is_told_by_function_and_object(void **state)
{
    const void *here = (const char *)(uintptr_t)&define_string + 1;
    const struct trace_definition *place;
    uint32_t number, function, file;

    (void)state;
    record_to("trace", 8, true);
    assert_int_equal(define_place_known(here), 0);
    number = define_place(here);
    assert_int_not_equal(number, 0);
    assert_int_equal(define_place_known(here), number);
    assert_int_equal(define_place(here), number);
    place = recorded_definition("trace", TRACE_PLACE, number);
    assert_int_equal(place->detail, 0);
    assert_true(place->place.offset != 0);
    function = place->place.function;
    file = place->place.file;
    assert_int_not_equal(file, 0);
    (void)function; /* a program need not export its own */
}

static void a_line_of_a_script_is_told_by_function_file_and_number(void **state)
{
    const void *line = script_place_keep("script.py", "f", 12);
    const struct trace_definition *place;
    uint32_t function, file;

    (void)state;
    record_to("trace", 8, true);
    place = recorded_definition("trace", TRACE_PLACE, define_place(line));
    assert_int_equal(place->detail, 1);
    assert_int_equal(place->place.line, 12);
    function = place->place.function;
    file = place->place.file;
    assert_true(recorded_string_is("trace", function, "f"));
    assert_true(recorded_string_is("trace", file, "script.py"));
}

static void no_place_has_no_number(void **state)
{
    (void)state;
    record_to("trace", 8, true);
    assert_int_equal(define_place(NULL), 0);
    assert_int_equal(define_place_known(NULL), 0);
}

static void an_address_of_no_object_is_a_place_too(void **state)
{
    const struct trace_definition *place;

    (void)state;
    record_to("trace", 8, true);
    place = recorded_definition("trace", TRACE_PLACE, define_place((const void *)0x1234));
    assert_int_equal(place->place.offset, 0x1234);
    assert_int_equal(place->place.file, 0);
}

static void a_stack_is_defined_once(void **state)
{
    const void *lines[100];
    const struct trace_definition *stack;
    uint32_t number;

    (void)state;
    record_to("trace", 8, true);
    for (unsigned i = 0; i < 100; i++)
        lines[i] = script_place_keep("script.py", "f", i + 1);
    number = define_stack(lines, 3);
    assert_int_equal(define_stack(lines, 3), number);
    assert_int_not_equal(define_stack(lines, 4), number);
    assert_int_not_equal(define_stack(lines + 1, 3), number);
    assert_int_equal(define_stack(lines, 0), 0);
    stack = recorded_definition("trace", TRACE_STACK, number);
    assert_int_equal(stack->stack.count, 3);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(stack->stack.places[i], define_place_known(lines[i]));
}

static void of_a_deep_stack_the_inner_frames_are_kept(void **state)
{
    const void *lines[100];
    const struct trace_definition *stack;

    (void)state;
    record_to("trace", 8, true);
    for (unsigned i = 0; i < 100; i++)
        lines[i] = script_place_keep("script.py", "f", i + 1);
    stack = recorded_definition("trace", TRACE_STACK, define_stack(lines, 100));
    assert_in_range(stack->stack.count, 32, 99);
    assert_int_equal(stack->stack.places[0], define_place_known(lines[0]));
    assert_int_equal(stack->stack.places[stack->stack.count - 1],
                     define_place_known(lines[stack->stack.count - 1]));
}

/* ---- classes, threads, modules, statements ---- */

static void a_class_of_locks_is_defined_once(void **state)
{
    uint32_t made = class_enter(ORIGIN_CREATED, script_place_keep("script.py", "f", 1)),
             fixed = class_enter(ORIGIN_STATIC, &static_lock);
    const struct trace_definition *class;

    (void)state;
    class_is(made, TRAIT_LIBRARY);
    record_to("trace", 8, true);
    assert_true(define_class_known(0));
    assert_false(define_class_known(made));
    define_class(made);
    define_class(made);
    define_class(fixed);
    assert_true(define_class_known(made));
    assert_int_equal(recorded_definitions("trace", TRACE_CLASS), 2);
    class = recorded_definition("trace", TRACE_CLASS, made);
    assert_int_equal(class->detail, ORIGIN_CREATED);
    assert_int_equal(class->lock_class.traits, TRAIT_LIBRARY);
    assert_int_equal(class->lock_class.place,
                     define_place_known(script_place_keep("script.py", "f", 1)));
    assert_int_equal(recorded_definition("trace", TRACE_CLASS, fixed)->detail, ORIGIN_STATIC);
}

static void a_thread_may_be_told_again(void **state)
{
    const struct trace_definition one = {.thread = {.tid = 7, .creator = 1}},
                                  two = {.detail = TRACE_DAEMON, .thread = {.tid = 8}};
    size_t bytes;

    (void)state;
    record_to("trace", 8, true);
    define_thread(3, &one);
    define_thread(3, &two);
    recorded("trace", &bytes);
    const struct trace_definition *thread = recorded_definition("trace", TRACE_THREAD, 3);
    assert_int_equal(thread->thread.tid, 7);
    assert_int_equal(thread->more, 1);
    thread = (const void *)((const char *)thread + 2 * TRACE_RECORD);
    assert_int_equal(thread->kind, TRACE_THREAD);
    assert_int_equal(thread->thread.tid, 8);
    assert_int_equal(thread->detail, TRACE_DAEMON);
}

static void a_statement_has_its_line(void **state)
{
    const struct trace_definition *statement;
    uint32_t place, file;

    (void)state;
    record_to("trace", 8, true);
    define_statement(42, "importer", "imported", "script.py", 9);
    define_statement(1, "importer", "imported", "", 0);
    define_statement(43, "importer", "other", "script.py", 9);
    assert_int_equal(recorded_definitions("trace", TRACE_STATEMENT), 3);
    assert_int_equal(recorded_definitions("trace", TRACE_PLACE), 1);
    statement = recorded_definition("trace", TRACE_STATEMENT, 0);
    assert_int_equal(statement->statement.count, 42);
    place = statement->statement.place;
    assert_int_equal(recorded_definition("trace", TRACE_PLACE, place)->place.line, 9);
    file = recorded_definition("trace", TRACE_PLACE, place)->place.file;
    assert_true(recorded_string_is("trace", file, "script.py"));
}

/* ---- when there is no room, or no file ---- */

static void without_room_there_are_no_numbers(void **state)
{
    unsigned count = 0;
    char text[1000];

    (void)state;
    record_to("trace", 4, false);
    memset(text, 'x', sizeof text);
    for (text[999] = '\0'; count < 10000; count++) {
        text[snprintf(text, 8, "%u", count)] = ' ';
        if (define_string(text) == 0)
            break;
    }
    assert_int_equal(count, 2 * (TRACE_CHUNK_RECORDS / 32)); /* half of the file's chunks */
    assert_int_equal(define_string(text), 0);
    assert_int_equal(define_place(&static_lock), 0);
    assert_true(define_is_full());
    define_class(class_enter(ORIGIN_STATIC, &static_lock));
    assert_int_equal(recorded_definitions("trace", TRACE_STRING), count);
}

/* All chunks are some thread's, for now. */
static void room_that_comes_back_is_used(void **state)
{
    struct trace_chunk *chunks[3];

    (void)state;
    record_to("trace", 4, true);
    for (unsigned i = 0; i < 3; i++)
        chunks[i] = trace_chunk_take(TRACE_EVENTS);
    assert_int_equal(define_string("first"), 0);
    assert_true(define_is_full());
    trace_chunk_give(chunks[1]);
    assert_false(define_is_full());
    assert_int_equal(define_string("first"), 1);
    assert_true(recorded_string_is("trace", 1, "first"));
}

static void without_a_file_there_are_no_numbers(void **state)
{
    (void)state;
    assert_int_equal(define_string("text"), 0);
    assert_int_equal(define_place(&static_lock), 0);
    define_process("command", "program", NULL);
}

static void after_forgetting_numbers_begin_anew(void **state)
{
    (void)state;
    record_to("trace", 8, true);
    assert_int_equal(define_string("one"), 1);
    assert_int_equal(define_string("two"), 2);
    trace_file_forget();
    define_forget();
    record_to("trace", 8, true);
    assert_int_equal(define_string("two"), 1);
    assert_true(recorded_string_is("trace.1", 1, "two"));
    assert_int_equal(recorded_definitions("trace", TRACE_STRING), 2);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_RECORDING("a string is defined once", a_string_is_defined_once),
        CASE_RECORDING("no text is no string", no_text_is_no_string),
        CASE_RECORDING("strings of any length are whole", strings_of_any_length_are_whole),
        CASE_RECORDING("strings that differ at the end are not mixed up",
                       strings_that_differ_at_the_end_are_not_mixed_up),
        CASE_RECORDING("what is too long is cut between characters",
                       what_is_too_long_is_cut_between_characters),
        CASE_RECORDING("definitions go on in the next chunk, and none is split",
                       definitions_go_on_in_the_next_chunk),
        CASE_RECORDING("machine code is told by function and object",
                       machine_code_is_told_by_function_and_object),
        CASE_RECORDING("a line of a script is told by function, file and number",
                       a_line_of_a_script_is_told_by_function_file_and_number),
        CASE_RECORDING("no place has no number", no_place_has_no_number),
        CASE_RECORDING("an address of no object is a place too",
                       an_address_of_no_object_is_a_place_too),
        CASE_RECORDING("a stack is defined once", a_stack_is_defined_once),
        CASE_RECORDING("of a deep stack the inner frames are kept",
                       of_a_deep_stack_the_inner_frames_are_kept),
        CASE_RECORDING("a class of locks is defined once", a_class_of_locks_is_defined_once),
        CASE_RECORDING("a thread may be told again", a_thread_may_be_told_again),
        CASE_RECORDING("a statement has its line", a_statement_has_its_line),
        CASE_RECORDING("without room there are no numbers", without_room_there_are_no_numbers),
        CASE_RECORDING("room that comes back is used", room_that_comes_back_is_used),
        CASE_RECORDING("without a file there are no numbers", without_a_file_there_are_no_numbers),
        CASE_RECORDING("after forgetting, numbers begin anew", after_forgetting_numbers_begin_anew),
    };

    return RUN_CASES(cases);
}
