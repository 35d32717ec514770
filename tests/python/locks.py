# SPDX-License-Identifier: MIT
"""Python's locks, used rightly and wrongly. One case a function; what the library says of it
is the test's to compare."""

import threading

from support import holds, missing, same, write


def in_threads(*functions):
    """One after the other: no two of them are ever at the same place."""
    for function in functions:
        thread = threading.Thread(target=function)
        thread.start()
        thread.join()


def at_once(*functions):
    threads = [
        threading.Thread(target=function, name="the worker number %d" % number)
        for number, function in enumerate(functions)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def nested(*locks):
    """A function that takes them in that order, and gives them back."""

    def take(left):
        if left:
            with left[0]:
                take(left[1:])

    return lambda: take(locks)


def by_address(count, make=threading.Lock):
    return sorted((make() for _ in range(count)), key=id)


# ---- orders that could deadlock ----


def with_statements_in_two_threads():
    x, y = by_address(2)

    def first():
        with x:
            with y:
                pass

    def second():
        with y:
            with x:
                pass

    in_threads(first, second)


def locks_of_variables():
    class Owner:
        def __init__(self):
            self.second = threading.RLock()

    first = threading.Lock()
    owner = Owner()
    nested(first, owner.second)()
    in_threads(nested(owner.second, first))


def locks_of_classes_that_are_called_often():
    class Owner:
        def __init__(self):
            self.ready = threading.Condition()
            self.lock = threading.Lock()

    owners = [Owner() for _ in range(200)][-1:]
    owner = owners[0]
    nested(owner.lock, owner.ready)()
    in_threads(nested(owner.ready, owner.lock))


def with_statements_in_one_thread():
    x, y = by_address(2)
    nested(x, y)()
    nested(y, x)()


def after_thousands_of_lines():
    x, y = by_address(2)
    lines = ["with x: pass"] * 12000
    lines += ["with x:", "    with y: pass", "with y:", "    with x: pass"]
    exec(compile("\n".join(lines), "thousands.py", "exec"), {"x": x, "y": y})


def acquire_and_release():
    x, y = by_address(2)

    def first():
        x.acquire()
        y.acquire()
        y.release()
        x.release()

    def second():
        y.acquire()
        x.acquire(True, -1)
        x.release()
        y.release()

    in_threads(first, second)


def recursive_locks():
    x, y = by_address(2, threading.RLock)

    def second():
        with y, y:
            x.acquire(blocking=True)
            x.acquire()
            x.release()
            x.release()

    in_threads(nested(x, x, y), second)


def in_a_subinterpreter():
    """Its locks are its own; a main interpreter that does it right has no part in it."""
    from interpreters import run_by_interpreters

    run_by_interpreters("""
import threading
one, other = threading.Lock(), threading.RLock()

def nest(outer, inner):
    with outer:
        with inner:
            pass

nest(one, other)
nest(other, one)
""")


def conditions():
    x, y = threading.Condition(), threading.Condition(threading.Lock())
    in_threads(nested(x, y), nested(y, x))


def a_cycle_of_five():
    locks = by_address(5)
    in_threads(*(nested(locks[i - 1], locks[i]) for i in range(5)))


def with_a_time_limit():
    x, y = by_address(2)

    def second():
        with y:
            holds(x.acquire(timeout=5), "the lock is free")
            x.release()

    in_threads(nested(x, y), second)


def a_condition_acquired_anew():
    """wait() has the condition's lock back at its end, while another lock is held."""
    outer, condition = threading.Lock(), threading.Condition()

    def waits():
        with condition:
            with outer:
                condition.wait(0.01)

    in_threads(nested(outer, condition), waits)


# ---- locks of modules ----


def body_takes_what_the_importer_holds():
    """One thread imports while it holds the lock; the body of another one's module takes it."""
    write("taker", "import inner_taker")
    write("inner_taker", "import locks", "with locks.shared:", "    pass")
    write("neutral", "")

    def imports():
        import taker

        return taker

    def imports_below():
        with shared:
            del_module("inner_taker")
            import inner_taker

        return inner_taker

    in_threads(imports, imports_below)


def del_module(name):
    import sys

    sys.modules.pop(name, None)


def modules_in_both_orders():
    """Beside another thread: who is alone waits for nobody."""
    end = threading.Event()
    other = threading.Thread(target=end.wait)
    other.start()
    for outer, inner in ("first", "second"), ("second", "first"):
        del_module(outer)
        del_module(inner)
        write(outer, "import " + inner)
        write(inner, "")
        __import__(outer)
    end.set()
    other.join()


def importer_meets_body(body, before_import):
    """One thread runs the body of a module, another one imports that and holds what it wants."""
    write("waits", "import locks", "locks.loading.set()", "locks.held.wait()", *body)

    def imports():
        import waits

        return waits

    def holds_and_imports():
        loading.wait()
        with shared:
            held.set()
            before_import()
            import waits

        return waits

    at_once(imports, holds_and_imports)


def importer_and_body_wait_for_each_other():
    importer_meets_body(("with locks.shared:", "    pass"), lambda: None)


def aborts_in_children(count, function):
    """function(n) in `count` children, each of which must end by an abort."""
    import os
    import signal

    for number in range(count):
        child = os.fork()
        if child == 0:
            signal.alarm(60)
            function(number)
            os._exit(0)
        status = os.waitpid(child, 0)[1]
        same(os.WIFSIGNALED(status) and os.WTERMSIG(status), signal.SIGABRT, "what ended it")


def importer_and_body_wait_and_often_lose_the_gil():
    """Each time the threads change elsewhere."""
    import sys

    def spins():
        while True:
            pass

    def once(number):
        for _ in range(2):
            threading.Thread(target=spins, daemon=True).start()
        importer_and_body_wait_for_each_other()

    sys.setswitchinterval(1e-6)
    aborts_in_children(8, once)


def contenders_that_come_to_deadlock():
    """They meet at all points of an acquisition: whoever waited for a lock has it before it says
    so, and before it runs on."""
    contend_in_children((threading.Lock, threading.RLock))


def contenders_for_native_mutexes_too():
    import sys

    try:
        import ctypes
    except ImportError as error:
        missing("there is no ctypes: %s" % error)

    class Mutex:
        def __init__(self, functions):
            self.functions, self.mutex = functions, ctypes.create_string_buffer(64)

        def __enter__(self):
            self.functions.pthread_mutex_lock(self.mutex)

        def __exit__(self, *exception):
            self.functions.pthread_mutex_unlock(self.mutex)

    # Without a GIL, who waits like this keeps the collector from stopping the world.
    has_gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    contend_in_children(
        (
            threading.Lock,
            lambda: Mutex(ctypes.CDLL(None)),
            threading.RLock,
            lambda: Mutex((ctypes.PyDLL if has_gil else ctypes.CDLL)(None)),
        )
    )


def contend_in_children(kinds):
    import random
    import sys

    def contends(random, locks):
        while True:
            chosen = nested(*random.sample(locks, random.randint(1, len(locks))))
            chosen()

    def once(number):
        sys.setswitchinterval((1e-6, 1e-4, 5e-3)[number % 3])
        locks = [kinds[n % len(kinds)]() for n in range(2 + number % 4)]
        at_once(
            *(
                lambda seed=number * 100 + n: contends(random.Random(seed), locks)
                for n in range(2 + number % 3)
            )
        )

    aborts_in_children(12, once)


def dump_while_threads_wait():
    import os
    import signal
    import sys
    import time

    lock = threading.Lock()

    def waits():
        with lock:
            pass

    def is_waiting(thread):
        frame = sys._current_frames().get(thread.ident)
        return frame is not None and frame.f_code.co_name == "waits"

    waiter = threading.Thread(target=waits, name="the waiter")
    with lock:
        waiter.start()
        while not is_waiting(waiter):
            time.sleep(0.01)
        time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGUSR2)
        time.sleep(0.01)
    waiter.join()


