/* SPDX-License-Identifier: MIT */
/*
 * An extension module of the stable interface, pihook_extension, whose functions take a mutex
 * and call Python, as they should and as they should not.
 */
#define Py_LIMITED_API 0x03080000
#include <Python.h>

#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* With the GIL, which a thread that has the mutex may want. */
static PyObject *work(PyObject *self, PyObject *args)
{
    (void)self;
    (void)args;
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    Py_RETURN_NONE;
}

static PyObject *work_without_gil(PyObject *self, PyObject *args)
{
    PyThreadState *state = PyEval_SaveThread();

    (void)self;
    (void)args;
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    PyEval_RestoreThread(state);
    Py_RETURN_NONE;
}

/* What a native library does that calls back with its mutex held. */
static PyObject *call(PyObject *self, PyObject *function)
{
    PyThreadState *outer = PyEval_SaveThread();

    (void)self;
    pthread_mutex_lock(&mutex);
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *result = PyObject_CallObject(function, NULL);
    PyGILState_Release(state);
    pthread_mutex_unlock(&mutex);
    PyEval_RestoreThread(outer);
    return result;
}

static PyMethodDef methods[] = {
    {"work", work, METH_NOARGS, NULL},
    {"work_without_gil", work_without_gil, METH_NOARGS, NULL},
    {"call", call, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "pihook_extension", NULL, -1, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit_pihook_extension(void)
{
    return PyModule_Create(&module);
}
