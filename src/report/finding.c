/* SPDX-License-Identifier: MIT */
/*
 * Findings: whether one is told, and where it goes.  Called by the room that found something,
 * in any thread; it must never block or allocate, because the finding may be about exactly
 * that, and stays off the stack, of which a thread may have little.
 */
#include "report/finding.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "report/color.h"
#include "report/finding_text.h"
#include "report/findings_file.h"
#include "report/ignored.h"
#include "report/suppressed.h"
#include "report/told.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

enum { BOUND_DEFAULT = 1 << 20, SPARE_BYTES = 1024, FEW_FRAMES = 4, SUMMARY_LINES = 20 };

static size_t bound = BOUND_DEFAULT;
static unsigned counts[LEVEL_ERROR + 1]; /* LEVEL_OFF: suppressed */

void finding_bound(size_t bytes)
{
    bound = bytes;
}

uint64_t finding_mix(uint64_t places, const char *string)
{
    for (; *string != '\0'; string++)
        places = (places ^ (unsigned char)*string) * 1099511628211u; /* FNV-1a */
    return (places ^ 0xff) * 1099511628211u;
}

/* ---------------------------------------------------------------------------- telling */

/* Two bytes or more are kept free behind the text, for its end. */
static struct text rendered(const struct view *view, const struct who *who, char *bytes,
                            size_t size)
{
    struct finding_style style = {.color = color_is_on(), .frames = UINT_MAX};
    size_t kept = sizeof COLOR_END + 1;
    struct text text = text_in(bytes, size - kept);

    finding_text(&text, view, who, &style);
    if (text.cut) {
        style.frames = FEW_FRAMES; /* rather than the last steps */
        text = text_in(bytes, size - kept);
        finding_text(&text, view, who, &style);
    }
    if (text.cut) {
        text = (struct text){.bytes = bytes, .size = size, .length = text.length};
        text_join(&text, style.color ? COLOR_END : "", "\n", NULL);
    }
    return text;
}

static void write_out(const struct view *view, const struct who *who, char *bytes, size_t size)
{
    struct text text = rendered(view, who, bytes, size);

    log_write(text.bytes, text.length);
    findings_file_add(view, who, bytes, size);
}

/* On a stack of its own: the caller needs it only when there is no memory. */
__attribute__((noinline)) static void write_short(const struct view *view, const struct who *who)
{
    char bytes[SPARE_BYTES];

    write_out(view, who, bytes, sizeof bytes);
}

/* The finding may know its thread's name better than the kernel does. */
static struct who who_of(const struct finding *finding)
{
    struct who who = who_here();
    const struct finding_thread *thread =
        finding->step_count > 0 ? &finding->steps[0].thread : NULL;

    if (thread != NULL && thread->tid == who.tid && thread->name != NULL && *thread->name != '\0') {
        strncpy(who.thread, thread->name, sizeof who.thread - 1);
        who.thread[sizeof who.thread - 1] = '\0';
    }
    return who;
}

static void write_finding(const struct finding *finding)
{
    struct who who = who_of(finding);
    char *bytes = memory_take(bound);
    struct view view;

    view_init(&view, finding);
    if (bytes != NULL)
        write_out(&view, &who, bytes, bound);
    else
        write_short(&view, &who);
    memory_give(bytes, bound);
}

static bool tell_new(const struct finding *finding, struct told_mark mark)
{
    bool hidden = suppressed(finding) || ignored(finding);

    __atomic_fetch_add(&counts[hidden ? LEVEL_OFF : finding->level], 1, __ATOMIC_RELAXED);
    if (hidden)
        return false;
    told_keep(mark, finding->rule, (int)finding->level, finding->sentence);
    write_finding(finding);
    return true;
}

bool finding_tell(const struct finding *finding)
{
    struct told_mark mark;
    int error = errno;

    if (finding->level == LEVEL_OFF ||
        told_again(finding_mix(finding->places, finding->rule), &mark))
        return false;
    bool told = tell_new(finding, mark);
    errno = error;
    return told;
}

enum finding_past finding_came_before(const char *rule, uint64_t places)
{
    bool told;

    if (!told_before(finding_mix(places, rule), &told))
        return FINDING_NEW;
    return told ? FINDING_TOLD : FINDING_SUPPRESSED;
}

/* ------------------------------------------------------------------------------- sums */

unsigned finding_count(enum level level)
{
    return __atomic_load_n(&counts[level], __ATOMIC_RELAXED);
}

void finding_forget(void)
{
    for (unsigned level = 0; level <= LEVEL_ERROR; level++)
        __atomic_store_n(&counts[level], 0, __ATOMIC_RELAXED);
    told_forget();
    suppressed_forget();
}

static void tell_repetition(void *argument, unsigned times, const char *line)
{
    unsigned *lines = argument;
    char bytes[256];
    struct text text = text_in(bytes, sizeof bytes);

    if ((*lines)++ >= SUMMARY_LINES)
        return;
    text_add_int(&text, times);
    text_join(&text, times == 1 ? " time: " : " times: ", line, NULL);
    log_line(bytes);
}

static void tell_repetitions(void)
{
    unsigned lines = 0;
    char bytes[128];
    struct text text = text_in(bytes, sizeof bytes);

    told_each(tell_repetition, &lines);
    if (lines <= SUMMARY_LINES)
        return;
    text_add(&text, "and ");
    text_add_int(&text, lines - SUMMARY_LINES);
    text_add(&text, " others came more than once");
    log_line(bytes);
}

static void tell_beyond(void)
{
    char bytes[128];
    struct text text = text_in(bytes, sizeof bytes);

    if (told_beyond() == 0)
        return;
    text_add_int(&text, told_beyond());
    text_add(&text, " times there was another finding, not told: ");
    text_add_int(&text, TOLD_MOST);
    text_add(&text, " are the most");
    log_line(bytes);
}

static void tell_counts(void)
{
    char bytes[128];
    struct text text = text_in(bytes, sizeof bytes);

    text_add_int(&text, finding_count(LEVEL_ERROR));
    text_add(&text, " errors, ");
    text_add_int(&text, finding_count(LEVEL_WARNING));
    text_add(&text, " warnings, ");
    text_add_int(&text, finding_count(LEVEL_OFF));
    text_add(&text, " suppressed");
    log_line(bytes);
}

void finding_summary(void)
{
    unsigned found =
        finding_count(LEVEL_ERROR) + finding_count(LEVEL_WARNING) + finding_count(LEVEL_OFF);

    if (found + told_repetitions() > 0) {
        tell_repetitions();
        tell_beyond();
        tell_counts();
    }
    suppressed_summary();
}
