/* SPDX-License-Identifier: MIT */
/* The findings file.  Called for each finding that is told, in any thread; it must never wait. */
#include "report/findings_file.h"

#include "base/log.h"
#include "base/sink.h"
#include "base/write.h"
#include "report/attribution.h"
#include "report/finding_json.h"

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>

static struct sink file;
static atomic_bool failed; /* told once, and no more tried */

static void tell_failure(int error)
{
    if (!atomic_exchange(&failed, true))
        log_unwritable("findings file", &file, error);
}

void findings_file_set(const char *path)
{
    struct write_kept kept;

    write_begin(&kept);
    failed = false;
    int result = sink_set(&file, path);
    write_end(&kept);
    if (result < 0)
        tell_failure(-result);
}

static void append(const char *bytes, size_t count)
{
    struct write_kept kept;

    write_begin(&kept);
    int descriptor = sink_descriptor(&file);
    if (descriptor >= 0)
        write_all(descriptor, bytes, count);
    write_end(&kept);
    if (descriptor < 0)
        tell_failure(-descriptor);
}

static struct who attributed(const struct who *who, struct attribution *attribution)
{
    struct who whole = *who;
    struct write_kept kept;

    write_begin(&kept);
    attribution_here(attribution);
    write_end(&kept);
    whole.command = attribution->command;
    whole.test = attribution->test;
    return whole;
}

void findings_file_add(const struct view *view, const struct who *who, char *bytes, size_t size)
{
    static const struct finding_extent EXTENTS[] = {
        {UINT_MAX, UINT_MAX, true}, {UINT_MAX, 4, true}, {8, 4, true}, {0, 0, false}};

    if (file.path[0] == '\0' || failed)
        return;
    struct attribution attribution;
    const struct who whole = attributed(who, &attribution);

    for (unsigned i = 0; i < sizeof EXTENTS / sizeof EXTENTS[0]; i++) {
        struct text text = text_in(bytes, size);

        finding_json(&text, view, &whole, &EXTENTS[i]);
        if (!text.cut) {
            append(bytes, text.length);
            return;
        }
    }
    tell_failure(EFBIG);
}
