/* SPDX-License-Identifier: MIT */
/* Where CPython's structures hold a thread's frames and a frame's code.  Bytes. */
#ifndef PIHOOK_PYTHON_FRAMES_LAYOUT_H
#define PIHOOK_PYTHON_FRAMES_LAYOUT_H

#include "python/api.h"

#include <stdint.h>

enum { FRAME_TAG_BITS = 7 }; /* of the pointer to a frame's code */

struct frames_layout {
    size_t object_type, object_size; /* in an object: its type, the size of a variable one */
    size_t state_frame;              /* in a thread's state: its frame, */
    size_t state_inner;              /* or, if `through`, what has the frame there */
    bool through;
    size_t state_thread; /* its pthread_t */
    size_t code, previous;
    size_t instruction; /* a pointer into the code, or, before 3.11, an int */
    bool is_index;      /* it is an int, */
    int scale;          /* of so many bytes */
    size_t code_start;  /* in the code object: its first instruction */
    size_t file, name;
    size_t ascii; /* in a str of ASCII: its first byte */
};

/*
 * Looks for all that in the calling thread, which runs Python code.  NULL, or what was not
 * found, as the end of "CPython does not show ...".
 */
const char *frames_layout_find(struct frames_layout *layout);

/* The present thread's state, NULL if it has none. */
char *frames_state(void);

/* CPython's function that tells it, NULL if there is none. */
typedef void *frames_state_call(void);
frames_state_call *frames_state_function(void);

#endif
