/* SPDX-License-Identifier: MIT */
/*
 * pihook's own text.  Called from every room, in any thread, in signal handlers and in
 * children of fork and vfork; it must never allocate, call into stdio, take a lock,
 * raise SIGPIPE, act on a cancellation of the program's thread or write to a descriptor
 * that the program has closed and opened anew.
 */
#include "base/log.h"

#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    LOG_PATH_MAX = 1024,
    LOG_FOLDER_MAX = 1024, /* in a deeper one a relative path is taken as it is */
    LOG_LINE_MAX = 2048,
    /* Above the numbers that a program hands out or closes in a loop over small ones. */
    LOG_DESCRIPTOR_FROM = 1000,
    LOG_FULL_PIPE_MS = 200
};

static struct {
    char path[LOG_PATH_MAX];     /* empty: stderr */
    char folder[LOG_FOLDER_MAX]; /* that a relative path starts from; empty for another */
    bool per_process;            /* the path has a %p */
    atomic_bool failed;          /* told once; stderr from then on */
    /*
     * The process that opened the file in the upper half (0 where it makes no difference),
     * the descriptor in the lower one; 0: not open.  One word, so that threads which open
     * the file at once need no lock that fork could leave locked.
     */
    atomic_uint_fast64_t opened;
    _Atomic dev_t device;
    _Atomic ino_t inode;
} to;

static uint64_t opened_as(pid_t owner, int descriptor)
{
    return (uint64_t)(uint32_t)owner << 32 | (uint32_t)descriptor;
}

static int descriptor_of(uint64_t opened)
{
    return (int)(uint32_t)opened;
}

static pid_t owner_of(uint64_t opened)
{
    return (pid_t)(opened >> 32);
}

/* Programs close descriptors that they don't know, and open others in their place. */
static bool is_still_ours(uint64_t opened)
{
    struct stat now;

    return opened != 0 && fstat(descriptor_of(opened), &now) == 0 && now.st_dev == to.device &&
           now.st_ino == to.inode;
}

static void close_ours(uint64_t opened)
{
    if (is_still_ours(opened))
        close(descriptor_of(opened));
}

static void expand_path(struct text *path)
{
    if (to.folder[0] != '\0')
        text_join(path, to.folder, "/", NULL);
    for (const char *at = to.path; *at != '\0'; at++) {
        if (at[0] == '%' && at[1] == 'p') {
            text_add_int(path, getpid());
            at++;
        } else {
            text_add_bytes(path, at, 1);
        }
    }
}

/* Returns a number that the program won't miss, or a negative errno. */
static int move_up(int descriptor)
{
    int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, LOG_DESCRIPTOR_FROM);

    if (moved < 0)
        moved = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (moved < 0)
        moved = -errno;
    close(descriptor);
    return moved;
}

/* Returns a descriptor or a negative errno. */
static int open_file(const char *path)
{
    /* O_NONBLOCK: a FIFO that nobody reads must never stop the program. */
    int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    int descriptor = open(path, flags, 0666);
    struct stat file;

    if (descriptor < 0)
        return -errno;
    descriptor = move_up(descriptor);
    if (descriptor < 0)
        return descriptor;
    if (fstat(descriptor, &file) == 0) {
        to.device = file.st_dev;
        to.inode = file.st_ino;
    }
    return descriptor;
}

/* Returns false when nothing more can be written. */
static bool wait_for_room(int descriptor)
{
    struct pollfd full = {.fd = descriptor, .events = POLLOUT};

    return poll(&full, 1, LOG_FULL_PIPE_MS) > 0 && (full.revents & POLLOUT) != 0;
}

static void write_all(int descriptor, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t written = write(descriptor, bytes, count);

        if (written > 0) {
            bytes += written;
            count -= (size_t)written;
        } else if (written < 0 && errno == EAGAIN) {
            if (!wait_for_room(descriptor))
                return;
        } else if (written == 0 || errno != EINTR) {
            return;
        }
    }
}

static void tell_failure(const char *path, int error)
{
    char buffer[LOG_LINE_MAX];
    struct text text = text_in(buffer, sizeof buffer);

    if (atomic_exchange(&to.failed, true))
        return;
    text_add(&text, "pihook: text goes to stderr, for the log file can't be opened (");
    text_add_error(&text, error);
    text_join(&text, "): ", path, NULL);
    text.bytes[text.length++] = '\n'; /* in place of the NUL, after a cut path too */
    write_all(STDERR_FILENO, text.bytes, text.length);
}

