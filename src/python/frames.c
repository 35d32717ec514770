/* SPDX-License-Identifier: MIT */
/*
 * Lines of the code that runs, each kept once by where its instruction is.  Called for every
 * acquisition of a Python lock, so a line that is known must cost a few loads.
 */
#include "python/frames.h"

#include "base/memory.h"
#include "base/peek.h"
#include "python/api.h"
#include "python/frames_layout.h"
#include "report/script_place.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>

enum { FIRST_BITS = 9, MOST_BITS = 14, PROBES = 8, FOLDER_BYTES = 1024 };

static struct frames_layout layout;
static frames_state_call *state_of_present; /* NULL: the layout isn't learned */
static char library[FOLDER_BYTES];          /* with its slash; "": not known yet */

/* Grows by being replaced; the former ones stay, for whoever has a line of theirs. */
struct line_table {
    unsigned bits, used;
    struct code_line slots[]; /* as many as the bits say, and some that the last ones run into */
};

#define TABLE_SLOTS(bits) (((size_t)1 << (bits)) + PROBES)
#define TABLE_BYTES(bits) (sizeof(struct line_table) + TABLE_SLOTS(bits) * sizeof(struct code_line))

static union {
    struct line_table table;
    char bytes[TABLE_BYTES(FIRST_BITS)];
} first = {.table = {.bits = FIRST_BITS}};

static struct line_table *lines = &first.table;
static const struct code_line nowhere;

static inline bool is_learned(void)
{
    return state_of_present != NULL;
}

bool frames_learn(const char **why)
{
    *why = NULL;
    if (!is_learned()) {
        *why = py.PyCode_Addr2Line == NULL ? "lines of code" : frames_layout_find(&layout);
        if (*why == NULL)
            state_of_present = frames_state_function();
    }
    return is_learned();
}

/* ---- the standard library ---- */

bool frames_know_library(void)
{
    return library[0] != '\0';
}

/* A package that every interpreter imports from there before any other code runs. */
void frames_learn_library(void)
{
    PyObject *modules = py.PyImport_GetModuleDict();
    PyObject *module = modules == NULL ? NULL : py.PyDict_GetItemString(modules, "encodings");
    PyObject *file = module == NULL ? NULL : api_attribute(module, "__file__");
    const char *path = file == NULL ? NULL : api_utf8(file);
    const char *end = path == NULL ? NULL : strstr(path, "/encodings/");

    if (end != NULL && (size_t)(end - path) + 2 < sizeof library)
        memcpy(library, path, (size_t)(end - path) + 1);
    api_drop(file);
}

static bool is_installed(const char *file)
{
    return strstr(file, "/site-packages/") != NULL || strstr(file, "/dist-packages/") != NULL;
}

static bool is_standard(const char *file)
{
    size_t length = strlen(library);

    return strncmp(file, "<frozen ", 8) == 0 ||
           (length > 0 && strncmp(file, library, length) == 0 && !is_installed(file));
}

/* Before 3.11 there are no qualified names: only what RLock is called by is Condition's. */
static unsigned traits_in_threading(const char *name)
{
    static const struct {
        const char *name, *qualified;
        unsigned trait;
    } KNOWN[] = {{"RLock", "RLock", CODE_MAKES_FOR_OTHERS},
                 {"__init__", "Condition.__init__", CODE_MAKES_CONDITIONS},
                 {"__enter__", "Condition.__enter__", CODE_PASSES_ON},
                 {"wait", "Condition.wait", CODE_SIGNALS}};

    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
        if (strcmp(name, KNOWN[i].name) == 0 || strcmp(name, KNOWN[i].qualified) == 0)
            return KNOWN[i].trait;
    return 0;
}

/* What makes a module lazy, and what uses it first. */
static unsigned traits_in_lazy_loader(const char *name)
{
    return strcmp(name, "exec_module") == 0 || strcmp(name, "__getattribute__") == 0 ? CODE_IMPORTS
                                                                                     : 0;
}

