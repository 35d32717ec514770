/* SPDX-License-Identifier: MIT */
/* Hooks for `native =`; compiled without Python's headers. */
#include <dlfcn.h>
#include <stdio.h>

static void *function(const char *name)
{
    return dlsym(RTLD_DEFAULT, name);
}

/* Prints the name, and whether the module is that of sys.modules. */
void on_import(const char *name, void *module)
{
    void *(*get)(void *, const char *);
    void *(*modules)(void);

    *(void **)&get = function("PyDict_GetItemString");
    *(void **)&modules = function("PyImport_GetModuleDict");
    printf("%s %s\n", name, get(modules(), name) == module ? "True" : "False");
    fflush(stdout);
}
