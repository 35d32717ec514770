/* SPDX-License-Identifier: MIT */
/* The tracks of locks in Perfetto's traces, and who had them. */
#ifndef PIHOOK_TRACE_PERFETTO_LOCKS_H
#define PIHOOK_TRACE_PERFETTO_LOCKS_H

#include "trace/perfetto_writer.h"
#include "trace/waiters.h"

/* The track that those of all locks of a process stand below. */
void perfetto_locks_track(struct perfetto *perfetto, uint32_t process);

/* All holds of a family, and the tracks of its locks.  Behind the waits: arrows come from there. */
void perfetto_holds(struct perfetto *perfetto, const struct family *family);

#endif
