/* SPDX-License-Identifier: MIT */
/*
 * Mapped ELF objects.  Called at start-up and, in a program that has shown no Python yet,
 * from interposed calls; it must never take a lock or allocate.
 */
#include "base/image.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#if __SIZEOF_POINTER__ == 8
#define RELOCATION_SYMBOL(info) ELF64_R_SYM(info)
#else
#define RELOCATION_SYMBOL(info) ELF32_R_SYM(info)
#endif

bool image_at(const void *address, struct image *image)
{
    struct dl_find_object found;

    if (_dl_find_object((void *)(uintptr_t)address, &found) != 0)
        return false;
    *image = (struct image){found.dlfo_map_start, found.dlfo_link_map};
    return true;
}

static uintptr_t bias(const struct image *image)
{
    return ((const struct link_map *)image->map)->l_addr;
}

const char *image_name(const struct image *image)
{
    const char *name = ((const struct link_map *)image->map)->l_name;

    return name == NULL ? "" : name;
}

/* The loader relocates these entries on most machines, not on all. */
static uintptr_t dynamic_entry(const struct image *image, ElfW(Sxword) tag)
{
    const ElfW(Dyn) *entry = ((const struct link_map *)image->map)->l_ld;

    for (; entry != NULL && entry->d_tag != DT_NULL; entry++)
        if (entry->d_tag == tag)
            return entry->d_un.d_ptr;
    return 0;
}

static const void *dynamic_table(const struct image *image, ElfW(Sxword) tag)
{
    uintptr_t address = dynamic_entry(image, tag);

    if (address != 0 && address < bias(image))
        address += bias(image);
    return (const void *)address;
}

static uint32_t gnu_hash(const char *name)
{
    uint32_t hash = 5381;

    for (; *name != '\0'; name++)
        hash = hash * 33 + (unsigned char)*name;
    return hash;
}

struct symbols {
    const ElfW(Sym) *table;
    const char *names;
    const uint32_t *hash; /* DT_GNU_HASH: buckets, first, words, shift, bloom, buckets, chain */
};

static bool symbols_of(const struct image *image, struct symbols *symbols)
{
    symbols->table = dynamic_table(image, DT_SYMTAB);
    symbols->names = dynamic_table(image, DT_STRTAB);
    symbols->hash = dynamic_table(image, DT_GNU_HASH);
    return symbols->table != NULL && symbols->names != NULL && symbols->hash != NULL;
}

static bool bloom_may_have(const struct symbols *symbols, uint32_t hash)
{
    const ElfW(Addr) *bloom = (const void *)(symbols->hash + 4);
    unsigned bits = 8 * sizeof *bloom;
    ElfW(Addr) word = bloom[hash / bits % symbols->hash[2]];

    return word >> hash % bits & word >> (hash >> symbols->hash[3]) % bits & 1;
}

static const ElfW(Sym) *find_symbol(const struct symbols *symbols, const char *name)
{
    uint32_t hash = gnu_hash(name), count = symbols->hash[0], first = symbols->hash[1];
    const uint32_t *buckets = symbols->hash + 4 + symbols->hash[2] * (sizeof(ElfW(Addr)) / 4);
    const uint32_t *chain = buckets + count;

    if (count == 0 || !bloom_may_have(symbols, hash))
        return NULL;
    for (uint32_t i = buckets[hash % count]; i >= first && i != 0; i++) {
        const ElfW(Sym) *symbol = &symbols->table[i];

        if ((chain[i - first] | 1) == (hash | 1) && symbol->st_shndx != SHN_UNDEF &&
            strcmp(symbols->names + symbol->st_name, name) == 0)
            return symbol;
        if (chain[i - first] & 1)
            break;
    }
    return NULL;
}

void *image_symbol(const struct image *image, const char *symbol)
{
    struct symbols symbols;
    const ElfW(Sym) *found =
        symbols_of(image, &symbols) ? find_symbol(&symbols, symbol) : NULL;

    return found == NULL ? NULL : (void *)(bias(image) + found->st_value);
}

/* Its header's address is learned from any address inside; the dynamic section is one. */
static bool image_of_map(const struct link_map *map, struct image *image)
{
    return map->l_ld != NULL && image_at(map->l_ld, image) && image->map == map;
}

bool image_exporting(const char *symbol, const void *not_in, struct image *image)
{
    struct image excluded = {NULL, NULL};

    image_at(not_in, &excluded);
    for (const struct link_map *map = _r_debug.r_map; map != NULL; map = map->l_next)
        if (map != excluded.map && image_of_map(map, image) && image_symbol(image, symbol) != NULL)
            return true;
    return false;
}

/*
 * The kernel maps a program with gaps between its segments where these are aligned to more
 * than a page (aarch64).  The loader then tells the start of the segment that an address
 * lies in, not of the whole; but the kernel has told where the program's table is.
 */
static const ElfW(Phdr) *segments(const struct image *image, unsigned *count)
{
    const ElfW(Ehdr) *header = image->header;

    if (image->map == _r_debug.r_map) {
        *count = (unsigned)getauxval(AT_PHNUM);
        return (const void *)getauxval(AT_PHDR);
    }
    *count = memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 ? header->e_phnum : 0;
    return (const void *)((const char *)image->header + header->e_phoff);
}

static struct image_range range_of(const struct image *image, const ElfW(Phdr) *segment)
{
    uintptr_t start = bias(image) + segment->p_vaddr;

    return (struct image_range){start, start + segment->p_memsz};
}

bool image_text(const struct image *image, unsigned n, struct image_range *range)
{
    unsigned count;
    const ElfW(Phdr) *segment = segments(image, &count);

    for (unsigned i = 0; i < count; i++)
        if (segment[i].p_type == PT_LOAD && (segment[i].p_flags & PF_X) && n-- == 0) {
            *range = range_of(image, &segment[i]);
            return true;
        }
    return false;
}

bool image_is_relro(const struct image *image, const void *address)
{
    unsigned count;
    const ElfW(Phdr) *segment = segments(image, &count);

    for (unsigned i = 0; i < count; i++) {
        struct image_range range = range_of(image, &segment[i]);

        if (segment[i].p_type == PT_GNU_RELRO && (uintptr_t)address >= range.start &&
            (uintptr_t)address < range.end)
            return true;
    }
    return false;
}

bool image_imports(const struct image *image, const char *symbol)
{
    const ElfW(Rela) *relocation = dynamic_table(image, DT_JMPREL);
    uintptr_t size = dynamic_entry(image, DT_PLTRELSZ);
    struct symbols symbols;

    if (relocation == NULL || !symbols_of(image, &symbols) ||
        dynamic_entry(image, DT_PLTREL) != DT_RELA)
        return false;
    for (; size >= sizeof *relocation; size -= sizeof *relocation, relocation++) {
        const ElfW(Sym) *named = &symbols.table[RELOCATION_SYMBOL(relocation->r_info)];

        if (strcmp(symbols.names + named->st_name, symbol) == 0)
            return true;
    }
    return false;
}
