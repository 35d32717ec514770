/* SPDX-License-Identifier: MIT */
/* The native members of a test tree: each has an inversion of its own, and ends in its own way. */
#include "cases.h"

static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;

/* No function: the places are to be those of the member. */
#define INVERT()                        \
    do {                                \
        DO(pthread_mutex_lock(&one));   \
        DO(pthread_mutex_lock(&other)); \
        unlock(&other);                 \
        unlock(&one);                   \
        DO(pthread_mutex_lock(&other)); \
        DO(pthread_mutex_lock(&one));   \
        unlock(&one);                   \
        unlock(&other);                 \
    } while (0)

VISIBLE void native_below_a_shell(void)
{
    INVERT();
}

VISIBLE void native_at_the_end_of_a_chain(void)
{
    INVERT();
}

VISIBLE void native_that_crashes(void)
{
    INVERT();
    *(volatile int *)16 = 0;
}

VISIBLE void native_that_is_killed(void)
{
    INVERT();
    raise(SIGKILL);
}

int main(int argc, char **argv)
{
    static const struct test_case CASES[] = {
        {"shell", native_below_a_shell},
        {"chain", native_at_the_end_of_a_chain},
        {"crash", native_that_crashes},
        {"kill", native_that_is_killed},
        {NULL, NULL},
    };

    return run_case(CASES, argc, argv);
}
