/* SPDX-License-Identifier: MIT */
/* A finding with all that one can have.  Linked to the tests that render it. */
#include "a_finding.h"

static const struct finding_lock LOCKS[] = {
    {.kind = "mutex",
     .address = (const void *)0x1000,
     .name = "queue",
     .origin = "initialised",
     .created = {.text = "queue.c:12"}},
    {.kind = "rwlock",
     .address = (const void *)0x2000,
     .name = "",
     .origin = "static",
     .created = {.address = (const void *)0x30, .is_data = true}},
};
static const struct finding_held FIRST_HOLDS[] = {
    {.lock = 1, .read = true, .at = {.text = "f.c:3"}}};
static const struct finding_held SECOND_HOLDS[] = {{.lock = 0, .at = {.text = "g.c:4"}}};
static const void *const FRAMES[] = {(const void *)0x10, (const void *)0x20};
static const struct finding_step STEPS[] = {
    {.thread = {11, "first"},
     .verb = "acquires",
     .lock = 0,
     .held = FIRST_HOLDS,
     .held_count = 1,
     .frames = FRAMES,
     .frame_count = 2},
    {.thread = {12, "second"},
     .verb = "acquired",
     .lock = 1,
     .read = true,
     .held = SECOND_HOLDS,
     .held_count = 1,
     .frames = FRAMES,
     .frame_count = 1},
};

const struct finding an_inversion = {
    .rule = "lock-order",
    .level = LEVEL_ERROR,
    .sentence = "M1 and M2 are acquired in both orders",
    .details = "one\ntwo",
    .places = 5,
    .locks = LOCKS,
    .lock_count = 2,
    .steps = STEPS,
    .step_count = 2,
};
