# SPDX-License-Identifier: MIT
"""Registering hooks and running them."""

import sys
import traceback
import types

from pihook import _importlib, _registry
from pihook._version import __version__

_counters = {"modules": 0, "hooks_run": 0, "hooks_failed": 0, "statements_lost": 0}


def _is_initializing(module):
    # Not getattr: a lazy module or a proxy would load itself.
    if not issubclass(type(module), types.ModuleType):
        return False
    spec = types.ModuleType.__getattribute__(module, "__dict__").get("__spec__")
    return bool(getattr(spec, "_initializing", False))


def _report(hook, name):
    _counters["hooks_failed"] += 1
    error = sys.exc_info()
    print(
        f"pihook: warning: hook-failed: {hook.file}:{hook.line}: hook on {hook.pattern!r} "
        f"failed for module {name!r}: {error[0].__name__}: {error[1]}",
        file=sys.stderr,
    )
    traceback.print_exception(*error)


def _run(hook, name, module):
    _counters["hooks_run"] += 1
    try:
        hook.function(module)
    except Exception:
        if hook.on_error == "raise":
            _counters["hooks_failed"] += 1
            raise
        _report(hook, name)


def _run_due(name, module, start=0):
    for place, hook in _registry.due(name, start):
        if _registry.claim(place, name, module):
            _run(hook, name, module)


def _run_all(name, module):
    # Closing comes before the second look, registering before is_closed(): one of the two
    # threads sees the other.
    seen = len(_registry.hooks)
    _run_due(name, module)
    _registry.close(name, module)
    _run_due(name, module, seen)


def _run_children(parent):
    # A body may put other modules into sys.modules under names below its own (os does so
    # with os.path): no import of these is ever seen.
    for place, hook in _registry.children(parent):
        module = sys.modules.get(hook.pattern)
        if module is None or _importlib.is_lazy(module) or _is_initializing(module):
            continue
        if _registry.claim(place, hook.pattern, module):
            _run(hook, hook.pattern, module)


def _loaded(name):
    """The body of a module has run; the import goes on for everybody else."""
    _counters["modules"] += 1
    _run_module(name)
    _run_children(name)


def _run_module(name):
    module = sys.modules.get(name)
    if module is None or next(_registry.due(name), None) is None:
        return
    if _importlib.is_lazy(module):
        _importlib.watch_lazy(name, module, _run_all)
        return
    with _importlib.bound_in_parent(name, module):
        try:
            _run_all(name, module)
        except BaseException:
            sys.modules.pop(name, None)
            raise


def _reloaded(name, module):
    for _, hook in _registry.due(name):
        if hook.reload:
            _run(hook, name, module)


def _run_present(place, hook):
    for name in [name for name in list(sys.modules) if hook.wants(name)]:
        module = sys.modules.get(name)
        if module is None:
            continue
        if _importlib.is_lazy(module):
            _importlib.watch_lazy(name, module, _run_all)
        elif not _is_initializing(module) or _registry.is_closed(name, module):
            if _registry.claim(place, name, module):
                _run(hook, name, module)


def when_imported(name, *, on_error="raise", reload=False):
    """Decorator: call the function with the module once `name` has been imported.

    name is an absolute dotted name or a glob over dotted names ('numpy.*', '*').  The
    function runs once for each module object, after the module's body and the binding in
    its parent package, before the import statement goes on and before another thread can
    import the module; at once if the module is imported already.  It is returned as it is.

    on_error='raise': its exception goes to the importer, whose import fails;
    'report': it is told on stderr and the import succeeds.
    reload=True: the function runs again after importlib.reload().

    Raises ValueError for a name or an on_error that is none of these.
    """
    if not isinstance(name, str):
        raise TypeError(f"name is a {type(name).__name__}: expected a str")
    if not name or name[0] == "." or name[-1] == "." or "\0" in name:
        raise ValueError(f"expected an absolute dotted module name or a glob, got {name!r}")
    if on_error not in ("raise", "report"):
        raise ValueError(f"on_error is {on_error!r}: expected 'raise' or 'report'")

    def decorate(function):
        if not callable(function):
            raise TypeError("when_imported() decorates a function that takes the module")
        _importlib.wrap(_loaded, _reloaded)
        caller = sys._getframe(1)
        hook = _registry.Hook(
            name, function, on_error, reload, caller.f_code.co_filename, caller.f_lineno
        )
        place = _importlib.append(_registry.hooks, hook)
        _run_present(place, hook)
        return function

    return decorate


def status():
    """Return a dict that says what of pihook is live: as the library's, 'preloaded' is False."""
    without = "libpihook.so is not loaded"
    return {
        "version": __version__,
        "preloaded": False,
        "python": sys.version,
        "roads": {
            "imports": {
                "live": _importlib.is_wrapped() and _counters["modules"] > 0,
                "road": "plain Python" if _importlib.is_wrapped() else None,
                "why": None if _importlib.is_wrapped() else "no hook is registered",
                "seen": _counters["modules"],
            },
            "statements": {
                "live": False, "road": None, "why": without, "seen": 0, "sites": 0,
            },
        },
        "counters": dict(_counters),
    }


def hooks():
    """Return a list of the registered hooks, a dict each, in order of registration."""
    return [
        {
            "name": hook.pattern,
            "action": "python",
            "target": hook.function,
            "file": hook.file,
            "line": hook.line,
            "on_error": hook.on_error,
            "optional": False,
            "reload": hook.reload,
        }
        for hook in _registry.hooks
    ]
