/* SPDX-License-Identifier: MIT */
/*
 * JSON to findings.  Called for each line of a findings file; whatever it says, what comes
 * out can be given to the rooms of the library, which trust their callers.
 */
#include "report/record.h"

#include "report/location.h"
#include "report/place_words.h"
#include "report/source_line.h"
#include "report/view.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { SCHEMA_VERSION = 1, FINGERPRINT_DIGITS = 16, COUNT_MOST = 1000000000 };

struct reading {
    struct record *record;
    struct members *members;
    unsigned labels_most;
};

static void *take(const struct reading *reading, size_t count, size_t size)
{
    return pool_take(&reading->record->pool, count, size);
}

static const char *words(const struct reading *reading, const json_t *object, const char *key)
{
    return place_words(&reading->record->pool, reading->members,
                       member_object(reading->members, object, key, false));
}

static bool is_object(const struct reading *reading, const json_t *item, const char *array)
{
    if (!json_is_object(item))
        member_expect(reading->members, "only objects in \"%s\"", array);
    return json_is_object(item);
}

/* ------------------------------------------------------------------------------ locks */

/* The index of the lock "M1" is 0. */
static unsigned label_index(const struct reading *reading, const json_t *object, const char *key)
{
    const char *label = member_string(reading->members, object, key, true);
    size_t digits = *label == 'M' ? strspn(label + 1, "0123456789") : 0;
    unsigned long number = digits > 0 && digits < 8 ? strtoul(label + 1, NULL, 10) : 0;

    if (number < 1 || number > reading->labels_most || label[1 + digits]) {
        member_expect(reading->members, "member \"%s\" to be from \"M1\" to \"M%u\"", key,
                      reading->labels_most);
        return 0;
    }
    return (unsigned)number - 1;
}

static void read_lock(const struct reading *reading, const json_t *json, struct finding_lock *lock)
{
    uint64_t address;

    lock->kind = member_string(reading->members, json, "kind", true);
    member_hex(reading->members, json, "address", &address);
    lock->address = (const void *)(uintptr_t)address;
    lock->name = member_string(reading->members, json, "name", false);
    lock->assigned = member_string(reading->members, json, "assigned", false);
    lock->origin = member_string(reading->members, json, "origin", false);
    lock->created.text = words(reading, json, "created");
    lock->created.is_data = json_object_get(json_object_get(json, "created"), "variable") != NULL ||
                            !strcmp(lock->origin, "static");
}

/* Locks keep their labels, which the sentence names; those left out have no more than that. */
static struct finding_lock *new_locks(const struct reading *reading, unsigned count)
{
    struct finding_lock *locks = take(reading, count, sizeof *locks);

    for (unsigned i = 0; i < count; i++)
        locks[i] = (struct finding_lock){.kind = "lock", .name = "", .assigned = "", .origin = ""};
    return locks;
}

/* The library leaves no lock out behind its first VIEW_LOCKS_MAX. */
static unsigned labels_most(const json_t *json)
{
    return VIEW_LOCKS_MAX + (unsigned)json_array_size(json_object_get(json, "locks"));
}

static void read_locks(const struct reading *reading, const json_t *json)
{
    json_t *array = member_array(reading->members, json, "locks", true), *item;
    struct finding *finding = &reading->record->finding;
    struct finding_lock *locks;
    size_t i;

    json_array_foreach(array, i, item) {
        unsigned index = label_index(reading, item, "label");

        if (index >= finding->lock_count)
            finding->lock_count = index + 1;
    }
    locks = new_locks(reading, finding->lock_count);
    json_array_foreach(array, i, item)
        if (is_object(reading, item, "locks"))
            read_lock(reading, item, &locks[label_index(reading, item, "label")]);
    finding->locks = locks;
}

static unsigned lock_index(const struct reading *reading, const json_t *object)
{
    unsigned index = label_index(reading, object, "lock");

    if (index >= reading->record->finding.lock_count)
        member_expect(reading->members, "member \"lock\" to be the label of one of the locks");
    return index;
}

