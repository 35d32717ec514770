/* SPDX-License-Identifier: MIT */
/* A thread's buffer of events, and what a signal handler may do in the middle of it. */
#include "unit.h"

#include "recorded.h"
#include "trace/buffer.h"
#include "trace/file.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <unistd.h>

static struct trace_buffer buffer;

static struct trace_event event(uint32_t value)
{
    return (struct trace_event){.time = 1000 + value, .kind = TRACE_JOIN_ENDS, .value = value};
}

/* As the recorder puts one. */
static void put(uint32_t value)
{
    const struct trace_event one = event(value);

    if (buffer_put(&buffer, &one))
        return;
    if (buffer_may_refill(&buffer))
        buffer_refill(&buffer, one.time);
    if (!buffer_put(&buffer, &one))
        buffer_lose(&buffer);
}

static void begin(size_t chunks, bool keep_newest)
{
    record_to("trace", chunks, keep_newest);
    buffer_begin(&buffer, 5);
}

static const struct trace_event *events_of(size_t position)
{
    return (const struct trace_event *)(recorded_chunk("trace", position) + 1);
}

static void a_new_buffer_has_no_chunk(void **state)
{
    const struct trace_event one = event(1);

    (void)state;
    begin(8, true);
    assert_false(buffer_put(&buffer, &one));
    assert_true(buffer_may_refill(&buffer));
    assert_null(recorded_chunk("trace", 1));
}

static void what_was_put_is_in_the_file_at_once(void **state)
{
    const struct trace_event one = event(1);

    (void)state;
    begin(8, true);
    put(1);
    assert_int_equal(recorded_chunk("trace", 1)->used, 2);
    assert_int_equal(events_of(1)[0].kind, TRACE_OF_THREAD);
    assert_int_equal(events_of(1)[0].value, 5);
    assert_memory_equal(&events_of(1)[1], &one, sizeof one);
}

static void a_full_chunk_is_followed_by_the_next(void **state)
{
    (void)state;
    begin(8, true);
    for (uint32_t value = 0; value < TRACE_CHUNK_RECORDS + 10; value++)
        put(value);
    assert_int_equal(recorded_chunk("trace", 1)->used, TRACE_CHUNK_RECORDS);
    assert_int_equal(recorded_chunk("trace", 2)->used, 1 + 11);
    assert_int_equal(events_of(2)[0].kind, TRACE_OF_THREAD);
    assert_int_equal(events_of(2)[1].value, TRACE_CHUNK_RECORDS - 1);
}

static void two_that_belong_together_stay_together(void **state)
{
    const struct trace_event both[] = {{.time = 3000, .kind = TRACE_WITH_STACK}, event(2000)};

    (void)state;
    begin(8, true);
    put(0);
    while (buffer.used < TRACE_CHUNK_RECORDS - 1)
        put(0);
    assert_false(buffer_put_both(&buffer, both));
    assert_int_equal(recorded_chunk("trace", 1)->used, TRACE_CHUNK_RECORDS - 1);
    assert_true(buffer_refill(&buffer, 2000));
    assert_true(buffer_put_both(&buffer, both));
    assert_int_equal(events_of(2)[1].kind, TRACE_WITH_STACK);
    assert_memory_equal(&events_of(2)[2], &both[1], sizeof both[1]);
}

static void times_never_run_backwards(void **state)
{
    (void)state;
    begin(8, true);
    put(5);
    put(3);
    put(6);
    assert_int_equal(events_of(1)[2].value, 3);
    assert_int_equal(events_of(1)[2].time, 1005);
    assert_int_equal(events_of(1)[3].time, 1006);
}

static void the_chunk_of_an_ended_thread_goes_on_with_another(void **state)
{
    (void)state;
    begin(8, true);
    put(1);
    buffer_end(&buffer);
    buffer_begin(&buffer, 6);
    put(2);
    assert_int_equal(recorded_chunk("trace", 1)->used, 4);
    assert_int_equal(events_of(1)[2].kind, TRACE_OF_THREAD);
    assert_int_equal(events_of(1)[2].value, 6);
    assert_null(recorded_chunk("trace", 2));
}

