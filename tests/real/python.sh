# SPDX-License-Identifier: MIT
# Sourced by real-programs.sh: programs in Python that have threads.
# shellcheck shell=bash disable=SC2034,SC2154

# The packages are those of Debian's Python, whichever other one is found first.
PYTHON=/usr/bin/python3

# ---- threads, pools, a data base, processes ----
NEEDS[python]=python3
real_python() {
    "${UNDER[@]}" python3 "$TESTS/real/threads.py"
}

# ---- web servers: requests in threads ----

# requests PORT: what the clients have seen.
requests() {
    ab -q -n 1500 -c 8 "http://127.0.0.1:$1/100" 2>&1 | grep -E '^(Complete|Failed|Non-2xx)'
    curl -sS "http://127.0.0.1:$1/50"
}

# gunicorn_serves APP OPTION...
gunicorn_serves() {
    local port
    port=$(free_port)
    start_server env PYTHONPATH="$TESTS/real" PYTHONDONTWRITEBYTECODE=1 "$PYTHON" -m gunicorn \
        --bind "127.0.0.1:$port" "${@:2}" "web_app:$1()"
    wait_for curl -sSf "http://127.0.0.1:$port/1"
    requests "$port"
    stop_server
    wc -l <site.log
}

NEEDS[django]="$PYTHON gunicorn ab curl"
real_django() {
    gunicorn_serves django_app --threads 4
}

NEEDS[flask]="$PYTHON gunicorn ab curl"
real_flask() {
    gunicorn_serves flask_app --worker-class gthread --workers 2 --threads 4
}

# ---- Django's own server: a thread a request, and one that looks for changed files ----
NEEDS[runserver]="django-admin ab curl"
real_runserver() {
    local port
    port=$(free_port)
    django-admin startproject example
    sed -i 's/^urlpatterns = \[/&path("<int:n>", lambda r, n: __import__("django.http").http.HttpResponse("%d" % n)),/' \
        example/example/urls.py
    cd example
    start_server "$PYTHON" -u manage.py runserver "127.0.0.1:$port"
    wait_for curl -sSf "http://127.0.0.1:$port/1"
    requests "$port"
    stop_server INT
}

# ---- Celery: a pool of threads ----
NEEDS[celery]=$PYTHON
real_celery() {
    export PYTHONPATH=$TESTS/real PYTHONDONTWRITEBYTECODE=1
    start_server "$PYTHON" -m celery -A tasks worker --pool threads --concurrency 4 --loglevel info
    "$PYTHON" "$TESTS/real/tasks.py"
    stop_server
}

# ---- numpy: threads above those of OpenBLAS ----
NEEDS[numpy]=$PYTHON
real_numpy() {
    "${UNDER[@]}" "$PYTHON" "$TESTS/real/arrays.py"
}

# ---- Mercurial: lazily imported modules, a server of its own ----
NEEDS[mercurial]="hg curl"
real_mercurial() {
    local port i
    port=$(free_port)
    export HGUSER=tester HGRCPATH=
    "${UNDER[@]}" hg init made
    for i in 1 2 3; do
        seq "$i" 2000 >made/numbers
        "${UNDER[@]}" hg -R made commit -A -q -d "$i 0" -m "number $i"
    done
    "${UNDER[@]}" hg -R made verify | tail -n 1
    start_server hg -R made serve --address 127.0.0.1 --port "$port"
    wait_for curl -sSf "http://127.0.0.1:$port/"
    "${UNDER[@]}" hg clone -q "http://127.0.0.1:$port/" copy
    "${UNDER[@]}" hg -R copy log --template '{rev}:{node}\n'
    stop_server
}
