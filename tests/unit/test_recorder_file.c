/* SPDX-License-Identifier: MIT */
/* The trace file while it is written: its room, its bound, and what programs do to it. */
#include "unit.h"

#include "recorded.h"
#include "trace/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int try_to_open(const char *path)
{
    return trace_file_open(&(struct trace_file_options){.path = path, .bound = 8 * TRACE_CHUNK});
}

static struct trace_chunk *take(void)
{
    return trace_chunk_take(TRACE_EVENTS);
}

/* A chunk as its thread leaves it when it is full. */
static void fill_and_give(struct trace_chunk *chunk, uint32_t used)
{
    chunk->used = used;
    trace_chunk_give(chunk);
}

/* ---- its name and its header ---- */

static void the_header_says_whose_it_is(void **state)
{
    const struct trace_header *header;

    (void)state;
    record_to("trace", 8, true);
    assert_true(trace_file_is_ours());
    header = recorded_header("trace");
    assert_int_equal(header->byte_order, TRACE_BYTE_ORDER);
    assert_int_equal(header->version, TRACE_VERSION);
    assert_int_equal(header->chunk_bytes, TRACE_CHUNK);
    assert_int_equal(header->record_bytes, TRACE_RECORD);
    assert_int_equal(header->pid, getpid());
    assert_int_equal(header->parent, getppid());
    assert_int_equal(header->ended, 0);
    assert_int_equal(header->flags, 0);
    assert_true(header->began > 0 && header->realtime > header->began);
}

static void a_name_that_is_taken_gets_a_number(void **state)
{
    (void)state;
    record_to("trace", 8, true);
    trace_file_forget();
    record_to("trace", 8, true);
    trace_file_forget();
    record_to("trace", 8, true);
    assert_int_equal(access("trace.1", F_OK), 0);
    assert_int_equal(access("trace.2", F_OK), 0);
    assert_int_not_equal(access("trace.3", F_OK), 0);
}

static void any_number_of_processes_may_use_one_name(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 1100; i++) {
        record_to("trace", 4, true);
        trace_file_forget();
    }
}

static void what_cannot_be_created_is_an_error(void **state)
{
    static char name[5000];

    (void)state;
    assert_int_equal(try_to_open("/nonexistent/trace"), -ENOENT);
    memset(name, 'n', sizeof name - 1);
    name[0] = '/';
    assert_int_equal(try_to_open(name), -ENAMETOOLONG);
    assert_false(trace_file_is_ours());
    assert_null(take());
    trace_file_lost(1);
    trace_file_end(0);
}

static void the_end_is_told_once(void **state)
{
    (void)state;
    record_to("trace", 8, true);
    trace_file_end(3);
    int64_t ended = recorded_header("trace")->ended;
    assert_true(ended >= recorded_header("trace")->began);
    assert_int_equal(recorded_header("trace")->status, 3);
    assert_false(trace_file_is_ours());
    trace_file_end(4);
    assert_int_equal(recorded_header("trace")->ended, ended);
    assert_int_equal(recorded_header("trace")->status, 3);
}

static void losses_are_counted(void **state)
{
    (void)state;
    record_to("trace", 8, true);
    trace_file_lost(1);
    trace_file_lost(41);
    assert_int_equal(recorded_header("trace")->lost, 42);
}

/* ---- chunks ---- */

static void a_chunk_has_its_room_on_the_disk_before_it_is_used(void **state)
{
    struct stat status;

    (void)state;
    record_to("trace", 8, true);
    for (unsigned i = 1; i <= 3; i++) {
        assert_non_null(take());
        assert_int_equal(stat("trace", &status), 0);
        assert_int_equal(status.st_size, (i + 1) * TRACE_CHUNK);
        assert_true((uint64_t)status.st_blocks * 512 >= i * TRACE_CHUNK);
    }
}

static void chunks_are_numbered_as_they_are_taken(void **state)
{
    struct trace_chunk *first, *second;

    (void)state;
    record_to("trace", 8, true);
    first = take();
    second = trace_chunk_take(TRACE_DEFINITIONS);
    assert_int_equal(first->magic, TRACE_CHUNK_MAGIC);
    assert_int_equal(first->kind, TRACE_EVENTS);
    assert_int_equal(second->kind, TRACE_DEFINITIONS);
    assert_int_equal(first->used, 0);
    assert_true(second->sequence > first->sequence);
}

