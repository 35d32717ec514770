/* SPDX-License-Identifier: MIT */
/*
 * Keys of classes.  Called for each class of a process.  A variable has its name in every
 * build; what is known by an offset alone is something else in another one.
 */
#include "graph/class_key.h"

#include <stdbool.h>
#include <string.h>

static const char *string_of(const json_t *object, const char *key)
{
    const char *string = json_string_value(json_object_get(object, key));

    return string ? string : "";
}

static const char *without_folder(const char *file)
{
    const char *slash = strrchr(file, '/');

    return slash ? slash + 1 : file;
}

static const char *origin_key(struct pool *pool, const json_t *place, const char *build_id)
{
    const char *object = without_folder(string_of(place, "object"));
    const char *variable = string_of(place, "variable");

    if (*string_of(place, "text"))
        return string_of(place, "text");
    if (*variable)
        return pool_print(pool, "%s\n%s\n%s", object, variable,
                          string_of(place, "variable_offset"));
    return pool_print(pool, "%s\n%s\n%s", object, string_of(place, "offset"), build_id);
}

static const char *key(struct pool *pool, const json_t *json, bool with_build)
{
    const json_t *created = json_object_get(json, "created");
    const char *origin = string_of(json, "origin");

    return pool_print(
        pool, "%s\n%s\n%s", string_of(json, "kind"), origin,
        !strcmp(origin, "module")
            ? string_of(json, "name")
            : origin_key(pool, created, with_build ? string_of(created, "build_id") : ""));
}

const char *class_key(struct pool *pool, const json_t *json)
{
    return key(pool, json, true);
}

const char *class_words(struct pool *pool, const json_t *json)
{
    return key(pool, json, false);
}

const char *place_key(struct pool *pool, const json_t *json)
{
    if (*string_of(json, "text"))
        return string_of(json, "text");
    return pool_print(pool, "%s\n%s\n%s", string_of(json, "object"), string_of(json, "offset"),
                      string_of(json, "build_id"));
}
