/* SPDX-License-Identifier: MIT */
/* The start of an interpreter.  Called for each import until the program has begun. */
#include "python/early.h"

#include "python/module_state.h"

#include <string.h>

static const struct early_calls *calls;

void early_set_calls(const struct early_calls *given)
{
    calls = given;
}

/* Borrowed. */
static PyObject *module_named(const char *name)
{
    PyObject *modules = py.PyImport_GetModuleDict();

    return modules == NULL ? NULL : py.PyDict_GetItemString(modules, name);
}

/* sys.flags, which is final before the first module is imported from a file */
static bool has_flag(const char *name)
{
    PyObject *flags = py.PySys_GetObject("flags");
    PyObject *flag = flags == NULL ? NULL : api_attribute(flags, name);
    bool has = flag == NULL || py.PyObject_IsTrue(flag) != 0;

    py.PyErr_Clear();
    api_drop(flag);
    return has;
}

static bool is_without_site(void)
{
    return has_flag("no_site");
}

/*
 * Until the standard streams are made, the last of them is a makeshift for early errors.
 * Objects are compared and not looked at: a program may put there what is none in full.
 */
static bool has_streams(const struct interpreter *interpreter)
{
    return py.PySys_GetObject("stderr") != interpreter->makeshift_stderr &&
           py.PySys_GetObject("stdout") != NULL;
}

/* 3.8 makes __main__ before the standard streams, later versions after them. */
static bool can_run(const struct interpreter *interpreter)
{
    return module_named("__main__") != NULL && has_streams(interpreter);
}

static bool site_is_done(void)
{
    PyObject *site = module_named("site");

    return is_without_site() || (site != NULL && !module_is_initializing(site));
}

bool early_is_waiting(const struct interpreter *interpreter)
{
    return interpreter->early != NULL;
}

bool early_is_before_program(const struct interpreter *interpreter)
{
    return !interpreter->program_began;
}

void early_wait(struct interpreter *interpreter, PyObject *name)
{
    if (py.PyList_Append(interpreter->early, name) < 0)
        py.PyErr_Clear();
}

static void end_wait(struct interpreter *interpreter)
{
    PyObject *names = interpreter->early;

    interpreter->early = NULL;
    for (ssize_t i = 0; i < py.PyList_Size(names); i++)
        calls->can_run(interpreter, py.PyList_GetItem(names, i));
    py.Py_DecRef(names);
}

void early_look(struct interpreter *interpreter)
{
    if (interpreter->program_began || !can_run(interpreter))
        return;
    if (interpreter->early != NULL)
        end_wait(interpreter);
    if (!interpreter->program_began && site_is_done()) {
        interpreter->program_began = true;
        interpreter->is_quiet = !has_flag("verbose");
        calls->program_begins(interpreter);
    }
}

/* The code of the outermost frame that runs: a new reference, or NULL. */
static PyObject *outermost_code(void)
{
    PyObject *frame = py.PyEval_GetFrame();

    if (frame == NULL)
        return NULL;
    py.Py_IncRef(frame);
    for (PyObject *back; (back = api_attribute(frame, "f_back")) != NULL; frame = back) {
        if (back == PY_NONE) {
            py.Py_DecRef(back);
            break;
        }
        py.Py_DecRef(frame);
    }
    PyObject *code = api_attribute(frame, "f_code");
    py.Py_DecRef(frame);
    return code;
}

/*
 * Is it the import system that runs, called from C, or nothing at all?  It does so while
 * sys.path is completed: zipimport and the path finder look at what the program was started
 * with.
 */
static bool inside_import_system(void)
{
    PyObject *code = outermost_code();
    PyObject *file = code == NULL ? NULL : api_attribute(code, "co_filename");
    const char *utf8 = file == NULL ? NULL : api_utf8(file);
    bool inside = utf8 == NULL || strncmp(utf8, "<frozen importlib.", 18) == 0 ||
                  strncmp(utf8, "<frozen zipimport", 17) == 0;

    api_drop(file);
    api_drop(code);
    return inside;
}

static void ask_for_call(struct interpreter *interpreter);

static int pending_call(void *argument)
{
    struct interpreter *interpreter = interpreter_main();

    (void)argument;
    if (interpreter == NULL)
        return 0;
    interpreter->look_is_pending = false;
    if (!inside_import_system())
        early_look(interpreter);
    if (!interpreter->program_began)
        ask_for_call(interpreter);
    return 0;
}

static void ask_for_call(struct interpreter *interpreter)
{
    if (interpreter->look_is_pending)
        return;
    interpreter->look_is_pending = true;
    py.Py_AddPendingCall(pending_call, NULL);
}

/*
 * A pending call that comes too early asks for itself again, for each function that runs
 * until then, so it is asked for late: after site, or without site after what every version
 * imports last.
 */
void early_ensure_look(struct interpreter *interpreter, const char *imported)
{
    if (!interpreter->main || interpreter->program_began)
        return;
    if (strcmp(imported, "site") == 0 ||
        ((strcmp(imported, "io") == 0 || strcmp(imported, "_signal") == 0) && is_without_site()))
        ask_for_call(interpreter);
}
