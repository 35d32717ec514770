# SPDX-License-Identifier: MIT
"""Ends in the way that its argument names."""

import atexit
import os
import sys
import threading


def spin(started):
    import decimal
    started.set()
    while True:
        decimal.Decimal(1)


def with_daemons():
    for _ in range(4):
        started = threading.Event()
        threading.Thread(target=spin, args=(started,), daemon=True).start()
        started.wait()


def late_import():
    import colorsys
    print("imported at exit:", colorsys.__name__)


atexit.register(late_import)
ENDS = {
    "zero": lambda: sys.exit(0),
    "nothing": lambda: sys.exit(None),
    "number": lambda: sys.exit(3),
    "over": lambda: sys.exit(256 + 4),
    "text": lambda: sys.exit("a last word"),
    "object": lambda: sys.exit(("a", 1)),
    "raise": lambda: {}["missing"],
    "thread": lambda: threading.Thread(target=sys.exit, args=(9,)).start(),
    "daemons": with_daemons,
    "_exit": lambda: os._exit(6),
    "_exit with daemons": lambda: (with_daemons(), os._exit(6)),
}
ENDS[sys.argv[1]]()
