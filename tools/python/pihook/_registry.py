# SPDX-License-Identifier: MIT
"""Which hook wants which module, and which has run for which module object."""

import weakref
from fnmatch import fnmatchcase


class Hook:
    """A registered hook.  Hooks are never removed; their place in the list is their order."""

    def __init__(self, pattern, function, on_error, reload, file, line):
        self.pattern = pattern
        self.function = function
        self.on_error = on_error
        self.reload = reload
        self.file = file
        self.line = line
        self.is_glob = any(character in pattern for character in "*?[")

    def wants(self, name):
        return fnmatchcase(name, self.pattern) if self.is_glob else name == self.pattern


hooks = []
_claims = {}
_closed = {}


def due(name, start=0):
    """Yield the hooks for the module from that place on; those added meanwhile too."""
    place = start
    while place < len(hooks):
        if hooks[place].wants(name):
            yield place, hooks[place]
        place += 1


def children(parent):
    """Yield the hooks on one module whose name begins with the parent's and a dot."""
    for place, hook in enumerate(list(hooks)):
        if not hook.is_glob and hook.pattern.startswith(parent + "."):
            yield place, hook


class _Mark:
    """Stands for one module object without keeping it alive, if it can be referred to weakly."""

    def __init__(self, module):
        try:
            self._module = weakref.ref(module)
        except TypeError:
            self._module = lambda: module

    def is_of(self, module):
        return self._module() is module


def claim(place, name, module):
    """True for the one caller that is to run this hook for this module object."""
    mark = _Mark(module)
    present = _claims.setdefault((place, name), mark)
    if present is not mark and not present.is_of(module):
        _claims[place, name] = present = mark
    return present is mark


def close(name, module):
    """All hooks have run: whoever registers one more from now on runs it."""
    _closed[name] = _Mark(module)


def is_closed(name, module):
    mark = _closed.get(name)
    return mark is not None and mark.is_of(module)
