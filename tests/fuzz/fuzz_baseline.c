/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a baseline.  Run by libFuzzer or by standalone.c; what must hold for every input is
 * checked with require(), which aborts.
 */
#include "fuzz.h"
#include "report/baseline.h"

#include <string.h>

static void check_text(const char *text)
{
    for (; *text != '\0'; text++)
        require((unsigned char)*text >= ' ' && *text != 0x7f);
}

/* A line by itself, so that a sanitizer sees what is read behind it. */
static void add_line(struct baseline *baseline, const uint8_t *line, size_t count,
                     unsigned long number)
{
    struct members members = {""};
    size_t before = baseline->count;
    char *copy = malloc(count > 0 ? count : 1);
    struct input_line input = {.bytes = copy, .count = count, .number = number, .whole = true};

    require(copy != NULL);
    memcpy(copy, line, count);
    baseline_add(baseline, &members, &input);
    free(copy);
    require(baseline->count == before || (baseline->count == before + 1 && number > 1));
    require(baseline->count == before || *members.expected == '\0');
    check_text(members.expected);
}

static void check_entries(const struct baseline *baseline)
{
    for (size_t i = 0; i < baseline->count; i++) {
        const struct baseline_entry *entry = &baseline->entries[i];
        char digits[17];

        check_text(entry->line);
        snprintf(digits, sizeof digits, "%016llx", (unsigned long long)entry->identity);
        require(strstr(entry->line, digits) != NULL && !entry->met);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct baseline baseline = {.file = "input"};
    struct collection none = {0};
    unsigned long number = 0;

    for (size_t from = 0; from < count;) {
        const uint8_t *end = memchr(bytes + from, '\n', count - from);
        size_t length = end != NULL ? (size_t)(end - bytes) - from : count - from;

        add_line(&baseline, bytes + from, length, ++number);
        from += length + 1;
    }
    check_entries(&baseline);
    baseline_compare(&baseline, &none);
    baseline_clear(&baseline);
    return 0;
}
