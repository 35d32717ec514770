/* SPDX-License-Identifier: MIT */
/*
 * ELF objects as the loader has mapped them: which one an address lies in, its symbols, its
 * segments.
 *
 * Reads mapped memory only and takes none of the loader's locks (dlsym and dl_iterate_phdr
 * do, and may be waited for by a thread whose lock we stand under).
 */
#ifndef PIHOOK_BASE_IMAGE_H
#define PIHOOK_BASE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct image {
    const void *header; /* where its ELF header is mapped, or a segment of the program itself */
    const void *map;    /* the loader's struct link_map */
};

struct image_range {
    uintptr_t start, end;
};

/* The object that holds an address.  False if there is none that the loader knows. */
bool image_at(const void *address, struct image *image);

/*
 * The object that is first in the loader's list to export `symbol`, except the one that
 * holds `not_in`.  Only at start-up, while no other thread can load or unload objects.
 */
bool image_exporting(const char *symbol, const void *not_in, struct image *image);

/* The address of an exported symbol of that very object, or NULL. */
void *image_symbol(const struct image *image, const char *symbol);

/* The same, and how many bytes the object that it names has. */
void *image_symbol_sized(const struct image *image, const char *symbol, size_t *size);

/*
 * The symbol as the object that holds `after` gets it from the next one in the loader's list:
 * what dlsym(RTLD_NEXT) and dlvsym() find, but without the loader's lock and without memory,
 * at any time.  Where there is none behind it, the first one before it.  `version` NULL is
 * the default one.  NULL: there is none.
 */
void *image_next_symbol(const char *symbol, const char *version, const void *after);

struct image_symbol_found {
    const char *name;
    uintptr_t offset; /* of the address from the symbol */
};

/*
 * The dynamic symbol, function or variable, that an address lies in; of several the one that
 * begins last.  Code without a size (assembly) reaches to the next symbol, but not far.  Slow:
 * looks at all symbols.  For a return address pass the byte before.
 */
bool image_symbol_at(const struct image *image, const void *address,
                     struct image_symbol_found *found);

/* Where the address is in the object's file, as addr2line wants it: less the load bias. */
uintptr_t image_offset(const struct image *image, const void *address);

/* The build id that the linker left in it, or NULL. */
const unsigned char *image_build_id(const struct image *image, size_t *size);

/* The object's file name as the loader knows it, "" for the program itself. */
const char *image_name(const struct image *image);

/* Is it one of the system's own libraries, by where its file lies? */
bool image_is_of_system(const struct image *image);

/* Its n-th executable segment; false when there are no more. */
bool image_text(const struct image *image, unsigned n, struct image_range *range);

/* The loaded segment that holds an address. */
bool image_segment(const struct image *image, const void *address, struct image_range *range);

/* Has the loader made the address read-only after relocation? */
bool image_is_relro(const struct image *image, const void *address);

/* Do calls of `symbol` inside the object go through a relocation that the loader resolved? */
bool image_imports(const struct image *image, const char *symbol);

#endif
