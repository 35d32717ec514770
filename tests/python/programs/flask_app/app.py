# SPDX-License-Identifier: MIT
"""Each request imports in the thread that serves it."""

import importlib

from flask import Flask, jsonify

app = Flask(__name__)


@app.route("/import/<name>")
def load(name):
    return jsonify(module=importlib.import_module(name).__name__)


@app.route("/fail")
def fail():
    return jsonify(error=str(__import__("there_is_no_such_module")))
