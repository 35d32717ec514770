/* SPDX-License-Identifier: MIT */
/* Hooks from C, with or without a Python that runs.  Called by pihook.h's functions. */
#include "python/registration.h"

#include "python/fire.h"
#include "python/road.h"

static bool python_runs(void)
{
    return road_state(ROAD_IMPORTS)->road != NULL && py.Py_IsInitialized() &&
           !api_is_finalizing();
}

/* An exception that is set when the program calls stays set. */
static void fire_now(long serial)
{
    int state = py.PyGILState_Ensure();
    struct interpreter *here = interpreter_now();
    struct interpreter *interpreter = here == NULL ? interpreter_main() : here;
    PyObject *type, *value, *traceback;

    py.PyErr_Fetch(&type, &value, &traceback);
    if (interpreter != NULL && fire_registered(interpreter, serial) < 0)
        py.PyErr_Clear();
    py.PyErr_Restore(type, value, traceback);
    py.PyGILState_Release(state);
}

int registration_add(const struct hook *hook)
{
    long serial = registry_add(hook);

    if (serial < 0)
        return (int)serial;
    if (python_runs())
        fire_now(serial);
    return 0;
}
