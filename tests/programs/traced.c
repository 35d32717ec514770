/* SPDX-License-Identifier: MIT */
/*
 * What tests/e2e/trace.bats records: a case, and a number for it.
 *
 *     traced CASE [NUMBER]
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t other = PTHREAD_MUTEX_INITIALIZER;
static unsigned number = 100;

static void must(bool holds)
{
    if (!holds) {
        perror("traced");
        abort();
    }
}

static void lock_times(pthread_mutex_t *mutex, unsigned times)
{
    for (unsigned i = 0; i < times; i++) {
        must(pthread_mutex_lock(mutex) == 0);
        must(pthread_mutex_unlock(mutex) == 0);
    }
}

static void *lock_in_thread(void *times)
{
    lock_times(&lock, (unsigned)(uintptr_t)times);
    return NULL;
}

static pthread_t begin(void *(*start)(void *), void *argument)
{
    pthread_t thread;

    must(pthread_create(&thread, NULL, start, argument) == 0);
    return thread;
}

static void end(pthread_t thread)
{
    must(pthread_join(thread, NULL) == 0);
}

static void hold_for(long milliseconds)
{
    const struct timespec time = {.tv_nsec = milliseconds * 1000000};

    nanosleep(&time, NULL);
}

static int has_begun[2];

/* A second thread, so that no call takes a way of its own for processes that have one. */
static void *wait_for_ever(void *unused)
{
    must(write(has_begun[1], "x", 1) == 1);
    for (;;)
        pause();
    return unused;
}

/* ---- ends ---- */

static void locks(void)
{
    lock_times(&lock, number);
}

static void is_asked(void)
{
    locks();
    must(kill(getpid(), SIGUSR2) == 0); /* which the kernel gives to the main thread, and now */
    locks();
}

static void killed(void)
{
    locks();
    raise(SIGKILL);
}

static void crashed(void)
{
    locks();
    *(volatile int *)8 = 0;
}

static void exits_at_once(void)
{
    locks();
    _exit(3);
}

/* ---- files and descriptors ---- */

static void close_all(void)
{
    for (int descriptor = 3; descriptor < 2000; descriptor++)
        close(descriptor);
}

static void closes_all(void)
{
    close_all();
    must(open("/dev/null", O_RDWR) == 3);
    locks();
    must(write(3, "x", 1) == 1);
}

static void becomes_daemon(void)
{
    lock_times(&lock, 1);
    must(daemon(0, 0) == 0);
    close_all();
    locks();
}

static void goes_elsewhere(void)
{
    must(chdir("/") == 0);
    locks();
}

