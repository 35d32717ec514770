/* SPDX-License-Identifier: MIT */
/* Dicts and lists for module pihook.  Called by the program that asks. */
#include "python/status.h"

#include "imports/registry.h"
#include "imports/statements.h"
#include "python/fire.h"
#include "python/lock_type.h"
#include "python/module_uses.h"
#include "python/road.h"
#include "python/statements.h"
#include "report/finding.h"
#include "report/told.h"

#include <string.h>

/* Puts a new reference under the key and drops it.  NULL stands for a failure before. */
static bool put(PyObject *dict, const char *key, PyObject *value)
{
    bool done = dict != NULL && value != NULL && py.PyDict_SetItemString(dict, key, value) == 0;

    api_drop(value);
    return done;
}

static PyObject *number(long value)
{
    return py.PyLong_FromLong(value);
}

static PyObject *truth(bool value)
{
    return py.PyBool_FromLong(value);
}

/* A str, or None for NULL and "". */
static PyObject *string(const char *utf8)
{
    return utf8 == NULL || *utf8 == '\0' ? api_none() : py.PyUnicode_FromFormat("%s", utf8);
}

/* The dict, or NULL when something could not be put into it. */
static PyObject *whole(PyObject *dict, bool done)
{
    if (done)
        return dict;
    api_drop(dict);
    return NULL;
}

static PyObject *road_dict(enum road_name name, long seen)
{
    const struct road_state *state = road_state(name);
    PyObject *dict = py.PyDict_New();
    bool live = state->road != NULL && seen > 0;
    const char *why = state->why;

    if (!live && *why == '\0')
        why = state->road != NULL ? "nothing has come along it" : "not tried";
    return whole(dict, put(dict, "live", truth(live)) && put(dict, "road", string(state->road)) &&
                           put(dict, "why", string(why)) && put(dict, "seen", number(seen)));
}

static PyObject *roads(void)
{
    PyObject *dict = py.PyDict_New();
    PyObject *statements = road_dict(ROAD_STATEMENTS, statements_total());

    return whole(dict, put(statements, "sites", number(statements_sites())) &&
                           put(dict, "imports", road_dict(ROAD_IMPORTS, fire_counters.modules)) &&
                           put(dict, "statements", statements) &&
                           put(dict, "locks", road_dict(ROAD_LOCKS, lock_type_seen())) &&
                           put(dict, "uses", road_dict(ROAD_USES, module_uses_told())));
}

static PyObject *counters(void)
{
    PyObject *dict = py.PyDict_New();

    return whole(dict, put(dict, "modules", number(fire_counters.modules)) &&
                           put(dict, "hooks_run", number(fire_counters.run)) &&
                           put(dict, "hooks_failed", number(fire_counters.failed)) &&
                           put(dict, "statements_lost", number(statements_lost())));
}

PyObject *status_make(void)
{
    PyObject *dict = py.PyDict_New();

    return whole(dict, put(dict, "version", string(PACKAGE_VERSION)) &&
                           put(dict, "preloaded", truth(true)) &&
                           put(dict, "python", string(py.Py_GetVersion())) &&
                           put(dict, "roads", roads()) && put(dict, "counters", counters()));
}

static PyObject *target_of(const struct hook *hook)
{
    if (hook->action != ACTION_PYTHON)
        return string(hook->text);
    py.Py_IncRef(hook->target);
    return hook->target;
}

static PyObject *hook_dict(const struct hook *hook)
{
    static const char *const ACTIONS[] = {
        [ACTION_WARN] = "warn",     [ACTION_CALL] = "call",     [ACTION_EXEC] = "exec",
        [ACTION_NATIVE] = "native", [ACTION_PYTHON] = "python", [ACTION_FUNCTION] = "function",
    };
    PyObject *dict = py.PyDict_New();

    return whole(dict, put(dict, "name", string(hook->pattern)) &&
                           put(dict, "action", string(ACTIONS[hook->action])) &&
                           put(dict, "target", target_of(hook)) &&
                           put(dict, "file", string(hook->file)) &&
                           put(dict, "line", hook->line == 0 ? api_none() : number(hook->line)) &&
                           put(dict, "on_error", string(hook->raise ? "raise" : "report")) &&
                           put(dict, "optional", truth(hook->optional)) &&
                           put(dict, "reload", truth(hook->reload)));
}

/* Appends a new reference and drops it. */
static bool append(PyObject *list, PyObject *item)
{
    bool done = item != NULL && py.PyList_Append(list, item) == 0;

    api_drop(item);
    return done;
}

PyObject *status_hooks(unsigned scope)
{
    PyObject *list = py.PyList_New(0);
    long count = registry_count();
    bool done = list != NULL;

    for (long serial = 0; done && serial < count; serial++) {
        const struct hook *hook = registry_at(serial);

        if (hook != NULL && (hook->scope == SCOPE_ALL || hook->scope == scope))
            done = append(list, hook_dict(hook));
    }
    return whole(list, done);
}

static PyObject *statement_dict(const struct statement *statement)
{
    PyObject *dict = py.PyDict_New();

    return whole(
        dict, put(dict, "importer", py.PyUnicode_FromFormat("%s", statement->importer)) &&
                  put(dict, "imported", py.PyUnicode_FromFormat("%s", statement->imported)) &&
                  put(dict, "file", string(statement->file)) &&
                  put(dict, "line", statement->line == 0 ? api_none() : number(statement->line)) &&
                  put(dict, "count", number(statement->count)));
}

PyObject *status_statements(void)
{
    PyObject *list = py.PyList_New(0);
    bool done = list != NULL;

    for (size_t place = 0; done && place < STATEMENTS_MAX; place++) {
        const struct statement *statement = statements_at(place);

        if (statement != NULL)
            done = append(list, statement_dict(statement));
    }
    return whole(list, done);
}

static PyObject *finding_dict(const struct told_line *line)
{
    PyObject *dict = py.PyDict_New();

    return whole(dict,
                 put(dict, "rule", string(line->rule)) &&
                     put(dict, "level", string(line->level == LEVEL_ERROR ? "error" : "warning")) &&
                     put(dict, "sentence", string(line->sentence)) &&
                     put(dict, "count", number(line->times)));
}

PyObject *status_findings(void)
{
    PyObject *list = py.PyList_New(0);
    bool done = list != NULL;
    struct told_line line;

    for (unsigned i = 0; done && told_at(i, &line); i++)
        done = append(list, finding_dict(&line));
    return whole(list, done);
}

int status_add_constants(PyObject *names)
{
    return put(names, "__version__", string(PACKAGE_VERSION)) &&
                   put(names, "__doc__",
                       string("Post-import hooks, ordered locks, and what pihook knows of itself; "
                              "see libpihook(7)."))
               ? 0
               : -1;
}
