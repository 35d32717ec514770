/* SPDX-License-Identifier: MIT */
/* Called by formats that show findings beside the code.  The record's JSON has sources. */
#include "report/location.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const char *string_of(const json_t *object, const char *key)
{
    const char *string = json_string_value(json_object_get(object, key));

    return string && *string ? string : NULL;
}

static struct location of_line(const json_t *line)
{
    json_int_t number = json_integer_value(json_object_get(line, "line"));

    return (struct location){
        .file = string_of(line, "file"),
        .line = number > 0 && number <= INT32_MAX ? (unsigned)number : 1,
        .function = string_of(line, "function"),
    };
}

static bool starts_with(const char *string, const char *start)
{
    return strncmp(string, start, strlen(start)) == 0;
}

/* What a library of the system calls its files may be relative to wherever that was built. */
static bool is_of_system(const json_t *place, const char *file)
{
    const char *object = string_of(place, "object");

    return starts_with(file, "/usr/") || *file == '<' ||
           (object && (starts_with(object, "/usr/lib") || starts_with(object, "/lib")));
}

/* The innermost line that is not one of the system's; else, if any will do, the innermost. */
static struct location line_of(const json_t *place, bool any)
{
    struct location first = {0};
    const json_t *line;
    size_t i;

    json_array_foreach(json_object_get(place, "source"), i, line) {
        struct location here = of_line(line);

        if (here.file && !is_of_system(place, here.file))
            return here;
        if (here.file && !first.file && any)
            first = here;
    }
    return first;
}

const json_t *location_frame(const json_t *stack)
{
    const json_t *place;
    size_t i;

    json_array_foreach(stack, i, place)
        if (line_of(place, false).file)
            return place;
    return json_array_get(stack, 0);
}

static struct location find(const json_t *finding)
{
    const json_t *step = json_array_get(json_object_get(finding, "steps"), 0);
    const json_t *held = json_array_get(json_object_get(step, "held"), 0);
    struct location found = line_of(location_frame(json_object_get(step, "stack")), true);

    return found.file ? found : line_of(json_object_get(held, "at"), true);
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

struct location location_of_place(const json_t *place)
{
    struct location found = line_of(place, true);

    if (!found.file)
        found = of_line(place);
    if (!found.function)
        found.function = string_of(place, "function");
    if (!found.function)
        found.function = string_of(place, "variable");
    if (found.file)
        found.file = below_here(found.file);
    return found;
}

bool location_is_file(const struct location *location)
{
    return location->file && *location->file != '<';
}