static bool is_read(const struct reading *reading, const json_t *object)
{
    return !strcmp(member_string(reading->members, object, "mode", false), "read");
}

/* ------------------------------------------------------------------------------ steps */

static struct finding_thread thread_of(const struct reading *reading, const json_t *json)
{
    const json_t *thread = member_object(reading->members, json, "thread", true);

    return (struct finding_thread){
        .tid = (pid_t)member_number(reading->members, thread, "tid", INT_MAX, true),
        .name = member_string(reading->members, thread, "name", false),
    };
}

static void read_held(const struct reading *reading, const json_t *json, struct finding_step *step)
{
    json_t *array = member_array(reading->members, json, "held", false), *item;
    struct finding_held *held = take(reading, json_array_size(array), sizeof *held);
    unsigned all = member_number(reading->members, json, "held_count", COUNT_MOST, false);
    size_t i;

    json_array_foreach(array, i, item) {
        if (!is_object(reading, item, "held"))
            return;
        held[i] = (struct finding_held){
            .lock = lock_index(reading, item),
            .read = is_read(reading, item),
            .at.text = words(reading, item, "at"),
        };
    }
    step->held = held;
    step->held_count = (unsigned)json_array_size(array);
    step->held_left_out = all > step->held_count ? all - step->held_count : 0;
}

/* What a good compiler does: the line itself, below the place that people look at first. */
static const char *quoted(const struct reading *reading, const json_t *frame, const char *words)
{
    struct pool *pool = &reading->record->pool;
    const struct location location = location_of_place(frame);
    const char *line = source_line(pool, &location);

    return line ? pool_print(pool, "%s\n            %s", words, line) : words;
}

static void read_stack(const struct reading *reading, const json_t *json, struct finding_step *step)
{
    json_t *array = member_array(reading->members, json, "stack", false), *item;
    const char **texts = take(reading, json_array_size(array), sizeof *texts);
    const json_t *shown = location_frame(array);
    size_t i;

    json_array_foreach(array, i, item) {
        if (!is_object(reading, item, "stack"))
            return;
        texts[i] = frame_words(&reading->record->pool, reading->members, item);
        if (item == shown)
            texts[i] = quoted(reading, item, texts[i]);
    }
    step->frame_texts = texts;
    step->frame_count = (unsigned)json_array_size(array);
    step->frames_left_out =
        member_number(reading->members, json, "frames_left_out", COUNT_MOST, false);
}

static void read_step(const struct reading *reading, const json_t *json, struct finding_step *step)
{
    step->thread = thread_of(reading, json);
    step->verb = member_string(reading->members, json, "verb", true);
    step->lock = json_object_get(json, "lock") ? (int)lock_index(reading, json) : -1;
    step->read = is_read(reading, json);
    step->note = member_string(reading->members, json, "note", false);
    read_held(reading, json, step);
    read_stack(reading, json, step);
}

static void read_steps(const struct reading *reading, const json_t *json)
{
    json_t *array = member_array(reading->members, json, "steps", true), *item;
    struct finding_step *steps = take(reading, json_array_size(array), sizeof *steps);
    size_t i;

    json_array_foreach(array, i, item) {
        if (!is_object(reading, item, "steps"))
            return;
        read_step(reading, item, &steps[i]);
    }
    reading->record->finding.steps = steps;
    reading->record->finding.step_count = (unsigned)json_array_size(array);
}

/* ------------------------------------------------------------------------- the finding */

static void read_who(const struct reading *reading, const json_t *json)
{
    json_t *process = member_object(reading->members, json, "process", true);
    struct finding_thread thread = thread_of(reading, json);
    struct who *who = &reading->record->who;

    who->pid = (pid_t)member_number(reading->members, process, "pid", INT_MAX, true);
    who->process = member_string(reading->members, process, "name", false);
    who->executable = member_string(reading->members, process, "executable", false);
    who->command = member_string(reading->members, process, "command", false);
    who->test = member_string(reading->members, process, "test", false);
    who->tid = thread.tid;
    strncpy(who->thread, thread.name, sizeof who->thread - 1);
}

