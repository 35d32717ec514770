/* SPDX-License-Identifier: MIT */
/*
 * Where a checker of locks may break a program: signal handlers, forks, threads that end in
 * a wait, jumps out of critical sections, small stacks, and very many of everything.
 */
#include "cases.h"

#include <limits.h>
#include <sched.h>
#include <setjmp.h>
#include <sys/time.h>
#include <sys/wait.h>

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t second = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static sem_t is_there;

static void use(pthread_mutex_t *mutex)
{
    lock(mutex);
    unlock(mutex);
}

static void nest(pthread_mutex_t *outer, pthread_mutex_t *inner)
{
    lock(outer);
    lock(inner);
    unlock(inner);
    unlock(outer);
}

/* ---- memory ---- */

static long status_number(const char *field)
{
    char line[256];
    long number = -1;
    FILE *status = fopen("/proc/self/status", "r");

    while (status != NULL && fgets(line, sizeof line, status) != NULL)
        if (strncmp(line, field, strlen(field)) == 0)
            number = strtol(line + strlen(field), NULL, 10);
    if (status != NULL)
        fclose(status);
    return number;
}

/* The argument is a file for a measure that differs from run to run. */
static void note(const char *what, long number)
{
    FILE *file = fopen(case_text, "a");

    if (file == NULL)
        return;
    fprintf(file, "%s %ld, peak %ld KiB\n", what, number, status_number("VmHWM:"));
    fclose(file);
}

/* Runs rounds; past the first tenth memory may grow by so much at most. */
static void run_bounded(void (*round)(void), int rounds, long kibibytes)
{
    long before = 0, after;

    for (int i = 0; i < rounds; i++) {
        if (i == rounds / 10)
            before = status_number("VmRSS:");
        round();
    }
    after = status_number("VmRSS:");
    note("rounds", rounds);
    if (after - before > kibibytes)
        printf("%d rounds took %ld KiB more\n", rounds, after - before);
}

/* ---- signal handlers ---- */

static pthread_mutex_t handlers = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t handlers_other = PTHREAD_MUTEX_INITIALIZER;
static volatile sig_atomic_t handled;

/* Only handlers take these, and only in the thread that the others have blocked them in. */
static void lock_in_handler(int number)
{
    int kept = errno;

    (void)number;
    nest(&handlers, &handlers_other);
    handled++;
    errno = kept;
}

static void start_storm(void)
{
    struct sigaction action = {.sa_handler = lock_in_handler, .sa_flags = SA_RESTART};
    struct itimerval often = {{0, 100}, {0, 100}};

    DO(sigaction(SIGALRM, &action, NULL));
    DO(setitimer(ITIMER_REAL, &often, NULL));
}

static void stop_storm(void)
{
    struct itimerval never = {{0, 0}, {0, 0}};

    DO(setitimer(ITIMER_REAL, &never, NULL));
}

static void *work_aside(void *unused)
{
    for (int i = 0; i < 20000; i++)
        nest(&first, &second);
    return unused;
}

/* Locks made, nested and destroyed, so that interrupts hit what is rare, too. */
static void busy_round(void)
{
    pthread_mutex_t fresh;

    nest(&first, &second);
    DO(pthread_mutex_init(&fresh, NULL));
    nest(&second, &fresh);
    DO(pthread_mutex_destroy(&fresh));
}

static void storm(void)
{
    pthread_t thread;
    sigset_t alarms;

    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    DO(pthread_sigmask(SIG_BLOCK, &alarms, NULL));
    thread = start("aside", work_aside, NULL);
    DO(pthread_sigmask(SIG_UNBLOCK, &alarms, NULL));
    start_storm();
    while (handled < 1000)
        busy_round();
    stop_storm();
    finish(thread);
}

/* The same in all threads, one signal after the other to each. */
static void count_handled(int number)
{
    int kept = errno;

    (void)number;
    nest(&handlers, &handlers_other);
    post(&is_there);
    errno = kept;
}

static int stop;

static void *be_interrupted(void *unused)
{
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
        busy_round();
    return unused;
}

static void storm_everywhere(void)
{
    struct sigaction action = {.sa_handler = count_handled, .sa_flags = SA_RESTART};
    pthread_t threads[4];

    DO(sigaction(SIGUSR1, &action, NULL));
    for (int i = 0; i < 4; i++)
        threads[i] = start("busy", be_interrupted, NULL);
    for (int i = 0; i < 4000; i++) {
        DO(pthread_kill(threads[i % 4], SIGUSR1));
        if (i % 4 == 3)
            for (int handled_ones = 0; handled_ones < 4; handled_ones++)
                await(&is_there);
    }
    __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
    for (int i = 0; i < 4; i++)
        finish(threads[i]);
}

