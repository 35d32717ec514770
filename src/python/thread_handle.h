/* SPDX-License-Identifier: MIT */
/* `_thread._ThreadHandle`, by which threads are joined from 3.13. */
#ifndef PIHOOK_PYTHON_THREAD_HANDLE_H
#define PIHOOK_PYTHON_THREAD_HANDLE_H

#include "python/method_table.h"

#include <stdbool.h>
#include <stdint.h>

/* Once, before any interpreter starts: what is called instead of join(). */
void thread_handle_watch(method_function join);

/* In each interpreter that starts. */
void thread_handle_wrap(PyObject *thread_module);

extern method_function thread_handle_real_join;

/* Do these arguments of join() say how long to wait at most? */
bool thread_handle_has_limit(void *a, void *b);

/* The pthread_t of the thread, 0 if it has not started. */
uintptr_t thread_handle_ident(PyObject *handle);

#endif
