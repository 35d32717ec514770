/* SPDX-License-Identifier: MIT */
/*
 * How pihook comes into a Python: an edit in the table of built-in modules, which the
 * interpreter follows while it starts, before any import statement has run.
 */
#ifndef PIHOOK_PYTHON_WAY_IN_H
#define PIHOOK_PYTHON_WAY_IN_H

#include "base/image.h"
#include "config/options.h"

/* A variable that only a Python exports: how one is recognised. */
#define PYTHON_MARK "PyImport_Inittab"

/*
 * A Python was found in the process; it must not be initialised yet.  False if it is one
 * that can't be served.  Not called again after true: a second Python runs without us.
 */
bool way_in_open(const struct image *image, const struct options *options);

#endif
