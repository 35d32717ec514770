/* SPDX-License-Identifier: MIT */
/* What a preloaded Python interpreter says of itself. */
#ifndef PIHOOK_CHECK_PYTHON_H
#define PIHOOK_CHECK_PYTHON_H

#include "check/child.h"
#include "check/preload.h"

struct python {
    struct child child;
    char wrong[512]; /* why there are no answers, or why they are not to be trusted; or empty */
};

/*
 * Runs the subject, an interpreter, with the library preloaded and asks the module
 * `pihook` in it for its status.
 */
void python_ask(const struct subject *subject, struct python *python);

/*
 * The answer to "version" (of Python), "library" (its version), or ROAD.KEY of
 * pihook.status()["roads"], as Python prints it.  Copied into answer[0..size), which is
 * empty if there is none; returns answer.
 */
const char *python_answer(const struct python *python, const char *key, char *answer, size_t size);

#endif