/* A handler that runs while its thread waits for a lock takes others. */
static void *wait_for_first(void *thread_is_there)
{
    post(thread_is_there);
    use(&first);
    return NULL;
}

static void handler_in_wait(void)
{
    struct sigaction action = {.sa_handler = lock_in_handler, .sa_flags = SA_RESTART};
    pthread_t thread;

    DO(sigaction(SIGUSR1, &action, NULL));
    lock(&first);
    thread = start("waiter", wait_for_first, &is_there);
    await(&is_there);
    for (int i = 0; i < 50; i++) {
        int before = handled;

        DO(pthread_kill(thread, SIGUSR1));
        while (handled == before)
            sched_yield();
    }
    unlock(&first);
    finish(thread);
}

/* ---- the end of a thread ---- */

static pthread_key_t key;

static void lock_at_end(void *times)
{
    nest(&first, &second);
    if (times != (void *)1)
        DO(pthread_setspecific(key, (char *)times - 1));
}

static void *end_with_data(void *unused)
{
    DO(pthread_setspecific(key, (void *)3));
    return unused;
}

static void thread_data(void)
{
    DO(pthread_key_create(&key, lock_at_end));
    for (int i = 0; i < 20; i++)
        run_alone("tidy", end_with_data, NULL);
    end_with_data(NULL);
}

static void unlock_at_end(void *mutex)
{
    unlock(mutex);
}

static void *wait_in_vain(void *unused)
{
    lock(&first);
    pthread_cleanup_push(unlock_at_end, &first);
    post(&is_there);
    for (;;)
        DO(pthread_cond_wait(&condition, &first));
    pthread_cleanup_pop(1);
    return unused;
}

static void join_cancelled(pthread_t thread)
{
    void *result;

    DO(pthread_join(thread, &result));
    if (result != PTHREAD_CANCELED)
        abort();
}

/* With the mutex acquired the waiter is known to be in its wait. */
static void cancelled_in_wait(void)
{
    for (int i = 0; i < 20; i++) {
        pthread_t thread = start("victim", wait_in_vain, NULL);

        await(&is_there);
        use(&first);
        DO(pthread_cancel(thread));
        join_cancelled(thread);
        use(&first);
    }
}

static void exit_now(int number)
{
    (void)number;
    pthread_exit(PTHREAD_CANCELED);
}

static void exited_in_wait(void)
{
    signal(SIGUSR1, exit_now);
    for (int i = 0; i < 20; i++) {
        pthread_t thread = start("victim", wait_in_vain, NULL);

        await(&is_there);
        use(&first);
        DO(pthread_kill(thread, SIGUSR1));
        join_cancelled(thread);
        use(&first);
    }
}

static void *join_in_vain(void *thread)
{
    lock(&first);
    pthread_cleanup_push(unlock_at_end, &first);
    post(&is_there);
    DO(pthread_join(*(pthread_t *)thread, NULL));
    pthread_cleanup_pop(1);
    return NULL;
}

static sem_t others;

static void *end_when_told(void *unused)
{
    await(&others);
    return unused;
}

static void cancelled_in_join(void)
{
    for (int i = 0; i < 20; i++) {
        pthread_t lasting = start("lasting", end_when_told, NULL);
        pthread_t thread = start("victim", join_in_vain, &lasting);

        await(&is_there);
        DO(pthread_cancel(thread));
        join_cancelled(thread);
        use(&first);
        post(&others);
        finish(lasting);
    }
}

/* ---- jumps ---- */

static jmp_buf outside;

static void jumped(void)
{
    if (setjmp(outside) == 0) {
        lock(&first);
        longjmp(outside, 1);
    }
    /* Held as before. */
    RETURNS(EBUSY, pthread_mutex_trylock(&first));
    use(&second);
    unlock(&first);
    nest(&first, &second);
}

/* Out of a handler that came while a lock of the main flow was held. */
static sigjmp_buf outside_handler;

static void jump_out(int number)
{
    (void)number;
    siglongjmp(outside_handler, 1);
}

static void jumped_from_handler(void)
{
    signal(SIGUSR1, jump_out);
    for (int i = 0; i < 100; i++) {
        lock(&first);
        if (sigsetjmp(outside_handler, 1) == 0)
            raise(SIGUSR1);
        unlock(&first);
        nest(&first, &second);
    }
}

/* ---- forks ---- */

enum { WORKERS = 8, GUARDED = 4 };
static pthread_mutex_t guarded[GUARDED] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
                                           PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};

static void lock_guarded(void)
{
    for (int i = 0; i < GUARDED; i++)
        lock(&guarded[i]);
}

