/* SPDX-License-Identifier: MIT */
/*
 * SARIF 2.1.0, as code scanning services and editors read it.  A finding is a result; each of its
 * steps, of an inversion each edge, is a code flow, and its stack a stack.
 */
#include <config.h>

#include "report/format.h"
#include "report/identity.h"
#include "report/location.h"
#include "report/sarif_parts.h"
#include "report/words.h"

#include <stdlib.h>
#include <string.h>

#define SCHEMA \
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

/* A record while its result is made: the same steps once as data, once as JSON. */
struct result {
    const struct finding *finding;
    const json_t *json;
    struct pool pool;
};

static const json_t *json_step(const struct result *result, size_t i)
{
    return json_array_get(json_object_get(result->json, "steps"), i);
}

/* --------------------------------------------------------------------------- code flows */

static json_t *flow_location(const json_t *place, const char *message)
{
    return json_pack("{s:o,s:[ss]}", "location", sarif_location(place, message), "kinds", "acquire",
                     "lock");
}

/* What it held, in the order in which it is told, and what it wants. */
static json_t *flow_locations(struct result *result, size_t i)
{
    const struct finding_step *step = &result->finding->steps[i];
    const json_t *held = json_object_get(json_step(result, i), "held");
    const json_t *stack = json_object_get(json_step(result, i), "stack");
    json_t *locations = json_array();

    for (unsigned j = 0; j < step->held_count; j++)
        json_array_append_new(
            locations,
            flow_location(json_object_get(json_array_get(held, j), "at"),
                          pool_print(&result->pool, "M%u was taken%s here", step->held[j].lock + 1,
                                     step->held[j].read ? " for reading" : "")));
    json_array_append_new(locations,
                          flow_location(location_frame(stack), step_in_words(&result->pool, step)));
    return locations;
}

static json_t *code_flow(struct result *result, size_t i)
{
    const struct finding_step *step = &result->finding->steps[i];

    return json_pack("{s:o,s:[{s:s,s:o}]}", "message",
                     sarif_message(step_in_words(&result->pool, step)), "threadFlows", "id",
                     thread_in_words(&result->pool, &step->thread), "locations",
                     flow_locations(result, i));
}

/* ------------------------------------------------------------------------------- stacks */

static json_t *stack_frame(const json_t *place)
{
    const char *object = json_string_value(json_object_get(place, "object"));
    const char *slash = object ? strrchr(object, '/') : NULL;

    return json_pack("{s:o,s:s*}", "location", sarif_location(place, NULL), "module",
                     slash ? slash + 1 : object);
}

static json_t *stack(struct result *result, size_t i)
{
    const json_t *place;
    json_t *frames = json_array();
    size_t j;

    json_array_foreach(json_object_get(json_step(result, i), "stack"), j, place)
        json_array_append_new(frames, stack_frame(place));
    return json_pack("{s:o,s:o}", "message",
                     sarif_message(step_in_words(&result->pool, &result->finding->steps[i])),
                     "frames", frames);
}

static json_t *each_step(struct result *result, json_t *(*make)(struct result *, size_t))
{
    json_t *array = json_array();

    for (unsigned i = 0; i < result->finding->step_count; i++)
        json_array_append_new(array, make(result, i));
    return array;
}

/* ------------------------------------------------------------------------------ results */

/* Where each lock was made. */
static json_t *related_locations(struct result *result)
{
    const json_t *lock;
    json_t *array = json_array();
    size_t i;

    json_array_foreach(json_object_get(result->json, "locks"), i, lock) {
        const char *label = json_string_value(json_object_get(lock, "label"));
        unsigned number = (unsigned)strtoul(label + 1, NULL, 10) - 1;
        json_t *location = sarif_location(json_object_get(lock, "created"),
                                          lock_in_words(&result->pool, result->finding, number));

        json_object_set_new(location, "id", json_integer((json_int_t)i + 1));
        json_array_append_new(array, location);
    }
    return array;
}

/* One at most: the line that a reader is sent to. */
static json_t *locations(const struct result *result)
{
    const json_t *step = json_step(result, 0);
    const json_t *place = location_frame(json_object_get(step, "stack"));
    struct location found = location_of_place(place);

    if (!found.file)
        place = json_object_get(json_array_get(json_object_get(step, "held"), 0), "at");
    if (!place)
        place = json_array_get(json_object_get(step, "stack"), 0);
    return place ? json_pack("[o]", sarif_location(place, NULL)) : json_array();
}

