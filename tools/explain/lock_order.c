/* SPDX-License-Identifier: MIT */
/* What there is to say about rule lock-order. */
#include "explain/rule.h"

const struct rule_text explain_lock_order = {
    .rule = "lock-order",
    .meaning = "One thread takes lock A and then B, another one B and then A; or more locks form\n"
               "such a cycle. If each gets its first lock, all wait for good. The finding comes\n"
               "when the last order of the cycle is seen, before the acquisition waits: the run\n"
               "need not deadlock, nor the threads meet.\n"
               "\n"
               "The word in brackets is the strength: \"concurrent\" (threads that nothing kept\n"
               "apart), \"same thread\" (one thread did more than one of the steps), \"ordered by\n"
               "join\" (creation and join kept them apart in this run), \"timed\" (an acquisition\n"
               "gives up after a time). Cycles under a common lock, and those of readers only,\n"
               "can't deadlock and are not told.\n",
    .wrong = "def transfer():             # thread 1\n"
             "    with accounts:\n"
             "        with journal: ...\n"
             "\n"
             "def audit():                # thread 2\n"
             "    with journal:\n"
             "        with accounts: ...\n",
    .right = "def audit():                # accounts before journal, everywhere\n"
             "    with accounts:\n"
             "        with journal: ...\n",
    .fix = "Choose one order for the locks and take them in it everywhere. Where the order\n"
           "isn't known in advance, as with two accounts of one kind, take them by address or\n"
           "let std::scoped_lock(a, b) or, in Python, pihook.acquire(a, b) do it. Or hold one\n"
           "lock at a time: copy what is needed, release, then take the other one.\n",
    .leave =
        "If data of the program, not a lock, keeps the cycle from closing, name the place in\n"
        "a suppression and say there why. lock-order-strength=concurrent tells only cycles of\n"
        "threads that could meet.\n",
};
