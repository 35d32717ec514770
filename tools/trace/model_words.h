/* SPDX-License-Identifier: MIT */
/*
 * What a model has, in words for people.  Each adds to a text (base/text.h), which is cut where
 * it does not fit.
 */
#ifndef PIHOOK_TRACE_MODEL_WORDS_H
#define PIHOOK_TRACE_MODEL_WORDS_H

#include "base/text.h"
#include "trace/model.h"

/* A text in a buffer of its own, for one expression: WORDS(words_place, model, number). */
#define WORDS_BYTES 512
#define WORDS(function, model, number) \
    words_in((char[WORDS_BYTES]){0}, (function), (model), (number))

const char *words_in(char *buffer,
                     void (*words)(struct text *text, const struct model *model, uint32_t number),
                     const struct model *model, uint32_t number);

/* `function file:line`, `function file:line (object)`, `function+0x1f (object)`; "" for 0. */
void words_place(struct text *text, const struct model *model, uint32_t place);

/* The innermost place of it that is known. */
void words_stack_top(struct text *text, const struct model *model, uint32_t stack);

/* `Lock jobs`, `mutex init app.c:12`: its name, or where it comes from. */
void words_class(struct text *text, const struct model *model, uint32_t lock_class);

/* Its name, or its class and address. */
void words_lock(struct text *text, const struct model *model, uint32_t lock);

/* `name`, with the process where there are several; a dash for MODEL_NONE. */
void words_thread(struct text *text, const struct model *model, uint32_t thread);

/* "joined", "daemon at exit": enum model_fate. */
const char *words_fate(unsigned fate);

/* "source", "cached"; "" where it is unknown. */
const char *words_found(unsigned found);

#endif