static void nothing_is_put_after_the_end(void **state)
{
    const struct trace_event one = event(2);

    (void)state;
    begin(8, true);
    put(1);
    buffer_end(&buffer);
    assert_false(buffer_put(&buffer, &one));
    assert_int_equal(recorded_chunk("trace", 1)->used, 2);
}

/* ---- losses ---- */

static void losses_at_the_bound_are_counted(void **state)
{
    enum { CHUNKS = 4, ROOM = (CHUNKS - 1) * (TRACE_CHUNK_RECORDS - 1) };

    (void)state;
    begin(CHUNKS, false);
    for (uint32_t value = 0; value < ROOM + 5000; value++)
        put(value);
    assert_int_equal(recorded_header("trace")->lost, 5000);
    assert_int_equal(events_of(1)[1].value, 0);
    assert_int_equal(events_of(CHUNKS - 1)[TRACE_CHUNK_RECORDS - 1].value, ROOM - 1);
}

static void the_event_after_a_loss_tells_of_it(void **state)
{
    struct trace_buffer other;

    (void)state;
    begin(4, true);
    buffer_begin(&other, 6);
    for (unsigned i = 0; i < 3; i++) /* all that there are, and keeps the last */
        assert_true(buffer_refill(&other, 0) && ((other.chunk = NULL), true));
    for (uint32_t value = 0; value < 1024; value++)
        put(value);
    assert_int_equal(recorded_header("trace")->lost, 1024);
    for (unsigned i = 1; i < 4; i++)
        trace_chunk_give((struct trace_chunk *)((char *)other.events - sizeof *other.chunk));
    put(7);
    assert_int_equal(recorded_events("trace", TRACE_LOST, 1024), 1);
    assert_int_equal(recorded_events("trace", TRACE_JOIN_ENDS, 7), 1);
    assert_int_equal(buffer.lost, 0);
}

/* ---- handlers ---- */

static void what_comes_while_an_event_is_written_is_lost(void **state)
{
    (void)state;
    begin(8, true);
    put(1);
    buffer.writing = true;
    put(2);
    buffer.writing = false;
    put(3);
    assert_int_equal(recorded_events("trace", TRACE_JOIN_ENDS, 2), 0);
    assert_int_equal(recorded_events("trace", TRACE_JOIN_ENDS, 3), 1);
    assert_int_equal(recorded_header("trace")->lost, 1);
}

static void one_that_was_lost_keeps_no_other_from_its_room(void **state)
{
    (void)state;
    begin(8, true);
    put(0);
    buffer.writing = true;
    put(0);
    buffer.writing = false;
    while (buffer.used < TRACE_CHUNK_RECORDS)
        put(0);
    put(7);
    assert_int_equal(recorded_events("trace", TRACE_JOIN_ENDS, 7), 1);
    assert_int_equal(recorded_header("trace")->lost, 1);
}

static volatile sig_atomic_t handled;

static void handle(int signal)
{
    const struct trace_event own = {.kind = TRACE_JOIN_WAITS, .value = 9};

    (void)signal;
    if (!buffer_put(&buffer, &own))
        buffer_lose(&buffer);
    handled++;
}

static void storm(bool on)
{
    struct itimerval timer = {{0, on ? 50 : 0}, {0, on ? 50 : 0}};

    setitimer(ITIMER_REAL, &timer, NULL);
}

enum { STORM_CHUNKS = 120, STORM_EVENTS = (STORM_CHUNKS - 20) * TRACE_CHUNK_RECORDS };

/* A chunk is changed with signals blocked, as under the guard. */
static void put_unless_interrupted(uint32_t value)
{
    const struct trace_event one = event(value);
    sigset_t all, before;

    if (buffer.used >= TRACE_CHUNK_RECORDS) {
        sigfillset(&all);
        sigprocmask(SIG_BLOCK, &all, &before);
        buffer_refill(&buffer, one.time);
        sigprocmask(SIG_SETMASK, &before, NULL);
    }
    if (!buffer_put(&buffer, &one))
        buffer_lose(&buffer);
}

