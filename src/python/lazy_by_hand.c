/* SPDX-License-Identifier: MIT */
/*
 * A module becomes lazy when its class is set, whoever does so and however: so it is CPython's
 * setter of __class__ that is ours, and importlib.util is left alone.  Called each time a program
 * sets the class of any object.
 */
#include "python/lazy_by_hand.h"

#include "python/fire.h"
#include "python/import_trace.h"
#include "python/lazy_loader.h"
#include "python/method_table.h"
#include "python/module_state.h"
#include "python/module_uses.h"

typedef int (*class_setter)(PyObject *self, PyObject *class, void *closure);

static class_setter real;

/* The name in its spec, a new reference, or NULL: it is none, or is made by an import. */
static PyObject *name_of_made(PyObject *module)
{
    bool is_made = module_is_lazy(module) && !module_is_initializing(module);
    PyObject *spec = is_made ? module_spec(module) : NULL;

    return spec == NULL ? NULL : api_attribute(spec, "name");
}

static void look(const struct interpreter *interpreter, PyObject *module)
{
    PyObject *name = name_of_made(module);
    const char *utf8 = name == NULL ? NULL : api_utf8(name);

    if (utf8 != NULL && (import_trace != NULL || fire_awaits(interpreter, utf8))) {
        import_trace_named(TRACE_LAZY_DECLARED, name, true);
        lazy_loader_watch_made(interpreter, name, module);
    }
    api_drop(name);
}

/* Not the plain one, which a lazy module gets back. */
static bool is_class_of_modules(PyObject *class)
{
    return class != py.PyModule_Type && py.PyObject_IsSubclass(class, py.PyModule_Type) == 1;
}

static int set_class(PyObject *self, PyObject *class, void *closure)
{
    int result = real(self, class, closure);

    /* What is asked then is no more to be had while the interpreter ends. */
    if (result == 0 && is_class_of_modules(class) && !api_is_finalizing()) {
        const struct interpreter *interpreter = interpreter_now();

        module_uses_class_set(self);
        if (interpreter != NULL)
            look(interpreter, self);
    }
    return result;
}

void lazy_by_hand_watch(void)
{
    PyGetSetDef *entry = attribute_of_type((PyObject *)py.PyBaseObject_Type, "__class__");

    if (entry == NULL || entry->set == set_class || entry->set == NULL)
        return;
    __atomic_store_n(&real, entry->set, __ATOMIC_RELAXED);
    __atomic_store_n(&entry->set, set_class, __ATOMIC_RELEASE);
}
