/* SPDX-License-Identifier: MIT */
/* Called for each new finding, in any thread; it must not allocate from the program. */
#include "report/ignored.h"

#include "report/line_of_file.h"
#include "report/script_place.h"

#include <string.h>

/* What follows `word`, with spaces around it, or NULL. */
static const char *after(const char *text, const char *word)
{
    text = after_spaces(text);
    return strncmp(text, word, strlen(word)) == 0 ? after_spaces(text + strlen(word)) : NULL;
}

/* "RULE, RULE]" */
static bool has_rule(const char *list, const char *rule)
{
    size_t length = strlen(rule);

    for (;;) {
        list = after_spaces(list);
        if (strncmp(list, rule, length) == 0 && strchr(", \t]", list[length]) != NULL &&
            list[length] != '\0')
            return true;
        list += strcspn(list, ",]");
        if (*list != ',')
            return false;
        list++;
    }
}

bool ignored_says(const char *line, const char *rule)
{
    for (const char *comment = line; (comment = strchr(comment, '#')) != NULL; comment++) {
        const char *text = after(comment + 1, "pihook:");

        if (text == NULL || (text = after(text, "ignore")) == NULL)
            continue;
        if (*text == '[' ? has_rule(text + 1, rule) : *text == '\0' || *text == '#')
            return true;
    }
    return false;
}

bool ignored_at(const char *file, unsigned number, const char *rule)
{
    char line[LINE_BYTES];

    return line_of_file(file, number, 0, line, sizeof line) && ignored_says(line, rule);
}

/* The innermost line of the script. */
static const struct script_place *script_line(const struct finding_step *step)
{
    for (unsigned i = 0; i < step->frame_count; i++) {
        const struct script_place *place = script_place_at(step->frames[i]);

        if (place != NULL)
            return place->line > 0 ? place : NULL;
    }
    return NULL;
}

bool ignored(const struct finding *finding)
{
    bool says = false;

    for (unsigned i = 0; i < finding->step_count && !says; i++) {
        const struct script_place *place = script_line(&finding->steps[i]);

        says = place != NULL && ignored_at(place->file, place->line, finding->rule);
    }
    return says;
}
