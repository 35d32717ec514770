# SPDX-License-Identifier: MIT
"""Runs one function of a file beside this one: case.py FILE FUNCTION [ARGUMENT...].

The function prints nothing when all is right and raises AssertionError when it is not."""

import sys

sys.path[:0] = [__file__.rpartition("/")[0], "."]
file, function, *arguments = sys.argv[1:]
getattr(__import__(file), function)(*arguments)
