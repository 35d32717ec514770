/* SPDX-License-Identifier: MIT */
/* What processes, threads, locks and slices are called in the formats of other viewers. */
#ifndef PIHOOK_TRACE_LABELS_H
#define PIHOOK_TRACE_LABELS_H

#include "trace/slices.h"

#include "base/text.h"

enum { LABEL_BYTES = 512 };

/* The program's name: the same for all runs of it. */
void label_process(struct text *text, const struct model *model, uint32_t process);

/* Its name, or "thread"; with its number, too, which no other living thread has. */
void label_thread(struct text *text, const struct model *model, uint32_t thread);
void label_this_thread(struct text *text, const struct model *model, uint32_t thread);

/*
 * By its name, `Lock accounts`, or else by where it comes from, `Lock of bank.py:3`, `mutex of main
 * (bank.c:3)`; with its address, too, if it has one.
 */
void label_lock(struct text *text, const struct model *model, uint32_t lock);
void label_this_lock(struct text *text, const struct model *model, uint32_t lock);

/* Of a thread that creates another one, of a fork and the like. */
const char *label_moment(const struct model_moment *moment);

/* A word for the kind of a slice. */
const char *label_category(enum slice_kind kind);

void label_slice(struct text *text, const struct model *model, const struct slice *slice);

/* What stands behind the last slash. */
const char *label_base(const char *path);

#endif
