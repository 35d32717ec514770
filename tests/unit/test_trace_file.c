/* SPDX-License-Identifier: MIT */
/* A trace's bytes: what is no trace, what is cut, and in which order chunks are read. */
#include "../trace/script.h"
#include "scratch.h"
#include "trace_reading.h"
#include "unit.h"

#include "trace/trace_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char SCRIPT[] =
    "process pid=7 parent=1 began=1000 ended=9000 command=\"python a program with many words.py\"\n"
    "thread 1 tid=7 name=main began=1000 flags=main\n"
    "thread 2 tid=8 name=a-worker-with-a-name-that-is-longer-than-one-record-has-room\n"
    "class jobs origin=created place=make@app.py:3\n"
    "2000 1 lock-acquired 0xa0 class=jobs kind=lock place=put@app.py:10\n"
    "2100 2 lock-waits 0xa0 class=jobs kind=lock place=get@app.py:20 holder=1 "
    "stack=get@app.py:20,run@app.py:30 holder-stack=put@app.py:11\n"
    "2500 1 lock-released 0xa0 class=jobs kind=lock\n"
    "2600 2 lock-acquired 0xa0 class=jobs kind=lock detail=1\n"
    "2700 2 lock-released 0xa0 class=jobs kind=lock\n";

/* ------------------------------------------------------------------- what is no trace */

/* What model_read tells of a file that is those bytes with some replaced. */
static const char *complaint(size_t at, const void *replaced, size_t length, size_t whole)
{
    static char text[512];
    char *paths[] = {(char *)"trace"};
    struct model model;
    size_t count;
    unsigned char *bytes = trace_script_bytes(SCRIPT, &count);
    int before = dup(STDERR_FILENO), log = open("log", O_RDWR | O_CREAT | O_TRUNC, 0600);

    if (length > 0)
        memcpy(bytes + at, replaced, length);
    scratch_file("trace", (char *)bytes, whole < count ? whole : count, 0600);
    assert_true(dup2(log, STDERR_FILENO) >= 0);
    bool read = model_read(&model, paths, 1);
    assert_true(dup2(before, STDERR_FILENO) >= 0);
    assert_false(read);
    assert_int_equal(model.processes.count, 0);
    assert_int_equal(model.begin, 0);
    model_free(&model);
    free(bytes);
    close(before);
    close(log);
    strcpy(text, scratch_text("log"));
    return text;
}

static void what_is_no_trace_is_told(void **state)
{
    (void)state;
    assert_string_equal(complaint(0, "PIHOOKxx", 8, SIZE_MAX), "pihook: trace: this is no trace\n");
    assert_string_equal(complaint(0, NULL, 0, 5), "pihook: trace: this is no trace\n");
    assert_string_equal(complaint(0, NULL, 0, 0), "pihook: trace: this is no trace\n");
    assert_string_equal(complaint(0, NULL, 0, 20),
                        "pihook: trace: the trace is cut within its header\n");
}

static void what_another_machine_or_version_wrote_is_told(void **state)
{
    const uint32_t turned = UINT32_C(0x04030201), version = 99, odd = 7;

    (void)state;
    assert_string_equal(complaint(offsetof(struct trace_header, byte_order), &turned, 4, SIZE_MAX),
                        "pihook: trace: the trace is of a machine with the other byte order\n");
    assert_string_equal(complaint(offsetof(struct trace_header, version), &version, 4, SIZE_MAX),
                        "pihook: trace: the trace has version 99, and this pihook reads version "
                        "1\n");
    assert_string_equal(complaint(offsetof(struct trace_header, byte_order), &odd, 4, SIZE_MAX),
                        "pihook: trace: the header of the trace makes no sense\n");
    assert_string_equal(complaint(offsetof(struct trace_header, chunk_bytes), &odd, 4, SIZE_MAX),
                        "pihook: trace: the header of the trace makes no sense\n");
}

/* ------------------------------------------------------------------------ what is cut */

/* Events that stand whole before the cut, read in a way of its own. */
static uint64_t whole_events(const unsigned char *bytes, size_t cut)
{
    uint64_t events = 0;

    for (size_t at = TRACE_CHUNK; at + sizeof(struct trace_chunk) <= cut; at += TRACE_CHUNK) {
        struct trace_chunk chunk;

        memcpy(&chunk, bytes + at, sizeof chunk);
        for (size_t i = 1; chunk.kind == TRACE_EVENTS && i <= chunk.used; i++) {
            size_t record = at + i * TRACE_RECORD;
            uint8_t kind = bytes[record + offsetof(struct trace_event, kind)];

            events += record + TRACE_RECORD <= cut && kind >= TRACE_THREAD_BEGINS;
        }
    }
    return events;
}

