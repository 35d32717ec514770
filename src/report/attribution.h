/* SPDX-License-Identifier: MIT */
/* Which command a finding belongs to, and which test of a suite that runs in it. */
#ifndef PIHOOK_REPORT_ATTRIBUTION_H
#define PIHOOK_REPORT_ATTRIBUTION_H

enum { ATTRIBUTION_COMMAND_BYTES = 640, ATTRIBUTION_TEST_BYTES = 256 };

struct attribution {
    char command[ATTRIBUTION_COMMAND_BYTES]; /* as a shell takes it; what is too long ends in ... */
    char test[ATTRIBUTION_TEST_BYTES];
};

/*
 * Fills in what is known, "" what isn't: the command line that the kernel has, and the test that
 * the environment names now, in PYTEST_CURRENT_TEST, BATS_TEST_NAME, TEST_TARGET or PIHOOK_TEST.
 * Any thread, between write_begin() and write_end(); others may change the environment meanwhile.
 */
void attribution_here(struct attribution *attribution);

#endif
