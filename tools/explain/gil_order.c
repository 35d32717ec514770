/* SPDX-License-Identifier: MIT */
/* What there is to say about rule gil-order. */
#include "explain/rule.h"

const struct rule_text explain_gil_order = {
    .rule = "gil-order",
    .meaning =
        "Python's GIL is one of the locks of a cycle that could deadlock, or of threads that\n"
        "do: a thread waits for a native lock (or the end of a native thread) and keeps the\n"
        "GIL, while another one takes the GIL and keeps that lock. Each of the two is common\n"
        "and harmless alone; together they stop every Python thread of the process.\n",
    .wrong = "/* called from Python: the GIL is held */\n"
             "static PyObject *get(PyObject *self, PyObject *none)\n"
             "{\n"
             "    pthread_mutex_lock(&cache);         /* waits with the GIL */\n"
             "    ...\n"
             "}\n"
             "\n"
             "/* a thread of the library */\n"
             "static void notify(void)\n"
             "{\n"
             "    pthread_mutex_lock(&cache);\n"
             "    state = PyGILState_Ensure();        /* waits for the GIL with the mutex */\n"
             "    ...\n"
             "}\n",
    .right = "Py_BEGIN_ALLOW_THREADS\n"
             "pthread_mutex_lock(&cache);\n"
             "value = lookup(key);\n"
             "pthread_mutex_unlock(&cache);\n"
             "Py_END_ALLOW_THREADS\n"
             "\n"
             "pthread_mutex_lock(&cache);\n"
             "event = next_event();\n"
             "pthread_mutex_unlock(&cache);           /* before it is handed to Python */\n"
             "state = PyGILState_Ensure();\n"
             "...\n",
    .fix = "Give the GIL back before a call that may wait for a lock, and take it again only\n"
           "when the lock is released. Where data must be handed from one to the other, copy it\n"
           "under the lock and call Python without it.\n",
    .leave = "A lock that is only tried, and those of libraries (of a connection, say), are not\n"
             "told before they deadlock. The GIL of another interpreter is another lock;\n"
             "without the GIL there is no such finding. lock-order=off or deadlock=off leaves out\n"
             "the respective half.\n",
};