static unsigned traits_of(const char *file, const char *name)
{
    size_t length = strlen(library);

    /* The latter calls the __init__ of a class that is called often. */
    if (strcmp(file, "<shim>") == 0 || (strcmp(file, "__init__") == 0 && strcmp(name, file) == 0))
        return CODE_SHIM;
    if (strcmp(file, "<pihook>") == 0)
        return CODE_PASSES_ON;
    if (!is_standard(file))
        return is_installed(file) ? CODE_INSTALLED : 0;
    if (strncmp(file, "<frozen importlib", 17) == 0)
        return CODE_STANDARD | CODE_SIGNALS | CODE_IMPORTS;
    if (length > 0 && strcmp(file + length, "importlib/__init__.py") == 0)
        return CODE_STANDARD | (strcmp(name, "import_module") == 0 ? CODE_IMPORTS : 0);
    if (length > 0 && strcmp(file + length, "importlib/util.py") == 0)
        return CODE_STANDARD | traits_in_lazy_loader(name);
    if (length > 0 && strcmp(file + length, "threading.py") == 0)
        return CODE_STANDARD | traits_in_threading(name);
    return CODE_STANDARD;
}

/* ---- reading ---- */

static inline void *field(const void *start, size_t offset)
{
    void *value;

    __builtin_memcpy(&value, (const char *)start + offset, sizeof value);
    return value;
}

static inline int int_field(const void *start, size_t offset)
{
    int value;

    __builtin_memcpy(&value, (const char *)start + offset, sizeof value);
    return value;
}

static inline const char *code_of(const void *frame)
{
    return (const char *)((uintptr_t)field(frame, layout.code) & ~(uintptr_t)FRAME_TAG_BITS);
}

/* What C code stands on has frames of its own, without code. */
static inline bool is_code(const char *object)
{
    return object != NULL && field(object, layout.object_type) == (void *)py.PyCode_Type;
}

/* No two instructions share one; 0: it has none. */
static inline uintptr_t key_of(const void *frame, const char *code)
{
    enum { ADDRESS_BITS = 48, ALIGNED_BITS = 4, INDEX_SHIFT = ADDRESS_BITS - ALIGNED_BITS };
    uintptr_t index;

    if (!layout.is_index)
        return (uintptr_t)field(frame, layout.instruction);
    index = (uintptr_t)int_field(frame, layout.instruction);
    return index >> (64 - INDEX_SHIFT) != 0
               ? 0
               : (uintptr_t)code >> ALIGNED_BITS | index << INDEX_SHIFT;
}

/* -1: it isn't in the code object, as with code that each thread has a copy of. */
static int offset_of(const void *frame, const char *code)
{
    if (layout.is_index)
        return int_field(frame, layout.instruction) * layout.scale;
    uintptr_t instruction = (uintptr_t)field(frame, layout.instruction);
    uintptr_t start = (uintptr_t)code + layout.code_start;
    uintptr_t units = (uintptr_t)field(code, layout.object_size);
    return instruction + 2 < start || instruction > start + 2 * units ? -1
                                                                      : (int)(instruction - start);
}

/*
 * Without the GIL nothing may be made for us, as UTF-8 of what is no ASCII would be.  The
 * bytes of ASCII stand in the object itself.
 */
static const char *ascii_of(const PyObject *string)
{
    ssize_t length = py.PyUnicode_GetLength((PyObject *)(uintptr_t)string);
    const char *bytes = (const char *)string + layout.ascii;

    for (ssize_t i = 0; i < length; i++)
        if (bytes[i] <= 0)
            return "?";
    return length < 0 || bytes[length] != '\0' ? "?" : bytes;
}

static const char *string_of(const char *code, size_t offset, bool attached)
{
    PyObject *string = field(code, offset);

    if (!attached)
        return string == NULL ? "" : ascii_of(string);
    return string == NULL ? "" : api_utf8(string);
}

/* ---- lines that are known ---- */

