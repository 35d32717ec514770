/* SPDX-License-Identifier: MIT */
/*
 * Names of a model that is being read, the same for all its processes: each is kept once, and
 * the same names give the same number.
 */
#ifndef PIHOOK_TRACE_MODEL_NAMES_H
#define PIHOOK_TRACE_MODEL_NAMES_H

#include "graph/interned.h"
#include "graph/vector.h"
#include "trace/model.h"

struct model_store {
    struct interned strings, places, stacks, classes;
    MODEL_ARRAY(char *) paths; /* of processes */
    struct numbers scratch;    /* of whoever puts a stack together */
};

/* An empty model that has number 0 of each kind. */
void names_begin(struct model *model);

/* Any bytes; control characters become blanks, and what is no UTF-8 becomes U+FFFD. */
uint32_t names_string(struct model *model, const char *bytes, size_t count);

/* Numbers in it are the model's. */
uint32_t names_place(struct model *model, const struct model_place *place);

uint32_t names_stack(struct model *model, const uint32_t *places, size_t count);

/* Traits are added to those of the class that is there. */
uint32_t names_class(struct model *model, enum lock_origin origin, uint32_t place, uint32_t traits);

/* Fills model->strings: before it, no string can be read. */
void names_end(struct model *model);

void names_free(struct model *model);

#endif
