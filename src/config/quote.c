/* SPDX-License-Identifier: MIT */
/*
 * Input of the user inside a sentence.  Called where bad input is told; what it adds must
 * never break the line or reach a terminal as a control sequence.
 */
#include "config/quote.h"

enum { QUOTED_MAX = 80 };

void quote(struct text *text, const char *input)
{
    size_t length = 0;

    text_add(text, "'");
    for (; input[length] != '\0' && length < QUOTED_MAX; length++) {
        unsigned char byte = (unsigned char)input[length];

        if (byte == '\n')
            text_add(text, "\\n");
        else if (byte < ' ' || byte == 0x7f)
            text_add(text, "?");
        else
            text_add_bytes(text, input + length, 1);
    }
    text_add(text, input[length] == '\0' ? "'" : "...'");
}
