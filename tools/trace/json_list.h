/* SPDX-License-Identifier: MIT */
/* Arrays of JSON that are printed item by item, so that no whole of them is kept. */
#ifndef PIHOOK_TRACE_JSON_LIST_H
#define PIHOOK_TRACE_JSON_LIST_H

#include "trace/json_text.h"

#include <stdbool.h>
#include <stdio.h>

struct json_list {
    FILE *out; /* its errors are seen by the caller */
    bool begun;
    struct json_text item; /* that is put together */
};

/* Prints the bracket; an array may begin anew after its end. */
void json_list_begin(struct json_list *list);

/* The next item, which is open: an object, or an array; and its end, which prints it. */
struct json_text *json_list_open(struct json_list *list, char bracket);
void json_list_print(struct json_list *list, char bracket);

void json_list_end(struct json_list *list);

/* Gives the memory back. */
void json_list_close(struct json_list *list);

#endif
