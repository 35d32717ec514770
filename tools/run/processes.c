/* SPDX-License-Identifier: MIT */
/*
 * Called when the time of a run is over.  /proc shows the processes of this user, and which
 * signals they catch.
 */
#include "run/processes.h"

#include "command.h"
#include "run/settings.h"

#include <ctype.h>
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* One that few programs use: the first ones of real time are taken by some, as the last is. */
int processes_dump_signal(void)
{
    return SIGRTMAX - 4;
}

/* All of a file of /proc, or NULL; its bytes may be zero. */
static char *read_all(const char *path, size_t *length)
{
    FILE *file = fopen(path, "re");
    char *bytes = NULL;
    size_t room = 0;

    if (!file)
        return NULL;
    ssize_t got = getdelim(&bytes, &room, EOF, file);
    fclose(file);
    *length = got < 0 ? 0 : (size_t)got;
    return bytes;
}

static char *read_of(pid_t pid, const char *what, size_t *length)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, what);
    return read_all(path, length);
}

/* Its environment says so: it has the library's options, which name the folder. */
static bool is_of_run(pid_t pid, const struct folder *folder)
{
    size_t length = 0;
    char *environment = read_of(pid, "environ", &length);
    bool is = environment && memmem(environment, length, folder->path, strlen(folder->path));

    free(environment);
    return is;
}

/* One that has no handler for it would be ended by the signal. */
static bool catches_signal(pid_t pid)
{
    size_t length = 0;
    char *status = read_of(pid, "status", &length);
    const char *caught = status ? strstr(status, "SigCgt:") : NULL;
    unsigned long long set = caught ? strtoull(caught + strlen("SigCgt:"), NULL, 16) : 0;

    free(status);
    return set >> (processes_dump_signal() - 1) & 1;
}

/* ---- answers ---- */

static bool has_answered(pid_t pid, const struct folder *folder)
{
    size_t length = 0;
    char *path, *findings;
    bool has;

    if (asprintf(&path, "%s/%s%ld", folder->path, SETTINGS_FINDINGS, (long)pid) < 0)
        no_memory();
    findings = read_all(path, &length);
    has = findings && memmem(findings, length, "\"rule\":\"dump\"", strlen("\"rule\":\"dump\""));
    free(findings);
    free(path);
    return has;
}

enum { PROCESSES_MOST = 1024, MOMENTS = 300 };

struct asked {
    pid_t pids[PROCESSES_MOST];
    unsigned count;
};

/* Calls visit for each of them. */
static void each_process(const struct folder *folder, void (*visit)(pid_t pid, void *argument),
                         void *argument)
{
    DIR *processes = opendir("/proc");
    struct dirent *entry;

    while (processes && (entry = readdir(processes)))
        if (isdigit((unsigned char)entry->d_name[0]) &&
            is_of_run((pid_t)atol(entry->d_name), folder))
            visit((pid_t)atol(entry->d_name), argument);
    if (processes)
        closedir(processes);
}

static void ask_one(pid_t pid, void *argument)
{
    struct asked *asked = argument;

    if (asked->count < PROCESSES_MOST && catches_signal(pid) &&
        kill(pid, processes_dump_signal()) == 0)
        asked->pids[asked->count++] = pid;
}

static bool all_have_answered(const struct asked *asked, const struct folder *folder)
{
    for (unsigned i = 0; i < asked->count; i++)
        if (kill(asked->pids[i], 0) == 0 && !has_answered(asked->pids[i], folder))
            return false;
    return true;
}

void processes_ask(const struct folder *folder)
{
    const struct timespec moment = {.tv_nsec = 10000000};
    struct asked asked = {.count = 0};

    each_process(folder, ask_one, &asked);
    for (unsigned i = 0; i < MOMENTS && !all_have_answered(&asked, folder); i++)
        nanosleep(&moment, NULL);
}

static void signal_one(pid_t pid, void *number)
{
    if (pid != getpid())
        kill(pid, *(int *)number);
}

void processes_signal(const struct folder *folder, int number)
{
    each_process(folder, signal_one, &number);
}
