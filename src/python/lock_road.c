/* SPDX-License-Identifier: MIT */
/*
 * Methods of locks, and lines of code.  Called while an interpreter starts; where something
 * is not as expected, Python's locks go unseen, and status() says why.
 */
#include "python/lock_road.h"

#include "locks/inversion.h"
#include "locks/left_out.h"
#include "python/frames.h"
#include "python/lock_type.h"
#include "python/road.h"

#include <stddef.h>

static void know_code(const struct image *image)
{
    struct image_range text;

    if (image_text(image, 0, &text))
        inversion_interpreter((const void *)text.start, (const void *)text.end);
}

/* The GIL's mutexes, and others that the interpreter takes and gives back by itself. */
static void know_state(const struct image *image)
{
    size_t size = 0;
    const char *state = image_symbol_sized(image, "_PyRuntime", &size);

    if (state != NULL)
        left_out_add(state, state + size);
}

void lock_road_prepare(const struct image *image)
{
    know_code(image);
    know_state(image);
}

void lock_road_take(void)
{
    const char *missing = NULL;

    if (!lock_type_is_watched()) {
        road_refuse(ROAD_LOCKS, "switched off (lock-checks=no)", NULL);
        return;
    }
    if (!frames_learn(&missing) || (missing = lock_type_wrap()) != NULL)
        road_refuse(ROAD_LOCKS, "this Python does not show ", missing, NULL);
    else
        road_take(ROAD_LOCKS, "methods");
}
