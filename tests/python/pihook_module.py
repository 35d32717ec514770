# SPDX-License-Identifier: MIT
"""The module pihook as a program sees it. One case a function."""

import importlib
import sys

before = set(sys.modules)

import pihook

brought = set(sys.modules) - before

from pihook import when_imported
from support import Recorder, holds, raises, same, write


def import_brings_nothing_else():
    same(brought, {"pihook"}, "what import pihook brought")
    holds("pihook" not in sys.builtin_module_names, "it is in no list of built-in modules")
    same(pihook.__name__, "pihook", "its name")
    holds(isinstance(pihook.__version__, str), "it has a version")
    importlib.import_module("pihook")
    same(sys.modules["pihook"], pihook, "the module of a second import")
    importlib.reload(pihook)
    same(pihook.status()["preloaded"], True, "preloaded, after a reload")


def import_again_gives_the_same_hooks():
    write("a", "")
    hook = Recorder()
    when_imported("a")(hook)
    del sys.modules["pihook"]
    import pihook as again

    same(len(again.hooks()), 1, "the number of hooks")
    import a

    same(hook, ["a"], "hooked")


# ---- when_imported ----


def decorator_returns_the_function():
    def function(module):
        pass

    class Callable:
        def __call__(self, module):
            pass

    callable_ = Callable()
    holds(when_imported("a")(function) is function, "a function comes back")
    holds(when_imported(name="a")(callable_) is callable_, "a callable object comes back")
    holds(when_imported("a")(print) is print, "a built-in function comes back")


def one_decorator_serves_many_functions():
    write("a", "")
    one, two = Recorder(), Recorder()
    decorate = when_imported("a")
    decorate(one)
    decorate(two)
    decorate(one)
    import a

    same((one, two), (["a", "a"], ["a"]), "hooked")


def bad_names_are_refused():
    for name in "", ".a", "a.", "..", ".", "a\0b", "\0":
        error = raises(ValueError, when_imported, name)
        holds("expected" in str(error), "%r says what was expected" % str(error))
    for name in 1, None, b"a", ["a"]:
        raises(TypeError, when_imported, name)
    raises(TypeError, when_imported)
    raises(ValueError, when_imported, "a\udc80")


def bad_arguments_are_refused():
    error = raises(ValueError, when_imported, "a", on_error="ignore")
    holds("'raise'" in str(error) and "ignore" in str(error), "%r names both" % str(error))
    raises(TypeError, when_imported, "a", on_error=1)
    raises(TypeError, when_imported, "a", on_error=None)
    raises(TypeError, when_imported, "a", "raise")
    raises(TypeError, when_imported, "a", nonsense=1)
    for function in 1, None, "function":
        raises(TypeError, when_imported("a"), function)
    raises(TypeError, when_imported("a"))
    same(pihook.hooks(), [], "the hooks after all that")


def the_exception_goes_to_the_importer():
    write("a", "")

    @when_imported("a", on_error="raise")
    def hook(module):
        raise KeyError("no")

    raises(KeyError, importlib.import_module, "a")
    holds("a" not in sys.modules, "the module is not in sys.modules")


def the_exception_is_reported():
    """The caller looks for the finding."""
    write("a", "")

    @when_imported("a", on_error="report")
    def hook(module):
        raise KeyError("told")

    import a

    holds(sys.modules["a"] is a, "the import succeeds")


def a_method_keeps_its_object_alive():
    import gc

    write("a", "")
    seen = []

    class Thing:
        def hook(self, module):
            seen.append(module.__name__)

    when_imported("a")(Thing().hook)
    gc.collect()
    import a

    same(seen, ["a"], "hooked")


def modules_are_not_kept_alive():
    import gc
    import weakref

    write("a", "")
    when_imported("*")(lambda module: None)
    import a

    reference = weakref.ref(a)
    del sys.modules["a"], a
    gc.collect()
    same(reference(), None, "what is left of the module")


# ---- status and hooks ----


def status_tells_what_is_live():
    write("a", "")
    hook = Recorder()
    when_imported("a")(hook)
    before = pihook.status()["counters"]
    import a

    status = pihook.status()
    same(sorted(status), ["counters", "preloaded", "python", "roads", "version"], "the keys")
    same((status["preloaded"], status["python"], status["version"]),
         (True, sys.version, pihook.__version__), "preloaded, python, version")
    imports, statements = status["roads"]["imports"], status["roads"]["statements"]
    same((imports["live"], imports["road"], imports["why"]), (True, "inittab", None), "imports")
    same((statements["live"], statements["road"], statements["seen"]), (False, None, 0),
         "statements")
    holds("import-statements" in statements["why"], "%r names the option" % statements["why"])
    after = status["counters"]
    same((after["modules"] - before["modules"], after["hooks_run"] - before["hooks_run"],
          after["hooks_failed"]), (1, 1, 0), "the counters")


def status_counts_failures():
    write("a", "")
    hook = Recorder()
    hook.error = KeyError("no")
    when_imported("a")(hook)
    raises(KeyError, importlib.import_module, "a")
    same(pihook.status()["counters"]["hooks_failed"], 1, "the number of failures")


def status_of_an_option(road):
    """PIHOOK_OPTIONS says import-road=ROAD."""
    write("a", "")
    hook = Recorder()
    when_imported("a")(hook)
    import a

    imports = pihook.status()["roads"]["imports"]
    same((imports["live"], imports["road"]), (True, road), "the road")
    same(hook, ["a"], "hooked")


def hooks_are_listed(config):
    """The configuration has five hooks."""

    def function(module):
        pass

    when_imported("b.*", on_error="report", reload=True)(function)
    line = function.__code__.co_firstlineno + 3
    common = {"file": config, "on_error": "report", "optional": False, "reload": False}
    expected = [
        dict(common, name="a", action="warn", target="text", line=2),
        dict(common, name="b.*", action="call", target="m:f", line=4, on_error="raise"),
        dict(common, name="b.*", action="exec", target="x = 1\ny = 2", line=6, on_error="raise"),
        dict(common, name="c", action="native", target="/n.so:f", line=9, optional=True),
        dict(common, name="c", action="warn", target="d", line=12, reload=True),
        dict(common, name="b.*", action="python", target=function, line=line,
             file=function.__code__.co_filename, reload=True),
    ]
    same(pihook.hooks(), expected, "the hooks")


# ---- its face ----


def help_is_written():
    import inspect
    import pydoc

    signatures = {
        "when_imported": "(name, *, on_error='raise', reload=False)",
        "status": "()",
        "hooks": "()",
        "import_statements": "()",
    }
    for name, signature in signatures.items():
        same(str(inspect.signature(getattr(pihook, name))), signature, "signature of " + name)
        holds(len(inspect.getdoc(getattr(pihook, name))) > 40, name + " has a docstring")
    text = pydoc.plain(pydoc.render_doc(pihook))
    for words in "when_imported(name, *, on_error='raise', reload=False)", "Threads?", "hooks()":
        holds(words in text, "help(pihook) has %r" % words)
    holds("libpihook(7)" in pihook.__doc__, "its docstring leads to the manual")
