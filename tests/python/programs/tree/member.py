# SPDX-License-Identifier: MIT
"""One member of a test tree.  As a program: NAME [COMMAND...], has the finding NAME, becomes COMMAND."""

import ctypes
import os
import signal
import sys

SOURCE = """
import threading
one, other = threading.Lock(), threading.Lock()
with one:
    with other:
        pass
with other:
    with one:
        pass
"""


def invert(name):
    """A finding of that name: its places are in a file of its own."""
    exec(compile(SOURCE, name, "exec"), {})


def crash():
    ctypes.string_at(0)


def kill():
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    invert(sys.argv[1])
    if sys.argv[2:]:
        os.execvp(sys.argv[2], sys.argv[2:])
