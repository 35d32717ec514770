# SPDX-License-Identifier: MIT
"""What tests/e2e/trace.bats records of Python: traced.py CASE."""

import os
import sys
import threading
import time

HOLD = 0.05


def module(name, *lines):
    with open(f"{name}.py", "w") as file:
        file.write("\n".join(lines) + "\n")


def in_thread(function, **options):
    thread = threading.Thread(target=function, **options)
    thread.start()
    return thread


def await_waiter():
    """Until another thread waits in importlib for a module's lock."""
    while not any(frame.f_code.co_name == "acquire" and "importlib" in frame.f_code.co_filename
                  for frame in sys._current_frames().values()):
        time.sleep(0.001)


def imports():
    import importlib

    sys.path.insert(0, os.getcwd())
    module("tt_inner", "x = 1")
    module("tt_failing", "import tt_inner", "raise ValueError('no')")
    module("tt_outer", "import tt_inner", "try:", "    import tt_missing",
           "except ImportError:", "    pass", "try:", "    import tt_failing",
           "except ValueError:", "    pass")
    module("tt_by_name", "")
    os.mkdir("tt_package")
    module("tt_package/__init__", "from tt_package import sub")
    module("tt_package/sub", "")
    import tt_outer  # noqa: F401
    importlib.import_module("tt_by_name")
    from tt_package import sub  # noqa: F401


def lazy_modules():
    import importlib.util

    class Finder:
        def find_spec(self, name, path, target=None):
            if not name.startswith("tt_lazy"):
                return None
            spec = importlib.util.spec_from_file_location(name, f"{os.getcwd()}/{name}.py")
            spec.loader = importlib.util.LazyLoader(spec.loader)
            return spec

    sys.path.insert(0, os.getcwd())
    sys.meta_path.insert(0, Finder())
    for name in "tt_lazy_used", "tt_lazy_unused", "tt_declared_used", "tt_declared_unused":
        module(name, "x = 1")
    import tt_lazy_unused  # noqa: F401
    import tt_lazy_used
    tt_lazy_used.x  # it is used
    if sys.version_info >= (3, 15):
        module("tt_declares", "lazy import tt_declared_unused", "lazy import tt_declared_used", "",
               "tt_declared_used.x")
        import tt_declares  # noqa: F401


def lazy_modules_by_hand():
    import importlib
    from importlib.util import LazyLoader, find_spec, module_from_spec

    class Loader(LazyLoader):
        def exec_module(self, module):
            super().exec_module(module)  # of a subclass

    def make(name, kind=LazyLoader):
        module(name, "x = 1")
        importlib.invalidate_caches()
        spec = find_spec(name)
        loader = spec.loader = kind(spec.loader)
        made = module_from_spec(spec)
        loader.exec_module(made)
        return made

    sys.path.insert(0, os.getcwd())
    make("tt_made_unused")
    apart = make("tt_made_apart")
    apart.x  # it is in no table of modules
    used = sys.modules["tt_made_used"] = make("tt_made_used")
    used.x  # it was made
    make("tt_made_derived", Loader).x  # it was derived
    imported = sys.modules["tt_made_imported"] = make("tt_made_imported")
    import tt_made_imported
    assert tt_made_imported is imported and imported.x == 1
    failing = sys.modules["tt_made_failing"] = make("tt_made_failing")
    module("tt_made_failing", "raise ValueError('no')")
    try:
        failing.x  # it fails
    except ValueError:
        pass
    module("tt_at_once", "x = 1")
    importlib.invalidate_caches()
    spec = find_spec("tt_at_once")
    at_once = module_from_spec(spec)
    spec.loader.exec_module(at_once)


def imports_at_once():
    sys.path.insert(0, os.getcwd())
    module("tt_slow", "import threading", "threading.tt_begun.set()", "threading.tt_await_waiter()")
    module("tt_waiting", "import tt_slow")
    threading.tt_begun = threading.Event()
    threading.tt_await_waiter = await_waiter

    def first():
        import tt_slow  # noqa: F401

    def second():
        threading.tt_begun.wait()
        import tt_waiting  # noqa: F401

    threads = [in_thread(first, name="first"), in_thread(second, name="second")]
    for thread in threads:
        thread.join()


def locks():
    lock = threading.Lock()
    other, recursive = threading.Lock(), threading.RLock()
    held, tried = threading.Event(), threading.Event()

    def waits():
        held.wait()
        tried.set()
        with lock:
            pass

    thread = in_thread(waits, name="the waiter")
    with lock:
        held.set()
        tried.wait()
        time.sleep(HOLD)
    thread.join()
    for _ in range(1000):
        with other:
            pass
    for _ in range(300):
        with recursive:
            with recursive:
                pass


def threads():
    done = threading.Event()
    joined = in_thread(lambda: None, name="joined")
    joined.join()
    late = in_thread(lambda: None, name="joined late")
    while late.ident in threading._active:
        time.sleep(0)
    late.join()
    unjoined = in_thread(done.wait, name="unjoined", daemon=True)
    unjoined.join(0.01)
    in_thread(done.wait, name="daemon", daemon=True)


def processes():
    child = os.fork()
    if child == 0:
        lock = threading.Lock()
        for _ in range(77):
            with lock:
                pass
        os._exit(5)
    assert os.WEXITSTATUS(os.waitpid(child, 0)[1]) == 5


def pool():
    import concurrent.futures
    import multiprocessing

    with concurrent.futures.ProcessPoolExecutor(
            2, mp_context=multiprocessing.get_context("fork")) as workers:
        assert list(workers.map(abs, range(-20, 0))) == list(range(20, 0, -1))


def gil():
    import ctypes

    keeps, gives_back = ctypes.PyDLL(None), ctypes.CDLL(None)
    over = threading.Event()

    def wait_for_it():
        while not over.is_set():
            pass

    other = in_thread(wait_for_it)
    keeps.usleep(200000)
    gives_back.usleep(200000)
    over.set()
    other.join()


if __name__ == "__main__":
    globals()[sys.argv[1]]()