static void a_trace_cut_at_any_byte_gives_what_is_before_the_cut(void **state)
{
    size_t count;
    unsigned char *bytes = trace_script_bytes(SCRIPT, &count);
    bool seen_all = false;

    (void)state;
    for (size_t cut = sizeof(struct trace_header); cut <= count; cut++) {
        if (cut % TRACE_CHUNK == 2048) /* nothing stands there any more */
            cut += TRACE_CHUNK - 2048;
        struct model model = model_of_bytes(bytes, cut);

        assert_int_equal(model.processes.count, 1);
        assert_int_equal(model.processes.items[0].pid, 7);
        assert_int_equal(model.events, whole_events(bytes, cut));
        seen_all |= model.events == 5 && !model.processes.items[0].cut;
        model_free(&model);
    }
    assert_true(seen_all);
    free(bytes);
}

static void a_trace_without_its_definitions_is_read(void **state)
{
    size_t count;
    unsigned char *bytes = trace_script_bytes(SCRIPT, &count);

    (void)state;
    memset(bytes + TRACE_CHUNK, 0, TRACE_CHUNK);
    struct model model = model_of_bytes(bytes, count);

    assert_int_equal(model.events, 5);
    assert_int_equal(model.holds.count, 2);
    assert_name(&model, model.threads.items[0].name, "");
    assert_int_equal(model.locks.items[0].lock_class, 0);
    model_free(&model);
    free(bytes);
}

/* ------------------------------------------------------------------------------- chunks */

static void chunks_are_read_in_the_order_of_their_sequence(void **state)
{
    struct model model = model_of_script("process pid=7 began=1\n"
                                         "chunk 1 sequence=90\n"
                                         "500 1 lock-released 0xa0\n"
                                         "600 1 lock-acquired 0xb0\n"
                                         "chunk 1 sequence=80\n"
                                         "300 1 lock-acquired 0xa0\n"
                                         "chunk 1 sequence=95\n"
                                         "800 1 lock-released 0xb0\n");

    (void)state;
    assert_int_equal(model.events, 4);
    assert_int_equal(model.holds.count, 2);
    assert_int_equal(model.holds.items[0].begin, 300);
    assert_int_equal(model.holds.items[0].end, 500);
    assert_int_equal(model.holds.items[1].end, 800);
    assert_int_equal(model.holds.items[1].flags, 0);
    model_free(&model);
}

static void a_chunk_without_its_mark_is_left_out_and_told(void **state)
{
    size_t count;
    unsigned char *bytes = trace_script_bytes(SCRIPT, &count);

    (void)state;
    bytes[2 * TRACE_CHUNK] ^= 1;
    struct model model = model_of_bytes(bytes, count);

    assert_true(model.processes.items[0].cut);
    assert_int_equal(model.threads.items[0].events, 0);
    assert_int_equal(model.threads.items[1].events, 3);
    model_free(&model);
    free(bytes);
}

static void a_folder_is_read_without_what_is_no_trace(void **state)
{
    char *paths[] = {(char *)"."};
    struct model model;

    (void)state;
    trace_script_file("one", "process pid=7 began=2000\n");
    trace_script_file("two", "process pid=8 began=1000\n");
    scratch_file("notes", "PIHOOK", 6, 0600);
    assert_true(model_read(&model, paths, 1));
    assert_int_equal(model.processes.count, 2);
    assert_int_equal(model.processes.items[0].pid, 8);
    assert_string_equal(model.processes.items[1].path, "./one");
    model_free(&model);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_IN_FOLDER("what is no trace is told in a line", what_is_no_trace_is_told),
        CASE_IN_FOLDER("a trace of another byte order or version is told in a line",
                       what_another_machine_or_version_wrote_is_told),
        CASE_IN_FOLDER("a trace that is cut at any byte gives all events before the cut",
                       a_trace_cut_at_any_byte_gives_what_is_before_the_cut),
        CASE_IN_FOLDER("a trace whose definitions are lost still gives its events",
                       a_trace_without_its_definitions_is_read),
        CASE_IN_FOLDER("chunks are read in the order of their sequence numbers",
                       chunks_are_read_in_the_order_of_their_sequence),
        CASE_IN_FOLDER("a chunk without its mark is left out, and the process is marked",
                       a_chunk_without_its_mark_is_left_out_and_told),
        CASE_IN_FOLDER("a folder's traces are read, and its other files left out",
                       a_folder_is_read_without_what_is_no_trace),
    };

    return RUN_CASES(cases);
}
