/* SPDX-License-Identifier: MIT */
/*
 * Called for whatever reads an attribute of a module, once uses are recorded.  A module that is
 * known to be used costs a look into a table; what comes before that may cost more, and must
 * leave the value, exceptions and errno as the real function did.
 */
#include "python/module_uses.h"

#include "base/hash.h"
#include "base/kept.h"
#include "base/table.h"
#include "python/frames.h"
#include "python/import_trace.h"
#include "python/module_keys.h"
#include "python/module_state.h"
#include "python/module_type.h"
#include "python/road.h"
#include "report/script_place.h"
#include "trace/numbers.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

/* What is known of a module, by its address: that it is used, or which import made it. */
enum { USED = 1, MADE = 2 };
enum { GONE = INT32_MAX };

/* One whose end is waited for, where code may read it without its slot. */
struct watched_module {
    PyObject *module; /* only its address; NULL: it was told */
    const char *name;
};

static struct numbers known;
static struct numbers watched; /* by address: its number in `modules`; GONE: it is none any more */
static struct table modules = TABLE_OF(struct watched_module);
static struct kept watched_names; /* theirs: the file has them only by numbers of its own */
static struct numbers told;       /* module, file and detail of what was told with a detail */
static bool busy;                 /* a thread adds to them */
static bool seen;                 /* slots are ours */
static bool specialises;          /* and there may be code that does without */
static long uses;

/* The outermost import that the thread is in, by a number of its own; 0: it is in none. */
static __thread __attribute__((tls_model("initial-exec"))) uint32_t root, depth;

/* ---- tables ---- */

/*
 * No call out of the library is made meanwhile, so nobody waits long.  In the child of a fork that
 * nobody told us of, whose lock may never be given back, nothing is told and none is taken.
 */
static void lock(void)
{
    while (__atomic_exchange_n(&busy, true, __ATOMIC_ACQUIRE))
        sched_yield();
}

static void unlock(void)
{
    __atomic_store_n(&busy, false, __ATOMIC_RELEASE);
}

static void set(struct numbers *numbers, uint64_t key, uint32_t number)
{
    bool done;

    if (!import_trace->wants_uses())
        return;
    lock();
    done = numbers_set(numbers, key, number);
    unlock();
    if (!done)
        import_trace->marks_uses(TRACE_USES_LOST);
}

/* A look at one word comes before that into `known`: the last module that is used and stands there.
 */
enum { RECENT_BITS = 10 };

static uintptr_t recent[1 << RECENT_BITS];

static inline uintptr_t *recent_of(const PyObject *module)
{
    return &recent[(uintptr_t)module * UINT64_C(0x9e3779b97f4a7c15) >> (64 - RECENT_BITS)];
}

static inline bool is_recent(const PyObject *module)
{
    return __atomic_load_n(recent_of(module), __ATOMIC_RELAXED) == (uintptr_t)module;
}

static void set_used(PyObject *module)
{
    set(&known, (uintptr_t)module, USED);
    __atomic_store_n(recent_of(module), (uintptr_t)module, __ATOMIC_RELAXED);
}

static void forget_used(PyObject *module)
{
    if (is_recent(module))
        __atomic_store_n(recent_of(module), 0, __ATOMIC_RELAXED);
    if (numbers_get(&known, (uintptr_t)module) != 0)
        set(&known, (uintptr_t)module, MADE);
}

static uint32_t made_in(uint32_t import)
{
    return MADE | import << 2;
}

/* ---- one reading ---- */

struct reading {
    PyObject *module, *value; /* NULL: it had no such attribute */
    PyObject *names;          /* the module's dict */
    const char *module_name, *attribute;
    struct code_file reader;   /* of the frame that reads, */
    struct code_file importer; /* and of the one for which importlib does */
};

static const char *text_in(PyObject *names, const char *key)
{
    PyObject *text = names == NULL ? NULL : py.PyDict_GetItemString(names, key);

    return text == NULL ? NULL : api_utf8(text);
}

/* False: it is none that could be told. */
static bool describe(struct reading *reading, PyObject *module, PyObject *name, PyObject *value)
{
    reading->module = module;
    reading->value = value;
    reading->names = py.PyModule_GetDict(module);
    reading->attribute = api_utf8(name);
    reading->module_name = text_in(reading->names, "__name__");
    if (reading->attribute == NULL || reading->module_name == NULL)
        return false;
    frames_files(&reading->reader, &reading->importer);
    return true;
}

