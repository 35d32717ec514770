/* SPDX-License-Identifier: MIT */
/* Places and slices as the frames of stacks: a name, a file and a line. */
#ifndef PIHOOK_TRACE_FRAME_H
#define PIHOOK_TRACE_FRAME_H

#include "trace/slices.h"

#include "base/text.h"

enum { FRAME_BYTES = 256 };

struct frame {
    char name[FRAME_BYTES]; /* never empty */
    const char *file;       /* "": unknown; lives as long as the model */
    uint32_t line;          /* 0: unknown */
};

/* A function; where it has no name, its offset in the object stands for it. */
struct frame frame_of_place(const struct model *model, uint32_t place);

/* What the thread did, and where it asked for that. */
struct frame frame_of_slice(const struct model *model, const struct slice *slice);

/* `name (file:line)`, as much of it as is known. */
void frame_add(struct text *text, const struct frame *frame);

/*
 * The stack of places that leads to a slice.  0 for imports, which tell the way themselves, and
 * for what stands in another slice: the stack would tell that way twice.
 */
uint32_t frame_stack(const struct slice *slice);

#endif
