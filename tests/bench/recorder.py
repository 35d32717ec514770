# SPDX-License-Identifier: MIT
"""What recording and statistics cost on top of the checks: locks, Python's locks, imports.

The trace has a bound of 1 MiB, so that its pages are written again and again: the first touch
of a page of a file costs what the kernel takes for it, which on some virtual machines is more
than all events that the page has room for.
"""

import os
import tempfile

from compare import compare, environment, figure
from imports import NEW_MODULES, write_modules
from python_locks import PROGRAM

LOCKS = (
    ("depth1", "uncontended lock + unlock"),
    ("depth4", "4 nested, per lock + unlock"),
    ("two-unrelated", "two threads on two unrelated locks"),
    ("contended", "two threads on one lock"),
)
PYTHON_LOCKS = (
    ("pass_lock", "with lock: pass"),
    ("nested", "two nested"),
)
# One is acquired, one released.
EVENTS_OF_A_PAIR = 2


class Variants:
    """Environments by name; each trace is removed once it was measured."""

    def __init__(self, library, folder):
        self.folder = folder
        trace = f"trace={folder}/%p:trace-size=1"
        self.all = {
            "without": environment(None),
            "pihook": environment(library),
            "pihook, stats": environment(library, "stats=1:log=/dev/null"),
            "pihook, trace": environment(library, trace),
            "pihook, both": environment(library, trace + ":stats=1:log=/dev/null"),
        }

    def figure(self, command, env):
        result = figure(command, env, timeout=120)
        for name in os.listdir(self.folder):
            os.unlink(os.path.join(self.folder, name))
        return result


def tell_event(medians, events):
    for name in ("pihook, trace", "pihook, stats"):
        if medians[name] and medians["pihook"]:
            each = (medians[name] - medians["pihook"]) / events
            print(f"  {name:28} {each:12.1f} ns an event more than the checks")


def measure_locks(runs, variants, program):
    for name, title in LOCKS:
        medians = compare(title, "<= 40 ns an event more", runs, variants.all,
                          lambda env, name=name: variants.figure([program, name, "0.2"], env))
        tell_event(medians, EVENTS_OF_A_PAIR)


def measure_python_locks(runs, variants, python):
    for name, title in PYTHON_LOCKS:
        command = [python, "-I", "-S", "-c", PROGRAM, name]
        compare(title, "-", runs, variants.all,
                lambda env, command=command: variants.figure(command, env))


def measure_imports(runs, variants, python, modules):
    def processor_time(argument):
        env, options = argument
        return variants.figure([python, "-I", "-S", *options, "-c", NEW_MODULES, modules], env)

    write_modules(modules)
    processor_time((variants.all["without"], ()))  # writes the .pyc files
    compare("import of a new module", "less than -X importtime", runs,
            {**{name: (env, ()) for name, env in variants.all.items()},
             "-X importtime": (variants.all["without"], ("-X", "importtime"))}, processor_time)


def measure(runs, python, library, program):
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder, \
            tempfile.TemporaryDirectory() as modules:
        variants = Variants(library, folder)
        measure_locks(runs, variants, program)
        measure_python_locks(runs, variants, python)
        measure_imports(runs, variants, python, modules)
