# SPDX-License-Identifier: MIT
"""What tests/e2e/trace_uses.bats records: used_modules.py CASE.  Modules of their own begin with tu_."""

import atexit
import gc
import operator
import os
import sys
import threading


def module(name, *lines):
    with open(f"{name}.py", "w") as file:
        file.write("\n".join(lines or ("x = 1",)) + "\n")


def package(name, *lines):
    os.mkdir(name)
    module(f"{name}/__init__", *lines)


def fails(read):
    try:
        read()
    except AttributeError as error:
        return str(error)
    raise AssertionError("it did not fail")


def read_once(one):
    return one.x


def read_by_specialised_code():
    """Which may read a module without having read it before."""
    for name in "before first second third never".split():
        module(f"tu_{name}")
    import tu_before
    import tu_first
    import tu_second
    import tu_third
    import tu_never  # noqa: F401
    for one in [tu_before] * 50 + [tu_first, tu_second] * 50 + [tu_third]:
        one.x


def read_in_many_ways():
    for name in "attribute names c_code thread atexit again asked_file asked_missing".split():
        module(f"tu_{name}")
    import tu_attribute
    import tu_c_code
    import tu_thread
    import tu_atexit
    import tu_again
    import tu_asked_file
    import tu_asked_missing
    from tu_names import x

    module("tu_star", "x = 1")
    exec("from tu_star import *", {})
    read_once(tu_attribute)
    for _ in range(100):
        assert tu_attribute.x == x
        assert operator.attrgetter("x")(tu_again) == 1
    operator.attrgetter("x")(tu_c_code)
    thread = threading.Thread(target=lambda: tu_thread.x)
    thread.start()
    thread.join()
    atexit.register(lambda: tu_atexit.x)
    operator.attrgetter("__file__")(tu_asked_file)
    for _ in range(100):
        assert "'tu_asked_missing' has no attribute 'nothing'" in fails(
            lambda: tu_asked_missing.nothing)


def never_read():
    module("tu_never")
    module("tu_by_itself", "import sys", "import dataclasses", "x = 1",
           "this = sys.modules[__name__]", "y = this.x", "assert 'x' in vars(this)",
           "@dataclasses.dataclass", "class Point:", "    x: int = 1")
    module("tu_cycle_one", "import tu_cycle_two", "x = 1", "y = tu_cycle_two.x")
    module("tu_cycle_two", "x = 1", "import tu_cycle_one")
    package("tu_relative", "from . import one", "from .one import x", "y = one.x")
    module("tu_relative/one", "from . import two", "x = two.x")
    module("tu_relative/two", "x = 1")
    package("tu_parent")
    module("tu_parent/child")
    package("tu_user")
    module("tu_user/child")
    package("tu_taken")
    module("tu_taken/child")
    import tu_never  # noqa: F401
    import tu_by_itself  # noqa: F401
    import tu_cycle_one  # noqa: F401
    import tu_relative  # noqa: F401
    import tu_parent.child as child  # noqa: F401
    import tu_user.child
    from tu_taken import child as taken  # noqa: F401
    assert isinstance(tu_never, type(sys)) and repr(tu_never) and tu_never.__spec__
    tu_user.child.x


def read_by_what_is_used():
    module("tu_outer", "import tu_inner", "x = 1")
    module("tu_inner", "import tu_outer", "import sys", "def read(): return X()",
           "def use():", "    global X", "    X = lambda: tu_outer.x")
    module("tu_kept", "import tu_keeper")
    module("tu_keeper", "import sys", "keep = sys.modules['tu_kept']", "y = keep.__name__",
           "keep.value = 1", "value = keep.value")
    import tu_outer  # noqa: F401
    import tu_kept  # noqa: F401
    import tu_inner
    import tu_keeper
    tu_inner.use()
    tu_inner.read()
    tu_keeper.value


