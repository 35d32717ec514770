/* SPDX-License-Identifier: MIT */
/*
 * Lines of JSON in the very form in which pihook writes them.  What is in any other form is
 * read as JSON: false means no more than that.
 */
#ifndef PIHOOK_GRAPH_SCAN_H
#define PIHOOK_GRAPH_SCAN_H

#include "graph/vector.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { SCAN_NUMBER_MOST = 100000000 };

struct scan {
    const char *at, *end;
};

static inline bool scan_text(struct scan *scan, const char *text)
{
    size_t length = strlen(text);

    if ((size_t)(scan->end - scan->at) < length || memcmp(scan->at, text, length) != 0)
        return false;
    scan->at += length;
    return true;
}

/* No sign, no zero in front. */
static inline bool scan_number(struct scan *scan, uint32_t *value)
{
    const char *start = scan->at;
    uint64_t found = 0;

    while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9' && scan->at - start < 10)
        found = found * 10 + (uint64_t)(*scan->at++ - '0');
    *value = (uint32_t)found;
    return scan->at > start && found <= SCAN_NUMBER_MOST &&
           (*start != '0' || scan->at == start + 1);
}

static inline bool scan_numbers(struct scan *scan, struct numbers *list)
{
    uint32_t value;

    if (!scan_text(scan, "["))
        return false;
    if (scan_text(scan, "]"))
        return true;
    do {
        if (!scan_number(scan, &value))
            return false;
        VECTOR_ADD(list, value);
    } while (scan_text(scan, ","));
    return scan_text(scan, "]");
}

/* Plain ASCII without anything to escape, or a look at it as JSON. */
static inline bool scan_string(struct scan *scan, const char **string, size_t *count)
{
    if (!scan_text(scan, "\""))
        return false;
    *string = scan->at;
    while (scan->at < scan->end && *scan->at >= ' ' && *scan->at < 0x7f && *scan->at != '"' &&
           *scan->at != '\\')
        scan->at++;
    *count = (size_t)(scan->at - *string);
    return scan_text(scan, "\"");
}

#endif
