/* SPDX-License-Identifier: MIT */
/*
 * What is wrong in a file.  Called while a configuration file is read; it must never lose
 * a mistake without saying that it does.
 */
#include "config/mistakes.h"

void mistakes_add(struct mistakes *mistakes, unsigned line, const char *sentence)
{
    unsigned at = mistakes->count;

    if (at > MISTAKES_MAX)
        return;
    if (at == MISTAKES_MAX)
        sentence = "this line and more are bad: so many are not told one by one";
    for (; at > 0 && mistakes->list[at - 1].line > line; at--)
        mistakes->list[at] = mistakes->list[at - 1];
    struct mistake *mistake = &mistakes->list[at];
    struct text text = text_in(mistake->sentence, sizeof mistake->sentence);
    text_add(&text, sentence);
    mistake->line = line;
    mistakes->count++;
}

void mistakes_tell(const struct mistakes *mistakes, const char *file,
                   const struct complaints *complaints)
{
    for (unsigned i = 0; i < mistakes->count; i++)
        complaints->tell(complaints->context, file, mistakes->list[i].line,
                         mistakes->list[i].sentence);
}
