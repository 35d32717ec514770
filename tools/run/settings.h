/* SPDX-License-Identifier: MIT */
/* The environment that makes a program run with the library. */
#ifndef PIHOOK_RUN_SETTINGS_H
#define PIHOOK_RUN_SETTINGS_H

#include "run/folder.h"

/* How the names of files in the folder begin. */
#define SETTINGS_FINDINGS "findings."
#define SETTINGS_LOG "log."
#define SETTINGS_GRAPH "graph."
#define SETTINGS_MATCHED "matched."

/* What was asked for; strings may be NULL. */
struct settings {
    const char *library; /* its full name */
    const char *config;  /* a file for PIHOOK_CONFIG */
    char **options;      /* "NAME=VALUE" each */
    size_t option_count;
    const char *on_deadlock;
    int dump_signal; /* asks what the threads do; 0: none */
    bool children;
    bool graph; /* the lock-order graph, too */
};

/*
 * Sets LD_PRELOAD, with what is in it already behind the library, PIHOOK_OPTIONS, with what is
 * in it already before ours, and PIHOOK_CONFIG, in our own environment.
 */
void settings_apply(const struct settings *settings, const struct folder *folder);

#endif
