/* SPDX-License-Identifier: MIT */
/*
 * Symbols with elfutils.  Called for each place of a finding, so an object's file is opened
 * once.  Its name comes from the findings file and may be that of anything: only regular
 * files are opened.
 */
#include "symbols.h"

#include "symbols_lines.h"

#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <gelf.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct object {
    const char *name, *build_id; /* the key: two builds of one name may have run */
    Dwfl *dwfl;
    Dwfl_Module *module; /* NULL: no such file */
    Elf *elf;
    GElf_Addr bias;
    bool other_build;
    void *known; /* a tree of struct known */
};

/* What was found before: findings share most of their places, and libdw is slow. */
struct known {
    uint64_t offset;
    bool is_data;
    struct symbol_found found;
};

struct symbols {
    void *objects; /* a tree of tsearch(3) */
    Dwfl_Callbacks callbacks;
};

struct symbols *symbols_open(void)
{
    struct symbols *symbols = calloc(1, sizeof *symbols);

    if (!symbols)
        return NULL;
    /* libdw asks the servers that are named there for what is not on the disk. */
    unsetenv("DEBUGINFOD_URLS");
    symbols->callbacks.find_elf = dwfl_build_id_find_elf;
    symbols->callbacks.find_debuginfo = dwfl_standard_find_debuginfo;
    symbols->callbacks.section_address = dwfl_offline_section_address;
    return symbols;
}

/* ---------------------------------------------------------------------------- objects */

/*
 * A name without a folder is that of nothing on the disk, such as the vDSO.  Devices may do
 * something when they are opened, and files of /proc, which have no size, when they are read.
 */
static int open_object(const char *name)
{
    struct stat status;

    if (!strchr(name, '/') || stat(name, &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_size == 0)
        return -1;
    return open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

static bool has_build_id(Dwfl_Module *module, const char *expected)
{
    const unsigned char *bytes = NULL;
    GElf_Addr address;
    int count = dwfl_module_build_id(module, &bytes, &address);

    if (count <= 0)
        return !*expected;
    for (int i = 0; i < count; i++) {
        char digits[3];

        snprintf(digits, sizeof digits, "%02x", bytes[i]);
        if (strncmp(expected + 2 * i, digits, 2) != 0) /* at its end, unequal to a digit */
            return false;
    }
    return !expected[2 * count];
}

static void load_object(struct symbols *symbols, struct object *object)
{
    int file = open_object(object->name);

    object->dwfl = file >= 0 ? dwfl_begin(&symbols->callbacks) : NULL;
    if (object->dwfl) {
        dwfl_report_begin(object->dwfl);
        object->module = dwfl_report_offline(object->dwfl, object->name, object->name, file);
        dwfl_report_end(object->dwfl, NULL, NULL);
    }
    if (!object->module) {
        if (file >= 0)
            close(file);
        return;
    }
    object->elf = dwfl_module_getelf(object->module, &object->bias);
    if (!object->elf)
        object->module = NULL;
    else
        object->other_build = strcmp(object->build_id, SYMBOL_ANY_BUILD) != 0 &&
                              !has_build_id(object->module, object->build_id);
}

static int compare_objects(const void *one, const void *other)
{
    const struct object *left = one, *right = other;
    int order = strcmp(left->name, right->name);

    return order != 0 ? order : strcmp(left->build_id, right->build_id);
}

static void free_object(void *item)
{
    struct object *object = item;

    tdestroy(object->known, free);
    dwfl_end(object->dwfl);
    free((char *)object->name);
    free((char *)object->build_id);
    free(object);
}

void symbols_close(struct symbols *symbols)
{
    tdestroy(symbols->objects, free_object);
    free(symbols);
}

static struct object *new_object(const struct symbol_query *query)
{
    struct object *object = calloc(1, sizeof *object);

    if (!object)
        return NULL;
    object->name = strdup(query->object);
    object->build_id = strdup(query->build_id);
    if (!object->name || !object->build_id) {
        free_object(object);
        return NULL;
    }
    return object;
}

/* NULL: no memory. */
static struct object *object_of(struct symbols *symbols, const struct symbol_query *query)
{
    struct object key = {.name = query->object, .build_id = query->build_id}, *object;
    struct object **known = tfind(&key, &symbols->objects, compare_objects);

    if (known)
        return *known;
    object = new_object(query);
    if (object && !tsearch(object, &symbols->objects, compare_objects)) {
        free_object(object);
        return NULL;
    }
    if (object)
        load_object(symbols, object);
    return object;
}

/* ----------------------------------------------------------------------------- places */

static bool is_executable(Elf *elf, uint64_t offset)
{
    size_t count;
    GElf_Phdr header;

    if (elf_getphdrnum(elf, &count) != 0)
        return false;
    for (size_t i = 0; i < count; i++)
        if (gelf_getphdr(elf, (int)i, &header) && header.p_type == PT_LOAD &&
            header.p_flags & PF_X && offset - header.p_vaddr < header.p_memsz)
            return true;
    return false;
}

static void find_name(Dwfl_Module *module, GElf_Addr address, struct symbol_found *found)
{
    GElf_Off offset;
    GElf_Sym symbol;
    const char *name = dwfl_module_addrinfo(module, address, &offset, &symbol, NULL, NULL, NULL);

    /* The nearest one is told even if it ends before; one without a size may reach there. */
    if (!name || (symbol.st_size > 0 && offset >= symbol.st_size))
        return;
    found->name = name;
    found->name_offset = offset;
}

static void look_up(const struct object *object, struct known *known)
{
    struct symbol_found *found = &known->found;
    GElf_Addr address;

    /* A return address may already be in the next function. */
    found->is_data = known->is_data || !is_executable(object->elf, known->offset - 1);
    address = known->offset - !found->is_data + object->bias;
    find_name(object->module, address, found);
    if (!found->is_data && *found->name)
        found->name_offset++;
    if (found->is_data)
        symbols_variable(object->module, address, found);
    else
        symbols_lines(object->module, address, found);
}

static int compare_known(const void *one, const void *other)
{
    const struct known *left = one, *right = other;

    if (left->offset != right->offset)
        return left->offset < right->offset ? -1 : 1;
    return left->is_data - right->is_data;
}

/* NULL: no memory. */
static const struct known *known_of(struct object *object, const struct symbol_query *query)
{
    struct known key = {
        .offset = query->offset, .is_data = query->is_data, .found = {.name = "", .folder = ""}};
    struct known **before = tfind(&key, &object->known, compare_known), *known;

    if (before)
        return *before;
    known = malloc(sizeof *known);
    if (!known)
        return NULL;
    *known = key;
    if (!tsearch(known, &object->known, compare_known)) {
        free(known);
        return NULL;
    }
    look_up(object, known);
    return known;
}

bool symbols_find(struct symbols *symbols, const struct symbol_query *query,
                  struct symbol_found *found)
{
    struct object *object = object_of(symbols, query);
    const struct known *known;

    *found = (struct symbol_found){.name = "", .folder = "", .is_data = query->is_data};
    if (!object || !object->module)
        return false;
    found->other_build = object->other_build;
    if (object->other_build)
        return true;
    known = known_of(object, query);
    if (known)
        *found = known->found;
    return known;
}
