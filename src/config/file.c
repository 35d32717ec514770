/* SPDX-License-Identifier: MIT */
/*
 * The configuration file, read with inih.  Called once at start-up; it must never read a
 * file that others can write, lose an entry without telling, or run into the program's
 * memory allocator: what it needs is mapped and given back.
 */
#include "config/file.h"

#include "base/error.h"
#include "base/nearest.h"
#include "base/whole.h"
#include "config/hook_section.h"
#include "config/lines.h"
#include "config/mistakes.h"
#include "config/quote.h"
#include "config/trust.h"

#include <errno.h>
#include <ini.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FILE_MAX = 1 << 20 };

static const char HOOK[] = "hook";

struct reading {
    const char *path;
    const struct config_sink *sink;
    struct lines lines;
    struct mistakes mistakes;

    enum { BEFORE_SECTIONS, IN_SKIPPED, IN_OPTIONS, IN_HOOK } place;
    struct hook_section hook;
    bool option_taken; /* the last option's value was good */
    /*
     * Name and values of the section.  They can't be longer than its text in the file, for
     * which the brackets, names and '=' leave room; untouched pages cost nothing.
     */
    struct text section;
    char section_bytes[FILE_MAX + 1];

    size_t size;
    bool too_long;
    char bytes[FILE_MAX + 1]; /* one more, to see that the file goes on */
};

/* ------------------------------------------------------------------------- sections */

static void tell(struct reading *reading, const struct text *sentence)
{
    mistakes_add(&reading->mistakes, reading->lines.number, sentence->bytes);
}

static void tell_unknown_section(struct reading *reading, const char *name)
{
    char buffer[MISTAKE_SENTENCE_MAX];
    struct text sentence = text_in(buffer, sizeof buffer);
    const char *nearest = options_section_nearest(name);
    char *space = strchr(name, ' ');

    text_add(&sentence, "unknown section ");
    quote(&sentence, name);
    if (nearest == NULL) {
        const char *const hook = HOOK;
        char *first_word = reading->section.bytes;

        if (space != NULL)
            first_word[space - name] = '\0';
        if (nearest_name(first_word, &hook, 1) != NULL)
            nearest = "hook NAME";
    }
    if (nearest != NULL)
        text_join(&sentence, " (did you mean [", nearest, "]?)", NULL);
    tell(reading, &sentence);
}

/* Returns the NAME of "hook NAME", empty for none, or NULL for another section. */
static const char *hook_pattern(const char *name)
{
    size_t word = sizeof HOOK - 1;

    if (strncmp(name, HOOK, word) != 0 || (name[word] != '\0' && !lines_is_space(name[word])))
        return NULL;
    name += word;
    while (lines_is_space(*name))
        name++;
    return name;
}

static void end_section(struct reading *reading)
{
    if (reading->place == IN_HOOK)
        hook_section_end(&reading->hook, reading->path, reading->sink);
    reading->place = IN_SKIPPED;
}

static void begin_section(void *context, const char *bytes, size_t length)
{
    struct reading *reading = context;

    end_section(reading);
    if (bytes == NULL)
        return;
    reading->section = text_in(reading->section_bytes, sizeof reading->section_bytes);
    text_add_bytes(&reading->section, bytes, length);
    const char *name = reading->section.bytes;
    const char *pattern = hook_pattern(name);
    if (pattern != NULL) {
        if (hook_section_begin(&reading->hook, pattern, reading->lines.number, &reading->section,
                               &reading->mistakes))
            reading->place = IN_HOOK;
    } else if (options_section_known(name)) {
        reading->place = IN_OPTIONS;
    } else {
        tell_unknown_section(reading, name);
    }
}

/* ---------------------------------------------------------------------------- lines */

static void leave_out(void *context, enum line_kind kind, const char *sentence)
{
    struct reading *reading = context;

    mistakes_add(&reading->mistakes, reading->lines.number, sentence);
    if (reading->place == IN_HOOK && (kind == LINE_KEY || kind == LINE_MORE))
        hook_section_bad_line(&reading->hook, kind == LINE_MORE);
}

static void take_option(struct reading *reading, const char *name, const char *value)
{
    char buffer[MISTAKE_SENTENCE_MAX];
    struct text sentence = text_in(buffer, sizeof buffer);
    int result =
        options_set(reading->sink->options, reading->section.bytes, name, value, &sentence);

    reading->option_taken = result == 0;
    if (result != 0)
        tell(reading, &sentence);
}

