/* SPDX-License-Identifier: MIT */
/* Finds words of types.  Called while an interpreter starts. */
#include "python/type_words.h"

#include <stdint.h>

void **type_words(PyObject *type)
{
    return (void **)((char *)type + api_header_size() + sizeof(void *));
}

long type_basic_size(PyObject *type)
{
    PyObject *number = api_attribute(type, "__basicsize__");
    long size = number == NULL ? 0 : py.PyLong_AsLong(number);

    api_drop(number);
    return size;
}

bool type_is_as_expected(PyObject *type)
{
    void **words = type_words(type);

    return (long)(intptr_t)words[WORD_SIZE] == type_basic_size(type) &&
           words[WORD_BASE] == (void *)py.PyBaseObject_Type;
}