def importer_that_waits_runs_other_code():
    import sys

    other = threading.Lock()

    def trace(frame, event, argument):
        if frame.f_code.co_name == "acquire":
            with other:
                pass

    write("late", "import locks", "import time", "time.sleep(0.3)", "with locks.shared:", "    pass")
    importer_meets_body(("import late",), lambda: sys.settrace(trace))


def wait_that_a_handler_interrupts():
    import signal
    import time

    first, second, other = (threading.Lock() for _ in range(3))
    both = threading.Barrier(2)

    def handle(number, frame):
        with other:
            pass

    def holds_second():
        with second:
            both.wait()
            time.sleep(0.2)
            signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)
            time.sleep(0.2)
            with first:
                pass

    signal.signal(signal.SIGUSR1, handle)
    threading.Thread(target=holds_second).start()
    with first:
        both.wait()
        with second:
            pass


shared = threading.RLock()
loading, held = threading.Event(), threading.Event()


def imports_in_one_order():
    """The body takes the lock, and nobody imports with it."""
    write("taker", "import locks", "with locks.shared:", "    import neutral")
    write("neutral", "")

    def imports():
        import taker

        return taker

    def uses():
        with shared:
            pass

    in_threads(imports, uses)
    at_once(imports, imports, uses)


def many_imports_at_once():
    for number in range(20):
        write("m%d" % number, "import m%d" % (number + 1) if number < 19 else "")

    def imports(number):
        __import__("m%d" % number)

    at_once(*(lambda number=number: imports(number) for number in range(8)))