static void unlock_guarded(void)
{
    for (int i = GUARDED; i-- > 0;)
        unlock(&guarded[i]);
}

static void *be_busy(void *unused)
{
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
        nest(&guarded[0], &guarded[1]);
        nest(&guarded[1], &guarded[3]);
        use(&guarded[2]);
    }
    return unused;
}

static void *child_thread(void *unused)
{
    lock_guarded();
    unlock_guarded();
    return unused;
}

/* In the child: the guarded locks are free, a thread of its own uses them as well. */
static void live_as_child(void)
{
    pthread_mutex_t fresh = PTHREAD_MUTEX_INITIALIZER;

    lock_guarded();
    unlock_guarded();
    nest(&first, &fresh);
    run_alone("child", child_thread, NULL);
    exit(5);
}

static void expect_status(pid_t child, int expected)
{
    int status;

    while (waitpid(child, &status, 0) < 0)
        RETURNS(EINTR, errno);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != expected)
        printf("child: status %#x\n", (unsigned)status);
}

static void with_workers(void (*what)(void))
{
    pthread_t workers[WORKERS];

    for (int i = 0; i < WORKERS; i++)
        workers[i] = start("busy", be_busy, NULL);
    for (int i = 0; i < 20; i++)
        what();
    __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
    for (int i = 0; i < WORKERS; i++)
        finish(workers[i]);
}

static void fork_once(void)
{
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child == 0)
        live_as_child();
    expect_status(child, 5);
}

static void forked(void)
{
    DO(pthread_atfork(lock_guarded, unlock_guarded, unlock_guarded));
    with_workers(fork_once);
}

/* A child whose parent's threads held what it never touches. */
static void fork_carelessly(void)
{
    pthread_mutex_t fresh = PTHREAD_MUTEX_INITIALIZER;
    pid_t child = fork();

    if (child == 0) {
        nest(&first, &fresh);
        _exit(6);
    }
    expect_status(child, 6);
}

static void forked_carelessly(void)
{
    with_workers(fork_carelessly);
}

static void vfork_once(void)
{
    pid_t child = vfork();

    if (child == 0) {
        execl("/bin/sh", "sh", "-c", "exit 7", (char *)NULL);
        _exit(8);
    }
    expect_status(child, 7);
}

static void vforked(void)
{
    with_workers(vfork_once);
}

/* A vfork child that locks does so with its parent's memory. */
static void vforked_and_locked(void)
{
    for (int i = 0; i < 20; i++) {
        pid_t child = vfork();

        if (child == 0) {
            nest(&first, &second);
            _exit(9);
        }
        expect_status(child, 9);
        nest(&first, &second);
    }
}

/* ---- very many threads ---- */

static void *lock_and_end(void *unused)
{
    nest(&first, &second);
    return unused;
}

static void one_thread(void)
{
    pthread_t thread;

    DO(pthread_create(&thread, NULL, lock_and_end, NULL));
    finish(thread);
}

static void threads_in_a_row(void)
{
    run_bounded(one_thread, 10000, 2048);
}

static void one_detached_thread(void)
{
    pthread_t thread;

    DO(pthread_create(&thread, NULL, wait_for_first, &is_there));
    DO(pthread_detach(thread));
    await(&is_there);
}

static void detached_threads(void)
{
    run_bounded(one_detached_thread, 2000, 4096);
}

static void *lock_and_stay(void *unused)
{
    nest(&first, &second);
    post(&is_there);
    await(&others);
    nest(&first, &second);
    return unused;
}

static void threads_at_once(void)
{
    enum { MANY = 10000 };
    pthread_attr_t attributes;
    pthread_t *threads = calloc(MANY, sizeof *threads);
    int made = 0;

    if (threads == NULL)
        abort();
    DO(pthread_attr_init(&attributes));
    DO(pthread_attr_setstacksize(&attributes, 65536));
    while (made < MANY && pthread_create(&threads[made], &attributes, lock_and_stay, NULL) == 0)
        made++;
    for (int i = 0; i < made; i++)
        await(&is_there);
    for (int i = 0; i < made; i++)
        post(&others);
    for (int i = 0; i < made; i++)
        finish(threads[i]);
    free(threads);
    note("threads", made);
}

/* ---- the smallest stack ---- */

VISIBLE void *invert_on_small_stack(void *unused)
{
    nest(&first, &second);
    nest(&second, &first);
    return unused;
}

static void on_small_stack(body *function)
{
    pthread_attr_t attributes;
    pthread_t thread;

    DO(pthread_attr_init(&attributes));
    if (pthread_attr_setstacksize(&attributes, 16384) != 0)
        DO(pthread_attr_setstacksize(&attributes, (size_t)PTHREAD_STACK_MIN));
    DO(pthread_create(&thread, &attributes, function, NULL));
    finish(thread);
}

