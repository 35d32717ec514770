/* SPDX-License-Identifier: MIT */
/*
 * The configuration file: sections of options and sections `[hook NAME]`.
 *
 * Configuration is code, so a file is read only when nobody but its user can have
 * written it.  Called once at start-up, by one thread.  Bad input is told line by line
 * and every other entry is kept.
 */
#ifndef PIHOOK_CONFIG_FILE_H
#define PIHOOK_CONFIG_FILE_H

#include "config/options.h"

enum hook_kind { HOOK_WARN, HOOK_CALL, HOOK_EXEC, HOOK_NATIVE };

/* One action of a [hook NAME] section; all strings live as long as the call that hands it out. */
struct hook_entry {
    const char *pattern; /* dotted name or glob over dotted names */
    enum hook_kind kind;
    const char *value; /* as written, inline comment and outer space removed; continuation
                          lines joined with '\n' */
    const char *file;
    unsigned line; /* of the action */
    bool raise;    /* on-error = raise */
    bool optional;
    bool reload;
};

struct config_sink {
    struct options *options;
    void (*hook)(void *context, const struct hook_entry *entry);
    void *context;
    struct complaints complaints;
};

/*
 * Reads `path` into the sink; hooks are handed over in the order of their lines, when
 * their section has been read whole (on-error, optional and reload hold for all actions
 * of their section, wherever they stand in it).
 * Returns 0, or the negative errno that kept the file from being read at all: -ENOENT
 * and the other errors of open(2), -EPERM when it is not to be trusted, -EINVAL when it
 * is no regular file.  All but -ENOENT of an `optional` file are told as one complaint.
 */
int config_read(const char *path, bool optional, const struct config_sink *sink);

#endif
