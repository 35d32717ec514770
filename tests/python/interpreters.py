# SPDX-License-Identifier: MIT
"""Hooks in sub-interpreters. Results come back through files: nothing else is shared."""

import sys

from pihook import hooks, when_imported
from support import Recorder, missing, same, write

HOOKED = """
import sys
sys.path[:0] = ["."]
import a
import pihook
seen = []
pihook.when_imported("b")(lambda module: seen.append(module.__name__))
import b
pihook.when_imported("a")(lambda module: seen.append(module.__name__))
with open("seen", "w") as file:
    file.write("%s %s %d" % (a.hooked, seen, len(pihook.hooks())))
"""


def seen():
    with open("seen") as file:
        return file.read()


def run_by_testcapi(code):
    try:
        from _testcapi import run_in_subinterp
    except ImportError:
        missing("there is no _testcapi")
    return run_in_subinterp(code)


def interpreters():
    """The module's functions changed names: create, run_string and destroy stayed."""
    for name in "_interpreters", "_xxsubinterpreters":
        try:
            return __import__(name)
        except ImportError:
            pass
    return missing("there is no module _interpreters")


def run_by_interpreters(code, *kind):
    module = interpreters()
    interpreter = module.create(*kind)
    error = module.run_string(interpreter, code)
    module.destroy(interpreter)
    same(error, None, "the error of the sub-interpreter")


def make_modules():
    write("a", "hooked = 0")
    write("b", "")


def hooks_of_the_configuration_run_in_each(way):
    """The configuration says: [hook a] exec = module.hooked += 1"""
    make_modules()
    own = Recorder()
    when_imported("b")(own)
    before = len(hooks())
    for _ in range(3):
        WAYS[way](HOOKED)
        same(seen(), "1 ['b', 'a'] 3", "what the sub-interpreter saw")
    same(own, [], "hooked in the main interpreter")
    same(len(hooks()), before, "the number of hooks in the main interpreter")
    import a
    import b

    same((a.hooked, own), (1, ["b"]), "hooked in the main interpreter")


def hooks_run_in_threads_with_a_gil_of_their_own():
    import threading

    make_modules()
    module = interpreters()
    ids = [module.create("isolated") if sys.version_info >= (3, 13) else module.create()
           for _ in range(4)]
    errors = []

    def work(number):
        code = HOOKED.replace('"seen"', '"seen%d"' % number)
        errors.append(module.run_string(ids[number], code))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(ids))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, interpreter in enumerate(ids):
        module.destroy(interpreter)
        with open("seen%d" % number) as file:
            same(file.read(), "1 ['b', 'a'] 3", "what sub-interpreter %d saw" % number)
    same(errors, [None] * len(ids), "the errors of the sub-interpreters")


WAYS = {"testcapi": run_by_testcapi, "interpreters": run_by_interpreters}
