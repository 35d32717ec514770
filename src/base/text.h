/* SPDX-License-Identifier: MIT */
/*
 * Text put together in a buffer that the caller owns.
 *
 * No allocation, no stdio, no locale: it may be used in any thread, in a signal
 * handler and before the program's own start.  What does not fit is left out and
 * remembered: the text then ends in "..." and `cut` is set.  The buffer is
 * always NUL-terminated.
 */
#ifndef PIHOOK_BASE_TEXT_H
#define PIHOOK_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char *bytes;
    size_t size;   /* of the buffer, the NUL included */
    size_t length; /* of the text so far */
    bool cut;
};

/* Starts an empty text in buffer[0..size); size must be at least 4. */
struct text text_in(char *buffer, size_t size);

void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const char *bytes, size_t count);
void text_add_int(struct text *text, int64_t number);
void text_add_hex(struct text *text, uint64_t number); /* with "0x" */

/* Adds every string up to the NULL that ends the list. */
void text_join(struct text *text, ...) __attribute__((sentinel));

#endif
