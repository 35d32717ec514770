/* SPDX-License-Identifier: MIT */
/*
 * One file while it becomes part of a model.  Definitions are read first, then the events of all
 * its threads in the order of their times, then what is still open is closed.
 */
#ifndef PIHOOK_TRACE_MODEL_READER_H
#define PIHOOK_TRACE_MODEL_READER_H

#include "base/map.h"
#include "trace/model.h"
#include "trace/trace_file.h"

/* Later ones are nonsense; sums of a few such times stay in range. */
#define TRACE_TIME_MAX (INT64_C(1) << 60)

struct reader_segment {
    const unsigned char *bytes;
    uint32_t count; /* of records */
};

/* An import, hook or library that has begun in a thread; `item` is its index in the model. */
struct reader_open {
    uint32_t item;
    uint8_t kind;  /* TRACE_IMPORT_BEGINS, TRACE_HOOK_BEGINS or TRACE_LIBRARY_BEGINS */
    uint8_t phase; /* of an import: TRACE_IMPORT_FINDS, TRACE_BODY_BEGINS, or 0 */
    int64_t phase_began;
    int64_t inner;         /* of an import: time of the imports right below it so far */
    int64_t inner_before;  /* what that was when the phase began; for a hook, its import's */
    int64_t memory_before; /* of an import, in KiB */
    bool body_alone;       /* of an import: nothing but a body was seen to begin */
    uint32_t import;       /* of a hook or library: its place in this stack, or MODEL_NONE */
};

/* What is known of a thread between its events. */
struct reader_stream {
    uint32_t number, thread;
    MODEL_ARRAY(struct reader_segment) segments;
    size_t segment;
    uint32_t record;
    int64_t first, last; /* times of events; -1: none yet */
    struct trace_event next;
    uint32_t own_stack, holder_stack; /* that belong to `next` */

    uint32_t wait, gil_wait, condition, join; /* open ones, or MODEL_NONE */
    MODEL_ARRAY(struct reader_open) open;
    uint32_t run_memory; /* when a lazy module was run, for the body that begins then; 0: unknown */
    uint32_t last_root;  /* import without a parent, the last one; MODEL_NONE */
};

/* A lock is held. */
struct reader_hold {
    uint32_t hold, lock, stream;
    uint32_t depth;
    uint32_t next; /* of the same lock; or in the list of unused ones */
    bool passed;   /* of the GIL: another thread has it, and only the event is late */
};

struct reader_module {
    uint32_t origin, loader;
    uint64_t bytes;
    uint8_t found;
};

struct reader {
    struct model *model;
    struct trace_file *file;
    uint32_t process;
    int64_t last;         /* time of the last event; -1: none */
    struct map numbers;   /* kind of definition << 32 | number: of the model, plus 1 */
    struct map names;     /* key of a lock: string, plus 1 */
    struct map locks;     /* key of a lock: lock, plus 1 */
    struct map lazies;    /* string: lazy, plus 1 */
    struct map by_thread; /* number: stream, plus 1 */
    uint32_t first_thread, first_lock, first_hold, first_gil_hold, first_import;
    struct numbers earlier;      /* by thread: the one that had its number before; MODEL_NONE */
    struct numbers holders;      /* by lock: the first of its `held`; MODEL_NONE */
    struct numbers roots_before; /* by import: the root before it in its thread; MODEL_NONE */
    struct numbers seekers;      /* open waits for which no holder is known */
    MODEL_ARRAY(struct reader_hold) held;
    uint32_t unused_held;
    MODEL_ARRAY(struct reader_module) modules;
    MODEL_ARRAY(struct reader_stream) streams;
};

/* ---- definitions (model_definitions.c) ---- */

void reader_define(struct reader *reader);

/* The model's number of what the file numbers so; 0 if that isn't there. */
uint32_t reader_number(const struct reader *reader, enum trace_definition_kind kind,
                       uint32_t number);

/* The thread that had the number at that time, made if it isn't there; MODEL_NONE for 0. */
uint32_t reader_thread(struct reader *reader, uint32_t number, int64_t time);

/* NULL: nothing is known of that module. */
const struct reader_module *reader_module(const struct reader *reader, uint32_t name);

/* What tells a lock from others in map `locks` and `names`. */
uint64_t reader_lock_key(uint64_t address, uint32_t lock_class);

void reader_put(struct map *map, uint64_t key, uint32_t value);

/* ---- events (model_streams.c) ---- */

/* Calls model_events.c for every event. */
void reader_events(struct reader *reader);

void reader_clear(struct reader *reader);

/* ---- what events mean; a file for each group ---- */

/* Called for every event, then once for each thread at the end of the file. */
void reader_event(struct reader *reader, struct reader_stream *stream,
                  const struct trace_event *event);

void reader_lock_event(struct reader *reader, struct reader_stream *stream,
                       const struct trace_event *event);
void reader_import_event(struct reader *reader, struct reader_stream *stream,
                         const struct trace_event *event);
void reader_thread_event(struct reader *reader, struct reader_stream *stream,
                         const struct trace_event *event);

/* What is still open stays so until `end`. */
void reader_close_locks(struct reader *reader, int64_t end);
void reader_close_imports(struct reader *reader, struct reader_stream *stream, int64_t end);
void reader_close_threads(struct reader *reader, int64_t end);

/* Adds a file to a model that names_begin() has begun. */
void reader_add(struct model *model, struct trace_file *file);

/* Once after all files: everything in its order. */
void model_settle(struct model *model);

/* Then, when strings are there: which imports were used (model_uses.c). */
void model_settle_uses(struct model *model);
/* What became of each thread, once all names are there, too. */
void model_tell_fates(struct model *model);

#endif
