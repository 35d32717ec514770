# SPDX-License-Identifier: MIT
"""Runs a command whose stderr is a terminal, and prints what it wrote there.

    terminal.py [--feed FILE] [--until TEXT] [--interrupt] [--pipe] COMMAND...

Its input is FILE again and again, or nothing, until TEXT is on the terminal (or two seconds have
passed, if stderr is a pipe instead); then the input ends, or SIGINT comes.  A second line has the
status.
"""

import argparse
import os
import pty
import select
import signal
import subprocess
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("--feed")
parser.add_argument("--until", default="")
parser.add_argument("--interrupt", action="store_true")
parser.add_argument("--pipe", action="store_true")
parser.add_argument("command", nargs=argparse.REMAINDER)
given = parser.parse_args()

mine, theirs = os.pipe() if given.pipe else pty.openpty()
process = subprocess.Popen(given.command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                           stderr=theirs)
os.close(theirs)
feed = open(given.feed, "rb").read() if given.feed else b""
said, end = b"", time.monotonic() + (2 if given.pipe else 60)
while given.until.encode() not in said and time.monotonic() < end:
    if feed:
        process.stdin.write(feed)
        process.stdin.flush()
    if select.select([mine], [], [], 0.05)[0]:
        try:
            read = os.read(mine, 4096)
        except OSError:  # the terminal is closed
            break
        if not read:
            break
        said += read
if given.interrupt:
    process.send_signal(signal.SIGINT)
process.stdin.close()
while True:
    try:
        read = os.read(mine, 4096)
    except OSError:
        break
    if not read:
        break
    said += read
for bytes_, words in (b"\r\033[K", "<erased>"), (b"\r\n", "<end>"), (b"\r", "<again>"):
    said = said.replace(bytes_, words.encode())
print(f"said: {said.decode()}")
print(process.wait())
sys.exit(0)
