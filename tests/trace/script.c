/* SPDX-License-Identifier: MIT */
/* Linked to unit tests of readers, and to write_trace, which makes files for other tests. */
#include "script.h"

#include "locks/identity.h"
#include "trace/format.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 32, NAMES_MAX = 4096, CHUNKS_MAX = 1024, STACK_MAX = 64, PATH_BYTES = 1024 };

/* One line of the script. */
struct line {
    unsigned number;
    char *words[WORDS_MAX];
    unsigned count;
};

/* What has a number in the file, by the text that stands for it. */
struct names {
    char *texts[NAMES_MAX];
    uint32_t count;
};

struct chunk {
    struct trace_chunk head;
    unsigned char *records;
    uint32_t thread; /* 0: definitions */
};

struct maker {
    struct line line;
    struct trace_header header;
    struct names strings, places, stacks, classes;
    struct chunk chunks[CHUNKS_MAX];
    unsigned chunk_count;
    uint64_t sequence;
};

__attribute__((noreturn, format(printf, 2, 3))) static void wrong(const struct maker *maker,
                                                                  const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "trace script, line %u: ", maker->line.number);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    putc('\n', stderr);
    abort();
}

static void *must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

/* ------------------------------------------------------------------------------ words */

static void split(struct maker *maker, char *text)
{
    struct line *line = &maker->line;

    line->count = 0;
    while (*(text += strspn(text, " \t")) != '\0' && *text != '#') {
        char *to = text;
        bool quoted = false;

        if (line->count == WORDS_MAX)
            wrong(maker, "too many words");
        line->words[line->count++] = text;
        for (; *text != '\0' && (quoted || strchr(" \t", *text) == NULL); text++) {
            if (*text == '"')
                quoted = !quoted;
            else
                *to++ = *text;
        }
        if (*text != '\0')
            text++;
        *to = '\0';
    }
}

/* NULL: the line has no such key. */
static const char *value_of(const struct maker *maker, const char *key)
{
    size_t length = strlen(key);

    for (unsigned i = 0; i < maker->line.count; i++)
        if (strncmp(maker->line.words[i], key, length) == 0 && maker->line.words[i][length] == '=')
            return maker->line.words[i] + length + 1;
    return NULL;
}

static uint64_t number_in(const struct maker *maker, const char *text)
{
    char *end;
    uint64_t number = strtoull(text, &end, 0);

    if (*text == '\0' || *end != '\0')
        wrong(maker, "%s is no number", text);
    return number;
}

static uint64_t number_of(const struct maker *maker, const char *key)
{
    const char *value = value_of(maker, key);

    return value != NULL ? number_in(maker, value) : 0;
}

static const char *word(const struct maker *maker, unsigned at)
{
    if (at >= maker->line.count)
        wrong(maker, "a word is missing");
    return maker->line.words[at];
}

/* Where a word stands in a list that ends with NULL. */
static unsigned choice(const struct maker *maker, const char *given, const char *const *words)
{
    for (unsigned i = 0; words[i] != NULL; i++)
        if (strcmp(words[i], given) == 0)
            return i;
    wrong(maker, "unknown word %s", given);
}

static unsigned choice_of(const struct maker *maker, const char *key, const char *const *words)
{
    const char *value = value_of(maker, key);

    return value != NULL ? choice(maker, value, words) : 0;
}

/* Bits by their names, the first one of the list is 1. */
static uint32_t bits_of(const struct maker *maker, const char *key, const char *const *words)
{
    const char *value = value_of(maker, key);
    char *copy = must(strdup(value != NULL ? value : "")), *rest = copy, *one;
    uint32_t bits = 0;

    while ((one = strsep(&rest, ",")) != NULL)
        if (*one != '\0')
            bits |= UINT32_C(1) << choice(maker, one, words);
    free(copy);
    return bits;
}

/* ----------------------------------------------------------------------------- chunks */

static struct chunk *add_chunk(struct maker *maker, uint32_t thread)
{
    struct chunk *chunk = &maker->chunks[maker->chunk_count];