# ---- deadlocks ----


def met(*locks):
    """A function for each lock: takes it, meets the others, then wants the next one."""
    barrier = threading.Barrier(len(locks))

    def take(own, other):
        with own:
            barrier.wait()
            with other:
                pass

    return [
        lambda own=own, other=other: take(own, other)
        for own, other in zip(locks, locks[1:] + locks[:1])
    ]


def deadlock_of_two():
    at_once(*met(threading.Lock(), threading.Lock()))


def deadlock_of_four_recursive():
    at_once(*met(*(threading.RLock() for _ in range(4))))


def deadlock_with_a_join():
    lock = threading.Lock()

    def worker():
        started.set()
        with lock:
            pass

    started = threading.Event()
    thread = threading.Thread(target=worker)
    with lock:
        thread.start()
        started.wait()
        thread.join()


def a_block_inside_of_itself():
    lock = threading.Lock()
    with lock:
        with lock:
            pass


def a_block_inside_of_itself_beside_others():
    end = threading.Event()
    thread = threading.Thread(target=end.wait, daemon=True)
    thread.start()
    a_block_inside_of_itself()


def acquired_twice_by_the_only_thread():
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


# ---- the same, refused ----


def refused(lock):
    try:
        with lock:
            raise AssertionError("the lock was acquired")
    except RuntimeError as error:
        holds(str(error).startswith("Lock order violation: "), "the message says so: %s" % error)
        holds("locks.py:" in str(error), "the message has places: %s" % error)
    holds(not lock.locked() if hasattr(lock, "locked") else True, "the lock is free")


def violations_raise():
    for make in threading.Lock, threading.RLock:
        x, y = by_address(2, make)
        nested(x, y)()
        with y:
            for _ in range(3):
                refused(x)
        nested(x, y)()
        with x:
            pass


def threads_are_refused():
    x, y = by_address(2)
    errors = []

    def many(first, second):
        for _ in range(200):
            try:
                with first:
                    with second:
                        pass
            except RuntimeError as error:
                errors.append(error)

    at_once(lambda: many(x, y), lambda: many(y, x))
    holds(errors, "somebody was refused")


def what_is_suppressed_goes_through():
    x, y = by_address(2)
    nested(x, y)()
    for _ in range(3):
        nested(y, x)()


def a_comment_says_to_leave_it():
    x, y = by_address(2)

    def in_order():
        with x:
            with y:
                pass

    def against_it():
        with y:
            with x:  # pihook: ignore[lock-order]
                pass

    in_threads(in_order, against_it, against_it)


