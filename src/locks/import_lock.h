/* SPDX-License-Identifier: MIT */
/*
 * Locks of modules that are loaded: they have no address, but stand for a line of
 * report/script_place.h with the module's name for its file and the interpreter's number.
 */
#ifndef PIHOOK_LOCKS_IMPORT_LOCK_H
#define PIHOOK_LOCKS_IMPORT_LOCK_H

#include "locks/lock.h"
#include "report/script_place.h"

#include <stddef.h>

enum { IMPORT_LOCK_SHIFT = 4 };

/* NULL: there is no room for more. */
static inline const void *import_lock(const char *module, unsigned interpreter)
{
    uintptr_t number = (uintptr_t)script_place_keep(module, "import", interpreter);

    return number == 0 ? NULL : (const void *)lock_made_up(number << IMPORT_LOCK_SHIFT);
}

/* The module's name. */
static inline const char *import_lock_name(const void *lock)
{
    uint64_t slot = ((uintptr_t)lock & ((UINT64_C(1) << 62) - 1)) >> IMPORT_LOCK_SHIFT;
    const struct script_place *place =
        script_place_at((const void *)(uintptr_t)(UINT64_C(1) << 63 | slot));

    return place == NULL ? "" : place->file;
}

#endif
