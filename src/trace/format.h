/* SPDX-License-Identifier: MIT */
/*
 * The trace file: what the recorder writes and readers read, byte by byte.
 *
 * One process writes one file.  It is mapped while it is written, so what was recorded is
 * there however the process ends.  Numbers are in the byte order of the machine; times are
 * nanoseconds of CLOCK_MONOTONIC, the same for all processes of a machine.
 *
 * The file is a row of chunks of TRACE_CHUNK bytes.  The first one holds the header alone
 * (only its first page need be there); each other one is a struct trace_chunk and `used`
 * records of TRACE_RECORD bytes behind it.  A chunk of definitions holds what events refer to
 * by number, and stays; a chunk of events belongs to one thread at a time, and may be written
 * anew from its start when the file has reached its bound: then its `sequence` grows.
 *
 * Whoever reads takes the chunks of a kind by their `sequence`, and of each no more records
 * than `used` says and the file has.  A file that was cut, or is being written, is read in
 * the same way.  The number 0 is none: no string, no place, no thread.
 */
#ifndef PIHOOK_TRACE_FORMAT_H
#define PIHOOK_TRACE_FORMAT_H

#include <stdint.h>

enum {
    TRACE_VERSION = 1,
    TRACE_CHUNK = 65536,
    TRACE_RECORD = 32,
    TRACE_CHUNK_RECORDS = TRACE_CHUNK / TRACE_RECORD - 1
};

#define TRACE_MAGIC "PIHOOKTR"
#define TRACE_BYTE_ORDER UINT32_C(0x01020304)

struct trace_header {
    char magic[8];
    uint32_t byte_order; /* TRACE_BYTE_ORDER, as the writer's machine has it */
    uint32_t version;
    uint32_t chunk_bytes, record_bytes;
    int32_t pid, parent;
    int64_t began;    /* when the recorder started */
    int64_t realtime; /* CLOCK_REALTIME at that moment */
    int64_t ended;    /* when the process exited; 0: it runs, or was ended by force */
    int32_t status;   /* its exit status then */
    uint32_t flags;   /* enum trace_header_flag */
    uint64_t lost;    /* events that were not recorded */
    uint64_t dropped; /* events that newer ones were written over */
};

enum trace_header_flag {
    TRACE_FORKED = 1,      /* the process is the child of a fork, and did not begin with exec */
    TRACE_FULL = 2,        /* the bound was reached, and recording stopped */
    TRACE_FAILED = 4,      /* the file could not be written any further */
    TRACE_USES = 8,        /* that a module was used has a definition, */
    TRACE_USES_LOST = 16,  /* but not each time */
    TRACE_USES_AT_END = 32 /* a module may be used unseen unless TRACE_USE_UNTOUCHED is told */
};

enum trace_chunk_kind { TRACE_EVENTS = 1, TRACE_DEFINITIONS };

#define TRACE_CHUNK_MAGIC UINT32_C(0x4b4e4843)

struct trace_chunk {
    uint32_t magic; /* TRACE_CHUNK_MAGIC; else there is no chunk */
    uint32_t kind;
    uint64_t sequence; /* never used twice */
    uint32_t used;     /* records that are whole */
    uint32_t unused[3];
};

/* ---- definitions ---- */

enum trace_definition_kind {
    TRACE_STRING = 1,
    TRACE_PLACE,
    TRACE_STACK,
    TRACE_CLASS,
    TRACE_LOCK,
    TRACE_THREAD,
    TRACE_MODULE,
    TRACE_STATEMENT,
    TRACE_PROCESS,
    TRACE_USE = 11 /* 10 is left out: a seed of the fuzzer has a record a line */
};

/*
 * A definition is one record, and `more` further ones that carry on its data: only that much
 * of this structure is there, or more than it.  It never goes over the end of a chunk.  A
 * number that is defined again has the later meaning from then on.
 */
struct trace_definition {
    uint8_t kind;
    uint8_t detail;
    uint16_t more;
    uint32_t number;
    union {
        /* UTF-8, no zero at its end. */
        struct {
            uint32_t length;
            char text[20];
        } string;
        /* detail 0: machine code; 1: a line of a script. */
        struct {
            uint32_t function; /* string */
            uint32_t file;     /* string: of the object, or of the script */
            uint64_t offset;   /* in the object, as its file numbers it */
            uint32_t line;     /* of the script; 0 in machine code: it is not known there */
            uint32_t into;     /* bytes behind the function's start */
        } place;
        /* Innermost first. */
        struct {
            uint32_t count;
            uint32_t places[5];
        } stack;
        /* Where locks come from; detail: enum lock_origin (locks/identity.h). */
        struct {
            uint32_t place;
            uint32_t traits; /* enum lock_trait */
        } lock_class;
        /* The name of a lock; number: of its class. */
        struct {
            uint64_t address;
            uint32_t name; /* string */
        } lock;
        /* detail: enum trace_thread_flag.  `more` is 1. */
        struct {
            uint32_t tid;
            uint32_t name; /* string */
            int64_t began;
            uint32_t creator; /* thread */
            uint32_t place;   /* where that one created it */
            uint32_t stack;
            uint32_t unused;
            uint64_t cpu; /* its processor time by now, in nanoseconds; 0: see TRACE_THREAD_ENDS */
            uint32_t unused_too[4];
        } thread;
        /* A module that was imported; number: the string of its name; detail: how it was found. */
        struct {
            uint32_t origin; /* string: its file */
            uint32_t loader; /* string: the class of its loader */
            uint64_t bytes;  /* of the file */
        } module;
        /* An import statement and how often it ran; number is not used. */
        struct {
            uint64_t count;
            uint32_t importer; /* string: module */
            uint32_t imported; /* string: module */
            uint32_t place;
        } statement;
        /*
         * A module was used; number: the string of its name; detail: enum trace_use_detail.  The
         * first use counts, but of those with a detail there is one for each file, or each line.
         */
        struct {
            int64_t time;
            uint32_t place;
            uint32_t attribute; /* string: what was read of it */
            uint32_t thread;
        } use;
        /* number is not used. */
        struct {
            uint32_t command; /* string: the command line */
            uint32_t program; /* string: its file */
            uint32_t python;  /* string: its version; 0: no Python, or not seen yet */
        } process;
    };
};

