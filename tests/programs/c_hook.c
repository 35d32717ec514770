/* SPDX-License-Identifier: MIT */
/*
 * c_hook LIBRARY: registers hooks by pihook.h before that libpython starts and while it
 * runs, and prints what they get.  Says so and goes on where pihook is not loaded.
 */
#include "pihook.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static void *library;

static void print(const char *name, void *module, void *argument)
{
    void *(*get)(void *, const char *);
    void *(*modules)(void);

    *(void **)&get = dlsym(library, "PyDict_GetItemString");
    *(void **)&modules = dlsym(library, "PyImport_GetModuleDict");
    printf("%s: %s%s\n", (const char *)argument, name,
           get(modules(), name) == module ? "" : " (another module)");
}

static void fail(const char *name, void *module, void *argument)
{
    void (*raise)(void *, const char *);

    (void)name;
    (void)module;
    *(void **)&raise = dlsym(library, "PyErr_SetString");
    raise(*(void **)dlsym(library, "PyExc_ValueError"), argument);
}

static void add(const char *name, pihook_hook *hook, const char *argument)
{
    int result = pihook_when_imported ? pihook_when_imported(name, hook, (void *)argument) : 0;

    if (result != 0)
        printf("%s: %s\n", argument, strerror(-result));
}

static void *add_in_thread(void *name)
{
    add(name, print, "from a thread");
    return NULL;
}

static void refuse_nonsense(void)
{
    char name[] = "copied";

    if (pihook_when_imported(NULL, print, NULL) != -EINVAL ||
        pihook_when_imported("", print, NULL) != -EINVAL ||
        pihook_when_imported("a", NULL, NULL) != -EINVAL)
        puts("nonsense is taken");
    add(name, print, "a name");
    memset(name, 'x', sizeof name - 1);
}

int main(int count, char **arguments)
{
    void (*initialize)(void);
    int (*run)(const char *);
    int (*finalize)(void);
    void *(*save)(void);
    void (*restore)(void *);
    pthread_t thread;

    library = count == 2 ? dlopen(arguments[1], RTLD_NOW | RTLD_GLOBAL) : NULL;
    if (library == NULL)
        return 2;
    *(void **)&initialize = dlsym(library, "Py_Initialize");
    *(void **)&run = dlsym(library, "PyRun_SimpleString");
    *(void **)&finalize = dlsym(library, "Py_FinalizeEx");
    *(void **)&save = dlsym(library, "PyEval_SaveThread");
    *(void **)&restore = dlsym(library, "PyEval_RestoreThread");

    setvbuf(stdout, NULL, _IONBF, 0);
    if (pihook_version)
        printf("version %s\n", pihook_version());
    else
        puts("pihook is not there");
    add("a", print, "before the start");
    add("pkg.*", print, "a glob");
    if (pihook_when_imported)
        refuse_nonsense();
    initialize();
    run("import sys; sys.path[:0] = ['.']; import a, pkg.sub, copied");
    run("print('imported', flush=True)");
    add("a", print, "with the GIL");
    void *state = save();
    add("pkg.sub", print, "without the GIL");
    pthread_create(&thread, NULL, add_in_thread, "a");
    pthread_join(thread, NULL);
    restore(state);
    add("b", fail, "no");
    run("import b; print('on', flush=True)");
    return finalize();
}
