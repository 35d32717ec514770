/* SPDX-License-Identifier: MIT */
/* What there is to say about rule bad-destroy. */
#include "explain/rule.h"

const struct rule_text explain_bad_destroy = {
    .rule = "bad-destroy",
    .meaning =
        "A lock is destroyed while a thread holds it, or used after it was destroyed; or two\n"
        "threads wait for one condition variable with different mutexes. All of that is\n"
        "undefined, and what lies in the memory by then is damaged sooner or later.\n",
    .wrong = "pthread_mutex_lock(&queue->lock);\n"
             "pthread_mutex_destroy(&queue->lock);\n"
             "free(queue);                        /* another thread may still wait for it */\n",
    .right = "stop(queue);                        /* nobody gets hold of it any more */\n"
             "pthread_join(worker, NULL);\n"
             "pthread_mutex_destroy(&queue->lock);\n"
             "free(queue);\n",
    .fix = "Before a lock is destroyed, make sure that nobody can reach it: join the threads,\n"
           "or count references and let the last one destroy it, after it has released it.\n",
    .leave = "Global locks that are destroyed at exit, while threads still run, are better not\n"
             "destroyed at all.\n",
};
