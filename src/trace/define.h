/* SPDX-License-Identifier: MIT */
/*
 * Definitions in the trace file: what events refer to by number is written down once.
 *
 * The *_known functions take no lock and may be called by any thread; 0: it is new.  All
 * else is serialised by the caller, and returns 0 where there is no memory or the file is
 * full: the event then goes without.
 */
#ifndef PIHOOK_TRACE_DEFINE_H
#define PIHOOK_TRACE_DEFINE_H

#include "trace/format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Nothing new can be defined now: it isn't worth while to find out about it.  Any thread. */
bool define_is_full(void);

/* A string of the program's, by its bytes; what is too long for a chunk is cut. */
uint32_t define_string_known(const char *text);
uint32_t define_string(const char *text);

/* A return address, or a line of a script (report/script_place.h); NULL: 0. */
uint32_t define_place_known(const void *place);
uint32_t define_place(const void *place);

uint32_t define_stack(const void *const *places, unsigned count);

/* A class of locks, by the number that it has in locks/identity.h, which is its number here. */
bool define_class_known(uint32_t lock_class);
void define_class(uint32_t lock_class);

void define_lock_name(const void *address, uint32_t lock_class, const char *name);

/* All that is known of a thread; may be told again. */
void define_thread(uint32_t number, const struct trace_definition *thread);

void define_module(const char *name, enum trace_found found, const char *origin, const char *loader,
                   uint64_t bytes);

void define_statement(uint64_t count, const char *importer, const char *imported, const char *file,
                      unsigned line);

/* A module's use; `time` and `detail` as in the file. */
struct trace_use {
    const char *module, *attribute;
    const void *place;
    int64_t time;
    uint32_t thread;
    uint8_t detail; /* enum trace_use_detail */
};

/* False: there was no room for it. */
bool define_use(const struct trace_use *use);

void define_process(const char *command, const char *program, const char *python);

/* In the child of a fork: numbers begin anew, or go on while memory is kept (base/memory.h). */
void define_forget(void);

#endif
