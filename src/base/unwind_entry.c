/* SPDX-License-Identifier: MIT */
/*
 * Reading CIEs and FDEs.  Called by unwind_table.c for every frame; must never leave the
 * section, whatever stands in it.
 */
#include "base/unwind_entry.h"

enum { EXTENDED_LENGTH = 0xffffffff };

/* How a pointer is stored, what is added to it, and whether it is the address of one. */
enum {
    PE_FORMAT = 0x0f,
    PE_BASE = 0x70,
    PE_ABSOLUTE = 0x00,
    PE_ULEB = 0x01,
    PE_U2 = 0x02,
    PE_U4 = 0x03,
    PE_U8 = 0x04,
    PE_SLEB = 0x09,
    PE_S2 = 0x0a,
    PE_S4 = 0x0b,
    PE_S8 = 0x0c,
    PE_RELATIVE = 0x10,
    PE_DATA = 0x30,
    PE_ALIGNED = 0x50,
    PE_INDIRECT = 0x80
};

static uintptr_t read_format(struct unwind_reader *reader, unsigned format)
{
    switch (format) {
    case PE_ABSOLUTE:
        return read_pointer(reader);
    case PE_ULEB:
        return (uintptr_t)read_uleb(reader);
    case PE_SLEB:
        return (uintptr_t)read_sleb(reader);
    case PE_U2:
        return read_u16(reader);
    case PE_S2:
        return (uintptr_t)(int16_t)read_u16(reader);
    case PE_U4:
        return read_u32(reader);
    case PE_S4:
        return (uintptr_t)(int32_t)read_u32(reader);
    case PE_U8:
    case PE_S8:
        return (uintptr_t)read_u64(reader);
    }
    reader_fail(reader);
    return 0;
}

uintptr_t read_encoded(struct unwind_reader *reader, unsigned encoding, const void *data)
{
    uintptr_t here = (uintptr_t)reader->at;

    switch (encoding & PE_BASE) {
    case PE_ABSOLUTE:
        return read_format(reader, encoding & PE_FORMAT);
    case PE_RELATIVE:
        return here + read_format(reader, encoding & PE_FORMAT);
    case PE_DATA:
        return (uintptr_t)data + read_format(reader, encoding & PE_FORMAT);
    case PE_ALIGNED:
        reader_skip(reader, -here % sizeof(uintptr_t));
        return read_pointer(reader);
    }
    reader_fail(reader);
    return 0;
}

/* The rest of a CIE or FDE, without its length. */
static struct unwind_reader entry_at(const struct unwind_section *section,
                                     const unsigned char *start)
{
    struct unwind_reader reader = {start, section->high, false};
    uint32_t length;

    if (start < section->low || start >= section->high) {
        reader_fail(&reader);
        return reader;
    }
    length = read_u32(&reader);
    if (length == 0 || length == EXTENDED_LENGTH || length > (size_t)(reader.end - reader.at))
        reader_fail(&reader);
    else
        reader.end = reader.at + length;
    return reader;
}

/* One letter of the augmentation; false if what follows can't be known. */
static bool augment(struct unwind_reader *cie, char letter, struct unwind_entry *entry)
{
    unsigned encoding;

    switch (letter) {
    case 'L': /* the encoding of a pointer that each FDE has; skipped with its length */
        read_byte(cie);
        return true;
    case 'P':
        encoding = read_byte(cie);
        read_encoded(cie, encoding, entry->data);
        return true;
    case 'R':
        entry->encoding = read_byte(cie);
        return true;
    case 'S':
        entry->is_signal = true;
        return true;
    case 'B': /* return addresses are signed by key B (aarch64); all are stripped */
    case 'G': /* the frame is tagged (aarch64) */
        return true;
    }
    return false;
}

static void read_augmentation(struct unwind_reader *cie, const char *letters,
                              struct unwind_entry *entry)
{
    struct unwind_reader data = *cie;
    uint64_t length = read_uleb(cie);

    read_uleb(&data);
    reader_skip(cie, length);
    data.end = cie->at;
    while (*letters != '\0' && augment(&data, *letters, entry))
        letters++;
    cie->bad |= data.bad;
}

static const char *read_string(struct unwind_reader *reader)
{
    const char *string = (const char *)reader->at;

    while (read_byte(reader) != 0)
        ;
    return string;
}

static bool read_cie(struct unwind_reader cie, struct unwind_entry *entry)
{
    unsigned id = read_u32(&cie), version = read_byte(&cie);
    const char *letters = read_string(&cie);

    if (cie.bad || id != 0 || (version != 1 && version != 3 && version != 4))
        return false;
    if (version == 4) /* sizes of addresses and of segment selectors */
        reader_skip(&cie, 2);
    if (letters[0] == 'e' && letters[1] == 'h') /* as GCC 2 made them */
        read_pointer(&cie);
    entry->code_align = read_uleb(&cie);
    entry->data_align = read_sleb(&cie);
    entry->return_register = version == 1 ? read_byte(&cie) : (unsigned)read_uleb(&cie);
    entry->has_data = letters[0] == 'z';
    if (entry->has_data)
        read_augmentation(&cie, letters + 1, entry);
    entry->initial = cie;
    return !cie.bad && (entry->has_data || letters[0] == '\0' || letters[0] == 'e');
}

bool unwind_entry_read(const struct unwind_section *section, const unsigned char *fde,
                       struct unwind_entry *entry)
{
    struct unwind_reader reader = entry_at(section, fde);
    uintptr_t here = (uintptr_t)reader.at;
    uint32_t back = read_u32(&reader);

    if (reader.bad || back == 0 || back > here - (uintptr_t)section->low)
        return false;
    entry->data = section->data;
    entry->encoding = PE_ABSOLUTE;
    entry->is_signal = false;
    if (!read_cie(entry_at(section, (const unsigned char *)(here - back)), entry) ||
        entry->encoding & PE_INDIRECT)
        return false;
    entry->begin = read_encoded(&reader, entry->encoding, section->data);
    entry->size = read_encoded(&reader, entry->encoding & PE_FORMAT, section->data);
    if (entry->has_data)
        reader_skip(&reader, read_uleb(&reader));
    entry->program = reader;
    return !reader.bad;
}
