/* SPDX-License-Identifier: MIT */
/* Called for each new finding, in any thread; it must not allocate from the program. */
#include "report/ignored.h"

#include "report/script_place.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of a longer line the end is not seen. */
enum { LINE_BYTES = 1024 };

static const char *after_spaces(const char *text)
{
    return text + strspn(text, " \t");
}

/* What follows `word`, with spaces around it, or NULL. */
static const char *after(const char *text, const char *word)
{
    text = after_spaces(text);
    return strncmp(text, word, strlen(word)) == 0 ? after_spaces(text + strlen(word)) : NULL;
}

/* "RULE, RULE]" */
static bool has_rule(const char *list, const char *rule)
{
    size_t length = strlen(rule);

    for (;;) {
        list = after_spaces(list);
        if (strncmp(list, rule, length) == 0 && strchr(", \t]", list[length]) != NULL &&
            list[length] != '\0')
            return true;
        list += strcspn(list, ",]");
        if (*list != ',')
            return false;
        list++;
    }
}

bool ignored_says(const char *line, const char *rule)
{
    for (const char *comment = line; (comment = strchr(comment, '#')) != NULL; comment++) {
        const char *text = after(comment + 1, "pihook:");

        if (text == NULL || (text = after(text, "ignore")) == NULL)
            continue;
        if (*text == '[' ? has_rule(text + 1, rule) : *text == '\0' || *text == '#')
            return true;
    }
    return false;
}

/* ---- the line of a file ---- */

struct reader {
    int file;
    char bytes[LINE_BYTES];
    ssize_t count, at;
};

/* The next byte, or -1 at the end. */
static int next(struct reader *reader)
{
    if (reader->at == reader->count) {
        reader->at = 0;
        reader->count = read(reader->file, reader->bytes, sizeof reader->bytes);
    }
    return reader->count <= 0 ? -1 : (unsigned char)reader->bytes[reader->at++];
}

static void read_line(struct reader *reader, unsigned number, char line[LINE_BYTES])
{
    unsigned length = 0;
    int byte = 0;

    for (unsigned present = 1; present < number && byte >= 0;)
        present += (byte = next(reader)) == '\n';
    while (byte >= 0 && (byte = next(reader)) >= 0 && byte != '\n' && byte != '\r')
        if (length < LINE_BYTES - 1 && byte != '\0')
            line[length++] = (char)byte;
    line[length] = '\0';
}

/* A script may come from a pipe: it is not read a second time. */
static bool is_file(int descriptor)
{
    struct stat status;

    return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

bool ignored_at(const char *file, unsigned number, const char *rule)
{
    struct reader reader = {.file = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    char line[LINE_BYTES] = "";

    if (reader.file < 0)
        return false;
    if (is_file(reader.file))
        read_line(&reader, number, line);
    close(reader.file);
    return ignored_says(line, rule);
}

/* The innermost line of the script. */
static const struct script_place *script_line(const struct finding_step *step)
{
    for (unsigned i = 0; i < step->frame_count; i++) {
        const struct script_place *place = script_place_at(step->frames[i]);

        if (place != NULL)
            return place->line > 0 ? place : NULL;
    }
    return NULL;
}

bool ignored(const struct finding *finding)
{
    int error = errno;
    bool says = false;

    for (unsigned i = 0; i < finding->step_count && !says; i++) {
        const struct script_place *place = script_line(&finding->steps[i]);

        says = place != NULL && ignored_at(place->file, place->line, finding->rule);
    }
    errno = error;
    return says;
}
