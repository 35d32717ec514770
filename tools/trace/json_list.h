/* SPDX-License-Identifier: MIT */
/* Arrays of JSON that are printed item by item, so that no whole of them is kept. */
#ifndef PIHOOK_TRACE_JSON_LIST_H
#define PIHOOK_TRACE_JSON_LIST_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct json_list {
    FILE *out; /* its errors are seen by the caller */
    bool begun;
    char *bytes; /* of the item that is printed */
    size_t room;
};

/* Prints the bracket; an array may begin anew after its end. */
void json_list_begin(struct json_list *list);

/* Takes the item away from the caller; NULL, for which there was no memory, ends the command. */
void json_list_item(struct json_list *list, json_t *item);

void json_list_end(struct json_list *list);

/* Gives the memory back. */
void json_list_close(struct json_list *list);

#endif
