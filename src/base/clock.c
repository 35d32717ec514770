/* SPDX-License-Identifier: MIT */
/*
 * The rate of the processor's counter.  Called by whoever takes times by the million; it must
 * never let the time of a thread run backwards.
 */
#include "base/clock.h"

#include "base/whole.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

enum {
    FIRST_LOOK_NS = 200000,
    SECOND = 1000000000,
    LOOKS = 5,
    RATES = 64 /* a thread that was interrupted may still read an old one */
};

/* Without a counter every reading is one of the kernel's clock. */
static const struct clock_rate none;
const struct clock_rate *clock_rate_now = &none;

static struct clock_rate rates[RATES];
static unsigned made;
static bool being_made;
static struct clock_rate first; /* the two clocks side by side, at the start */

int64_t clock_of_kernel(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * SECOND + now.tv_nsec;
}

/* Clocks of the kernel that are made of the counter, as far as it runs on at one speed. */
static bool is_made_of_counter(const char *source)
{
#if defined(__x86_64__)
    enum { POWER = 0x80000007, INVARIANT = 1 << 8 };
    unsigned a, b, c, d = 0;

    return __get_cpuid(POWER, &a, &b, &c, &d) && (d & INVARIANT) != 0 &&
           (strcmp(source, "tsc\n") == 0 || strcmp(source, "kvm-clock\n") == 0 ||
            strcmp(source, "hyperv_clocksource_tsc_page\n") == 0);
#else
    return strcmp(source, "arch_sys_counter\n") == 0;
#endif
}

static bool kernel_keeps_time_by_counter(void)
{
    char source[32] = "";

    return whole_of_kernel("/sys/devices/system/clocksource/clocksource0/current_clocksource",
                           source, sizeof source - 1) > 0 &&
           is_made_of_counter(source);
}

/* The two clocks side by side, as near to each other as a few looks bring them. */
static struct clock_rate look(void)
{
    struct clock_rate best = {0};
    uint64_t nearest = UINT64_MAX;

    for (unsigned i = 0; i < LOOKS; i++) {
        uint64_t before = clock_count();
        int64_t now = clock_of_kernel();
        uint64_t took = clock_count() - before;

        if (took < nearest) {
            nearest = took;
            best = (struct clock_rate){.count = before + took / 2, .nanoseconds = now};
        }
    }
    return best;
}

static uint64_t scale_of(int64_t nanoseconds, uint64_t counts)
{
    return (uint64_t)(((unsigned __int128)(uint64_t)nanoseconds << 32) / counts);
}

static int64_t at(const struct clock_rate *rate, uint64_t count)
{
    uint64_t passed = count - rate->count;

    if (passed <= rate->good_for)
        return rate->nanoseconds + clock_of_counts(passed, rate->scale);
    return rate->nanoseconds + clock_of_counts(rate->good_for, rate->scale) +
           clock_of_counts(passed - rate->good_for, rate->after);
}

static void make(const struct clock_rate *rate)
{
    struct clock_rate *next = &rates[made++ % RATES];

    *next = *rate;
    __atomic_store_n(&clock_rate_now, next, __ATOMIC_RELEASE);
}

void clock_start(void)
{
    struct clock_rate second;

    if (clock_rate_now != &none || !kernel_keeps_time_by_counter())
        return;
    first = look();
    do
        second = look();
    while (second.nanoseconds - first.nanoseconds < FIRST_LOOK_NS);
    uint64_t passed = second.count - first.count;
    uint64_t scale = scale_of(second.nanoseconds - first.nanoseconds, passed);
    make(&(struct clock_rate){.count = second.count,
                              .nanoseconds = second.nanoseconds,
                              .scale = scale,
                              .after = scale,
                              .good_for = 50 * passed});
}

void clock_forked(void)
{
    __atomic_store_n(&being_made, false, __ATOMIC_RELEASE);
}

/*
 * A new rate begins where the old one has come to, and is right at its end: no jump, and
 * never a step backwards.  Only where the clock is far ahead (the machine slept) it is taken
 * as it is.
 */
static void correct(const struct clock_rate *old)
{
    const struct clock_rate now = look();
    uint64_t scale = scale_of(now.nanoseconds - first.nanoseconds, now.count - first.count);
    uint64_t lasts =
        clock_of_counts(old->good_for, scale) > SECOND ? old->good_for : 2 * old->good_for;
    int64_t reached = at(old, now.count), wrong = now.nanoseconds - reached;
    int64_t whole = clock_of_counts(lasts, scale), ahead = whole + wrong;

    if (wrong > whole)
        ahead = whole, reached = now.nanoseconds;
    else if (ahead < whole / 2)
        ahead = whole / 2;
    make(&(struct clock_rate){.count = now.count,
                              .nanoseconds = reached,
                              .scale = scale_of(ahead, lasts),
                              .after = scale,
                              .good_for = lasts});
}

int64_t clock_anew(uint64_t count)
{
    const struct clock_rate *old = __atomic_load_n(&clock_rate_now, __ATOMIC_ACQUIRE);

    if (old->scale == 0)
        return clock_of_kernel();
    if ((int64_t)(count - old->count) < 0) /* another processor's counter is behind for a moment */
        return old->nanoseconds;
    if (!__atomic_exchange_n(&being_made, true, __ATOMIC_ACQUIRE)) {
        if (old == clock_rate_now)
            correct(old);
        __atomic_store_n(&being_made, false, __ATOMIC_RELEASE);
    }
    return at(old, count);
}
