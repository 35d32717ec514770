/* SPDX-License-Identifier: MIT */
/*
 * Addresses as places.  Called while a finding is told; it must never ask the loader for
 * what takes its lock (dladdr does).
 */
#include "report/place.h"

#include "base/hash.h"
#include "base/image.h"
#include "report/script_place.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { PROGRAM_FILE_MAX = 1024 };
static char program_file[PROGRAM_FILE_MAX];

void place_prepare(void)
{
    ssize_t length = readlink("/proc/self/exe", program_file, sizeof program_file - 1);

    program_file[length > 0 ? length : 0] = '\0';
}

struct place place_of_frame(const void *frame)
{
    const struct script_place *line = script_place_at(frame);

    return (struct place){.address = frame, .text = line == NULL ? NULL : line->text};
}

const char *place_program(void)
{
    return program_file[0] != '\0' ? program_file : program_invocation_name;
}

/* The loader has no name for the program itself. */
static const char *object_file(const struct image *image)
{
    const char *name = image_name(image);

    return *name != '\0' ? name : place_program();
}

static const char *without_folder(const char *file)
{
    const char *slash = strrchr(file, '/');

    return slash != NULL ? slash + 1 : file;
}

bool place_find(const struct place *place, struct place_found *found)
{
    /* A return address may already be in the next function. */
    const void *inside = (const void *)((uintptr_t)place->address - !place->is_data);
    struct image_symbol_found symbol;
    struct image image;

    *found = (struct place_found){.object = "", .object_name = "", .symbol = ""};
    if (place->text != NULL || place->address == NULL || !image_at(inside, &image))
        return false;
    found->object = object_file(&image);
    found->object_name = without_folder(found->object);
    found->offset = image_offset(&image, inside) + !place->is_data;
    found->build_id = image_build_id(&image, &found->build_id_size);
    if (image_symbol_at(&image, inside, &symbol)) {
        found->symbol = symbol.name;
        found->symbol_offset = symbol.offset + !place->is_data;
    }
    return true;
}

void place_symbol_text(struct text *text, const struct place *place,
                       const struct place_found *found)
{
    uintptr_t offset = *found->symbol != '\0' ? found->symbol_offset : found->offset;

    text_add(text, found->symbol);
    if (offset == 0 && place->is_data && *found->symbol != '\0')
        return;
    text_add(text, "+");
    text_add_hex(text, offset);
}

void place_text(struct text *text, const struct place *place)
{
    struct place_found found;

    if (place->text != NULL) {
        text_add(text, place->text);
    } else if (place->address == NULL) {
        text_add(text, "an unknown place");
    } else if (place_find(place, &found)) {
        place_symbol_text(text, place, &found);
        text_join(text, " (", found.object_name, ")", NULL);
    } else {
        text_add_hex(text, (uintptr_t)place->address);
        text_add(text, " (unknown)");
    }
}

uint64_t place_mix(uint64_t number, const struct place *place)
{
    struct place_found found;

    const struct script_place *line = script_place_at(place->address);

    if (line != NULL)
        return hash_mix(
            finding_mix(finding_mix(number, without_folder(line->file)), line->function),
            line->line);
    if (place->text != NULL)
        return finding_mix(number, place->text);
    place_find(place, &found);
    return hash_mix(finding_mix(number, found.object_name), found.offset);
}
