/* SPDX-License-Identifier: MIT */
/* Uses of modules, for the trace: what python/import_trace.h calls, in a thread with the GIL. */
#ifndef PIHOOK_PRELOAD_TRACER_USE_H
#define PIHOOK_PRELOAD_TRACER_USE_H

#include "python/import_trace.h"

#include <stdbool.h>

bool tracer_wants_uses(void);
void tracer_marks_uses(enum trace_header_flag flag);
void tracer_use(const struct module_use *use);

#endif
