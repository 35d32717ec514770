# SPDX-License-Identifier: MIT
"""The same small site in Django (django_app) and in Flask (flask_app): a counter under a lock,
rows of a data base, something logged."""

import logging
import sqlite3
import threading

LOG = logging.getLogger("site")
lock = threading.Lock()
served = 0


def answer(number):
    global served
    with lock:
        served += 1
        LOG.info("request %d", served)
    with sqlite3.connect(":memory:") as rows:
        rows.execute("create table squares (root, square)")
        rows.executemany("insert into squares values (?, ?)", [(i, i * i) for i in range(number)])
        return "%d\n" % rows.execute("select sum(square) from squares").fetchone()[0]


def django_app():
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse
    from django.urls import path

    settings.configure(
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["*"],
        LOGGING={
            "version": 1,
            "handlers": {"file": {"class": "logging.FileHandler", "filename": "site.log"}},
            "loggers": {"site": {"level": "INFO", "handlers": ["file"]}},
        },
    )
    globals()["urlpatterns"] = [
        path("<int:number>", lambda request, number: HttpResponse(answer(number)))
    ]
    return get_wsgi_application()


def flask_app():
    import flask

    logging.basicConfig(filename="site.log", level=logging.INFO)
    app = flask.Flask(__name__)
    app.route("/<int:number>")(answer)
    return app
