/* SPDX-License-Identifier: MIT */
/*
 * Where pihook's own text goes: stderr, or the file of option `log`.
 *
 * Each call is one write(2), so that lines of several threads and processes don't mix.
 * errno is kept.  Nothing is written unless there is something to say.
 */
#ifndef PIHOOK_BASE_LOG_H
#define PIHOOK_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>

struct sink;

/*
 * From now on text goes to the file `path` (appended; `%p` is the pid, taken anew in each
 * process that writes; a relative path starts from the folder that the process is in now);
 * empty: to stderr.  The file is opened at the first text.  Where it can't be opened, one
 * line on stderr says so and text goes there.  To be called while nothing else logs.
 */
void log_to(const char *path);

/* Does text go to stderr now?  A file that can't be opened is noticed at the first text. */
bool log_is_on_stderr(void);

/* Writes bytes as they are. */
void log_write(const char *bytes, size_t count);

/* Writes "pihook: " and the sentence as one line. */
void log_line(const char *sentence);

/* That a file can't be written, with the reason: "the WHAT can't be written (REASON): NAME". */
void log_unwritable(const char *what, const struct sink *sink, int error);

/* The same with "pihook: WHERE:LINE: sentence", or "pihook: WHERE: sentence" for line 0. */
void log_complaint(const char *where, unsigned line, const char *sentence);

#endif
