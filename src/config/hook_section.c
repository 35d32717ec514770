/* SPDX-License-Identifier: MIT */
/*
 * Sections [hook NAME].  Called by file.c, a line at a time; it must never hand out an
 * action of which a part was bad.
 */
#include "config/hook_section.h"

#include "base/nearest.h"
#include "config/lines.h"
#include "config/quote.h"

#include <string.h>

/* ---------------------------------------------------------------------------- names */

static bool is_identifier_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_' || (unsigned char)byte >= 0x80;
}

/* Is name[0..length) one or more identifiers with dots between them? */
static bool is_dotted_name(const char *name, size_t length)
{
    bool begins_part = true;

    for (size_t i = 0; i < length; i++) {
        bool is_digit = name[i] >= '0' && name[i] <= '9';

        if (name[i] == '.' ? begins_part : !is_identifier_byte(name[i]))
            return false;
        if (begins_part && is_digit)
            return false;
        begins_part = name[i] == '.';
    }
    return !begins_part;
}

/* A name as importlib takes it, which may be no identifier ("my-plugin"), or a glob. */
static bool is_pattern(const char *pattern)
{
    char before = '.';

    for (const char *at = pattern; *at != '\0'; before = *at++) {
        if (*at == '.' && before == '.')
            return false;
        if (!is_identifier_byte(*at) && strchr(".*?[]!-", *at) == NULL)
            return false;
        if (*at == '[' && strchr(at + 1, ']') == NULL)
            return false;
    }
    return before != '.';
}

/* --------------------------------------------------------------------------- values */

static bool is_call(const char *value)
{
    const char *colon = strchr(value, ':');

    return colon != NULL && is_dotted_name(value, (size_t)(colon - value)) &&
           is_dotted_name(colon + 1, strlen(colon + 1));
}

static bool is_native(const char *value)
{
    const char *colon = strrchr(value, ':');

    if (value[0] != '/' || colon == NULL || colon == value + 1 || colon[1] == '\0')
        return false;
    for (const char *at = value; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f || (at > colon && (*at == '/' || *at == ' ')))
            return false;
    return true;
}

static bool is_anything(const char *value)
{
    (void)value;
    return true;
}

struct action_kind {
    const char *name;
    bool (*accepts)(const char *value);
    const char *expected;
};

static const struct action_kind ACTIONS[] = {
    [HOOK_WARN] = {"warn", is_anything, "a text to print"},
    [HOOK_CALL] = {"call", is_call, "module:function"},
    [HOOK_EXEC] = {"exec", is_anything, "Python code"},
    [HOOK_NATIVE] = {"native", is_native, "/absolute/path.so:symbol"},
};

static const char *const SETTINGS[] = {"on-error", "optional", "reload"};

enum {
    ACTION_COUNT = sizeof ACTIONS / sizeof ACTIONS[0],
    SETTING_COUNT = sizeof SETTINGS / sizeof SETTINGS[0]
};

static void tell(struct hook_section *section, unsigned line, struct text *sentence)
{
    mistakes_add(section->mistakes, line, sentence->bytes);
}

static void tell_value(struct hook_section *section, unsigned line, const char *name,
                       const char *value, const char *expected)
{
    char buffer[MISTAKE_SENTENCE_MAX];
    struct text sentence = text_in(buffer, sizeof buffer);

    text_join(&sentence, "'", name, "' ", NULL);
    if (value[0] == '\0') {
        text_add(&sentence, "has no value");
    } else {
        text_add(&sentence, "is ");
        quote(&sentence, value);
    }
    text_join(&sentence, ": expected ", expected, NULL);
    tell(section, line, &sentence);
}

/* -------------------------------------------------------------------------- section */

bool hook_section_begin(struct hook_section *section, const char *pattern, unsigned line,
                        struct text *values, struct mistakes *mistakes)
{
    char buffer[MISTAKE_SENTENCE_MAX];
    struct text sentence = text_in(buffer, sizeof buffer);

    memset(section, 0, sizeof *section);
    section->mistakes = mistakes;
    section->pattern = pattern;
    section->line = line;
    section->values = values;
    if (is_pattern(pattern))
        return true;
    text_add(&sentence, "section [hook NAME] has the name ");
    quote(&sentence, pattern);
    text_add(&sentence, ": expected a module's dotted name or a glob such as 'package.*'");
    tell(section, line, &sentence);
    return false;
}

static void begin_action(struct hook_section *section, enum hook_kind kind, const char *value,
                         unsigned line)
{
    section->has_action = true;
    if (section->count == HOOK_ACTIONS_MAX) {
        char buffer[MISTAKE_SENTENCE_MAX];
        struct text sentence = text_in(buffer, sizeof buffer);

        text_join(&sentence, "'", ACTIONS[kind].name, "' is left out: expected at most ", NULL);
        text_add_int(&sentence, HOOK_ACTIONS_MAX);
        text_add(&sentence, " actions in a section");
        tell(section, line, &sentence);
        return;
    }
    text_add_bytes(section->values, "", 1);
    section->actions[section->count++] =
        (struct hook_action){.kind = kind, .line = line, .value = section->values->length};
    section->in_action = true;
    text_add(section->values, value);
}

