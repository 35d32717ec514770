# SPDX-License-Identifier: MIT
"""A page of a trace in headless Chromium, driven by chromedriver over WebDriver (W3C)."""

import base64
import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

FLAGS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync
    --disable-background-networking --disable-component-update --disable-dev-shm-usage
    --window-size=1400,900""".split()
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


def send(port, method, path, body=None):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"})
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        raise AssertionError(json.load(error)["value"]["message"]) from None


def start(folder):
    """Starts the browser, which goes on; what drives it is written into the folder."""
    folder = Path(folder)
    log = folder / "chromedriver.log"
    with log.open("w") as out:
        driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=out, stderr=out,
                                  stdin=subprocess.DEVNULL, start_new_session=True)
    while not (port := re.search(r"started successfully on port (\d+)", log.read_text())):
        assert driver.poll() is None, log.read_text()
    options = {"args": [*FLAGS, f"--user-data-dir={folder / 'profile'}"], "binary": "/usr/bin/chromium"}
    wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
    (folder / "browser").write_text(f"{port[1]} {driver.pid}")
    made = send(port[1], "POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
    (folder / "browser").write_text(f"{port[1]} {driver.pid} {made['sessionId']}")


def stop(folder):
    port, pid, *session = (Path(folder) / "browser").read_text().split()
    try:
        for name in session:
            send(port, "DELETE", f"/session/{name}")
    finally:
        os.kill(int(pid), signal.SIGTERM)


class Page:
    """A page, loaded anew and ready, in a browser that was started."""

    def __init__(self, folder, path):
        self.port, _, self.session = (Path(folder) / "browser").read_text().split()
        self.call("POST", "/url", {"url": "about:blank"})
        self.log()  # of the page before
        self.call("POST", "/url", {"url": Path(path).resolve().as_uri()})
        assert self.js("return document.documentElement.dataset.ready") == "yes", self.log()

    def call(self, method, command, body=None):
        return send(self.port, method, f"/session/{self.session}{command}", body)

    # ---- looking ----

    def js(self, code, *arguments):
        return self.call("POST", "/execute/sync", {"script": code, "args": arguments})

    def log(self):
        """What the console has been told: errors and warnings are there too."""
        return [entry["message"] for entry in self.call("POST", "/se/log", {"type": "browser"})]

    def text(self, selector):
        """What is seen of an element, with plain blanks."""
        text = self.js("return document.querySelector(arguments[0])?.innerText ?? null", selector)
        return None if text is None else text.replace("\u00a0", " ")

    def rows(self, view):
        """The cells of the rows of a view's table that are in sight."""
        return self.js("""return [...document.querySelectorAll(`#view-${arguments[0]} tr[data-row]`)]
            .map((row) => [...row.cells].map((cell) => cell.innerText.trim().replaceAll("\\u00a0", " ")))""", view)

    def facts(self):
        """The details as a dictionary."""
        return self.js("""return Object.fromEntries([...document.querySelectorAll("#detail .facts dt")]
            .map((name) => [name.innerText, name.nextSibling.innerText.trim().replaceAll("\\u00a0", " ")]))""")

    def window(self):
        return self.js("return [state.from, state.to]")

    def screenshot(self, path):
        Path(path).write_bytes(base64.b64decode(self.call("GET", "/screenshot")))

    # ---- hands ----

    def prefer(self, scheme):
        """What a desktop says of colours: dark or light."""
        media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        self.call("POST", "/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": media})
        self.settle()

    def click(self, selector):
        found = self.call("POST", "/element", {"using": "css selector", "value": selector})
        self.call("POST", f"/element/{found[ELEMENT]}/click", {})

    def open(self, tab):
        self.click(f"#tab-{tab}")
        self.settle()

    def settle(self):
        """Two frames: what was to be drawn is."""
        self.call("POST", "/execute/async", {"args": [], "script": """
            requestAnimationFrame(() => requestAnimationFrame(arguments[0]))"""})

    def keys(self, text):
        actions = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keys", "actions": actions})

    def mouse(self, *steps):
        """Steps: (x, y) moves there, "down" and "up" press and release."""
        actions = [{"type": f"pointer{step.capitalize()}", "button": 0} if isinstance(step, str)
                   else {"type": "pointerMove", "x": round(step[0]), "y": round(step[1]), "duration": 0}
                   for step in steps]
        self._act({"type": "pointer", "id": "mouse", "actions": actions})

    def wheel(self, x, y, down):
        self._act({"type": "wheel", "id": "wheel", "actions": [
            {"type": "scroll", "x": round(x), "y": round(y), "deltaX": 0, "deltaY": down, "duration": 0}]})

    def _act(self, source):
        self.call("POST", "/actions", {"actions": [source]})
        self.settle()

    def search(self, text):
        """Types it; the search itself comes a moment later, so Enter is what asks for it now."""
        self.js("const box = document.getElementById('search'); box.focus(); box.select()")
        self.keys(text or "\ue017")
        self.call("POST", "/execute/async", {"args": [text], "script": """
            const done = arguments[1], text = arguments[0].toLowerCase();
            (function wait() { search.query === text ? done() : requestAnimationFrame(wait); })()"""})
        self.settle()

    # ---- the time line ----

    def spans(self, condition):
        """Spans for which a JavaScript expression of `span` holds."""
        return self.js(f"""return [...Array(trace.spans.count).keys()].filter((span) => {condition})""")

    def point(self, span):
        """Where the middle of a span's bar is on the screen."""
        return self.js("""const [span] = arguments, place = timeline.row_place(span);
            const box = timeline.canvas.getBoundingClientRect();
            const middle = (timeline.x(trace.spans.start[span]) + timeline.x(trace.spans.end[span])) / 2;
            return [box.left + middle, box.top + place.top + place.height * 0.75]""", span)

    def color(self, span):
        """The colour drawn there, at the left end where no text is."""
        return self.js("""const [span] = arguments, place = timeline.row_place(span), { canvas } = timeline;
            const ratio = canvas.width / timeline.width;
            const x = timeline.x(trace.spans.start[span]) + 3, y = place.top + place.height * 0.75;
            const [r, g, b] = canvas.getContext("2d").getImageData(x * ratio, y * ratio, 1, 1).data;
            return `rgb(${r}, ${g}, ${b})`""", span)


if __name__ == "__main__":
    # browser.py FOLDER start | stop | PAGE CODE: the last one runs CODE with `page`.
    if sys.argv[2] == "start":
        start(sys.argv[1])
    elif sys.argv[2] == "stop":
        stop(sys.argv[1])
    else:
        exec(sys.argv[3], {"page": Page(sys.argv[1], sys.argv[2])})  # noqa: S102
