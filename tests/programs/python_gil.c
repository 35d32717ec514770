/* SPDX-License-Identifier: MIT */
/*
 * An extension for Python by ctypes that takes mutexes with the GIL (PyDLL) and without it
 * (CDLL), takes the GIL with them and gives it back. Each case has a mutex of its own, by number.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <unistd.h>

extern void *PyEval_SaveThread(void);
extern void PyEval_RestoreThread(void *state);
extern int PyGILState_Ensure(void);
extern void PyGILState_Release(int state);

enum { MUTEXES = 32 };
static pthread_mutex_t mutexes[MUTEXES], gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;

__attribute__((constructor)) static void make(void)
{
    pthread_mutexattr_t recursive;

    pthread_mutexattr_init(&recursive);
    pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
    for (int i = 0; i < MUTEXES; i++)
        pthread_mutex_init(&mutexes[i], &recursive);
}

static void touch_gil(void)
{
    PyGILState_Release(PyGILState_Ensure());
}

/* By PyDLL: with the GIL, only for a moment. */
void use(int number)
{
    pthread_mutex_lock(&mutexes[number]);
    pthread_mutex_unlock(&mutexes[number]);
}

void try_to_use(int number)
{
    if (pthread_mutex_trylock(&mutexes[number]) == 0)
        pthread_mutex_unlock(&mutexes[number]);
}

/* By CDLL: the GIL is taken with the mutex held. */
void call_back(int number)
{
    pthread_mutex_lock(&mutexes[number]);
    touch_gil();
    pthread_mutex_unlock(&mutexes[number]);
}

static void *run_call_back(void *number)
{
    call_back(*(int *)number);
    return NULL;
}

/* By CDLL: a thread that Python knows nothing of. */
void call_back_from_native_thread(int number)
{
    pthread_t thread;

    pthread_create(&thread, NULL, run_call_back, &number);
    pthread_join(thread, NULL);
}

/* By PyDLL: the thread waits for one that wants the GIL, with the GIL. */
void join_with_gil(int number)
{
    call_back_from_native_thread(number);
}

/* By PyDLL: the mutex stays locked while the GIL is given back and taken. */
void keep_over_a_wait(int number)
{
    pthread_mutex_lock(&mutexes[number]);
    PyEval_RestoreThread(PyEval_SaveThread());
    pthread_mutex_unlock(&mutexes[number]);
}

/* By PyDLL: the way it should be done. */
void use_without_gil(int number)
{
    void *state = PyEval_SaveThread();

    pthread_mutex_lock(&mutexes[number]);
    PyEval_RestoreThread(state);
    pthread_mutex_unlock(&mutexes[number]);
}

/* By PyDLL: unlocked without the GIL. */
void unlock_without_gil(int number)
{
    void *state;

    pthread_mutex_lock(&mutexes[number]);
    state = PyEval_SaveThread();
    pthread_mutex_unlock(&mutexes[number]);
    PyEval_RestoreThread(state);
}

/* By CDLL: the second time it has it already. */
void use_again_with_gil(int number)
{
    int state;

    pthread_mutex_lock(&mutexes[number]);
    state = PyGILState_Ensure();
    use(number);
    PyGILState_Release(state);
    pthread_mutex_unlock(&mutexes[number]);
}

/* Both by CDLL: another mutex is held around either order. */
void use_behind_gate(int number)
{
    int state;

    pthread_mutex_lock(&gate);
    state = PyGILState_Ensure();
    use(number);
    PyGILState_Release(state);
    pthread_mutex_unlock(&gate);
}

void call_back_behind_gate(int number)
{
    pthread_mutex_lock(&gate);
    call_back(number);
    pthread_mutex_unlock(&gate);
}

/* By PyDLL, and by CDLL. */
void read_with_gil(void)
{
    pthread_rwlock_rdlock(&rwlock);
    pthread_rwlock_unlock(&rwlock);
}

void call_back_as_writer(void)
{
    pthread_rwlock_wrlock(&rwlock);
    touch_gil();
    pthread_rwlock_unlock(&rwlock);
}

/* By CDLL: it has the mutex long enough for another thread to want it. */
void call_back_late(int number)
{
    pthread_mutex_lock(&mutexes[number]);
    usleep(300000);
    touch_gil();
    pthread_mutex_unlock(&mutexes[number]);
}

/* By PyDLL: Python code runs with the mutex held. */
void with_mutex(int number, void (*function)(void))
{
    pthread_mutex_lock(&mutexes[number]);
    function();
    pthread_mutex_unlock(&mutexes[number]);
}
