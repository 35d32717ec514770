/* SPDX-License-Identifier: MIT */
/* What every unit test includes: cmocka, and cases named by a sentence. */
#ifndef PIHOOK_TESTS_UNIT_H
#define PIHOOK_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* It needs the four above, so it stands apart from them. */
#include <cmocka.h>

#define CASE(sentence, function)             \
    {                                        \
        sentence, function, NULL, NULL, NULL \
    }

/* A case in a scratch folder of its own, which is the working directory. */
#define CASE_IN_FOLDER(sentence, function)                     \
    {                                                          \
        sentence, function, scratch_enter, scratch_leave, NULL \
    }

#define RUN_CASES(cases) \
    (cmocka_set_message_output(CM_OUTPUT_TAP), cmocka_run_group_tests(cases, NULL, NULL))

#endif