def a_comment_about_another_rule():
    x, y = by_address(2)

    def in_order():
        with x:  # pihook: ignore
            with y:
                pass

    def against_it():
        with y:
            with x:  # pihook: ignore[deadlock, address-order]
                pass

    in_threads(in_order, against_it)


def a_warning_hides_no_refusal():
    """The same lines with other locks: their addresses are new, the lines are not."""

    def both(first, second):
        with first:
            with second:
                pass

    for _ in range(3):
        x, y = by_address(2)
        both(x, y)
        try:
            both(y, x)
            raise AssertionError("the lock was acquired")
        except RuntimeError:
            pass


def a_deadlock_is_refused():
    """It is broken where it would be closed; the other thread goes on."""
    errors, done = [], []

    def guarded(function):
        try:
            function()
            done.append(function)
        except RuntimeError as error:
            errors.append(str(error))

    one, other = met(threading.Lock(), threading.Lock())
    at_once(lambda: guarded(one), lambda: guarded(other))
    same(len(done), 1, "how many went on")
    holds(errors[0].startswith("Lock order violation: "), "the message says so: %s" % errors)


def acquire_raises_and_the_end_of_a_wait_does_not():
    x, condition = threading.Lock(), threading.Condition()
    nested(x, condition)()
    with condition:
        try:
            x.acquire()
            raise AssertionError("the lock was acquired")
        except RuntimeError:
            pass
        holds(x.acquire(False), "a lock may be tried")
        condition.wait(0.01)
        x.release()


def addresses_raise():
    x, y = by_address(2)
    with y:
        refused(x)
    nested(x, y)()


# ---- nothing is wrong ----


def a_gate():
    gate, x, y = by_address(3)
    in_threads(nested(gate, x, y), nested(gate, y, x))


def tries():
    x, y = by_address(2)

    def second():
        with y:
            holds(x.acquire(blocking=False), "the lock is free")
            x.release()
            holds(x.acquire(False), "the lock is free")
            x.release()

    in_threads(nested(x, y), second)


def hand_over_hand():
    locks = by_address(20)

    def walk():
        locks[0].acquire()
        for before, after in zip(locks, locks[1:]):
            after.acquire()
            before.release()
        locks[-1].release()

    at_once(walk, walk, walk)


def new_locks_at_old_addresses():
    """Each pair is taken in one order only."""
    for _ in range(300):
        low, high = by_address(2)
        nested(low, high)()
        del low, high


def recursion():
    x, y = by_address(2, threading.RLock)
    for _ in range(3):
        with x:
            with y:
                with x, y, x:
                    pass


def signals():
    """One thread acquires, another one releases."""
    for _ in range(50):
        go, done = by_address(2)
        go.acquire()
        done.acquire()

        def worker():
            go.acquire()
            done.release()
            go.release()

        thread = threading.Thread(target=worker)
        thread.start()
        go.release()
        done.acquire()
        thread.join()


def signals_below_locks():
    """Signals in both orders with a lock: they are no mutexes."""
    lock, signal = threading.Lock(), threading.Lock()
    signal.acquire()
    in_threads(signal.release)

    def first():
        with lock:
            signal.acquire()

    def second():
        signal.acquire(False)
        with lock:
            pass
        signal.release()

    in_threads(first, second)


def conditions_and_all_that_stands_on_them():
    from queue import Queue, SimpleQueue

    for make in Queue, SimpleQueue, lambda: Queue(2):
        there, back = make(), make()

        def worker():
            for item in iter(there.get, None):
                back.put(item + 1)

        threads = [threading.Thread(target=worker) for _ in range(3)]
        for thread in threads:
            thread.start()
        for number in range(30):
            there.put(number)
            back.get()
        for _ in threads:
            there.put(None)
        for thread in threads:
            thread.join()
    semaphore, barrier = threading.BoundedSemaphore(2), threading.Barrier(3)

    def meets():
        for _ in range(20):
            with semaphore:
                pass
            barrier.wait()

    at_once(meets, meets, meets)
    timer = threading.Timer(0.01, lambda: None)
    timer.start()
    timer.join()


