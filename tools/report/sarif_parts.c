/* SPDX-License-Identifier: MIT */
/* Called by format_sarif.c. */
#include "report/sarif_parts.h"

#include "report/location.h"
#include "report/pool.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

json_t *sarif_message(const char *text)
{
    return json_pack("{s:s}", "text", text);
}

/* -------------------------------------------------------------------------------- files */

/* RFC 3986: unreserved characters and the slash stand for themselves. */
static char *percent_encoded(const char *start, const char *path, const char *end)
{
    static const char PLAIN[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789-._~/";
    char *uri = malloc(strlen(start) + 3 * strlen(path) + strlen(end) + 1), *to = uri;

    if (!uri)
        no_memory();
    to = stpcpy(to, start);
    for (; *path; path++)
        if (strchr(PLAIN, *path))
            *to++ = *path;
        else
            to += sprintf(to, "%%%02X", (unsigned char)*path);
    strcpy(to, end);
    return uri;
}

json_t *sarif_bases(void)
{
    char here[4096];

    if (!getcwd(here, sizeof here))
        return NULL;
    char *uri = percent_encoded("file://", here, strcmp(here, "/") != 0 ? "/" : "");
    json_t *bases = json_pack("{s:{s:s}}", SARIF_BASE, "uri", uri);

    free(uri);
    return bases;
}

/* Of libraries, the compiler's names may be relative to a folder that nobody knows here. */
static const char *base_of(const char *file)
{
    bool below = *file != '/' && strncmp(file, "../", 3) != 0 && access(file, F_OK) == 0;

    return below ? SARIF_BASE : NULL;
}

static json_t *physical(const struct location *location)
{
    if (!location_is_file(location))
        return NULL;
    char *uri = percent_encoded(*location->file == '/' ? "file://" : "", location->file, "");
    json_t *object =
        json_pack("{s:{s:s,s:s*},s:{s:i}}", "artifactLocation", "uri", uri, "uriBaseId",
                  base_of(location->file), "region", "startLine", (int)location->line);

    free(uri);
    return object;
}

/* ---------------------------------------------------------------------------- functions */

static json_t *logical(const struct location *location, const json_t *place)
{
    bool is_data = json_object_get(place, "variable") && !json_object_get(place, "function");

    if (!location->function)
        return NULL;
    return json_pack("[{s:s,s:s,s:s}]", "name", location->function, "fullyQualifiedName",
                     location->function, "kind", is_data ? "variable" : "function");
}

json_t *sarif_location(const json_t *place, const char *message)
{
    struct location location = location_of_place(place);

    return json_pack("{s:o*,s:o*,s:o*}", "physicalLocation", physical(&location),
                     "logicalLocations", logical(&location, place), "message",
                     message ? sarif_message(message) : NULL);
}
