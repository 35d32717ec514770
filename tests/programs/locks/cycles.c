/* SPDX-License-Identifier: MIT */
/*
 * More than two locks: cycles of any length, dining philosophers in their forms, lists that
 * are walked hand over hand.  The number of locks is the argument.
 */
#include "cases.h"

static pthread_mutex_t *locks;
static sem_t *turn;

static void make_locks(int number)
{
    locks = calloc((size_t)number, sizeof *locks);
    turn = calloc((size_t)number + 1, sizeof *turn);
    if (locks == NULL || turn == NULL)
        abort();
    for (int i = 0; i < number; i++)
        DO(pthread_mutex_init(&locks[i], NULL));
    for (int i = 0; i <= number; i++)
        DO(sem_init(&turn[i], 0, 0));
}

static void nest(int outer, int inner)
{
    lock(&locks[outer]);
    lock(&locks[inner]);
    unlock(&locks[inner]);
    unlock(&locks[outer]);
}

/* Runs `eat` in a thread for each number; all live at once, each does it in its turn. */
static void (*eat)(int number);

static void *in_turn(void *argument)
{
    int number = (int)(long)argument;

    await(&turn[number]);
    eat(number);
    post(&turn[number + 1]);
    /* Nobody ends before all have had their turn. */
    await(&turn[case_number]);
    post(&turn[case_number]);
    return NULL;
}

static void each_in_turn(void (*what)(int number))
{
    pthread_t *threads = calloc((size_t)case_number, sizeof *threads);

    if (threads == NULL)
        abort();
    make_locks(case_number);
    eat = what;
    for (long i = 0; i < case_number; i++) {
        char name[16];

        snprintf(name, sizeof name, "plato-%d", (int)i % 10000);
        threads[i] = start(name, in_turn, (void *)i);
    }
    post(&turn[0]);
    for (int i = 0; i < case_number; i++)
        finish(threads[i]);
    free(threads);
}

/* ---- philosophers ---- */

VISIBLE void left_then_right(int number)
{
    nest(number, (number + 1) % case_number);
}

static void philosophers(void)
{
    each_in_turn(left_then_right);
}

/* The last one takes the right fork first. */
static void lower_then_higher(int number)
{
    if (number + 1 < case_number)
        nest(number, number + 1);
    else
        nest(0, number);
}

static void philosophers_ordered(void)
{
    each_in_turn(lower_then_higher);
}

/* A waiter hands out both forks; he waits for nobody who has one of them and not the other. */
static pthread_mutex_t waiter = PTHREAD_MUTEX_INITIALIZER;

static void ask_the_waiter(int number)
{
    int right = (number + 1) % case_number;

    lock(&waiter);
    lock(&locks[number]);
    lock(&locks[right]);
    unlock(&waiter);
    unlock(&locks[right]);
    unlock(&locks[number]);
}

static void philosophers_and_waiter(void)
{
    each_in_turn(ask_the_waiter);
}

/* The polite ones try for the second fork and give the first back. */
static void left_then_try_right(int number)
{
    int right = (number + 1) % case_number;

    lock(&locks[number]);
    DO(pthread_mutex_trylock(&locks[right]));
    unlock(&locks[right]);
    unlock(&locks[number]);
}

static void philosophers_polite(void)
{
    each_in_turn(left_then_try_right);
}

/* ---- one thread ---- */

static void nest_neighbours(void)
{
    make_locks(case_number);
    for (int i = 0; i + 1 < case_number; i++)
        nest(i, i + 1);
}

static void chain(void)
{
    nest_neighbours();
    nest(0, case_number - 1);
}

VISIBLE void close_the_ring(void)
{
    nest(case_number - 1, 0);
}

static void ring(void)
{
    nest_neighbours();
    close_the_ring();
}

/* The edges come in an order that is the worst for whoever keeps them sorted. */
static void ring_backwards(void)
{
    make_locks(case_number);
    for (int i = case_number - 2; i >= 0; i--)
        nest(i, i + 1);
    close_the_ring();
}

/* ---- hand over hand ---- */

static void walk(int from, int to, int step)
{
    lock(&locks[from]);
    for (int i = from; i != to; i += step) {
        lock(&locks[i + step]);
        unlock(&locks[i]);
    }
    unlock(&locks[to]);
}

static void *walk_forth(void *unused)
{
    walk(0, case_number - 1, 1);
    return unused;
}

static void *walk_back(void *unused)
{
    walk(case_number - 1, 0, -1);
    return unused;
}

static void hand_over_hand(void)
{
    make_locks(case_number);
    take_turns(walk_forth, walk_forth);
}

static void hand_over_hand_back(void)
{
    make_locks(case_number);
    take_turns(walk_forth, walk_back);
}

int main(int argc, char **argv)
{
    static const struct test_case CASES[] = {
        {"philosophers", philosophers},
        {"philosophers-ordered", philosophers_ordered},
        {"philosophers-and-waiter", philosophers_and_waiter},
        {"philosophers-polite", philosophers_polite},
        {"chain", chain},
        {"ring", ring},
        {"ring-backwards", ring_backwards},
        {"hand-over-hand", hand_over_hand},
        {"hand-over-hand-back", hand_over_hand_back},
        {NULL, NULL},
    };

    return run_case(CASES, argc, argv);
}
