/* SPDX-License-Identifier: MIT */
/*
 * The words of a type object, by their order, which no version from 3.8 on has changed.
 *
 * Whoever reads or replaces one asks type_is_as_expected() first, and tries out what it did.
 */
#ifndef PIHOOK_PYTHON_TYPE_WORDS_H
#define PIHOOK_PYTHON_TYPE_WORDS_H

#include "python/api.h"

#include <stdbool.h>

/* Behind its header and size. */
enum type_word {
    WORD_NAME,
    WORD_SIZE,
    WORD_DEALLOC = 3,
    WORD_GETATTRO = 15,
    WORD_SETATTRO,
    WORD_BASE = 29,
    WORD_NEW = 36
};

void **type_words(PyObject *type);

/* type.__basicsize__; 0 if it can't be told. */
long type_basic_size(PyObject *type);

/* Is its size where it should be, and is its base `object`, as with the types that we know? */
bool type_is_as_expected(PyObject *type);

#endif