static void a_chunk_that_was_given_back_is_taken_again_where_it_ended(void **state)
{
    struct trace_chunk *chunk;
    uint64_t before;

    (void)state;
    record_to("trace", 8, true);
    chunk = take();
    before = chunk->sequence;
    fill_and_give(chunk, 100);
    assert_ptr_equal(take(), chunk);
    assert_int_equal(chunk->used, 100);
    assert_true(chunk->sequence > before);
    assert_ptr_not_equal(take(), chunk);
}

static void a_chunk_with_hardly_any_room_is_not_taken_again(void **state)
{
    struct trace_chunk *chunk;

    (void)state;
    record_to("trace", 8, true);
    chunk = take();
    fill_and_give(chunk, TRACE_CHUNK_RECORDS - 3);
    assert_ptr_not_equal(take(), chunk);
}

static void definitions_are_not_written_among_events(void **state)
{
    struct trace_chunk *chunk;

    (void)state;
    record_to("trace", 8, true);
    chunk = take();
    fill_and_give(chunk, 1);
    assert_ptr_not_equal(trace_chunk_take(TRACE_DEFINITIONS), chunk);
}

/* ---- the bound ---- */

enum { CHUNKS = 6 };

static void fill_file(struct trace_chunk **chunks)
{
    for (unsigned i = 0; i < CHUNKS - 1; i++) {
        chunks[i] = take();
        assert_non_null(chunks[i]);
    }
}

static void at_the_bound_the_oldest_events_go(void **state)
{
    struct trace_chunk *chunks[CHUNKS - 1];
    struct stat status;

    (void)state;
    record_to("trace", CHUNKS, true);
    fill_file(chunks);
    for (unsigned i = 0; i < CHUNKS - 1; i++)
        fill_and_give(chunks[i], TRACE_CHUNK_RECORDS);
    for (unsigned i = 0; i < CHUNKS - 1; i++) {
        assert_ptr_equal(take(), chunks[i]);
        assert_int_equal(chunks[i]->used, 0);
        assert_int_equal(recorded_header("trace")->dropped, (i + 1) * TRACE_CHUNK_RECORDS);
    }
    assert_int_equal(stat("trace", &status), 0);
    assert_int_equal(status.st_size, CHUNKS * TRACE_CHUNK);
}

static void at_the_bound_recording_may_stop(void **state)
{
    struct trace_chunk *chunks[CHUNKS - 1];

    (void)state;
    record_to("trace", CHUNKS, false);
    fill_file(chunks);
    fill_and_give(chunks[0], TRACE_CHUNK_RECORDS);
    assert_null(take());
    assert_null(trace_chunk_take(TRACE_DEFINITIONS));
    assert_int_equal(recorded_header("trace")->flags, TRACE_FULL);
    assert_int_equal(recorded_header("trace")->dropped, 0);
    assert_int_equal(chunks[0]->used, TRACE_CHUNK_RECORDS);
}

static void what_threads_write_and_definitions_are_never_taken_away(void **state)
{
    struct trace_chunk *chunks[CHUNKS - 1], *definitions;

    (void)state;
    record_to("trace", CHUNKS, true);
    definitions = trace_chunk_take(TRACE_DEFINITIONS);
    for (unsigned i = 0; i < CHUNKS - 2; i++)
        chunks[i] = take();
    assert_null(take());
    fill_and_give(chunks[1], TRACE_CHUNK_RECORDS);
    assert_ptr_equal(take(), chunks[1]);
    assert_null(take());
    assert_int_equal(definitions->kind, TRACE_DEFINITIONS);
}

/* Also one that still has room, when definitions want it. */
static void definitions_take_the_place_of_old_events(void **state)
{
    struct trace_chunk *chunks[CHUNKS - 1];

    (void)state;
    record_to("trace", CHUNKS, true);
    fill_file(chunks);
    fill_and_give(chunks[2], 5);
    assert_ptr_equal(trace_chunk_take(TRACE_DEFINITIONS), chunks[2]);
    assert_int_equal(chunks[2]->used, 0);
    assert_null(take());
}

