# SPDX-License-Identifier: MIT
"""Imports much of the standard library, for runs with -W error and -X dev."""

import asyncio
import concurrent.futures.thread
import ctypes
import decimal
import email.mime.text
import http.server
import importlib.util
import json
import logging.handlers
import sqlite3
import subprocess
import tempfile
import unittest.mock
import xml.etree.ElementTree
import zipfile

lazy = importlib.util.find_spec("colorsys")
lazy.loader = importlib.util.LazyLoader(lazy.loader)
module = importlib.util.module_from_spec(lazy)
lazy.loader.exec_module(module)
print(module.rgb_to_hsv(0, 0, 0))
importlib.reload(json)
with tempfile.TemporaryFile() as file:
    file.write(b"1")
print(subprocess.run(["true"], check=True).returncode)
print(sum(1 for value in list(globals().values()) if type(value).__name__ == "module"))
