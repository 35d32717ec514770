# SPDX-License-Identifier: MIT
"""The few functions of importlib that are wrapped, and what goes with them.

_load_unlocked calls _verbose_message in every version at the one moment that matters: the
body has run, the final object is in sys.modules, and the module still counts as
initialising, so that other threads wait for its lock.
"""

import _frozen_importlib as _bootstrap
import _thread
import functools
import sys
import types
from contextlib import contextmanager

_lock = _thread.allocate_lock()
_wrapped = False
_hooking = {}  # submodule whose hooks run now -> thread


def append(items, item):
    """Append and return the place; two threads never get the same."""
    with _lock:
        items.append(item)
        return len(items) - 1


def is_wrapped():
    return _wrapped


def _wrap(name, make):
    real = getattr(_bootstrap, name, None)
    if real is not None:
        setattr(_bootstrap, name, functools.wraps(real)(make(real)))


def wrap(loaded, reloaded):
    """Wrap importlib, once: loaded(name) after a body, reloaded(name, module) after a reload."""
    global _wrapped
    with _lock:
        if _wrapped:
            return
        _wrapped = True

    def make_verbose_message(real):
        def _verbose_message(message, *args, verbosity=1):
            real(message, *args, verbosity=verbosity)
            if message == "import {!r} # {!r}" and len(args) == 2:
                loaded(args[0])

        return _verbose_message

    def make_load_backward_compatible(real):
        def _load_backward_compatible(spec):
            module = real(spec)
            spec._initializing = True
            try:
                loaded(spec.name)
            finally:
                spec._initializing = False
            return module

        return _load_backward_compatible

    def make_exec(real):
        def _exec(spec, module):
            module = real(spec, module)
            reloaded(spec.name, module)
            return module

        return _exec

    _wrap("_verbose_message", make_verbose_message)
    _wrap("_load_backward_compatible", make_load_backward_compatible)
    _wrap("_exec", make_exec)
    _wrap("_handle_fromlist", make_handle_fromlist)


def make_handle_fromlist(real):
    # `from package import submodule` takes the attribute without asking whether the
    # submodule's import is over, so it waits while hooks run with the attribute bound: after
    # the real function, which has either imported the submodule or met the attribute.
    def _handle_fromlist(module, fromlist, import_, *, recursive=False):
        result = real(module, fromlist, import_, recursive=recursive)
        if _hooking:
            for item in fromlist:
                name = f"{module.__name__}.{item}"
                if _hooking.get(name, _thread.get_ident()) != _thread.get_ident():
                    _bootstrap._lock_unlock_module(name)
        return result

    return _handle_fromlist


@contextmanager
def bound_in_parent(name, module):
    """Bind the submodule in its parent as importlib does right after; undone on an exception."""
    parent, _, child = name.rpartition(".")
    package = sys.modules.get(parent) if parent else None
    if package is None:
        yield
        return
    before = getattr(package, "__dict__", {}).get(child)
    _hooking[name] = _thread.get_ident()
    try:
        try:
            setattr(package, child, module)
        except AttributeError:
            pass
        yield
    except BaseException:
        if before is not None:
            setattr(package, child, before)
        elif child in getattr(package, "__dict__", {}):
            delattr(package, child)
        raise
    finally:
        _hooking.pop(name, None)


def is_lazy(module):
    """Is it a module of LazyLoader whose body has not run?"""
    util = sys.modules.get("importlib.util")
    return util is not None and issubclass(type(module), util._LazyModule)


def watch_lazy(name, module, run):
    """Call run(name, module) when the body of the lazy module has run.

    A loader of ours stands in its spec until then; the real one may be a class, on which an
    attribute would hide the method of that name.
    """
    spec = types.ModuleType.__getattribute__(module, "__dict__")["__spec__"]
    loader = spec.loader

    def exec_module(lazy):
        spec.loader = loader
        loader.exec_module(lazy)
        run(name, lazy)

    spec.loader = types.SimpleNamespace(exec_module=exec_module)