/* The sentence, and what its M1 and M2 are. */
static json_t *message(struct result *result)
{
    const char *text = result->finding->sentence;
    const json_t *lock;
    size_t i;

    json_array_foreach(json_object_get(result->json, "locks"), i, lock) {
        const char *label = json_string_value(json_object_get(lock, "label"));
        unsigned number = (unsigned)strtoul(label + 1, NULL, 10) - 1;

        text = pool_print(&result->pool, "%s\n%s", text,
                          lock_in_words(&result->pool, result->finding, number));
    }
    return sarif_message(text);
}

static json_t *fingerprints(const struct record *record)
{
    char places[IDENTITY_BYTES], names[IDENTITY_BYTES];

    identity_print(record->number, places);
    identity_print(identity_of(record), names);
    return json_pack("{s:s,s:s}", "pihookPlaces/v1", places, "pihookNames/v1", names);
}

/* Whose it is: what is not known is left out. */
static json_t *properties(const struct record *record)
{
    const struct who *who = &record->who;

    return json_pack("{s:s,s:s*,s:s*}", "process", who->process, "command",
                     *who->command ? who->command : NULL, "test", *who->test ? who->test : NULL);
}

static json_t *result_object(const struct record *record)
{
    struct result result = {.finding = &record->finding, .json = record->json};
    int index = sarif_rule_index(record->finding.rule);
    json_t *object = json_pack("{s:s,s:s,s:o}", "ruleId", record->finding.rule, "level",
                               record->finding.level == LEVEL_ERROR ? "error" : "warning",
                               "message", message(&result));

    if (index >= 0)
        json_object_set_new(object, "ruleIndex", json_integer(index));
    json_object_set_new(object, "locations", locations(&result));
    json_object_set_new(object, "relatedLocations", related_locations(&result));
    json_object_set_new(object, "codeFlows", each_step(&result, code_flow));
    json_object_set_new(object, "stacks", each_step(&result, stack));
    json_object_set_new(object, "partialFingerprints", fingerprints(record));
    json_object_set_new(object, "occurrenceCount", json_integer(record->count));
    json_object_set_new(object, "properties", properties(record));
    pool_clear(&result.pool);
    return object;
}

static json_t *result_compared(const struct collection *all, const struct record *record)
{
    json_t *object = result_object(record);

    if (all->compared)
        json_object_set_new(object, "baselineState",
                            json_string(record->known ? "unchanged" : "new"));
    return object;
}

/* -------------------------------------------------------------------------------- whole */

static json_t *results(const struct collection *all)
{
    json_t *array = json_array();

    for (size_t i = 0; i < all->count; i++)
        json_array_append_new(array, result_compared(all, all->records[i]));
    return array;
}

/* Of GitHub Actions, the job: the results of another one don't replace these. */
static json_t *automation(void)
{
    const char *job = getenv("GITHUB_JOB");

    return job && *job ? json_pack("{s:s++}", "id", "pihook/", job, "/") : NULL;
}

static json_t *run(const struct collection *all)
{
    json_t *driver = json_pack("{s:s,s:s,s:s,s:o}", "name", "pihook", "version", PACKAGE_VERSION,
                               "semanticVersion", PACKAGE_VERSION, "rules", sarif_rules());

    return json_pack("{s:{s:o},s:o*,s:o*,s:s,s:o}", "tool", "driver", driver, "automationDetails",
                     automation(), "originalUriBaseIds", sarif_bases(), "columnKind",
                     "unicodeCodePoints", "results", results(all));
}

static void end(FILE *out, const struct collection *all, const struct report_style *style)
{
    json_t *log =
        json_pack("{s:s,s:s,s:[o]}", "$schema", SCHEMA, "version", "2.1.0", "runs", run(all));

    (void)style;
    if (!log)
        no_memory();
    json_dumpf(log, out, JSON_INDENT(1)); /* the error of `out` tells */
    putc('\n', out);
    json_decref(log);
}

const struct report_format format_sarif = {
    .name = "sarif",
    .meaning = "SARIF 2.1.0, for code scanning services and editors",
    .end = end,
};
