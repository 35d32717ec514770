# SPDX-License-Identifier: MIT
"""What Python programs do with threads: queues, pools, a data base, compression, processes."""

import bz2
import concurrent.futures
import hashlib
import multiprocessing
import queue
import sqlite3
import subprocess
import sys
import threading
import zlib


def workers(count, jobs):
    """Squares of numbers, by way of two queues."""
    todo, done = queue.Queue(maxsize=10), queue.Queue()

    def work():
        while (job := todo.get()) is not None:
            done.put(job * job)

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for job in [*range(jobs), *[None] * count]:
        todo.put(job)
    for thread in threads:
        thread.join()
    return sum(done.get() for _ in range(jobs))


def compress(number):
    data = b"some text %d " % number * 20000
    return hashlib.sha256(zlib.compress(data) + bz2.compress(data[:50000])).hexdigest()


def in_pool():
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return hashlib.sha256("".join(pool.map(compress, range(40))).encode()).hexdigest()


def insert(path, thread):
    connection = sqlite3.connect(path, timeout=30)
    for number in range(50):
        with connection:
            connection.execute("INSERT INTO t VALUES (?, ?)", (thread, number))
    connection.close()


def data_base():
    path = "test.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a INT, b INT)")
    threads = [threading.Thread(target=insert, args=(path, n)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return connection.execute("SELECT count(*), sum(b) FROM t").fetchone()


def square(number):
    return number * number


def in_processes(method):
    with multiprocessing.get_context(method).Pool(2) as pool:
        return sum(pool.map(square, range(200)))


def children():
    command = [sys.executable, "-c", "print('child')"]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda _: subprocess.check_output(command), range(8)))


if __name__ == "__main__":
    print(workers(4, 5000))
    print(in_pool())
    print(data_base())
    print(in_processes("fork"), in_processes("spawn"), in_processes("forkserver"))
    print(children())
