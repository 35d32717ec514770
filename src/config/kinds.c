/* SPDX-License-Identifier: MIT */
/*
 * The kinds of option values.  Called by options.c only; a setter must never touch the
 * field when it refuses the value.
 */
#include "config/kinds.h"

#include "config/options.h"

#include <stdint.h>
#include <string.h>

struct word {
    const char *name;
    int value;
};

static const struct word LEVELS[] = {
    {"off", LEVEL_OFF}, {"warning", LEVEL_WARNING}, {"error", LEVEL_ERROR}, {0}};
static const struct word ROADS[] = {
    {"auto", ROAD_AUTO}, {"inittab", ROAD_INITTAB}, {"audit", ROAD_AUDIT}, {"off", ROAD_OFF}, {0}};
static const struct word BOOLS[] = {{"yes", true},  {"no", false},    {"1", true},
                                    {"0", false},   {"on", true},     {"off", false},
                                    {"true", true}, {"false", false}, {0}};

static const struct word *word_named(const struct word *words, const char *name)
{
    for (; words->name != NULL; words++)
        if (strcmp(words->name, name) == 0)
            return words;
    return NULL;
}

static const char *word_for(const struct word *words, int value)
{
    while (words->name != NULL && words->value != value)
        words++;
    return words->name != NULL ? words->name : "?";
}

bool options_bool(const char *value, bool *yes)
{
    const struct word *word = word_named(BOOLS, value);

    if (word != NULL)
        *yes = word->value;
    return word != NULL;
}

static bool set_level(void *field, const char *value)
{
    const struct word *word = word_named(LEVELS, value);

    if (word != NULL)
        *(enum level *)field = (enum level)word->value;
    return word != NULL;
}

static void print_level(const void *field, struct text *text)
{
    text_add(text, word_for(LEVELS, *(const enum level *)field));
}

static bool set_road(void *field, const char *value)
{
    const struct word *word = word_named(ROADS, value);

    if (word != NULL)
        *(enum road *)field = (enum road)word->value;
    return word != NULL;
}

static void print_road(const void *field, struct text *text)
{
    text_add(text, word_for(ROADS, *(const enum road *)field));
}

static bool set_bool(void *field, const char *value)
{
    return options_bool(value, field);
}

static void print_bool(const void *field, struct text *text)
{
    text_add(text, word_for(BOOLS, *(const bool *)field));
}

static bool set_number(void *field, const char *value)
{
    size_t digits = strspn(value, "0123456789");
    int number = 0;

    if (digits == 0 || digits > 3 || value[digits] != '\0')
        return false;
    for (size_t i = 0; i < digits; i++)
        number = number * 10 + (value[i] - '0');
    if (number <= UINT8_MAX)
        *(int *)field = number;
    return number <= UINT8_MAX;
}

static void print_number(const void *field, struct text *text)
{
    text_add_int(text, *(const int *)field);
}

static bool set_path(void *field, const char *value)
{
    size_t length = strlen(value);

    if (length >= OPTION_PATH_MAX)
        return false;
    memcpy(field, value, length + 1);
    return true;
}

static void print_path(const void *field, struct text *text)
{
    text_add(text, field);
}

const struct kind KIND_LEVEL = {set_level, print_level, "off, warning or error", false};
const struct kind KIND_ROAD = {set_road, print_road, "auto, inittab, audit or off", false};
const struct kind KIND_BOOL = {set_bool, print_bool, "yes or no", true};
const struct kind KIND_ACTION = {set_bool, print_bool, "yes or no", true};
const struct kind KIND_NUMBER = {set_number, print_number, "a number from 0 to 255", false};
const struct kind KIND_PATH = {set_path, print_path, "a file name of at most 1023 bytes", false};
_Static_assert(OPTION_PATH_MAX == 1024, "the sentence of KIND_PATH says the limit");
