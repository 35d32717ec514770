/* SPDX-License-Identifier: MIT */
/*
 * Replaces methods, and what makes and ends an object.  Called while an interpreter starts.
 * What it reads of CPython's structures (a descriptor's and a function's table entry, the
 * slots of a type) must agree with what the functions say, or it is left alone.
 */
#include "python/lock_type.h"

#include "python/thread_handle.h"
#include "python/type_words.h"

#include <string.h>

struct lock_real lock_real;

static const struct lock_watch *watch;

static const char *const TYPE_NAMES[TYPE_COUNT] = {"LockType", "RLock"};

/* Other names of a method come last. */
static const struct {
    const char *name;
    enum lock_call call;
} CALLS[] = {
    {"acquire", CALL_ACQUIRE},        {"__enter__", CALL_ENTER},
    {"release", CALL_RELEASE},        {"__exit__", CALL_EXIT},
    {"_release_save", CALL_SAVE},     {"_acquire_restore", CALL_RESTORE},
    {"_at_fork_reinit", CALL_REINIT}, {"acquire_lock", CALL_ACQUIRE},
    {"release_lock", CALL_RELEASE},
};

enum { CALL_NAMES = sizeof CALLS / sizeof *CALLS };

/* A method's entry; its descriptor is behind three words of its own. */
struct entry {
    PyMethodDef *method;
    enum lock_type type;
    enum lock_call call;
};

struct entries {
    struct entry of[TYPE_COUNT * CALL_NAMES];
    unsigned count;
};

/* ---- types ---- */

typedef void (*dealloc_function)(PyObject *self);
typedef PyObject *(*new_function)(PyObject *type, PyObject *args, PyObject *kwargs);

static dealloc_function real_dealloc[TYPE_COUNT];
static new_function real_new[TYPE_COUNT];

static void lock_dies(PyObject *self)
{
    watch->dies(self, TYPE_LOCK);
    real_dealloc[TYPE_LOCK](self);
}

static void rlock_dies(PyObject *self)
{
    watch->dies(self, TYPE_RLOCK);
    real_dealloc[TYPE_RLOCK](self);
}

static PyObject *made(PyObject *lock, enum lock_type type)
{
    if (lock != NULL)
        watch->made(lock, type);
    return lock;
}

static PyObject *new_lock(PyObject *type, PyObject *args, PyObject *kwargs)
{
    return made(real_new[TYPE_LOCK](type, args, kwargs), TYPE_LOCK);
}

static PyObject *new_rlock(PyObject *type, PyObject *args, PyObject *kwargs)
{
    return made(real_new[TYPE_RLOCK](type, args, kwargs), TYPE_RLOCK);
}

/* `ours` in place of what is there, which is kept. */
static void replace(void **slot, void *ours, void **real)
{
    if (*slot == ours || *slot == NULL)
        return;
    *real = *slot;
    __atomic_store_n(slot, ours, __ATOMIC_RELEASE);
}

static void wrap_type(PyObject *type, enum lock_type which)
{
    static void (*const DIES[])(PyObject *) = {lock_dies, rlock_dies};
    static PyObject *(*const NEW[])(PyObject *, PyObject *, PyObject *) = {new_lock, new_rlock};
    void **words = type_words(type);

    replace(&words[WORD_DEALLOC], *(void *const *)&DIES[which], (void **)&real_dealloc[which]);
    replace(&words[WORD_NEW], *(void *const *)&NEW[which], (void **)&real_new[which]);
}

/* ---- methods ---- */

/* What some version lacks is left out; is_whole() says whether that can be. */
static void collect(struct entries *entries, PyObject *type, enum lock_type which)
{
    for (unsigned i = 0; i < CALL_NAMES; i++) {
        PyMethodDef *entry = method_of_type(type, CALLS[i].name);

        if (entry != NULL)
            entries->of[entries->count++] = (struct entry){entry, which, CALLS[i].call};
    }
}

