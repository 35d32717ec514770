# SPDX-License-Identifier: MIT
"""concurrent.futures: threads that import the same modules at once, and processes."""

import concurrent.futures
import importlib
import multiprocessing

NAMES = ["xml.dom.minidom", "email.mime.text", "decimal", "sqlite3", "xml.sax.saxutils"] * 8


def load(name):
    return importlib.import_module(name).__name__


def main():
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        print(list(pool.map(load, NAMES)))
    spawn = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=spawn) as pool:
        print(list(pool.map(load, NAMES[:6])))


if __name__ == "__main__":
    main()
