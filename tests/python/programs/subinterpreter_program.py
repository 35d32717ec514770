# SPDX-License-Identifier: MIT
"""Sub-interpreters one after the other and in threads; each imports modules of its own."""

import sys
import threading
import warnings

warnings.simplefilter("ignore")
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

CODE = "import sys, json, xml.dom.minidom; assert json.loads('[1]') == [1]"
BAD = "import json, there_is_no_such_module"


def run(interpreter, code):
    """True if the code ended well: to 3.12 an exception tells, from 3.13 on what is returned."""
    try:
        return interpreters.run_string(interpreter, code) is None
    except Exception:
        return False


def one(results):
    interpreter = interpreters.create()
    results.append([run(interpreter, code) for code in (CODE, BAD, CODE)])
    interpreters.destroy(interpreter)


def main():
    results = []
    for _ in range(3):
        one(results)
    # Sub-interpreters of several threads at once are sound from 3.12 on.
    if sys.version_info >= (3, 12):
        threads = [threading.Thread(target=one, args=(results,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    print(results)


main()
