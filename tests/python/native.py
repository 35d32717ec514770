# SPDX-License-Identifier: MIT
"""Python's locks beside mutexes that are taken below Python code. One case a function, which
gets the path of tests/programs/python_native.c's library."""

import threading

from locks import in_threads
from support import missing

try:
    import ctypes
except ImportError as error:
    missing("there is no ctypes: %s" % error)


def mutexes(path, keeps_gil):
    return (ctypes.PyDLL if keeps_gil else ctypes.CDLL)(path)


def inversion(path, keeps_gil=True):
    """The mutex below the lock, and the lock in a function that is called with the mutex."""
    native, lock = mutexes(path, keeps_gil), threading.Lock()

    def lock_then_mutex():
        with lock:
            native.lock_first()
            native.unlock_first()

    def take():
        with lock:
            pass

    callback = ctypes.CFUNCTYPE(None)(take)
    in_threads(lock_then_mutex, lambda: native.with_first(callback))


def inversion_without_the_gil(path):
    inversion(path, False)


def one_order(path):
    """With the GIL and without: the lock around both keeps the GIL from being out of order."""
    lock = threading.RLock()
    for keeps_gil in True, False:
        native = mutexes(path, keeps_gil)

        def take():
            with lock:
                native.lock_first()
                native.lock_second()
                native.unlock_second()
                native.unlock_first()

        threads = [threading.Thread(target=lambda: [take() for _ in range(200)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def inversion_of_mutexes(path):
    """Both are native; what is told are the lines that led there."""
    native = mutexes(path, True)

    def forward():
        native.lock_first()
        native.lock_second()
        native.unlock_second()
        native.unlock_first()

    def backward():
        native.lock_second()
        native.lock_first()
        native.unlock_first()
        native.unlock_second()

    in_threads(forward, backward)


def deadlock(path):
    native, lock = mutexes(path, False), threading.Lock()
    barrier = threading.Barrier(2)

    def lock_then_mutex():
        with lock:
            barrier.wait()
            native.lock_first()

    def mutex_then_lock():
        native.lock_first()
        barrier.wait()
        with lock:
            pass

    threads = [threading.Thread(target=target) for target in (lock_then_mutex, mutex_then_lock)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