static enum level level_of(const struct reading *reading, const json_t *json)
{
    const char *level = member_string(reading->members, json, "level", true);

    if (!strcmp(level, "error"))
        return LEVEL_ERROR;
    if (strcmp(level, "warning") != 0)
        member_expect(reading->members, "member \"level\" to be \"warning\" or \"error\"");
    return LEVEL_WARNING;
}

/* The details, and below them what the file has not. */
static const char *details_of(const struct reading *reading, const json_t *json)
{
    const char *details = member_string(reading->members, json, "details", false);
    unsigned steps = member_number(reading->members, json, "steps_left_out", COUNT_MOST, false);
    size_t length = strlen(details);

    if (steps == 0)
        return details;
    return pool_print(&reading->record->pool, "%s%sand %u more step%s of other threads", details,
                      length > 0 && details[length - 1] != '\n' ? "\n" : "", steps,
                      steps == 1 ? "" : "s");
}

uint64_t record_number(struct members *members, const json_t *json)
{
    unsigned version = member_number(members, json, "version", INT_MAX, true);
    const char *digits = member_string(members, json, "fingerprint", true);

    if (version != SCHEMA_VERSION)
        member_expect(members, "a finding of version %u, but its version is %u", SCHEMA_VERSION,
                      version);
    if (strlen(digits) != FINGERPRINT_DIGITS ||
        strspn(digits, "0123456789abcdef") != FINGERPRINT_DIGITS)
        member_expect(members, "member \"fingerprint\" to be %u hexadecimal digits",
                      FINGERPRINT_DIGITS);
    return strtoull(digits, NULL, 16);
}

void record_read(struct record *record, struct members *members, json_t *json)
{
    const struct reading reading = {record, members, labels_most(json)};
    struct finding *finding = &record->finding;

    *record = (struct record){.json = json, .number = record_number(members, json)};
    record->count = member_number(members, json, "count", COUNT_MOST, false);
    if (record->count == 0)
        record->count = 1;
    finding->rule = member_string(members, json, "rule", true);
    finding->level = level_of(&reading, json);
    finding->sentence = member_string(members, json, "sentence", true);
    read_who(&reading, json);
    read_locks(&reading, json);
    read_steps(&reading, json);
    finding->details = details_of(&reading, json);
}

void record_clear(struct record *record)
{
    json_decref(record->json);
    pool_clear(&record->pool);
}

/* --------------------------------------------------------------------------- cleaning */

/* Length of the control character that the string begins with; 0 for none. */
static size_t control(const char *string, bool lines)
{
    unsigned char first = (unsigned char)string[0], second = (unsigned char)string[1];

    if (lines && (first == '\n' || first == '\t'))
        return 0;
    if (first == 0xc2 && second >= 0x80 && second < 0xa0) /* of 8 bits, in UTF-8 */
        return 2;
    return first < ' ' || first == 0x7f;
}

static void clean_string(json_t *string, bool lines)
{
    const char *old = json_string_value(string);
    char *bytes = strdup(old), *to = bytes;
    bool changed = false;

    if (!bytes)
        no_memory();
    for (const char *from = bytes; *from; to++) {
        size_t count = control(from, lines);

        *to = count > 0 ? '?' : *from;
        from += count > 0 ? count : 1;
        changed = changed || count > 0;
    }
    *to = '\0';
    if (changed && json_string_set(string, bytes) != 0)
        no_memory();
    free(bytes);
}

static bool is_clean(const char *key)
{
    for (; *key; key++)
        if (control(key, false) > 0)
            return false;
    return true;
}

void record_clean(json_t *json)
{
    const char *key;
    json_t *item;
    void *next;
    size_t i;

    if (json_is_string(json))
        clean_string(json, false);
    json_array_foreach(json, i, item)
        record_clean(item);
    json_object_foreach_safe(json, next, key, item)
        if (!is_clean(key))
            json_object_del(json, key);
        else if (json_is_string(item))
            clean_string(item, strcmp(key, "details") == 0);
        else
            record_clean(item);
}
