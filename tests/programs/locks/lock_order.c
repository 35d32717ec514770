/* SPDX-License-Identifier: MIT */
/*
 * Two mutexes in both orders, and what does or does not keep that from being a deadlock:
 * how the threads live, gate locks, trylock, time limits.  Each case that must be found has a
 * twin that must not.
 */
#include "cases.h"

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t second = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t third = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t other_gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t third_gate = PTHREAD_MUTEX_INITIALIZER;

static void nest(pthread_mutex_t *outer, pthread_mutex_t *inner)
{
    lock(outer);
    lock(inner);
    unlock(inner);
    unlock(outer);
}

/* Each has a place and a name of its own in the report. */
VISIBLE void *first_then_second(void *unused)
{
    nest(&first, &second);
    return unused;
}

VISIBLE void *second_then_first(void *unused)
{
    nest(&second, &first);
    return unused;
}

/* ---- how the threads live ---- */

static void same_thread(void)
{
    first_then_second(NULL);
    second_then_first(NULL);
}

static void ordered(void)
{
    run_alone("alice", first_then_second, NULL);
    run_alone("bob", second_then_first, NULL);
}

static sem_t once_more;

static void *second_then_first_at_last(void *unused)
{
    DO(sem_wait(&once_more));
    return second_then_first(unused);
}

/* The order is the same before the other thread is there and while it is. */
static void before_and_beside(void)
{
    pthread_t other;

    DO(sem_init(&once_more, 0, 0));
    first_then_second(NULL);
    DO(pthread_create(&other, NULL, second_then_first_at_last, NULL));
    first_then_second(NULL);
    DO(sem_post(&once_more));
    DO(pthread_join(other, NULL));
}

static void only_before(void)
{
    first_then_second(NULL);
    run_alone("bob", second_then_first, NULL);
}

static void concurrent(void)
{
    take_turns(first_then_second, second_then_first);
}

static void consistent(void)
{
    take_turns(first_then_second, first_then_second);
    first_then_second(NULL);
}

/* Unlocking in another order than that of locking is no acquisition. */
static void *crosswise(void *unused)
{
    lock(&first);
    lock(&second);
    unlock(&first);
    unlock(&second);
    return unused;
}

static void unlocked_crosswise(void)
{
    take_turns(crosswise, first_then_second);
}

/* One after the other, never nested: no order at all. */
static void *apart(void *unused)
{
    lock(&second);
    unlock(&second);
    lock(&first);
    unlock(&first);
    return unused;
}

static void not_nested(void)
{
    take_turns(first_then_second, apart);
}

/* ---- told before it blocks ---- */

static sem_t is_held;

static void *hold_first_for_ever(void *unused)
{
    lock(&first);
    post(&is_held);
    sleep_for_ever();
    return unused;
}

static void told_before(void)
{
    first_then_second(NULL);
    DO(sem_init(&is_held, 0, 0));
    start("holder", hold_first_for_ever, NULL);
    await(&is_held);
    second_then_first(NULL);
}

/* ---- gates ---- */

static void nest_in(pthread_mutex_t *guard, pthread_mutex_t *outer, pthread_mutex_t *inner)
{
    lock(guard);
    nest(outer, inner);
    unlock(guard);
}

static void *gated_forth(void *unused)
{
    nest_in(&gate, &first, &second);
    return unused;
}

static void *gated_back(void *unused)
{
    nest_in(&gate, &second, &first);
    return unused;
}

static void *other_gated_forth(void *unused)
{
    nest_in(&other_gate, &first, &second);
    return unused;
}

static void *other_gated_back(void *unused)
{
    nest_in(&other_gate, &second, &first);
    return unused;
}

static void gated(void)
{
    take_turns(gated_forth, gated_back);
}

static void gates_differ(void)
{
    take_turns(gated_forth, other_gated_back);
}

/* The order is harmless as long as the gate is held; then once it isn't. */
static void gated_but_once(void)
{
    take_turns(gated_forth, gated_back);
    take_turns(first_then_second, gated_back);
}