static bool is_standard(const struct reading *reading)
{
    return (reading->reader.traits & CODE_STANDARD) != 0;
}

/* Its lazy modules read themselves for whoever uses them. */
static bool is_by_importlib_util(const struct reading *reading)
{
    static const char end[] = "/importlib/util.py";
    const char *file = reading->reader.file;
    size_t length = strlen(file);

    return strcmp(file, "<frozen importlib.util>") == 0 ||
           (is_standard(reading) && length >= sizeof end &&
            strcmp(file + length - (sizeof end - 1), end) == 0);
}

/* `from module import name` reads it once more, in the importer's frame. */
static bool is_by_importlib(const struct reading *reading)
{
    const unsigned both = CODE_IMPORTS | CODE_SIGNALS;

    return (reading->reader.traits & both) == both && !is_by_importlib_util(reading);
}

/* What tools and the standard library look at, of all modules that there are. */
static bool every_module_has(const char *attribute)
{
    static const char *const NAMES[] = {
        "__name__", "__doc__",     "__package__",  "__loader__",
        "__path__", "__file__",    "__cached__",   "__warningregistry__",
        "__dir__",  "__getattr__", "__builtins__",
    };

    if (attribute[0] != '_' || attribute[1] != '_')
        return false;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (strcmp(attribute, NAMES[i]) == 0)
            return true;
    return false;
}

/* As __path__, for which `from module import name` asks. */
static bool lacks_what_others_have(const struct reading *reading)
{
    return reading->value == NULL && every_module_has(reading->attribute);
}

/* The former is read by every import statement, the latter by isinstance(). */
static bool says_nothing(const char *attribute)
{
    return strcmp(attribute, "__spec__") == 0 || strcmp(attribute, "__class__") == 0;
}

/* package.submodule: only what is read of that one tells whether it is used. */
static bool reaches_submodule(const struct reading *reading)
{
    size_t length = strlen(reading->module_name);
    const char *name;

    if (!module_type_is_seen(reading->value))
        return false;
    name = text_in(py.PyModule_GetDict(reading->value), "__name__");
    return name != NULL && strncmp(name, reading->module_name, length) == 0 &&
           name[length] == '.' && strcmp(name + length + 1, reading->attribute) == 0;
}

static bool is_in(const struct reading *reading, const char *file)
{
    const char *own = text_in(reading->names, "__file__");

    return own != NULL && strcmp(own, file) == 0;
}

static bool is_by_itself(const struct reading *reading)
{
    return is_in(reading, reading->importer.file) && module_is_initializing(reading->module);
}

/*
 * Is the module's own body what runs, and no other's that it imports?  Classes of dataclasses and
 * enum look for the names of the module that makes them.
 */
static bool is_for_itself(const struct reading *reading)
{
    return module_is_initializing(reading->module) && is_in(reading, frames_body_file());
}

/* A module that becomes lazy is read by its loader, which has no body to run. */
static bool is_made_lazy(const struct reading *reading)
{
    return is_by_importlib_util(reading) && module_is_initializing(reading->module);
}

/* ---- what it means ---- */

enum meaning { NOTHING, ASKED, IS_USE };

static enum meaning meaning_of(const struct reading *reading)
{
    if (is_by_importlib(reading) || says_nothing(reading->attribute))
        return NOTHING;
    if (reading->value == NULL || every_module_has(reading->attribute))
        return is_standard(reading) || lacks_what_others_have(reading) ? NOTHING : ASKED;
    if (strcmp(reading->attribute, "__dict__") == 0)
        return is_for_itself(reading) || is_made_lazy(reading) ? NOTHING : IS_USE;
    return reaches_submodule(reading) || is_by_itself(reading) ? NOTHING : IS_USE;
}

/* ---- telling ---- */

static void tell(const struct reading *reading, enum trace_use_detail detail)
{
    const struct module_use use = {.module = reading->module_name,
                                   .attribute = reading->attribute,
                                   .place = frames_importer_once()->place,
                                   .detail = detail};

    __atomic_fetch_add(&uses, 1, __ATOMIC_RELAXED);
    import_trace->use(&use);
}

