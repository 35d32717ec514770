# SPDX-License-Identifier: MIT
"""Locks, by the program locks.c: nanoseconds a lock and unlock by the clock, and memory."""

from collections import namedtuple

from compare import compare, environment, figure

# tools: the share of the usual operations that ThreadSanitizer and Helgrind are given; 0: they
# are not measured there.
Measure = namedtuple("Measure", "name title goal tools unit", defaults=["ns"])

MEASURES = (
    Measure("depth1", "uncontended lock + unlock, nothing else held", "<= 1.15 x null shim", 0.1),
    Measure("one-thread", "the same in a process that has one thread", "-", 0.1),
    Measure("depth4", "4 nested, per lock + unlock", "<= 1.4 x null shim", 0.1),
    Measure("depth16", "16 nested", "-", 0.1),
    Measure("hot4", "4 of 100,000 held at once, 256 of them in use", "-", 0.1),
    Measure("hot16", "16 of 100,000 held at once, 256 of them in use",
            "<= 2 x pihook's figure for 4 nested", 0.1),
    Measure("sweep4", "4 of 100,000 held at once, 32,000 of them in use", "-", 0),
    Measure("sweep16", "16 of 100,000 held at once, 32,000 of them in use", "-", 0),
    Measure("two-unrelated", "two threads on two unrelated locks", "scales as without", 0.1),
    Measure("contended", "two threads on one lock", "-", 0.1),
    Measure("rwlock-read", "read lock + unlock", "-", 0.1),
    Measure("new-edges", "two locks nested for the first time, 10,000 locks, 100,000 edges",
            "<= 10000 ns", 0.1),
    Measure("memory-lock", "memory of a lock that was held once, 1,000,000 of them", "-", 0,
            "bytes"),
    Measure("memory-nested", "memory of a lock that was nested twice, 100,000 of them", "-", 0,
            "bytes"),
    Measure("memory-thread", "memory of a thread that nests two locks, 1,000 of them", "-", 0,
            "bytes"),
)


def run(variant, measure):
    command, env, share = variant
    return figure([*command, measure.name, str(share)], env, timeout=60)


def measure_one(measure, runs, variants, tools):
    slow = {name: (command, env, measure.tools) for name, (command, env) in tools.items()}
    return compare(measure.title, measure.goal, runs,
                   {**variants, **(slow if measure.tools else {})},
                   lambda variant: run(variant, measure),
                   unit=measure.unit, null="null shim", rare=tuple(slow))


def tool_commands(program):
    # ThreadSanitizer wants the addresses that it knows; a report is no failure here.
    tsan = {**environment(None), "TSAN_OPTIONS": "exitcode=0"}
    return {
        "ThreadSanitizer": (["setarch", "--addr-no-randomize", program + "_tsan"], tsan),
        "Helgrind": (["valgrind", "-q", "--tool=helgrind", program], environment(None)),
    }


def measure(runs, library, null, program, with_tools):
    variants = {
        "without": ([program], environment(None), 1),
        "null shim": ([program], environment(null), 1),
        "pihook": ([program], environment(library), 1),
    }
    tools = tool_commands(program) if with_tools else {}
    medians = {each.name: measure_one(each, runs, variants, tools)["pihook"]
               for each in MEASURES}
    if medians["hot16"] and medians["depth4"]:
        print(f"pihook, 16 of 100,000 held against 4 nested: "
              f"x {medians['hot16'] / medians['depth4']:.2f} (goal: <= 2)")
