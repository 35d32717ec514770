/* SPDX-License-Identifier: MIT */
/* A finding as plain data, for the tests of what is made of it. */
#ifndef PIHOOK_TESTS_A_FINDING_H
#define PIHOOK_TESTS_A_FINDING_H

#include "report/finding.h"

/* Two locks acquired in both orders, by threads first (11) and second (12); no address is real. */
extern const struct finding an_inversion;

#endif