/* Once for each file of code, or each line of it. */
static void tell_once(const struct reading *reading, const char *where,
                      enum trace_use_detail detail)
{
    uint64_t key = hash_bytes(where, strlen(where));

    key = hash_mix(key, hash_bytes(reading->module_name, strlen(reading->module_name)));
    key = hash_mix(key, detail) | 1;
    if (numbers_get(&told, key) != 0)
        return;
    set(&told, key, 1);
    tell(reading, detail);
}

static const char *line_here(void)
{
    const struct script_place *place = script_place_at(frames_importer_once()->place);

    return place == NULL ? "" : place->text;
}

/* What reads a module within the import that made it may be there only because of that import. */
static bool is_importing(uint32_t state)
{
    return depth > 0 && ((state & MADE) == 0 || state == made_in(root));
}

static void judge(struct reading *reading, uint32_t state)
{
    enum meaning meaning = meaning_of(reading);

    if (meaning == ASKED) {
        tell_once(reading, line_here(), TRACE_USE_ASKED);
    } else if (meaning == IS_USE && is_importing(state)) {
        tell_once(reading, reading->importer.file, TRACE_USE_IMPORTING);
    } else if (meaning == IS_USE) {
        tell(reading, 0);
        set_used(reading->module);
    }
}

static __attribute__((noinline)) PyObject *read_first(PyObject *module, PyObject *name,
                                                      uint32_t state)
{
    PyObject *value = module_read(module, name);
    PyObject *type, *exception, *traceback;
    struct reading reading;
    int error = errno;

    if (!import_trace->wants_uses())
        return value;
    py.PyErr_Fetch(&type, &exception, &traceback);
    if (describe(&reading, module, name, value))
        judge(&reading, state);
    py.PyErr_Restore(type, exception, traceback);
    errno = error;
    return value;
}

static __attribute__((noinline)) PyObject *read_again(PyObject *module, PyObject *name)
{
    uint32_t state = numbers_get(&known, (uintptr_t)module);

    if (state != USED)
        return read_first(module, name, state);
    __atomic_store_n(recent_of(module), (uintptr_t)module, __ATOMIC_RELAXED);
    return module_read(module, name);
}

static PyObject *read(PyObject *module, PyObject *name)
{
    if (__builtin_expect(is_recent(module), 1))
        return module_read(module, name);
    return read_again(module, name);
}

/* ---- the end of a module, or of the process ---- */

static void tell_named(const char *name, enum trace_use_detail detail)
{
    import_trace->use(&(struct module_use){.module = name, .detail = detail});
}

static void tell_end(struct watched_module *module)
{
    bool used = numbers_get(&known, (uintptr_t)module->module) == USED;

    if (!used)
        tell_named(module->name,
                   module_keys_are_touched(module->module) || !module_keys_are_proven()
                       ? TRACE_USE_UNSEEN
                       : TRACE_USE_UNTOUCHED);
    module->module = NULL;
}

void module_uses_end(void)
{
    if (!specialises)
        return;
    for (uint32_t number = 1; number < modules.count; number++) {
        struct watched_module *module = table_at(&modules, number);

        if (module->module != NULL && module->name != NULL)
            tell_end(module);
    }
}

static void is_gone(PyObject *module)
{
    uint32_t number = numbers_get(&watched, (uintptr_t)module);
    struct watched_module *entry;

    if (number == 0 || number == GONE || !import_trace->wants_uses())
        return;
    entry = table_at(&modules, number);
    if (entry->module != NULL)
        tell_end(entry);
    set(&watched, (uintptr_t)module, GONE);
}

/*
 * Another module may come to its address.  When the interpreter ends, the first module that dies is
 * the last moment at which the others still have their names.
 */
static void dies(PyObject *module)
{
    static bool ended;

    if (specialises && !ended && api_is_finalizing()) {
        ended = true;
        module_uses_end();
    }
    if (specialises)
        is_gone(module);
    forget_used(module);
}

static bool add_watched(PyObject *module, const char *name)
{
    const char *kept = kept_add(&watched_names, name);
    uint32_t number = kept == NULL ? 0 : table_add(&modules);

    if (number == 0)
        return false;
    *(struct watched_module *)table_at(&modules, number) = (struct watched_module){module, kept};
    return numbers_set(&watched, (uintptr_t)module, number);
}

