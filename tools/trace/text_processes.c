/* SPDX-License-Identifier: MIT */
/* The processes of a trace, how much time they waited, and what is missing.  Part of format text.
 */
#include "report/pool.h"
#include "trace/lock_summary.h"
#include "trace/text_page.h"

#include <inttypes.h>
#include <stdlib.h>

static const char *end_of(char *buffer, size_t size, const struct model_process *process)
{
    if (process->exited)
        snprintf(buffer, size, "exit %d", process->status);
    else
        snprintf(buffer, size, "%s", process->replaced ? "exec" : "unknown");
    return buffer;
}

static size_t *threads_of(const struct model *model)
{
    size_t *counts = calloc(model->processes.count + 1, sizeof *counts);

    if (!counts)
        no_memory();
    for (size_t i = 0; i < model->threads.count; i++)
        counts[model->threads.items[i].process]++;
    return counts;
}

static void add_process(const struct model *model, struct text_table *table, size_t number,
                        size_t threads)
{
    const struct model_process *process = &model->processes.items[number];
    char end[32];

    cell_add(table, "%d", process->pid);
    cell_add(table, "%d", process->parent_pid);
    cell_time(table, process->began - model->begin);
    cell_time(table, process->ended - process->began);
    cell_add(table, "%s", end_of(end, sizeof end, process));
    cell_add(table, "%zu", threads);
    cell_add(table, "%" PRIu64, process->events);
    cell_add(table, "%s", model_string(model, process->command));
}

/* How much of it could not go on side by side. */
static void tell_waits(struct text_page *page, const struct model_process *process,
                       const struct blocked *blocked)
{
    double whole = (double)(process->ended - process->began) / 100;

    if (blocked->either > 0 && whole > 0)
        page_line(page,
                  "process %d: some thread waited for a lock %.1f %%, for the GIL %.1f %%, for "
                  "either %.1f %% of the time",
                  process->pid, (double)blocked->lock / whole, (double)blocked->gil / whole,
                  (double)blocked->either / whole);
}

static void tell_losses(struct text_page *page, const struct model_process *process)
{
    if (process->lost > 0)
        page_line(page, "process %d: %" PRIu64 " events were not recorded", process->pid,
                  process->lost);
    if (process->dropped > 0)
        page_line(page, "process %d: %" PRIu64 " older events were written over by newer ones",
                  process->pid, process->dropped);
    if (process->flags & TRACE_FULL)
        page_line(page, "process %d: the bound of the trace was reached, and recording stopped",
                  process->pid);
    if (process->flags & TRACE_FAILED)
        page_line(page, "process %d: the trace could not be written any further", process->pid);
    if (process->cut)
        page_line(page, "process %d: %s is cut, or parts of it make no sense", process->pid,
                  process->path);
    if (!process->exited && !process->replaced)
        page_line(page, "process %d: it was killed, or still runs", process->pid);
}

void text_processes(struct text_page *page)
{
    static const struct text_column columns[] = {
        {"PID", true, false},    {"parent", true, false},  {"began", true, false},
        {"lasted", true, false}, {"end", false, false},    {"threads", true, false},
        {"events", true, false}, {"command", false, true},
    };
    const struct model *model = page->model;
    size_t count = model->processes.count, *threads = threads_of(model);
    struct blocked *blocked = summarise_blocked(model);
    char whole[16];
    struct text_table table;

    page_title(page, "%zu process%s, %zu thread%s, %" PRIu64 " events in %s", count,
               count == 1 ? "" : "es", model->threads.count, model->threads.count == 1 ? "" : "s",
               model->events, time_text(whole, model->end - model->begin));
    TABLE_BEGIN(&table, columns);
    for (size_t i = 0; i < page_rows(page, count); i++)
        add_process(model, &table, i, threads[i]);
    page_table(page, &table, count);
    for (size_t i = 0; i < page_rows(page, count); i++)
        tell_waits(page, &model->processes.items[i], &blocked[i]);
    for (size_t i = 0; i < count; i++)
        tell_losses(page, &model->processes.items[i]);
    free(blocked);
    free(threads);
}
