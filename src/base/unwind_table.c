/* SPDX-License-Identifier: MIT */
/*
 * Finding the entry of .eh_frame for an instruction.  Called by the unwinder for every
 * frame; must never lock, allocate, or leave the segment that the tables lie in.
 */
#include "base/unwind_table.h"

#include "base/image.h"

#include <dlfcn.h>

enum {
    OMITTED = 0xff,
    SORTED_PAIRS = 0x3b, /* signed 32 bits, counted from the header: what linkers write */
    PAIR = 8
};

/* The linker puts .eh_frame into the segment of .eh_frame_hdr. */
static void find_section(const struct dl_find_object *found, struct unwind_section *section)
{
    struct image image = {found->dlfo_map_start, found->dlfo_link_map};
    struct image_range range;

    *section = (struct unwind_section){NULL, NULL, NULL};
    if (found->dlfo_eh_frame != NULL && image_segment(&image, found->dlfo_eh_frame, &range))
        *section = (struct unwind_section){(const void *)range.start, (const void *)range.end,
                                           found->dlfo_eh_frame};
}

void unwind_object_at(uintptr_t address, struct unwind_object *object)
{
    struct dl_find_object found;

    if (_dl_find_object((void *)address, &found) != 0) {
        *object = (struct unwind_object){.start = 0};
        return;
    }
    object->start = (uintptr_t)found.dlfo_map_start;
    object->end = (uintptr_t)found.dlfo_map_end;
    object->map = found.dlfo_link_map;
    find_section(&found, &object->section);
    unwind_object_read_header(object);
}

void unwind_object_read_header(struct unwind_object *object)
{
    const struct unwind_section *section = &object->section;
    struct unwind_reader header = {section->data, section->high, false};
    unsigned version = read_byte(&header), first = read_byte(&header), count = read_byte(&header),
             pairs = read_byte(&header);
    size_t entries;

    object->table = object->first = NULL;
    if (version != 1 || first == OMITTED)
        return;
    object->first = (const void *)read_encoded(&header, first, section->data);
    if (count == OMITTED || pairs != SORTED_PAIRS)
        return;
    entries = read_encoded(&header, count, section->data);
    if (header.bad || entries > (size_t)(header.end - header.at) / PAIR)
        return;
    object->table = header.at;
    object->entries = entries;
}

static intptr_t pair_half(const unsigned char *half)
{
    int32_t value;

    memcpy(&value, half, sizeof value);
    return value;
}

/* The FDE of the last pair that begins at or before the address, or NULL. */
static const unsigned char *search(const struct unwind_object *object, uintptr_t address)
{
    uintptr_t data = (uintptr_t)object->section.data;
    intptr_t sought = (intptr_t)(address - data);
    size_t low = 0, high = object->entries;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (pair_half(object->table + middle * PAIR) <= sought)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return NULL;
    return (const void *)(data + (uintptr_t)pair_half(object->table + (low - 1) * PAIR + 4));
}

static bool is_for(const struct unwind_entry *entry, uintptr_t address)
{
    return address - entry->begin < entry->size;
}

/* Where the next CIE or FDE begins; NULL at the end. */
static const unsigned char *next_after(const struct unwind_section *section,
                                       const unsigned char *start)
{
    struct unwind_reader reader = {start, section->high, false};
    uint32_t length = read_u32(&reader);

    reader_skip(&reader, length);
    return reader.bad || length == 0 ? NULL : reader.at;
}

static bool scan(const struct unwind_object *object, uintptr_t address, struct unwind_entry *entry)
{
    const struct unwind_section *section = &object->section;
    const unsigned char *at = object->first;

    if (at < section->low || at >= section->high)
        return false;
    for (; at != NULL; at = next_after(section, at))
        if (unwind_entry_read(section, at, entry) && is_for(entry, address))
            return true;
    return false;
}

bool unwind_object_entry(const struct unwind_object *object, uintptr_t address,
                         struct unwind_entry *entry)
{
    const unsigned char *fde;

    if (object->table == NULL)
        return scan(object, address, entry);
    fde = search(object, address);
    return fde != NULL && unwind_entry_read(&object->section, fde, entry) && is_for(entry, address);
}