static void may_write_little(void)
{
    const struct rlimit limit = {.rlim_cur = 300000, .rlim_max = 300000};

    must(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    locks();
    puts("done");
}

/* ---- processes ---- */

static void wait_for(pid_t child)
{
    int status;

    must(waitpid(child, &status, 0) == child && status == 0);
}

static void forks(void)
{
    for (unsigned i = 1; i <= 3; i++) {
        pid_t child = fork();

        if (child == 0) {
            lock_times(&lock, i * number);
            _exit(0);
        }
        wait_for(child);
    }
    lock_times(&other, number);
}

/* Without libc's handlers. */
static pid_t clone_alone(void)
{
    return (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
}

static void clones(void)
{
    pid_t child;

    lock_times(&lock, 1);
    child = clone_alone();
    if (child == 0) {
        lock_times(&other, 3000);
        syscall(SYS_exit_group, 0);
    }
    locks();
    wait_for(child);
}

/* A child that creates a thread and has a child, which forks as usual; and one that does nothing.
 */
static void clones_on(void)
{
    pid_t child;

    lock_times(&lock, 1);
    child = clone_alone();
    if (child == 0) {
        lock_times(&other, number);
        child = clone_alone();
        if (child == 0) {
            lock_times(&other, 2 * number);
            child = fork();
            if (child == 0) {
                lock_times(&other, 3 * number);
                exit(0);
            }
            wait_for(child);
            exit(0);
        }
        wait_for(child);
        exit(0);
    }
    wait_for(child);
    child = clone_alone();
    if (child == 0)
        _exit(0);
    wait_for(child);
}

static pid_t handled_child = -1;

static void lock_in_child(int signal)
{
    (void)signal;
    if (gettid() != getpid())
        return;
    handled_child = clone_alone();
    if (handled_child == 0)
        lock_times(&other, 1);
}

/* Whatever the handler comes in between, the child goes on with. */
static void clones_in_handlers(void)
{
    const struct itimerval often = {{0, 700}, {0, 700}}, never = {{0, 0}, {0, 0}};
    struct sigaction action = {.sa_handler = lock_in_child, .sa_flags = SA_RESTART};

    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    for (unsigned i = 0; i < number; i++) {
        lock_times(&lock, 100);
        if (handled_child == 0) {
            setitimer(ITIMER_REAL, &never, NULL);
            lock_times(&lock, 1000);
            exit(0);
        }
        if (handled_child > 0) {
            setitimer(ITIMER_REAL, &never, NULL);
            wait_for(handled_child);
            handled_child = -1;
            setitimer(ITIMER_REAL, &often, NULL);
        }
    }
    setitimer(ITIMER_REAL, &never, NULL);
    while (waitpid(-1, NULL, 0) > 0)
        continue;
    puts("done");
}

static void vforks(void)
{
    pid_t child = vfork();

    if (child == 0) {
        execl("/bin/true", "true", (char *)NULL);
        _exit(127);
    }
    locks();
    wait_for(child);
}

static bool is_over;

static void *lock_until_over(void *unused)
{
    while (!__atomic_load_n(&is_over, __ATOMIC_RELAXED))
        lock_times(&lock, 10);
    return unused;
}

static void forks_among_threads(void)
{
    pthread_t threads[4];

    for (unsigned i = 0; i < 4; i++)
        threads[i] = begin(lock_until_over, NULL);
    for (unsigned i = 0; i < 20; i++) {
        pid_t child = fork();

        if (child == 0) {
            lock_times(&other, number);
            exit(0);
        }
        wait_for(child);
    }
    __atomic_store_n(&is_over, true, __ATOMIC_RELAXED);
    for (unsigned i = 0; i < 4; i++)
        end(threads[i]);
}

/* ---- threads ---- */

static void threads_in_a_row(void)
{
    for (unsigned i = 0; i < number; i++)
        end(begin(lock_in_thread, (void *)3));
}

static pthread_barrier_t all;

static void *lock_and_meet(void *unused)
{
    lock_times(&lock, 5);
    pthread_barrier_wait(&all);
    lock_times(&lock, 5);
    return unused;
}

static void threads_at_once(void)
{
    pthread_t *threads = calloc(number, sizeof *threads);

    must(threads != NULL && pthread_barrier_init(&all, NULL, number) == 0);
    for (unsigned i = 0; i < number; i++)
        threads[i] = begin(lock_and_meet, NULL);
    for (unsigned i = 0; i < number; i++)
        end(threads[i]);
    free(threads);
}

static void *be_named(void *unused)
{
    pthread_setname_np(pthread_self(), "the-worker");
    lock_times(&lock, 2);
    return unused;
}

static void named_thread(void)
{
    end(begin(be_named, NULL));
}

static void detached_thread(void)
{
    must(pthread_barrier_init(&all, NULL, 2) == 0);
    pthread_detach(begin(lock_and_meet, NULL));
    pthread_barrier_wait(&all);
}

/* ---- known waits and holds ---- */

enum { TURNS = 4, HOLD_MS = 50 };
static int holds_now[2], has_had_it[2]; /* pipes: the lock is held; the other one has had it */

static void tell(const int *pipe)
{
    must(write(pipe[1], "x", 1) == 1);
}

static void await(const int *pipe)
{
    char byte;

    must(read(pipe[0], &byte, 1) == 1);
}

static void *wait_in_turns(void *unused)
{
    for (unsigned i = 0; i < TURNS; i++) {
        await(holds_now);
        must(pthread_mutex_lock(&lock) == 0);
        pthread_mutex_unlock(&lock);
        tell(has_had_it);
    }
    return unused;
}

/* The other thread waits, as long as is left of the hold. */
static void holds_long(void)
{
    pthread_t thread;

    must(pipe(holds_now) == 0 && pipe(has_had_it) == 0);
    thread = begin(wait_in_turns, NULL);
    for (unsigned i = 0; i < TURNS; i++) {
        must(pthread_mutex_lock(&lock) == 0);
        tell(holds_now);
        hold_for(HOLD_MS);
        pthread_mutex_unlock(&lock);
        await(has_had_it);
    }
    end(thread);
    lock_times(&other, number);
}

/* ---- how threads live and end ---- */

static int may_end[2], has_tid[2];

static void *wait_with_name(void *name)
{
    const pid_t tid = gettid();

    pthread_setname_np(pthread_self(), name);
    must(write(has_tid[1], &tid, sizeof tid) == sizeof tid);
    await(may_end);
    return NULL;
}

static pid_t tid_of_next(void)
{
    pid_t tid;

    must(read(has_tid[0], &tid, sizeof tid) == sizeof tid);
    return tid;
}

static void let_end(pid_t tid)
{
    tell(may_end);
    while (syscall(SYS_tgkill, getpid(), tid, 0) == 0)
        sched_yield();
}

static struct timespec after(clockid_t clock, time_t seconds)
{
    struct timespec time;

    clock_gettime(clock, &time);
    time.tv_sec += seconds;
    return time;
}

static void joins_in_time(void)
{
    struct timespec now = after(CLOCK_REALTIME, 0), later = after(CLOCK_REALTIME, 60);
    struct timespec soon = after(CLOCK_MONOTONIC, 0), long_after = after(CLOCK_MONOTONIC, 60);
    pthread_t thread = begin(wait_with_name, "timed");

    for (unsigned i = 0; i < number; i++)
        must(pthread_tryjoin_np(thread, NULL) == EBUSY);
    must(pthread_timedjoin_np(thread, NULL, &now) == ETIMEDOUT);
    must(pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, &soon) == ETIMEDOUT);
    tell(may_end);
    must(pthread_timedjoin_np(thread, NULL, &later) == 0);
    thread = begin(wait_with_name, "clock");
    tell(may_end);
    must(pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, &long_after) == 0);
    thread = begin(wait_with_name, "tried");
    tell(may_end);
    while (pthread_tryjoin_np(thread, NULL) == EBUSY)
        sched_yield();
}