/* Opens the file in place of what `seen` stands for; returns a descriptor to write to. */
static int open_instead(uint64_t seen, pid_t owner)
{
    char buffer[LOG_FOLDER_MAX + LOG_PATH_MAX];
    struct text path = text_in(buffer, sizeof buffer);
    uint_fast64_t expected = seen;

    if (seen != 0 && atomic_compare_exchange_strong(&to.opened, &expected, 0))
        close_ours(seen);
    expand_path(&path);
    int descriptor = path.cut ? -ENAMETOOLONG : open_file(path.bytes);
    if (descriptor < 0) {
        tell_failure(path.bytes, -descriptor);
        return STDERR_FILENO;
    }
    expected = 0;
    if (atomic_compare_exchange_strong(&to.opened, &expected, opened_as(owner, descriptor)))
        return descriptor;
    close(descriptor); /* another thread was faster */
    return descriptor_of(expected);
}

static int destination(void)
{
    if (to.path[0] == '\0' || to.failed)
        return STDERR_FILENO;

    pid_t owner = to.per_process ? getpid() : 0;
    uint64_t seen = to.opened;
    if (owner_of(seen) == owner && is_still_ours(seen))
        return descriptor_of(seen);
    return open_instead(seen, owner);
}

/* What the program's thread must find again as it was. */
struct kept {
    int error;
    int cancel_state;
    bool pipe_pending;
    sigset_t mask;
};

static bool sigpipe_is_pending(void)
{
    sigset_t pending;

    return sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
}

static void keep(struct kept *kept)
{
    sigset_t pipe;

    kept->error = errno;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &kept->cancel_state);
    kept->pipe_pending = sigpipe_is_pending();
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    /* On Linux the thread's mask; pthread_sigmask is not in every glibc's libc.so. */
    sigprocmask(SIG_BLOCK, &pipe, &kept->mask);
}

static void give_back(const struct kept *kept)
{
    const struct timespec at_once = {0};
    sigset_t pipe;

    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    if (!kept->pipe_pending && sigpipe_is_pending())
        while (sigtimedwait(&pipe, NULL, &at_once) < 0 && errno == EINTR)
            continue;
    sigprocmask(SIG_SETMASK, &kept->mask, NULL);
    pthread_setcancelstate(kept->cancel_state, NULL);
    errno = kept->error;
}

/* The program may be in another folder by the first text. */
static void keep_folder(const char *path)
{
    if (path[0] == '/' || path[0] == '\0' || getcwd(to.folder, sizeof to.folder) == NULL)
        to.folder[0] = '\0';
}

void log_to(const char *path)
{
    struct kept kept;
    size_t length = strlen(path);

    keep(&kept);
    close_ours(atomic_exchange(&to.opened, 0));
    to.failed = false;
    to.path[0] = '\0';
    keep_folder(path);
    if (length < sizeof to.path)
        memcpy(to.path, path, length + 1);
    else
        tell_failure("with so long a name", ENAMETOOLONG);
    to.per_process = strstr(to.path, "%p") != NULL;
    give_back(&kept);
}

void log_write(const char *bytes, size_t count)
{
    struct kept kept;

    if (count == 0)
        return;
    keep(&kept);
    write_all(destination(), bytes, count);
    give_back(&kept);
}

static void write_line(struct text *line)
{
    /* A byte was kept back for the newline, so that a cut line ends in one too. */
    line->bytes[line->length] = '\n';
    log_write(line->bytes, line->length + 1);
}

void log_line(const char *sentence)
{
    char buffer[LOG_LINE_MAX];
    struct text line = text_in(buffer, sizeof buffer);

    text_join(&line, "pihook: ", sentence, NULL);
    write_line(&line);
}

void log_complaint(const char *where, unsigned line, const char *sentence)
{
    char buffer[LOG_LINE_MAX];
    struct text text = text_in(buffer, sizeof buffer);

    text_join(&text, "pihook: ", where, NULL);
    if (line != 0) {
        text_add(&text, ":");
        text_add_int(&text, line);
    }
    text_join(&text, ": ", sentence, NULL);
    write_line(&text);
}
