# SPDX-License-Identifier: MIT
"""When a post-import hook runs, how often, and what it gets. One case a function."""

import importlib
import sys
import threading

from pihook import when_imported
from support import Recorder, forget_folders, holds, missing, raises, same, write


def hooked(name, **keywords):
    """A recorder that is registered for the name."""
    hook = Recorder()
    same(when_imported(name, **keywords)(hook), hook, "what the decorator returns")
    return hook


# ---- once, when, with what ----


def once_for_each_module_object():
    write("a", "")
    hook = hooked("a")
    import a

    first = a
    for _ in range(3):
        import a
    importlib.import_module("a")
    __import__("a")
    same(hook, ["a"], "hooked by the first import")
    del sys.modules["a"]
    import a

    holds(a is not first, "the module is a new object")
    same(hook, ["a", "a"], "hooked by the import of a new object")


def after_the_body():
    write("a", "import b", "last = 1")
    write("b", "")
    seen = []

    @when_imported("a")
    def look(module):
        seen.extend([module.last, module.b, module is sys.modules["a"]])

    import a

    same(seen, [1, a.b, True], "what the hook saw")


def with_the_attribute_of_the_parent_bound():
    write("pkg.", "")
    write("pkg.sub", "")
    seen = []

    @when_imported("pkg.sub")
    def look(module):
        seen.append(sys.modules["pkg"].sub is module)
        import pkg.sub
        import pkg.sub as short
        from pkg import sub

        seen.append(pkg.sub is short is sub is module)

    import pkg.sub

    same(seen, [True, True], "the attribute is the module")
    same(pkg.sub.__name__, "pkg.sub", "the attribute afterwards")


def with_the_final_object():
    write(
        "a",
        "import sys",
        "class Stand:",
        "    __slots__ = ()",
        "sys.modules[__name__] = Stand()",
    )
    seen = []
    when_imported("a")(seen.append)
    import a
    import a as again

    same(seen, [sys.modules["a"]], "what the hook got")
    holds(a is again is seen[0], "the import gives the object that was hooked")


def in_order_of_registration():
    write("a", "")
    order = []
    for number, pattern in enumerate(["a", "*", "[ab]", "a", "?"]):
        when_imported(pattern)(lambda module, number=number: order.append(number))
    del order[:]
    import a

    same(order, [0, 1, 2, 3, 4], "the order")


def at_once_when_it_is_imported_already():
    write("a", "")
    import a

    hook = hooked("a")
    same(hook, ["a"], "hooked at once")
    import a

    same(hook, ["a"], "hooked by an import after that")
    other = hooked("a")
    same((hook, other), (["a"], ["a"]), "hooked by another registration")


def a_glob_hooks_what_is_imported_already():
    write("pkg.", "")
    write("pkg.one", "")
    write("pkg.two", "")
    import pkg.one

    hook = hooked("pkg.*")
    same(hook, ["pkg.one"], "hooked at once")
    import pkg.two

    same(hook, ["pkg.one", "pkg.two"], "hooked after the next import")


def not_after_an_import_that_failed():
    write("a", "import b", "1 / 0")
    write("b", "")
    hook = hooked("[ab]")
    raises(ZeroDivisionError, importlib.import_module, "a")
    same(hook, ["b"], "hooked by the import that failed")
    raises(ImportError, importlib.import_module, "nowhere")
    write("a", "import b")
    raises_nothing = importlib.import_module("a")
    same(hook, ["b", "a"], "hooked after the import that succeeded")
    holds(raises_nothing is sys.modules["a"], "the import gives the module")


def not_for_a_body_that_removes_its_module():
    write("a", "import sys", "del sys.modules[__name__]")
    hook = hooked("a")
    raises((ImportError, KeyError), importlib.import_module, "a")
    same(hook, [], "hooked")


def for_a_module_without_a_spec():
    write("a", "__spec__ = None")
    write("b", "del __spec__")
    hook = hooked("[ab]")
    import a
    import b

    same(hook, ["a", "b"], "hooked")


