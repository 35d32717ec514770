# SPDX-License-Identifier: MIT
"""Threads that import the same modules at the same moment. A case gets its number of rounds."""

import faulthandler
import importlib
import sys
import threading

from pihook import when_imported
from support import same, write

THREADS = 32
SECONDS_TO_HANG = 120  # for 64 rounds


class Crew:
    """Threads that do a piece of work all at once, round after round."""

    def __init__(self, works):
        sys.setswitchinterval(1e-6)
        self.works = works
        self.errors = []
        self.ended = False
        self.rounds = 0
        self.start = threading.Barrier(len(works) + 1)
        self.end = threading.Barrier(len(works) + 1)
        self.threads = [
            threading.Thread(target=self.live, args=(work,), daemon=True) for work in works
        ]
        for thread in self.threads:
            thread.start()

    def live(self, work):
        while True:
            self.start.wait()
            if self.ended:
                return
            try:
                work()
            except BaseException as error:
                self.errors.append(error)
            self.end.wait()

    def round(self):
        if self.rounds % 64 == 0:
            faulthandler.dump_traceback_later(SECONDS_TO_HANG, exit=True)
        self.rounds += 1
        self.start.wait()
        self.end.wait()
        if self.errors:
            error = self.errors[0]
            self.leave()
            raise error

    def leave(self):
        self.ended = True
        self.start.wait()
        for thread in self.threads:
            thread.join()
        faulthandler.cancel_dump_traceback_later()


def forget(*names):
    for name in names:
        sys.modules.pop(name, None)


def linger(turns=300):
    """Bytecode enough that other threads get their turn."""
    for turn in range(turns):
        turn += 1


def tolerant(work, *tolerated):
    def careful():
        try:
            work()
        except tolerated:
            pass

    return careful


# ---- one module, many threads ----


def statement():
    import pkg.sub

    same(pkg.sub.hooked, True, "hooked, as `import pkg.sub` sees it")


def alias():
    import pkg.sub as sub

    same(sub.hooked, True, "hooked, as `import pkg.sub as sub` sees it")


def from_package():
    from pkg import sub

    same(sub.hooked, True, "hooked, as `from pkg import sub` sees it")


def from_module():
    from pkg.sub import hooked

    same(hooked, True, "hooked, as `from pkg.sub import hooked` sees it")


def called():
    same(importlib.import_module("pkg.sub").hooked, True, "hooked, as import_module() sees it")


def parent_first():
    import pkg

    same(pkg.hooked, True, "hooked, as `import pkg` sees it")
    from pkg import sub

    same(sub.hooked, True, "hooked, as `import pkg` and `from pkg import sub` see it")


WAYS = [statement, alias, from_package, from_module, called, parent_first]


def no_thread_sees_a_module_unhooked(rounds, kept_parent=False):
    write("pkg.", "hooked = False")
    write("pkg.sub", "hooked = False")
    count = []

    @when_imported("pkg*")
    def hook(module):
        linger()
        count.append(module.__name__)
        module.hooked = True

    # importlib takes a package out of sys.modules for a moment: in that moment the import of
    # a submodule fails in another thread, before its attribute is bound.
    ways = [tolerant(way, KeyError, AttributeError) for way in WAYS]
    crew = Crew([ways[number % len(ways)] for number in range(THREADS)])
    for _ in range(int(rounds)):
        forget("pkg", "pkg.sub")
        del count[:]
        if kept_parent:
            import pkg
        crew.round()
        # The submodule's import doesn't wait for the package's.
        same(sorted(count), ["pkg", "pkg.sub"], "the hooks that ran")
    crew.leave()


def no_thread_sees_a_submodule_unhooked(rounds):
    no_thread_sees_a_module_unhooked(rounds, kept_parent=True)


