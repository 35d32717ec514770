/* SPDX-License-Identifier: MIT */
/* Kinds of locks as people know them.  Called by whatever tells of a lock. */
#include "locks/lock.h"

const char *lock_kind_name(unsigned kind)
{
    static const char *const NAMES[] = {
        [LOCK_MUTEX] = "mutex",       [LOCK_RWLOCK] = "rwlock", [LOCK_SPIN] = "spin lock",
        [LOCK_INTERPRETER] = "GIL",   [LOCK_SCRIPT] = "Lock",   [LOCK_SCRIPT_RECURSIVE] = "RLock",
        [LOCK_IMPORT] = "import lock"};

    return kind < sizeof NAMES / sizeof *NAMES ? NAMES[kind] : "lock";
}
