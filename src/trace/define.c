/* SPDX-License-Identifier: MIT */
/*
 * Writes definitions.  Called by the recorder for what it meets for the first time; an event
 * may refer to a definition only after it is whole.
 */
#include "trace/define.h"

#include "base/hash.h"
#include "base/memory.h"
#include "locks/identity.h"
#include "report/place.h"
#include "report/script_place.h"
#include "trace/file.h"
#include "trace/numbers.h"

#include <stddef.h>
#include <string.h>

enum {
    HEAD = offsetof(struct trace_definition, string),
    TEXT = offsetof(struct trace_definition, string.text),
    FRAMES = offsetof(struct trace_definition, stack.places),
    LONGEST_TEXT = 8192
};

static struct {
    struct trace_chunk *chunk; /* that definitions go to */
    struct numbers strings, places, stacks, classes;
    uint32_t string_count, place_count, stack_count;
    bool full;
} defined;

/* ---- writing ---- */

bool define_is_full(void)
{
    return __atomic_load_n(&defined.full, __ATOMIC_RELAXED) &&
           !trace_chunk_is_free(TRACE_DEFINITIONS);
}

static char *room_for(unsigned records)
{
    bool more = defined.chunk == NULL || defined.chunk->used + records > TRACE_CHUNK_RECORDS;

    if (more && !define_is_full())
        defined.chunk = trace_chunk_take(TRACE_DEFINITIONS);
    else if (more)
        defined.chunk = NULL;
    __atomic_store_n(&defined.full, defined.chunk == NULL, __ATOMIC_RELAXED);
    return defined.chunk == NULL ? NULL : (char *)(defined.chunk + 1 + defined.chunk->used);
}

/*
 * The first `bytes` of a definition, and more bytes behind them.  `more` is set here.  False:
 * there is no room.
 */
static bool write_down(struct trace_definition *head, size_t bytes, const void *rest, size_t more)
{
    unsigned records = (unsigned)((bytes + more + TRACE_RECORD - 1) / TRACE_RECORD);
    char *room = room_for(records);

    if (room == NULL)
        return false;
    head->more = (uint16_t)(records - 1);
    memset(room, 0, (size_t)records * TRACE_RECORD);
    memcpy(room, head, bytes);
    if (more > 0)
        memcpy(room + bytes, rest, more);
    __atomic_store_n(&defined.chunk->used, defined.chunk->used + records, __ATOMIC_RELEASE);
    return true;
}

static bool write_record(struct trace_definition *definition)
{
    return write_down(definition, TRACE_RECORD, NULL, 0);
}

/* ---- strings ---- */

/* What is too long is cut, but not within a character. */
static size_t length_of(const char *text)
{
    size_t length = text == NULL ? 0 : strnlen(text, LONGEST_TEXT);

    if (length == LONGEST_TEXT)
        while (length > LONGEST_TEXT - 4 && (text[length] & 0xc0) == 0x80)
            length--;
    return length;
}

uint32_t define_string_known(const char *text)
{
    size_t length = length_of(text);

    return length == 0 ? 0 : numbers_get(&defined.strings, hash_bytes(text, length));
}

uint32_t define_string(const char *text)
{
    size_t length = length_of(text);
    uint64_t key = hash_bytes(text, length);
    uint32_t number = length == 0 ? 0 : numbers_get(&defined.strings, key);
    struct trace_definition definition = {.kind = TRACE_STRING};

    if (length == 0 || number != 0)
        return number;
    definition.number = defined.string_count + 1;
    definition.string.length = (uint32_t)length;
    if (!write_down(&definition, TEXT, text, length))
        return 0;
    numbers_add(&defined.strings, key, ++defined.string_count);
    return defined.string_count;
}

/* ---- places and stacks ---- */

uint32_t define_place_known(const void *place)
{
    return place == NULL ? 0 : numbers_get(&defined.places, (uintptr_t)place);
}

static void describe_code(struct trace_definition *definition, const void *address)
{
    const struct place place = {.address = address};
    struct place_found found;

    place_find(&place, &found);
    definition->place.function = define_string(found.symbol);
    definition->place.file = define_string(found.object);
    definition->place.offset = *found.object != '\0' ? found.offset : (uintptr_t)address;
    definition->place.into = (uint32_t)found.symbol_offset;
}

static void describe_line(struct trace_definition *definition, const struct script_place *line)
{
    definition->detail = 1;
    definition->place.function = define_string(line->function);
    definition->place.file = define_string(line->file);
    definition->place.line = line->line;
}

static uint32_t write_place(struct trace_definition *definition, uint64_t key)
{
    definition->kind = TRACE_PLACE;
    definition->number = defined.place_count + 1;
    if (!write_record(definition))
        return 0;
    numbers_add(&defined.places, key, ++defined.place_count);
    return defined.place_count;
}

uint32_t define_place(const void *place)
{
    uint32_t number = define_place_known(place);
    const struct script_place *line = script_place_at(place);
    struct trace_definition definition = {.kind = TRACE_PLACE};

    if (number != 0 || place == NULL)
        return number;
    if (line != NULL)
        describe_line(&definition, line);
    else
        describe_code(&definition, place);
    return write_place(&definition, (uintptr_t)place);
}

