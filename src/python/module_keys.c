/* SPDX-License-Identifier: MIT */
/*
 * Finds the version in a dict's keys.  That these are as they were known is looked at each time:
 * the numbers of names in them must agree.
 */
#include "python/module_keys.h"

#include "base/peek.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What a dict's keys begin with; a build without the GIL has a mutex in what is unused here. */
struct keys {
    ssize_t references;
    uint8_t log2_size, log2_index_bytes, kind, unused;
    uint32_t version;
    ssize_t usable, entries;
};

/* All keys are strings, and no other dict shares them. */
enum { KIND_OF_STRINGS = 1, LARGEST = 48 };

enum { WORDS_BEFORE_KEYS = 2 }; /* of a dict, behind its header: how many, and a tag */

static size_t header_size;
static bool proven;

static bool read_word(const void *address, uintptr_t *word)
{
    return peek((uintptr_t)address, word, sizeof *word);
}

/* The module's dict is the first word behind its header. */
static struct keys *keys_of(const PyObject *module, struct keys *copy)
{
    uintptr_t dict, keys;

    if (!read_word((const char *)module + header_size, &dict) || dict == 0 ||
        !read_word((const char *)dict + header_size + WORDS_BEFORE_KEYS * sizeof(void *), &keys) ||
        !peek(keys, copy, sizeof *copy))
        return NULL;
    return (struct keys *)keys;
}

static bool are_whole(const struct keys *keys)
{
    if (keys->kind != KIND_OF_STRINGS || keys->log2_size < 3 || keys->log2_size > LARGEST)
        return false;
    return keys->references == 1 && keys->entries >= 0 && keys->usable >= 0 &&
           keys->entries + keys->usable == ((ssize_t)1 << keys->log2_size) * 2 / 3;
}

bool module_keys_are_touched(const PyObject *module)
{
    struct keys keys;

    if (header_size == 0 || keys_of(module, &keys) == NULL || !are_whole(&keys))
        return true;
    if (keys.version != 0)
        __atomic_store_n(&proven, true, __ATOMIC_RELAXED);
    return keys.version != 0;
}

bool module_keys_are_proven(void)
{
    return __atomic_load_n(&proven, __ATOMIC_RELAXED);
}

void module_keys_begin_anew(PyObject *module)
{
    struct keys copy, *keys = header_size == 0 ? NULL : keys_of(module, &copy);

    if (keys != NULL && are_whole(&copy))
        __atomic_store_n(&keys->version, 0, __ATOMIC_RELAXED);
}

/* ---- start ---- */

static bool is_as_expected(PyObject *module)
{
    PyObject *names = py.PyModule_GetDict(module);
    uintptr_t dict;
    struct keys keys;

    return read_word((const char *)module + header_size, &dict) && (PyObject *)dict == names &&
           keys_of(module, &keys) != NULL && are_whole(&keys) &&
           keys.entries == py.PyDict_Size(names) && keys.version == 0;
}

/* "3.13.1 experimental free-threading build (main, ...)" specialises nothing. */
static bool specialises(const char *version)
{
    const char *dot = strchr(version, '.');
    long minor = dot == NULL ? 0 : strtol(dot + 1, NULL, 10);

    return minor >= 11 && !(minor == 13 && strstr(version, "free-threading") != NULL);
}

bool module_keys_learn(void)
{
    PyObject *module;

    if (!specialises(py.Py_GetVersion()))
        return false;
    module = py.PyModule_New("canary");
    header_size = (size_t)api_header_size();
    if (module == NULL || !is_as_expected(module))
        header_size = 0;
    py.PyErr_Clear();
    api_drop(module);
    return true;
}
