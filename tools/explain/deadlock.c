/* SPDX-License-Identifier: MIT */
/* What there is to say about rule deadlock. */
#include "explain/rule.h"

const struct rule_text explain_deadlock = {
    .rule = "deadlock",
    .meaning = "Threads wait for each other now, or for a lock whose holder has ended: none of\n"
               "them will ever go on. Each step of the finding is a thread that waits, for a lock\n"
               "that the next one holds or for the next one's end, with its stack.\n",
    .wrong = "static void *worker(void *unused)\n"
             "{\n"
             "    pthread_mutex_lock(&queue);     /* waits for main, which waits for it */\n"
             "    ...\n"
             "}\n"
             "\n"
             "pthread_mutex_lock(&queue);\n"
             "pthread_join(thread, NULL);\n",
    .right = "pthread_mutex_lock(&queue);\n"
             "closing = 1;\n"
             "pthread_mutex_unlock(&queue);       /* nothing is held while we wait */\n"
             "pthread_join(thread, NULL);\n",
    .fix = "For a cycle of locks see `pihook explain lock-order`. Never wait for a thread, a\n"
           "child or an answer while holding a lock that the other side needs to get there.\n",
    .leave = "This is no suspicion: the process hangs. on-deadlock=abort, which is what pihook\n"
             "run does, ends it at once, so that a job fails and need not time out.\n",
};
