/* SPDX-License-Identifier: MIT */
/*
 * The few functions of importlib that are wrapped, in every interpreter.
 *
 * _verbose_message   is called by _load_unlocked in every version at the one moment that
 *                    matters: the body has run, the final object is in sys.modules, and the
 *                    module still counts as initialising, so that other threads wait
 * _load_backward_compatible (3.8 to 3.14)  loaders that have no exec_module
 * _load              loads a module beside its parent, which hooks then don't see bound
 * _exec              importlib.reload
 * _find_spec         finds the built-in module pihook; an import that needs loading begins
 *
 * All are off the path of a cached import.
 */
#ifndef PIHOOK_PYTHON_IMPORTLIB_H
#define PIHOOK_PYTHON_IMPORTLIB_H

#include "python/api.h"

/*
 * Wraps importlib of the interpreter that runs now, unless that is done already.  Returns
 * NULL, or the name of what was missing (nothing is wrapped then).  No exception is left.
 */
const char *importlib_wrap(void);

#endif
