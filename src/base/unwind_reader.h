/* SPDX-License-Identifier: MIT */
/*
 * A cursor over DWARF data that never leaves its bounds: what lies behind the end reads as 0
 * and marks the cursor as bad, so that callers check once, after several reads.
 */
#ifndef PIHOOK_BASE_UNWIND_READER_H
#define PIHOOK_BASE_UNWIND_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct unwind_reader {
    const unsigned char *at, *end;
    bool bad;
};

static inline void reader_fail(struct unwind_reader *reader)
{
    reader->at = reader->end;
    reader->bad = true;
}

static inline void reader_skip(struct unwind_reader *reader, uint64_t bytes)
{
    if (bytes > (size_t)(reader->end - reader->at))
        reader_fail(reader);
    else
        reader->at += bytes;
}

static inline unsigned read_byte(struct unwind_reader *reader)
{
    if (reader->at < reader->end)
        return *reader->at++;
    reader->bad = true;
    return 0;
}

#define READ_FIXED(name, type)                                 \
    static inline type name(struct unwind_reader *reader)      \
    {                                                          \
        type value = 0;                                        \
                                                               \
        if ((size_t)(reader->end - reader->at) < sizeof value) \
            reader_fail(reader);                               \
        else {                                                 \
            memcpy(&value, reader->at, sizeof value);          \
            reader->at += sizeof value;                        \
        }                                                      \
        return value;                                          \
    }

READ_FIXED(read_u16, uint16_t)
READ_FIXED(read_u32, uint32_t)
READ_FIXED(read_u64, uint64_t)
READ_FIXED(read_pointer, uintptr_t)

/* Bits beyond the 64th are dropped. */
static inline uint64_t read_leb(struct unwind_reader *reader, unsigned *bits, unsigned *last)
{
    uint64_t value = 0;
    unsigned shift = 0, byte;

    do {
        byte = read_byte(reader);
        if (shift < 64)
            value |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
    } while (byte & 0x80);
    *bits = shift;
    *last = byte;
    return value;
}

static inline uint64_t read_uleb(struct unwind_reader *reader)
{
    unsigned bits, last;

    return read_leb(reader, &bits, &last);
}

static inline int64_t read_sleb(struct unwind_reader *reader)
{
    unsigned bits, last;
    uint64_t value = read_leb(reader, &bits, &last);

    if (last & 0x40 && bits < 64)
        value |= ~UINT64_C(0) << bits;
    return (int64_t)value;
}

/*
 * A pointer as .eh_frame encodes it (DW_EH_PE_*); `data` is what data-relative ones count
 * from.  The indirection that an encoding may ask for is left to the caller.
 */
uintptr_t read_encoded(struct unwind_reader *reader, unsigned encoding, const void *data);

#endif
