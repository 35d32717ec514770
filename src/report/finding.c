/* SPDX-License-Identifier: MIT */
/*
 * Findings as text.  Called by the room that found something, in any thread; it must never
 * block or allocate, because the finding may be about exactly that.
 */
#include "report/finding.h"

#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Findings that are told apart; past that they are told every time. */
enum { REMEMBERED = 4096 };
enum { REPORT_BYTES = 16384, THREAD_NAME_BYTES = 16 };

static uint64_t remembered[REMEMBERED];
static unsigned counts[LEVEL_ERROR + 1];
static unsigned repetitions;

uint64_t finding_mix(uint64_t places, const char *string)
{
    for (; *string != '\0'; string++)
        places = (places ^ (unsigned char)*string) * 1099511628211u; /* FNV-1a */
    return (places ^ 0xff) * 1099511628211u;
}

/* True for the first caller with that key.  An open-addressed set that only grows. */
static bool remember(uint64_t key)
{
    key += key == 0;
    for (unsigned probe = 0; probe < REMEMBERED; probe++) {
        uint64_t *slot = &remembered[(key + probe) % REMEMBERED];
        uint64_t present = 0;

        if (__atomic_compare_exchange_n(slot, &present, key, false, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED))
            return true;
        if (present == key)
            return false;
    }
    return true;
}

static void add_indented(struct text *text, const char *lines)
{
    while (*lines != '\0') {
        size_t length = strcspn(lines, "\n");

        text_add(text, "    ");
        text_add_bytes(text, lines, length);
        text_add(text, "\n");
        lines += length + (lines[length] == '\n');
    }
}

static void add_process(struct text *text)
{
    char thread[THREAD_NAME_BYTES] = "";

    prctl(PR_GET_NAME, thread);
    text_join(text, "    process ", program_invocation_short_name, " (", NULL);
    text_add_int(text, getpid());
    text_join(text, "), thread ", thread, " (", NULL);
    text_add_int(text, syscall(SYS_gettid));
    text_add(text, ")\n");
}

bool finding_tell(const struct finding *finding)
{
    static const char *const LEVELS[] = {"", "warning: ", "error: "};
    char bytes[REPORT_BYTES];
    struct text text = text_in(bytes, sizeof bytes - 1);

    if (finding->level == LEVEL_OFF)
        return false;
    if (!remember(finding_mix(finding->places, finding->rule))) {
        __atomic_fetch_add(&repetitions, 1, __ATOMIC_RELAXED);
        return false;
    }
    __atomic_fetch_add(&counts[finding->level], 1, __ATOMIC_RELAXED);
    text_join(&text, "pihook: ", LEVELS[finding->level], finding->rule, ": ", finding->sentence,
              "\n", NULL);
    add_process(&text);
    add_indented(&text, finding->details);
    if (text.cut)
        bytes[text.length++] = '\n';
    log_write(bytes, text.length);
    return true;
}

unsigned finding_count(enum level level)
{
    return __atomic_load_n(&counts[level], __ATOMIC_RELAXED);
}

void finding_forget(void)
{
    for (unsigned level = 0; level <= LEVEL_ERROR; level++)
        __atomic_store_n(&counts[level], 0, __ATOMIC_RELAXED);
    __atomic_store_n(&repetitions, 0, __ATOMIC_RELAXED);
}

void finding_summary(void)
{
    unsigned repeated = __atomic_load_n(&repetitions, __ATOMIC_RELAXED);
    char bytes[192];
    struct text text = text_in(bytes, sizeof bytes);

    if (finding_count(LEVEL_ERROR) + finding_count(LEVEL_WARNING) + repeated == 0)
        return;
    if (repeated > 0) {
        text_add(&text, "the findings above occurred ");
        text_add_int(&text, repeated);
        text_add(&text, " more times\npihook: ");
    }
    text_add_int(&text, finding_count(LEVEL_ERROR));
    text_add(&text, " errors, ");
    text_add_int(&text, finding_count(LEVEL_WARNING));
    text_add(&text, " warnings, 0 suppressed");
    log_line(bytes);
}
