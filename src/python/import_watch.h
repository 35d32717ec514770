/* SPDX-License-Identifier: MIT */
/*
 * Importlib's locks of modules, told to whoever watches: a thread that imports a module which
 * another thread is loading waits for it.  All calls are made by a thread that has the GIL.
 */
#ifndef PIHOOK_PYTHON_IMPORT_WATCH_H
#define PIHOOK_PYTHON_IMPORT_WATCH_H

struct import_watch {
    /* The lock of the module is about to be acquired, perhaps to be released at once. */
    void (*wants)(const char *module, unsigned interpreter);
    /* That call is over, however it ended. */
    void (*wanted)(const char *module, unsigned interpreter);
    /* The thread has the lock and loads the module; and has loaded it, or failed to. */
    void (*loads)(const char *module, unsigned interpreter);
    void (*loaded)(const char *module, unsigned interpreter);
};

/* Before any interpreter starts; it must stay. */
void import_watch_set(const struct import_watch *watch);

/* NULL: nobody watches. */
extern const struct import_watch *import_watch;

#endif
