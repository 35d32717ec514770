/* SPDX-License-Identifier: MIT */
/* Called by format_sarif.c and format_dot.c; it follows src/report/finding_text.c. */
#include "report/words.h"

const char *lock_in_words(struct pool *pool, const struct finding *finding, unsigned number)
{
    const struct finding_lock *lock = &finding->locks[number];
    const char *created = lock->created.text;
    const char *name = *lock->name       ? pool_print(pool, " \"%s\"", lock->name)
                       : *lock->assigned ? pool_print(pool, " (%s)", lock->assigned)
                                         : "";
    bool at = created && *lock->origin && !lock->created.is_data;

    return pool_print(pool, "M%u: %s%s%s%s%s%s", number + 1, lock->kind, name,
                      *lock->origin ? ", " : "", lock->origin, !created ? "" : (at ? " at " : ", "),
                      created ? created : "");
}

const char *thread_in_words(struct pool *pool, const struct finding_thread *thread)
{
    if (!*thread->name)
        return pool_print(pool, "thread %d", (int)thread->tid);
    return pool_print(pool, "thread %s (%d)", thread->name, (int)thread->tid);
}

const char *act_in_words(struct pool *pool, const struct finding_step *step)
{
    const char *lock = step->lock < 0 ? "" : pool_print(pool, " M%d", step->lock + 1);

    return pool_print(pool, "%s%s%s%s%s", step->verb, lock, step->read ? " for reading" : "",
                      *step->note ? " " : "", step->note);
}

const char *step_in_words(struct pool *pool, const struct finding_step *step)
{
    const char *thread = thread_in_words(pool, &step->thread), *act = act_in_words(pool, step);
    unsigned held = step->held_count + step->held_left_out;

    if (held == 0)
        return pool_print(pool, "%s %s", thread, act);
    if (held == 1 && step->held_count == 1)
        return pool_print(pool, "%s %s while holding M%u", thread, act, step->held[0].lock + 1);
    return pool_print(pool, "%s %s while holding %u locks", thread, act, held);
}
