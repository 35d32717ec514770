/* SPDX-License-Identifier: MIT */
/*
 * Runs a fuzz target without libFuzzer, as one TAP case: each seed as it is, then
 * mutations of the seeds.  The same seeds, -seed and -runs give the same inputs.
 *
 * Usage: TARGET [-runs=N] [-seed=S] [FILE or FOLDER]...
 * Without a file or folder the seeds are those of FUZZ_CORPUS below $srcdir.
 */
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEEDS_MAX = 256, INPUT_MAX = 1 << 14, MUTATIONS_MAX = 6 };

struct input {
    uint8_t *bytes;
    size_t count;
};

static struct input seeds[SEEDS_MAX];
static size_t seed_count;
static unsigned long runs = 20000, seed = 1;

/* For the report of a failure. */
static unsigned long run_number;
static struct input current;

/* -------------------------------------------------------------------------- seeds */

static void add_file(const char *path)
{
    static uint8_t bytes[INPUT_MAX];
    int file = open(path, O_RDONLY | O_CLOEXEC);

    require(file >= 0 && seed_count < SEEDS_MAX);
    ssize_t count = read(file, bytes, sizeof bytes);
    close(file);
    require(count >= 0);
    struct input *added = &seeds[seed_count++];
    added->bytes = malloc((size_t)count + 1);
    require(added->bytes != NULL);
    memcpy(added->bytes, bytes, (size_t)count);
    added->count = (size_t)count;
}

static void add(const char *path)
{
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort); /* the same order everywhere */

    if (count < 0) {
        require(errno == ENOTDIR);
        add_file(path);
        return;
    }
    for (int i = 0; i < count; i++) {
        char below[PATH_MAX];

        snprintf(below, sizeof below, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.')
            add_file(below);
        free(entries[i]);
    }
    free(entries);
}

static void add_corpus(void)
{
    const char *folder = getenv("srcdir");
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", folder != NULL ? folder : ".", FUZZ_CORPUS);
    add(path);
}

/* ---------------------------------------------------------------------- mutations */

/* splitmix64: each state gives one number, so a run is a function of -seed. */
static uint64_t state;

static size_t below(size_t limit)
{
    uint64_t mixed = state += UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    mixed ^= mixed >> 31;
    return limit == 0 ? 0 : (size_t)(mixed % limit);
}

/* Puts `count` bytes in at `at`, as many as there is room for. */
static void insert(struct input *input, size_t at, const uint8_t *bytes, size_t count)
{
    uint8_t copy[INPUT_MAX];

    if (count > INPUT_MAX - input->count)
        count = INPUT_MAX - input->count;
    memcpy(copy, bytes, count); /* they may stand in the input itself */
    memmove(input->bytes + at + count, input->bytes + at, input->count - at);
    memcpy(input->bytes + at, copy, count);
    input->count += count;
}

static void insert_part_of(struct input *input, const struct input *other)
{
    size_t from = below(other->count);

    insert(input, below(input->count + 1), other->bytes + from, below(other->count - from + 1));
}

static void insert_special(struct input *input)
{
    static const char bytes[] = "\n\n\n \t\r[]=:;#'\"%*?!-._/0\xef\xbb\xbf\xff";

    insert(input, below(input->count + 1), (const uint8_t *)bytes + below(sizeof bytes), 1);
}

static void insert_run(struct input *input)
{
    uint8_t run[300];

    memset(run, input->count > 0 ? input->bytes[below(input->count)] : 'x', sizeof run);
    insert(input, below(input->count + 1), run, below(sizeof run));
}

static void delete_part(struct input *input)
{
    size_t from = below(input->count);
    size_t count = below(input->count - from + 1);

    memmove(input->bytes + from, input->bytes + from + count, input->count - from - count);
    input->count -= count;
}

static void mutate(struct input *input)
{
    switch (below(7)) {
    case 0:
        if (input->count > 0)
            input->bytes[below(input->count)] ^= (uint8_t)(1 << below(8));
        break;
    case 1:
    case 2:
        insert_special(input);
        break;
    case 3:
        insert_part_of(input, &seeds[below(seed_count)]);
        break;
    case 4:
        insert_part_of(input, input);
        break;
    case 5:
        delete_part(input);
        break;
    default:
        insert_run(input);
        break;
    }
}

static void run_mutation(void)
{
    static uint8_t bytes[INPUT_MAX];
    const struct input *from = &seeds[below(seed_count)];
    struct input input = {bytes, from->count};

    memcpy(bytes, from->bytes, from->count);
    for (size_t mutations = 1 + below(MUTATIONS_MAX); mutations > 0; mutations--)
        mutate(&input);
    current = input;
    LLVMFuzzerTestOneInput(input.bytes, input.count);
}

/* ------------------------------------------------------------------------- report */

static void report_failure(int signal_number)
{
    char line[128];
    int length = snprintf(line, sizeof line, "not ok 1 - input %lu of -seed=%lu (signal %d):\n# ",
                          run_number, seed, signal_number);

    if (write(STDOUT_FILENO, line, (size_t)length) < 0)
        _exit(1);
    for (size_t i = 0; i < current.count; i++) {
        length = snprintf(line, sizeof line, "%02x", current.bytes[i]);
        if (write(STDOUT_FILENO, line, (size_t)length) < 0)
            break;
    }
    _exit(write(STDOUT_FILENO, "\n", 1) == 1 ? 1 : 2);
}

static void take_arguments(int count, char **arguments)
{
    for (int i = 1; i < count; i++) {
        if (strncmp(arguments[i], "-runs=", 6) == 0)
            runs = strtoul(arguments[i] + 6, NULL, 10);
        else if (strncmp(arguments[i], "-seed=", 6) == 0)
            seed = strtoul(arguments[i] + 6, NULL, 10);
        else
            add(arguments[i]);
    }
    if (seed_count == 0)
        add_corpus();
    require(seed_count > 0);
}

int main(int count, char **arguments)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    puts("1..1");
    take_arguments(count, arguments);
    signal(SIGABRT, report_failure);
    signal(SIGSEGV, report_failure);
    signal(SIGBUS, report_failure);
    for (size_t i = 0; i < seed_count; i++) {
        current = seeds[i];
        LLVMFuzzerTestOneInput(current.bytes, current.count);
    }
    state = seed;
    for (run_number = 1; run_number <= runs; run_number++)
        run_mutation();
    printf("ok 1 - %lu inputs like those of %s break nothing\n", runs + seed_count, FUZZ_CORPUS);
    return 0;
}
