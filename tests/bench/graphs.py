#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What it costs to join the lock-order graphs of many runs and to look for cycles across them.

Each run has so many edges of a pool of which all but a few keep an order.  Prints seconds and
the most memory; nothing passes or fails.

Usage: graphs.py [--runs N] [--edges N] [--classes N] [--inverted N] PIHOOK
"""
import argparse
import os
import random
import resource
import subprocess
import tempfile
import time

PLACES = 4000


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--edges", type=int, default=10000, help="of a run")
    parser.add_argument("--pool", type=int, default=30000, help="edges that runs choose from")
    parser.add_argument("--classes", type=int, default=2000)
    parser.add_argument("--inverted", type=int, default=20, help="edges against the order")
    parser.add_argument("pihook")
    return parser.parse_args()


def edge(random_, classes, inverted):
    """What follows the process on the line of an edge."""
    low, high = sorted(random_.sample(range(1, classes + 1), 2))
    if inverted:
        low, high = high, low
    held = [low] + ([random_.randint(1, classes)] if random_.random() < 0.2 else [])
    stack = [random_.randint(1, PLACES) for _ in range(6)]
    return '","from":%d,"to":%d,"at":%d,"held":[%s],"stack":[%s],"tid":%d,"thread":"worker"}\n' % (
        low, high, random_.randint(1, PLACES), ",".join(map(str, held)),
        ",".join(map(str, stack)), random_.randint(2, 30000))


def head(number, process, classes):
    yield ('{"record":"process","process":"%s","version":1,"pid":%d,"name":"program",'
           '"executable":"/nowhere/program","command":"program run %d","time":%d}\n'
           % (process, number + 2, number, 1700000000 + number))
    for lock in range(1, classes + 1):
        yield ('{"record":"class","process":"%s","class":%d,"kind":"mutex","origin":"static",'
               '"created":{"object":"/nowhere/program","offset":"0x%x","build_id":"00"}}\n'
               % (process, lock, 0x4000 + 40 * lock))
    for place in range(1, PLACES + 1):
        yield ('{"record":"place","process":"%s","number":%d,"place":{"object":'
               '"/nowhere/program","offset":"0x%x","build_id":"00","function":"function_%d",'
               '"function_offset":"0x1f"}}\n' % (process, place, 0x1000 + place, place))


def write_runs(folder, options):
    random_ = random.Random(1)
    pool = [edge(random_, options.classes, False) for _ in range(options.pool)]
    against = [edge(random_, options.classes, True) for _ in range(options.inverted)]
    names = []
    for number in range(options.runs):
        process = "%016x" % (number + 1)
        names.append(os.path.join(folder, "%d.graph" % number))
        chosen = random_.sample(pool, min(options.edges, len(pool)))
        if against and random_.random() < 0.1:
            chosen[-1] = random_.choice(against)
        with open(names[-1], "w", encoding="ascii") as file:
            file.writelines(head(number, process, options.classes))
            file.writelines('{"record":"edge","process":"' + process + line for line in chosen)
    return names


def measure(what, command):
    begin = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    seconds = time.monotonic() - begin
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    findings = done.stdout.count(b"pihook: error: ")
    print("%-32s %6.1f s, up to %d MiB so far, status %d, %d findings"
          % (what, seconds, most, done.returncode, findings), flush=True)


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as folder:
        names = write_runs(folder, options)
        size = sum(os.path.getsize(name) for name in names)
        print("%d runs of %d edges, %d MiB" % (options.runs, options.edges, size >> 20))
        merged = os.path.join(folder, "merged")
        measure("merge -o FILE", [options.pihook, "merge", "-o", merged] + names)
        print("merged: %d MiB" % (os.path.getsize(merged) >> 20))
        measure("merge --check MERGED", [options.pihook, "merge", "--check", merged])
        measure("merge MERGED and one run",
                [options.pihook, "merge", merged, names[0], "-o", merged])


main()
