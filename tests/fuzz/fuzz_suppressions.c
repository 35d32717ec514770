/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a file of suppressions.  Run by libFuzzer or by standalone.c; what must hold
 * for every input is checked with require(), which aborts.
 */
#include "fuzz.h"
#include "report/suppressions.h"

#include <string.h>

enum { TOLD_MAX = 101 };

struct heard {
    unsigned lines; /* of the input */
    unsigned last;
    unsigned count;
};

static void hear(void *context, const char *where, unsigned line, const char *sentence)
{
    struct heard *heard = context;

    require(strcmp(where, "input") == 0);
    require(line > heard->last && line <= heard->lines); /* in order, once */
    require(sentence[0] != '\0' && ++heard->count <= TOLD_MAX);
    for (const char *at = sentence; *at != '\0'; at++)
        require((unsigned char)*at >= ' ' && *at != 0x7f);
    heard->last = line;
}

static unsigned lines_in(const uint8_t *bytes, size_t count)
{
    unsigned lines = count > 0 && bytes[count - 1] != '\n';

    for (size_t i = 0; i < count; i++)
        lines += bytes[i] == '\n';
    return lines;
}

static void check_entries(struct suppressions *suppressions, unsigned lines)
{
    unsigned last = 0;

    for (unsigned i = 0; i < suppressions->count; i++) {
        const struct suppression *entry = &suppressions->list[i];

        require(entry->line > last && entry->line <= lines);
        require(*entry->rule != '\0' && *entry->pattern != '\0');
        require(strchr(entry->pattern, '\n') == NULL && !entry->matched);
        last = entry->line;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct heard heard = {.lines = lines_in(bytes, count)};
    const struct complaints complaints = {hear, &heard};
    struct suppressions suppressions = {0};
    char *copy = malloc(count + 1); /* the least that it may write to */

    require(copy != NULL);
    memcpy(copy, bytes, count);
    require(suppressions_parse(&suppressions, copy, count, "input", &complaints) == 0);
    check_entries(&suppressions, heard.lines);
    if (suppressions_match(&suppressions, "lock-order", "function"))
        require(suppressions_concern(&suppressions, "lock-order"));
    suppressions_drop(&suppressions);
    free(copy);
    return 0;
}
