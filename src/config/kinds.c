/* SPDX-License-Identifier: MIT */
/*
 * The kinds of option values.  Called by options.c only; a setter must never touch the
 * field when it refuses the value.
 */
#include "config/kinds.h"

#include "config/options.h"

#include <string.h>

/* ---------------------------------------------------------------------------- words */

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

/* The enums of options.h have the size of an int; memcpy, because none of them is one. */
static bool set_word(const struct word *words, void *field, const char *value)
{
    const struct word *word = word_named(words, value);

    if (word != NULL)
        memcpy(field, &word->value, sizeof word->value);
    return word != NULL;
}

static int enum_at(const void *field)
{
    int value;

    memcpy(&value, field, sizeof value);
    return value;
}
_Static_assert(sizeof(enum level) == sizeof(int), "fields of words are read as int");

static const struct word BOOLS[] = {{"yes", true},  {"no", false},    {"1", true},
                                    {"0", false},   {"on", true},     {"off", false},
                                    {"true", true}, {"false", false}, {0}};

bool options_bool(const char *value, bool *yes)
{
    const struct word *word = word_named(BOOLS, value);

    if (word != NULL)
        *yes = word->value;
    return word != NULL;
}

/* ---------------------------------------------------------------- numbers and paths */

static bool set_number(const struct kind *kind, int *field, const char *value)
{
    size_t digits = strspn(value, "0123456789");
    int number = 0;

    if (digits == 0 || digits > 9 || value[digits] != '\0')
        return false;
    for (size_t i = 0; i < digits; i++)
        number = number * 10 + (value[i] - '0');
    if (number < kind->least || number > kind->most)
        return false;
    *field = number;
    return true;
}

static bool set_path(char *field, const char *value)
{
    size_t length = strlen(value);

    if (length >= OPTION_PATH_MAX)
        return false;
    memcpy(field, value, length + 1);
    return true;
}

/* ------------------------------------------------------------------------ any kind */

bool kind_set(const struct kind *kind, void *field, const char *value)
{
    switch (kind->form) {
    case FORM_WORD:
        return set_word(kind->words, field, value);
    case FORM_BOOL:
        return options_bool(value, field);
    case FORM_NUMBER:
        return set_number(kind, field, value);
    case FORM_PATH:
        return set_path(field, value);
    }
    return false;
}

void kind_print(const struct kind *kind, const void *field, struct text *text)
{
    switch (kind->form) {
    case FORM_WORD:
        text_add(text, word_for(kind->words, enum_at(field)));
        break;
    case FORM_BOOL:
        text_add(text, word_for(BOOLS, *(const bool *)field));
        break;
    case FORM_NUMBER:
        text_add_int(text, *(const int *)field);
        break;
    case FORM_PATH:
        text_add(text, field);
        break;
    }
}

/* WORDS(name, expected, {word, value}...), NUMBER(name, least, most, what) */
#define WORDS(name, sentence, ...)                                   \
    static const struct word WORDS_OF_##name[] = {__VA_ARGS__, {0}}; \
    const struct kind KIND_##name = {                                \
        .form = FORM_WORD, .words = WORDS_OF_##name, .expected = sentence}
#define NUMBER(name, from, to, what)                      \
    const struct kind KIND_##name = {.form = FORM_NUMBER, \
                                     .least = from,       \
                                     .most = to,          \
                                     .expected = what " from " #from " to " #to}

WORDS(LEVEL, "off, warning or error", {"off", LEVEL_OFF}, {"warning", LEVEL_WARNING},
      {"error", LEVEL_ERROR});
WORDS(ROAD, "auto, inittab, audit or off", {"auto", ROAD_AUTO}, {"inittab", ROAD_INITTAB},
      {"audit", ROAD_AUDIT}, {"off", ROAD_OFF});
WORDS(ON_VIOLATION, "report, raise or abort", {"report", ON_VIOLATION_REPORT},
      {"raise", ON_VIOLATION_RAISE}, {"abort", ON_VIOLATION_ABORT});
WORDS(ON_DEADLOCK, "report or abort", {"report", ON_DEADLOCK_REPORT}, {"abort", ON_DEADLOCK_ABORT});
WORDS(COLOR, "auto, always or never", {"auto", COLOR_AUTO}, {"always", COLOR_ALWAYS},
      {"never", COLOR_NEVER});
WORDS(ADDRESS_SCOPE, "all or class", {"all", ADDRESS_SCOPE_ALL}, {"class", ADDRESS_SCOPE_CLASS});
WORDS(LOCK_ORDER, "any or concurrent", {"any", LOCK_ORDER_ANY},
      {"concurrent", LOCK_ORDER_CONCURRENT});
WORDS(GRANULARITY, "instance or class", {"instance", GRANULARITY_INSTANCE},
      {"class", GRANULARITY_CLASS});

WORDS(TRACE_FULL, "newest or stop", {"newest", TRACE_FULL_NEWEST}, {"stop", TRACE_FULL_STOP});

NUMBER(STATUS, 0, 255, "a number");
NUMBER(MILLISECONDS, 0, 1000000, "a number of milliseconds");
NUMBER(KIBIBYTES, 4, 1000000, "a number of KiB");
NUMBER(MEBIBYTES, 0, 1000000, "a number of MiB");
NUMBER(TRACE_MEBIBYTES, 1, 1000000, "a number of MiB");
NUMBER(MICROSECONDS, 0, 1000000000, "a number of microseconds");
NUMBER(SIGNAL, 0, 64, "the number of a signal, or 0 for none");
NUMBER(FRAMES, 1, 64, "a number");
_Static_assert(OPTION_FRAMES_MAX == 64, "KIND_FRAMES says the limit");

const struct kind KIND_BOOL = {.form = FORM_BOOL, .expected = "yes or no", .bare_is_yes = true};
const struct kind KIND_ACTION = {.form = FORM_BOOL, .expected = "yes or no", .bare_is_yes = true};
const struct kind KIND_PATH = {.form = FORM_PATH, .expected = "a file name of at most 1023 bytes"};
_Static_assert(OPTION_PATH_MAX == 1024, "the sentence of KIND_PATH says the limit");
