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

/* The Pythons of the process. */
enum { MOST_PYTHONS = 8 };
static struct python {
    const void *map;
    import_function *real, *target;
} pythons[MOST_PYTHONS];
static unsigned python_count;
static struct python *counted; /* the one whose statements are counted */

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
    return counted->real(name, globals, locals, from, level);
}

static struct python *python_of(const struct image *image)
{
    unsigned count_now = __atomic_load_n(&python_count, __ATOMIC_ACQUIRE);

    for (unsigned i = 0; i < count_now; i++)
        if (pythons[i].map == image->map)
            return &pythons[i];
    return NULL;
}

static const struct python *python_at(const void *address)
{
    struct image image;

    return image_at(address, &image) ? python_of(&image) : NULL;
}

/* Which Python is meant: the caller's, or for an extension module that of the name's type. */
static PyObject *dispatch(PyObject *name, PyObject *globals, PyObject *locals, PyObject *from,
                          int level)
{
    const struct python *python = python_at(__builtin_return_address(0));

    if (python == NULL && py.PyObject_Type != NULL) {
        PyObject *type = py.PyObject_Type(name);

        python = python_at(type);
        py.Py_DecRef(type);
    }
    return (python == NULL ? &pythons[0] : python)->target(name, globals, locals, from, level);
}

bool statements_pass(const struct image *image)
{
    unsigned place = python_count;
    import_function *real;

    if (python_of(image) != NULL)
        return false;
    *(void **)&real = image_symbol(image, FUNCTION);
    if (place == MOST_PYTHONS || real == NULL)
        return true;
    pythons[place] = (struct python){image->map, real, real};
    __atomic_store_n(&python_count, place + 1, __ATOMIC_RELEASE);
    statements_target = place == 0 ? real : dispatch;
    return true;
}

unsigned statements_sites(void)
{
    return sites;
}

/* Calls by the loader's table come to our exported symbol, direct ones have to be redirected. */
static void open_road(const struct image *image, struct python *python)
{
    import_function *counting = count;
    const char *why = NULL;
    bool exported = image_name(image)[0] != '\0' && image_imports(image, FUNCTION);

    counted = python;
    sites = call_sites_redirect(image, *(void **)&python->real, *(void **)&counting, &why);
    if (exported) {
        python->target = count;
        if (python_count == 1)
            statements_target = count;
    }
    if (exported)
        road_take(ROAD_STATEMENTS, sites == 0 ? "exported symbol" : "exported symbol, call sites");
    else if (sites > 0)
        road_take(ROAD_STATEMENTS, "call sites");
    else
        road_refuse(ROAD_STATEMENTS, why, NULL);
}

void statements_open(const struct image *image)
{
    struct python *python = python_of(image);

    if (python == NULL)
        road_refuse(ROAD_STATEMENTS, "the function is not exported", NULL);
    else if (!statements_begin())
        road_refuse(ROAD_STATEMENTS, "no memory", NULL);
    else
        open_road(image, python);
}
