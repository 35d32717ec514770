/* SPDX-License-Identifier: MIT */
/* The environment that makes a program run with the library. */
#ifndef PIHOOK_RUN_SETTINGS_H
#define PIHOOK_RUN_SETTINGS_H

#include "config/options.h"
#include "run/folder.h"

/* How the names of files in the folder begin. */
#define SETTINGS_FINDINGS "findings."
#define SETTINGS_LOG "log."
#define SETTINGS_GRAPH "graph."
#define SETTINGS_MATCHED "matched."

enum { SETTINGS_OPTIONS_MAX = 256 };

/* What was asked for; strings may be NULL. */
struct settings {
    const char *library;                 /* its full name */
    const char *config;                  /* a file for PIHOOK_CONFIG */
    char *options[SETTINGS_OPTIONS_MAX]; /* "NAME=VALUE" each */
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

/*
 * The same for a run that is recorded: each process leaves its trace in `folder`; rules are off
 * but for those that options switch on.
 */
void settings_apply_trace(const struct settings *settings, const char *folder);

/* Adds what was given with --option; returns 0, or STATUS_USAGE after it told what is wrong. */
int settings_add_option(struct settings *settings, char *option);

/* The options that processes of the run have, as the library reads them.  After settings_apply().
 */
void settings_of_run(struct options *options);

#endif