static bool has(const struct entries *entries, enum lock_type which, enum lock_call call)
{
    for (unsigned i = 0; i < entries->count; i++)
        if (entries->of[i].type == which && entries->of[i].call == call)
            return true;
    return false;
}

static bool is_whole(const struct entries *entries)
{
    for (unsigned i = 0; i < TYPE_COUNT; i++)
        for (enum lock_call call = CALL_ACQUIRE; call <= CALL_EXIT; call++)
            if (!has(entries, i, call))
                return false;
    return true;
}

static void wrap_methods(const struct entries *entries)
{
    for (unsigned i = 0; i < entries->count; i++) {
        const struct entry *entry = &entries->of[i];
        method_function ours = watch->methods[entry->type][entry->call];

        /* A method has two names; a third function behind one would need a wrapper of its own. */
        if (ours != NULL)
            method_replace(entry->method, ours, &lock_real.methods[entry->type][entry->call]);
        lock_real.flags[entry->type][entry->call] = entry->method->ml_flags;
    }
}

/* ---- functions of the module that make locks ---- */

static method_function real_allocate, real_sentinel;

static PyObject *allocate(PyObject *self, void *a, void *b, void *c)
{
    return made(real_allocate(self, a, b, c), TYPE_LOCK);
}

static PyObject *set_sentinel(PyObject *self, void *a, void *b, void *c)
{
    PyObject *lock = real_sentinel(self, a, b, c);

    if (lock != NULL)
        watch->made_sentinel(lock);
    return lock;
}

/* From 3.13 `allocate_lock` is the same as the type, or is not there. */
static void wrap_function(PyObject *module, const char *name, method_function ours,
                          method_function *real)
{
    PyMethodDef *entry = method_of_module(module, name);

    if (entry != NULL)
        method_replace(entry, ours, real);
}

static void wrap_functions(PyObject *module)
{
    wrap_function(module, "allocate_lock", allocate, &real_allocate);
    wrap_function(module, "allocate", allocate, &real_allocate);
    wrap_function(module, "_set_sentinel", set_sentinel, &real_sentinel);
}

/* ---- the byte that says that a lock is taken ---- */

enum { BYTES_MOST = 256 };

static bool call_method(PyObject *lock, const char *name)
{
    PyObject *method = api_attribute(lock, name);
    PyObject *result = method == NULL ? NULL : py.PyObject_CallFunctionObjArgs(method, NULL);
    bool done = result != NULL;

    api_drop(result);
    api_drop(method);
    return done;
}

/* It is 0, then not, then 0 again. */
static size_t find_taken(PyObject *lock, size_t size)
{
    unsigned char before[BYTES_MOST], taken[BYTES_MOST], after[BYTES_MOST];
    size_t header = (size_t)api_header_size();

    if (size > BYTES_MOST || size <= header)
        return 0;
    memcpy(before, lock, size);
    if (!call_method(lock, "acquire"))
        return 0;
    memcpy(taken, lock, size);
    if (!call_method(lock, "release"))
        return 0;
    memcpy(after, lock, size);
    for (size_t i = header; i < size; i++)
        if (before[i] == 0 && taken[i] != 0 && after[i] == 0)
            return i;
    return 0;
}

/* ---- a canary: does a call come to what stands in the table? ---- */

static method_function probed;
static long probes_seen;

long lock_type_seen(void)
{
    return probes_seen;
}

static PyObject *probe(PyObject *self, void *a, void *b, void *c)
{
    probes_seen++;
    return probed(self, a, b, c);
}

static PyMethodDef *acquire_of(const struct entries *entries, enum lock_type which)
{
    unsigned i = 0;

    while (entries->of[i].type != which || entries->of[i].call != CALL_ACQUIRE)
        i++;
    return entries->of[i].method;
}

