/* SPDX-License-Identifier: MIT */
#include "trace/json_list.h"

void json_list_begin(struct json_list *list)
{
    putc('[', list->out);
    list->begun = false;
}

struct json_text *json_list_open(struct json_list *list, char bracket)
{
    list->item.count = 0;
    json_text_open(&list->item, NULL, bracket);
    return &list->item;
}

void json_list_print(struct json_list *list, char bracket)
{
    json_text_close(&list->item, bracket);
    fputs(list->begun ? ",\n" : "\n", list->out);
    list->begun = true;
    fwrite(list->item.bytes, 1, list->item.count, list->out);
}

void json_list_end(struct json_list *list)
{
    fputs("\n]", list->out);
}

void json_list_close(struct json_list *list)
{
    json_text_clear(&list->item);
}
