/* SPDX-License-Identifier: MIT */
/* Keeps each finding once, by its fingerprint.  Called for each line of the files. */
#include "report/collection.h"

#include "report/sources.h"

#include <search.h>
#include <stdlib.h>

static int compare(const void *one, const void *other)
{
    uint64_t left = ((const struct record *)one)->number;
    uint64_t right = ((const struct record *)other)->number;

    return (left > right) - (left < right);
}

static struct record *known(const struct collection *collection, uint64_t number)
{
    struct record key = {.number = number};
    struct record **found = tfind(&key, &collection->by_number, compare);

    return found ? *found : NULL;
}

static void keep(struct collection *collection, struct record *record)
{
    if (collection->count == collection->room) {
        collection->room = collection->room > 0 ? collection->room * 2 : 64;
        collection->records =
            reallocarray(collection->records, collection->room, sizeof *collection->records);
    }
    if (!collection->records || !tsearch(record, &collection->by_number, compare))
        no_memory();
    collection->records[collection->count++] = record;
}

/* Takes the reference. */
static void add_new(struct collection *collection, struct members *members, json_t *json)
{
    struct record *record = malloc(sizeof *record);

    if (!record)
        no_memory();
    if (collection->symbols)
        sources_add(json, collection->symbols);
    record_clean(json);
    record_read(record, members, json);
    if (!*members->expected) {
        keep(collection, record);
    } else {
        record_clear(record);
        free(record);
    }
}

static void add_again(struct record *record, struct members *members, json_t *json)
{
    struct record again;

    record_clean(json);
    record_read(&again, members, json);
    if (!*members->expected && again.count <= UINT32_MAX - record->count)
        record->count += again.count;
    record_clear(&again);
}

static json_t *parse(struct members *members, const char *line, size_t count)
{
    json_error_t error;
    json_t *json = json_loadb(line, count, JSON_REJECT_DUPLICATES, &error);

    if (!json && json_error_code(&error) == json_error_premature_end_of_input)
        member_expect(members, "a finding as one JSON object, but the line ends before it does");
    else if (!json)
        member_expect(members, "a finding as one JSON object, but column %d is no JSON",
                      error.column);
    else if (!json_is_object(json))
        member_expect(members, "a finding as one JSON object, but there is something else");
    return json;
}

void collection_add_json(struct collection *collection, struct members *members, json_t *json)
{
    uint64_t number = *members->expected ? 0 : record_number(members, json);
    struct record *record = known(collection, number);

    if (*members->expected)
        json_decref(json);
    else if (record)
        add_again(record, members, json);
    else
        add_new(collection, members, json);
}

void collection_add(struct collection *collection, struct members *members, const char *line,
                    size_t count)
{
    collection_add_json(collection, members, parse(members, line, count));
}

static void drop(struct collection *collection, struct record *record)
{
    tdelete(record, &collection->by_number, compare);
    record_clear(record);
    free(record);
}

size_t collection_drop(struct collection *collection, size_t first,
                       bool (*is_meant)(void *argument, const struct record *record),
                       void *argument)
{
    size_t before = collection->count, kept = first;

    for (size_t i = first; i < before; i++) {
        if (is_meant(argument, collection->records[i]))
            drop(collection, collection->records[i]);
        else
            collection->records[kept++] = collection->records[i];
    }
    collection->count = kept;
    return before - kept;
}

unsigned long collection_new(const struct collection *collection, enum level level)
{
    unsigned long count = 0;

    for (size_t i = 0; i < collection->count; i++)
        count += collection->records[i]->finding.level == level && !collection->records[i]->known;
    return count;
}

unsigned long collection_known(const struct collection *collection)
{
    unsigned long count = 0;

    for (size_t i = 0; i < collection->count; i++)
        count += collection->records[i]->known;
    return count;
}

static void forget(void *record)
{
    (void)record; /* the list has it, too */
}

void collection_clear(struct collection *collection)
{
    tdestroy(collection->by_number, forget);
    for (size_t i = 0; i < collection->count; i++) {
        record_clear(collection->records[i]);
        free(collection->records[i]);
    }
    free(collection->records);
    *collection = (struct collection){0};
}
