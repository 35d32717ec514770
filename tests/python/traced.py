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


def memory():
    import importlib
    from importlib.util import LazyLoader, find_spec, module_from_spec

    sys.path.insert(0, os.getcwd())
    module("taken", "import mmap", "", "def take(size):", "    pages = mmap.mmap(-1, size)",
           "    for at in range(0, size, mmap.PAGESIZE):", "        pages[at] = 1",
           "    return pages")
    module("tt_frees", "import taken", "taken.take(50 << 20).close()")
    module("tt_keeps", "import taken", "x = taken.take(20 << 20)")
    module("tt_around", "import tt_keeps")
    module("tt_drops", "import tt_keeps", "tt_keeps.x.close()")
    module("tt_lazy", "import taken", "x = taken.take(20 << 20)")
    importlib.invalidate_caches()
    import tt_frees  # noqa: F401
    import tt_around  # noqa: F401
    import tt_drops  # noqa: F401
    spec = find_spec("tt_lazy")
    spec.loader = LazyLoader(spec.loader)
    lazy = module_from_spec(spec)
    spec.loader.exec_module(lazy)
    lazy.x  # it is used


def memory_of_a_child():
    import importlib

    sys.path.insert(0, os.getcwd())
    module("tt_keeps", "x = b'x' * (20 << 20)")
    module("tt_child", "x = b'x' * (10 << 20)")
    importlib.invalidate_caches()
    import tt_keeps  # noqa: F401
    if os.fork() == 0:
        import tt_child  # noqa: F401
        os._exit(0)
    os.wait()


def few_descriptors():
    """Imports all of its modules with one descriptor to be had, and then with none."""
    import importlib
    import resource

    sys.path.insert(0, os.getcwd())
    module("tt_found", "x = 1")
    module("tt_missed", "x = 1")
    importlib.invalidate_caches()
    opened = []
    free = os.dup(0)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + 1,) * 2)
    os.close(free)
    import tt_found  # noqa: F401
    opened.append(os.dup(0))
    try:
        import tt_missed  # noqa: F401
    except OSError as error:
        print(type(error).__name__, error.errno)
    except ImportError as error:
        print(type(error).__name__)
    import _symtable  # noqa: F401
    print(os.strerror(24), opened == [free])


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


def lock_between_threads():
    """Who has got it, and not the GIL yet, makes others wait all the same."""
    lock, ready = threading.Lock(), threading.Event()

    def second():
        ready.set()
        with lock:
            time.sleep(4 * HOLD)

    sys.setswitchinterval(10)
    lock.acquire()
    thread = in_thread(second)
    ready.wait()
    time.sleep(HOLD)
    lock.release()
    until = time.monotonic() + HOLD / 2
    while time.monotonic() < until:  # with the GIL, where there is one
        pass
    with lock:
        pass
    thread.join()


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


def lives():
    class Own(threading.Thread):
        def __init__(self):
            super().__init__(name="subclass")

        def run(self):
            threading.current_thread().name = "renamed subclass"

    class Countdown:
        running = True

        def terminate(self):
            self.running = False

        def run(self, count):
            while self.running and count > 0:
                time.sleep(0.001)

    def hold():
        with lock:
            held.set()
            never.wait()

    def outlive_main():
        while threading.main_thread().is_alive():
            time.sleep(0.001)

    def await_end(thread):
        while thread.ident in threading._active:
            time.sleep(0.001)

    lock, held, never = threading.Lock(), threading.Event(), threading.Event()
    own = Own()
    own.start()  # of the subclass
    own.join()
    countdown = Countdown()
    thread = threading.Thread(target=countdown.run, args=(5,), name="countdown")
    thread.start()
    thread.join(0.01)
    countdown.terminate()
    thread.join()
    in_thread(int, name="daemon joined", daemon=True).join(60)
    thread = in_thread(int, name="asked for")
    while thread.is_alive():
        time.sleep(0)
    await_end(in_thread(int, name="daemon ended", daemon=True))
    thread = in_thread(never.wait, name="timed out", daemon=True)
    thread.join(0.01)
    thread.join(0)
    thread.is_alive()
    in_thread(hold, name="daemon holds", daemon=True)
    held.wait()
    in_thread(outlive_main, name="outlives main")


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
