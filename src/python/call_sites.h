/* SPDX-License-Identifier: MIT */
/*
 * Redirecting the direct calls of one function of an object to another function.
 *
 * Needs no instruction decoder: a site is a place whose displacement leads exactly to the
 * function's entry.  The function itself stays as it is, for calls through pointers.
 */
#ifndef PIHOOK_PYTHON_CALL_SITES_H
#define PIHOOK_PYTHON_CALL_SITES_H

#include "base/image.h"

/*
 * Redirects all direct calls of `function` inside the object to `replacement`.  Returns how
 * many there were; 0 when nothing was changed, with *why saying the reason.  All or none:
 * it is refused while the process has a second thread, when memory within reach is not to
 * be had, and when the kernel refuses to make code writable.
 */
unsigned call_sites_redirect(const struct image *image, const void *function,
                             const void *replacement, const char **why);

#endif