def reload_runs_the_hooks_that_want_it():
    write("a", "")
    plain, again = hooked("a"), hooked("a", reload=True)
    import a

    importlib.reload(a)
    importlib.reload(a)
    same((len(plain), len(again)), (1, 3), "how often they ran")


def reload_gets_the_exception_of_a_hook():
    write("a", "")
    hook = hooked("a", reload=True)
    import a

    hook.error = KeyError("no")
    raises(KeyError, importlib.reload, a)
    holds(sys.modules["a"] is a, "the module is still there")
    hook.error = None
    importlib.reload(a)
    same(len(hook), 3, "how often the hook ran")


# ---- what hooks do ----


def a_hook_imports_what_is_hooked():
    write("a", "")
    write("b", "")
    order = []

    @when_imported("a")
    def first(module):
        import b

        order.append("a")

    @when_imported("b")
    def second(module):
        order.append("b")

    import a

    same(order, ["b", "a"], "the order")


def a_hook_imports_its_own_module():
    write("a", "")
    seen = []

    @when_imported("a")
    def again(module):
        import a

        seen.append(a is module)
        seen.append(importlib.import_module("a") is module)

    import a

    same(seen, [True, True], "the hook got its own module")


def a_hook_registers_hooks():
    write("a", "")
    write("b", "")
    write("c", "")
    import c

    hooks = []

    @when_imported("a")
    def register(module):
        hooks.extend([hooked("a"), hooked("b"), hooked("c")])

    import a

    same(hooks, [["a"], [], ["c"]], "hooked after the first import")
    import b

    same(hooks, [["a"], ["b"], ["c"]], "hooked after the second import")


def a_body_registers_a_hook_for_its_own_module():
    write("a", "import pihook", "seen = []", "pihook.when_imported('a')(seen.append)",
          "early = list(seen)")
    import a

    same((a.early, a.seen), ([], [a]), "seen by the end of the body, and after it")


def a_hook_starts_a_thread_and_joins_it():
    write("a", "")
    write("b", "")
    seen = []

    def work():
        import b

        seen.append(b.__name__)

    @when_imported("a")
    def start(module):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    import a

    same(seen, ["b"], "imported by the thread")


def a_thread_of_a_hook_may_wait_for_the_hooks_module():
    write("a", "")
    threads, seen = [], []

    def work():
        import a

        seen.append(a.hooked)

    @when_imported("a")
    def start(module):
        threads.append(threading.Thread(target=work))
        threads[0].start()
        module.hooked = True

    import a

    threads[0].join()
    same(seen, [True], "what the thread saw")


def a_hook_is_no_frame_of_a_later_traceback():
    write("a", "")
    write("b", "1 / 0")
    hooked("[ab]")
    import a

    error = raises(ZeroDivisionError, importlib.import_module, "b")
    entry, names = error.__traceback__, []
    while entry is not None:
        names.append(entry.tb_frame.f_code.co_name)
        entry = entry.tb_next
    holds(set(names) <= {"raises", "import_module", "<module>", "_gcd_import", "_find_and_load",
                         "_find_and_load_unlocked", "_load_unlocked", "exec_module",
                         "_call_with_frames_removed"}, "%r are Python's own frames" % names)


# ---- failures ----


def an_exception_of_a_hook_is_the_importers():
    write("pkg.", "")
    write("pkg.sub", "")
    before, failing, after = hooked("pkg.sub"), hooked("pkg.sub"), hooked("pkg.sub")
    failing.error = KeyError("no")
    holds(raises(KeyError, importlib.import_module, "pkg.sub") is failing.error,
          "the importer gets the hook's own exception")
    same((len(before), len(failing), len(after)), (1, 1, 0), "how often they ran")
    holds("pkg.sub" not in sys.modules, "the module is out of sys.modules")
    holds(not hasattr(sys.modules["pkg"], "sub"), "the parent has no such attribute")
    failing.error = None
    import pkg.sub

    same((len(before), len(failing), len(after)), (2, 2, 1), "how often they ran after all")
    holds(pkg.sub is sys.modules["pkg.sub"], "the module is there")