def no_thread_sees_a_package_unhooked(rounds):
    """The package is what `import pkg.sub` binds, whoever imports the package."""
    write("pkg.", "hooked = False")
    write("pkg.sub", "")

    @when_imported("pkg")
    def hook(module):
        linger()
        module.hooked = True

    def package():
        import pkg

        same(pkg.hooked, True, "hooked, as `import pkg` sees it")

    def submodule():
        import pkg.sub

        same(pkg.hooked, True, "hooked, as `import pkg.sub` sees it")

    crew = Crew([package, tolerant(submodule, KeyError)] * (THREADS // 2))
    for _ in range(int(rounds)):
        forget("pkg", "pkg.sub")
        crew.round()
    crew.leave()


def waiting_ends_when_a_hook_fails(rounds):
    """As in an import that fails by itself, CPython hands the module to those who waited."""
    write("pkg.", "hooked = True")
    write("pkg.sub", "hooked = False")
    tries = []

    class Refused(Exception):
        pass

    @when_imported("pkg.sub")
    def hook(module):
        tries.append(1)
        linger()
        if len(tries) % 2:
            raise Refused
        module.hooked = True

    errors = (Refused, ImportError, AttributeError, AssertionError, KeyError)
    crew = Crew([tolerant(way, *errors) for way in WAYS * 3])
    for _ in range(int(rounds)):
        forget("pkg", "pkg.sub")
        crew.round()
        tolerant(statement, Refused)()
        statement()
    crew.leave()


def a_from_import_that_has_begun_waits():
    """The other thread is stopped at the first instruction of importlib's _handle_fromlist."""
    begun, hooking, over = threading.Event(), threading.Event(), threading.Event()
    write("pkg.", "")
    write("pkg.sub", "hooked = False")
    import pkg

    @when_imported("pkg.sub")
    def hook(module):
        hooking.set()
        over.wait(0.2)
        module.hooked = True

    def stop(frame, event, argument):
        if frame.f_code.co_name == "_handle_fromlist":
            begun.set()
            hooking.wait(SECONDS_TO_HANG)

    seen = []

    def work():
        sys.settrace(stop)
        from pkg import sub

        sys.settrace(None)
        seen.append(sub.hooked)
        over.set()
        begun.set()

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait(SECONDS_TO_HANG)
    import pkg.sub

    thread.join()
    same(seen, [True], "hooked, as the other thread sees it")


# ---- registration and import at once ----


def a_hook_registered_during_an_import_runs_once(rounds):
    write("a", "")
    count = []

    def importing():
        import a

    def registering():
        @when_imported("a")
        def hook(module):
            count.append(module)

    crew = Crew([importing, registering, importing, registering])
    for number in range(int(rounds)):
        forget("a")
        crew.round()
        # Those of the rounds before run again, for the new object.
        same(len(count), 2 * (number + 1), "how often the hooks ran")
        same(set(count), {sys.modules["a"]}, "the modules they got")
        del count[:]
    crew.leave()


# ---- threads that wait for each other ----


def cycle(rounds, body_of_a, body_of_b, prepare):
    """CPython itself ends a concurrent cycle by a _DeadlockError in one of its threads."""
    write("a", body_of_a)
    write("b", body_of_b)
    seen = []
    prepare(seen)

    def import_a():
        import a

    def import_b():
        import b

    deadlock = sys.modules["_frozen_importlib"]._DeadlockError
    # With more than two threads CPython 3.8 hangs by itself.
    pairs = 4 if sys.version_info >= (3, 9) else 1
    crew = Crew([tolerant(work, deadlock) for work in (import_a, import_b) * pairs])
    for _ in range(int(rounds)):
        forget("a", "b")
        del seen[:]
        crew.round()
        import a
        import b

        same(len(seen), len(set(seen)), "how many modules were hooked")
        same({a, b} - set(seen), set(), "those that were not")
    crew.leave()


def import_cycles_end(rounds):
    def prepare(seen):
        @when_imported("[ab]")
        def hook(module):
            linger()
            seen.append(module)

    cycle(rounds, "import b", "import a", prepare)


def hooks_that_import_each_others_modules_end(rounds):
    def prepare(seen):
        @when_imported("a")
        def first(module):
            linger()
            import b

            seen.append(module)

        @when_imported("b")
        def second(module):
            linger()
            import a

            seen.append(module)

    cycle(rounds, "", "", prepare)


def collections_during_imports_end(rounds):
    """A collector that stops all threads, while many of them run hooks of submodules."""
    import gc

    names = ["sub%d" % number for number in range(8)]
    write("pkg.", "")
    for name in names:
        write("pkg." + name, "")
    # Without a GIL importlib of 3.13 itself may miss a parent that is just being imported.
    importlib.import_module("pkg")
    when_imported("pkg.*")(lambda module: linger())

    def importing(name):
        return lambda: importlib.import_module("pkg." + name)

    crew = Crew([importing(name) for name in names * 2] + [gc.collect] * 4)
    for _ in range(int(rounds)):
        forget(*("pkg." + name for name in names))
        crew.round()
    crew.leave()
