/* SPDX-License-Identifier: MIT */
/* Runs the source when the module is made.  Called by importlib. */
#include "python/acquire.h"

/* Its code counts as that of whoever calls it: see CODE_PASSES_ON of python/frames.h. */
static const char SOURCE[] = {
#include "python/acquire_source.inc"
};

static PyObject *run(void)
{
    PyObject *code = py.Py_CompileString(SOURCE, "<pihook>", Py_file_input);
    PyObject *names = code == NULL ? NULL : py.PyDict_New();
    PyObject *title = names == NULL ? NULL : py.PyUnicode_FromString("pihook");
    PyObject *exec = py.PyDict_GetItemString(py.PyEval_GetBuiltins(), "exec");
    PyObject *done = NULL;

    if (title != NULL && exec != NULL &&
        py.PyDict_SetItemString(names, "__builtins__", py.PyEval_GetBuiltins()) == 0 &&
        py.PyDict_SetItemString(names, "__name__", title) == 0)
        done = py.PyObject_CallFunctionObjArgs(exec, code, names, NULL);
    if (done == NULL) {
        api_drop(names);
        names = NULL;
    }
    api_drop(done);
    api_drop(title);
    api_drop(code);
    return names;
}

int acquire_add(PyObject *names)
{
    static const char *const NAMES[] = {"acquire", "LockOrderViolation"};
    PyObject *made = run();
    int result = made == NULL ? -1 : 0;

    for (size_t i = 0; result == 0 && i < sizeof NAMES / sizeof *NAMES; i++)
        result = py.PyDict_SetItemString(names, NAMES[i], py.PyDict_GetItemString(made, NAMES[i]));
    api_drop(made);
    return result;
}
