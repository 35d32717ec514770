/* SPDX-License-Identifier: MIT */
/* Code that is unloaded when what it did is told. */
#include "cases.h"

VISIBLE void nest_in_library(pthread_mutex_t *outer, pthread_mutex_t *inner)
{
    lock(outer);
    lock(inner);
    unlock(inner);
    unlock(outer);
}
