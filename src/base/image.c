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

bool image_is_of_system(const struct image *image)
{
    const char *name = image_name(image);

    return strncmp(name, "/lib", 4) == 0 || strncmp(name, "/usr/lib", 8) == 0;
}

static uintptr_t dynamic_entry(const struct image *image, ElfW(Sxword) tag)
{
    const ElfW(Dyn) *entry = ((const struct link_map *)image->map)->l_ld;

    for (; entry != NULL && entry->d_tag != DT_NULL; entry++)
        if (entry->d_tag == tag)
            return entry->d_un.d_ptr;
    return 0;
}

/* The loader relocates these entries on most machines, not on all. */
static const void *table_at(const struct image *image, uintptr_t address)
{
    return (const void *)(address != 0 && address < bias(image) ? address + bias(image) : address);
}

static const void *dynamic_table(const struct image *image, ElfW(Sxword) tag)
{
    return table_at(image, dynamic_entry(image, tag));
}

static uint32_t gnu_hash(const char *name)
{
    uint32_t hash = 5381;

    for (; *name != '\0'; name++)
        hash = hash * 33 + (unsigned char)*name;
    return hash;
}

struct symbols {
    const ElfW(Sym) * table;
    const char *names;
    const uint32_t *hash;     /* DT_GNU_HASH: buckets, first, words, shift, bloom, buckets, chain */
    const uint16_t *versions; /* by symbol; NULL: none has one */
    const char *definitions;  /* of versions */
};

/* In one go: it is asked for with each symbol that is looked for. */
static bool symbols_of(const struct image *image, struct symbols *symbols)
{
    const ElfW(Dyn) *entry = ((const struct link_map *)image->map)->l_ld;

    *symbols = (struct symbols){.table = NULL};
    for (; entry != NULL && entry->d_tag != DT_NULL; entry++) {
        const void *table = table_at(image, entry->d_un.d_ptr);

        if (entry->d_tag == DT_SYMTAB)
            symbols->table = table;
        else if (entry->d_tag == DT_STRTAB)
            symbols->names = table;
        else if (entry->d_tag == DT_GNU_HASH)
            symbols->hash = table;
        else if (entry->d_tag == DT_VERSYM)
            symbols->versions = table;
        else if (entry->d_tag == DT_VERDEF)
            symbols->definitions = table;
    }
    return symbols->table != NULL && symbols->names != NULL && symbols->hash != NULL;
}

static bool bloom_may_have(const struct symbols *symbols, uint32_t hash)
{
    const ElfW(Addr) *bloom = (const void *)(symbols->hash + 4);
    unsigned bits = 8 * sizeof *bloom;
    ElfW(Addr) word = bloom[hash / bits % symbols->hash[2]];

    return word >> hash % bits & word >> (hash >> symbols->hash[3]) % bits & 1;
}

/* The name of a version that the object defines, or "". */
static const char *version_name(const struct symbols *symbols, unsigned number)
{
    const char *at = symbols->definitions;

    while (at != NULL) {
        const ElfW(Verdef) *definition = (const void *)at;

        if (definition->vd_ndx == number)
            return symbols->names + ((const ElfW(Verdaux) *)(at + definition->vd_aux))->vda_name;
        at = definition->vd_next == 0 ? NULL : at + definition->vd_next;
    }
    return "";
}

/* NULL stands for the default: a symbol that is not hidden by a newer one. */
static bool has_version(const struct symbols *symbols, uint32_t symbol, const char *version)
{
    enum { HIDDEN = 0x8000 };
    unsigned number = symbols->versions == NULL ? 0 : symbols->versions[symbol];

    if (version == NULL)
        return (number & HIDDEN) == 0;
    return strcmp(version_name(symbols, number & ~(unsigned)HIDDEN), version) == 0;
}

static const ElfW(Sym) *
    find_symbol(const struct symbols *symbols, const char *name, const char *version)
{
    uint32_t hash = gnu_hash(name), count = symbols->hash[0], first = symbols->hash[1];
    const uint32_t *buckets = symbols->hash + 4 + symbols->hash[2] * (sizeof(ElfW(Addr)) / 4);
    const uint32_t *chain = buckets + count;

    if (count == 0 || !bloom_may_have(symbols, hash))
        return NULL;
    for (uint32_t i = buckets[hash % count]; i >= first && i != 0; i++) {
        const ElfW(Sym) *symbol = &symbols->table[i];

        if ((chain[i - first] | 1) == (hash | 1) && symbol->st_shndx != SHN_UNDEF &&
            strcmp(symbols->names + symbol->st_name, name) == 0 && has_version(symbols, i, version))
            return symbol;
        if (chain[i - first] & 1)
            break;
    }
    return NULL;
}

