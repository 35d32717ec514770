/* SPDX-License-Identifier: MIT */
/* What makes a class of locks, or a place, the same one in every run of a program. */
#ifndef PIHOOK_GRAPH_CLASS_KEY_H
#define PIHOOK_GRAPH_CLASS_KEY_H

#include "report/pool.h"

#include <jansson.h>

/*
 * Of the JSON of a class whose members have the right types: kind and origin, and the module's
 * name, the script's line, the object's name with the variable, or with the offset and the
 * build id.
 */
const char *class_key(struct pool *pool, const json_t *json);

/* The same without the build id: for fingerprints, which stay from build to build if they can. */
const char *class_words(struct pool *pool, const json_t *json);

/* Of a place of the code, whose members have the right types. */
const char *place_key(struct pool *pool, const json_t *json);

#endif
