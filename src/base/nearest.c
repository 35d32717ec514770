/* SPDX-License-Identifier: MIT */
/*
 * The known name nearest to a mistyped one.  Called when bad input is told; it must
 * never allocate.
 */
#include "base/nearest.h"

#include <stdbool.h>
#include <string.h>

enum { COMPARED_MAX = 64 }; /* longer names are no typing mistakes of ours */

static char folded(char letter)
{
    if (letter == '_')
        return '-';
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

static unsigned char least(unsigned char one, unsigned char other)
{
    return one < other ? one : other;
}

static bool swapped(const char *a, size_t i, const char *b, size_t j)
{
    return i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) &&
           folded(a[i - 2]) == folded(b[j - 1]);
}

/* Row i of the table of distances between the first i bytes of a and the first j of b. */
struct row {
    unsigned char cost[COMPARED_MAX + 1];
};

static void fill_row(struct row *row, const struct row *before, const struct row *before_that,
                     const char *a, size_t i, const char *b)
{
    row->cost[0] = (unsigned char)i;
    for (size_t j = 1; b[j - 1] != '\0'; j++) {
        unsigned char replaced = before->cost[j - 1] + (folded(a[i - 1]) != folded(b[j - 1]));
        unsigned char shifted = least(before->cost[j], row->cost[j - 1]) + 1;

        row->cost[j] = least(replaced, shifted);
        if (swapped(a, i, b, j))
            row->cost[j] = least(row->cost[j], before_that->cost[j - 2] + 1);
    }
}

static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    struct row rows[3];

    for (size_t j = 0; j <= b_length; j++)
        rows[0].cost[j] = (unsigned char)j;
    for (size_t i = 1; i <= a_length; i++)
        fill_row(&rows[i % 3], &rows[(i + 2) % 3], &rows[(i + 1) % 3], a, i, b);
    return rows[a_length % 3].cost[b_length];
}

/* One mistake in each three letters still shows what was meant; in one letter none does. */
static size_t allowed_distance(size_t length)
{
    if (length < 2)
        return 0;
    return length < 6 ? 1 : length / 3;
}

const char *nearest_name(const char *given, const char *const *names, size_t count)
{
    size_t length = strlen(given);
    size_t nearest_distance = allowed_distance(length) + 1;
    const char *nearest = NULL;

    if (length > COMPARED_MAX)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t name_length = strlen(names[i]);

        if (name_length > COMPARED_MAX)
            continue;
        size_t away = distance(given, length, names[i], name_length);
        if (away < nearest_distance) {
            nearest_distance = away;
            nearest = names[i];
        }
    }
    return nearest;
}