static bool set_on_error(struct hook_section *section, const char *value)
{
    bool raise = strcmp(value, "raise") == 0;

    if (raise || strcmp(value, "report") == 0)
        section->raise = raise;
    return raise || strcmp(value, "report") == 0;
}

static void set(struct hook_section *section, const char *name, const char *value, unsigned line)
{
    const char *expected = "yes or no";
    bool taken;

    if (strcmp(name, "on-error") == 0) {
        expected = "report or raise";
        taken = set_on_error(section, value);
    } else if (strcmp(name, "optional") == 0) {
        taken = options_bool(value, &section->optional);
    } else {
        taken = options_bool(value, &section->reload);
    }
    if (taken)
        section->setting = name;
    else
        tell_value(section, line, name, value, expected);
}

static void tell_unknown(struct hook_section *section, const char *name, unsigned line)
{
    char buffer[MISTAKE_SENTENCE_MAX];
    struct text sentence = text_in(buffer, sizeof buffer);
    const char *names[ACTION_COUNT + SETTING_COUNT];

    for (size_t i = 0; i < ACTION_COUNT; i++)
        names[i] = ACTIONS[i].name;
    for (size_t i = 0; i < SETTING_COUNT; i++)
        names[ACTION_COUNT + i] = SETTINGS[i];
    const char *nearest = nearest_name(name, names, ACTION_COUNT + SETTING_COUNT);

    text_add(&sentence, "unknown key ");
    quote(&sentence, name);
    if (nearest != NULL)
        text_join(&sentence, " (did you mean '", nearest, "'?)", NULL);
    tell(section, line, &sentence);
}

void hook_section_key(struct hook_section *section, const char *name, const char *value,
                      unsigned line)
{
    section->in_action = false;
    section->setting = NULL;
    for (size_t kind = 0; kind < ACTION_COUNT; kind++) {
        if (strcmp(name, ACTIONS[kind].name) == 0) {
            begin_action(section, (enum hook_kind)kind, value, line);
            return;
        }
    }
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (strcmp(name, SETTINGS[i]) == 0) {
            set(section, SETTINGS[i], value, line);
            return;
        }
    }
    tell_unknown(section, name, line);
}

static size_t without_comment(const char *value)
{
    size_t length = 0;

    /* inih cuts a comment at the end of a key's line, but not in the lines after it. */
    while (value[length] != '\0' &&
           !(value[length] == ';' && length > 0 && lines_is_space(value[length - 1])))
        length++;
    while (length > 0 && lines_is_space(value[length - 1]))
        length--;
    return length;
}

void hook_section_more(struct hook_section *section, const char *value, unsigned line)
{
    char buffer[MISTAKE_SENTENCE_MAX];
    struct text sentence = text_in(buffer, sizeof buffer);

    if (section->in_action) {
        if (section->values->length > section->actions[section->count - 1].value)
            text_add(section->values, "\n");
        text_add_bytes(section->values, value, without_comment(value));
    } else if (section->setting != NULL) {
        text_join(&sentence, "'", section->setting, "' takes one line: this one is left out", NULL);
        tell(section, line, &sentence);
    }
}

void hook_section_bad_line(struct hook_section *section, bool continues)
{
    section->has_action = true;
    if (continues && section->in_action)
        section->actions[section->count - 1].spoilt = true;
}

static void end_action(struct hook_section *section, const struct hook_action *action,
                       const char *file, const struct config_sink *sink)
{
    const struct action_kind *kind = &ACTIONS[action->kind];
    const char *value = section->values->bytes + action->value;

    if (action->spoilt)
        return;
    if (value[0] == '\0' || !kind->accepts(value)) {
        tell_value(section, action->line, kind->name, value, kind->expected);
        return;
    }
    const struct hook_entry entry = {.pattern = section->pattern,
                                     .kind = action->kind,
                                     .value = value,
                                     .file = file,
                                     .line = action->line,
                                     .raise = section->raise,
                                     .optional = section->optional,
                                     .reload = section->reload};
    sink->hook(sink->context, &entry);
}

void hook_section_end(struct hook_section *section, const char *file,
                      const struct config_sink *sink)
{
    for (size_t i = 0; i < section->count; i++)
        end_action(section, &section->actions[i], file, sink);
    if (!section->has_action)
        mistakes_add(section->mistakes, section->line,
                     "this section does nothing: expected warn, call, exec or native in it");
}
