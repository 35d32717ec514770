/* SPDX-License-Identifier: MIT */
/* Registering a hook from outside Python. */
#ifndef PIHOOK_PYTHON_REGISTRATION_H
#define PIHOOK_PYTHON_REGISTRATION_H

#include "imports/registry.h"

/*
 * Adds the hook; if a Python runs, runs it at once for what its interpreter has imported.
 * From any thread.  Returns 0 or -ENOMEM.
 */
int registration_add(const struct hook *hook);

#endif