def what_the_parent_had_is_given_back():
    write("pkg.", "sub = 'own'")
    write("pkg.sub", "")
    hook = hooked("pkg.sub")
    hook.error = KeyError("no")
    raises(KeyError, importlib.import_module, "pkg.sub")
    same(sys.modules["pkg"].sub, "own", "the parent's attribute")


def registration_gets_the_exception_for_what_is_imported():
    write("a", "")
    import a

    hook = Recorder()
    hook.error = KeyError("no")
    raises(KeyError, when_imported("a"), hook)
    holds(sys.modules["a"] is a, "the module is still there")


# ---- kinds of modules ----


def packages_and_submodules():
    write("pkg.", "")
    write("pkg.inner.", "")
    write("pkg.inner.leaf", "")
    every, leaf = hooked("pkg*"), hooked("*.leaf")
    import pkg.inner.leaf

    same(every, ["pkg", "pkg.inner", "pkg.inner.leaf"], "hooked by pkg*")
    same(leaf, ["pkg.inner.leaf"], "hooked by *.leaf")


def every_way_of_importing():
    write("pkg.", "")
    write("pkg.star.", "__all__ = ['item']")
    write("pkg.star.item", "")
    for name in "statement", "alias", "called", "sub", "dotted", "builtin":
        write("pkg." + name, "")
    write("pkg.relative", "from . import sub", "from .dotted import __name__ as name")
    hook = hooked("pkg.*")
    import pkg.statement
    import pkg.alias as alias
    from pkg import relative

    importlib.import_module(".called", "pkg")
    __import__("pkg.builtin", fromlist=["x"])
    exec("from pkg.star import *")
    same(hook, ["pkg." + name for name in ("statement", "alias", "sub", "dotted", "relative",
                                           "called", "builtin", "star", "star.item")], "hooked")


def imports_of_c_code():
    import time

    sys.modules.pop("_strptime", None)
    hook = hooked("_strptime")
    time.strptime("2000", "%Y")
    same(hook, ["_strptime"], "hooked")


def namespace_packages():
    import os

    os.makedirs("space/inner")
    forget_folders()
    write("space.inner.leaf", "")
    os.rename("space/inner/leaf.py", "space/inner/leaf.txt")
    os.rename("space/inner/leaf.txt", "space/inner/leaf.py")
    hook = hooked("space*")
    import space.inner.leaf

    same(getattr(space, "__file__", None), None, "the namespace's file")
    same(hook, ["space", "space.inner", "space.inner.leaf"], "hooked")


def frozen_modules():
    import io

    hook = hooked("__hello__")
    stdout, sys.stdout = sys.stdout, io.StringIO()
    import __hello__

    sys.stdout = stdout
    same(hook, ["__hello__"], "hooked")
    holds("frozen" in repr(__hello__.__spec__).lower(), "the module is frozen")


def modules_in_a_zip_file():
    import zipfile

    with zipfile.ZipFile("modules.zip", "w") as archive:
        archive.writestr("packed/__init__.py", "")
        archive.writestr("packed/inner.py", "value = 1")
    sys.path.insert(0, "modules.zip")
    hook = hooked("packed*")
    import packed.inner

    same((hook, packed.inner.value), (["packed", "packed.inner"], 1), "hooked, and a value")


def extension_modules():
    from importlib.machinery import ExtensionFileLoader
    from importlib.util import find_spec

    for name in "_json", "_ctypes", "_csv", "_multiprocessing", "_decimal", "_testcapi":
        spec = None if name in sys.modules else find_spec(name)
        if spec and isinstance(spec.loader, ExtensionFileLoader):
            break
    else:
        missing("no extension module of this interpreter is a file")
    hook = hooked(name)
    module = importlib.import_module(name)
    same(hook, [name], "hooked")
    same(type(module.__spec__.loader), ExtensionFileLoader, "the type of the loader")


def builtin_modules():
    name = [name for name in sys.builtin_module_names if name not in sys.modules][0]
    hook = hooked(name)
    importlib.import_module(name)
    same(hook, [name], "hooked")


def modules_below_a_plain_module():
    write("a", "import sys, types", "below = sys.modules['a.below'] = types.ModuleType('a.below')")
    hook = hooked("a.below")
    import a.below

    same(hook, ["a.below"], "hooked")


