/* SPDX-License-Identifier: MIT */
/* A place of a findings file as words. */
#ifndef PIHOOK_REPORT_PLACE_WORDS_H
#define PIHOOK_REPORT_PLACE_WORDS_H

#include "report/member.h"
#include "report/pool.h"

/*
 * The place's own text, or `function file:line (object)`, or what the library would say of it;
 * NULL where there is no place.  Of functions that were inlined, those of system headers are
 * left out.
 */
const char *place_words(struct pool *pool, struct members *members, const json_t *place);

/* The same for a frame of a stack, with a line for each function that was inlined. */
const char *frame_words(struct pool *pool, struct members *members, const json_t *frame);

#endif
