/* SPDX-License-Identifier: MIT */
/* What an ELF file says about itself, as far as the loader would care. */
#ifndef PIHOOK_CHECK_OBJECT_H
#define PIHOOK_CHECK_OBJECT_H

#include "base/text.h"

#include <limits.h>
#include <stdbool.h>

enum { OBJECT_NAME_MAX = 256 };

struct object {
    int type;                     /* ET_EXEC, ET_DYN, ... */
    int machine;                  /* EM_X86_64, ... */
    int class;                    /* ELFCLASS32 or ELFCLASS64 */
    int order;                    /* of bytes: ELFDATA2LSB or ELFDATA2MSB */
    char loader[PATH_MAX];        /* PT_INTERP, or empty */
    bool needs;                   /* has it any DT_NEEDED? */
    char libc[OBJECT_NAME_MAX];   /* DT_NEEDED of a C library, or empty */
    char python[OBJECT_NAME_MAX]; /* DT_NEEDED of a libpython, or empty */
    bool inittab;                 /* exports PyImport_Inittab itself */
};

/* Returns 0, or the negative errno of open(2), or -ENOEXEC when it is no ELF file. */
int object_read(const char *path, struct object *object);

/* Were both made for the same processor, word size and byte order? */
bool object_same_machine(const struct object *one, const struct object *other);

/* Adds the name of its processor architecture. */
void object_add_machine(const struct object *object, struct text *text);

/* Names its C library: from its loader, or from what it needs; NULL for none. */
const char *object_libc(const struct object *object);

/* Is that the file name of a shared libpython? */
bool object_is_libpython(const char *name);

#endif
