# SPDX-License-Identifier: MIT
"""`pihook run` in front of test suites that use no threads, against the preloaded library alone."""

import os
import time

from compare import compare, environment

# The same options in both: what is measured is the command and what it asks of the library.
OPTIONS = "address-order=off:on-deadlock=abort"

# Names of modules of CPython's own tests, of a second or two, without threads.
MODULES = ["test.test_json", "test.test_textwrap", "test.test_difflib"]

PROCESSES = "i=0; while [ $i -lt 200 ]; do /bin/true; i=$((i + 1)); done"


def suites(python):
    yield "a suite of Python", [python, "-B", "-m", "unittest", *MODULES]
    yield "200 short processes", ["/bin/sh", "-c", PROCESSES]


def used(command, env):
    """Nanoseconds by the clock, and of the processor in all its processes."""
    silent = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0), (os.POSIX_SPAWN_DUP2, 1, 2)]
    start = time.perf_counter_ns()
    pid = os.posix_spawn(command[0], command, env, file_actions=silent)
    status, usage = os.wait4(pid, 0)[1:]
    wall = time.perf_counter_ns() - start
    return None if status else (wall, (usage.ru_utime + usage.ru_stime) * 1e9)


def measure(runs, python, library, command):
    for title, suite in suites(python):
        variants = {
            "preloaded": (suite, environment(library, OPTIONS)),
            "without": (suite, environment(None)),
            "pihook run": ([command, "run", "--", *suite], environment(None, OPTIONS)),
        }
        processor = {}

        def clock(variant):
            both = used(*variant)
            processor.setdefault(id(variant), []).append(both and both[1])
            return both and both[0]

        compare(f"{title}, by the clock", "<= 1.02", runs, variants, clock)
        compare(f"{title}, processor time", "<= 1.02", runs, variants,
                lambda variant, taken=processor: taken[id(variant)].pop(0))
    variants = {
        "preloaded": (["/bin/true"], environment(library, OPTIONS)),
        "pihook run": ([command, "run", "/bin/true"], environment(None, OPTIONS)),
    }
    compare("start and end of pihook run", "-", runs, variants, lambda one: (used(*one) or [None])[0])