/* Each of the loop's is there once, none is torn, and what is missing was counted. */
static void check_storm(void)
{
    static bool seen[STORM_EVENTS];
    size_t bytes;
    const char *file = recorded("trace", &bytes);
    uint64_t lost = ((const struct trace_header *)file)->lost, there = 0;

    for (size_t at = TRACE_CHUNK; at + TRACE_CHUNK <= bytes; at += TRACE_CHUNK) {
        const struct trace_chunk *chunk = (const struct trace_chunk *)(file + at);
        const struct trace_event *events = (const struct trace_event *)(chunk + 1);

        for (uint32_t i = 0; i < chunk->used; i++) {
            there += events[i].kind == TRACE_JOIN_WAITS && events[i].value == 9;
            if (events[i].kind != TRACE_JOIN_ENDS)
                continue;
            assert_true(events[i].value < STORM_EVENTS && !seen[events[i].value]);
            assert_int_equal(events[i].time, 1000 + events[i].value);
            seen[events[i].value] = true;
            there++;
        }
    }
    assert_int_equal(there + lost, STORM_EVENTS + (unsigned)handled);
}

static void a_storm_of_handlers_tears_no_event(void **state)
{
    struct sigaction action = {.sa_handler = handle}, before;

    (void)state;
    begin(STORM_CHUNKS, true);
    handled = 0;
    sigaction(SIGALRM, &action, &before);
    storm(true);
    for (uint32_t value = 0; value < STORM_EVENTS; value++)
        put_unless_interrupted(value);
    storm(false);
    sigaction(SIGALRM, &before, NULL);
    assert_true(handled > 0);
    check_storm();
}

/* ---- threads ---- */

enum { THREADS = 4, EACH = 5000 };

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static struct trace_buffer buffers[THREADS];

static void *put_many(void *argument)
{
    struct trace_buffer *own = argument;

    for (uint32_t value = 0; value < EACH; value++) {
        const struct trace_event one = event(value);

        if (buffer_put(own, &one))
            continue;
        pthread_mutex_lock(&guard);
        buffer_refill(own, one.time);
        pthread_mutex_unlock(&guard);
        buffer_put(own, &one);
    }
    pthread_mutex_lock(&guard);
    buffer_end(own);
    pthread_mutex_unlock(&guard);
    return NULL;
}

static void threads_do_not_come_in_each_others_way(void **state)
{
    pthread_t threads[THREADS];

    (void)state;
    record_to("trace", 64, true);
    for (uint32_t i = 0; i < THREADS; i++) {
        buffer_begin(&buffers[i], i + 1);
        assert_int_equal(pthread_create(&threads[i], NULL, put_many, &buffers[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (uint32_t value = 0; value < EACH; value += 99)
        assert_int_equal(recorded_events("trace", TRACE_JOIN_ENDS, value), THREADS);
    assert_int_equal(recorded_header("trace")->lost, 0);
}

/* What threads write at once must not share a pair of cache lines. */
static void a_buffer_has_its_cache_lines_to_itself(void **state)
{
    (void)state;
    assert_int_equal(sizeof(struct trace_buffer) % 128, 0);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_RECORDING("a new buffer has no chunk", a_new_buffer_has_no_chunk),
        CASE_RECORDING("what was put is in the file at once", what_was_put_is_in_the_file_at_once),
        CASE_RECORDING("a full chunk is followed by the next",
                       a_full_chunk_is_followed_by_the_next),
        CASE_RECORDING("two that belong together stay together",
                       two_that_belong_together_stay_together),
        CASE_RECORDING("times never run backwards", times_never_run_backwards),
        CASE_RECORDING("the chunk of an ended thread goes on with another",
                       the_chunk_of_an_ended_thread_goes_on_with_another),
        CASE_RECORDING("nothing is put after the end", nothing_is_put_after_the_end),
        CASE_RECORDING("losses at the bound are counted", losses_at_the_bound_are_counted),
        CASE_RECORDING("the event after a loss tells of it", the_event_after_a_loss_tells_of_it),
        CASE_RECORDING("what comes while an event is written is lost, and counted",
                       what_comes_while_an_event_is_written_is_lost),
        CASE_RECORDING("one that was lost keeps no other from its room",
                       one_that_was_lost_keeps_no_other_from_its_room),
        CASE_RECORDING("a storm of handlers tears no event", a_storm_of_handlers_tears_no_event),
        CASE_RECORDING("threads don't come in each other's way",
                       threads_do_not_come_in_each_others_way),
        CASE("a buffer has its cache lines to itself", a_buffer_has_its_cache_lines_to_itself),
    };

    return RUN_CASES(cases);
}
