/* SPDX-License-Identifier: MIT */
/* A program without Python that does what libpihook.so wraps or must survive. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void at_thread_end(void *value)
{
    printf("end of %s\n", (char *)value);
}

static void *work(void *key)
{
    static char name[] = "thread";

    pthread_setspecific(*(pthread_key_t *)key, name);
    return NULL;
}

static void run_thread(void)
{
    pthread_key_t key;
    pthread_condattr_t attributes;
    pthread_t thread;

    if (pthread_key_create(&key, at_thread_end) != 0 || pthread_condattr_init(&attributes) != 0)
        abort();
    pthread_create(&thread, NULL, work, &key);
    pthread_join(thread, NULL);
    pthread_condattr_destroy(&attributes);
    pthread_key_delete(key);
}

static void run_children(void)
{
    int status;

    fflush(stdout);
    if (fork() == 0)
        execl("/bin/sh", "sh", "-c", "echo child; exit 4", (char *)NULL);
    wait(&status);
    printf("status %d\n", WEXITSTATUS(status));
    fflush(stdout);
    if (fork() == 0)
        abort();
    wait(&status);
    printf("signal %d\n", WTERMSIG(status));
    fflush(stdout);
    pid_t child = vfork();
    if (child == 0)
        _exit(6);
    waitpid(child, &status, 0);
    printf("status %d\n", WEXITSTATUS(status));
}

static void at_end(void)
{
    puts("end of the program");
}

int main(void)
{
    atexit(at_end);
    run_thread();
    run_children();
    return 9;
}
