/* SPDX-License-Identifier: MIT */
/* Loads a library, closes it, loads it again, in threads too: it must not go away. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

static void *load_and_close(void *name)
{
    void *library = dlopen(name, RTLD_NOW);

    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return NULL;
    }
    dlclose(library);
    return name;
}

int main(int count, char **arguments)
{
    pthread_t threads[8];
    int failed = count != 2 || load_and_close(arguments[1]) == NULL;

    for (int i = 0; i < 8; i++)
        failed |= pthread_create(&threads[i], NULL, load_and_close, arguments[1]);
    for (int i = 0; i < 8; i++) {
        void *loaded;

        pthread_join(threads[i], &loaded);
        failed |= loaded == NULL;
    }
    return failed;
}
