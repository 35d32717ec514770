/* SPDX-License-Identifier: MIT */
/* Records by what they are about.  Called by the tracer; a record is made once. */
#include "trace/stats.h"

#include "base/hash.h"
#include "base/kept.h"
#include "base/table.h"
#include "trace/records.h"
#include "trace/stats_locks.h"

#include <string.h>

static struct records places = RECORDS_OF(struct stats_place);
static struct records modules = RECORDS_OF(struct stats_module);
static struct table threads = TABLE_OF(struct stats_thread);
static struct stats_thread *others; /* of threads whose records were taken */

/* ---- places ---- */

struct stats_place *stats_place_known(const void *place)
{
    return records_find(&places, (uintptr_t)place | (place == NULL));
}

struct stats_place *stats_place(const void *place)
{
    struct stats_place *found = stats_place_known(place);

    if (found == NULL &&
        (found = records_make(&places, (uintptr_t)place | (place == NULL))) != NULL)
        found->place = place;
    return found;
}

const struct stats_place *stats_place_at(uint32_t number)
{
    return records_at(&places.table, number);
}

/* ---- threads ---- */

static int64_t use_of(const struct stats_thread *thread)
{
    return thread->interpreter_waits.total + thread->interpreter_holds.total;
}

/* NULL: all of them live. */
static struct stats_thread *least_of_ended(void)
{
    struct stats_thread *least = NULL;

    for (uint32_t index = 1; index < threads.count; index++) {
        struct stats_thread *thread = table_at(&threads, index);

        if (thread->number != 0 && thread->ended != 0 &&
            (least == NULL || use_of(thread) < use_of(least)))
            least = thread;
    }
    return least;
}

static struct stats_thread *add_thread(void)
{
    uint32_t index = table_add(&threads);

    return index == 0 ? NULL : table_at(&threads, index);
}

/* As if they had lived one after another. */
static void merge(struct stats_thread *into, const struct stats_thread *ended)
{
    spread_merge(&into->interpreter_waits, &ended->interpreter_waits);
    spread_merge(&into->interpreter_holds, &ended->interpreter_holds);
    into->ended += ended->ended - ended->began;
}

static struct stats_thread *take_from_ended(void)
{
    struct stats_thread *least = least_of_ended();

    if (least == NULL)
        return NULL;
    if (others == NULL && (others = add_thread()) != NULL)
        strcpy(others->name, "threads that ended");
    if (others != NULL)
        merge(others, least);
    memset(least, 0, sizeof *least);
    return least;
}

struct stats_thread *stats_thread(uint32_t number)
{
    struct stats_thread *thread = threads.count > STATS_THREADS ? take_from_ended() : NULL;

    if (thread == NULL)
        thread = add_thread();
    if (thread != NULL)
        thread->number = number;
    return thread;
}

const struct stats_thread *stats_thread_at(uint32_t number)
{
    return records_at(&threads, number);
}

/* ---- imports ---- */

static struct kept names;

struct stats_module *stats_module(const char *name)
{
    uint64_t key = hash_bytes(name, strlen(name));
    struct stats_module *module = records_find(&modules, key);

    if (module == NULL && (module = records_make(&modules, key)) != NULL) {
        const char *kept = kept_add(&names, name);

        module->name = kept == NULL ? "?" : kept;
    }
    return module;
}

const struct stats_module *stats_module_at(uint32_t number)
{
    const struct stats_module *module = records_at(&modules.table, number);

    return module == NULL || module->name == NULL ? NULL : module;
}

void stats_import_begins(struct stats_thread *thread, struct stats_module *module, int64_t now)
{
    unsigned depth = thread->depth++;

    if (depth < STATS_IMPORTS_DEEP) {
        thread->imports[depth].module = module;
        thread->imports[depth].began = now;
        thread->imports[depth].within = 0;
    }
}

/* Threads import under the GIL or under the lock of the module; without either a sum may suffer. */
void stats_import_ends(struct stats_thread *thread, int64_t now)
{
    unsigned depth = thread->depth == 0 ? STATS_IMPORTS_DEEP : --thread->depth;

    if (depth >= STATS_IMPORTS_DEEP)
        return;
    int64_t took = now - thread->imports[depth].began;
    struct stats_module *module = thread->imports[depth].module;
    if (depth > 0)
        thread->imports[depth - 1].within += took;
    if (module == NULL)
        return;
    module->times++;
    module->cumulative += took;
    module->self += took - thread->imports[depth].within;
    if (module->longest < took)
        module->longest = took;
}

void stats_import_waited(struct stats_thread *thread, int64_t nanoseconds)
{
    if (thread->depth > 0 && thread->depth <= STATS_IMPORTS_DEEP)
        thread->imports[thread->depth - 1].within += nanoseconds;
}

void stats_forget(void)
{
    stats_locks_forget();
    records_clear(&places);
    records_clear(&modules);
    table_clear(&threads);
    others = NULL;
}