/* What ran in its own body is over: from now on a version means that its code is called, or it
 * read. */
static void watch_end(PyObject *module, const char *name)
{
    uint32_t number = numbers_get(&watched, (uintptr_t)module);
    bool done;

    if (!import_trace->wants_uses() || (number != 0 && number != GONE))
        return;
    lock();
    done = add_watched(module, name);
    unlock();
    if (!done)
        import_trace->marks_uses(TRACE_USES_LOST);
    if (!module_keys_are_touched(module))
        return;
    tell_named(name, TRACE_USE_UNSEEN | TRACE_USE_IMPORTING);
    module_keys_begin_anew(module);
}

/* ---- imports ---- */

void module_uses_made(PyObject *module)
{
    if (seen && root != 0)
        set(&known, (uintptr_t)module, made_in(root));
}

void module_uses_import_begins(void)
{
    static uint32_t roots;

    if (depth++ == 0 && seen)
        root = (__atomic_add_fetch(&roots, 1, __ATOMIC_RELAXED) & (UINT32_MAX >> 2)) | 1;
}

/* What stands in sys.modules by that name: none that we see, or one by another name. */
static bool is_unseen(const char *name, PyObject *module)
{
    const char *own =
        module_type_is_seen(module) ? text_in(py.PyModule_GetDict(module), "__name__") : NULL;

    return own == NULL || strcmp(own, name) != 0;
}

void module_uses_import_ends(PyObject *importlib, PyObject *name, PyObject *module)
{
    if (--depth == 0)
        root = 0;
    const char *utf8 = seen && module != NULL ? api_utf8(name) : NULL;

    if (utf8 == NULL)
        return;
    if (is_unseen(utf8, module))
        tell_named(utf8, TRACE_USE_UNSEEN);
    else if (specialises)
        watch_end(module, utf8);
    if (specialises && !module_keys_are_proven())
        module_keys_are_touched(importlib); /* its functions are called with every import */
}

void module_uses_class_set(PyObject *module)
{
    const char *name = seen && !module_type_is_seen(module)
                           ? text_in(py.PyModule_GetDict(module), "__name__")
                           : NULL;

    if (name != NULL)
        tell_named(name, TRACE_USE_UNSEEN);
}

/* ---- start, fork ---- */

/* What was there before: no import of it will be judged, and its first use is all there is to tell.
 */
static void know_present(void)
{
    PyObject *present = py.PyImport_GetModuleDict();
    PyObject *names = present == NULL ? NULL : py.PyDict_Keys(present);
    ssize_t count = names == NULL ? 0 : py.PyList_Size(names);

    for (ssize_t i = 0; i < count; i++) {
        PyObject *module = api_dict_get(present, py.PyList_GetItem(names, i));

        if (module != NULL && numbers_get(&known, (uintptr_t)module) == 0)
            set(&known, (uintptr_t)module, made_in(0));
        api_drop(module);
    }
    py.PyErr_Clear();
    api_drop(names);
}

void module_uses_begin(void)
{
    static const struct module_watch watch = {.read = read, .dies = dies};
    const char *missing;

    if (import_trace == NULL || !import_trace->wants_uses()) {
        road_refuse(ROAD_USES, "switched off (no trace is recorded)", NULL);
        return;
    }
    missing = module_type_wrap(&watch);
    if (missing != NULL) {
        road_refuse(ROAD_USES, "this Python does not show ", missing, NULL);
        return;
    }
    road_take(ROAD_USES, "slot");
    seen = true;
    specialises = module_keys_learn();
    module_uses_mark();
    know_present();
}

void module_uses_mark(void)
{
    if (!seen)
        return;
    import_trace->marks_uses(TRACE_USES);
    if (specialises)
        import_trace->marks_uses(TRACE_USES_AT_END);
}

long module_uses_told(void)
{
    return __atomic_load_n(&uses, __ATOMIC_RELAXED);
}

void module_uses_forget(void)
{
    busy = false;
    memset(recent, 0, sizeof recent);
    numbers_clear(&known);
    numbers_clear(&told);
}