static int wait_in_c11(void *name)
{
    wait_with_name(name);
    return 0;
}

static void *hold_for_ever(void *unused)
{
    must(pthread_mutex_lock(&lock) == 0);
    wait_with_name("holds");
    return unused;
}

static void lives(void)
{
    pthread_t thread;
    thrd_t of_c11;

    must(pipe(may_end) == 0 && pipe(has_tid) == 0);
    joins_in_time();
    for (unsigned i = 0; i < 3; i++)
        tid_of_next();
    must(thrd_create(&of_c11, wait_in_c11, "c11") == thrd_success);
    tell(may_end);
    must(thrd_join(of_c11, NULL) == thrd_success);
    tid_of_next();
    thread = begin(wait_with_name, "detached");
    pthread_detach(thread);
    let_end(tid_of_next());
    begin(wait_with_name, "not-joined");
    let_end(tid_of_next());
    begin(hold_for_ever, NULL);
    tid_of_next();
}

/* ---- all at once ---- */

static volatile sig_atomic_t handled;
static pthread_mutex_t of_handler = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t of_children = PTHREAD_MUTEX_INITIALIZER;

/* Not what a program should do, but they do; a lock of its own, which is tried only. */
static void handle(int signal)
{
    int error = errno;

    (void)signal;
    if (pthread_mutex_trylock(&of_handler) == 0)
        pthread_mutex_unlock(&of_handler);
    handled++;
    errno = error;
}

static void *lock_both(void *unused)
{
    for (unsigned i = 0; i < number; i++) {
        must(pthread_mutex_lock(&lock) == 0);
        lock_times(&other, 1);
        pthread_mutex_unlock(&lock);
    }
    return unused;
}

static void stress(void)
{
    const struct itimerval often = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
    pthread_t threads[8];

    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    for (unsigned i = 0; i < 8; i++)
        threads[i] = begin(lock_both, NULL);
    for (unsigned i = 0; i < 10; i++) {
        pid_t child = fork();

        if (child == 0) {
            lock_times(&of_children, 50);
            _exit(0);
        }
        while (waitpid(child, NULL, 0) < 0)
            must(errno == EINTR);
    }
    for (unsigned i = 0; i < 8; i++)
        end(threads[i]);
    setitimer(ITIMER_REAL, &never, NULL);
    puts("done");
}

static const struct {
    const char *name;
    void (*run)(void);
} cases[] = {
    {"locks", locks},
    {"is-asked", is_asked},
    {"killed", killed},
    {"crashed", crashed},
    {"exits-at-once", exits_at_once},
    {"closes-all", closes_all},
    {"becomes-daemon", becomes_daemon},
    {"goes-elsewhere", goes_elsewhere},
    {"may-write-little", may_write_little},
    {"forks", forks},
    {"clones", clones},
    {"clones-on", clones_on},
    {"clones-in-handlers", clones_in_handlers},
    {"vforks", vforks},
    {"forks-among-threads", forks_among_threads},
    {"threads-in-a-row", threads_in_a_row},
    {"threads-at-once", threads_at_once},
    {"named-thread", named_thread},
    {"detached-thread", detached_thread},
    {"holds-long", holds_long},
    {"lives", lives},
    {"stress", stress},
};

int main(int argc, char **argv)
{
    if (argc > 2)
        number = (unsigned)strtoul(argv[2], NULL, 10);
    if (strcmp(argv[argc > 1], "stress") != 0) {
        char byte;

        must(pipe(has_begun) == 0);
        pthread_detach(begin(wait_for_ever, NULL));
        must(read(has_begun[0], &byte, 1) == 1);
        close(has_begun[0]);
        close(has_begun[1]);
    }
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (argc > 1 && strcmp(argv[1], cases[i].name) == 0) {
            cases[i].run();
            return 0;
        }
    return 2;
}
