/* SPDX-License-Identifier: MIT */
/* What there is to say about rule self-deadlock. */
#include "explain/rule.h"

const struct rule_text explain_self_deadlock = {
    .rule = "self-deadlock",
    .meaning =
        "A thread waits for a lock that it holds itself and that can't be had twice: a mutex\n"
        "that is not recursive, a spin lock, or a read-write lock to write that it has for\n"
        "reading. It waits for good.\n",
    .wrong = "size_t queue_size(struct queue *queue)\n"
             "{\n"
             "    pthread_mutex_lock(&queue->lock);\n"
             "    ...\n"
             "}\n"
             "\n"
             "pthread_mutex_lock(&queue->lock);\n"
             "if (queue_size(queue) < LIMIT)      /* waits for itself */\n"
             "    ...\n",
    .right = "/* the caller has the lock */\n"
             "static size_t size_locked(const struct queue *queue);\n"
             "\n"
             "pthread_mutex_lock(&queue->lock);\n"
             "if (size_locked(queue) < LIMIT)\n"
             "    ...\n",
    .fix = "Split the function: an inner one that expects the lock to be held, and an outer\n"
           "one that takes it. A recursive lock (PTHREAD_MUTEX_RECURSIVE, threading.RLock)\n"
           "helps too, but hides in which state the data is when it is taken again.\n"
           "A signal handler must not take a lock that the code it interrupts may hold.\n",
    .leave = "A recursive lock is not told, nor an error-checking mutex, whose second acquisition\n"
             "libc refuses. In Python, a threading.Lock that its own thread acquires again while\n"
             "there are other threads counts as a signal, not as a mutex.\n",
};
