# SPDX-License-Identifier: MIT
"""What the preloaded library knows of locks: without it, nothing."""

import _thread


def name_lock(lock, name):
    """Give a Lock, RLock or Condition a name that findings tell.

    Raises TypeError for anything else, and for a name that is no str.
    """
    inner = getattr(lock, "_lock", lock)
    if not isinstance(inner, (_thread.LockType, _thread.RLock)):
        raise TypeError("expected a Lock, RLock or Condition, got %s" % type(lock).__name__)
    if not isinstance(name, str):
        raise TypeError("a name is a str, got %s" % type(name).__name__)


def findings():
    """Return a list of what was found: an empty one, for nobody looks."""
    return []
