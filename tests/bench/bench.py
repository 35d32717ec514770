# SPDX-License-Identifier: MIT
"""Ratios of the time of a program under pihook to its time without, side by side in one run.

    python3 bench.py [--runs N] [--python PYTHON] LIBRARY NULL_SHIM

Each measure runs its variants in turn, A B C A B C ..., N times; a ratio is taken within each
turn and the median of the ratios is told, with the lower and upper quartile as the noise.
Imports and statements are measured in processor time of the process, starts by the clock.
Nothing here passes or fails: the goals stand beside the figures.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

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


def environment(library, options=None, config=None):
    result = {k: v for k, v in os.environ.items() if not k.startswith("PIHOOK_")}
    if library:
        result["LD_PRELOAD"] = library
    if options:
        result["PIHOOK_OPTIONS"] = options
    if config:
        result["PIHOOK_CONFIG"] = config
    return result


def figure(command, env):
    """What the program prints: nanoseconds."""
    return float(subprocess.run(command, env=env, check=True, capture_output=True).stdout)


def start_time(command, env, count):
    """Nanoseconds of a start to the end of the process."""
    start = time.perf_counter_ns()
    for _ in range(count):
        os.waitpid(os.posix_spawn(command[0], command, env), 0)
    return (time.perf_counter_ns() - start) / count


def compare(title, goal, runs, variants, measure):
    """variants: name -> argument of measure; the first is what the others are compared to."""
    samples = {name: [] for name in variants}
    for _ in range(runs):
        for name, argument in variants.items():
            samples[name].append(measure(argument))
    base = next(iter(variants))
    print(f"{title} (goal: {goal})")
    for name, values in samples.items():
        line = f"  {name:28} {statistics.median(values):12.1f} ns"
        if name != base:
            ratios = [b / a for a, b in zip(samples[base], values)]
            low, middle, high = statistics.quantiles(ratios, n=4)
            extra = statistics.median(b - a for a, b in zip(samples[base], values))
            line += f"   x {middle:.3f}  ({low:.3f} to {high:.3f})   {extra:+.1f} ns"
        print(line, flush=True)


def write_modules(folder):
    for number in range(MODULES):
        with open(os.path.join(folder, f"m{number}.py"), "w", encoding="utf-8") as file:
            # The size of a small real module.
            for function in range(30):
                file.write(f"def f{function}(a, b={function}):\n    'doc'\n    return a + b\n\n")
            file.write("class C:\n" + "".join(f"    x{n} = {n}\n" for n in range(20)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=21)
    parser.add_argument("--python", default="/usr/bin/python3")
    parser.add_argument("library")
    parser.add_argument("null_shim")
    options = parser.parse_args()
    library, null, python = options.library, options.null_shim, options.python
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
        compare("import of a new module", "<= 1.01", options.runs, everything,
                lambda env: figure(new, env))
        compare("cached import statement", "1.00 off, <= +10 ns on", options.runs,
                {**everything, "pihook, statements on":
                 environment(library, "import-statements=1")},
                lambda env: figure([python, "-I", "-S", "-c", CACHED], env))
        compare("start of /bin/true", "<= +1 ms", options.runs, everything,
                lambda env: start_time(["/bin/true"], env, 50))
        compare("start of python -c pass", "-", options.runs, everything,
                lambda env: start_time([python, "-c", "pass"], env, 5))
    return 0


if __name__ == "__main__":
    sys.exit(main())
