/* SPDX-License-Identifier: MIT */
/* Python's locks: threading.Lock and RLock, at their methods. */
#ifndef PIHOOK_PRELOAD_PYTHON_LOCK_H
#define PIHOOK_PRELOAD_PYTHON_LOCK_H

#include "config/options.h"

/* Before any interpreter starts, once the checker is on; the options must stay. */
void python_lock_watch(const struct options *options);

#endif
