/* SPDX-License-Identifier: MIT */
/*
 * FINDINGS and LOG are the names that settings.c gives to the library.  Called before and
 * after the program.
 */
#include "run/folder.h"

#include "command.h"
#include "report/reading.h"
#include "run/settings.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COMPLAINTS_MAX = 100 };

int folder_make(struct folder *folder)
{
    const char *parent = getenv("TMPDIR");

    if (!parent || *parent != '/' || strpbrk(parent, ":"))
        parent = "/tmp";
    /* The library takes names of up to 1023 bytes. */
    if (snprintf(folder->path, sizeof folder->path, "%s/pihook-XXXXXX", parent) > 900)
        return fail(STATUS_FAILED, "TMPDIR has too long a name");
    if (!mkdtemp(folder->path))
        return fail(STATUS_FAILED, "no folder can be made in %s: %s", parent, strerror(errno));
    return 0;
}

/* Calls visit for the files with that start, in the order of their names. */
static void each_file(const struct folder *folder, const char *start,
                      void (*visit)(const char *path, void *argument), void *argument)
{
    struct dirent **entries;
    int count = scandir(folder->path, &entries, NULL, alphasort);

    for (int i = 0; i < count; i++) {
        char *path;

        if (asprintf(&path, "%s/%s", folder->path, entries[i]->d_name) < 0)
            no_memory();
        if (entries[i]->d_name[0] != '.' && strncmp(entries[i]->d_name, start, strlen(start)) == 0)
            visit(path, argument);
        free(path);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

/* A process that was killed may have left half a line. */
static void read_one(const char *path, void *all)
{
    reading_add(all, NULL, path, true);
}

void folder_read(const struct folder *folder, struct collection *all)
{
    each_file(folder, SETTINGS_FINDINGS, read_one, all);
}

static void read_graph(const char *path, void *graph)
{
    reading_add(NULL, graph, path, true);
}

void folder_read_graph(const struct folder *folder, struct graph *graph)
{
    each_file(folder, SETTINGS_GRAPH, read_graph, graph);
}

/* A finding, what belongs to it, or a sum: the report has them. */
static bool is_of_report(const char *line)
{
    static const char *const STARTS[] = {" ", "pihook: error: ", "pihook: warning: "};
    size_t digits = strlen("pihook: ");

    for (size_t i = 0; i < sizeof STARTS / sizeof *STARTS; i++)
        if (strncmp(line, STARTS[i], strlen(STARTS[i])) == 0)
            return true;
    return strncmp(line, "pihook: ", digits) == 0 && line[digits] >= '0' && line[digits] <= '9';
}

/* What many processes say is said once. */
struct complaint_list {
    FILE *out;
    char *lines[COMPLAINTS_MAX];
    unsigned count;
    char *matched; /* suppressions: FILE:LINE: RULE:PATTERN, each behind a newline */
};

static bool is_new(const struct complaint_list *complaints, const char *line)
{
    for (unsigned i = 0; i < complaints->count; i++)
        if (strcmp(complaints->lines[i], line) == 0)
            return false;
    return complaints->count < COMPLAINTS_MAX;
}

/* Of a suppression that matched nothing in one process, and something in another one. */
static bool is_refuted(const struct complaint_list *complaints, const char *line)
{
    static const char START[] = "pihook: ", END[] = ": this suppression matched nothing\n";
    size_t length = strlen(line), around = strlen(START) + strlen(END);
    char *place;

    if (length <= around || strcmp(line + length - strlen(END), END) != 0)
        return false;
    if (asprintf(&place, "\n%.*s: ", (int)(length - around), line + strlen(START)) < 0)
        no_memory();
    bool refuted = strstr(complaints->matched, place) != NULL;

    free(place);
    return refuted;
}

static void add_complaint(struct complaint_list *complaints, const char *line)
{
    if (is_of_report(line) || is_refuted(complaints, line) || !is_new(complaints, line))
        return;
    fputs(line, complaints->out);
    complaints->lines[complaints->count] = strdup(line);
    if (!complaints->lines[complaints->count++])
        no_memory();
}

static void copy_complaints(const char *path, void *argument)
{
    FILE *log = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;

    while (log && getline(&line, &room, log) > 0)
        add_complaint(argument, line);
    free(line);
    if (log)
        fclose(log);
}

static void add_matched(const char *path, void *argument)
{
    FILE *from = fopen(path, "re"), *to = argument;
    int byte;

    while (from && (byte = getc(from)) != EOF)
        putc(byte, to);
    if (from)
        fclose(from);
}

/* Without it the suppression is told as one that matched nothing: no more than a wrong line. */
void folder_add_matched(const struct folder *folder, const char *file,
                        const struct suppression *suppression)
{
    char *path;

    if (asprintf(&path, "%s/%sacross", folder->path, SETTINGS_MATCHED) < 0)
        no_memory();
    FILE *out = fopen(path, "ae");

    if (out) {
        fprintf(out, "%s:%u: %s:%s\n", file, suppression->line, suppression->rule,
                suppression->pattern);
        fclose(out);
    }
    free(path);
}

/* All that matched somewhere, each behind a newline. */
static char *read_matched(const struct folder *folder)
{
    char *bytes;
    size_t count;
    FILE *out = open_memstream(&bytes, &count);

    if (!out)
        no_memory();
    putc('\n', out);
    each_file(folder, SETTINGS_MATCHED, add_matched, out);
    if (fclose(out))
        no_memory();
    return bytes;
}

void folder_complaints(const struct folder *folder, FILE *out)
{
    struct complaint_list complaints = {.out = out, .matched = read_matched(folder)};

    each_file(folder, SETTINGS_LOG, copy_complaints, &complaints);
    free(complaints.matched);
    while (complaints.count > 0)
        free(complaints.lines[--complaints.count]);
}

static void remove_one(const char *path, void *unused)
{
    (void)unused;
    unlink(path);
}

void folder_remove(const struct folder *folder)
{
    each_file(folder, "", remove_one, NULL);
    rmdir(folder->path);
}
