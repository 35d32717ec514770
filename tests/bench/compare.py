# SPDX-License-Identifier: MIT
"""Measures variants side by side in turns, and prints their medians and ratios."""

import os
import statistics
import subprocess
import time


def environment(library, options=None, config=None):
    result = {k: v for k, v in os.environ.items() if not k.startswith("PIHOOK_")}
    if library:
        result["LD_PRELOAD"] = library
    if options:
        result["PIHOOK_OPTIONS"] = options
    if config:
        result["PIHOOK_CONFIG"] = config
    return result


def figure(command, env, timeout=None):
    """The number that the program prints; none when it fails or takes too long."""
    try:
        done = subprocess.run(command, env=env, check=True, capture_output=True, timeout=timeout)
        return float(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return None


def start_time(command, env, count):
    """Nanoseconds of a start to the end of the process."""
    start = time.perf_counter_ns()
    for _ in range(count):
        os.waitpid(os.posix_spawn(command[0], command, env), 0)
    return (time.perf_counter_ns() - start) / count


def ratio(base, values):
    """Within each turn, so that what slows a whole turn down doesn't count."""
    ratios = [b / a for a, b in zip(base, values) if a and b]
    if len(ratios) < 2:
        return "x -"
    low, middle, high = statistics.quantiles(ratios, n=4)
    return f"x {middle:.3f}  ({low:.3f} to {high:.3f})"


def difference(base, values):
    return f"{statistics.median(b - a for a, b in zip(base, values)):+.1f}"


def compare(title, goal, runs, variants, measure, *, unit="ns", null=None, rare=()):
    """variants: name -> argument of measure; the first is what the others are compared to.

    null: a second one that they are compared to. rare: variants that are measured in the first
    five turns only. Returns the medians, None where there was no figure.
    """
    samples = {name: [] for name in variants}
    for turn in range(runs):
        for name, argument in variants.items():
            if turn < 5 or name not in rare:
                samples[name].append(measure(argument))
    base = next(iter(variants))
    medians = {}
    print(f"{title} (goal: {goal})")
    for name, values in samples.items():
        if None in values:
            medians[name] = None
            print(f"  {name:28} no figure: it failed or took too long", flush=True)
            continue
        medians[name] = statistics.median(values)
        line = f"  {name:28} {medians[name]:12.1f} {unit}"
        if name != base and None not in samples[base]:
            # Memory of the program itself is next to nothing.
            if unit == "ns":
                line += f"   {ratio(samples[base], values)}"
            line += f"   {difference(samples[base], values)} {unit}"
        if null and name not in (base, null) and unit == "ns":
            line += f"   null shim {ratio(samples[null], values)}"
        print(line, flush=True)
    return medians