static void *doubly_gated_forth(void *unused)
{
    lock(&gate);
    other_gated_forth(unused);
    unlock(&gate);
    return unused;
}

/* Forth under both gates, back under either: one gate is always common to two threads. */
static void gates_overlap(void)
{
    take_turns(doubly_gated_forth, gated_back);
    take_turns(doubly_gated_forth, other_gated_back);
}

/* Forth now under this gate, now under that; back under the first only. */
static void gates_change(void)
{
    take_turns(gated_forth, gated_back);
    take_turns(other_gated_forth, gated_back);
}

/* Held from the first of the two on only, a lock is no gate but part of a cycle. */
static void *gate_inside_forth(void *unused)
{
    lock(&first);
    nest_in(&gate, &second, &third);
    unlock(&first);
    return unused;
}

static void *gate_inside_back(void *unused)
{
    lock(&second);
    nest_in(&gate, &first, &third);
    unlock(&second);
    return unused;
}

static void gate_inside(void)
{
    take_turns(gate_inside_forth, gate_inside_back);
}

/* Three edges, no gate common to all of them, but one to any two: still none can deadlock. */
static void nest_in_two(pthread_mutex_t *guard, pthread_mutex_t *guard_too, pthread_mutex_t *outer,
                        pthread_mutex_t *inner)
{
    lock(guard);
    nest_in(guard_too, outer, inner);
    unlock(guard);
}

static void *gated_pair_one(void *unused)
{
    nest_in_two(&gate, &other_gate, &first, &second);
    return unused;
}

static void *gated_pair_two(void *unused)
{
    nest_in_two(&other_gate, &third_gate, &second, &third);
    return unused;
}

static void *gated_pair_three(void *unused)
{
    nest_in_two(&gate, &third_gate, &third, &first);
    return unused;
}

static void gates_pairwise(void)
{
    take_turns(gated_pair_one, gated_pair_two);
    take_turns(gated_pair_three, gated_pair_one);
}

/* ---- trylock ---- */

/* The usual way out: try, and give the first back when it fails. */
static void *second_then_try_first(void *unused)
{
    lock(&second);
    DO(pthread_mutex_trylock(&first));
    unlock(&first);
    unlock(&second);
    return unused;
}

static void try_back_off(void)
{
    take_turns(first_then_second, second_then_try_first);
    take_turns(second_then_try_first, first_then_second);
}

/* What trylock has taken is held like any other lock. */
static void *try_first_then_second(void *unused)
{
    DO(pthread_mutex_trylock(&first));
    lock(&second);
    unlock(&second);
    unlock(&first);
    return unused;
}

static void try_held(void)
{
    take_turns(try_first_then_second, second_then_first);
}

static void try_both(void)
{
    take_turns(try_first_then_second, second_then_try_first);
}

/* A trylock that fails holds nothing. */
static void *try_in_vain(void *unused)
{
    RETURNS(EBUSY, pthread_mutex_trylock(&first));
    nest(&third, &second);
    return unused;
}

static void try_fails(void)
{
    lock(&first);
    run_alone("alice", try_in_vain, NULL);
    unlock(&first);
    lock(&second);
    lock(&first);
    unlock(&first);
    unlock(&second);
}

/* ---- time limits ---- */

static void *second_then_first_in_time(void *unused)
{
    struct timespec limit = later(CLOCK_REALTIME);

    lock(&second);
    DO(pthread_mutex_timedlock(&first, &limit));
    unlock(&first);
    unlock(&second);
    return unused;
}

static void *second_then_first_by_clock(void *unused)
{
    struct timespec limit = later(CLOCK_MONOTONIC);

    lock(&second);
    DO(pthread_mutex_clocklock(&first, CLOCK_MONOTONIC, &limit));
    unlock(&first);
    unlock(&second);
    return unused;
}

static void timed(void)
{
    take_turns(first_then_second, second_then_first_in_time);
}

static void by_clock(void)
{
    take_turns(first_then_second, second_then_first_by_clock);
}

