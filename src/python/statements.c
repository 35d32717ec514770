/* SPDX-License-Identifier: MIT */
/*
 * Counts import statements.  Called instead of PyImport_ImportModuleLevelObject, with the
 * arguments of each import statement; it must add no more than a few nanoseconds to one that
 * it knows.
 */
#include "python/statements.h"

#include "base/text.h"
#include "imports/statements.h"
#include "python/call_sites.h"
#include "python/road.h"

#include <string.h>

static const char FUNCTION[] = "PyImport_ImportModuleLevelObject";
enum { IMPORTED_BYTES = 512 };

import_function *statements_target;

static import_function *real;
static const char no_scope[1]; /* C code imports without a namespace */
static unsigned sites;

static const char *text_or_empty(PyObject *string)
{
    const char *utf8 = string == NULL ? NULL : api_utf8(string);

    return utf8 == NULL ? "" : utf8;
}

static PyObject *importer_of(PyObject *globals)
{
    return globals == NULL || globals == PY_NONE ? NULL
                                                 : py.PyDict_GetItemString(globals, "__name__");
}

/* Tells the statement that runs now; its frame is looked at once for each statement. */
static void describe(struct statement *statement, PyObject *name, PyObject *globals, int level)
{
    char imported[IMPORTED_BYTES];
    struct text text = text_in(imported, sizeof imported);
    PyObject *frame = globals == NULL ? NULL : py.PyEval_GetFrame();
    PyObject *code = frame == NULL ? NULL : api_attribute(frame, "f_code");
    PyObject *file = code == NULL ? NULL : api_attribute(code, "co_filename");

    for (int i = 0; i < level; i++)
        text_add(&text, ".");
    text_add(&text, text_or_empty(name));
    py.Py_IncRef(name); /* its address stands for it in the table */
    statement_describe(statement, text_or_empty(importer_of(globals)), imported,
                       text_or_empty(file), frame == NULL ? 0 : py.PyFrame_GetLineNumber(frame));
    api_drop(file);
    api_drop(code);
}

static PyObject *count(PyObject *name, PyObject *globals, PyObject *locals, PyObject *from,
                       int level)
{
    const void *scope = globals == NULL ? no_scope : (const void *)globals;
    struct statement *fresh = statements_count(scope, name, level);

    if (__builtin_expect(fresh != NULL, 0))
        describe(fresh, name, globals, level);
    return real(name, globals, locals, from, level);
}

void statements_pass(const struct image *image)
{
    *(void **)&real = image_symbol(image, FUNCTION);
    statements_target = real;
}

unsigned statements_sites(void)
{
    return sites;
}

void statements_open(const struct image *image)
{
    void *counting;
    const char *why = NULL;

    *(import_function **)&counting = count;
    if (real == NULL)
        why = "the function is not exported";
    else if (!statements_begin())
        why = "no memory";
    else
        sites = call_sites_redirect(image, *(void **)&real, counting, &why);
    if (image_name(image)[0] != '\0' && image_imports(image, FUNCTION)) {
        statements_target = count;
        road_take(ROAD_STATEMENTS, "exported symbol");
    } else if (sites > 0) {
        road_take(ROAD_STATEMENTS, "call sites");
    } else {
        road_refuse(ROAD_STATEMENTS, why, NULL);
    }
}
