/* SPDX-License-Identifier: MIT */
/*
 * CLOCK_MONOTONIC at the price of reading a register.
 *
 * Where the kernel itself keeps time by the processor's counter, the counter is read and
 * converted; it is held against the kernel's clock again and again, so that the times of many
 * processes stand on one line.  Elsewhere the kernel's clock is asked.  Any thread, signal
 * handlers too.
 */
#ifndef PIHOOK_BASE_CLOCK_H
#define PIHOOK_BASE_CLOCK_H

#include <stdint.h>

/* How counts become nanoseconds from a moment on. */
struct clock_rate {
    uint64_t count;      /* of the counter at that moment */
    int64_t nanoseconds; /* the clock then */
    uint64_t scale;      /* nanoseconds of one count, times 2^32 */
    uint64_t good_for;   /* counts; then it is held against the clock anew */
    uint64_t after;      /* the scale from then on, until that is done */
};

extern const struct clock_rate *clock_rate_now __attribute__((visibility("hidden")));

/* Finds out whether the counter can be used; takes a fraction of a millisecond.  Once. */
void clock_start(void);

/* In the child of a fork: another thread may have been about to correct the rate. */
void clock_forked(void);

/* The kernel's own. */
int64_t clock_of_kernel(void);

/* The rate has grown old, or there is none. */
int64_t clock_anew(uint64_t count);

static inline uint64_t clock_count(void)
{
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    uint64_t count;

    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(count));
    return count;
#else
    return 0;
#endif
}

static inline int64_t clock_of_counts(uint64_t counts, uint64_t scale)
{
    return (int64_t)((unsigned __int128)counts * scale >> 32);
}

/* Nanoseconds of CLOCK_MONOTONIC. */
static inline int64_t clock_now(void)
{
    const struct clock_rate *rate = __atomic_load_n(&clock_rate_now, __ATOMIC_ACQUIRE);
    uint64_t count = clock_count(), passed = count - rate->count;

    if (__builtin_expect(passed >= rate->good_for, 0))
        return clock_anew(count);
    return rate->nanoseconds + clock_of_counts(passed, rate->scale);
}

#endif
