/* SPDX-License-Identifier: MIT */
/* What there is to say about rule bad-unlock. */
#include "explain/rule.h"

const struct rule_text explain_bad_unlock = {
    .rule = "bad-unlock",
    .meaning = "A lock is released that is not locked, or by a thread that doesn't hold it. With\n"
               "most kinds of locks that is undefined: two threads may be inside afterwards.\n",
    .wrong = "pthread_mutex_lock(&lock);\n"
             "if (failed)\n"
             "    pthread_mutex_unlock(&lock);\n"
             "...\n"
             "pthread_mutex_unlock(&lock);        /* a second time after a failure */\n",
    .right = "pthread_mutex_lock(&lock);\n"
             "if (failed)\n"
             "    goto out;\n"
             "...\n"
             "out:\n"
             "    pthread_mutex_unlock(&lock);    /* one way out */\n",
    .fix = "Release where it was acquired, on one way out: `with` in Python, std::lock_guard\n"
           "in C++, one label in C. Where one thread has to wake another one, a lock is the\n"
           "wrong thing: use a semaphore, a condition or an event.\n",
    .leave = "A threading.Lock that one thread acquires and another releases is a signal, which\n"
             "Python allows, and is not told.\n",
};
