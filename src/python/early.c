/* SPDX-License-Identifier: MIT */
/* The wait of hooks for an interpreter that can run them.  Called during its start. */
#include "python/early.h"

static early_function *early_end_function;

static bool is_present(const char *name)
{
    PyObject *modules = py.PyImport_GetModuleDict();

    return modules != NULL && py.PyDict_GetItemString(modules, name) != NULL;
}

bool early_still(struct interpreter *interpreter, early_function *function)
{
    PyObject *names = interpreter->early;

    if (names == NULL)
        return false;
    if (!is_present("__main__"))
        return true;
    interpreter->early = NULL;
    for (ssize_t i = 0; i < py.PyList_Size(names); i++)
        function(interpreter, py.PyList_GetItem(names, i));
    py.Py_DecRef(names);
    return false;
}

void early_wait(struct interpreter *interpreter, PyObject *name, early_function *function)
{
    early_end_function = function;
    if (py.PyList_Append(interpreter->early, name) < 0)
        py.PyErr_Clear();
}

static int pending_call(void *argument)
{
    struct interpreter *interpreter = interpreter_main();

    (void)argument;
    if (interpreter != NULL && early_still(interpreter, early_end_function))
        py.Py_AddPendingCall(pending_call, NULL);
    return 0;
}

void early_ensure_end(struct interpreter *interpreter)
{
    /*
     * A pending call that comes too early asks for itself again, for each function that
     * runs until then; io is the last thing that is imported before __main__ is made.
     */
    if (!interpreter->main || interpreter->pending_call || interpreter->early == NULL ||
        py.PyList_Size(interpreter->early) == 0 || !is_present("io"))
        return;
    interpreter->pending_call = true;
    py.Py_AddPendingCall(pending_call, NULL);
}
