# SPDX-License-Identifier: MIT
"""acquire() and what else the module has for locks. One case a function."""

import threading

import pihook
from pihook import LockOrderViolation, acquire
from support import holds, raises, same


def sorted_locks(count, make=threading.Lock):
    return sorted((make() for _ in range(count)), key=id)


class Spy:
    """A lock that writes down what is done with it."""

    log = []

    def __init__(self, fails=()):
        self.fails = fails

    def acquire(self):
        self.do("acquire")

    def release(self):
        self.do("release")

    def do(self, what):
        Spy.log.append((what, id(self)))
        if what in self.fails:
            raise KeyError(what)


def in_order_of_addresses():
    del Spy.log[:]
    spies = sorted((Spy() for _ in range(4)), key=id)
    ids = [id(spy) for spy in spies]
    with acquire(*reversed(spies)):
        same(Spy.log, [("acquire", i) for i in ids])
        del Spy.log[:]
    same(Spy.log, [("release", i) for i in reversed(ids)])
    with acquire(spies[0], spies[0]):
        pass
    with acquire():
        with acquire():
            pass


def the_recipe():
    """Nested with statements in both orders, in two threads: one is refused, none hangs."""
    x, y = threading.Lock(), threading.Lock()
    errors, done = [], []

    def worker(first, second):
        try:
            for _ in range(50):
                with acquire(first):
                    with acquire(second):
                        pass
            done.append(first)
        except RuntimeError as error:
            errors.append(error)

    threads = [threading.Thread(target=worker, args=pair) for pair in ((x, y), (y, x))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    same([type(error) for error in errors], [LockOrderViolation])
    same([id(lock) for lock in done], [min(id(x), id(y))])
    holds(str(errors[0]).startswith("Lock order violation"), "the message says so")
    holds(issubclass(LockOrderViolation, RuntimeError), "it is a RuntimeError")
    for lock in x, y:
        holds(not lock.locked(), "the lock is free")


def together_in_both_orders():
    x, y = threading.Lock(), threading.Lock()

    def worker(*locks):
        for _ in range(300):
            with acquire(*locks):
                pass

    threads = [threading.Thread(target=worker, args=pair) for pair in ((x, y), (y, x))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def refuses_before_it_acquires():
    low, middle, high = sorted_locks(3)
    with acquire(middle):
        raises(LockOrderViolation, acquire(low, high).__enter__)
        raises(LockOrderViolation, acquire(middle).__enter__)
        holds(not low.locked() and not high.locked(), "nothing was acquired")
        with acquire(high):
            holds(high.locked(), "above it may be acquired")
    with acquire(low, high):
        pass


def each_thread_has_its_own():
    low, high = sorted_locks(2)
    errors = []

    def other():
        try:
            with acquire(low):
                pass
        except RuntimeError as error:
            errors.append(error)

    with acquire(high):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    same(errors, [])


def exceptions():
    del Spy.log[:]
    good, bad = sorted_locks(2, Spy)
    bad.fails = ["acquire"]
    raises(KeyError, acquire(good, bad).__enter__)
    same([what for what, _ in Spy.log], ["acquire", "acquire", "release"])
    with acquire(good):
        pass
    lock = threading.Lock()
    error = raises(ZeroDivisionError, lambda: body(lock))
    holds(error is not None and not lock.locked(), "the lock is free")
    stuck, free = Spy(fails=["release"]), Spy()
    del Spy.log[:]
    manager = acquire(stuck, free)
    manager.__enter__()
    raises(KeyError, manager.__exit__, None, None, None)
    same([what for what, _ in Spy.log], ["acquire", "acquire", "release", "release"])


def body(lock):
    with acquire(lock):
        1 / 0


def all_kinds():
    x, y = threading.RLock(), threading.Condition()
    with acquire(x, y, threading.Semaphore()):
        with x:
            y.notify_all()


def names_and_types():
    lock, condition = threading.Lock(), threading.Condition()
    same(pihook.name_lock(lock, "the lock"), None)
    pihook.name_lock(condition, name="the condition")
    pihook.name_lock(threading.RLock(), "n")
    raises(TypeError, pihook.name_lock, 1, "x")
    raises(TypeError, pihook.name_lock, threading.Event, "x")
    raises(TypeError, pihook.name_lock, lock, 1)
    raises(TypeError, pihook.name_lock, lock)
    same(pihook.findings(), [])
    holds("asyncio" in acquire.__doc__, "the docstring says what is out")


def named_inversion():
    low, high = sorted_locks(2)
    pihook.name_lock(low, "accounts")
    pihook.name_lock(high, "journal")
    with low, high:
        pass
    for _ in range(3):
        with high, low:
            pass
    found = pihook.findings()
    same([(f["rule"], f["level"]) for f in found], [("lock-order", "error")])
    holds(found[0]["sentence"].startswith("acquiring Lock M1 while"), "the sentence is there")
    same(found[0]["count"], 1)


def names_end_with_their_locks():
    for _ in range(50):
        lock = threading.Lock()
        pihook.name_lock(lock, "gone")
        del lock
    low, high = sorted_locks(2)
    with low, high:
        pass
    with high, low:
        pass


def found_at_the_line_of_the_program():
    low, high = sorted_locks(2)
    with low, high:
        pass
    with acquire(high):
        low.acquire()
        low.release()