/* Whether it is known to be attached, or to have the GIL; ONCE: and its code isn't to be kept. */
enum caller { ANY, ATTACHED, ONCE };

static inline struct code_line *slots_of(struct line_table *table, uintptr_t key)
{
    return &table->slots[key * UINT64_C(0x9e3779b97f4a7c15) >> (64 - table->bits)];
}

/* The slot of the key, which others see as taken from now on, or NULL: it is there, or no room. */
static struct code_line *reserve(struct line_table *table, uintptr_t key)
{
    struct code_line *slots = slots_of(table, key);

    for (unsigned probe = 0; probe < PROBES; probe++) {
        uintptr_t present = 0;

        if (__atomic_compare_exchange_n(&slots[probe].key, &present, key, false, __ATOMIC_ACQUIRE,
                                        __ATOMIC_RELAXED)) {
            __atomic_fetch_add(&table->used, 1, __ATOMIC_RELAXED);
            return &slots[probe];
        }
        if (present == key)
            return NULL;
    }
    return NULL;
}

static bool enter(struct line_table *table, const struct code_line *line)
{
    struct code_line *slot = reserve(table, line->key);

    if (slot == NULL)
        return false;
    slot->traits = line->traits;
    __atomic_store_n(&slot->place, line->place, __ATOMIC_RELEASE);
    return true;
}

static struct line_table *new_table(unsigned bits)
{
    struct line_table *table = memory_take(TABLE_BYTES(bits));

    if (table != NULL)
        table->bits = bits;
    return table;
}

/* What another thread enters meanwhile may be missing in the new one, and is read once more. */
static void grow(struct line_table *table)
{
    struct line_table *larger =
        new_table(table->bits + 2 < MOST_BITS ? table->bits + 2 : MOST_BITS);

    if (larger == NULL)
        return;
    for (size_t i = 0; i < TABLE_SLOTS(table->bits); i++)
        if (__atomic_load_n(&table->slots[i].place, __ATOMIC_ACQUIRE) != NULL)
            enter(larger, &table->slots[i]);
    if (!__atomic_compare_exchange_n(&lines, &table, larger, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_RELAXED))
        memory_give(larger, TABLE_BYTES(larger->bits));
}

/*
 * The code object stays for good, so that no other one can come to its address.  Programs
 * that make code as they go fill the table, and what comes then is looked up each time.
 */
static void remember(const char *code, const struct code_line *line)
{
    struct line_table *table = __atomic_load_n(&lines, __ATOMIC_ACQUIRE);

    if (table->bits < MOST_BITS &&
        __atomic_load_n(&table->used, __ATOMIC_RELAXED) >= 1U << (table->bits - 1)) {
        grow(table);
        table = __atomic_load_n(&lines, __ATOMIC_ACQUIRE);
    }
    if (enter(table, line))
        py.Py_IncRef((PyObject *)(uintptr_t)code);
}

/* A line that the table had no room for. */
static __thread __attribute__((tls_model("initial-exec"))) struct code_line passing;

bool frames_attached(void)
{
    const char *state = frames_state();
    uintptr_t thread = 0;

    /* Up to 3.11 it is the state of whichever thread has the GIL, and may be gone any time. */
    return state != NULL && peek((uintptr_t)state + layout.state_thread, &thread, sizeof thread) &&
           thread == (uintptr_t)pthread_self();
}

static void fill_line(struct code_line *line, const void *frame, const char *code, bool attached)
{
    const char *file = string_of(code, layout.file, attached);
    const char *name = string_of(code, layout.name, attached);
    int offset = offset_of(frame, code);
    int number = offset < 0 ? 0 : py.PyCode_Addr2Line((PyObject *)(uintptr_t)code, offset);

    line->place = script_place_keep(file == NULL ? "?" : file, name == NULL ? "?" : name,
                                    number > 0 ? (unsigned)number : 0);
    line->traits = file == NULL || name == NULL ? 0 : traits_of(file, name);
}

