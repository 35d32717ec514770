/* SPDX-License-Identifier: MIT */
/* What a line of Python assigns a lock to that it makes. */
#ifndef PIHOOK_REPORT_ASSIGNED_H
#define PIHOOK_REPORT_ASSIGNED_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The variable or attribute of a line such as `self.lock = threading.Lock()`, into
 * target[0..size).  False, and an empty string, where the line says something else, as
 * `locks = [Lock(), Lock()]` does, or more than there is room for.
 */
bool assigned_by(const char *line, char *target, size_t size);

/* The same of that line of a file, which is read. */
bool assigned_at(const char *file, unsigned number, char *target, size_t size);

#endif