static void timed_consistent(void)
{
    take_turns(second_then_first, second_then_first_in_time);
    take_turns(second_then_first_by_clock, second_then_first);
}

/* What was not acquired in time is not held: no order to what comes next. */
static void *give_up(void *unused)
{
    struct timespec limit = past();

    RETURNS(ETIMEDOUT, pthread_mutex_timedlock(&first, &limit));
    lock(&second);
    unlock(&second);
    return unused;
}

static void timed_out(void)
{
    lock(&first);
    run_alone("alice", give_up, NULL);
    unlock(&first);
    second_then_first(NULL);
}

/* ---- recursive and error-checking ---- */

static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_mutex_t checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;

/* The thread has it already, so the inner acquisition can't wait. */
static void *recursive_again(void *unused)
{
    lock(&recursive);
    nest(&first, &recursive);
    nest(&first, &recursive);
    unlock(&recursive);
    return unused;
}

static void recursive_below(void)
{
    take_turns(recursive_again, recursive_again);
}

static void *first_then_recursive(void *unused)
{
    nest(&first, &recursive);
    return unused;
}

static void recursive_inverted(void)
{
    take_turns(recursive_again, first_then_recursive);
}

static void error_checking(void)
{
    lock(&checking);
    lock(&first);
    RETURNS(EDEADLK, pthread_mutex_lock(&checking));
    unlock(&first);
    unlock(&checking);
}

/* ---- often ---- */

static void repeated(void)
{
    for (int i = 0; i < 1000; i++)
        same_thread();
}

/* The same places, other locks each time. */
static void repeated_elsewhere(void)
{
    for (int i = 0; i < 1000; i++) {
        pthread_mutex_t one, other;

        DO(pthread_mutex_init(&one, NULL));
        DO(pthread_mutex_init(&other, NULL));
        nest(&one, &other);
        nest(&other, &one);
        DO(pthread_mutex_destroy(&one));
        DO(pthread_mutex_destroy(&other));
    }
}

/* ---- names ---- */

extern int pihook_name_lock(void *lock, const char *name) __attribute__((weak));

static void named(void)
{
    if (pihook_name_lock) {
        pihook_name_lock(&first, "accounts");
        pihook_name_lock(&second, "journal");
    }
    concurrent();
}

extern void pihook_ignore_begin(void) __attribute__((weak));
extern void pihook_ignore_end(void) __attribute__((weak));

static void ignored(void)
{
    first_then_second(NULL);
    if (pihook_ignore_begin)
        pihook_ignore_begin();
    second_then_first(NULL);
    if (pihook_ignore_end)
        pihook_ignore_end();
}

int main(int argc, char **argv)
{
    static const struct test_case CASES[] = {
        {"same-thread", same_thread},
        {"ordered", ordered},
        {"concurrent", concurrent},
        {"before-and-beside", before_and_beside},
        {"only-before", only_before},
        {"consistent", consistent},
        {"unlocked-crosswise", unlocked_crosswise},
        {"not-nested", not_nested},
        {"told-before", told_before},
        {"gated", gated},
        {"gates-differ", gates_differ},
        {"gated-but-once", gated_but_once},
        {"gates-overlap", gates_overlap},
        {"gates-change", gates_change},
        {"gate-inside", gate_inside},
        {"gates-pairwise", gates_pairwise},
        {"try-back-off", try_back_off},
        {"try-held", try_held},
        {"try-both", try_both},
        {"try-fails", try_fails},
        {"timed", timed},
        {"by-clock", by_clock},
        {"timed-consistent", timed_consistent},
        {"timed-out", timed_out},
        {"recursive-below", recursive_below},
        {"recursive-inverted", recursive_inverted},
        {"error-checking", error_checking},
        {"repeated", repeated},
        {"repeated-elsewhere", repeated_elsewhere},
        {"named", named},
        {"ignored", ignored},
        {NULL, NULL},
    };

    return run_case(CASES, argc, argv);
}
