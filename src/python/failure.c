/* SPDX-License-Identifier: MIT */
/*
 * Exceptions of hooks as findings.  Called with the exception set.  It imports nothing (the
 * traceback module would then be in the program's sys.modules), so the traceback is read here.
 */
#include "python/failure.h"

#include "report/finding.h"

#include <string.h>

enum { SENTENCE_BYTES = 1024, DETAILS_BYTES = 8192, TRACEBACK_ENTRIES = 50 };

static enum level hook_failed_level = LEVEL_WARNING;

void failure_set_level(enum level level)
{
    hook_failed_level = level;
}

struct exception {
    PyObject *type, *value, *traceback;
};

static void add_attribute_text(struct text *text, PyObject *object, const char *attribute)
{
    PyObject *value = object == NULL ? NULL : api_attribute(object, attribute);
    PyObject *string = value == NULL ? NULL : py.PyObject_Str(value);
    const char *utf8 = string == NULL ? NULL : api_utf8(string);

    py.PyErr_Clear();
    text_add(text, utf8 == NULL ? "?" : utf8);
    api_drop(string);
    api_drop(value);
}

/* "ValueError: the message", as Python's own last line. */
static void add_exception(struct text *text, const struct exception *exception)
{
    PyObject *string = exception->value == NULL ? NULL : py.PyObject_Str(exception->value);
    const char *utf8 = string == NULL ? NULL : api_utf8(string);

    py.PyErr_Clear();
    add_attribute_text(text, exception->type, "__name__");
    if (utf8 != NULL && *utf8 != '\0')
        text_join(text, ": ", utf8, NULL);
    api_drop(string);
}

/* Python leaves importlib's own frames out of tracebacks, too. */
static bool is_importlib(PyObject *code)
{
    PyObject *file = code == NULL ? NULL : api_attribute(code, "co_filename");
    const char *utf8 = file == NULL ? NULL : api_utf8(file);
    bool is = utf8 != NULL && strncmp(utf8, "<frozen importlib.", 18) == 0;

    api_drop(file);
    return is;
}

static void add_traceback_entry(struct text *text, PyObject *entry)
{
    PyObject *frame = api_attribute(entry, "tb_frame");
    PyObject *code = frame == NULL ? NULL : api_attribute(frame, "f_code");

    if (!is_importlib(code)) {
        text_add(text, "  File \"");
        add_attribute_text(text, code, "co_filename");
        text_add(text, "\", line ");
        add_attribute_text(text, entry, "tb_lineno");
        text_add(text, ", in ");
        add_attribute_text(text, code, "co_name");
        text_add(text, "\n");
    }
    api_drop(code);
    api_drop(frame);
}

static void add_traceback(struct text *text, const struct exception *exception)
{
    PyObject *entry = exception->traceback;

    if (entry == NULL)
        return;
    py.Py_IncRef(entry);
    text_add(text, "Traceback (most recent call last):\n");
    for (int i = 0; entry != NULL && entry != PY_NONE && i < TRACEBACK_ENTRIES; i++) {
        PyObject *next = api_attribute(entry, "tb_next");

        add_traceback_entry(text, entry);
        py.Py_DecRef(entry);
        entry = next;
    }
    api_drop(entry);
    add_exception(text, exception);
}

/* "hooks.conf:4: hook on 'json' failed for module 'json.decoder': ValueError: no" */
static void add_sentence(struct text *text, const struct hook *hook, const char *module,
                         const struct exception *exception)
{
    if (hook->file != NULL) {
        text_join(text, hook->file, ":", NULL);
        text_add_int(text, hook->line);
        text_add(text, ": ");
    }
    text_join(text, "hook on '", hook->pattern, "' failed for module '", module, "': ", NULL);
    add_exception(text, exception);
}

/* One finding per place of the hook and kind of exception, however many modules it is for. */
static uint64_t places_of(const struct hook *hook, const struct exception *exception)
{
    char bytes[SENTENCE_BYTES];
    struct text text = text_in(bytes, sizeof bytes);

    text_add_int(&text, hook->line);
    add_attribute_text(&text, exception->type, "__name__");
    uint64_t places = finding_mix(finding_mix(0, hook->pattern), bytes);
    return finding_mix(places, hook->file == NULL ? "" : hook->file);
}

static void one_line(char *text)
{
    for (; *text != '\0'; text++)
        if (*text == '\n' || *text == '\r')
            *text = ' ';
}

static void failure_tell(const struct hook *hook, const char *module,
                         const struct exception *exception)
{
    char sentence[SENTENCE_BYTES], details[DETAILS_BYTES];
    struct text line = text_in(sentence, sizeof sentence);
    struct text lines = text_in(details, sizeof details);

    add_sentence(&line, hook, module, exception);
    one_line(sentence);
    add_traceback(&lines, exception);
    finding_tell(&(struct finding){.rule = "hook-failed",
                                   .level = hook_failed_level,
                                   .sentence = sentence,
                                   .details = details,
                                   .places = places_of(hook, exception)});
}

int failure_handle(const struct hook *hook, const char *module, bool importer)
{
    struct exception exception;

    if (importer && (hook->raise || !py.PyErr_ExceptionMatches(*py.PyExc_Exception)))
        return -1;
    py.PyErr_Fetch(&exception.type, &exception.value, &exception.traceback);
    py.PyErr_NormalizeException(&exception.type, &exception.value, &exception.traceback);
    failure_tell(hook, module, &exception);
    api_drop(exception.type);
    api_drop(exception.value);
    api_drop(exception.traceback);
    py.PyErr_Clear();
    return 0;
}
