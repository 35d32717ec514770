/* SPDX-License-Identifier: MIT */
/* Findings as programs read them. */
#include "report/finding_json.h"

#include "a_finding.h"
#include "report/fingerprint.h"
#include "unit.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static char bytes[1 << 14];
static const struct who who = {
    .pid = 10, .tid = 11, .process = "app", .executable = "/bin/app", .thread = "first"};

static const char *json(const struct finding *finding, struct finding_extent extent)
{
    struct text text = text_in(bytes, sizeof bytes);
    struct view view;

    view_init(&view, finding);
    finding_json(&text, &view, &who, &extent);
    return bytes;
}

static uint64_t fingerprint_of(const struct finding *finding)
{
    struct view view;

    view_init(&view, finding);
    return fingerprint(&view);
}

#define HEAD                                                                                       \
    "{\"version\":1,\"rule\":\"lock-order\",\"level\":\"error\","                                  \
    "\"sentence\":\"M1 and M2 are acquired in both orders\",\"fingerprint\":\"0000000000000000\"," \
    "\"process\":{\"pid\":10,\"name\":\"app\",\"executable\":\"/bin/"                              \
    "app\"},\"thread\":{\"tid\":11,\"name\":\"first\"},"                                           \
    "\"locks\":["                                                                                  \
    "{\"label\":\"M1\",\"kind\":\"mutex\",\"address\":\"0x1000\",\"name\":\"queue\","              \
    "\"origin\":\"initialised\",\"created\":{\"text\":\"queue.c:12\"}},"                           \
    "{\"label\":\"M2\",\"kind\":\"rwlock\",\"address\":\"0x2000\",\"origin\":\"static\","          \
    "\"created\":{\"address\":\"0x30\"}}],"

#define FIRST                                                                            \
    "{\"thread\":{\"tid\":11,\"name\":\"first\"},\"verb\":\"acquires\",\"lock\":\"M1\"," \
    "\"mode\":\"write\",\"held\":[{\"lock\":\"M2\",\"mode\":\"read\","                   \
    "\"at\":{\"text\":\"f.c:3\"}}],\"held_count\":1,"

/* Compares bytes with the fingerprint left out of them. */
static void assert_json(const char *expected)
{
    char digits[17], *found = strstr(bytes, "\"fingerprint\":\"");

    assert_non_null(found);
    snprintf(digits, sizeof digits, "%016llx", (unsigned long long)fingerprint_of(&an_inversion));
    found = strchr(found, ':') + 2;
    assert_memory_equal(found, digits, 16);
    memset(found, '0', 16);
    assert_string_equal(bytes, expected);
}

static void whole(void **state)
{
    (void)state;
    json(&an_inversion, (struct finding_extent){UINT_MAX, UINT_MAX, true});
    assert_json(HEAD "\"steps\":[" FIRST
                     "\"stack\":[{\"address\":\"0x10\"},{\"address\":\"0x20\"}]},"
                     "{\"thread\":{\"tid\":12,\"name\":\"second\"},\"verb\":\"acquired\","
                     "\"lock\":\"M2\",\"mode\":\"read\",\"held\":[{\"lock\":\"M1\","
                     "\"mode\":\"write\",\"at\":{\"text\":\"g.c:4\"}}],\"held_count\":1,"
                     "\"stack\":[{\"address\":\"0x10\"}]}],"
                     "\"details\":\"one\\ntwo\"}\n");
}

static void part(void **state)
{
    (void)state;
    json(&an_inversion, (struct finding_extent){1, 1, false});
    assert_json(HEAD "\"steps\":[" FIRST
                     "\"stack\":[{\"address\":\"0x10\"}],\"frames_left_out\":1}],"
                     "\"steps_left_out\":1}\n");
}

static void frames_of_objects(void **state)
{
    const void *frame = (const char *)(uintptr_t)_cmocka_run_group_tests + 2;
    const struct finding_step step = {
        .verb = "releases", .lock = -1, .frames = &frame, .frame_count = 1};

    (void)state;
    json(&(struct finding){.rule = "bad-unlock",
                           .level = LEVEL_ERROR,
                           .sentence = "x",
                           .steps = &step,
                           .step_count = 1},
         (struct finding_extent){1, 1, true});
    const char *object = strstr(bytes, "\"object\":\"");
    assert_non_null(object);
    assert_non_null(strstr(object, "libcmocka"));
    assert_non_null(strstr(object, "\"offset\":\"0x"));
    assert_non_null(
        strstr(object, "\"function\":\"_cmocka_run_group_tests\",\"function_offset\":\"0x2\"}]"));
}

static void fingerprints(void **state)
{
    struct finding other = an_inversion;
    struct finding_step turned[] = {an_inversion.steps[1], an_inversion.steps[0]};
    struct finding_lock locks[] = {an_inversion.locks[0], an_inversion.locks[1]};

    (void)state;
    uint64_t number = fingerprint_of(&an_inversion);
    other.steps = turned;
    other.sentence = "M2 and M1";
    turned[0].thread.tid = 99;
    assert_int_equal(fingerprint_of(&other), number);
    other.locks = locks;
    locks[0].address = (void *)0x5000;
    assert_int_equal(fingerprint_of(&other), number);
    locks[0].created.text = "elsewhere.c:1";
    assert_int_not_equal(fingerprint_of(&other), number);
    other.locks = an_inversion.locks;
    other.rule = "deadlock";
    assert_int_not_equal(fingerprint_of(&other), number);
}

static void fingerprints_of_texts(void **state)
{
    const struct finding one = {.rule = "hook-failed", .sentence = "x", .places = 1};
    const struct finding two = {.rule = "hook-failed", .sentence = "x", .places = 2};

    (void)state;
    assert_int_not_equal(fingerprint_of(&one), fingerprint_of(&two));
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE("a finding is one object on one line", whole),
        CASE("what is left out is counted", part),
        CASE("a frame has its object, offset and function", frames_of_objects),
        CASE("a fingerprint knows no address, thread or order of steps, but rule and places",
             fingerprints),
        CASE("findings without locks have the fingerprint of their places", fingerprints_of_texts),
    };

    return RUN_CASES(cases);
}
