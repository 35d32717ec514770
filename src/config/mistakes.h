/* SPDX-License-Identifier: MIT */
/*
 * What is wrong in a file, kept until the file has been read whole, so that it is told in
 * the order of its lines.  Plain data, for one file and one thread.
 */
#ifndef PIHOOK_CONFIG_MISTAKES_H
#define PIHOOK_CONFIG_MISTAKES_H

#include "config/options.h"

enum { MISTAKES_MAX = 100, MISTAKE_SENTENCE_MAX = 512 };

struct mistakes {
    unsigned count;
    struct mistake {
        unsigned line;
        char sentence[MISTAKE_SENTENCE_MAX];
    } list[MISTAKES_MAX + 1]; /* the last one says that there are more */
};

/* Keeps a mistake; the one after MISTAKES_MAX says that there are more, further ones go. */
void mistakes_add(struct mistakes *mistakes, unsigned line, const char *sentence);

void mistakes_tell(const struct mistakes *mistakes, const char *file,
                   const struct complaints *complaints);

#endif
