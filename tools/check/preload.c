/* SPDX-License-Identifier: MIT */
/*
 * Would the loader preload the library?  First what the program's file says, then the
 * loader's own word.  Called by `pihook check`.
 */
#include "check/preload.h"

#include "check/child.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { LOADER_SECONDS = 30 };

/* ---- what the file says: each gives a reason against it, or adds nothing ---- */

static void refuse_environment(const struct subject *subject, struct text *why)
{
    if (subject->program.environment_dropped)
        text_add(why,
                 "the script's #! line has env(1) drop the environment and LD_PRELOAD with it");
}

static void refuse_type(const struct subject *subject, struct text *why)
{
    if (subject->object.type != ET_EXEC && subject->object.type != ET_DYN)
        text_add(why, "it is an ELF file but no program");
}

static void refuse_machine(const struct subject *subject, struct text *why)
{
    const struct object *library = &subject->library->object;

    if (object_same_machine(&subject->object, library))
        return;
    text_add(why, "other architecture: it is ");
    object_add_machine(&subject->object, why);
    text_add(why, ", the library ");
    object_add_machine(library, why);
}

static void refuse_static(const struct subject *subject, struct text *why)
{
    if (!*subject->object.loader)
        text_add(why,
                 "it is static, or no program: it names no loader that could preload anything");
}

static void refuse_libc(const struct subject *subject, struct text *why)
{
    const char *its = object_libc(&subject->object);
    const char *ours = object_libc(&subject->library->object);

    if (ours && its && strcmp(its, ours))
        text_join(why, "other C library: its loader is ", subject->object.loader, " (", its,
                  "), the library needs ", ours, NULL);
    else if (!subject->object.needs)
        text_add(why, "it uses no C library");
}

/* The rules of execve(2); set IDs and capabilities are also void under no_new_privs. */
static bool is_privileged(const char *path)
{
    struct statvfs mount;
    struct stat file;

    if (stat(path, &file) || statvfs(path, &mount) || (mount.f_flag & ST_NOSUID) ||
        prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
        return false;
    if ((file.st_mode & S_ISUID) && file.st_uid != getuid())
        return true;
    if ((file.st_mode & S_ISGID) && (file.st_mode & S_IXGRP) && file.st_gid != getgid())
        return true;
    /* Root has them all already. */
    return getuid() != 0 && getxattr(path, "security.capability", NULL, 0) > 0;
}

static void refuse_privileged(const struct subject *subject, struct text *why)
{
    if (is_privileged(subject->program.real))
        text_add(why, "it runs with more rights than you (set-user-ID, set-group-ID or "
                      "capabilities): the loader ignores LD_PRELOAD there");
}

static void refuse_loader(const struct subject *subject, struct text *why)
{
    if (access(subject->object.loader, X_OK))
        text_join(why, "its loader ", subject->object.loader, " is not there", NULL);
}

/* ---- what the loader says ---- */

/* "LD_PRELOAD=" and the library, in memory that the caller frees. */
static char *preload_setting(const struct library *library)
{
    static const char name[] = "LD_PRELOAD=";
    char *setting = malloc(sizeof name + strlen(library->path));

    if (setting)
        strcpy(stpcpy(setting, name), library->path);
    return setting;
}

/* The loader's line is "\tNAME => FILE (ADDRESS)" or "\tFILE (ADDRESS)". */
static char *listed_file(char *line)
{
    char *arrow = strstr(line, " => "), *address;

    line = arrow ? arrow + 4 : line + strspn(line, "\t ");
    address = strstr(line, " (0x");
    if (address)
        *address = '\0';
    return line;
}

/* Returns whether the library is among the objects listed. */
static bool read_list(char *list, struct subject *subject)
{
    bool found = false;
    char *rest, *line = strtok_r(list, "\n", &rest);

    for (; line; line = strtok_r(NULL, "\n", &rest)) {
        const char *file = listed_file(line), *name = strrchr(file, '/');

        found = found || !strcmp(file, subject->library->path);
        if (name && object_is_libpython(name + 1) && strlen(name + 1) < OBJECT_NAME_MAX)
            strcpy(subject->libpython, name + 1);
    }
    return found;
}

static void add_missing(const char *list, struct text *why)
{
    const char *end = strstr(list, " => not found"), *start = end;

    while (start > list && !strchr("\t\n", start[-1]))
        start--;
    text_add(why, "the program needs ");
    text_add_bytes(why, start, (size_t)(end - start));
    text_add(why, ", which is not found");
}

static void judge_list(struct child *child, struct subject *subject, struct text *why)
{
    if (strstr(child->output, " => not found")) {
        add_missing(child->output, why);
    } else if (!child_succeeded(child)) {
        text_add(why, "its loader fails: ");
        child_add_end(child, why);
    } else if (!read_list(child->output, subject)) {
        text_add(why, "its loader leaves the library out");
        if (*child->errors)
            text_add(why, ": ");
        text_add_bytes(why, child->errors, strcspn(child->errors, "\n"));
    }
}

/* The loader finds libraries by $ORIGIN, so it is given the name without links. */
static void ask_loader(struct subject *subject, struct text *why)
{
    static char list[] = "--list";
    char *argv[] = {subject->object.loader, list, subject->program.real, NULL};
    char *settings[] = {preload_setting(subject->library), NULL};
    struct child *child = calloc(1, sizeof *child);
    int error = -1;

    if (child && settings[0])
        error = child_run(argv, settings, LOADER_SECONDS, child);
    if (error)
        text_add(why, "its loader can't be asked: out of memory or processes");
    else
        judge_list(child, subject, why);
    free(child);
    free(settings[0]);
}

bool preload_works(struct subject *subject, struct text *sentence)
{
    static void (*const refuse[])(const struct subject *, struct text *) = {
        refuse_environment, refuse_type,       refuse_machine, refuse_static,
        refuse_libc,        refuse_privileged, refuse_loader,
    };

    for (size_t i = 0; i < sizeof refuse / sizeof *refuse && !sentence->length; i++)
        refuse[i](subject, sentence);
    if (!sentence->length)
        ask_loader(subject, sentence);
    if (sentence->length)
        return false;
    object_add_machine(&subject->object, sentence);
    text_join(sentence, ", ", subject->object.loader, NULL);
    return true;
}
