/* SPDX-License-Identifier: MIT */
/*
 * What trace files say, of all processes of a run together, once they are read.
 *
 * Made by model_read(), only read by all others.  Everything is an array, and what belongs
 * together refers to each other by index: `model->holds.items[n]`, n below `model->holds.count`.
 * MODEL_NONE is no index.  Strings, places, stacks and lock classes are the same for all
 * processes, and number 0 of each is there and says nothing: an empty string, a place without
 * names, a stack without frames, an unknown class.
 *
 * Times are nanoseconds of CLOCK_MONOTONIC, one line for all processes; model->begin is the
 * first one.  Never is an `end` before its `begin`.  What began before the trace tells, or ended
 * after it, or whose other half was lost, has MODEL_OPEN_BEGIN or MODEL_OPEN_END, and instead of
 * the unknown time the first or last one that is known of its thread or process.
 */
#ifndef PIHOOK_TRACE_MODEL_H
#define PIHOOK_TRACE_MODEL_H

#include "locks/identity.h"
#include "locks/lock.h"
#include "trace/format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MODEL_NONE UINT32_MAX

enum model_flag {
    MODEL_OPEN_BEGIN = 1,
    MODEL_OPEN_END = 2,
    MODEL_FAILED = 4,   /* an acquisition, a join, an import, a hook that did not succeed */
    MODEL_BY_OTHER = 8, /* a hold that another thread ended */
    MODEL_IN_BODY = 16, /* an import whose module's own code was run */
    MODEL_LAZY = 32     /* an import that ran a module declared lazy before */
};

/* An array of the model; `room` is for who builds it. */
#define MODEL_ARRAY(type)   \
    struct {                \
        type *items;        \
        size_t count, room; \
    }

/* ---- names ---- */

/* Machine code, or a line of a script. */
struct model_place {
    uint64_t offset;      /* native: in the object's file, as addr2line takes it */
    uint32_t function;    /* string; 0: unknown */
    uint32_t file;        /* string: the object, or the script */
    uint32_t line;        /* of the script */
    uint32_t into;        /* native: bytes behind the function's start */
    uint32_t source;      /* native: string, source file, once model_symbolise() found it */
    uint32_t source_line; /* in it */
    bool native;
};

/* Places, innermost first: model->frames.items[first .. first + count). */
struct model_stack {
    uint32_t first, count;
};

/* Where locks come from. */
struct model_class {
    uint32_t place;
    uint32_t traits; /* enum lock_trait */
    uint32_t name;   /* string: of one of its locks that has a name; 0: none has */
    uint8_t origin;  /* enum lock_origin */
    uint8_t kind;    /* enum lock_kind, of the first of its locks */
    bool used;       /* there are locks of it, besides the GIL */
};

/* ---- processes and threads ---- */

/* One file.  A process that execs leaves one before and one after, with the same pid. */
struct model_process {
    const char *path; /* of the file */
    int64_t began, ended;
    int64_t realtime;                  /* CLOCK_REALTIME at `began` */
    uint64_t events;                   /* that were read */
    uint64_t lost;                     /* that were not recorded */
    uint64_t dropped;                  /* that newer ones were written over */
    uint32_t parent;                   /* process, or MODEL_NONE */
    uint32_t command, program, python; /* strings */
    uint32_t main_thread;              /* MODEL_NONE: nothing of it is there */
    int32_t pid, parent_pid;
    int32_t status; /* exit status, if `exited` */
    uint32_t flags; /* enum trace_header_flag */
    bool exited;    /* it ended by itself; else `ended` is the time of the last event */
    bool replaced;  /* the last that is known is that it went on as another program */
    bool cut;       /* the file is shorter than it was, or part of it makes no sense */
};

/* What became of a thread; see words_fate(). */
enum model_fate {
    FATE_UNSEEN, /* it ended, and nobody took notice */
    FATE_DETACHED,
    FATE_SEEN, /* somebody asked whether it had ended, and did not wait */
    FATE_JOINED,
    FATE_JOINED_AT_EXIT, /* by the interpreter, when its main thread was done */
    FATE_RAN,            /* up to the last that is known of the process */
    FATE_RAN_AT_EXIT,
    FATE_DAEMON_AT_EXIT, /* the same of one that does not keep its process from its end */
    FATE_MAIN
};

