/* SPDX-License-Identifier: MIT */
/*
 * Called for each finding that others compare with those of other runs.  It follows
 * src/report/fingerprint.c, with names in the place of offsets.
 */
#include "report/identity.h"

#include "report/location.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *string_of(const json_t *object, const char *key)
{
    const char *string = json_string_value(json_object_get(object, key));

    return string ? string : "";
}

static const char *without_folder(const char *file)
{
    const char *slash = strrchr(file, '/');

    return slash ? slash + 1 : file;
}

/* A compiler's copy of a function, as `f.part.0` or `f.cold`, is the function. */
static uint64_t mix_function(uint64_t number, const char *function, bool compiled)
{
    char name[512];
    size_t length = strcspn(function, compiled ? "." : "");

    snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name),
             function);
    return finding_mix(number, name);
}

static uint64_t mix_place(uint64_t number, const json_t *place)
{
    struct location location = location_of_place(place);
    const char *object = without_folder(string_of(place, "object"));

    if (location.function)
        number = mix_function(number, location.function, *object != '\0');
    if (location.function && location_is_file(&location))
        return finding_mix(number, without_folder(location.file));
    if (location.function)
        return finding_mix(number, object);
    if (*object)
        return finding_mix(finding_mix(number, object), string_of(place, "offset"));
    return finding_mix(number, string_of(place, "text"));
}

static const json_t *lock_of(const json_t *finding, const char *label)
{
    const json_t *lock;
    size_t i;

    json_array_foreach(json_object_get(finding, "locks"), i, lock)
        if (strcmp(string_of(lock, "label"), label) == 0)
            return lock;
    return NULL;
}

static uint64_t mix_lock(uint64_t number, const json_t *lock)
{
    number = finding_mix(finding_mix(number, string_of(lock, "kind")), string_of(lock, "name"));
    return mix_place(number, json_object_get(lock, "created"));
}

static uint64_t of_step(const json_t *finding, const json_t *step)
{
    const json_t *held = json_array_get(json_object_get(step, "held"), 0);
    uint64_t number = mix_lock(0, lock_of(finding, string_of(step, "lock")));

    if (held) {
        number = mix_lock(number, lock_of(finding, string_of(held, "lock")));
        number = mix_place(number, json_object_get(held, "at"));
    }
    return mix_place(number, location_frame(json_object_get(step, "stack")));
}

uint64_t identity_of(const struct record *record)
{
    const json_t *locks = json_object_get(record->json, "locks"), *item;
    const json_t *array = json_object_get(record->json, "steps");
    uint64_t steps = 0, number = finding_mix(0, record->finding.rule);
    size_t i;

    if (json_array_size(array) == 0 && json_array_size(locks) == 0)
        return record->number;
    if (json_array_size(array) == 0)
        json_array_foreach(locks, i, item)
            number = mix_lock(number, item);
    json_array_foreach(array, i, item)
        steps += of_step(record->json, item); /* a sum knows no order */
    return finding_mix(number ^ steps, "");
}

void identity_print(uint64_t identity, char digits[IDENTITY_BYTES])
{
    snprintf(digits, IDENTITY_BYTES, "%016" PRIx64, identity);
}