static void small_stack(void)
{
    on_small_stack(lock_and_end);
}

static void small_stack_inverted(void)
{
    on_small_stack(invert_on_small_stack);
}

/* ---- very many locks ---- */

static pthread_mutex_t *make_locks(int number)
{
    pthread_mutex_t *locks = calloc((size_t)number, sizeof *locks);

    if (locks == NULL)
        abort();
    for (int i = 0; i < number; i++)
        DO(pthread_mutex_init(&locks[i], NULL));
    return locks;
}

static void million_locks(void)
{
    enum { MANY = 1000000 };
    pthread_mutex_t *locks = make_locks(MANY);

    for (int i = 0; i < MANY; i++)
        use(&locks[i]);
    note("locks", MANY);
}

static void million_edges(void)
{
    enum { MANY = 1000000 };
    pthread_mutex_t *locks = make_locks(MANY);

    for (int i = 0; i + 1 < MANY; i++)
        nest(&locks[i], &locks[i + 1]);
    note("edges", MANY);
}

/* All held at once, twice: released in the same order, and in the reverse. */
static void hold_all(pthread_mutex_t *locks, int number)
{
    for (int i = 0; i < number; i++)
        lock(&locks[i]);
    for (int i = 0; i < number; i++)
        unlock(&locks[i]);
    for (int i = 0; i < number; i++)
        lock(&locks[i]);
    for (int i = number; i-- > 0;)
        unlock(&locks[i]);
}

static void held_200(void)
{
    hold_all(make_locks(200), 200);
    note("held", 200);
}

static void held_1000(void)
{
    hold_all(make_locks(1000), 1000);
    note("held", 1000);
}

static void many_held_inverted(void)
{
    pthread_mutex_t *locks = make_locks(2000);

    hold_all(locks, 2000);
    nest(&locks[1999], &locks[0]);
}

/* ---- no leak ---- */

static void destroyed_round(void)
{
    pthread_mutex_t one, other;

    DO(pthread_mutex_init(&one, NULL));
    DO(pthread_mutex_init(&other, NULL));
    nest(&one, &other);
    nest(&first, &one);
    DO(pthread_mutex_destroy(&one));
    DO(pthread_mutex_destroy(&other));
}

static void destroyed(void)
{
    run_bounded(destroyed_round, 100000, 1024);
}

static void freed_round(void)
{
    pthread_mutex_t *pair = malloc(2 * sizeof *pair);

    if (pair == NULL)
        abort();
    pair[0] = pair[1] = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    nest(&pair[0], &pair[1]);
    nest(&first, &pair[0]);
    free(pair);
}

static void freed(void)
{
    run_bounded(freed_round, 100000, 1024);
}

/* A lock that lives long sees many others come and go. */
static void rwlock_round(void)
{
    pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;

    lock(&first);
    DO(pthread_rwlock_rdlock(&rwlock));
    DO(pthread_rwlock_unlock(&rwlock));
    unlock(&first);
    DO(pthread_rwlock_destroy(&rwlock));
}

static void rwlocks_destroyed(void)
{
    run_bounded(rwlock_round, 100000, 1024);
}

int main(int argc, char **argv)
{
    static const struct test_case CASES[] = {
        {"storm", storm},
        {"storm-everywhere", storm_everywhere},
        {"handler-in-wait", handler_in_wait},
        {"thread-data", thread_data},
        {"cancelled-in-wait", cancelled_in_wait},
        {"exited-in-wait", exited_in_wait},
        {"cancelled-in-join", cancelled_in_join},
        {"jumped", jumped},
        {"jumped-from-handler", jumped_from_handler},
        {"forked", forked},
        {"forked-carelessly", forked_carelessly},
        {"vforked", vforked},
        {"vforked-and-locked", vforked_and_locked},
        {"threads-in-a-row", threads_in_a_row},
        {"detached-threads", detached_threads},
        {"threads-at-once", threads_at_once},
        {"small-stack", small_stack},
        {"small-stack-inverted", small_stack_inverted},
        {"million-locks", million_locks},
        {"million-edges", million_edges},
        {"held-200", held_200},
        {"held-1000", held_1000},
        {"many-held-inverted", many_held_inverted},
        {"destroyed", destroyed},
        {"freed", freed},
        {"rwlocks-destroyed", rwlocks_destroyed},
        {NULL, NULL},
    };

    DO(sem_init(&is_there, 0, 0));
    DO(sem_init(&others, 0, 0));
    return run_case(CASES, argc, argv);
}
