# SPDX-License-Identifier: MIT
"""Runs functions of a file beside this one:

    case.py FILE FUNCTION [ARGUMENT...]
    case.py --children FOLDER FILE FUNCTION...

The function prints nothing when all is right and raises AssertionError when it is not.
With --children each runs in a child of its own, which begins with the file imported and ends
without taking the interpreter apart: that takes a fifth of the time. What one prints comes to
FOLDER/FUNCTION.out and .err, how it ends to FUNCTION.status, as the shell would tell it."""

import os
import sys

SECONDS_TO_HANG = 600


def child(file, function):
    """What this path finder knows is the folder of before."""
    import _signal

    _signal.alarm(SECONDS_TO_HANG)
    sys.path_importer_cache.pop(".", None)
    status = 0
    try:
        getattr(file, function)()
    except BaseException:
        sys.excepthook(*sys.exc_info())
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def redirect(path, *descriptors):
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for descriptor in descriptors:
        os.dup2(file, descriptor)
    os.close(file)


def children(folder, file, *functions):
    file = __import__(file)
    for function in functions:
        path = os.path.join(folder, function)
        os.makedirs(path)
        pid = os.fork()
        if pid == 0:
            redirect(path + ".out", 1)
            redirect(path + ".err", 2)
            os.chdir(path)
            child(file, function)
        status = os.waitpid(pid, 0)[1]
        shown = 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        with open(path + ".status", "w") as result:
            result.write("%d\n" % shown)


sys.path[:0] = [__file__.rpartition("/")[0], "."]
if sys.argv[1] == "--children":
    children(*sys.argv[2:])
else:
    file, function, *arguments = sys.argv[1:]
    getattr(__import__(file), function)(*arguments)
