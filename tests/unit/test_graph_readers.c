/* SPDX-License-Identifier: MIT */
/* One thread changes the lock-order graph, others look locks up. */
#include "unit.h"

#include "graph_world.h"

#include <pthread.h>

/* Locks below LASTING stay; those above come and go. */
enum { LASTING = 1000, READERS = 3, ROUNDS = 30000 };

static bool is_over;

/* Returns how often a lasting lock was not found, or found at a node of another. */
static void *look_up(void *argument)
{
    uintptr_t wrong = 0;

    (void)argument;
    while (!__atomic_load_n(&is_over, __ATOMIC_ACQUIRE))
        for (lock_id lock = 1; lock < LASTING; lock++) {
            graph_node node = graph_find(world, lock);

            wrong += node == 0 || graph_lock(world, node) != lock;
        }
    return (void *)wrong;
}

static void come_and_go(void)
{
    for (lock_id round = 0; round < ROUNDS; round++) {
        graph_node_for(world, LASTING + 1 + round);
        if (round >= 700)
            world_remove(LASTING + 1 + round - 700);
    }
    for (lock_id lock = 0; lock < 10000; lock++)
        graph_node_for(world, 1000000 + lock);
}

static void a_lock_is_found_whatever_comes_and_goes(void **state)
{
    pthread_t threads[READERS];

    (void)state;
    is_over = false;
    for (lock_id lock = 1; lock < LASTING; lock++)
        graph_node_for(world, lock);
    for (int i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, look_up, NULL), 0);
    come_and_go();
    __atomic_store_n(&is_over, true, __ATOMIC_RELEASE);
    for (int i = 0; i < READERS; i++) {
        void *wrong;

        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_IN_WORLD("a lock is found whatever comes and goes",
                      a_lock_is_found_whatever_comes_and_goes),
    };

    return RUN_CASES(cases);
}