struct model_thread {
    int64_t began, ended;
    int64_t cpu;    /* processor time in nanoseconds; -1: unknown */
    int64_t joined; /* when it was waited for with success; -1: never */
    int64_t seen; /* when somebody learned, without a wait, that it had ended; -1: never */
    uint32_t process;
    uint32_t number; /* in its file */
    uint32_t tid;
    uint32_t name;    /* string */
    uint32_t creator; /* thread, or MODEL_NONE */
    uint32_t place;   /* where that one created it */
    uint32_t stack;
    uint32_t joiner;     /* thread, or MODEL_NONE */
    uint32_t join_place; /* where it was joined with success */
    uint32_t open_holds; /* locks that it had when it ended, or the process did; not the GIL */
    uint32_t events;
    uint8_t traits; /* enum trace_thread_flag */
    uint8_t flags;  /* MODEL_OPEN_END: it lived when the process, or the trace, ended */
    uint8_t fate;   /* enum model_fate */
};

struct model_threads {
    struct model_thread *items;
    size_t count, room;
};

/* ---- locks ---- */

/* One lock, from its first event to its end.  The GIL is one of kind LOCK_INTERPRETER. */
struct model_lock {
    uint64_t address;
    uint32_t process;
    uint32_t lock_class;
    uint32_t name;         /* string */
    uint32_t acquisitions; /* all, also by an owner that had it already */
    uint32_t waits;        /* that ended or did not */
    uint32_t failures;     /* acquisitions that failed without a wait: it was busy */
    uint8_t kind;          /* enum lock_kind */
    bool gone;             /* destroyed, or collected */
};

/* A thread waited for a lock, or for the GIL.  Ordered by `begin`. */
struct model_wait {
    int64_t begin, end;
    uint32_t thread, lock;
    uint32_t place, stack; /* of the waiting thread */
    uint32_t holder;       /* thread that had the lock when the wait began, or MODEL_NONE */
    uint32_t holder_stack; /* where that one was then */
    uint32_t
        holder_hold; /* its hold, in the same kind of array (holds or gil_holds), or MODEL_NONE */
    uint32_t hold;   /* the hold that this wait ended in, or MODEL_NONE */
    uint8_t mode;    /* enum lock_mode */
    uint8_t wait;    /* enum lock_wait */
    uint8_t flags;   /* MODEL_FAILED: it gave up */
};

/* A thread had a lock, or the GIL.  Ordered by `begin`.  Holds of one lock overlap: readers. */
struct model_hold {
    int64_t begin, end;
    uint32_t thread, lock;
    uint32_t place, stack; /* where it was acquired */
    uint32_t end_place, end_stack;
    uint32_t wait;     /* the wait before it, or MODEL_NONE */
    uint32_t releaser; /* thread, if MODEL_BY_OTHER, else the same thread */
    uint32_t again;    /* how often its owner acquired it again meanwhile */
    uint8_t mode;      /* enum lock_mode */
    uint8_t flags;
};

struct model_waits {
    struct model_wait *items;
    size_t count, room;
};

struct model_holds {
    struct model_hold *items;
    size_t count, room;
};

/* A thread waited for a condition; `lock` is the condition.  Ordered by `begin`. */
struct model_condition {
    int64_t begin, end;
    uint32_t thread, lock;
    uint32_t place, stack;
    uint8_t flags;
};

/* A thread waited for the end of another one.  Ordered by `begin`. */
struct model_join {
    int64_t begin, end;
    uint32_t thread, joined; /* threads; joined may be MODEL_NONE */
    uint32_t place, stack;
    uint8_t flags;
};

/* ---- imports ---- */

/*
 * Ordered by thread, then by `begin`, and those of a thread are a tree in that order: below
 * import n stand n + 1 up to `after`.  Each nanosecond of an import is the `self` time of it or
 * of one below.  `find` and `body` are times of the import without those of imports below it;
 * what is left of `self` is the interpreter's own.
 */
struct model_import {
    int64_t begin, end;
    int64_t self;
    int64_t find;    /* finders looked for it */
    int64_t body;    /* its own code */
    int64_t hooks;   /* part of `self`: hooks on it */
    int64_t library; /* part of `self`: native libraries were loaded */
    int64_t
        memory; /* growth of the process meanwhile in KiB, may be negative; 0: none, or unknown */
    uint64_t bytes; /* of its file */
    uint32_t thread;
    uint32_t name;   /* string */
    uint32_t parent; /* import, or MODEL_NONE */
    uint32_t depth;
    uint32_t after;
    uint32_t place, stack; /* of the importer */
    uint32_t origin;       /* string: its file */
    uint32_t loader;       /* string */
    int64_t used;          /* when it was first used, for MODEL_USED; -1: that isn't known */
    uint32_t used_place;   /* by whom */
    uint8_t use;           /* enum model_use_state */
    bool chosen;           /* by a line of a program, and not of the standard library */
    uint8_t found;         /* enum trace_found */
    uint8_t flags;
};