static __attribute__((noinline)) const struct code_line *
read_line(const void *frame, const char *code, bool attached, bool keep)
{
    struct code_line line = {.key = key_of(frame, code)};
    PyObject *type, *value, *traceback;

    if (attached) {
        py.PyErr_Fetch(&type, &value, &traceback);
        fill_line(&line, frame, code, true);
        py.PyErr_Restore(type, value, traceback);
        if (keep && line.key != 0 && line.place != NULL)
            remember(code, &line);
    } else {
        fill_line(&line, frame, code, false);
    }
    passing = line;
    return &passing;
}

/* The line that the table has for that instruction, or NULL. */
static inline const struct code_line *known_line(uintptr_t key)
{
    const struct code_line *slots = slots_of(__atomic_load_n(&lines, __ATOMIC_ACQUIRE), key);

    for (unsigned probe = 0; probe < PROBES; probe++) {
        uintptr_t present = __atomic_load_n(&slots[probe].key, __ATOMIC_ACQUIRE);

        if (present == key && __atomic_load_n(&slots[probe].place, __ATOMIC_ACQUIRE) != NULL)
            return &slots[probe];
        if (present == 0)
            break;
    }
    return NULL;
}

static inline const struct code_line *line_of(const void *frame, const char *code,
                                              enum caller caller)
{
    const struct code_line *line = known_line(key_of(frame, code));

    return line != NULL
               ? line
               : read_line(frame, code, caller != ANY || frames_attached(), caller != ONCE);
}

void frames_forget(void)
{
    struct line_table *table = __atomic_load_n(&lines, __ATOMIC_ACQUIRE);

    memset(table->slots, 0, TABLE_SLOTS(table->bits) * sizeof *table->slots);
    __atomic_store_n(&table->used, 0, __ATOMIC_RELAXED);
}

/* ---- frames ---- */

static inline const void *top_of(const char *state)
{
    if (layout.through)
        state = field(state, layout.state_inner);
    return state == NULL ? NULL : field(state, layout.state_frame);
}

/* The present frame of a thread that has the GIL. */
static inline const void *top_with_gil(void)
{
    const char *state = is_learned() ? state_of_present() : NULL;

    return state == NULL ? NULL : top_of(state);
}

const void *frames_top_attached(void)
{
    return top_with_gil();
}

/*
 * A thread that has given the GIL back is in a call out of its frame.  While the interpreter
 * ends, the frames of such threads may go.
 */
const void *frames_top(void)
{
    const char *state = NULL;

    if (is_learned() && frames_attached())
        state = state_of_present();
    else if (is_learned() && !api_is_finalizing())
        state = py.PyGILState_GetThisThreadState();
    return state == NULL ? NULL : top_of(state);
}

/* Without the GIL threads go on, and their states come and go. */
static bool has_gil(void)
{
    enum { HEADER_WITH_GIL = 16 };

    return is_learned() && api_header_size() == HEADER_WITH_GIL && frames_attached();
}

const void *frames_top_of(uintptr_t thread)
{
    char *state = NULL;

    if (has_gil() && py.PyInterpreterState_Get != NULL &&
        py.PyInterpreterState_ThreadHead != NULL && py.PyThreadState_Next != NULL)
        state = py.PyInterpreterState_ThreadHead(py.PyInterpreterState_Get());
    while (state != NULL && (uintptr_t)field(state, layout.state_thread) != thread)
        state = py.PyThreadState_Next(state);
    return state == NULL ? NULL : top_of(state);
}

static inline const void *outer(const void *frame)
{
    return field(frame, layout.previous);
}

/* The line of the frame, or of the next one around it that has code of a program. */
static inline const struct code_line *find_line(const void **frame, enum caller caller)
{
    for (; *frame != NULL; *frame = outer(*frame)) {
        const char *code = code_of(*frame);
        const struct code_line *line = is_code(code) ? line_of(*frame, code, caller) : NULL;

        if (line != NULL && (line->traits & CODE_SHIM) == 0)
            return line;
    }
    return &nowhere;
}

