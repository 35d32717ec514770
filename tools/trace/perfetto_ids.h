/* SPDX-License-Identifier: MIT */
/*
 * Identifiers of tracks and arrows in Perfetto's traces.  They are made of when a process ran, so
 * that those of traces which are read together differ.  None is 0.
 */
#ifndef PIHOOK_TRACE_PERFETTO_IDS_H
#define PIHOOK_TRACE_PERFETTO_IDS_H

#include "trace/model.h"

enum perfetto_id_kind {
    ID_PROCESS = 1,
    ID_THREAD,
    ID_LOCKS, /* the track above those of all locks of a process */
    ID_LOCK,
    ID_WAIT, /* the arrow from a wait to a hold */
    ID_GIL_WAIT,
    ID_CREATION /* the arrow to a thread from its creator */
};

uint64_t perfetto_id(const struct model *model, enum perfetto_id_kind kind, uint32_t process,
                     uint64_t number);

uint64_t perfetto_id_of_process(const struct model *model, uint32_t process);
uint64_t perfetto_id_of_thread(const struct model *model, uint32_t thread);

/* `number`: of the wait among those of locks, or of GILs. */
uint64_t perfetto_id_of_wait(const struct model *model, bool gil, const struct model_wait *wait,
                             size_t number);

#endif
