# SPDX-License-Identifier: MIT
"""The GIL as one of the locks that are put in order. Each function gets the path of the library
that tests/programs/python_gil.c makes."""

import os
import sys
import threading
import time

import pihook

from support import holds, missing, same

try:
    import ctypes
except ImportError as error:
    missing("there is no ctypes: %s" % error)
if not getattr(sys, "_is_gil_enabled", lambda: True)():
    missing("this Python runs without the GIL")


class Library:
    def __init__(self, path):
        self.with_gil = ctypes.PyDLL(path)
        self.without = ctypes.CDLL(path)


def in_turn(*calls):
    """Each in a thread of its own, one after the other."""
    for function, *arguments in calls:
        thread = threading.Thread(target=function, args=arguments)
        thread.start()
        thread.join()


def news(*calls):
    """What a case finds, as rules and levels."""
    before = len(pihook.findings())
    in_turn(*calls)
    return [(found["rule"], found["level"]) for found in pihook.findings()[before:]]


def finds(path, *calls):
    native = Library(path)
    same(news(*[(getattr(native.with_gil if with_gil else native.without, name), *arguments)
                for with_gil, name, *arguments in calls]), [("gil-order", "error")])


def the_gil_first(path):
    finds(path, (True, "use", 1), (False, "call_back", 1))


def the_mutex_first(path):
    finds(path, (False, "call_back", 1), (True, "use", 1))


def a_native_thread(path):
    finds(path, (False, "call_back_from_native_thread", 1), (True, "use", 1))


def extension(path):
    """The module that is built beside the library."""
    sys.path.insert(0, os.path.dirname(path))
    import pihook_extension

    return pihook_extension


def an_extension(path):
    module = extension(path)
    same(news((module.work,), (module.call, int)), [("gil-order", "error")])


def an_extension_put_right(path):
    module = extension(path)
    same(news((module.work_without_gil,), (module.call, int)), [])


def a_mutex_kept_over_a_wait(path):
    finds(path, (True, "keep_over_a_wait", 1))


def a_reader_and_a_writer(path):
    finds(path, (True, "read_with_gil"), (False, "call_back_as_writer"))


def one_thread(path):
    native = Library(path)
    native.with_gil.use(1)
    native.without.call_back(1)
    same([f["rule"] for f in pihook.findings()], ["gil-order"])


def across_a_python_lock(path):
    """The GIL, the mutex, the lock: three threads would be needed. Where a thread has given the
    GIL back in the function by chance, with the mutex held, two are enough, and that is told, too."""
    native, lock = Library(path), threading.Lock()

    def mutex_then_lock():
        def take():
            with lock:
                pass

        native.with_gil.with_mutex(1, ctypes.PYFUNCTYPE(None)(take))

    def lock_then_gil():
        with lock:
            time.sleep(0.001)

    found = news((native.with_gil.use, 1), (mutex_then_lock,), (lock_then_gil,))
    same(set(found), {("gil-order", "error")})


def half_with_the_gil(path):
    Library(path).with_gil.use(1)


def half_with_the_mutex(path):
    Library(path).without.call_back(1)


def a_library_that_calls_back(path):
    """SQLite has the connection's mutex then; as long as a thread has its own that is right."""
    try:
        import sqlite3
    except ImportError as error:
        missing("there is no sqlite3: %s" % error)

    def hand_over():
        given, done = threading.Event(), threading.Event()
        rows = []

        def make():
            rows.append(sqlite3.connect(":memory:", check_same_thread=False))
            rows[0].create_function("next", 1, lambda number: number + 1)
            given.set()
            done.wait()

        def use():
            given.wait()
            same(rows[0].execute("select next(1)").fetchone(), (2,))
            rows.pop().close()
            done.set()

        threads = [threading.Thread(target=target) for target in (make, use)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def work():
        rows = sqlite3.connect(":memory:")
        rows.create_function("next", 1, lambda number: number + 1)
        same(rows.execute("select next(1)").fetchone(), (2,))
        rows.close()

    work()
    same(news((work,), (work,)), [])
    hand_over()
    same(pihook.findings(), [])


def silent(path):
    native = Library(path)
    keep, free = native.with_gil, native.without
    cases = {
        "with the GIL for a moment": [(keep.use, 1)] * 2,
        "the lock without the GIL": [(keep.use_without_gil, 2), (free.use, 2)] * 2,
        "the unlock without the GIL": [(keep.unlock_without_gil, 3)] * 2,
        "a try with the GIL": [(keep.try_to_use, 4), (free.call_back, 4)] * 2,
        "an acquisition once more": [(free.use_again_with_gil, 5)] * 2,
        "a gate": [(free.use_behind_gate, 6), (free.call_back_behind_gate, 6)] * 2,
    }
    for what, calls in cases.items():
        same(news(*calls), [], what)


def no_order_between_threads_that_switch(path):
    """Threads that take turns all the time, with locks of Python and mutexes."""
    native = Library(path)
    locks = [threading.Lock() for _ in range(4)]
    sys.setswitchinterval(1e-5)

    def work(number):
        for turn in range(300):
            with locks[(number + turn) % 4]:
                native.with_gil.use(1)
                native.with_gil.use_without_gil(2)
            time.sleep(0)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    same(pihook.findings(), [])


def in_the_child_of_a_fork(path):
    native = Library(path)
    in_turn((native.with_gil.use_without_gil, 1))
    child = os.fork()
    if child == 0:
        try:
            in_turn((native.with_gil.use_without_gil, 1), (native.without.use, 1))
            same(pihook.findings(), [])
            in_turn((native.with_gil.use, 2), (native.without.call_back, 2))
            same([f["rule"] for f in pihook.findings()], ["gil-order"])
        except BaseException as error:
            print(error, flush=True)
            os._exit(1)
        os._exit(0)
    same(os.waitpid(child, 0)[1], 0, "status of the child")
    same(pihook.findings(), [])


def in_a_subinterpreter(path):
    """One with a GIL of its own: the orders of two interpreters don't contradict."""
    try:
        import _interpreters as interpreters
    except ImportError:
        missing("sub-interpreters have no GIL of their own here")
    code = """
import ctypes, threading
native = ctypes.PyDLL(%r), ctypes.CDLL(%r)
for function in %s:
    function(%d)
"""
    native = Library(path)
    new = interpreters.create()

    def there(functions, number):
        failure = interpreters.exec(new, code % (path, path, functions, number))
        holds(failure is None, "the code runs: %s" % (failure,))

    native.with_gil.use(1)
    there("[native[1].call_back]", 1)
    same(pihook.findings(), [])
    there("[native[0].use, native[1].call_back]", 2)
    same([f["rule"] for f in pihook.findings()], ["gil-order"])
    interpreters.destroy(new)
    native.with_gil.use_without_gil(3)
    native.without.use(3)
    same(len(pihook.findings()), 1)


def deadlock(path):
    native = Library(path)
    threading.Thread(target=native.without.call_back_late, args=(1,), daemon=True).start()
    time.sleep(0.1)
    native.with_gil.use(1)


def deadlock_by_join(path):
    Library(path).with_gil.join_with_gil(1)
