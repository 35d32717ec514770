/* SPDX-License-Identifier: MIT */
/*
 * pihook's own text.  Called from every room, in any thread, in signal handlers and in
 * children of fork and vfork; it must never allocate, call into stdio, take a lock,
 * raise SIGPIPE, act on a cancellation of the program's thread or write to a descriptor
 * that the program has closed and opened anew.
 */
#include "base/log.h"

#include "base/error.h"
#include "base/sink.h"
#include "base/text.h"
#include "base/write.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

enum { LOG_LINE_MAX = 2048 };

static struct sink file;   /* not set: stderr */
static atomic_bool failed; /* told once; stderr from then on */

static void tell_failure(int error)
{
    char buffer[LOG_LINE_MAX];
    struct text text = text_in(buffer, sizeof buffer);

    if (atomic_exchange(&failed, true))
        return;
    text_add(&text, "pihook: text goes to stderr, for the log file can't be opened (");
    text_add_error(&text, error);
    text_add(&text, "): ");
    if (file.path[0] != '\0')
        sink_name(&file, &text);
    else
        text_add(&text, "with so long a name");
    text.bytes[text.length++] = '\n'; /* in place of the NUL, after a cut name too */
    write_all(STDERR_FILENO, text.bytes, text.length);
}

static int destination(void)
{
    if (file.path[0] == '\0' || failed)
        return STDERR_FILENO;
    int descriptor = sink_descriptor(&file);
    if (descriptor >= 0)
        return descriptor;
    tell_failure(-descriptor);
    return STDERR_FILENO;
}

void log_to(const char *path)
{
    struct write_kept kept;

    write_begin(&kept);
    failed = false;
    int result = sink_set(&file, path);
    if (result < 0)
        tell_failure(-result);
    write_end(&kept);
}

bool log_is_on_stderr(void)
{
    return file.path[0] == '\0' || failed;
}

void log_write(const char *bytes, size_t count)
{
    struct write_kept kept;

    if (count == 0)
        return;
    write_begin(&kept);
    write_all(destination(), bytes, count);
    write_end(&kept);
}

static void write_line(struct text *line)
{
    /* A byte was kept back for the newline, so that a cut line ends in one too. */
    line->bytes[line->length] = '\n';
    log_write(line->bytes, line->length + 1);
}

void log_line(const char *sentence)
{
    char buffer[LOG_LINE_MAX];
    struct text line = text_in(buffer, sizeof buffer);

    text_join(&line, "pihook: ", sentence, NULL);
    write_line(&line);
}

void log_complaint(const char *where, unsigned line, const char *sentence)
{
    char buffer[LOG_LINE_MAX];
    struct text text = text_in(buffer, sizeof buffer);

    text_join(&text, "pihook: ", where, NULL);
    if (line != 0) {
        text_add(&text, ":");
        text_add_int(&text, line);
    }
    text_join(&text, ": ", sentence, NULL);
    write_line(&text);
}

void log_unwritable(const char *what, const struct sink *sink, int error)
{
    char bytes[512];
    struct text sentence = text_in(bytes, sizeof bytes);

    text_join(&sentence, "the ", what, " can't be written (", NULL);
    text_add_error(&sentence, error);
    text_add(&sentence, "): ");
    if (sink->path[0] != '\0')
        sink_name(sink, &sentence);
    else
        text_add(&sentence, "with so long a name");
    log_line(bytes);
}
