/* SPDX-License-Identifier: MIT */
#include "trace/json_list.h"

#include "report/pool.h"

#include <stdlib.h>

/* Digits of a double that are always true. */
enum { FLAGS = JSON_COMPACT | JSON_REAL_PRECISION(15) };

void json_list_begin(struct json_list *list)
{
    putc('[', list->out);
    list->begun = false;
}

/* Printed into memory first: printed to a stream, each bracket and name would be a call. */
void json_list_item(struct json_list *list, json_t *item)
{
    size_t count;

    if (!item)
        no_memory();
    count = json_dumpb(item, list->bytes, list->room, FLAGS);
    if (count > list->room) {
        list->room = count * 2;
        free(list->bytes);
        list->bytes = malloc(list->room);
        if (!list->bytes)
            no_memory();
        count = json_dumpb(item, list->bytes, list->room, FLAGS);
    }
    fputs(list->begun ? ",\n" : "\n", list->out);
    list->begun = true;
    fwrite(list->bytes, 1, count, list->out);
    json_decref(item);
}

void json_list_end(struct json_list *list)
{
    fputs("\n]", list->out);
}

void json_list_close(struct json_list *list)
{
    free(list->bytes);
    list->bytes = NULL;
    list->room = 0;
}
