# SPDX-License-Identifier: MIT
"""A test runner and all that it starts: forked workers, Pythons, shells, native programs.

    suite.py PROGRAM STATUS

PROGRAM is tree of tests/programs/locks.  Says how each of them ended, and ends with STATUS.
"""

import multiprocessing
import os
import subprocess
import sys

import member

MEMBER = [sys.executable, member.__file__]


def work(name, end):
    """A worker: what it does by itself, and what all of them do."""
    member.invert(name)
    member.invert("every_worker")
    end()
    os._exit(0)


def fork(name, end):
    pid = os.fork()
    if pid == 0:
        work(name, end)
    return pid


def shell(script, *arguments):
    return subprocess.Popen(["sh", "-c", script, "sh", *arguments], stdout=subprocess.DEVNULL)


def main(program, status):
    member.invert("parent_before")
    # All of them at the same time.
    workers = {
        "first": fork("first_worker", lambda: None),
        "second": fork("second_worker", lambda: None),
        "crashed": fork("crashed_worker", member.crash),
        "killed": fork("killed_worker", member.kill),
    }
    programs = {
        "python": subprocess.Popen([*MEMBER, "started_python"]),
        "shell": shell('"$1" shell; (exec sh -c "exec \\"$1\\" crash"); "$1" kill', program),
        "chain": shell(
            'exec "$@"', *MEMBER, "chain_first", *MEMBER, "chain_second",
            "sh", "-c", 'exec "$0" chain', program,
        ),
    }
    spawned = multiprocessing.get_context("spawn").Process(target=member.invert, args=("spawned",))
    spawned.start()
    spawned.join()
    print("spawned", spawned.exitcode)
    for name, pid in workers.items():
        print(name, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    for name, process in programs.items():
        print(name, process.wait())
    member.invert("parent_after")
    return int(status)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
