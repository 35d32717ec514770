/* SPDX-License-Identifier: MIT */
/* What became of each thread.  Called by model_read() once all else is there. */
#include "graph/vector.h"
#include "trace/model_reader.h"

#include <string.h>

static bool is_file(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');

    return !strcmp(slash ? slash + 1 : path, name);
}

/* threading._shutdown() joins whatever thread is left. */
static bool is_at_exit(const struct model *model, uint32_t place)
{
    const struct model_place *at = &model->places.items[place];

    return !at->native && !strcmp(model_string(model, at->function), "_shutdown") &&
           is_file(model_string(model, at->file), "threading.py");
}

static enum model_fate fate_at_exit(const struct model *model, const struct model_thread *thread)
{
    if (thread->traits & TRACE_MAIN)
        return FATE_MAIN;
    if (!model->processes.items[thread->process].exited)
        return FATE_RAN;
    return thread->traits & TRACE_DAEMON ? FATE_DAEMON_AT_EXIT : FATE_RAN_AT_EXIT;
}

/* An interpreter detaches all threads: that means something only where native code made one. */
static enum model_fate fate_of(const struct model *model, const struct model_thread *thread)
{
    bool native = thread->place == 0 || model->places.items[thread->place].native;

    if (thread->joined >= 0)
        return is_at_exit(model, thread->join_place) ? FATE_JOINED_AT_EXIT : FATE_JOINED;
    if (thread->flags & MODEL_OPEN_END)
        return fate_at_exit(model, thread);
    if (thread->seen >= 0)
        return FATE_SEEN;
    if (native && thread->traits & TRACE_DETACHED)
        return FATE_DETACHED;
    return thread->traits & TRACE_MAIN ? FATE_MAIN : FATE_UNSEEN;
}

void model_tell_fates(struct model *model)
{
    for (size_t i = 0; i < model->threads.count; i++)
        model->threads.items[i].fate = (uint8_t)fate_of(model, &model->threads.items[i]);
}