static void room_comes_before_age(void **state)
{
    struct trace_chunk *chunks[CHUNKS - 1];

    (void)state;
    record_to("trace", CHUNKS, true);
    fill_file(chunks);
    fill_and_give(chunks[0], TRACE_CHUNK_RECORDS);
    fill_and_give(chunks[3], 5);
    assert_ptr_equal(take(), chunks[3]);
    assert_int_equal(chunks[3]->used, 5);
    assert_ptr_equal(take(), chunks[0]);
}

static void very_many_chunks_go_round(void **state)
{
    uint64_t last = 0;

    (void)state;
    record_to("trace", CHUNKS, true);
    for (unsigned i = 0; i < 10000; i++) {
        struct trace_chunk *chunk = take();

        assert_non_null(chunk);
        assert_true(chunk->sequence > last);
        last = chunk->sequence;
        fill_and_give(chunk, i % 3 == 0 ? 10 : TRACE_CHUNK_RECORDS);
    }
}

/* ---- what programs do ---- */

/* Our descriptor in this process, which is the only one of that file. */
static int own_descriptor(const char *name)
{
    struct stat wanted, status;

    assert_int_equal(stat(name, &wanted), 0);
    for (int descriptor = 3; descriptor < 4096; descriptor++)
        if (fstat(descriptor, &status) == 0 && status.st_ino == wanted.st_ino &&
            status.st_dev == wanted.st_dev)
            return descriptor;
    return -1;
}

static void its_descriptor_is_out_of_the_way_and_not_inherited(void **state)
{
    int descriptor;

    (void)state;
    record_to("trace", 8, true);
    descriptor = own_descriptor("trace");
    assert_true(descriptor >= 100);
    assert_int_equal(fcntl(descriptor, F_GETFD), FD_CLOEXEC);
}

static void a_closed_descriptor_is_opened_again(void **state)
{
    (void)state;
    record_to("trace", 8, true);
    close(own_descriptor("trace"));
    assert_non_null(take());
    assert_true(own_descriptor("trace") >= 100);
}

