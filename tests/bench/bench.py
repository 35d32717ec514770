# SPDX-License-Identifier: MIT
"""Ratios of the time of a program under pihook to its time without, side by side in one run.

    python3 bench.py [--runs N] [--python PYTHON] [--tools]
                    [--only locks|imports|python-locks|recorder|suites] LIBRARY FOLDER

FOLDER is where the null shim and the programs are built. Each measure runs its variants in
turn, A B C A B C ..., N times; a ratio is taken within each turn and the median of the ratios
is told, with the lower and upper quartile as the noise. --tools measures locks under
ThreadSanitizer and Helgrind as well. Nothing here passes or fails: the goals stand beside the
figures.
"""

import argparse
import os
import sys

import imports
import locks
import python_locks
import recorder
import suites


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=21)
    parser.add_argument("--python", default="/usr/bin/python3")
    parser.add_argument("--tools", action="store_true")
    parser.add_argument(
        "--only", choices=("locks", "imports", "python-locks", "recorder", "suites")
    )
    parser.add_argument("library")
    parser.add_argument("folder")
    options = parser.parse_args()
    null = os.path.join(options.folder, ".libs", "null_shim.so")
    program = os.path.join(options.folder, "locks")
    if options.only in (None, "locks"):
        locks.measure(options.runs, options.library, null, program, options.tools)
    if options.only in (None, "python-locks"):
        python_locks.measure(options.runs, options.python, options.library)
    if options.only in (None, "imports"):
        imports.measure(options.runs, options.python, options.library, null)
    if options.only in (None, "recorder"):
        recorder.measure(options.runs, options.python, options.library, program)
    if options.only in (None, "suites"):
        command = os.path.join(os.path.dirname(options.library), "..", "tools", "pihook")
        suites.measure(options.runs, options.python, options.library, os.path.realpath(command))
    return 0


if __name__ == "__main__":
    sys.exit(main())
