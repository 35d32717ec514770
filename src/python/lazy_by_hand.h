/* SPDX-License-Identifier: MIT */
/*
 * Modules that a program makes lazy by itself, with importlib.util.LazyLoader and without the
 * import system: their hooks, and what is told to whoever records imports.
 */
#ifndef PIHOOK_PYTHON_LAZY_BY_HAND_H
#define PIHOOK_PYTHON_LAZY_BY_HAND_H

/*
 * From now on, in all interpreters: somebody wants to know.  Called by a thread that runs Python
 * code, any number of times.  No exception is left.
 */
void lazy_by_hand_watch(void);

#endif
