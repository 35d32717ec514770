/* SPDX-License-Identifier: MIT */
/* What there is to say about rule held-at-fork. */
#include "explain/rule.h"

const struct rule_text explain_held_at_fork = {
    .rule = "held-at-fork",
    .meaning =
        "A process forks while another of its threads holds a lock, and holds it still\n"
        "afterwards. The child has that lock, locked, and not the thread: whatever wants it\n"
        "there waits for good.\n",
    .wrong = "threading.Thread(target=log_for_ever, args=(lock,)).start()\n"
             "os.fork()                           # the child's logging waits for ever\n",
    .right = "multiprocessing.set_start_method(\"spawn\")   # a fresh process: no lock of ours\n"
             "\n"
             "# or, before any thread is started:\n"
             "pool = multiprocessing.Pool()\n",
    .fix = "Fork before threads are started; or execute another program right after the fork\n"
           "(posix_spawn, subprocess); or have pthread_atfork() or os.register_at_fork() take\n"
           "the lock before the fork and release it on both sides.\n",
    .leave = "If the child executes another program or ends at once, it needs no lock: suppress\n"
             "the place of the fork.\n",
};
