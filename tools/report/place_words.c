/* SPDX-License-Identifier: MIT */
/* Words for places.  Called while a finding is read, after its sources were added. */
#include "report/place_words.h"

#include <inttypes.h>
#include <string.h>

enum { INLINED_MAX = 16 };

enum form { ONE_LINE, FRAME };

static const char *without_folder(const char *file)
{
    const char *slash = strrchr(file, '/');

    return slash ? slash + 1 : file;
}

static char *line_words(struct pool *pool, struct members *members, const json_t *line)
{
    const char *function = member_string(members, line, "function", false);

    return pool_print(pool, "%s%s%s:%u", function, *function ? " " : "",
                      member_string(members, line, "file", true),
                      member_number(members, line, "line", INT32_MAX, true));
}

/* What a standard library puts around the call is not what the user is after. */
static bool is_of_system(struct members *members, const json_t *line)
{
    return strncmp(member_string(members, line, "file", true), "/usr/", 5) == 0;
}

/* NULL where the source is not known. */
static const char *source_words(struct pool *pool, struct members *members, const json_t *place,
                                enum form form)
{
    const char *between = form == FRAME ? "\n            inlined in " : ", inlined in ";
    json_t *source = member_array(members, place, "source", false), *line;
    size_t count = json_array_size(source), i;
    char *words = NULL;

    json_array_foreach(source, i, line) {
        if (i == INLINED_MAX)
            break;
        if (form == ONE_LINE && i + 1 < count && is_of_system(members, line))
            continue;
        char *here = line_words(pool, members, line);

        words = words ? pool_print(pool, "%s%s%s", words, between, here) : here;
    }
    return words;
}

static const char *symbol_words(struct pool *pool, struct members *members, const json_t *place)
{
    const char *function = member_string(members, place, "function", false);
    const char *variable = member_string(members, place, "variable", false);
    bool is_data = *variable && !*function;
    uint64_t offset;

    if (is_data)
        member_hex(members, place, "variable_offset", &offset);
    else if (*function)
        member_hex(members, place, "function_offset", &offset);
    else
        member_hex(members, place, "offset", &offset);
    if (is_data && offset == 0)
        return variable;
    return pool_print(pool, "%s+0x%" PRIx64, is_data ? variable : function, offset);
}

/* A variable has no functions around it, only the line of its declaration. */
static const char *declared_words(struct pool *pool, struct members *members, const json_t *place)
{
    const char *symbol = symbol_words(pool, members, place);
    const char *file = member_string(members, place, "file", false);

    if (!*file)
        return symbol;
    return pool_print(pool, "%s %s:%u", symbol, file,
                      member_number(members, place, "line", INT32_MAX, true));
}

static const char *in_object(struct pool *pool, struct members *members, const json_t *place,
                             enum form form)
{
    const char *object = member_string(members, place, "object", false);
    const char *remark = member_string(members, place, "remark", false);
    const char *words = source_words(pool, members, place, form);

    if (!words)
        words = declared_words(pool, members, place);
    return pool_print(pool, "%s (%s%s%s)", words, without_folder(object), *remark ? ", " : "",
                      remark);
}

static const char *any_words(struct pool *pool, struct members *members, const json_t *place,
                             enum form form)
{
    const char *text = member_string(members, place, "text", false);
    uint64_t address;

    if (*text)
        return text;
    if (*member_string(members, place, "object", false))
        return in_object(pool, members, place, form);
    if (member_hex(members, place, "address", &address))
        return pool_print(pool, "0x%" PRIx64 " (unknown)", address);
    return "an unknown place";
}

const char *place_words(struct pool *pool, struct members *members, const json_t *place)
{
    return place ? any_words(pool, members, place, ONE_LINE) : NULL;
}

const char *frame_words(struct pool *pool, struct members *members, const json_t *frame)
{
    return any_words(pool, members, frame, FRAME);
}
