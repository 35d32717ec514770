# SPDX-License-Identifier: MIT
"""Import statements as pihook counts them."""

import importlib
import sys

import pihook
from support import holds, same, write


def counted(importer, imported):
    """The entries for a statement, without its file."""
    return [
        (entry["line"], entry["count"])
        for entry in pihook.import_statements()
        if (entry["importer"], entry["imported"]) == (importer, imported)
    ]


def the_road_is_live():
    road = pihook.status()["roads"]["statements"]
    same((road["live"], road["why"]), (True, None), "the road (%r)" % road)
    holds(road["road"] in ("call sites", "exported symbol", "exported symbol, call sites"),
          "%r is a road" % road["road"])
    before = road["seen"]
    import sys as again

    after = pihook.status()["roads"]["statements"]["seen"]
    holds(after == before + 1, "%d is one more than %d" % (after, before))


def a_cached_import_in_a_loop():
    write("a", "")
    write("b", "def run():", "    for _ in range(1000):", "        import a", "        import sys")
    import b

    b.run()
    same(counted("b", "a"), [(3, 1000)], "line and count of `import a`")
    same(counted("b", "sys"), [(4, 1000)], "line and count of `import sys`")
    b.run()
    same(counted("b", "a"), [(3, 2000)], "line and count of `import a` after another turn")
    entry, = [entry for entry in pihook.import_statements() if entry["importer"] == "b"
              and entry["imported"] == "a"]
    same(sorted(entry), ["count", "file", "imported", "importer", "line"], "the keys")
    same(entry["file"], b.__file__, "the file")


def every_kind_of_statement():
    write("pkg.", "")
    write("pkg.one", "from . import two", "from .two import name", "import pkg.two as short",
          "from pkg import two")
    write("pkg.two", "name = 1")
    import pkg.one

    same(counted("pkg.one", "."), [(1, 1)], "`from . import two`")
    same(counted("pkg.one", ".two"), [(2, 1)], "`from .two import name`")
    same(counted("pkg.one", "pkg.two"), [(3, 1)], "`import pkg.two as short`")
    same(counted("pkg.one", "pkg"), [(4, 1)], "`from pkg import two`")
    line = every_kind_of_statement.__code__.co_firstlineno + 5
    same(counted(__name__, "pkg.one"), [(line, 1)], "`import pkg.one`")


def imports_give_what_they_give_without():
    write("pkg.", "")
    write("pkg.sub", "value = 1")
    import pkg.sub
    import pkg.sub as sub
    from pkg.sub import value
    from pkg import sub as other

    same((pkg.sub.value, sub is other, value), (1, True, 1), "what the statements gave")
    for name in "nowhere", "pkg.nowhere":
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            same(error.name, name, "the name in the exception")
        else:
            raise AssertionError("%s was found" % name)
    try:
        from pkg import nothing
    except ImportError as error:
        holds("nothing" in str(error), "%r names what is missing" % str(error))
    exec("from pkg.sub import *")
    same(__import__("pkg.sub").__name__, "pkg", "what __import__ returns")


def threads_count_exactly():
    import threading

    write("b", "def run():", "    for _ in range(5000):", "        import sys")
    import b

    b.run()
    threads = [threading.Thread(target=b.run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    same(counted("b", "sys"), [(3, 45000)], "line and count")


def switched_off():
    road = pihook.status()["roads"]["statements"]
    same((road["live"], road["road"], road["sites"], road["seen"]), (False, None, 0, 0), "the road")
    holds("import-statements" in road["why"], "%r names the option" % road["why"])
    same(pihook.import_statements(), [], "the statements")
