/* SPDX-License-Identifier: MIT */
/*
 * The way into a Python.  Called from the library's constructor, or by the first call into
 * libc of a libpython that was loaded later.  Where something is missing, that Python runs
 * without us and status() says why.
 */
#include "python/way_in.h"

#include "base/log.h"
#include "python/api.h"
#include "python/failure.h"
#include "python/fire.h"
#include "python/importlib.h"
#include "python/lock_road.h"
#include "python/module_def.h"
#include "python/road.h"
#include "python/statements.h"

#include <stdlib.h>
#include <string.h>

enum { OLDEST_MINOR = 8 };

static PyObject *(*init_io_real)(void);

static void arrive(void)
{
    static bool told;
    const char *missing = importlib_wrap();

    if (missing == NULL || told)
        return;
    told = true;
    road_refuse(ROAD_IMPORTS, "importlib has no ", missing, NULL);
    log_line("hooks are off: importlib of this Python is not as expected");
}

/* In the interpreter that imports _io. */
static int exec_io(PyObject *module)
{
    (void)module;
    arrive();
    return 0;
}

/*
 * _io is initialised in every interpreter of every version, right after importlib: by this
 * function, and where that runs in the main interpreter only, by its exec function.
 */
static PyObject *init_io(void)
{
    arrive();
    PyObject *module = init_io_real();
    /* "io" is what _io calls itself. */
    if (module != NULL && !module_def_add_exec(module, "io", exec_io))
        road_refuse(ROAD_IMPORTS, "sub-interpreters are not reached", NULL);
    return module;
}

static bool open_inittab(const struct image *image)
{
    struct _inittab *entry = *py.PyImport_Inittab;

    for (; entry != NULL && entry->name != NULL; entry++) {
        if (strcmp(entry->name, "_io") != 0)
            continue;
        if (image_is_relro(image, entry))
            break;
        init_io_real = entry->initfunc;
        entry->initfunc = init_io;
        return true;
    }
    return false;
}

static int audit(const char *event, PyObject *args, void *data)
{
    (void)args;
    (void)data;
    if (strcmp(event, "import") == 0)
        arrive();
    return 0;
}

static void take_import_road(const struct image *image, enum road road)
{
    if (road == ROAD_OFF)
        road_refuse(ROAD_IMPORTS, "switched off (import-road=off)", NULL);
    else if (road != ROAD_AUDIT && open_inittab(image))
        road_take(ROAD_IMPORTS, "inittab");
    else if (road == ROAD_INITTAB)
        road_refuse(ROAD_IMPORTS, "the table of built-in modules can't be edited", NULL);
    else if (py.PySys_AddAuditHook(audit, NULL) == 0)
        road_take(ROAD_IMPORTS, "audit hook");
    else
        road_refuse(ROAD_IMPORTS, "no audit hook could be added", NULL);
}

/* "3.11.2 (main, ...)": is that a version we know how to enter? */
static bool version_is_served(const char *version)
{
    char *end;
    long major = strtol(version, &end, 10);
    long minor = *end == '.' ? strtol(end + 1, NULL, 10) : 0;

    return major == 3 && minor >= OLDEST_MINOR;
}

static const char *load(const struct image *image)
{
    const char *(*version)(void);

    *(void **)&version = image_symbol(image, "Py_GetVersion");
    if (version == NULL || !version_is_served(version()))
        return "a version from 3.8 on";
    return api_load(image);
}

bool way_in_open(const struct image *image, const struct options *options)
{
    const char *missing = load(image);

    if (missing != NULL) {
        road_refuse(ROAD_IMPORTS, "this Python is not served: it lacks ", missing, NULL);
        return false;
    }
    failure_set_level(options->hook_failed);
    fire_prepare();
    lock_road_prepare(image);
    take_import_road(image, options->import_road);
    if (options->import_statements)
        statements_open(image);
    else
        road_refuse(ROAD_STATEMENTS, "switched off (import-statements=no)", NULL);
    return true;
}
