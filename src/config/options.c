/* SPDX-License-Identifier: MIT */
/*
 * The options: defaults, parsing, printing.  Called at start-up and by the command; it
 * must never list the options a second time: all comes from options.def.
 */
#include "config/options.h"

#include "base/glob.h"
#include "base/nearest.h"
#include "config/kinds.h"
#include "config/quote.h"

#include <errno.h>
#include <string.h>

enum {
    OPTION_NAME_MAX = 64,
    OPTION_ENTRY_MAX = OPTION_NAME_MAX + OPTION_PATH_MAX,
    OPTION_SENTENCE_MAX = 512,
    COMPLAINTS_MAX = 32
};

struct option {
    const char *name;
    const char *section; /* "" for one that has no place in a file */
    const struct kind *kind;
    size_t offset; /* in struct options */
    const char *value;
    const char *meaning;
};

static const struct option OPTIONS[] = {
#define OPTION(field, name, section, KIND, value, meaning) \
    {name, section, &KIND_##KIND, offsetof(struct options, field), value, meaning},
#include "config/options.def"
#undef OPTION
};

enum { OPTION_COUNT = sizeof OPTIONS / sizeof OPTIONS[0] };

static void *field_of(struct options *options, const struct option *option)
{
    return (char *)options + option->offset;
}

static const struct option *option_named(const char *name)
{
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (strcmp(OPTIONS[i].name, name) == 0)
            return &OPTIONS[i];
    return NULL;
}

void options_defaults(struct options *options)
{
    memset(options, 0, sizeof *options);
    for (size_t i = 0; i < OPTION_COUNT; i++)
        kind_set(OPTIONS[i].kind, field_of(options, &OPTIONS[i]), OPTIONS[i].value);
}

/* ---------------------------------------------------------------------- one setting */

static bool stands_well(const struct option *option, const char *section)
{
    return section == NULL || strcmp(option->section, section) == 0;
}

static void tell_unknown(const char *section, const char *name, struct text *sentence)
{
    const char *names[OPTION_COUNT];
    size_t count = 0;

    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (section == NULL || OPTIONS[i].section[0] != '\0')
            names[count++] = OPTIONS[i].name;
    const char *nearest = nearest_name(name, names, count);

    text_add(sentence, "unknown option ");
    quote(sentence, name);
    if (nearest == NULL)
        return;
    text_join(sentence, " (did you mean '", nearest, "'", NULL);
    const struct option *meant = option_named(nearest);
    if (!stands_well(meant, section))
        text_join(sentence, " of section [", meant->section, "]", NULL);
    text_add(sentence, "?)");
}

static void tell_section(const struct option *option, const char *section, struct text *sentence)
{
    text_join(sentence, "option '", option->name, "' ", NULL);
    if (option->section[0] == '\0')
        text_add(sentence, "is for PIHOOK_OPTIONS, not for a file");
    else
        text_join(sentence, "belongs in section [", option->section, "], not in [", section, "]",
                  NULL);
}

int options_set(struct options *options, const char *section, const char *name, const char *value,
                struct text *sentence)
{
    const struct option *option = option_named(name);

    if (option == NULL) {
        tell_unknown(section, name, sentence);
        return -ENOENT;
    }
    if (!stands_well(option, section)) {
        tell_section(option, section, sentence);
        return -ENOENT;
    }
    if (!kind_set(option->kind, field_of(options, option), value)) {
        text_join(sentence, "option '", name, "' is ", NULL);
        quote(sentence, value);
        text_join(sentence, ": expected ", option->kind->expected, NULL);
        return -EINVAL;
    }
    return 0;
}

/* --------------------------------------------------------------- name=value:name=value */

struct list_parse {
    struct options *options;
    const struct complaints *complaints;
    unsigned complained;
    char unknown[COMPLAINTS_MAX][OPTION_NAME_MAX]; /* told already */
    unsigned unknown_count;
};

static void tell(struct list_parse *parse, const char *sentence)
{
    const struct complaints *to = parse->complaints;

    if (parse->complained < COMPLAINTS_MAX)
        to->tell(to->context, "PIHOOK_OPTIONS", 0, sentence);
    else if (parse->complained == COMPLAINTS_MAX)
        to->tell(to->context, "PIHOOK_OPTIONS", 0, "more entries are bad and not told one by one");
    parse->complained++;
}

/* Was the name told before?  From now on it was. */
static bool told_before(struct list_parse *parse, const char *name)
{
    for (unsigned i = 0; i < parse->unknown_count; i++)
        if (strcmp(parse->unknown[i], name) == 0)
            return true;
    if (parse->unknown_count < COMPLAINTS_MAX)
        strcpy(parse->unknown[parse->unknown_count++], name);
    return false;
}

static void take_entry(struct list_parse *parse, const char *name, const char *value)
{
    char buffer[OPTION_SENTENCE_MAX];
    struct text sentence = text_in(buffer, sizeof buffer);
    const struct option *option = option_named(name);
    int result = 0;

    if (value == NULL && option != NULL && !option->kind->bare_is_yes) {
        text_join(&sentence, "option '", name, "' has no value: expected ", option->kind->expected,
                  NULL);
        result = -EINVAL;
    } else {
        result = options_set(parse->options, NULL, name, value != NULL ? value : "yes", &sentence);
    }
    if (result == -EINVAL || (result == -ENOENT && !told_before(parse, name)))
        tell(parse, sentence.bytes);
}

static void tell_long(struct list_parse *parse, const char *entry, int max)
{
    char buffer[OPTION_SENTENCE_MAX];
    struct text sentence = text_in(buffer, sizeof buffer);

    quote(&sentence, entry);
    text_add(&sentence, " is too long: expected at most ");
    text_add_int(&sentence, max);
    text_add(&sentence, " bytes");
    tell(parse, sentence.bytes);
}

static void split_entry(struct list_parse *parse, const char *bytes, size_t length)
{
    char entry[OPTION_ENTRY_MAX + 1];
    size_t taken = length < OPTION_ENTRY_MAX ? length : OPTION_ENTRY_MAX;

    if (length == 0)
        return;
    memcpy(entry, bytes, taken);
    entry[taken] = '\0';
    char *equals = strchr(entry, '=');
    size_t name_length = equals != NULL ? (size_t)(equals - entry) : taken;

    if (name_length >= OPTION_NAME_MAX) {
        tell_long(parse, entry, OPTION_NAME_MAX - 1);
    } else if (taken < length) {
        tell_long(parse, entry, OPTION_ENTRY_MAX);
    } else {
        entry[name_length] = '\0';
        take_entry(parse, entry, equals != NULL ? equals + 1 : NULL);
    }
}

void options_parse(struct options *options, const char *list, const struct complaints *complaints)
{
    struct list_parse parse = {.options = options, .complaints = complaints};

    for (;;) {
        size_t length = strcspn(list, ":");

        split_entry(&parse, list, length);
        if (list[length] == '\0')
            break;
        list += length + 1;
    }
}

/* ------------------------------------------------------------------------- sections */

bool options_section_known(const char *section)
{
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (section[0] != '\0' && strcmp(OPTIONS[i].section, section) == 0)
            return true;
    return false;
}

const char *options_section_nearest(const char *section)
{
    const char *names[OPTION_COUNT];
    size_t count = 0;

    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (OPTIONS[i].section[0] != '\0')
            names[count++] = OPTIONS[i].section;
    return nearest_name(section, names, count);
}

/* ---------------------------------------------------------------------------- rules */

static bool is_rule(const struct option *option)
{
    return strcmp(option->section, "rules") == 0;
}

bool options_rule_known(const char *name)
{
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (is_rule(&OPTIONS[i]) && glob_match(name, OPTIONS[i].name))
            return true;
    return false;
}

const char *options_rule_nearest(const char *name)
{
    const char *names[OPTION_COUNT];
    size_t count = 0;

    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (is_rule(&OPTIONS[i]))
            names[count++] = OPTIONS[i].name;
    return nearest_name(name, names, count);
}

/* ------------------------------------------------------------------------- printing */

static void print_option(const struct options *options, const struct option *option,
                         struct text *text)
{
    const void *field = (const char *)options + option->offset;

    text_join(text, "  ", option->name, "=", NULL);
    kind_print(option->kind, field, text);
    text_join(text, "\n      ", option->meaning, "\n      ", option->kind->expected,
              "; default: ", option->value[0] != '\0' ? option->value : "none", NULL);
    if (option->section[0] != '\0')
        text_join(text, "; in a file: section [", option->section, "]", NULL);
    else
        text_add(text, "; not in a file");
    text_add(text, "\n");
}

void options_print(const struct options *options, struct text *text)
{
    text_add(text,
             "Options of pihook, with their values now (PIHOOK_OPTIONS=name=value:name=value):\n");
    for (size_t i = 0; i < OPTION_COUNT; i++)
        print_option(options, &OPTIONS[i], text);
}