static void *versioned_symbol(const struct image *image, const char *symbol, const char *version,
                              size_t *size)
{
    struct symbols symbols;
    const ElfW(Sym) *found =
        symbols_of(image, &symbols) ? find_symbol(&symbols, symbol, version) : NULL;

    if (size != NULL)
        *size = found == NULL ? 0 : found->st_size;
    return found == NULL ? NULL : (void *)(bias(image) + found->st_value);
}

void *image_symbol(const struct image *image, const char *symbol)
{
    return versioned_symbol(image, symbol, NULL, NULL);
}

void *image_symbol_sized(const struct image *image, const char *symbol, size_t *size)
{
    return versioned_symbol(image, symbol, NULL, size);
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

static void *first_symbol(const struct link_map *from, const struct link_map *to,
                          const char *symbol, const char *version)
{
    struct image image;

    for (const struct link_map *map = from; map != NULL && map != to; map = map->l_next) {
        void *found =
            image_of_map(map, &image) ? versioned_symbol(&image, symbol, version, NULL) : NULL;

        if (found != NULL)
            return found;
    }
    return NULL;
}

/* An object that was loaded by dlopen has nothing behind it, and libc before it. */
void *image_next_symbol(const char *symbol, const char *version, const void *after)
{
    struct image own;

    if (!image_at(after, &own))
        return NULL;
    const struct link_map *map = own.map;
    void *found = first_symbol(map->l_next, NULL, symbol, version);
    return found != NULL ? found : first_symbol(_r_debug.r_map, map, symbol, version);
}

/*
 * The kernel maps a program with gaps between its segments where these are aligned to more
 * than a page (aarch64).  The loader then tells the start of the segment that an address
 * lies in, not of the whole; but the kernel has told where the program's table is.
 */
static const ElfW(Phdr) * segments(const struct image *image, unsigned *count)
{
    const ElfW(Ehdr) *header = image->header;

    if (image->map == _r_debug.r_map) {
        *count = (unsigned)getauxval(AT_PHNUM);
        return (const void *)getauxval(AT_PHDR);
    }
    *count = memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 ? header->e_phnum : 0;
    return (const void *)((const char *)image->header + header->e_phoff);
}

static struct image_range range_of(const struct image *image, const ElfW(Phdr) * segment)
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

bool image_segment(const struct image *image, const void *address, struct image_range *range)
{
    unsigned count;
    const ElfW(Phdr) *segment = segments(image, &count);

    for (unsigned i = 0; i < count; i++) {
        *range = range_of(image, &segment[i]);
        if (segment[i].p_type == PT_LOAD && (uintptr_t)address >= range->start &&
            (uintptr_t)address < range->end)
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

uintptr_t image_offset(const struct image *image, const void *address)
{
    return (uintptr_t)address - bias(image);
}

/* The table's size stands nowhere; but the last chain of the hash table ends with it. */
static uint32_t gnu_symbol_count(const uint32_t *hash)
{
    uint32_t count = hash[0], first = hash[1], last = 0;
    const uint32_t *buckets = hash + 4 + hash[2] * (sizeof(ElfW(Addr)) / 4);
    const uint32_t *chain = buckets + count;

    for (uint32_t i = 0; i < count; i++)
        if (buckets[i] > last)
            last = buckets[i];
    if (last < first)
        return first;
    while (!(chain[last - first] & 1))
        last++;
    return last + 1;
}

static uint32_t symbol_count(const struct image *image)
{
    const uint32_t *gnu = dynamic_table(image, DT_GNU_HASH);
    const uint32_t *plain = dynamic_table(image, DT_HASH);

    return gnu != NULL ? gnu_symbol_count(gnu) : plain != NULL ? plain[1] : 0;
}

static bool is_named_place(const ElfW(Sym) * symbol)
{
    unsigned type = symbol->st_info & 0xf;

    return symbol->st_shndx != SHN_UNDEF && symbol->st_shndx != SHN_ABS &&
           (type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_OBJECT || type == STT_NOTYPE);
}

/* Is the address in code, and the symbol before it near enough to be assumed to reach it? */
static bool reaches(const struct image *image, uintptr_t start, uintptr_t address)
{
    enum { FAR = 4096 };
    struct image_range range;

    for (unsigned n = 0; image_text(image, n, &range); n++)
        if (start >= range.start && address < range.end)
            return address - start < FAR;
    return false;
}

/* Libraries have several names for a function: the plainest is the one that people know. */
static bool is_plainer(const char *name, const char *than)
{
    size_t marks = strspn(name, "_"), other = strspn(than, "_");

    return marks != other ? marks < other : strlen(name) < strlen(than);
}

struct sought {
    const struct image *image;
    const ElfW(Sym) * table;
    const char *names;
    uint32_t count;
    uintptr_t address; /* less the bias, like the symbols' values */
};

static bool begins_before(const struct sought *sought, const ElfW(Sym) * symbol)
{
    return is_named_place(symbol) && symbol->st_value <= sought->address;
}

static uintptr_t nearest_start(const struct sought *sought)
{
    uintptr_t nearest = 0;

    for (uint32_t i = 0; i < sought->count; i++)
        if (begins_before(sought, &sought->table[i]) && sought->table[i].st_value > nearest)
            nearest = sought->table[i].st_value;
    return nearest;
}

static bool lies_in(const struct sought *sought, const ElfW(Sym) * symbol, uintptr_t nearest)
{
    uintptr_t load = bias(sought->image);

    if (!begins_before(sought, symbol))
        return false;
    if (symbol->st_size != 0)
        return sought->address - symbol->st_value < symbol->st_size;
    return symbol->st_value == nearest &&
           reaches(sought->image, load + symbol->st_value, load + sought->address);
}

static bool is_better(const struct sought *sought, const ElfW(Sym) * symbol, const ElfW(Sym) * than)
{
    if (than == NULL || symbol->st_value != than->st_value)
        return than == NULL || symbol->st_value > than->st_value;
    return is_plainer(sought->names + symbol->st_name, sought->names + than->st_name);
}

static const ElfW(Sym) * symbol_around(const struct sought *sought)
{
    const ElfW(Sym) *best = NULL;
    uintptr_t nearest = nearest_start(sought);

    for (uint32_t i = 0; i < sought->count; i++)
        if (lies_in(sought, &sought->table[i], nearest) &&
            is_better(sought, &sought->table[i], best))
            best = &sought->table[i];
    return best;
}

bool image_symbol_at(const struct image *image, const void *address,
                     struct image_symbol_found *found)
{
    struct sought sought = {image, dynamic_table(image, DT_SYMTAB), dynamic_table(image, DT_STRTAB),
                            symbol_count(image), image_offset(image, address)};
    const ElfW(Sym) * symbol;

    if (sought.table == NULL || sought.names == NULL)
        return false;
    symbol = symbol_around(&sought);
    if (symbol == NULL)
        return false;
    found->name = sought.names + symbol->st_name;
    found->offset = sought.address - symbol->st_value;
    return true;
}

/* Notes are padded, and 64-bit ones of newer linkers by more. */
static const unsigned char *build_id_in(struct image_range notes, uintptr_t align, size_t *size)
{
    uintptr_t at = notes.start;

    while (notes.end - at >= sizeof(ElfW(Nhdr))) {
        const ElfW(Nhdr) *note = (const void *)at;
        uintptr_t name = at + sizeof *note, value = name + ((note->n_namesz + 3UL) & ~3UL);
        uintptr_t next = (value + note->n_descsz + align - 1) & ~(align - 1);

        if (next > notes.end || next <= at)
            break;
        if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 &&
            memcmp((const void *)name, "GNU", 4) == 0) {
            *size = note->n_descsz;
            return (const void *)value;
        }
        at = next;
    }
    return NULL;
}

const unsigned char *image_build_id(const struct image *image, size_t *size)
{
    unsigned count;
    const ElfW(Phdr) *segment = segments(image, &count);

    for (unsigned i = 0; i < count; i++) {
        const unsigned char *found = NULL;

        if (segment[i].p_type == PT_NOTE)
            found =
                build_id_in(range_of(image, &segment[i]), segment[i].p_align == 8 ? 8 : 4, size);
        if (found != NULL)
            return found;
    }
    return NULL;
}