    if (maker->chunk_count++ == CHUNKS_MAX)
        wrong(maker, "too many chunks");
    chunk->thread = thread;
    chunk->head = (struct trace_chunk){.magic = TRACE_CHUNK_MAGIC,
                                       .kind = thread > 0 ? TRACE_EVENTS : TRACE_DEFINITIONS,
                                       .sequence = ++maker->sequence};
    chunk->records = must(calloc(TRACE_CHUNK_RECORDS, TRACE_RECORD));
    return chunk;
}

static void add_records(struct chunk *chunk, const void *records, size_t count)
{
    memcpy(chunk->records + (size_t)chunk->head.used * TRACE_RECORD, records, count * TRACE_RECORD);
    chunk->head.used += (uint32_t)count;
}

static void begin_chunk(struct maker *maker, uint32_t thread)
{
    const struct trace_event whose = {.kind = TRACE_OF_THREAD, .value = thread};

    add_records(add_chunk(maker, thread), &whose, 1);
}

/* The last one of the thread, with room for some records. */
static struct chunk *chunk_for(struct maker *maker, uint32_t thread, size_t count)
{
    for (unsigned i = maker->chunk_count; i-- > 0;) {
        struct chunk *chunk = &maker->chunks[i];

        if (chunk->thread == thread && chunk->head.used + count <= TRACE_CHUNK_RECORDS)
            return chunk;
        if (chunk->thread == thread)
            break;
    }
    if (thread == 0)
        return add_chunk(maker, 0);
    begin_chunk(maker, thread);
    return &maker->chunks[maker->chunk_count - 1];
}

/* ------------------------------------------------------------------------- definitions */

/* `tail` goes on behind what the first `fixed` bytes of the definition say. */
static void define(struct maker *maker, struct trace_definition *definition, size_t fixed,
                   const void *tail, size_t count)
{
    size_t records = (fixed + count + TRACE_RECORD - 1) / TRACE_RECORD;
    unsigned char *bytes = must(calloc(records, TRACE_RECORD));

    definition->more = (uint16_t)(records - 1);
    memcpy(bytes, definition, fixed);
    if (count > 0)
        memcpy(bytes + fixed, tail, count);
    add_records(chunk_for(maker, 0, records), bytes, records);
    free(bytes);
}

/* The number of a text; *is_new: it has just got it. */
static uint32_t name(const struct maker *maker, struct names *names, const char *text, bool *is_new)
{
    for (uint32_t i = 0; i < names->count; i++)
        if (strcmp(names->texts[i], text) == 0) {
            *is_new = false;
            return i + 1;
        }
    if (names->count == NAMES_MAX)
        wrong(maker, "too many names");
    names->texts[names->count++] = must(strdup(text));
    *is_new = true;
    return names->count;
}

static uint32_t string(struct maker *maker, const char *text)
{
    struct trace_definition definition = {.kind = TRACE_STRING};
    bool is_new;

    if (text == NULL || *text == '\0')
        return 0;
    definition.number = name(maker, &maker->strings, text, &is_new);
    definition.string.length = (uint32_t)strlen(text);
    if (is_new)
        define(maker, &definition, offsetof(struct trace_definition, string.text), text,
               strlen(text));
    return definition.number;
}

static uint32_t place(struct maker *maker, const char *text)
{
    struct trace_definition definition = {.kind = TRACE_PLACE, .detail = 1};
    char *copy, *file, *line, *into;
    bool is_new;

    if (text == NULL || *text == '\0')
        return 0;
    copy = must(strdup(text));
    file = strchr(copy, '@');
    line = file != NULL ? strrchr(file, ':') : NULL;
    if (line == NULL)
        wrong(maker, "%s is no place: function@file:line", text);
    *file++ = *line++ = '\0';
    into = strchr(copy, '+');
    if (into != NULL) {
        *into++ = '\0';
        definition.detail = 0;
        definition.place.into = (uint32_t)number_in(maker, into);
        definition.place.offset = number_in(maker, line);
    } else {
        definition.place.line = (uint32_t)number_in(maker, line);
    }
    definition.place.function = string(maker, copy);
    definition.place.file = string(maker, file);
    definition.number = name(maker, &maker->places, text, &is_new);
    if (is_new)
        define(maker, &definition, TRACE_RECORD, NULL, 0);
    free(copy);
    return definition.number;
}