enum trace_thread_flag { TRACE_MAIN = 1, TRACE_DETACHED = 2, TRACE_DAEMON = 4 };

enum trace_use_detail {
    TRACE_USE_IMPORTING = 1, /* by code that ran within the import that had brought it in */
    TRACE_USE_ASKED = 2,     /* only for what all modules have, or what it didn't have */
    TRACE_USE_UNSEEN = 4,    /* perhaps none: what is imported by this name can't be watched */
    TRACE_USE_UNTOUCHED = 8  /* none: in the end no code was specialised for the module */
};

enum trace_found {
    TRACE_FOUND_UNKNOWN,
    TRACE_FOUND_SOURCE,    /* compiled now */
    TRACE_FOUND_CACHED,    /* its byte code was there */
    TRACE_FOUND_EXTENSION, /* a native library */
    TRACE_FOUND_BUILTIN,
    TRACE_FOUND_FROZEN,
    TRACE_FOUND_ZIP,
    TRACE_FOUND_NAMESPACE
};

/* ---- events ---- */

/*
 * `subject` is the address of a lock or condition, the string number of a module's name, or
 * as said below; `lock_class` its class.  `place` is where the thread was, `time` when.
 * Events of one chunk are of one thread and in the order of their times.
 */
struct trace_event {
    int64_t time;
    uint64_t subject;
    uint32_t lock_class;
    uint32_t place;
    uint32_t value;
    uint8_t kind;   /* enum trace_event_kind */
    uint8_t lock;   /* enum lock_kind (locks/lock.h) */
    uint8_t mode;   /* enum lock_mode, and enum lock_wait << 4 */
    uint8_t detail; /* bits, as said below */
};

/*
 * Resident memory is that of the process at that moment, in KiB; where the kernel doesn't tell it,
 * in all events of a process the most that there has been so far; 0: unknown.
 */
enum trace_event_kind {
    /* The events that follow in the chunk are those of thread `value`. */
    TRACE_OF_THREAD = 1,
    /* A stack, `value`, that belongs to the next event; detail: enum trace_whose. */
    TRACE_WITH_STACK,

    TRACE_THREAD_BEGINS = 8,
    TRACE_THREAD_ENDS,     /* subject: its processor time in nanoseconds */
    TRACE_THREAD_CREATES,  /* value: the new thread */
    TRACE_JOIN_WAITS,      /* value: the thread that is joined */
    TRACE_JOIN_ENDS,       /* the same; detail: 1 if it succeeded */
    TRACE_THREAD_DETACHED, /* value: the thread */
    TRACE_THREAD_SEEN, /* the same: it was asked, without a wait, whether it has ended: it has */

    TRACE_LOCK_WAITS = 16, /* it is taken; value: the thread that has it, 0 unknown */
    TRACE_LOCK_ACQUIRED,   /* detail: 1 if TRACE_LOCK_WAITS came before */
    TRACE_LOCK_FAILED,     /* the same; it timed out, or was busy, or failed */
    TRACE_LOCK_RELEASED,
    TRACE_LOCK_GONE,       /* destroyed, or collected */
    TRACE_CONDITION_WAITS, /* the mutex is released before and acquired behind it by events */
    TRACE_CONDITION_WOKEN,

    TRACE_GIL_WAITS = 24, /* subject: the GIL; value as for a lock */
    TRACE_GIL_TAKEN,      /* detail: 1 if TRACE_GIL_WAITS came before */
    TRACE_GIL_DROPPED,

    TRACE_IMPORT_BEGINS = 32, /* place: the importer's; value: resident memory */
    TRACE_IMPORT_FOUND,       /* its finders are done; the time since TRACE_IMPORT_FINDS */
    TRACE_IMPORT_FINDS,
    TRACE_BODY_BEGINS,    /* the module's own code */
    TRACE_BODY_ENDS,      /* detail: 1 if it succeeded */
    TRACE_IMPORT_ENDS,    /* detail: 1 if it succeeded; value: resident memory */
    TRACE_HOOK_BEGINS,    /* value: string, the hook's action */
    TRACE_HOOK_ENDS,      /* detail: 1 if it succeeded */
    TRACE_LIBRARY_BEGINS, /* the module is a native library, which is loaded */
    TRACE_LIBRARY_ENDS,   /* detail: 1 if it succeeded */
    TRACE_LAZY_DECLARED,  /* a module whose body will run when it is first used */
    TRACE_LAZY_RUN,       /* now it runs; value: resident memory */
    TRACE_LAZY_RAN,       /* and now it has; value: resident memory */

    TRACE_FORKS = 48, /* is about to */
    TRACE_EXITS = 50, /* value: status */
    TRACE_LOST        /* value: how many events were not recorded before this one */
};

enum trace_whose { TRACE_OWN_STACK, TRACE_HOLDERS_STACK };

_Static_assert(sizeof(struct trace_event) == TRACE_RECORD, "an event is one record");
_Static_assert(sizeof(struct trace_chunk) == TRACE_RECORD, "a chunk begins with one record");
_Static_assert(sizeof(struct trace_definition) == 2 * TRACE_RECORD, "the largest has two");

#endif