static void a_file_that_took_its_descriptor_is_left_alone(void **state)
{
    struct stat status;
    int ours, other;

    (void)state;
    record_to("trace", 8, true);
    ours = own_descriptor("trace");
    other = open("other", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(dup2(other, ours), ours);
    assert_non_null(take());
    trace_file_forget();
    assert_int_equal(fstat(ours, &status), 0);
    assert_int_equal(status.st_size, 0);
    close(ours);
    close(other);
}

static void when_the_file_is_gone_the_recorder_makes_do(void **state)
{
    struct trace_chunk *chunk;

    (void)state;
    record_to("trace", 8, true);
    chunk = take();
    close(own_descriptor("trace"));
    unlink("trace");
    assert_null(take());
    fill_and_give(chunk, TRACE_CHUNK_RECORDS);
    assert_ptr_equal(take(), chunk);
}

static void file_may_grow_to(rlim_t bytes)
{
    struct rlimit limit;

    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
}

/* The signal that this raises would end the program. */
static void a_limit_of_the_programs_files_does_not_end_it(void **state)
{
    struct trace_chunk *chunk;
    sigset_t pending;

    (void)state;
    record_to("trace", 8, true);
    file_may_grow_to(2 * TRACE_CHUNK);
    chunk = take();
    assert_non_null(chunk);
    assert_null(take());
    fill_and_give(chunk, TRACE_CHUNK_RECORDS);
    assert_ptr_equal(take(), chunk);
    file_may_grow_to(RLIM_INFINITY);
    assert_int_equal(recorded_header("trace")->flags & TRACE_FAILED, TRACE_FAILED);
    sigpending(&pending);
    assert_int_equal(sigismember(&pending, SIGXFSZ), 0);
}

static void a_file_that_may_have_no_byte_is_not_begun(void **state)
{
    int result;

    (void)state;
    file_may_grow_to(0);
    char path[4096];
    assert_non_null(getcwd(path, sizeof path - 10));
    result = try_to_open(strcat(path, "/trace"));
    file_may_grow_to(RLIM_INFINITY);
    assert_int_equal(result, -EFBIG);
    assert_false(trace_file_is_ours());
    assert_int_not_equal(access("trace", F_OK), 0);
}

/* ---- fork ---- */

static void a_forked_child_forgets_it_and_has_its_own(void **state)
{
    int status;

    (void)state;
    record_to("trace", 8, true);
    assert_non_null(take());
    pid_t child = fork();
    if (child == 0) {
        bool ours = trace_file_is_ours();

        trace_file_forget();
        bool fails = ours || take() != NULL || own_descriptor("trace") >= 0;
        record_to("trace", 8, true);
        fails |= !trace_file_is_ours() || take() == NULL;
        trace_file_end(7);
        _exit(fails);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(recorded_header("trace.1")->pid, child);
    assert_int_equal(recorded_header("trace.1")->status, 7);
    assert_int_equal(recorded_header("trace")->ended, 0);
    assert_true(own_descriptor("trace") >= 0);
    assert_non_null(take());
}

/* vfork, or a call of the kernel's: nobody has told us. */
static void the_end_of_a_child_is_not_that_of_its_parent(void **state)
{
    pid_t child;

    (void)state;
    record_to("trace", 8, true);
    child = fork();
    if (child == 0) {
        trace_file_end(9);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    assert_int_equal(recorded_header("trace")->ended, 0);
    assert_true(trace_file_is_ours());
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_RECORDING("the header says whose it is", the_header_says_whose_it_is),
        CASE_RECORDING("a name that is taken gets a number", a_name_that_is_taken_gets_a_number),
        CASE_RECORDING("any number of processes may use one name",
                       any_number_of_processes_may_use_one_name),
        CASE_RECORDING("what can't be created is an error", what_cannot_be_created_is_an_error),
        CASE_RECORDING("the end is told once", the_end_is_told_once),
        CASE_RECORDING("losses are counted", losses_are_counted),
        CASE_RECORDING("a chunk has its room on the disk before it is used",
                       a_chunk_has_its_room_on_the_disk_before_it_is_used),
        CASE_RECORDING("chunks are numbered as they are taken",
                       chunks_are_numbered_as_they_are_taken),
        CASE_RECORDING("a chunk that was given back is taken again where it ended",
                       a_chunk_that_was_given_back_is_taken_again_where_it_ended),
        CASE_RECORDING("a chunk with hardly any room is not taken again",
                       a_chunk_with_hardly_any_room_is_not_taken_again),
        CASE_RECORDING("definitions are not written among events",
                       definitions_are_not_written_among_events),
        CASE_RECORDING("at the bound the oldest events go", at_the_bound_the_oldest_events_go),
        CASE_RECORDING("at the bound recording may stop", at_the_bound_recording_may_stop),
        CASE_RECORDING("what threads write, and definitions, are never taken away",
                       what_threads_write_and_definitions_are_never_taken_away),
        CASE_RECORDING("definitions take the place of old events",
                       definitions_take_the_place_of_old_events),
        CASE_RECORDING("a chunk with room is taken before an old one", room_comes_before_age),
        CASE_RECORDING("very many chunks go round", very_many_chunks_go_round),
        CASE_RECORDING("its descriptor is out of the way and not inherited",
                       its_descriptor_is_out_of_the_way_and_not_inherited),
        CASE_RECORDING("a descriptor that the program closed is opened again",
                       a_closed_descriptor_is_opened_again),
        CASE_RECORDING("a file that took its descriptor is left alone",
                       a_file_that_took_its_descriptor_is_left_alone),
        CASE_RECORDING("when the file is gone the recorder makes do with what it has",
                       when_the_file_is_gone_the_recorder_makes_do),
        CASE_RECORDING("a limit of the program's files does not end it",
                       a_limit_of_the_programs_files_does_not_end_it),
        CASE_RECORDING("a file that may have no byte is not begun",
                       a_file_that_may_have_no_byte_is_not_begun),
        CASE_RECORDING("a forked child forgets it and has its own",
                       a_forked_child_forgets_it_and_has_its_own),
        CASE_RECORDING("the end of a child is not that of its parent",
                       the_end_of_a_child_is_not_that_of_its_parent),
    };

    return RUN_CASES(cases);
}
