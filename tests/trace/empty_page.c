/* SPDX-License-Identifier: MIT */
/* In place of the page of format html, for tests that look at the trace in it: that is JSON. */
#include "trace/page.h"

const char page_before[] = "", page_after[] = "";
