# SPDX-License-Identifier: MIT
"""Post-import hooks and ordered locks, for programs that run without libpihook.so.

The same interface as the module `pihook` that the preloaded library brings along (which
comes first when it is loaded), in plain Python, for CPython 3.8 and newer:

    from pihook import when_imported

    @when_imported('threading')
    def warn(module):
        print('Threads? Are you crazy?')

A hook runs once for each module object, after the module's body and the binding in its
parent package, before the import statement goes on and before another thread can import the
module; at once if the module is imported already.  Nothing is changed until the first hook
is registered; sys.meta_path, builtins.__import__ and loaders never are.

acquire(*locks) is a context manager that acquires locks in the order of their addresses.
name_lock() and findings() are there, and have nothing to do without the library.
"""

from pihook._acquire import LockOrderViolation, acquire
from pihook._hooks import hooks, status, when_imported
from pihook._locks import findings, name_lock
from pihook._version import __version__

__all__ = [
    "LockOrderViolation",
    "acquire",
    "findings",
    "hooks",
    "name_lock",
    "status",
    "when_imported",
    "__version__",
]
