/* SPDX-License-Identifier: MIT */
/* Rules and their texts.  Called by `pihook explain` and by formats that carry help along. */
#include "explain/rule.h"

#include <string.h>

static const struct rule_text *const TEXTS[] = {
    &explain_address_order, &explain_bad_destroy,  &explain_bad_unlock,    &explain_deadlock,
    &explain_gil_order,     &explain_held_at_exit, &explain_held_at_fork,  &explain_hook_failed,
    &explain_lock_order,    &explain_long_hold,    &explain_self_deadlock, &explain_wait_holding,
};

static const struct {
    const char *name, *section, *value, *meaning;
} OPTIONS[] = {
#define OPTION(field, name, section, KIND, value, meaning) {name, section, value, meaning},
#include "config/options.def"
#undef OPTION
};

static const struct rule_text *text_of(const char *rule)
{
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        if (strcmp(TEXTS[i]->rule, rule) == 0)
            return TEXTS[i];
    return NULL;
}

size_t rules_list(struct rule rules[RULES_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < sizeof OPTIONS / sizeof *OPTIONS && count < RULES_MAX; i++)
        if (strcmp(OPTIONS[i].section, "rules") == 0)
            rules[count++] = (struct rule){OPTIONS[i].name, OPTIONS[i].value, OPTIONS[i].meaning,
                                           text_of(OPTIONS[i].name)};
    return count;
}
