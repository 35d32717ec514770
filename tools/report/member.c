/* SPDX-License-Identifier: MIT */
/* Typed members of JSON objects.  Called while a finding is read; never trusts what is there. */
#include "report/member.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void member_expect(struct members *members, const char *format, ...)
{
    va_list arguments;

    if (*members->expected)
        return;
    va_start(arguments, format);
    vsnprintf(members->expected, sizeof members->expected, format, arguments);
    va_end(arguments);
}

/* The member if it is of that type, else NULL. */
static json_t *typed(struct members *members, const json_t *object, const char *key, bool needed,
                     json_type type, const char *kind)
{
    json_t *member = json_object_get(object, key);

    if (member ? json_typeof(member) != type : needed) {
        member_expect(members, "member \"%s\" to be %s%s", key, kind,
                      member ? "" : ", but there is none");
        return NULL;
    }
    return member;
}

const char *member_string(struct members *members, const json_t *object, const char *key,
                          bool needed)
{
    const char *string =
        json_string_value(typed(members, object, key, needed, JSON_STRING, "a string"));

    return string ? string : "";
}

unsigned member_number(struct members *members, const json_t *object, const char *key,
                       unsigned most, bool needed)
{
    json_int_t number =
        json_integer_value(typed(members, object, key, needed, JSON_INTEGER, "a whole number"));

    if (number < 0 || number > (json_int_t)most) {
        member_expect(members, "member \"%s\" to be from 0 to %u", key, most);
        return 0;
    }
    return (unsigned)number;
}

bool member_hex(struct members *members, const json_t *object, const char *key, uint64_t *number)
{
    const char *string = member_string(members, object, key, false);
    size_t digits;

    *number = 0;
    if (!*string)
        return false;
    digits = strncmp(string, "0x", 2) == 0 ? strspn(string + 2, "0123456789abcdefABCDEF") : 0;
    if (digits == 0 || digits > 16 || string[2 + digits]) {
        member_expect(members, "member \"%s\" to be a number such as \"0x1f\"", key);
        return false;
    }
    *number = strtoull(string, NULL, 16);
    return true;
}

json_t *member_object(struct members *members, const json_t *object, const char *key, bool needed)
{
    return typed(members, object, key, needed, JSON_OBJECT, "an object");
}

json_t *member_array(struct members *members, const json_t *object, const char *key, bool needed)
{
    return typed(members, object, key, needed, JSON_ARRAY, "an array");
}