static uint32_t stack(struct maker *maker, const char *text)
{
    struct trace_definition definition = {.kind = TRACE_STACK};
    uint32_t places[STACK_MAX];
    char *copy, *rest, *one;
    bool is_new;

    if (text == NULL || *text == '\0')
        return 0;
    rest = copy = must(strdup(text));
    while ((one = strsep(&rest, ",")) != NULL && definition.stack.count < STACK_MAX)
        places[definition.stack.count++] = place(maker, one);
    free(copy);
    definition.number = name(maker, &maker->stacks, text, &is_new);
    if (is_new)
        define(maker, &definition, offsetof(struct trace_definition, stack.places), places,
               definition.stack.count * sizeof *places);
    return definition.number;
}

static uint32_t lock_class(struct maker *maker, const char *text)
{
    bool is_new;
    uint32_t number;

    if (text == NULL)
        return 0;
    number = name(maker, &maker->classes, text, &is_new);
    if (is_new)
        wrong(maker, "class %s is not there yet", text);
    return number;
}

/* ------------------------------------------------------------------------------ lines */

static void make_process(struct maker *maker)
{
    static const char *const flags[] = {"forked",    "full",        "failed", "uses",
                                        "uses-lost", "uses-at-end", NULL};
    struct trace_definition definition = {.kind = TRACE_PROCESS};
    struct trace_header *header = &maker->header;

    header->pid = (int32_t)number_of(maker, "pid");
    header->parent = (int32_t)number_of(maker, "parent");
    header->began = (int64_t)number_of(maker, "began");
    header->ended = (int64_t)number_of(maker, "ended");
    header->realtime = (int64_t)number_of(maker, "realtime");
    header->status = (int32_t)number_of(maker, "status");
    header->flags = bits_of(maker, "flags", flags);
    header->lost = number_of(maker, "lost");
    header->dropped = number_of(maker, "dropped");
    definition.process.command = string(maker, value_of(maker, "command"));
    definition.process.program = string(maker, value_of(maker, "program"));
    definition.process.python = string(maker, value_of(maker, "python"));
    define(maker, &definition, TRACE_RECORD, NULL, 0);
}

static void make_thread(struct maker *maker)
{
    static const char *const flags[] = {"main", "detached", "daemon", NULL};
    struct trace_definition definition = {.kind = TRACE_THREAD};

    definition.number = (uint32_t)number_in(maker, word(maker, 1));
    definition.detail = (uint8_t)bits_of(maker, "flags", flags);
    definition.thread.tid = (uint32_t)number_of(maker, "tid");
    definition.thread.name = string(maker, value_of(maker, "name"));
    definition.thread.began = (int64_t)number_of(maker, "began");
    definition.thread.creator = (uint32_t)number_of(maker, "creator");
    definition.thread.place = place(maker, value_of(maker, "place"));
    definition.thread.stack = stack(maker, value_of(maker, "stack"));
    define(maker, &definition, sizeof definition, NULL, 0);
}

static void make_class(struct maker *maker)
{
    static const char *const origins[] = {"unknown",  "initialised", "static",
                                          "acquired", "created",     NULL};
    static const char *const traits[] = {"library", "standard", "signal", "sentinel", NULL};
    struct trace_definition definition = {.kind = TRACE_CLASS};
    bool is_new;

    definition.number = name(maker, &maker->classes, word(maker, 1), &is_new);
    definition.detail = (uint8_t)choice_of(maker, "origin", origins);
    definition.lock_class.place = place(maker, value_of(maker, "place"));
    definition.lock_class.traits = bits_of(maker, "traits", traits);
    define(maker, &definition, TRACE_RECORD, NULL, 0);
}

static void make_lock(struct maker *maker)
{
    struct trace_definition definition = {.kind = TRACE_LOCK};

    definition.number = lock_class(maker, value_of(maker, "class"));
    definition.lock.address = number_in(maker, word(maker, 1));
    definition.lock.name = string(maker, value_of(maker, "name"));
    define(maker, &definition, TRACE_RECORD, NULL, 0);
}

