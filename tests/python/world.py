# SPDX-License-Identifier: MIT
"""Prints what of the interpreter a program can see. The same with and without pihook."""

import builtins
import json
import sys
import threading
import traceback

try:
    import nowhere
except ImportError:
    traceback.print_exc(file=sys.stdout)
try:
    json.loads("{")
except ValueError:
    traceback.print_exc(file=sys.stdout)

print(sys.meta_path, sys.path_hooks, sys.path)
print(builtins.__import__, sys.builtin_module_names)
print(list(sys.modules))
print([(name, type(getattr(module, "__loader__", None)).__name__,
        type(getattr(module, "__spec__", None)).__name__) for name, module in sys.modules.items()])
print(sys.gettrace(), sys.getprofile(), threading.enumerate())
print(sys.flags, sys.warnoptions, sys.argv, sys.executable, sys.prefix)
print(sorted(vars(sys)), sorted(vars(builtins)), sys.getrecursionlimit(), sys.getswitchinterval())
print(sorted(vars(sys.modules["_thread"])), sorted(vars(sys.modules["_io"])))
