/* SPDX-License-Identifier: MIT */
/* Called by the formats that have it in them. */
#include "report/record_text.h"

#include "report/finding_text.h"

#include <limits.h>
#include <stdlib.h>

/* A report has no largest size: it grows until it fits. */
char *record_text(const struct record *record, bool color, size_t *length)
{
    const struct finding_style style = {.color = color, .frames = UINT_MAX};
    struct view view;

    view_init(&view, &record->finding);
    for (size_t size = 1 << 14;; size *= 2) {
        char *bytes = malloc(size);
        struct text text;

        if (!bytes)
            no_memory();
        text = text_in(bytes, size);
        finding_text(&text, &view, &record->who, &style);
        *length = text.length;
        if (!text.cut)
            return bytes;
        free(bytes);
    }
}
