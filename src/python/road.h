/* SPDX-License-Identifier: MIT */
/*
 * The roads by which imports are reached, and what is known of each: taken or not, and why
 * not.  That a road is live is never assumed: it is so when something has come along it.
 */
#ifndef PIHOOK_PYTHON_ROAD_H
#define PIHOOK_PYTHON_ROAD_H

#include <stdbool.h>
#include <stddef.h>

enum road_name { ROAD_IMPORTS, ROAD_STATEMENTS, ROAD_LOCKS, ROAD_USES, ROAD_COUNT };

struct road_state {
    /* "inittab", "audit hook", "exported symbol", "call sites", "methods", "slot"; NULL: none */
    const char *road;
    char why[160]; /* why there is none, or what it does not reach; "" */
};

/* The road was taken. */
void road_take(enum road_name name, const char *road);

/* It can't be, or not for all: every string up to the NULL makes the sentence. */
void road_refuse(enum road_name name, ...) __attribute__((sentinel));

const struct road_state *road_state(enum road_name name);

#endif
