/* SPDX-License-Identifier: MIT */
/*
 * Locks in odd places: on stacks that no thread was given, at addresses that are not aligned
 * as the compiler would, taken by code that is no longer there, in a child.
 */
#include "cases.h"

#include <dlfcn.h>
#include <sys/wait.h>
#include <ucontext.h>

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t second = PTHREAD_MUTEX_INITIALIZER;

static void nest(pthread_mutex_t *outer, pthread_mutex_t *inner)
{
    lock(outer);
    lock(inner);
    unlock(inner);
    unlock(outer);
}

VISIBLE void invert(void)
{
    nest(&second, &first);
}

/* ---- stacks ---- */

static ucontext_t main_context, coroutine;

static void on_own_stack(void)
{
    enum { STACK = 65536 };
    void *stack = malloc(STACK);

    nest(&first, &second);
    DO(getcontext(&coroutine));
    coroutine.uc_stack.ss_sp = stack;
    coroutine.uc_stack.ss_size = STACK;
    coroutine.uc_link = &main_context;
    makecontext(&coroutine, invert, 0);
    DO(swapcontext(&main_context, &coroutine));
    free(stack);
}

VISIBLE void invert_in_handler(int number)
{
    (void)number;
    invert();
}

static void on_signal_stack(void)
{
    enum { STACK = 65536 };
    stack_t stack = {.ss_sp = malloc(STACK), .ss_size = STACK};
    struct sigaction action = {.sa_handler = invert_in_handler, .sa_flags = SA_ONSTACK};

    nest(&first, &second);
    DO(sigaltstack(&stack, NULL));
    DO(sigaction(SIGUSR1, &action, NULL));
    raise(SIGUSR1);
}

/* So deep that no report could show it all. */
VISIBLE int deeply(int depth)
{
    if (depth == 0)
        invert();
    return depth == 0 ? 0 : deeply(depth - 1) + 1;
}

static void deep(void)
{
    nest(&first, &second);
    RETURNS(10000, deeply(10000));
}

/* ---- addresses ---- */

#pragma pack(push, 4)
static struct {
    int shift;
    pthread_mutex_t one;
    int shift_again;
    pthread_rwlock_t other;
} packed = {0, PTHREAD_MUTEX_INITIALIZER, 0, PTHREAD_RWLOCK_INITIALIZER};
#pragma pack(pop)

static void *use_packed(void *unused)
{
    pthread_mutex_t *one = (void *)((char *)&packed + 4);
    pthread_rwlock_t *other = (void *)((char *)&packed + sizeof packed - sizeof packed.other);

    for (int i = 0; i < 20000; i++) {
        lock(one);
        DO(i % 2 ? pthread_rwlock_rdlock(other) : pthread_rwlock_wrlock(other));
        packed.shift++;
        DO(pthread_rwlock_unlock(other));
        unlock(one);
    }
    return unused;
}

static void unaligned(void)
{
    pthread_t thread = start("other", use_packed, NULL);

    use_packed(NULL);
    finish(thread);
    printf("%d\n", packed.shift);
}

static void unaligned_inverted(void)
{
    pthread_mutex_t *one = (void *)((char *)&packed + 4);

    nest(one, &first);
    nest(&first, one);
}

/* ---- code that is gone: the argument is the library ---- */

static void unloaded(void)
{
    void *library = dlopen(case_text, RTLD_NOW);
    void (*nest_in_library)(pthread_mutex_t *, pthread_mutex_t *);

    if (library == NULL)
        abort();
    *(void **)&nest_in_library = dlsym(library, "nest_in_library");
    nest_in_library(&first, &second);
    DO(dlclose(library));
    invert();
}

/* ---- the other half in a child ---- */

static void in_child(void)
{
    int status;
    pid_t child;

    nest(&first, &second);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        invert();
        exit(0);
    }
    waitpid(child, &status, 0);
    exit(WEXITSTATUS(status));
}

int main(int argc, char **argv)
{
    static const struct test_case CASES[] = {
        {"on-own-stack", on_own_stack},
        {"on-signal-stack", on_signal_stack},
        {"deep", deep},
        {"unaligned", unaligned},
        {"unaligned-inverted", unaligned_inverted},
        {"unloaded", unloaded},
        {"in-child", in_child},
        {NULL, NULL},
    };

    return run_case(CASES, argc, argv);
}
