/* SPDX-License-Identifier: MIT */
/* The road to Python's locks: taken in each interpreter as it starts. */
#ifndef PIHOOK_PYTHON_LOCK_ROAD_H
#define PIHOOK_PYTHON_LOCK_ROAD_H

#include "base/image.h"

/* Once, before the interpreter runs: what in the object is the interpreter's own. */
void lock_road_prepare(const struct image *image);

/* In an interpreter that starts, by a thread that runs its code.  May be called again. */
void lock_road_take(void);

#endif
