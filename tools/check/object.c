/* SPDX-License-Identifier: MIT */
/*
 * Reads an ELF file with libelf.  Called by `pihook check` for the program and for the
 * library.  Any file may come: whatever is damaged counts as not there.
 */
#include "check/object.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <string.h>
#include <unistd.h>

static void keep(char *field, size_t size, const char *value)
{
    if (strlen(value) < size)
        strcpy(field, value);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static bool starts_with(const char *string, const char *start)
{
    return !strncmp(string, start, strlen(start));
}

bool object_is_libpython(const char *name)
{
    return starts_with(base_name(name), "libpython");
}

static void read_loader(Elf *elf, struct object *object)
{
    size_t count, size;
    const char *bytes = elf_rawfile(elf, &size);
    GElf_Phdr header;

    if (!bytes || elf_getphdrnum(elf, &count))
        return;
    for (size_t i = 0; i < count; i++) {
        if (!gelf_getphdr(elf, (int)i, &header) || header.p_type != PT_INTERP)
            continue;
        if (header.p_offset < size && header.p_filesz <= size - header.p_offset &&
            memchr(bytes + header.p_offset, '\0', header.p_filesz))
            keep(object->loader, sizeof object->loader, bytes + header.p_offset);
    }
}

static void note_needed(const char *name, struct object *object)
{
    object->needs = true;
    if (starts_with(name, "libc.so") || starts_with(name, "libc.musl-"))
        keep(object->libc, sizeof object->libc, name);
    if (object_is_libpython(name))
        keep(object->python, sizeof object->python, name);
}

static void read_needed(Elf *elf, Elf_Data *data, const GElf_Shdr *header, struct object *object)
{
    GElf_Dyn entry;

    for (int i = 0; gelf_getdyn(data, i, &entry) && entry.d_tag != DT_NULL; i++) {
        const char *name;

        if (entry.d_tag != DT_NEEDED)
            continue;
        name = elf_strptr(elf, header->sh_link, entry.d_un.d_val);
        if (name)
            note_needed(name, object);
    }
}

static void read_symbols(Elf *elf, Elf_Data *data, const GElf_Shdr *header, struct object *object)
{
    GElf_Sym symbol;

    for (int i = 0; gelf_getsym(data, i, &symbol); i++) {
        const char *name = elf_strptr(elf, header->sh_link, symbol.st_name);

        if (name && symbol.st_shndx != SHN_UNDEF && !strcmp(name, "PyImport_Inittab"))
            object->inittab = true;
    }
}

static void read_sections(Elf *elf, struct object *object)
{
    Elf_Scn *section = NULL;

    while ((section = elf_nextscn(elf, section))) {
        GElf_Shdr header;
        Elf_Data *data;

        if (!gelf_getshdr(section, &header) ||
            (header.sh_type != SHT_DYNAMIC && header.sh_type != SHT_DYNSYM))
            continue;
        data = elf_getdata(section, NULL);
        if (data && header.sh_type == SHT_DYNAMIC)
            read_needed(elf, data, &header, object);
        if (data && header.sh_type == SHT_DYNSYM)
            read_symbols(elf, data, &header, object);
    }
}

static int read_elf(Elf *elf, struct object *object)
{
    GElf_Ehdr header;

    if (!elf || elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header))
        return -ENOEXEC;
    object->type = header.e_type;
    object->machine = header.e_machine;
    object->class = header.e_ident[EI_CLASS];
    object->order = header.e_ident[EI_DATA];
    read_loader(elf, object);
    read_sections(elf, object);
    return 0;
}

int object_read(const char *path, struct object *object)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), result;
    Elf *elf;

    memset(object, 0, sizeof *object);
    if (fd < 0)
        return -errno;
    elf_version(EV_CURRENT);
    elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
    result = read_elf(elf, object);
    elf_end(elf);
    close(fd);
    return result;
}

bool object_same_machine(const struct object *one, const struct object *other)
{
    return one->machine == other->machine && one->class == other->class &&
           one->order == other->order;
}

void object_add_machine(const struct object *object, struct text *text)
{
    static const struct {
        int machine;
        const char *name;
    } known[] = {
        {EM_386, "i386"},        {EM_X86_64, "x86-64"}, {EM_ARM, "arm"},
        {EM_AARCH64, "aarch64"}, {EM_PPC64, "ppc64"},   {EM_S390, "s390x"},
        {EM_RISCV, "riscv"},     {EM_MIPS, "mips"},     {EM_SPARCV9, "sparc64"},
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].machine != object->machine)
            continue;
        text_add(text, known[i].name);
        if (object->machine == EM_X86_64 && object->class == ELFCLASS32)
            text_add(text, " with 32-bit pointers (x32)");
        return;
    }
    text_add(text, "machine number ");
    text_add_int(text, object->machine);
}

const char *object_libc(const struct object *object)
{
    const char *loader = base_name(object->loader);

    if (starts_with(loader, "ld-musl-") || starts_with(object->libc, "libc.musl-"))
        return "musl";
    if (starts_with(loader, "ld-uClibc") || starts_with(loader, "ld64-uClibc"))
        return "uClibc";
    if (starts_with(loader, "linker"))
        return "bionic";
    if (starts_with(object->libc, "libc.so.6"))
        return "glibc";
    /* musl's own name for itself, where its makers didn't choose another. */
    if (!strcmp(object->libc, "libc.so"))
        return "musl";
    return *loader ? "glibc" : NULL;
}
