/* SPDX-License-Identifier: MIT */
/* The locks that importlib holds while it loads a module, as locks among others. */
#ifndef PIHOOK_PRELOAD_PYTHON_IMPORT_LOCK_H
#define PIHOOK_PRELOAD_PYTHON_IMPORT_LOCK_H

/* Before any interpreter starts, once the checker is on. */
void python_import_lock_watch(void);

#endif
