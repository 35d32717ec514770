/* SPDX-License-Identifier: MIT */
/* pihook.h: what a program calls by itself. */
#define PIHOOK_NOT_WEAK
#include "pihook.h"

#include "preload/checks.h"
#include "preload/init.h"
#include "preload/self.h"
#include "python/registration.h"

#include <errno.h>
#include <stddef.h>

const char *pihook_version(void)
{
    return PACKAGE_VERSION;
}

int pihook_when_imported(const char *name, pihook_hook *function, void *argument)
{
    if (name == NULL || *name == '\0' || function == NULL)
        return -EINVAL;
    if (!init_is_on())
        return -ENOTSUP;
    struct hook hook = {.pattern = name, .action = ACTION_FUNCTION, .argument = argument};
    *(pihook_hook **)&hook.target = function;
    return registration_add(&hook);
}

int pihook_name_lock(const void *lock, const char *name)
{
    struct thread *self = self_enter();

    if (lock == NULL || name == NULL)
        return -EINVAL;
    return self == NULL ? -ENOTSUP : checks_name(self, lock, name);
}

void pihook_ignore_begin(void)
{
    struct thread *self = self_enter();

    if (self != NULL)
        self->ignoring++;
}

void pihook_ignore_end(void)
{
    struct thread *self = self_enter();

    if (self != NULL && self->ignoring > 0)
        self->ignoring--;
}
