/* SPDX-License-Identifier: MIT */
/* Called by formats that show findings beside the code.  The record's JSON has sources. */
#include "report/location.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

static bool is_of_system(const char *file)
{
    return strncmp(file, "/usr/", 5) == 0 || strncmp(file, "<", 1) == 0 || *file == '\0';
}

static struct location of_line(const json_t *line)
{
    const char *file = json_string_value(json_object_get(line, "file"));
    json_int_t number = json_integer_value(json_object_get(line, "line"));

    return (struct location){file, number > 0 && number <= INT32_MAX ? (unsigned)number : 1};
}

/* Takes what is better than the best so far; true: it can't get better. */
static bool consider(struct location *best, const json_t *place)
{
    const json_t *line;
    size_t i;

    json_array_foreach(json_object_get(place, "source"), i, line) {
        struct location here = of_line(line);

        if (!here.file || *here.file == '\0')
            continue;
        if (!best->file)
            *best = here;
        if (!is_of_system(here.file)) {
            *best = here;
            return true;
        }
    }
    return false;
}

static struct location find(const json_t *finding)
{
    const json_t *step = json_array_get(json_object_get(finding, "steps"), 0), *place;
    struct location best = {NULL, 0};
    size_t i;

    json_array_foreach(json_object_get(step, "stack"), i, place)
        if (consider(&best, place))
            return best;
    json_array_foreach(json_object_get(step, "held"), i, place)
        if (consider(&best, json_object_get(place, "at")))
            return best;
    return best;
}

static const char *below_here(const char *file)
{
    char here[4096];
    size_t length;

    if (!getcwd(here, sizeof here))
        return file;
    length = strlen(here);
    return strncmp(file, here, length) == 0 && file[length] == '/' ? file + length + 1 : file;
}

struct location location_of(const struct record *record)
{
    struct location found = find(record->json);

    if (found.file)
        found.file = below_here(found.file);
    return found;
}
