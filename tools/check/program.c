/* SPDX-License-Identifier: MIT */
/*
 * From a name to the file that the kernel would load: PATH, then #! lines.
 * Called by `pihook check`.  Executes nothing.
 */
#include "check/program.h"

#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Linux looks at no more of a script (BINPRM_BUF_SIZE). */
enum { SHEBANG_MAX = 256 };

/* ---- PATH ---- */

/* Returns 0 or the errno of an execve that would fail before it reads the file. */
static int can_execute(const char *path)
{
    struct stat status;

    if (stat(path, &status))
        return errno;
    if (S_ISDIR(status.st_mode))
        return EISDIR;
    if (!S_ISREG(status.st_mode) || eaccess(path, X_OK))
        return EACCES;
    return 0;
}

static int take_path(const char *path, char *found)
{
    if (strlen(path) >= PATH_MAX)
        return ENAMETOOLONG;
    strcpy(found, path);
    return can_execute(path);
}

/* An empty part of PATH is the working directory. */
static int search_path(const char *name, char *found)
{
    const char *path = getenv("PATH"), *end;
    int result = ENOENT;

    for (path = path ? path : "/bin:/usr/bin";; path = end + 1) {
        char file[PATH_MAX];
        int length, error;

        end = strchrnul(path, ':');
        length = snprintf(file, sizeof file, "%.*s/%s", end > path ? (int)(end - path) : 1,
                          end > path ? path : ".", name);
        error = length < PATH_MAX ? take_path(file, found) : ENAMETOOLONG;
        if (!error)
            return 0;
        if (error == EACCES || error == EISDIR)
            result = EACCES;
        if (!*end)
            return result;
    }
}

/* Only a name without a slash is searched; the empty name is nowhere. */
static int look_up(const char *name, char *found)
{
    if (!*name)
        return ENOENT;
    return strchr(name, '/') ? take_path(name, found) : search_path(name, found);
}

/* ---- #! lines ---- */

struct shebang {
    char line[SHEBANG_MAX + 1];
    char *interpreter;
    char *argument; /* all that follows, as one; or NULL */
};

/* Returns false where there is none, also because the file can't be read. */
static bool shebang_read(const char *path, struct shebang *shebang)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t count;

    if (fd < 0)
        return false;
    count = read(fd, shebang->line, SHEBANG_MAX);
    close(fd);
    if (count < 2 || memcmp(shebang->line, "#!", 2))
        return false;
    shebang->line[count] = '\0';
    return true;
}

/* Returns NULL, or what is wrong with the line. */
static const char *shebang_split(struct shebang *shebang)
{
    char *start = shebang->line + 2, *end = start + strcspn(start, "\n");

    if (!*end && end == shebang->line + SHEBANG_MAX &&
        !strpbrk(start + strspn(start, " \t"), " \t"))
        return "its #! line is longer than 255 bytes";
    while (end > start && strchr(" \t", end[-1]))
        end--;
    *end = '\0';
    start += strspn(start, " \t");
    if (!*start)
        return "its #! line names no interpreter";
    shebang->interpreter = start;
    end = start + strcspn(start, " \t");
    shebang->argument = *end ? end + strspn(end, " \t") : NULL;
    *end = '\0';
    return NULL;
}

static bool is_one_of(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (!strcmp(word, *words))
            return true;
    return false;
}

/* The words after env's -S: options and settings, then the command. */
static char *env_split(char *words, struct program *program)
{
    static const char *const valued[] = {"-u", "--unset", "-C", "--chdir", NULL};
    static const char *const dropping[] = {"-", "-i", "--ignore-environment", NULL};
    char *rest, *word = strtok_r(words, " \t", &rest);

    for (; word; word = strtok_r(NULL, " \t", &rest)) {
        if (!strcmp(word, "--"))
            return strtok_r(NULL, " \t", &rest);
        if (is_one_of(word, dropping))
            program->environment_dropped = true;
        else if (is_one_of(word, valued))
            strtok_r(NULL, " \t", &rest);
        else if (*word != '-' && !strchr(word, '='))
            return word;
    }
    return NULL;
}

/* The command that env(1) runs when a #! line gives it `argument`, or NULL. */
static char *env_command(char *argument, struct program *program)
{
    static const char split[] = "--split-string";
    char *letters;

    if (!argument || *argument != '-')
        return argument;
    if (!strncmp(argument, split, sizeof split - 1))
        return env_split(argument + sizeof split - 1 + strspn(argument + sizeof split - 1, "="),
                         program);
    letters = argument + 1;
    argument = letters + strspn(letters, "iv0");
    if (*argument != 'S')
        return NULL;
    if (memchr(letters, 'i', (size_t)(argument - letters)))
        program->environment_dropped = true;
    return env_split(argument + 1, program);
}

static bool is_env(const char *path)
{
    const char *slash = strrchr(path, '/');

    return !strcmp(slash ? slash + 1 : path, "env");
}

/* ---- together ---- */

static int tell_errno(int error, const char *name, const struct program *program, struct text *text)
{
    text_add(text, name);
    if (program->script_count)
        text_join(text, ", the interpreter of ", program->scripts[program->script_count - 1], ",",
                  NULL);
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        text_add(text, " is not found");
        return STATUS_NOT_FOUND;
    case EISDIR:
        text_add(text, " is a directory");
        return STATUS_CANNOT_RUN;
    case EACCES:
        text_add(text, " is no executable file, or may not be executed");
        return STATUS_CANNOT_RUN;
    default:
        text_join(text, " can't be executed: ", strerror(error), NULL);
        return STATUS_CANNOT_RUN;
    }
}

/* The present path is a script; goes on to its interpreter. */
static int follow(struct program *program, struct shebang *shebang, struct text *sentence)
{
    const char *wrong = shebang_split(shebang), *name;
    int error;

    if (program->script_count == PROGRAM_SCRIPTS)
        wrong = "too many scripts have one another as interpreter";
    if (wrong) {
        text_join(sentence, program->path, " can't be executed: ", wrong, NULL);
        return STATUS_CANNOT_RUN;
    }
    strcpy(program->scripts[program->script_count++], program->path);
    name = shebang->interpreter;
    /* The kernel doesn't search PATH. */
    error = take_path(name, program->path);
    if (!error && is_env(name)) {
        name = env_command(shebang->argument, program);
        if (!name)
            name = "(none)";
        error = look_up(name, program->path);
    }
    return error ? tell_errno(error, name, program, sentence) : 0;
}

int program_find(const char *name, struct program *program, struct text *sentence)
{
    struct shebang shebang;
    int error;

    memset(program, 0, sizeof *program);
    error = look_up(name, program->path);
    if (error)
        return tell_errno(error, name, program, sentence);
    while (shebang_read(program->path, &shebang)) {
        int status = follow(program, &shebang, sentence);

        if (status)
            return status;
    }
    if (!realpath(program->path, program->real))
        return tell_errno(errno, program->path, program, sentence);
    return 0;
}

/* python, python3, python3.11, python3.13t, python3.11-dbg; not python3-config. */
bool program_is_python(const struct program *program)
{
    const char *name = strrchr(program->real, '/') + 1;

    if (strncmp(name, "python", 6))
        return false;
    name += 6;
    name += strspn(name, "0123456789.");
    name += strspn(name, "abcdefghijklmnopqrstuvwxyz");
    return !*name || !strcmp(name, "-dbg");
}