static void tell_homeless(struct reading *reading, const char *name)
{
    char buffer[MISTAKE_SENTENCE_MAX];
    struct text sentence = text_in(buffer, sizeof buffer);

    quote(&sentence, name);
    text_add(&sentence, " stands before the first section: expected a '[section]' above it");
    tell(reading, &sentence);
}

static void take_key(struct reading *reading, const char *name, const char *value)
{
    switch (reading->place) {
    case BEFORE_SECTIONS:
        tell_homeless(reading, name);
        break;
    case IN_OPTIONS:
        take_option(reading, name, value);
        break;
    case IN_HOOK:
        hook_section_key(&reading->hook, name, value, reading->lines.number);
        break;
    case IN_SKIPPED:
        break;
    }
}

static void take_more(struct reading *reading, const char *name, const char *value)
{
    char buffer[MISTAKE_SENTENCE_MAX];
    struct text sentence = text_in(buffer, sizeof buffer);

    if (reading->place == IN_HOOK) {
        hook_section_more(&reading->hook, value, reading->lines.number);
    } else if (reading->place == IN_OPTIONS && reading->option_taken) {
        text_join(&sentence, "option '", name, "' takes one line: this one is left out", NULL);
        tell(reading, &sentence);
    }
}

/* inih's handler; the section is known better than inih knows it. */
static int take_line(void *context, const char *section, const char *name, const char *value)
{
    struct reading *reading = context;

    (void)section;
    lines_understood(&reading->lines);
    if (reading->lines.kind == LINE_MORE)
        take_more(reading, name, value);
    else
        take_key(reading, name, value);
    return 1;
}

/* ----------------------------------------------------------------------------- file */

static int load(struct reading *reading, int file)
{
    ssize_t count = whole_read(file, reading->bytes, sizeof reading->bytes);

    if (count < 0)
        return (int)count;
    reading->size = (size_t)count;
    reading->too_long = reading->size > FILE_MAX;
    while (reading->too_long && reading->size > 0 && reading->bytes[reading->size - 1] != '\n')
        reading->size--;
    return 0;
}

static void parse(struct reading *reading)
{
    static const char BOM[] = "\xef\xbb\xbf";
    size_t skipped = strncmp(reading->bytes, BOM, sizeof BOM - 1) == 0 ? sizeof BOM - 1 : 0;

    reading->lines = (struct lines){.next = reading->bytes + skipped,
                                    .end = reading->bytes + reading->size,
                                    .section = begin_section,
                                    .bad = leave_out,
                                    .context = reading};
    ini_parse_stream(lines_read, &reading->lines, take_line, reading);
    end_section(reading);
    if (reading->too_long)
        mistakes_add(&reading->mistakes, reading->lines.number + 1,
                     "the file is left out from here on: expected at most 1 MiB");
}

static struct reading *new_reading(const char *path, const struct config_sink *sink)
{
    struct reading *reading =
        mmap(NULL, sizeof *reading, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (reading == MAP_FAILED)
        return NULL;
    reading->path = path;
    reading->sink = sink;
    return reading;
}

static int read_open(const char *path, int file, const struct config_sink *sink,
                     struct text *sentence)
{
    struct reading *reading = new_reading(path, sink);
    int result = reading != NULL ? load(reading, file) : -ENOMEM;

    if (result == 0) {
        parse(reading);
        mistakes_tell(&reading->mistakes, path, &sink->complaints);
    } else {
        text_add(sentence, "not read: ");
        text_add_error(sentence, -result);
    }
    if (reading != NULL)
        munmap(reading, sizeof *reading);
    return result;
}

int config_read(const char *path, bool optional, const struct config_sink *sink)
{
    char buffer[MISTAKE_SENTENCE_MAX];
    struct text sentence = text_in(buffer, sizeof buffer);
    int result = trust_open(path, &sentence);

    if (result >= 0) {
        int file = result;
        result = read_open(path, file, sink, &sentence);
        close(file);
    }
    if (result < 0 && !(optional && result == -ENOENT))
        sink->complaints.tell(sink->complaints.context, path, 0, sentence.bytes);
    return result;
}
