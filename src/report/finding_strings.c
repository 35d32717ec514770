/* SPDX-License-Identifier: MIT */
/* What suppressions look at.  Called for each new finding of a rule that has any. */
#include "report/finding_strings.h"

#include "base/text.h"
#include "report/place.h"

#include <string.h>

enum { STRING_BYTES = 512 };

struct visitor {
    void (*visit)(void *argument, const char *string);
    void *argument;
};

static void give(const struct visitor *visitor, const char *string)
{
    if (string != NULL && *string != '\0')
        visitor->visit(visitor->argument, string);
}

static void give_file(const struct visitor *visitor, const char *file)
{
    const char *slash = strrchr(file, '/');

    give(visitor, file);
    if (slash != NULL)
        give(visitor, slash + 1);
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* `12 in function` */
static void give_function(const struct visitor *visitor, const char *text)
{
    static const char BETWEEN[] = " in ";

    while (is_digit(*text))
        text++;
    if (strncmp(text, BETWEEN, sizeof BETWEEN - 1) == 0)
        give(visitor, text + sizeof BETWEEN - 1);
}

/* `FILE:12 in function`, as places of Python are told. */
static void give_text(const struct visitor *visitor, const char *text)
{
    char file[STRING_BYTES];
    size_t length = 0;

    give(visitor, text);
    while (text[length] != '\0' && !(text[length] == ':' && is_digit(text[length + 1])))
        length++;
    if (text[length] == '\0' || length >= sizeof file)
        return;
    memcpy(file, text, length);
    file[length] = '\0';
    give_file(visitor, file);
    give_function(visitor, text + length + 1);
}

static void give_found(const struct visitor *visitor, const struct place *place,
                       const struct place_found *found)
{
    char bytes[STRING_BYTES];
    struct text text = text_in(bytes, sizeof bytes);

    give(visitor, found->symbol);
    place_symbol_text(&text, place, found);
    give(visitor, bytes);
    text_join(&text, " (", found->object_name, ")", NULL);
    give(visitor, bytes);
    give_file(visitor, found->object);
}

static void give_place(const struct visitor *visitor, const struct place *place)
{
    struct place_found found;

    if (place->text != NULL)
        give_text(visitor, place->text);
    else if (place_find(place, &found))
        give_found(visitor, place, &found);
}

static void give_step(const struct visitor *visitor, const struct finding_step *step)
{
    for (unsigned i = 0; i < step->held_count; i++)
        give_place(visitor, &step->held[i].at);
    for (unsigned i = 0; i < step->frame_count; i++) {
        struct place place = place_of_frame(step->frames[i]);

        give_place(visitor, &place);
    }
}

void finding_strings(const struct finding *finding,
                     void (*visit)(void *argument, const char *string), void *argument)
{
    const struct visitor visitor = {visit, argument};

    give(&visitor, finding->sentence);
    for (unsigned i = 0; i < finding->lock_count; i++) {
        give(&visitor, finding->locks[i].name);
        give_place(&visitor, &finding->locks[i].created);
    }
    for (unsigned i = 0; i < finding->step_count; i++)
        give_step(&visitor, &finding->steps[i]);
}
