/* SPDX-License-Identifier: MIT */
/*
 * `pihook explain`: what the rules mean and what to do about their findings.  Called by
 * main.c; the texts are in explain/, a rule a file.
 */
#include "command.h"

#include "base/nearest.h"
#include "explain/rule.h"

#include <stdio.h>
#include <string.h>

static void print_help(void)
{
    puts("Usage: pihook explain [RULE]...\n"
         "\n"
         "Tells what each RULE means, with code that is found and code that is better, how to\n"
         "mend it and how to leave it out.  Without RULE all rules are listed with the levels\n"
         "that they have by default.\n"
         "\n"
         "      --help  print this and end");
}

static void print_table(const struct rule *rules, size_t count)
{
    for (size_t i = 0; i < count; i++)
        printf("%-15s %-9s %s\n", rules[i].name, rules[i].level, rules[i].meaning);
}

/* Code and lists stand further in than prose; what is empty stays empty. */
static void print_indented(const char *lines, const char *indent)
{
    while (*lines) {
        size_t length = strcspn(lines, "\n");

        printf("%s%.*s\n", length > 0 ? indent : "", (int)length, lines);
        lines += length + (lines[length] == '\n');
    }
}

static void print_part(const char *head, const char *lines, const char *indent)
{
    printf("\n%s\n", head);
    print_indented(lines, indent);
}

static void print_switches(const struct rule *rule)
{
    printf("\nTo leave it out\n"
           "    %s=off in PIHOOK_OPTIONS, with pihook run -o, or in section [rules] of the\n"
           "    configuration; warning tells it without a part in the exit status.  One place\n"
           "    alone: a line %s:PATTERN in the file of option suppressions.  What is\n"
           "    known and can wait: pihook run --baseline.\n",
           rule->name, rule->name);
    print_indented(rule->text->leave, "    ");
}

static void print_rule(const struct rule *rule)
{
    printf("%s (default: %s)\n    %s.\n", rule->name, rule->level, rule->meaning);
    if (!rule->text)
        return;
    print_part("What it means", rule->text->meaning, "    ");
    print_part("Wrong", rule->text->wrong, "        ");
    print_part("Right", rule->text->right, "        ");
    print_part("To mend it", rule->text->fix, "    ");
    print_switches(rule);
}

static int fail_unknown(const char *given, const struct rule *rules, size_t count)
{
    const char *names[RULES_MAX], *nearest;

    for (size_t i = 0; i < count; i++)
        names[i] = rules[i].name;
    nearest = nearest_name(given, names, count);
    if (nearest)
        return fail(STATUS_USAGE, "unknown rule %s: did you mean %s?", given, nearest);
    return fail(STATUS_USAGE, "unknown rule %s (pihook explain lists them)", given);
}

static const struct rule *find(const char *name, const struct rule *rules, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(rules[i].name, name))
            return &rules[i];
    return NULL;
}

/* All names are looked at before anything is printed. */
static int explain(char **names)
{
    struct rule rules[RULES_MAX];
    size_t count = rules_list(rules);

    for (char **name = names; *name; name++)
        if (!find(*name, rules, count))
            return fail_unknown(*name, rules, count);
    if (!*names)
        print_table(rules, count);
    for (char **name = names; *name; name++) {
        if (name > names)
            putchar('\n');
        print_rule(find(*name, rules, count));
    }
    return STATUS_YES;
}

int explain_main(int argc, char **argv)
{
    static const struct option known[] = {
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option = getopt_long(argc, argv, ":h", known, NULL);

    if (option == 'h') {
        print_help();
        return STATUS_YES;
    }
    if (option != -1)
        return fail_option(option, argv, known);
    return explain(argv + optind);
}