static void make_module(struct maker *maker)
{
    static const char *const found[] = {"unknown", "source", "cached",    "extension", "builtin",
                                        "frozen",  "zip",    "namespace", NULL};
    struct trace_definition definition = {.kind = TRACE_MODULE};

    definition.number = string(maker, word(maker, 1));
    definition.detail = (uint8_t)choice_of(maker, "found", found);
    definition.module.origin = string(maker, value_of(maker, "origin"));
    definition.module.loader = string(maker, value_of(maker, "loader"));
    definition.module.bytes = number_of(maker, "bytes");
    define(maker, &definition, TRACE_RECORD, NULL, 0);
}

static void make_statement(struct maker *maker)
{
    struct trace_definition definition = {.kind = TRACE_STATEMENT};

    definition.statement.count = number_of(maker, "count");
    definition.statement.importer = string(maker, value_of(maker, "importer"));
    definition.statement.imported = string(maker, value_of(maker, "imported"));
    definition.statement.place = place(maker, value_of(maker, "place"));
    define(maker, &definition, TRACE_RECORD, NULL, 0);
}

static void make_use(struct maker *maker)
{
    static const char *const kinds[] = {"importing", "asked", "unseen", "untouched", NULL};
    struct trace_definition definition = {.kind = TRACE_USE};

    definition.number = string(maker, word(maker, 1));
    definition.detail = (uint8_t)bits_of(maker, "kind", kinds);
    definition.use.time = (int64_t)number_of(maker, "time");
    definition.use.attribute = string(maker, value_of(maker, "attribute"));
    definition.use.place = place(maker, value_of(maker, "place"));
    definition.use.thread = (uint32_t)number_of(maker, "thread");
    define(maker, &definition, TRACE_RECORD, NULL, 0);
}

static void make_chunk(struct maker *maker)
{
    begin_chunk(maker, (uint32_t)number_in(maker, word(maker, 1)));
    if (value_of(maker, "sequence") != NULL)
        maker->chunks[maker->chunk_count - 1].head.sequence = number_of(maker, "sequence");
}

/* ----------------------------------------------------------------------------- events */

/* From TRACE_THREAD_BEGINS on; "" is none. */
static const char *const event_names[] = {"thread-begins",
                                          "thread-ends",
                                          "thread-creates",
                                          "join-waits",
                                          "join-ends",
                                          "thread-detached",
                                          "thread-seen",
                                          "",
                                          "lock-waits",
                                          "lock-acquired",
                                          "lock-failed",
                                          "lock-released",
                                          "lock-gone",
                                          "condition-waits",
                                          "condition-woken",
                                          "",
                                          "gil-waits",
                                          "gil-taken",
                                          "gil-dropped",
                                          "",
                                          "",
                                          "",
                                          "",
                                          "",
                                          "import-begins",
                                          "import-found",
                                          "import-finds",
                                          "body-begins",
                                          "body-ends",
                                          "import-ends",
                                          "hook-begins",
                                          "hook-ends",
                                          "library-begins",
                                          "library-ends",
                                          "lazy-declared",
                                          "lazy-run",
                                          "lazy-ran",
                                          "",
                                          "",
                                          "",
                                          "forks",
                                          "",
                                          "exits",
                                          "lost",
                                          NULL};

static void add_stack(struct maker *maker, uint32_t thread, const char *key, uint8_t whose)
{
    const char *value = value_of(maker, key);
    struct trace_event event = {.kind = TRACE_WITH_STACK, .detail = whose};

    if (value == NULL)
        return;
    event.value = stack(maker, value);
    add_records(chunk_for(maker, thread, 1), &event, 1);
}

