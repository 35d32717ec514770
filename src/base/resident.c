/* SPDX-License-Identifier: MIT */
/* Called where an import begins and ends, by any thread. */
#include "base/resident.h"

#include "base/clock.h"
#include "base/whole.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <unistd.h>

/* One import ends and the next one begins, or several end at once: that is one moment. */
enum { MOMENT = 50000 };

static struct {
    int64_t time;
    uint32_t memory;
} last;

static bool has_no_proc; /* found out by the first one who asks, and then so for good */

/* The second number of the text, in pages; 0: there is none. */
static uint64_t second_number(const char *text, const char *end)
{
    uint64_t number = 0;

    while (text < end && *text != ' ')
        text++;
    for (text++; text < end && *text >= '0' && *text <= '9'; text++)
        number = number * 10 + (uint64_t)(*text - '0');
    return number;
}

static uint32_t peak(void)
{
    struct rusage used = {0};

    getrusage(RUSAGE_SELF, &used);
    return (uint32_t)used.ru_maxrss;
}

static uint32_t ask(bool asked_before)
{
    char text[128];
    ssize_t length = has_no_proc ? 0 : whole_of_kernel("/proc/self/statm", text, sizeof text);

    if (length > 0)
        return (uint32_t)(second_number(text, text + length) * (uint64_t)getpagesize() / 1024);
    /* What was told once is not to be compared with a peak. */
    if (!asked_before && length != -EMFILE && length != -ENFILE)
        has_no_proc = true;
    return has_no_proc ? peak() : 0;
}

uint32_t resident_memory(void)
{
    int64_t now = clock_now(), time = __atomic_load_n(&last.time, __ATOMIC_ACQUIRE);
    int error = errno;

    if (time != 0 && now - time < MOMENT)
        return __atomic_load_n(&last.memory, __ATOMIC_RELAXED);
    uint32_t memory = ask(time != 0);
    errno = error;
    if (memory != 0) {
        __atomic_store_n(&last.memory, memory, __ATOMIC_RELAXED);
        __atomic_store_n(&last.time, now, __ATOMIC_RELEASE);
    }
    return memory;
}

void resident_forked(void)
{
    last.time = 0;
}
