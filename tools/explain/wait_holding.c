/* SPDX-License-Identifier: MIT */
/* What there is to say about rule wait-holding. */
#include "explain/rule.h"

const struct rule_text explain_wait_holding = {
    .rule = "wait-holding",
    .meaning =
        "A condition or a barrier is waited for while another lock is held. The wait releases\n"
        "only the mutex that belongs to it: whoever has to wake the thread must not need the\n"
        "other one, and everybody else who wants that waits, too.\n",
    .wrong = "with config:\n"
             "    with items:                     # items is a Condition\n"
             "        items.wait()                # the one who would notify wants config\n",
    .right = "with items:\n"
             "    items.wait()\n"
             "with config: ...\n",
    .fix = "Release the other lock before the wait, or take it after. If what is waited for\n"
           "must be looked at together with it, use one mutex for both.\n",
    .leave = "Off by default, because a program may know that whoever wakes it needs no other\n"
             "lock; wait-holding=warning switches it on.\n",
};
