# SPDX-License-Identifier: MIT
"""Forks again and again while many threads import; each child imports something of its own."""

import importlib
import os
import signal
import sys
import threading
import warnings

warnings.simplefilter("ignore", DeprecationWarning)

NAMES = ["own_%d" % number for number in range(300)]
THREADS = 8
# Without a GIL, CPython 3.13 hangs in the child of a process whose other threads run Python
# code, with no library either: there they wait while it forks.
GIL = getattr(sys, "_is_gil_enabled", lambda: True)()
stop = threading.Event()
begun = threading.Barrier(THREADS + 1)


def write_modules():
    sys.path.insert(0, os.getcwd())
    for name in NAMES + ["of_the_child"]:
        with open(name + ".py", "w") as body:
            body.write("value = %r\n" % name)


def import_all(names):
    for name in names:
        importlib.import_module(name)
        sys.modules.pop(name)


def importing(names):
    import_all(names)
    begun.wait()
    while GIL and not stop.is_set():
        import_all(names)
    stop.wait()


def child():
    # A child that hangs ends by this.
    signal.alarm(60)
    import of_the_child
    threads = [threading.Thread(target=importlib.import_module, args=("of_the_child",))
               for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os._exit(7 if of_the_child.value == "of_the_child" else 1)


def main():
    write_modules()
    threads = [threading.Thread(target=importing, args=(NAMES[start::THREADS],))
               for start in range(THREADS)]
    for thread in threads:
        thread.start()
    begun.wait()
    statuses = []
    for _ in range(20):
        pid = os.fork()
        if pid == 0:
            child()
        statuses.append(os.waitpid(pid, 0)[1])
    stop.set()
    for thread in threads:
        thread.join()
    print(statuses)


main()
