/* SPDX-License-Identifier: MIT */
/*
 * PyImport_ImportModuleLevelObject, for the Pythons that call it through the loader.  Called
 * for every import statement there; it goes on to the real function, or to the one that
 * counts, and is never seen by a Python that calls directly.
 */
#include "base/image.h"
#include "preload/public.h"
#include "python/statements.h"

PyObject *PyImport_ImportModuleLevelObject(PyObject *name, PyObject *globals, PyObject *locals,
                                           PyObject *from, int level);

/* Pihook is off, or has not seen this Python: find the real function by the caller. */
static import_function *target_for(const void *caller)
{
    static const char FUNCTION[] = "PyImport_ImportModuleLevelObject";
    struct image image;

    if ((image_at(caller, &image) && image_symbol(&image, FUNCTION) != NULL) ||
        image_exporting(FUNCTION, FUNCTION, &image))
        statements_pass(&image);
    return statements_target;
}

PIHOOK_EXPORT PyObject *PyImport_ImportModuleLevelObject(PyObject *name, PyObject *globals,
                                                         PyObject *locals, PyObject *from,
                                                         int level)
{
    import_function *target = statements_target;

    if (__builtin_expect(target == NULL, 0) &&
        (target = target_for(__builtin_return_address(0))) == NULL)
        return NULL;
    return target(name, globals, locals, from, level);
}
