/* SPDX-License-Identifier: MIT */
/* One line of a source file. */
#ifndef PIHOOK_REPORT_LINE_OF_FILE_H
#define PIHOOK_REPORT_LINE_OF_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Enough for a line that is looked at and not shown: of a longer one the end is not seen. */
enum { LINE_BYTES = 1024 };

static inline const char *after_spaces(const char *text)
{
    return text + strspn(text, " \t");
}

/*
 * Reads that line of the file, counted from 1, into line[0..size), without its end; what does not
 * fit, and zeros in it, are left out.  False, and an empty line, where there is no ordinary file
 * of that name, one of more than `most` bytes (0: of any size), or no such line.  Takes no
 * memory and waits for nothing; errno stays.
 */
bool line_of_file(const char *file, unsigned number, size_t most, char *line, size_t size);

#endif
