# SPDX-License-Identifier: MIT
"""Sends signals to interpreters, at rest and in the midst of an import, and tells how they end."""

import signal
import subprocess
import sys

# In short sleeps: a signal that comes between the interpreter's look and a sleep is seen after it.
WAIT = "print('ready', flush=True); import time; [time.sleep(0.05) for _ in range(1200)]"

PROGRAMS = {
    "at rest": WAIT,
    "handled": "try:\n    %s\nexcept KeyboardInterrupt:\n    print('interrupted')" % WAIT,
    "own handler": "import signal, sys\n"
                   "signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))\n" + WAIT,
    "importing": "import waiting",
    "importing, handled": "try:\n    import waiting\nexcept KeyboardInterrupt:\n"
                          "    import sys; print('waiting' in sys.modules)",
}


def send(number, program):
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
    assert child.stdout.readline() == b"ready\n"
    child.send_signal(number)
    output, errors = child.communicate(timeout=60)
    return child.returncode, output, errors.splitlines()[-1:]


with open("waiting.py", "w") as body:
    body.write(WAIT)
for name, program in PROGRAMS.items():
    for number in signal.SIGINT, signal.SIGTERM:
        print(name, number.name, *send(number, program))
