# SPDX-License-Identifier: MIT
"""Imports that fail in every way: the whole traceback of each is printed."""

import importlib
import sys
import traceback

NAMES = ["raises", "raises_base", "bad_syntax", "bad_indentation", "imports_missing", "circular",
         "package.raises", "package.imports_raises", "package.missing", "raises.below", "nul",
         "replaces_itself", "removes_itself", "missing"]

with open("nul.py", "wb") as body:
    body.write(b"value = 1\n\0\n")
for name in NAMES:
    print("==", name)
    for load in (__import__, importlib.import_module):
        try:
            load(name)
        except BaseException:
            traceback.print_exc(file=sys.stdout)
    print(sorted(module for module in sys.modules if module.partition(".")[0] in NAMES))
try:
    from package import nothing_of_the_kind
except ImportError:
    traceback.print_exc(file=sys.stdout)
sys.stdout.flush()
import package.imports_raises