/* False: its methods are called some other way, or nothing shows that a lock is taken. */
static bool try_out(PyObject *lock, PyObject *type, enum lock_type which, PyMethodDef *entry)
{
    long before = probes_seen;

    probed = (method_function)(void *)entry->ml_meth;
    entry->ml_meth = (PyCFunction)(void *)probe;
    lock_real.taken[which] = find_taken(lock, (size_t)type_basic_size(type));
    entry->ml_meth = (PyCFunction)(void *)probed;
    return probes_seen == before + 1 && lock_real.taken[which] != 0;
}

static bool learn(PyObject *module, PyObject *type, enum lock_type which,
                  const struct entries *entries)
{
    const char *name = which == TYPE_LOCK ? "allocate_lock" : TYPE_NAMES[which];
    PyObject *maker = lock_real.taken[which] != 0 ? NULL : api_attribute(module, name);
    PyObject *lock = maker == NULL ? NULL : py.PyObject_CallFunctionObjArgs(maker, NULL);
    bool done = lock_real.taken[which] != 0 ||
                (lock != NULL && try_out(lock, type, which, acquire_of(entries, which)));

    api_drop(lock);
    api_drop(maker);
    return done;
}

/* ---- all of it ---- */

static const char *wrap(PyObject *module, PyObject *const *types)
{
    struct entries entries = {.count = 0};

    for (unsigned i = 0; i < TYPE_COUNT; i++) {
        if (types[i] == NULL || !type_is_as_expected(types[i]))
            return "the types of locks as they were known";
        collect(&entries, types[i], i);
    }
    if (!is_whole(&entries))
        return "all methods of locks";
    for (unsigned i = 0; i < TYPE_COUNT; i++)
        if (!learn(module, types[i], i, &entries))
            return "the state of a lock";
    for (unsigned i = 0; i < TYPE_COUNT; i++)
        wrap_type(types[i], i);
    wrap_functions(module);
    thread_handle_wrap(module);
    wrap_methods(&entries);
    return NULL;
}

static PyObject *thread_module(void)
{
    PyObject *name = py.PyUnicode_FromString("_thread");
    PyObject *modules = py.PyImport_GetModuleDict();
    PyObject *module = name == NULL || modules == NULL ? NULL : api_dict_get(modules, name);

    py.PyErr_Clear();
    api_drop(name);
    return module;
}

void lock_type_watch(const struct lock_watch *given)
{
    watch = given;
}

bool lock_type_is_watched(void)
{
    return watch != NULL;
}

const char *lock_type_wrap(void)
{
    PyObject *module = watch == NULL ? NULL : thread_module();
    PyObject *types[TYPE_COUNT] = {NULL};
    const char *missing = module == NULL ? "the module _thread" : NULL;

    for (unsigned i = 0; missing == NULL && i < TYPE_COUNT; i++)
        types[i] = api_attribute(module, TYPE_NAMES[i]);
    if (missing == NULL)
        missing = api_header_size() < 16 ? "the size of an object's header" : wrap(module, types);
    py.PyErr_Clear();
    for (unsigned i = 0; i < TYPE_COUNT; i++)
        api_drop(types[i]);
    api_drop(module);
    return missing;
}

void lock_type_name(PyObject *lock, const char *name)
{
    if (watch != NULL)
        watch->named(lock, name);
}

bool lock_type_is(PyObject *object, enum lock_type *type)
{
    PyObject *own = py.PyObject_Type(object);
    bool found = false;

    for (unsigned i = 0; i < TYPE_COUNT && own != NULL && !found; i++)
        for (PyObject *base = own; base != NULL && !found;
             base = base == (PyObject *)py.PyBaseObject_Type ? NULL : type_words(base)[WORD_BASE])
            if (type_words(base)[WORD_DEALLOC] ==
                *(void *const *)&(dealloc_function){i == TYPE_LOCK ? lock_dies : rlock_dies}) {
                *type = i;
                found = true;
            }
    api_drop(own);
    return found;
}
