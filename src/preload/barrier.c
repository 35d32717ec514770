/* SPDX-License-Identifier: MIT */
/* pthread_barrier_wait: waits for others, so holding a lock meanwhile is told if asked for. */
#include "preload/checks.h"
#include "preload/public.h"
#include "preload/real.h"
#include "preload/self.h"

PIHOOK_EXPORT int pthread_barrier_wait(pthread_barrier_t *barrier)
{
    struct thread *self = self_enter();

    if (self != NULL)
        checks_barrier(self, __builtin_return_address(0));
    return real_ready()->pthread_barrier_wait(barrier);
}
