# SPDX-License-Identifier: MIT
"""Locks in the order of their addresses. The preloaded library has this very file in it,
so it imports nothing that is not built in, and nothing of this package."""

from _thread import _local

_thread_locals = _local()


class LockOrderViolation(RuntimeError):
    """Locks were to be acquired below others that the thread has from acquire()."""


class acquire:
    """acquire(*locks): a context manager that acquires them in the order of their addresses.

    Whoever takes locks by this alone can't deadlock by their order: those of one call are
    acquired in ascending order of id() and released in descending order, and a call inside of
    another one must not go below it.

        with acquire(x, y):
            ...

    Raises LockOrderViolation, before anything is acquired, if the thread has a lock from an
    outer acquire() whose address is not below those of the new ones; nothing but what it has
    from acquire() counts, and each thread has its own. If an acquisition raises, those before
    it are released. A lock that is named twice is acquired once. Without locks it does nothing.

    A lock is anything with acquire() and release() that blocks the thread: Lock, RLock,
    Condition, Semaphore. The locks of asyncio are none: they are acquired by tasks, of which
    one thread runs many.
    """

    __slots__ = ("_locks",)

    def __init__(self, *locks):
        distinct = {id(lock): lock for lock in locks}
        self._locks = [distinct[address] for address in sorted(distinct)]

    def __enter__(self):
        held = _thread_locals.__dict__.setdefault("held", [])
        if self._locks and held:
            highest = max(held, key=id)
            if id(highest) >= id(self._locks[0]):
                raise LockOrderViolation(
                    "Lock order violation: acquire() of %r at 0x%x while holding %r at 0x%x, which "
                    "is not below it" % (self._locks[0], id(self._locks[0]), highest, id(highest))
                )
        acquired = []
        try:
            for lock in self._locks:
                lock.acquire()
                acquired.append(lock)
        except BaseException:
            _release(acquired)
            raise
        held.extend(acquired)

    def __exit__(self, *exception):
        held = _thread_locals.__dict__.setdefault("held", [])
        for lock in self._locks:
            for index in range(len(held) - 1, -1, -1):
                if held[index] is lock:
                    del held[index]
                    break
        _release(self._locks)


def _release(locks):
    """All of them in reverse order, whatever one of them raises; that comes at the end."""
    try:
        for index in range(len(locks) - 1, -1, -1):
            locks[index].release()
    except BaseException:
        _release(locks[:index])
        raise
