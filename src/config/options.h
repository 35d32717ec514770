/* SPDX-License-Identifier: MIT */
/*
 * The options as data: defaults, parsing, printing.  What an option means is the
 * business of the room that reads it.
 *
 * Plain data, no I/O; calls on one struct must be serialised by the caller.
 */
#ifndef PIHOOK_CONFIG_OPTIONS_H
#define PIHOOK_CONFIG_OPTIONS_H

#include "base/text.h"

#include <stdbool.h>

enum level { LEVEL_OFF, LEVEL_WARNING, LEVEL_ERROR };
enum road { ROAD_AUTO, ROAD_INITTAB, ROAD_AUDIT, ROAD_OFF };
enum on_deadlock { ON_DEADLOCK_REPORT, ON_DEADLOCK_ABORT };
enum on_violation { ON_VIOLATION_REPORT, ON_VIOLATION_RAISE, ON_VIOLATION_ABORT };
enum color_when { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };
enum address_scope { ADDRESS_SCOPE_ALL, ADDRESS_SCOPE_CLASS };
enum lock_order_strength { LOCK_ORDER_ANY, LOCK_ORDER_CONCURRENT };
enum trace_full { TRACE_FULL_NEWEST, TRACE_FULL_STOP };
enum granularity { GRANULARITY_INSTANCE, GRANULARITY_CLASS };

enum { OPTION_PATH_MAX = 1024, OPTION_FRAMES_MAX = 64 };

/* C type of each KIND of options.def. */
#define OPTION_TYPE_LEVEL(field) enum level field
#define OPTION_TYPE_BOOL(field) bool field
#define OPTION_TYPE_ROAD(field) enum road field
#define OPTION_TYPE_ON_VIOLATION(field) enum on_violation field
#define OPTION_TYPE_ON_DEADLOCK(field) enum on_deadlock field
#define OPTION_TYPE_COLOR(field) enum color_when field
#define OPTION_TYPE_ADDRESS_SCOPE(field) enum address_scope field
#define OPTION_TYPE_LOCK_ORDER(field) enum lock_order_strength field
#define OPTION_TYPE_GRANULARITY(field) enum granularity field
#define OPTION_TYPE_STATUS(field) int field
#define OPTION_TYPE_MILLISECONDS(field) int field
#define OPTION_TYPE_MICROSECONDS(field) int field
#define OPTION_TYPE_TRACE_FULL(field) enum trace_full field
#define OPTION_TYPE_TRACE_MEBIBYTES(field) int field
#define OPTION_TYPE_KIBIBYTES(field) int field
#define OPTION_TYPE_MEBIBYTES(field) int field
#define OPTION_TYPE_FRAMES(field) int field
#define OPTION_TYPE_SIGNAL(field) int field
#define OPTION_TYPE_PATH(field) char field[OPTION_PATH_MAX]
#define OPTION_TYPE_ACTION(field) bool field

struct options {
#define OPTION(field, name, section, KIND, value, meaning) OPTION_TYPE_##KIND(field);
#include "config/options.def"
#undef OPTION
};

/* Hears of bad input: where ("PIHOOK_OPTIONS" or a file), line (0: none), one sentence. */
struct complaints {
    void (*tell)(void *context, const char *where, unsigned line, const char *sentence);
    void *context;
};

/* Sets every option to its default of options.def. */
void options_defaults(struct options *options);

/*
 * Sets one option.  section is the section that the name stood in, or NULL where there
 * are none (PIHOOK_OPTIONS).  Returns 0; -ENOENT for an unknown name (the sentence names
 * the nearest known one, or the section that has it); -EINVAL for a bad value (the
 * sentence says what was expected).  On an error the option keeps its value and
 * `sentence` is filled.
 */
int options_set(struct options *options, const char *section, const char *name, const char *value,
                struct text *sentence);

/*
 * Takes name=value:name=value, the form of PIHOOK_OPTIONS.  A bad entry is told and the
 * others are taken.  An unknown name is told once, however often it stands there.
 */
void options_parse(struct options *options, const char *list, const struct complaints *complaints);

/* Takes yes, no and the other words of KIND BOOL; returns false, *yes untouched, for any other. */
bool options_bool(const char *value, bool *yes);

/* Is there a section of that name? */
bool options_section_known(const char *section);

/* The nearest known section to a name that is none, or NULL. */
const char *options_section_nearest(const char *section);

/* Is that the name of a rule (section [rules]), or a glob that fits one? */
bool options_rule_known(const char *name);

/* The nearest rule to a name that is none, or NULL. */
const char *options_rule_nearest(const char *name);

/* Adds all options, a few lines each: section, name, value, default, meaning. */
void options_print(const struct options *options, struct text *text);

#endif
