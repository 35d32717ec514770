/* SPDX-License-Identifier: MIT */
/* What becomes of an exception that a hook raised: the importer's, or a finding hook-failed. */
#ifndef PIHOOK_PYTHON_FAILURE_H
#define PIHOOK_PYTHON_FAILURE_H

#include "config/options.h"
#include "imports/registry.h"
#include "python/api.h"

/* The level of hook-failed; before the first hook runs. */
void failure_set_level(enum level level);

/*
 * Takes the exception that is set.  Returns -1 with it still set when it goes to the
 * importer (the hook says so, or it is no Exception, such as KeyboardInterrupt, and there is
 * one); else tells it and returns 0.
 */
int failure_handle(const struct hook *hook, const char *module, bool importer);

#endif