def executors():
    from concurrent.futures import ThreadPoolExecutor

    lock = threading.Lock()

    def work(number):
        with lock:
            return number * number

    with ThreadPoolExecutor(4) as pool:
        same(list(pool.map(work, range(100))), [n * n for n in range(100)])
        futures = [pool.submit(work, n) for n in range(20)]
        same(sum(future.result() for future in futures), sum(n * n for n in range(20)))


def processes():
    try:
        import multiprocessing
        from multiprocessing.pool import ThreadPool

        context = multiprocessing.get_context("fork")
        with context.Pool(2) as pool:
            same(pool.map(abs, range(-5, 5)), [abs(n) for n in range(-5, 5)])
    except (ImportError, OSError) as error:
        missing("multiprocessing does not run here: %s" % error)
    with ThreadPool(3) as pool:
        same(pool.map(abs, range(-50, 0)), list(range(50, 0, -1)))


def logs():
    import logging
    from logging.handlers import MemoryHandler

    stream = open("log", "w")
    handlers = [logging.StreamHandler(stream), logging.FileHandler("log2")]
    handlers.append(MemoryHandler(10, target=handlers[0]))
    log = logging.getLogger("a.b")
    log.propagate = False
    for handler in handlers:
        log.addHandler(handler)
    lock = threading.Lock()

    def work():
        for number in range(50):
            with lock:
                log.warning("number %d", number)

    at_once(work, work, work)


def coroutines():
    import asyncio

    async def main():
        lock = asyncio.Lock()
        loop = asyncio.get_running_loop()

        async def one(number):
            async with lock:
                return await loop.run_in_executor(None, abs, -number)

        return await asyncio.gather(*map(one, range(20)))

    same(asyncio.run(main()), list(range(20)))


def a_stress_of_eight():
    locks = by_address(8)
    counts = [0] * 8

    def work():
        for turn in range(300):
            low = turn % 7
            with locks[low], locks[low + 1]:
                counts[low] += 1

    at_once(*[work] * 8)
    same(sum(counts), 8 * 300)


def an_interrupted_wait():
    import signal

    def handler(number, frame):
        with lock:
            pass
        raise KeyError

    lock, other = by_address(2)
    signal.signal(signal.SIGALRM, handler)
    release = threading.Event()

    def holder():
        with other:
            taken.set()
            release.wait()

    taken = threading.Event()
    thread = threading.Thread(target=holder)
    thread.start()
    taken.wait()
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        other.acquire()
        raise AssertionError("the wait was not interrupted")
    except KeyError:
        pass
    release.set()
    thread.join()
    nested(lock, other)()


def forks():
    import os

    lock, other = by_address(2)
    nested(lock, other)()
    pid = os.fork()
    if pid == 0:
        nested(lock, other)()
        at_once(nested(lock, other), nested(lock, other))
        os._exit(0)
    same(os.waitpid(pid, 0)[1], 0, "the child's status")


def subclasses():
    class Mine(type(threading.RLock())):
        pass

    x, y = by_address(2, Mine)
    nested(x, y, x)()
    in_threads(nested(x, y))


def arguments_that_are_refused():
    lock = threading.Lock()
    for arguments, keywords, error in (
        ((1, 2, 3), {}, TypeError),
        ((), {"block": 1}, TypeError),
        ((False, 1), {}, ValueError),
        ((True, -2), {}, ValueError),
        ((True, "x"), {}, TypeError),
    ):
        try:
            lock.acquire(*arguments, **keywords)
            raise AssertionError("%r was not refused" % (arguments,))
        except error:
            pass
    try:
        lock.release()
        raise AssertionError("a free lock was released")
    except RuntimeError:
        pass
    with lock:
        same(lock.acquire(False), False)
        same(lock.acquire(timeout=0.001), False)
        same(lock.locked(), True)
    same(lock.locked(), False)
