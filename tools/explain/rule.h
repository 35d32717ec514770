/* SPDX-License-Identifier: MIT */
/*
 * The rules of the library, as src/config/options.def lists them, and what there is to say
 * about each: a text a file, for `pihook explain` and for formats that carry help along.
 */
#ifndef PIHOOK_EXPLAIN_RULE_H
#define PIHOOK_EXPLAIN_RULE_H

#include <stddef.h>

/* Lines end with a newline; paragraphs have an empty line between them. */
struct rule_text {
    const char *rule;
    const char *meaning; /* what is told, when, and why it is wrong */
    const char *wrong;   /* a piece of code that is found */
    const char *right;   /* and how it is better */
    const char *fix;     /* what to do, in words */
    const char *leave;   /* when it may be left, and what in this rule alone switches it off */
};

struct rule {
    const char *name, *level; /* by default: "off", "warning" or "error" */
    const char *meaning;      /* one clause, without a full stop */
    const struct rule_text *text;
};

extern const struct rule_text explain_address_order, explain_bad_destroy, explain_bad_unlock,
    explain_deadlock, explain_gil_order, explain_held_at_exit, explain_held_at_fork,
    explain_hook_failed, explain_lock_order, explain_long_hold, explain_self_deadlock,
    explain_wait_holding;

enum { RULES_MAX = 64 };

/*
 * Fills the array with the rules in the order of options.def and returns how many there are.
 * `text` is NULL for a rule that nobody has explained; a test walks over all.
 */
size_t rules_list(struct rule rules[RULES_MAX]);

#endif
