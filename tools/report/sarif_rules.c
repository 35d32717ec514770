/* SPDX-License-Identifier: MIT */
/* The rules as SARIF has them, help included.  Called by format_sarif.c. */
#include "explain/rule.h"
#include "report/pool.h"
#include "report/sarif_parts.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *printed(int length, char *string)
{
    if (length < 0)
        no_memory();
    return string;
}

static char *plain_help(const struct rule *rule)
{
    const struct rule_text *text = rule->text;
    char *help;
    int length = asprintf(&help, "%s\n%s\nTo leave it out: option %s=off. %s", text->meaning,
                          text->fix, rule->name, text->leave);

    return printed(length, help);
}

static char *markdown_help(const struct rule *rule)
{
    const struct rule_text *text = rule->text;
    char *help;
    int length =
        asprintf(&help,
                 "%s\n## Wrong\n```\n%s```\n## Right\n```\n%s```\n## To mend it\n%s\n"
                 "## To leave it out\nOption `%s=off`. %s",
                 text->meaning, text->wrong, text->right, text->fix, rule->name, text->leave);

    return printed(length, help);
}

static void add_help(json_t *object, const struct rule *rule)
{
    char *plain = plain_help(rule), *markdown = markdown_help(rule);

    json_object_set_new(object, "fullDescription", sarif_message(rule->text->meaning));
    json_object_set_new(object, "help",
                        json_pack("{s:s,s:s}", "text", plain, "markdown", markdown));
    free(plain);
    free(markdown);
}

/* A rule that is off has no level of its own: what it would be told as is a warning. */
static json_t *configuration(const struct rule *rule)
{
    bool enabled = strcmp(rule->level, "off") != 0;

    return json_pack("{s:b,s:s}", "enabled", enabled, "level", enabled ? rule->level : "warning");
}

static json_t *rule_object(const struct rule *rule)
{
    json_t *object = json_pack("{s:s,s:{s:s+},s:o}", "id", rule->name, "shortDescription", "text",
                               rule->meaning, ".", "defaultConfiguration", configuration(rule));

    if (rule->text)
        add_help(object, rule);
    return object;
}

json_t *sarif_rules(void)
{
    struct rule rules[RULES_MAX];
    size_t count = rules_list(rules);
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, rule_object(&rules[i]));
    return array;
}

int sarif_rule_index(const char *name)
{
    struct rule rules[RULES_MAX];
    size_t count = rules_list(rules);

    for (size_t i = 0; i < count; i++)
        if (strcmp(rules[i].name, name) == 0)
            return (int)i;
    return -1;
}