/*
 * Whether an import was of any use until the process ended, or the trace does: whether something
 * that isn't there only because of this import read the module or one below it in its package.
 */
enum model_use_state {
    MODEL_USE_UNKNOWN,
    MODEL_UNUSED,
    MODEL_ASKED, /* only for what all modules have, as __file__, or for what it did not have */
    MODEL_USED
};

/* A use as the recorder tells it; format.h says which of them there are. */
struct model_use {
    int64_t time;
    uint32_t process, thread; /* MODEL_NONE: no thread */
    uint32_t name;            /* string: the module's */
    uint32_t attribute;       /* string */
    uint32_t place;
    uint8_t detail; /* enum trace_use_detail */
};

struct model_hook {
    int64_t begin, end;
    uint32_t thread;
    uint32_t import; /* or MODEL_NONE */
    uint32_t name;   /* string: the module's */
    uint32_t action; /* string */
    uint8_t flags;
};

/* A module that is a native library was loaded. */
struct model_library {
    int64_t begin, end;
    uint32_t thread;
    uint32_t import; /* for which, or MODEL_NONE */
    uint32_t name;   /* string: the module's */
    uint32_t file;   /* string: of the library, 0: unknown */
    uint8_t flags;
};

/* A module whose body runs when it is first used. */
struct model_lazy {
    int64_t declared; /* -1: before the trace tells */
    int64_t run;      /* -1: never */
    uint32_t process;
    uint32_t name;                /* string */
    uint32_t declared_by, run_by; /* threads, or MODEL_NONE */
    uint32_t place, run_place;
};

/* An import statement and how often it ran. */
struct model_statement {
    uint64_t count;
    uint32_t process;
    uint32_t importer, imported; /* strings */
    uint32_t place;
};

/* ---- what has no length ---- */

struct model_moment {
    int64_t time;
    uint32_t thread;
    uint32_t place;
    uint32_t value; /* as the kind of event has it; TRACE_THREAD_CREATES: thread, or MODEL_NONE */
    uint32_t other; /* TRACE_FORKS: the child, or MODEL_NONE */
    uint8_t kind;   /* TRACE_THREAD_CREATES, TRACE_FORKS, _EXITS or _LOST */
};

struct model {
    int64_t begin, end; /* of all; both 0 where nothing was read */
    uint64_t events;
    uint64_t counts[256]; /* events by their kind */

    MODEL_ARRAY(const char *) strings; /* UTF-8 without control characters, whatever the file has */
    MODEL_ARRAY(struct model_place) places;
    MODEL_ARRAY(uint32_t) frames;
    MODEL_ARRAY(struct model_stack) stacks;
    MODEL_ARRAY(struct model_class) classes;

    MODEL_ARRAY(struct model_process) processes; /* by `began` */
    struct model_threads threads;                /* by process */
    MODEL_ARRAY(struct model_lock) locks;
    struct model_waits waits, gil_waits;
    struct model_holds holds, gil_holds;
    MODEL_ARRAY(struct model_condition) conditions;
    MODEL_ARRAY(struct model_join) joins;

    MODEL_ARRAY(struct model_import) imports;
    MODEL_ARRAY(struct model_hook) hooks;
    MODEL_ARRAY(struct model_library) libraries;
    MODEL_ARRAY(struct model_lazy) lazies;
    MODEL_ARRAY(struct model_statement) statements;
    MODEL_ARRAY(struct model_use) uses;
    MODEL_ARRAY(struct model_moment) moments; /* by time */

    struct model_store *store; /* what the strings stand in, and how to find them */
};

/*
 * Reads trace files, and those of folders (files in a folder that are no traces are left out).
 * What can't be read is told on stderr, a line for each file, and the rest is read.  Returns
 * whether all of it was read.  Without memory the command ends.
 */
bool model_read(struct model *model, char *const *paths, size_t count);

/* Looks source files and lines of native places up, as far as their objects are there. */
void model_symbolise(struct model *model);

void model_free(struct model *model);

static inline const char *model_string(const struct model *model, uint32_t number)
{
    return model->strings.items[number];
}

#endif
