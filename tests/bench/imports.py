# SPDX-License-Identifier: MIT
"""Imports and starts of Python, measured in processor time of the process, starts by the clock."""

import os
import subprocess
import tempfile

from compare import compare, environment, figure, start_time

MODULES = 150

NEW_MODULES = """
import sys, time
sys.path.insert(0, sys.argv[1])
import m0
start = time.process_time_ns()
for i in range(1, %d):
    __import__('m%%d' %% i)
print((time.process_time_ns() - start) / %d)
""" % (MODULES, MODULES - 1)

CACHED = """
import time
def loop(count):
    for _ in range(count):
        import sys
loop(20000)
best = []
for _ in range(5):
    start = time.process_time_ns()
    loop(200000)
    best.append((time.process_time_ns() - start) / 200000)
print(min(best))
"""


def write_modules(folder):
    for number in range(MODULES):
        with open(os.path.join(folder, f"m{number}.py"), "w", encoding="utf-8") as file:
            # The size of a small real module.
            for function in range(30):
                file.write(f"def f{function}(a, b={function}):\n    'doc'\n    return a + b\n\n")
            file.write("class C:\n" + "".join(f"    x{n} = {n}\n" for n in range(20)))


def measure(runs, python, library, null):
    print(subprocess.run([python, "-VV"], capture_output=True, text=True, check=True).stdout, end="")
    with tempfile.TemporaryDirectory() as folder:
        write_modules(folder)
        config = os.path.join(folder, "one.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write("[hook json]\nwarn = json\n")
        everything = {
            "without": environment(None),
            "null shim": environment(null),
            "pihook": environment(library),
            "pihook, a hook": environment(library, config=config),
        }
        new = [python, "-I", "-S", "-c", NEW_MODULES, folder]
        figure(new, environment(None))  # writes the .pyc files
        compare("import of a new module", "<= 1.01", runs, everything,
                lambda env: figure(new, env))
        compare("cached import statement", "1.00 off, <= +10 ns on", runs,
                {**everything, "pihook, statements on":
                 environment(library, "import-statements=1")},
                lambda env: figure([python, "-I", "-S", "-c", CACHED], env))
        compare("start of /bin/true", "<= +1 ms", runs, everything,
                lambda env: start_time(["/bin/true"], env, 50))
        compare("start of python -c pass", "-", runs, everything,
                lambda env: start_time([python, "-c", "pass"], env, 5))