uint32_t define_stack(const void *const *places, unsigned count)
{
    uint32_t numbers[64] = {0};
    struct trace_definition definition = {.kind = TRACE_STACK};
    uint64_t key;

    if (count > sizeof numbers / sizeof numbers[0])
        count = sizeof numbers / sizeof numbers[0];
    for (unsigned i = 0; i < count; i++)
        numbers[i] = define_place(places[i]);
    key = hash_bytes(numbers, count * sizeof numbers[0]);
    definition.number = count == 0 ? 0 : numbers_get(&defined.stacks, key);
    if (count == 0 || definition.number != 0)
        return definition.number;
    definition.number = defined.stack_count + 1;
    definition.stack.count = count;
    if (!write_down(&definition, FRAMES, numbers, count * sizeof numbers[0]))
        return 0;
    numbers_add(&defined.stacks, key, ++defined.stack_count);
    return defined.stack_count;
}

/* ---- locks ---- */

bool define_class_known(uint32_t lock_class)
{
    return lock_class == 0 || numbers_get(&defined.classes, lock_class) != 0;
}

/* A static lock is its own place, which is data. */
static uint32_t place_of_class(const struct lock_class *class)
{
    const struct place place = {.address = class->address, .is_data = true};
    struct trace_definition definition = {.kind = TRACE_PLACE};
    struct place_found found;

    if (class->origin != ORIGIN_STATIC)
        return define_place(class->address);
    place_find(&place, &found);
    definition.place.function = define_string(found.symbol);
    definition.place.file = define_string(found.object);
    definition.place.offset = found.offset;
    definition.place.into = (uint32_t)found.symbol_offset;
    return write_place(&definition, (uintptr_t) class->address);
}

void define_class(uint32_t lock_class)
{
    const struct lock_class class = class_at(lock_class);
    struct trace_definition definition = {
        .kind = TRACE_CLASS, .number = lock_class, .detail = (uint8_t) class.origin};

    if (define_class_known(lock_class))
        return;
    definition.lock_class.place = place_of_class(&class);
    definition.lock_class.traits = class.traits;
    if (write_record(&definition))
        numbers_add(&defined.classes, lock_class, 1);
}

void define_lock_name(const void *address, uint32_t lock_class, const char *name)
{
    struct trace_definition definition = {
        .kind = TRACE_LOCK, .number = lock_class, .lock = {.address = (uintptr_t)address}};

    definition.lock.name = define_string(name);
    write_record(&definition);
}

/* ---- threads, modules, statements, the process ---- */

void define_thread(uint32_t number, const struct trace_definition *thread)
{
    struct trace_definition definition = *thread;

    definition.kind = TRACE_THREAD;
    definition.number = number;
    write_down(&definition, sizeof definition, NULL, 0);
}

void define_module(const char *name, enum trace_found found, const char *origin, const char *loader,
                   uint64_t bytes)
{
    struct trace_definition definition = {.kind = TRACE_MODULE, .detail = (uint8_t)found};

    definition.number = define_string(name);
    definition.module.origin = define_string(origin);
    definition.module.loader = define_string(loader);
    definition.module.bytes = bytes;
    write_record(&definition);
}

/* A line of a script that no thread is at has no place yet. */
static uint32_t define_line(const char *file, unsigned line)
{
    struct trace_definition definition = {.detail = 1};

    if (*file == '\0')
        return 0;
    definition.place.file = define_string(file);
    definition.place.line = line;
    uint64_t key = hash_mix(definition.place.file, line) | 1;
    uint32_t number = numbers_get(&defined.places, key);
    return number != 0 ? number : write_place(&definition, key);
}

void define_statement(uint64_t count, const char *importer, const char *imported, const char *file,
                      unsigned line)
{
    struct trace_definition definition = {.kind = TRACE_STATEMENT};

    definition.statement.count = count;
    definition.statement.importer = define_string(importer);
    definition.statement.imported = define_string(imported);
    definition.statement.place = define_line(file, line);
    write_record(&definition);
}

bool define_use(const struct trace_use *use)
{
    struct trace_definition definition = {.kind = TRACE_USE, .detail = use->detail};

    definition.number = define_string(use->module);
    definition.use.time = use->time;
    definition.use.attribute = define_string(use->attribute);
    definition.use.place = define_place(use->place);
    definition.use.thread = use->thread;
    return definition.number != 0 && write_record(&definition);
}

void define_process(const char *command, const char *program, const char *python)
{
    struct trace_definition definition = {.kind = TRACE_PROCESS};

    definition.process.command = define_string(command);
    definition.process.program = define_string(program);
    definition.process.python = define_string(python);
    write_record(&definition);
}

void define_forget(void)
{
    numbers_clear(&defined.strings);
    numbers_clear(&defined.places);
    numbers_clear(&defined.stacks);
    numbers_clear(&defined.classes);
    defined.chunk = NULL;
    defined.full = false;
    /* What was interrupted may have numbers still: nothing else shall get them. */
    if (!memory_is_kept())
        defined.string_count = defined.place_count = defined.stack_count = 0;
}