def modules_of_custom_finders_and_loaders():
    import types
    from importlib.machinery import ModuleSpec

    class Module(types.ModuleType):
        pass

    class Loader:
        def create_module(self, spec):
            return Module(spec.name)

        def exec_module(self, module):
            module.value = 1

    class Finder:
        def find_spec(self, name, path=None, target=None):
            return ModuleSpec(name, loader) if name == "custom" else None

    loader, finder = Loader(), Finder()
    sys.meta_path.append(finder)
    path, importer = list(sys.meta_path), __import__
    seen = []
    when_imported("custom")(lambda module: seen.append((type(module), module.value)))
    import custom

    same(seen, [(Module, 1)], "the type of the module and its value")
    holds(custom.__loader__ is custom.__spec__.loader is loader, "the loader is the finder's own")
    same(sorted(vars(custom)), sorted(["__doc__", "__loader__", "__name__", "__package__",
                                       "__spec__", "value"]), "the names in the module")
    same((sys.meta_path, __import__), (path, importer), "sys.meta_path and __import__")


def modules_of_loaders_that_have_only_load_module():
    import types
    import warnings
    from importlib.machinery import ModuleSpec

    class Loader:
        def load_module(self, name):
            module = sys.modules[name] = types.ModuleType(name)
            module.before = list(hook)
            return module

    class Finder:
        def find_spec(self, name, path=None, target=None):
            return ModuleSpec(name, Loader()) if name == "legacy" else None

    if not hasattr(sys.modules["_frozen_importlib"], "_load_backward_compatible"):
        missing("importlib loads nothing by load_module")
    warnings.simplefilter("ignore")
    sys.meta_path.append(Finder())
    hook = hooked("legacy")
    import legacy

    same((legacy.before, hook), ([], ["legacy"]), "hooked before the end of the body, and after")


def lazy_loader_modules_when_their_body_runs():
    from importlib.util import LazyLoader, find_spec, module_from_spec

    class Finder:
        busy = False

        def find_spec(self, name, path=None, target=None):
            if self.busy or name not in ("a", "b"):
                return None
            self.busy = True
            spec = find_spec(name)
            self.busy = False
            spec.loader = LazyLoader(spec.loader)
            return spec

    write("a", "value = 1")
    write("b", "value = 1")
    sys.meta_path.insert(0, Finder())
    early = hooked("[ab]")
    import a
    import b

    late = hooked("a")
    same((early, late), ([], []), "hooked by the import")
    same(a.value, 1, "the attribute")
    same((early, late), (["a"], ["a"]), "hooked by the first use")
    same(b.value + a.value, 2, "the attributes")
    same((early, late), (["a", "b"], ["a"]), "hooked by the second use")
    same(sorted(n for n in vars(a) if not n.startswith("__")), ["value"], "the names in it")


def make_lazy(name, body="value = 1", kind=None):
    """As importlib's documentation does."""
    from importlib.util import LazyLoader, find_spec, module_from_spec

    write(name, body)
    spec = find_spec(name)
    loader = spec.loader = (kind or LazyLoader)(spec.loader)
    module = sys.modules[name] = module_from_spec(spec)
    loader.exec_module(module)
    return module


def lazy_modules_made_by_hand_when_their_body_runs():
    from importlib.util import LazyLoader

    class Loader(LazyLoader):
        def exec_module(self, module):
            super().exec_module(module)

    hook = hooked("[abcdef]")
    a = make_lazy("a")
    b = make_lazy("b", kind=Loader)
    c = make_lazy("c")
    apart = make_lazy("d")
    failing = make_lazy("e", "raise ValueError('no')")
    make_lazy("f")
    del sys.modules["d"]
    late = hooked("c")
    same((hook, late), ([], []), "hooked by their making")
    same((a.value, b.value), (1, 1), "the attributes")
    same(hook, ["a", "b"], "hooked by their first use")
    same((a.value, a.__spec__.loader is a.__loader__), (1, True), "the attribute and the loader")
    same(sorted(n for n in vars(a) if not n.startswith("__")), ["value"], "the names in it")
    import c as again

    same((again is c, c.value, hook, late), (True, 1, ["a", "b", "c"], ["c"]), "after an import")
    same(apart.value, 1, "the attribute of a module that is no imported one")
    try:
        failing.value
        missed = False
    except ValueError as error:
        names = []
        trace = error.__traceback__
        while trace is not None:
            names.append(trace.tb_frame.f_code.co_name)
            trace = trace.tb_next
        missed = names[-2:] == ["_call_with_frames_removed", "<module>"]
    same((missed, hook), (True, ["a", "b", "c"]), "the traceback, and hooked by a body that raises")