static uint32_t event_value(struct maker *maker)
{
    static const char *const keys[] = {"value", "thread", "holder", "status", "memory"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (value_of(maker, keys[i]) != NULL)
            return (uint32_t)number_of(maker, keys[i]);
    return string(maker, value_of(maker, "action"));
}

static uint64_t event_subject(struct maker *maker, uint8_t kind)
{
    if (maker->line.count < 4 || strchr(maker->line.words[3], '=') != NULL)
        return 0;
    if (kind >= TRACE_IMPORT_BEGINS && kind < TRACE_FORKS)
        return string(maker, maker->line.words[3]);
    return number_in(maker, maker->line.words[3]);
}

static void make_event(struct maker *maker)
{
    static const char *const kinds[] = {"mutex", "rwlock", "spin",   "interpreter",
                                        "lock",  "rlock",  "import", NULL};
    static const char *const modes[] = {"write", "read", NULL};
    static const char *const waits[] = {"blocks", "timed", "tries", NULL};
    uint32_t thread = (uint32_t)number_in(maker, word(maker, 1));
    struct trace_event event = {.time = (int64_t)number_in(maker, word(maker, 0))};

    event.kind = (uint8_t)(choice(maker, word(maker, 2), event_names) + TRACE_THREAD_BEGINS);
    event.subject = event_subject(maker, event.kind);
    event.lock_class = lock_class(maker, value_of(maker, "class"));
    event.place = place(maker, value_of(maker, "place"));
    event.value = event_value(maker);
    event.lock = (uint8_t)choice_of(maker, "kind", kinds);
    event.mode = (uint8_t)(choice_of(maker, "mode", modes) | choice_of(maker, "wait", waits) << 4);
    event.detail = (uint8_t)number_of(maker, "detail");
    add_stack(maker, thread, "stack", TRACE_OWN_STACK);
    add_stack(maker, thread, "holder-stack", TRACE_HOLDERS_STACK);
    add_records(chunk_for(maker, thread, 1), &event, 1);
}

/* -------------------------------------------------------------------------- the whole */

static void make(struct maker *maker)
{
    static const struct {
        const char *word;
        void (*make)(struct maker *maker);
    } kinds[] = {{"process", make_process}, {"thread", make_thread}, {"class", make_class},
                 {"lock", make_lock},       {"module", make_module}, {"statement", make_statement},
                 {"use", make_use},         {"chunk", make_chunk}};

    if (maker->line.count == 0)
        return;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].word, maker->line.words[0]) == 0) {
            kinds[i].make(maker);
            return;
        }
    make_event(maker);
}

static unsigned char *bytes_of(const struct maker *maker, size_t *count)
{
    unsigned char *bytes;

    *count = (size_t)(maker->chunk_count + 1) * TRACE_CHUNK;
    bytes = must(calloc(*count, 1));
    memcpy(bytes, &maker->header, sizeof maker->header);
    for (unsigned i = 0; i < maker->chunk_count; i++) {
        unsigned char *chunk = bytes + (size_t)(i + 1) * TRACE_CHUNK;

        memcpy(chunk, &maker->chunks[i].head, TRACE_RECORD);
        memcpy(chunk + TRACE_RECORD, maker->chunks[i].records, TRACE_CHUNK - TRACE_RECORD);
    }
    return bytes;
}

static void clear(struct names *names)
{
    while (names->count > 0)
        free(names->texts[--names->count]);
}

unsigned char *trace_script_bytes(const char *script, size_t *count)
{
    struct maker *maker = must(calloc(1, sizeof *maker));
    char *copy = must(strdup(script)), *rest = copy, *line;
    unsigned char *bytes;

    maker->header = (struct trace_header){.magic = TRACE_MAGIC,
                                          .byte_order = TRACE_BYTE_ORDER,
                                          .version = TRACE_VERSION,
                                          .chunk_bytes = TRACE_CHUNK,
                                          .record_bytes = TRACE_RECORD};
    while ((line = strsep(&rest, "\n")) != NULL) {
        maker->line.number++;
        split(maker, line);
        make(maker);
    }
    bytes = bytes_of(maker, count);
    for (unsigned i = 0; i < maker->chunk_count; i++)
        free(maker->chunks[i].records);
    clear(&maker->strings);
    clear(&maker->places);
    clear(&maker->stacks);
    clear(&maker->classes);
    free(maker);
    free(copy);
    return bytes;
}

void trace_script_file(const char *path, const char *script)
{
    size_t count;
    unsigned char *bytes = trace_script_bytes(script, &count);
    FILE *file = fopen(path, "we");

    if (file == NULL || fwrite(bytes, 1, count, file) != count || fclose(file) != 0) {
        perror(path);
        abort();
    }
    free(bytes);
}
