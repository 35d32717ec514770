/* SPDX-License-Identifier: MIT */
/* What there is to say about rule held-at-exit. */
#include "explain/rule.h"

const struct rule_text explain_held_at_exit = {
    .rule = "held-at-exit",
    .meaning = "A thread ends while it holds a lock. Nobody can release it any more; the next\n"
               "thread that wants it waits for good.\n",
    .wrong = "static void *worker(void *unused)\n"
             "{\n"
             "    pthread_mutex_lock(&lock);\n"
             "    if (!work())\n"
             "        return NULL;                /* with the lock */\n"
             "    pthread_mutex_unlock(&lock);\n"
             "    return NULL;\n"
             "}\n",
    .right = "static void *worker(void *unused)\n"
             "{\n"
             "    pthread_mutex_lock(&lock);\n"
             "    work();\n"
             "    pthread_mutex_unlock(&lock);    /* on every way out */\n"
             "    return NULL;\n"
             "}\n",
    .fix = "Release on every way out, pthread_exit() and cancellation included:\n"
           "pthread_cleanup_push() in C, std::lock_guard in C++, `with` in Python.\n",
    .leave =
        "A robust mutex (PTHREAD_MUTEX_ROBUST) tells the next thread that its holder died; if\n"
        "that is what the program counts on, suppress the place.\n",
};
