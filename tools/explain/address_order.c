/* SPDX-License-Identifier: MIT */
/* What there is to say about rule address-order. */
#include "explain/rule.h"

const struct rule_text explain_address_order = {
    .rule = "address-order",
    .meaning =
        "A lock is acquired while the thread holds one with a higher address. Programs that\n"
        "take all their locks by ascending address can't deadlock by them; this rule holds\n"
        "them to it. It leaves out the locks of the system's libraries, of Python's standard\n"
        "library and of installed packages.\n",
    .wrong = "lock(&to->lock);                    /* whichever comes first */\n"
             "lock(&from->lock);\n",
    .right = "if (&from->lock < &to->lock) {\n"
             "    lock(&from->lock);\n"
             "    lock(&to->lock);\n"
             "} else {\n"
             "    lock(&to->lock);\n"
             "    lock(&from->lock);\n"
             "}\n",
    .fix = "Take the locks in the order of their addresses: compare before, or use\n"
           "pihook.acquire(a, b) in Python.\n",
    .leave = "Few programs promise this: where yours doesn't, set address-order=off; rule\n"
             "lock-order finds the orders that matter. address-scope=class compares only locks\n"
             "that were made at one place, which have no other order.\n",
};
