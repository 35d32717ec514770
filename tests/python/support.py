# SPDX-License-Identifier: MIT
"""What the cases share: modules made on the spot, and comparisons that say what they saw."""

import os
import sys


def write(name, *lines):
    """Writes the module `name` (a package if that ends in a dot) to the current folder."""
    *parents, last = name.rstrip(".").split(".")
    path = "."
    for parent in parents + [last] * name.endswith("."):
        path += "/" + parent
        if not os.path.isdir(path):
            os.mkdir(path)
    path += "/__init__.py" if name.endswith(".") else "/" + last + ".py"
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in lines))
    forget_folders()


def forget_folders():
    """What importlib.invalidate_caches() does, without an import."""
    for finder in list(sys.path_importer_cache.values()):
        if hasattr(finder, "invalidate_caches"):
            finder.invalidate_caches()


def same(actual, expected, what="value"):
    if actual != expected:
        raise AssertionError("%s is %r, expected %r" % (what, actual, expected))


def holds(condition, sentence):
    if not condition:
        raise AssertionError("it is not so that " + sentence)


def raises(kind, function, *arguments, **keywords):
    """The exception of that kind, which the call must raise."""
    try:
        function(*arguments, **keywords)
    except kind as exception:
        return exception
    raise AssertionError("no %s was raised" % kind.__name__)


def missing(what):
    """Ends a case that this interpreter can't run."""
    print(what)
    sys.stdout.flush()
    os._exit(77)


class Recorder(list):
    """A hook that keeps the names of its modules; fails when `error` is set."""

    error = None

    def __call__(self, module):
        self.append(module.__name__)
        if self.error is not None:
            raise self.error