def lazy_modules_made_by_hand_look_as_ever():
    import inspect
    import pickle
    from importlib import util

    hooked("*")
    module = make_lazy("a")
    method = util.LazyLoader.exec_module
    same((method.__name__, method.__qualname__, method.__module__, type(method)),
         ("exec_module", "LazyLoader.exec_module", "importlib.util", type(make_lazy)), "the method")
    same(str(inspect.signature(method)), "(self, module)", "its signature")
    same(pickle.loads(pickle.dumps(util.LazyLoader)), util.LazyLoader, "the class, pickled")
    same(type(module), util._LazyModule, "the class of the module")
    setter = object.__dict__["__class__"]
    same((setter.__name__, setter.__qualname__, setter.__objclass__, type(setter).__name__),
         ("__class__", "object.__class__", object, "getset_descriptor"), "the setter")
    for wrong, value in ((module, 1), (1, int), (object(), dict)):
        try:
            object.__setattr__(wrong, "__class__", value)
            same(True, False, "whether a class that can't be was set")
        except TypeError:
            pass


def lazy_modules_made_by_hand_in_two_threads():
    import threading

    hook = hooked("a")
    threading.begun, threading.wanted = threading.Event(), threading.Event()
    threading.runs = []
    a = make_lazy("a", "import threading\nthreading.runs.append(1)\nthreading.begun.set()\n"
                       "threading.wanted.wait()\nvalue = 1")
    is_locked = "lock" in object.__getattribute__(a, "__spec__").loader_state
    seen = []

    def second():
        threading.begun.wait()
        threading.wanted.set()
        try:
            seen.append(a.value)
        except AttributeError:
            seen.append(None)  # before 3.12 a module can be seen half made

    thread = threading.Thread(target=second)
    thread.start()
    same(a.value, 1, "the attribute")
    thread.join()
    same((hook, threading.runs), (["a"], [1]), "hooked, and how often the body ran")
    holds(seen == [1] or not is_locked, "what the other thread has seen")


def lazy_imports_when_they_are_used():
    write("a", "value = 1")
    write("pkg.", "")
    write("pkg.sub", "value = 1")
    write("user", "lazy import a", "lazy from pkg import sub", "lazy from pkg.sub import value")
    hook = hooked("[ap]*")
    import user

    same([name for name in ("a", "pkg", "pkg.sub") if name in sys.modules], [], "loaded")
    hook[:] = []
    same(user.a.value, 1, "the attribute")
    same(hook, ["a"], "hooked by the first use")
    same(user.sub.value + user.value, 2, "the attributes")
    same(hook, ["a", "pkg", "pkg.sub"], "hooked by the next use")


def import_cycles():
    write("a", "import b", "name = 'a'")
    write("b", "import a", "early = hasattr(a, 'name')")
    hook = hooked("[ab]")
    import a

    same((hook, a.b.early), (["b", "a"], False), "hooked, and whether b saw the end of a")


def the_child_of_a_fork():
    import os

    write("a", "")
    hook = hooked("a")
    child = os.fork()
    if child == 0:
        import a

        os._exit(0 if hook == ["a"] else 1)
    same(os.waitpid(child, 0)[1], 0, "the status of the child")
    same(hook, [], "hooked in the parent")


def names_that_are_not_ascii():
    write("mödül", "")
    write("pkg.", "")
    write("pkg.ünter", "")
    one, all_ = hooked("mödül"), hooked("pkg.*")
    import mödül
    import pkg.ünter

    same((one, all_), (["mödül"], ["pkg.ünter"]), "hooked")
