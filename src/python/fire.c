/* SPDX-License-Identifier: MIT */
/*
 * Runs hooks.  Called by importlib's wrapped functions and by registration.  Two threads may
 * both find a hook due (one imports, the other registers): the claim decides, and no lock is
 * held while a hook runs.
 */
#include "python/fire.h"

#include "base/glob.h"
#include "imports/registry.h"
#include "python/action.h"
#include "python/binding.h"
#include "python/claim.h"
#include "python/early.h"
#include "python/failure.h"
#include "python/from_list.h"
#include "python/import_trace.h"
#include "python/lazy_by_hand.h"
#include "python/lazy_loader.h"
#include "python/module_state.h"

#include <string.h>

struct fire_counters fire_counters;

/* One module object whose hooks are to run. */
struct firing {
    struct interpreter *interpreter;
    PyObject *name;
    const char *utf8;
    PyObject *module;
    bool importer; /* is there somebody who can get an exception? */
};

static void count(long *counter)
{
    __atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

/* The callable is not there yet: the hook runs when the module that holds it has been loaded. */
static void postpone(const struct firing *firing, long serial, PyObject *until)
{
    PyObject *fresh = py.PyList_New(0);
    PyObject *number = py.PyLong_FromLong(serial);
    PyObject *entry = number == NULL ? NULL : py.PyTuple_Pack(2, number, firing->name);
    PyObject *list = fresh == NULL ? NULL
                                   : py.PyDict_SetDefault(firing->interpreter->postponed, until,
                                                          fresh);

    if (entry == NULL || list == NULL || py.PyList_Append(list, entry) < 0)
        py.PyErr_Clear();
    api_drop(entry);
    api_drop(number);
    api_drop(fresh);
}

static void trace_hook(enum trace_event_kind kind, const struct firing *firing,
                       const struct hook *hook, bool success)
{
    if (import_trace != NULL && hook != NULL)
        import_trace->hook(kind, firing->utf8, hook->text == NULL ? hook->pattern : hook->text,
                           success);
}

static int run(const struct firing *firing, long serial)
{
    const struct hook *hook = registry_at(serial);
    PyObject *until = NULL;

    trace_hook(TRACE_HOOK_BEGINS, firing, hook, true);
    enum action_result result = hook == NULL ? ACTION_DONE
                                             : action_run(firing->interpreter, hook, firing->name,
                                                          firing->module, &until);
    trace_hook(TRACE_HOOK_ENDS, firing, hook, result != ACTION_FAILED);
    if (result == ACTION_POSTPONED)
        postpone(firing, serial, until);
    else
        count(&fire_counters.run);
    api_drop(until);
    if (result != ACTION_FAILED)
        return 0;
    count(&fire_counters.failed);
    return failure_handle(hook, firing->utf8, firing->importer);
}

static int run_once(const struct firing *firing, long serial)
{
    if (!claim_take(firing->interpreter, serial, firing->name, firing->module))
        return 0;
    return run(firing, serial);
}

/* Runs every hook from that number on that is due; hooks that these register are due too. */
static int run_due(const struct firing *firing, long from)
{
    for (long serial = from - 1;
         (serial = registry_due(serial + 1, firing->utf8, firing->interpreter->id)) >= 0;)
        if (run_once(firing, serial) < 0)
            return -1;
    return 0;
}

/*
 * A thread that registers a hook adds it first and then looks whether the module is closed;
 * we close it first and then look for new hooks: one of the two sees the other.
 */
static int run_all(const struct firing *firing)
{
    long seen = registry_count();

    if (run_due(firing, 0) < 0)
        return -1;
    claim_close(firing->interpreter, firing->name, firing->module);
    return run_due(firing, seen);
}

/* Hooks whose callable stands in the module `name`, which has been loaded now. */
static void run_postponed(struct interpreter *interpreter, PyObject *name)
{
    PyObject *list = api_dict_get(interpreter->postponed, name);
    ssize_t length = 0;

    if (list != NULL && py.PyDict_DelItem(interpreter->postponed, name) == 0)
        length = py.PyList_Size(list);
    for (ssize_t i = 0; i < length; i++) {
        PyObject *entry = py.PyList_GetItem(list, i);
        struct firing firing = {.interpreter = interpreter, .name = py.PyTuple_GetItem(entry, 1)};

        firing.utf8 = api_utf8(firing.name);
        firing.module = interpreter_module(firing.name);
        if (firing.utf8 != NULL && firing.module != NULL)
            run(&firing, py.PyLong_AsLong(py.PyTuple_GetItem(entry, 0)));
        api_drop(firing.module);
    }
    py.PyErr_Clear();
    api_drop(list);
}

/*
 * A body may put other modules into sys.modules under names below its own (os does so with
 * os.path): no import of these is ever seen.
 */
static int run_children(struct interpreter *interpreter, const char *parent, bool importer)
{
    int result = 0;

    for (long serial = -1;
         result == 0 && (serial = registry_child(serial + 1, parent, interpreter->id)) >= 0;) {
        struct firing firing = {.interpreter = interpreter, .importer = importer};

        firing.utf8 = registry_at(serial)->pattern;
        firing.name = py.PyUnicode_FromString(firing.utf8);
        firing.module = firing.name == NULL ? NULL : interpreter_module(firing.name);
        if (firing.module != NULL && firing.module != PY_NONE &&
            !module_is_initializing(firing.module) && !module_is_lazy(firing.module))
            result = run_once(&firing, serial);
        api_drop(firing.module);
        api_drop(firing.name);
    }
    return result;
}

/* As importlib does when a body raises. */
static void take_out(PyObject *name)
{
    PyObject *type, *value, *traceback;
    PyObject *modules = py.PySys_GetObject("modules");

    py.PyErr_Fetch(&type, &value, &traceback);
    if (modules != NULL && py.PyDict_DelItem(modules, name) < 0)
        py.PyErr_Clear();
    py.PyErr_Restore(type, value, traceback);
}

static struct binding bind_unless_detached(const struct firing *firing)
{
    PyObject *detached = api_dict_get(firing->interpreter->detached, firing->name);

    api_drop(detached);
    return detached != NULL ? (struct binding){NULL, NULL, NULL}
                            : binding_begin(firing->utf8, firing->module);
}

static int fire_module(const struct firing *firing)
{
    bool guarded = from_list_enter(firing->interpreter, firing->name, firing->utf8);
    struct binding binding = bind_unless_detached(firing);
    int result = run_all(firing);

    if (result < 0)
        take_out(firing->name);
    binding_end(&binding, result < 0);
    if (guarded)
        from_list_leave(firing->interpreter, firing->name);
    return result;
}

bool fire_awaits(const struct interpreter *interpreter, const char *name)
{
    return registry_due(0, name, interpreter->id) >= 0;
}

static void fire_waiting(struct interpreter *interpreter, PyObject *name)
{
    struct firing firing = {.interpreter = interpreter, .name = name, .utf8 = api_utf8(name)};

    firing.module = interpreter_module(name);
    if (firing.module != NULL && firing.module != PY_NONE && firing.utf8 != NULL) {
        run_all(&firing);
        run_children(interpreter, firing.utf8, false);
    }
    api_drop(firing.module);
}

/* Hooks whose callable was not found while the program's folder was not on sys.path. */
static void fire_at_program(struct interpreter *interpreter)
{
    PyObject *nothing = py.PyUnicode_FromString("");

    if (nothing != NULL && py.PyDict_Size(interpreter->postponed) > 0)
        run_postponed(interpreter, nothing);
    api_drop(nothing);
}

void fire_prepare(void)
{
    static const struct early_calls CALLS = {fire_waiting, fire_at_program};

    early_set_calls(&CALLS);
}

/* Runs what is due for a module that is not put off: by the interpreter's start, or lazy. */
static int fire_due(struct interpreter *interpreter, PyObject *name, const char *utf8)
{
    struct firing firing = {interpreter, name, utf8, interpreter_module(name), true};
    int result = 0;

    if (firing.module == NULL || firing.module == PY_NONE)
        ;
    else if (early_is_waiting(interpreter))
        early_wait(interpreter, name);
    else if (module_is_lazy(firing.module))
        lazy_loader_watch(interpreter, name, firing.module);
    else
        result = fire_module(&firing);
    api_drop(firing.module);
    return result;
}

static bool anything_waits(const struct interpreter *interpreter)
{
    return (interpreter->early != NULL && py.PyList_Size(interpreter->early) > 0) ||
           py.PyDict_Size(interpreter->postponed) > 0;
}

int fire_loaded(struct interpreter *interpreter, PyObject *name)
{
    const char *utf8 = api_utf8(name);
    int result = 0;

    count(&fire_counters.modules);
    early_look(interpreter);
    if (utf8 == NULL || registry_count() == 0)
        return 0;
    if (fire_awaits(interpreter, utf8))
        result = fire_due(interpreter, name, utf8);
    if (early_is_before_program(interpreter) && anything_waits(interpreter))
        early_ensure_look(interpreter, utf8);
    if (result == 0 && !early_is_waiting(interpreter))
        result = run_children(interpreter, utf8, true);
    if (result == 0 && py.PyDict_Size(interpreter->postponed) > 0)
        run_postponed(interpreter, name);
    return result;
}

int fire_lazy_body(struct interpreter *interpreter, PyObject *name, PyObject *module)
{
    struct firing firing = {interpreter, name, api_utf8(name), module, true};

    return firing.utf8 == NULL ? 0 : run_all(&firing);
}

int fire_reloaded(struct interpreter *interpreter, PyObject *name, PyObject *module)
{
    struct firing firing = {interpreter, name, api_utf8(name), module, true};
    long serial = -1;

    while (firing.utf8 != NULL &&
           (serial = registry_due(serial + 1, firing.utf8, interpreter->id)) >= 0) {
        const struct hook *hook = registry_at(serial);

        if (hook != NULL && hook->reload && run(&firing, serial) < 0)
            return -1;
    }
    return 0;
}

/* Has the import of the module, hooks included, gone past the point where it takes new hooks? */
static bool is_imported(const struct firing *firing)
{
    PyObject *legacy = api_dict_get(firing->interpreter->legacy, firing->name);

    api_drop(legacy);
    return legacy == NULL &&
           (!module_is_initializing(firing->module) ||
            claim_is_closed(firing->interpreter, firing->name, firing->module));
}

/* A glob means imported modules; __main__ is none, and no import of it will ever be seen. */
static bool is_meant(const struct firing *firing, long serial)
{
    return strcmp(firing->utf8, "__main__") != 0 ||
           !glob_is_pattern(registry_at(serial)->pattern);
}

static int fire_present(const struct firing *firing, long serial)
{
    if (firing->module == NULL || firing->module == PY_NONE || !is_meant(firing, serial))
        return 0;
    if (module_is_lazy(firing->module)) {
        lazy_loader_watch(firing->interpreter, firing->name, firing->module);
        return 0;
    }
    return is_imported(firing) ? run_once(firing, serial) : 0;
}

/* The names in sys.modules, a new list, or NULL (no exception is left). */
static PyObject *names_present(void)
{
    PyObject *modules = py.PySys_GetObject("modules");
    PyObject *names = modules == NULL ? NULL : py.PyDict_Keys(modules);

    if (names == NULL)
        py.PyErr_Clear();
    return names;
}

int fire_registered(struct interpreter *interpreter, long serial)
{
    PyObject *names = names_present();
    ssize_t length = names == NULL ? 0 : py.PyList_Size(names);
    int result = 0;

    from_list_ensure(interpreter, registry_at(serial)->pattern);
    lazy_by_hand_watch();

    for (ssize_t i = 0; i < length && result == 0; i++) {
        struct firing firing = {.interpreter = interpreter, .importer = true};

        firing.name = py.PyList_GetItem(names, i);
        firing.utf8 = api_utf8(firing.name);
        if (firing.utf8 == NULL ||
            registry_due(serial, firing.utf8, interpreter->id) != serial)
            continue;
        firing.module = interpreter_module(firing.name);
        result = fire_present(&firing, serial);
        api_drop(firing.module);
    }
    api_drop(names);
    return result;
}

static void note_present(struct interpreter *interpreter)
{
    PyObject *names = registry_count() == 0 ? NULL : names_present();
    ssize_t length = names == NULL ? 0 : py.PyList_Size(names);

    for (ssize_t i = 0; i < length; i++) {
        PyObject *name = py.PyList_GetItem(names, i);
        const char *utf8 = api_utf8(name);

        if (utf8 != NULL && fire_awaits(interpreter, utf8))
            early_wait(interpreter, name);
    }
    api_drop(names);
}

void fire_begin(struct interpreter *interpreter)
{
    for (long serial = 0; serial < registry_count(); serial++) {
        const struct hook *hook = registry_at(serial);

        if (hook != NULL)
            from_list_ensure(interpreter, hook->pattern);
    }
    if (registry_count() > 0)
        lazy_by_hand_watch();
    note_present(interpreter);
}
