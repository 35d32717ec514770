/* SPDX-License-Identifier: MIT */
/* What there is to say about rule long-hold. */
#include "explain/rule.h"

const struct rule_text explain_long_hold = {
    .rule = "long-hold",
    .meaning =
        "A lock that is released was held longer than option long-hold-ms says, 100 ms unless\n"
        "it is set. Nothing is broken, but whoever wants the lock waits as long.\n",
    .wrong = "with cache_lock:\n"
             "    cache[key] = fetch(url)         # the network, under a lock\n",
    .right = "value = fetch(url)\n"
             "with cache_lock:\n"
             "    cache[key] = value\n",
    .fix = "Do what takes time, as input and output, outside, and hold the lock for the change\n"
           "alone.\n",
    .leave = "Off by default; long-hold=warning switches it on and long-hold-ms sets the time.\n"
             "Locks that are meant to be held long, as one around a whole program, go into a\n"
             "suppression by name.\n",
};