def other_objects():
    module("tu_replaced", "import sys", "class Other: x = 1", "sys.modules[__name__] = Other()")
    module("tu_renamed", "__name__ = 'other'", "x = 1")
    module("tu_class", "import sys, types", "class Other(types.ModuleType): pass",
           "sys.modules[__name__].__class__ = Other", "x = 1")
    module("tu_class_unused", "import tu_class, sys",
           "sys.modules[__name__].__class__ = type(tu_class)")
    module("tu_getattr", "import sys, types", "class Other(types.ModuleType):",
           "    def __getattr__(self, name): return name",
           "sys.modules[__name__].__class__ = Other", "x = 1")
    module("tu_own_reading", "import sys, types", "class Other(types.ModuleType):",
           "    def __getattribute__(self, name): return object.__getattribute__(self, name)",
           "sys.modules[__name__].__class__ = Other", "x = 1")
    module("tu_changed_later")
    module("tu_hidden_later")
    import tu_replaced
    import tu_renamed
    import tu_class
    import tu_class_unused  # noqa: F401
    import tu_getattr
    import tu_own_reading
    import tu_changed_later
    import tu_hidden_later
    tu_hidden_later.__class__ = type(tu_own_reading)
    assert tu_hidden_later.x == 1
    tu_changed_later.__class__ = type(tu_getattr)
    assert tu_changed_later.x == tu_class.x == tu_replaced.x == tu_renamed.x == 1
    assert tu_getattr.x == 1 and tu_getattr.anything == "anything" and tu_own_reading.x == 1
    assert type(sys).__getattribute__(tu_class, "x") == 1
    fails(lambda: tu_class.nothing)


def lazy():
    import importlib.util

    class Finder:
        def find_spec(self, name, path, target=None):
            if not name.startswith("tu_lazy"):
                return None
            spec = importlib.util.spec_from_file_location(name, f"{os.getcwd()}/{name}.py")
            spec.loader = importlib.util.LazyLoader(spec.loader)
            return spec

    sys.meta_path.insert(0, Finder())
    module("tu_lazy_used")
    module("tu_lazy_unused", "raise SystemExit('it ran')")
    import tu_lazy_unused  # noqa: F401
    import tu_lazy_used
    assert tu_lazy_used.x == 1


def addresses():
    """A module comes to the address of one that was used."""
    import importlib

    gone, name = set(), ""
    for i in range(300):
        name = f"tu_number_{i}"
        module(name)
        importlib.invalidate_caches()
        one = importlib.import_module(name)
        if id(one) in gone:
            break
        operator.attrgetter("x")(one)
        gone.add(id(one))
        del sys.modules[name], one
        gc.collect()
    else:
        return
    os.rename(f"{name}.py", "tu_again.py")
    del sys.modules[name], one
    gc.collect()
    importlib.invalidate_caches()
    again = importlib.import_module("tu_again")
    operator.attrgetter("x")(again)


def child():
    for name in "parent child nobody".split():
        module(f"tu_by_{name}")
    import tu_by_parent
    import tu_by_child
    import tu_by_nobody  # noqa: F401
    tu_by_parent.x
    pid = os.fork()
    if pid == 0:
        tu_by_child.x
        os._exit(0)
    os.waitpid(pid, 0)


def interpreters():
    module("tu_in_other")
    module("tu_unused_in_other")
    code = (f"import sys; sys.path.insert(0, {os.getcwd()!r}); import tu_in_other, "
            "tu_unused_in_other; tu_in_other.x")
    try:
        import _interpreters
        other = _interpreters.create("legacy") if sys.version_info >= (3, 13) else None
        assert _interpreters.run_string(other, code) is None
    except ImportError:
        import _xxsubinterpreters as _interpreters
        other = _interpreters.create()
        _interpreters.run_string(other, code)
    _interpreters.destroy(other)


if __name__ == "__main__":
    sys.path.insert(0, os.getcwd())
    globals()[sys.argv[1]]()
