/* SPDX-License-Identifier: MIT */
/*
 * embed SCOPE RUNS CODE [LIBRARY...]
 *
 * Loads each libpython in turn (or uses the one that it is linked with), and as often as
 * RUNS says starts it, runs the code and ends it.  SCOPE: local or global, for dlopen();
 * sub: the code also runs in two sub-interpreters of each; thread: all in a second thread.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct python {
    void (*initialize)(void);
    int (*run)(const char *code);
    int (*finalize)(void);
    void *(*new_interpreter)(void);
    void (*end_interpreter)(void *state);
    void *(*swap)(void *state);
};

static char **arguments;

static void *function(void *library, const char *name)
{
    void *found = dlsym(library, name);

    if (found == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        exit(2);
    }
    return found;
}

static struct python functions_of(void *library)
{
    struct python python;

    *(void **)&python.initialize = function(library, "Py_Initialize");
    *(void **)&python.run = function(library, "PyRun_SimpleString");
    *(void **)&python.finalize = function(library, "Py_FinalizeEx");
    *(void **)&python.new_interpreter = function(library, "Py_NewInterpreter");
    *(void **)&python.end_interpreter = function(library, "Py_EndInterpreter");
    *(void **)&python.swap = function(library, "PyThreadState_Swap");
    return python;
}

static int run_in_subinterpreters(const struct python *python)
{
    void *main = python->swap(NULL);
    int failed = 0;

    python->swap(main);
    for (int i = 0; i < 2; i++) {
        void *state = python->new_interpreter();

        failed |= state == NULL || python->run(arguments[3]) != 0;
        if (state != NULL)
            python->end_interpreter(state);
        python->swap(main);
    }
    return failed;
}

static int run(void *library)
{
    struct python python = functions_of(library);
    int failed = 0;

    for (int i = 0; i < atoi(arguments[2]); i++) {
        python.initialize();
        failed |= python.run(arguments[3]) != 0;
        if (strcmp(arguments[1], "sub") == 0)
            failed |= run_in_subinterpreters(&python);
        failed |= python.finalize() != 0;
    }
    return failed;
}

static int run_file(const char *name)
{
    int scope = strcmp(arguments[1], "local") == 0 ? RTLD_LOCAL : RTLD_GLOBAL;
    void *library = dlopen(name, RTLD_NOW | scope);

    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        exit(2);
    }
    return run(library);
}

static void *run_all(void *failed)
{
    if (arguments[4] == NULL)
        *(int *)failed |= run(RTLD_DEFAULT);
    for (char **name = &arguments[4]; *name != NULL; name++)
        *(int *)failed |= run_file(*name);
    return NULL;
}

int main(int count, char **vector)
{
    pthread_t thread;
    int failed = 0;

    if (count < 4)
        return 2;
    arguments = vector;
    if (strcmp(arguments[1], "thread") == 0 &&
        pthread_create(&thread, NULL, run_all, &failed) == 0)
        pthread_join(thread, NULL);
    else
        run_all(&failed);
    return failed;
}
