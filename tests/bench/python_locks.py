# SPDX-License-Identifier: MIT
"""Python's locks: nanoseconds of an operation by the clock, the best of several loops."""

import subprocess

from compare import compare, environment, figure

PROGRAM = """
import sys, threading, time
lock, other = sorted((threading.Lock(), threading.Lock()), key=id)
recursive = threading.RLock()

def pass_lock(count):
    for _ in range(count):
        with lock:
            pass

def pass_rlock(count):
    for _ in range(count):
        with recursive:
            pass

def methods(count):
    acquire, release = lock.acquire, lock.release
    for _ in range(count):
        acquire()
        release()

def nested(count):
    for _ in range(count):
        with lock:
            with other:
                pass

def in_a_call(count):
    def function():
        with lock:
            pass
    for _ in range(count):
        function()

def make(count):
    Lock = threading.Lock
    for _ in range(count):
        Lock()

def queue(count):
    from queue import Queue
    items = Queue()
    for _ in range(count // 10):
        items.put(1)
        items.get()

def executor(count):
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(2) as pool:
        for _ in pool.map(abs, range(count // 100)):
            pass

def contended(count):
    threads = [threading.Thread(target=pass_lock, args=(count // 4,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

work, count = globals()[sys.argv[1]], 300000
work(count // 10)
best = []
for _ in range(5):
    start = time.perf_counter_ns()
    work(count)
    best.append((time.perf_counter_ns() - start) / count)
print(min(best))
"""

MEASURES = (
    ("pass_lock", "with lock: pass", "<= 1.15"),
    ("pass_rlock", "the same with an RLock", "<= 1.15"),
    ("methods", "acquire() and release()", "-"),
    ("in_a_call", "with lock: pass, in a function that is called", "-"),
    ("nested", "two nested, in a known order", "-"),
    ("make", "a lock that is made and dropped", "-"),
    ("queue", "queue.Queue: put and get", "-"),
    ("executor", "ThreadPoolExecutor.map, two threads", "-"),
    ("contended", "two threads on one lock", "-"),
)


def measure(runs, python, library):
    done = subprocess.run([python, "-VV"], capture_output=True, text=True, check=True)
    print("Python's locks:", done.stdout, end="")
    variants = {
        "without": environment(None),
        "pihook, lock-checks=no": environment(library, options="lock-checks=no"),
        "pihook": environment(library),
    }
    for name, title, goal in MEASURES:
        command = [python, "-I", "-S", "-c", PROGRAM, name]
        compare(title, goal, runs, variants, lambda env, command=command: figure(command, env))