/* The same of a frame around it; nothing is around the outermost one. */
static __attribute__((noinline)) const struct code_line *
find_line_around(const void **frame, const struct code_line *line)
{
    const void *around = *frame == NULL ? NULL : outer(*frame);
    const struct code_line *found = find_line(&around, ATTACHED);

    if (around == NULL)
        return line;
    *frame = around;
    return found;
}

static __attribute__((noinline)) const struct code_line *read_present_line(const void *frame)
{
    const struct code_line *line = find_line(&frame, ATTACHED);

    return (line->traits & CODE_PASSES_ON) != 0 ? find_line_around(&frame, line) : line;
}

/* A line whose key is known is one of code. */
const struct code_line *frames_line(void)
{
    const void *frame = top_with_gil();
    const struct code_line *line;

    if (frame == NULL)
        return &nowhere;
    line = known_line(key_of(frame, layout.is_index ? code_of(frame) : NULL));
    if (__builtin_expect(line == NULL || (line->traits & (CODE_SHIM | CODE_PASSES_ON)) != 0, 0))
        return read_present_line(frame);
    return line;
}

static inline const struct code_line *importer(enum caller caller)
{
    const void *frame = top_with_gil();
    const struct code_line *line = find_line(&frame, caller);

    while ((line->traits & CODE_IMPORTS) != 0) {
        const void *around = frame == NULL ? NULL : outer(frame);
        const struct code_line *found = find_line(&around, caller);

        if (around == NULL)
            break;
        frame = around;
        line = found;
    }
    return line;
}

const struct code_line *frames_importer(void)
{
    return importer(ATTACHED);
}

const struct code_line *frames_importer_once(void)
{
    return importer(ONCE);
}

/* ---- files ---- */

/* Of the frame, or of the next one around it that has code of a program; false: there is none. */
static bool find_file(const void **frame, struct code_file *found, const char **name)
{
    for (; *frame != NULL; *frame = outer(*frame)) {
        const char *code = code_of(*frame);
        const char *file = is_code(code) ? string_of(code, layout.file, true) : NULL;

        *name = file == NULL ? NULL : string_of(code, layout.name, true);
        if (*name == NULL)
            continue;
        *found = (struct code_file){file, traits_of(file, *name)};
        if ((found->traits & CODE_SHIM) == 0)
            return true;
    }
    return false;
}

void frames_files(struct code_file *present, struct code_file *importer)
{
    const void *frame = top_with_gil();
    struct code_file around;
    const char *name;

    *present = (struct code_file){"", 0};
    find_file(&frame, present, &name);
    *importer = *present;
    while ((importer->traits & CODE_IMPORTS) != 0 && frame != NULL) {
        frame = outer(frame);
        if (find_file(&frame, &around, &name))
            *importer = around;
    }
}

const char *frames_body_file(void)
{
    const void *frame = top_with_gil();
    struct code_file found;
    const char *name;

    for (; find_file(&frame, &found, &name); frame = outer(frame))
        if (strcmp(name, "<module>") == 0)
            return found.file;
    return "";
}

/* RLock is called by Condition.__init__, and both for somebody else. */
const struct code_line *frames_maker(void)
{
    const void *frame = top_with_gil();
    const struct code_line *line = find_line(&frame, ATTACHED);

    if ((line->traits & CODE_MAKES_FOR_OTHERS) == 0)
        return line;
    line = find_line_around(&frame, line);
    return (line->traits & CODE_MAKES_CONDITIONS) != 0 ? find_line_around(&frame, line) : line;
}

unsigned frames_stack_of(const void *top, const void **places, unsigned room)
{
    const void *frame = top;
    unsigned count = 0;

    while (count < room) {
        const void *place = find_line(&frame, ANY)->place;

        if (frame == NULL)
            break;
        if (place != NULL)
            places[count++] = place;
        frame = outer(frame);
    }
    return count;
}

unsigned frames_stack(const void **places, unsigned room)
{
    return frames_stack_of(frames_top(), places, room);
}
