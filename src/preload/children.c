/* SPDX-License-Identifier: MIT */
/* The environment that children inherit.  Called by the library's constructor. */
#include "preload/children.h"

#include "base/image.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define BETWEEN " :"

/* Copies the list to `rest` without that entry. */
static void without(char *rest, const char *list, const char *entry)
{
    char *end = rest;

    while (*(list += strspn(list, BETWEEN)) != '\0') {
        size_t length = strcspn(list, BETWEEN);

        if (length != strlen(entry) || strncmp(list, entry, length) != 0) {
            if (end != rest)
                *end++ = ':';
            memcpy(end, list, length);
            end += length;
        }
        list += length;
    }
    *end = '\0';
}

void children_leave_alone(void)
{
    const char *list = getenv("LD_PRELOAD");
    struct image image;
    char *rest;

    if (list == NULL || !image_at((const void *)(uintptr_t)children_leave_alone, &image))
        return;
    rest = malloc(strlen(list) + 1);
    if (rest == NULL)
        return;
    without(rest, list, image_name(&image));
    if (*rest != '\0')
        setenv("LD_PRELOAD", rest, 1);
    else
        unsetenv("LD_PRELOAD");
    free(rest);
}
