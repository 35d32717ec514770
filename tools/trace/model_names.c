/* SPDX-License-Identifier: MIT */
/* Called while definitions of a file are read, and while places are looked up. */
#include "trace/model_names.h"

#include "graph/vector.h"
#include "report/pool.h"

#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------------------- strings */

/* How many bytes of a character that begins here are right; 0: it is none. */
static size_t character(const unsigned char *bytes, size_t count)
{
    static const unsigned char LOWEST[] = {[3] = 0xa0, [4] = 0x90},
                               HIGHEST[] = {[3] = 0x9f, [4] = 0x8f};
    size_t length = bytes[0] < 0x80                        ? 1
                    : bytes[0] >= 0xc2 && bytes[0] <= 0xdf ? 2
                    : (bytes[0] & 0xf0) == 0xe0            ? 3
                    : bytes[0] >= 0xf0 && bytes[0] <= 0xf4 ? 4
                                                           : 0;

    if (length == 0 || length > count)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
    /* Longer than it needs be, a surrogate, or beyond the last one. */
    if (((bytes[0] == 0xe0 || bytes[0] == 0xf0) && bytes[1] < LOWEST[length]) ||
        ((bytes[0] == 0xed || bytes[0] == 0xf4) && bytes[1] > HIGHEST[length]))
        return 0;
    return length;
}

static bool is_control(const unsigned char *bytes, size_t length)
{
    return (length == 1 && (bytes[0] < ' ' || bytes[0] == 0x7f)) ||
           (length == 2 && bytes[0] == 0xc2 && bytes[1] < 0xa0);
}

static bool is_plain(const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if ((unsigned char)bytes[i] < ' ' || (unsigned char)bytes[i] >= 0x7f)
            return false;
    return true;
}

static uint32_t keep_string(struct model *model, const char *bytes, size_t count)
{
    return interned_keep(&model->store->strings, bytes, count, NULL);
}

static uint32_t keep_cleaned(struct model *model, const unsigned char *bytes, size_t count)
{
    char *clean = malloc(3 * count);
    size_t used = 0, length;

    if (!clean)
        no_memory();
    for (size_t i = 0; i<count; i += length> 0 ? length : 1) {
        length = character(bytes + i, count - i);
        if (length == 0) {
            memcpy(clean + used, "\xef\xbf\xbd", 3);
            used += 3;
        } else if (is_control(bytes + i, length)) {
            clean[used++] = ' ';
        } else {
            memcpy(clean + used, bytes + i, length);
            used += length;
        }
    }
    uint32_t number = keep_string(model, clean, used);

    free(clean);
    return number;
}

uint32_t names_string(struct model *model, const char *bytes, size_t count)
{
    if (is_plain(bytes, count))
        return keep_string(model, bytes, count);
    return keep_cleaned(model, (const unsigned char *)bytes, count);
}

/* ------------------------------------------------------------ places, stacks, classes */

uint32_t names_place(struct model *model, const struct model_place *place)
{
    struct model_place key;
    bool is_new;

    memset(&key, 0, sizeof key); /* its gaps, too */
    key.offset = place->offset;
    key.function = place->function;
    key.file = place->file;
    key.line = place->line;
    key.into = place->into;
    key.native = place->native;
    uint32_t number = interned_keep(&model->store->places, &key, sizeof key, &is_new);

    if (is_new)
        VECTOR_ADD(&model->places, key);
    return number;
}

uint32_t names_stack(struct model *model, const uint32_t *places, size_t count)
{
    struct model_stack stack = {(uint32_t)model->frames.count, (uint32_t)count};
    bool is_new;
    uint32_t number = interned_keep(&model->store->stacks, places, count * sizeof *places, &is_new);

    if (!is_new)
        return number;
    for (size_t i = 0; i < count; i++)
        VECTOR_ADD(&model->frames, places[i]);
    VECTOR_ADD(&model->stacks, stack);
    return number;
}

uint32_t names_class(struct model *model, enum lock_origin origin, uint32_t place, uint32_t traits)
{
    const uint32_t key[] = {origin, place};
    struct model_class added = {.origin = (uint8_t)origin, .place = place};
    bool is_new;
    uint32_t number = interned_keep(&model->store->classes, key, sizeof key, &is_new);

    if (is_new)
        VECTOR_ADD(&model->classes, added);
    model->classes.items[number].traits |= traits;
    return number;
}

/* ------------------------------------------------------------------------------- life */

void names_begin(struct model *model)
{
    const struct model_place nowhere = {0};
    const uint32_t nothing = 0;

    *model = (struct model){.store = calloc(1, sizeof *model->store)};
    if (!model->store)
        no_memory();
    names_string(model, "", 0);
    names_place(model, &nowhere);
    names_stack(model, &nothing, 0);
    names_class(model, ORIGIN_UNKNOWN, 0, 0);
}

void names_end(struct model *model)
{
    const struct interned *strings = &model->store->strings;
    size_t length;

    model->strings.count = 0;
    for (uint32_t i = 0; i < strings->count; i++)
        VECTOR_ADD(&model->strings, interned_at(strings, i, &length));
}

void names_free(struct model *model)
{
    interned_clear(&model->store->strings);
    interned_clear(&model->store->places);
    interned_clear(&model->store->stacks);
    interned_clear(&model->store->classes);
    free(model->store->scratch.items);
    for (size_t i = 0; i < model->store->paths.count; i++)
        free(model->store->paths.items[i]);
    free(model->store->paths.items);
    free(model->store);
    model->store = NULL;
}
