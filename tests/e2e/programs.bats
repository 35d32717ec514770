#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Real programs do under the library, with a hook on every module, what they do without it.

bats_require_minimum_version 1.5.0

setup_file() {
    export INTERPRETERS=$BATS_TEST_DIRNAME/../interpreters.sh
    export PYTHONS=$BATS_FILE_TMPDIR/pythons
    bash "$INTERPRETERS" list 3>&- >"$PYTHONS" || echo /usr/bin/python3 >"$PYTHONS"
}

setup() {
    BUILD=$(realpath "${PIHOOK_BUILD:-$BATS_TEST_DIRNAME/../..}")
    LIBRARY=$BUILD/.libs/libpihook.so
    PROGRAMS=$(realpath "$BATS_TEST_DIRNAME/../python/programs")
    FILES=$BATS_TEST_TMPDIR/files
    HOOKED=$BATS_TEST_TMPDIR/hooked
    EDIT=()
    unset LD_PRELOAD PIHOOK_CONFIG PIHOOK_DISABLE "${!PYTHON@}"
    # Many programs lock against the order of addresses, and are right: that is a warning by
    # design.  Every other rule keeps its level.
    export PIHOOK_OPTIONS=address-order=off
    mapfile -t pythons <"$BATS_FILE_TMPDIR/pythons"
    export PIHOOK_TEST_BIND=$BUILD LC_ALL=C.UTF-8
    cd "$BATS_TEST_TMPDIR" || return
    mkdir "$FILES"
    write_config
}

# A hook that leaves a trace and uses nothing but posix, which is there already.
write_config() {
    cat >hook.conf <<CONF
[hook *]
exec = import posix
    trace = posix.open("$HOOKED", posix.O_WRONLY | posix.O_CREAT | posix.O_APPEND, 0o666)
    posix.write(trace, b".")
    posix.close(trace)
CONF
}

teardown() {
    if [[ -n ${SERVER:-} ]]; then
        kill "$SERVER" 2>/dev/null && wait "$SERVER" || true
    fi
    [[ -z ${PUBLIC:-} ]] || rm -rf "$PUBLIC"
}

# ---- one program, twice ----

# run_side SIDE COMMAND...: in a fresh copy of FILES, which becomes the folder SIDE; both
# sides see the same path. Leaves SIDE.out, SIDE.err, SIDE.status.
run_side() {
    local side=$1 status=0
    shift
    rm -rf run "$side"
    cp -a "$FILES" run
    (cd run && exec timeout -k 5 120 "$@") >"$side.out" 2>"$side.err" </dev/null 3>&- ||
        status=$?
    echo "$status" >"$side.status"
    mv run "$side"
    tidy "$side.out" "$side.err"
}

# What differs from run to run anyway: an array of commands for sed.
tidy() {
    local command
    for command in "${EDIT[@]}"; do
        sed -E -i -e "$command" "$@"
    done
}

# compare WHAT: status, stdout and stderr of both sides are the same.
compare() {
    local part
    for part in status out err; do
        same_text "without.$part" "with.$part" ||
            diff -u --text "without.$part" "with.$part" >difference || {
            printf '%s: %s differs:\n%s\n' "$1" "$part" "$(head -n 60 difference)"
            return 1
        }
    done
    status=$(<with.status)
}

# same_text FILE FILE: without a program that compares. It says nothing about NUL bytes, where
# read ends with success.
same_text() {
    local one other
    ! IFS= read -r -d '' one <"$1" && ! IFS= read -r -d '' other <"$2" && [[ $one == "$other" ]]
}

# same COMMAND...: a program of this machine.
same() {
    run_side without "$@"
    run_side with env LD_PRELOAD="$LIBRARY" PIHOOK_CONFIG="$PWD/hook.conf" "$@"
    compare "$*"
}

# same_in PYTHON ARG...: an interpreter, which may be inside a chroot.
same_in() {
    rm -f "$HOOKED"
    run_side without bash "$INTERPRETERS" run "$@"
    run_side with env PIHOOK_TEST_PRELOAD="$LIBRARY" PIHOOK_CONFIG="$PWD/hook.conf" \
        bash "$INTERPRETERS" run "$@"
    hooks_ran "$1"
    compare "$*"
}

hooks_ran() {
    [[ -s $HOOKED ]] || {
        echo "$1: no hook ran"
        return 1
    }
}

# same_in_each STATUS ARG...: in every interpreter, with that exit status.
same_in_each() {
    local wanted=$1 python
    shift
    for python in "${pythons[@]}"; do
        same_in "$python" "$@"
        ends_with "$wanted" "$python"
    done
}

# ends_with STATUS PYTHON: the comparison would be content with two failures.
ends_with() {
    ((status == $1)) || {
        printf '%s: status %s instead of %s:\n%s\n' "$2" "$status" "$1" "$(cat with.out with.err)"
        return 1
    }
}

needs() {
    local program
    for program in "$@"; do
        [[ -n $(type -P "$program") ]] || skip "there is no $program"
    done
}

# needs_module NAME...: of Debian's python3, which the installed programs use.
needs_module() {
    local name
    needs /usr/bin/python3
    for name in "$@"; do
        /usr/bin/python3 -c "import $name" 2>/dev/null || skip "there is no Python module $name"
    done
}

# until_true COMMAND...: waits for it, half a minute at most.
until_true() {
    local tries
    for ((tries = 0; tries < 600; tries++)); do
        ! "$@" || return 0
        sleep 0.05
    done
    echo "never came true: $*"
    return 1
}

# ---- web servers ----

# A server that chose its port tells it in its log.
is_listening() {
    PORT=$(sed -nE 's/.*Listening at: [^ ]*:([0-9]+) .*/\1/p' "$1")
    [[ -n $PORT ]]
}

# request NAME PATH...: all at once, each with its own answer.
request() {
    local path clients=() client
    for path in "$@"; do
        curl -s -S -m 60 --noproxy '*' -w '\n%{http_code}\n' "http://127.0.0.1:$PORT/$path" \
            >"answer.${path//\//_}" 2>&1 3>&- &
        clients+=($!)
    done
    for client in "${clients[@]}"; do
        wait "$client" || true
    done
    for path in "$@"; do
        cat "answer.${path//\//_}"
    done
}

# serve_side SIDE ENV... -- ARG...: gunicorn serves until it has answered all.
serve_side() {
    local side=$1 status=0 environment=()
    shift
    while [[ $1 != -- ]]; do
        environment+=("$1")
        shift
    done
    shift
    rm -rf run "$side"
    cp -a "$FILES" run
    (cd run && exec env "${environment[@]}" gunicorn --bind 127.0.0.1:0 "$@" app:app) \
        >"$side.log" 2>"$side.err" </dev/null 3>&- &
    SERVER=$!
    until_true is_listening "$side.err"
    local paths=(import/decimal import/xml.dom.minidom import/wave import/no.such.module fail)
    {
        request "${paths[@]}"
        request "${paths[@]}"
        request "${paths[@]}"
    } >"$side.out"
    kill -TERM "$SERVER"
    wait "$SERVER" || status=$?
    SERVER=
    echo "$status" >"$side.status"
    mv run "$side"
    tidy_server_log "$side.err"
}

# Times, pids and the port differ, and workers speak in any order.
tidy_server_log() {
    sed -E -i -e 's/^\[[-+: 0-9]*\] \[[0-9]+\]/[time] [pid]/; s/\[[0-9]+\]$/[pid]/' \
        -e 's/\(?pid:? ?[0-9]+\)?/(pid)/; s/:[0-9]+ \([0-9]+\)/:port (pid)/' \
        -e 's/^\[[-0-9 :,]+\] ERROR/[time] ERROR/' "$1"
    sort -o "$1" "$1"
}

same_served() {
    needs gunicorn curl
    needs_module flask gunicorn
    cp -a "$PROGRAMS/flask_app/." "$FILES"
    serve_side without -- "$@"
    serve_side with LD_PRELOAD="$LIBRARY" PIHOOK_CONFIG="$PWD/hook.conf" -- "$@"
    hooks_ran gunicorn
    compare "gunicorn $*"
    ((status == 0))
    [[ $(grep -cx 200 with.out) == 9 && $(grep -cx 500 with.out) == 6 ]]
}

@test "a Flask application in gunicorn's threads answers the same" {
    same_served --threads 4
}

@test "a Flask application in gunicorn's forked workers answers the same" {
    same_served --workers 2
}

@test "a preloaded Flask application in gunicorn's forked workers answers the same" {
    same_served --workers 2 --threads 2 --preload
}

# ---- programs written in Python ----

@test "django-admin makes a project, checks it and migrates its database the same" {
    needs django-admin
    needs_module django
    EDIT=('s/ in [0-9.]+s$/ in 0s/')
    same sh -c 'django-admin startproject site_of_ours && cd site_of_ours &&
        django-admin check --pythonpath . --settings site_of_ours.settings &&
        /usr/bin/python3 manage.py check && /usr/bin/python3 manage.py migrate &&
        /usr/bin/python3 manage.py test'
    hooks_ran django-admin
    ((status == 0))
    grep -q 'no issues' with.out
    grep -q 'Applying sessions' with.out
    diff <(cd without && find . | sort) <(cd with && find . | sort)
}

@test "pip tells the same version" {
    local python tried=0
    for python in "${pythons[@]}"; do
        bash "$INTERPRETERS" run "$python" -c 'import pip' </dev/null 2>/dev/null 3>&- || continue
        same_in "$python" -m pip --version
        ends_with 0 "$python"
        tried=$((tried + 1))
    done
    ((tried > 0)) || skip "there is no pip"
}

@test "numpy imports and computes the same" {
    needs_module numpy
    same_in /usr/bin/python3 -c '
import numpy
a = numpy.arange(10000.0).reshape(100, 100)
print(numpy.linalg.eigvalsh(a @ a.T)[-3:], numpy.fft.fft(a).sum(), numpy.__version__)
import numpy.testing'
    ends_with 0 python3
}

# ---- interpreters ----

@test "unittest passes, fails and skips the same cases in every interpreter" {
    cp -a "$PROGRAMS/sample_tests/." "$FILES"
    EDIT=('s/ in [0-9.]+s$/ in 0s/')
    same_in_each 1 -m unittest -v
}

@test "asyncio runs tasks, threads and subprocesses the same in every interpreter" {
    same_in_each 0 "$PROGRAMS/asyncio_program.py"
}

@test "multiprocessing's pools work the same by fork in every interpreter" {
    same_in_each 0 "$PROGRAMS/multiprocessing_program.py" fork
}

@test "multiprocessing's pools work the same by spawn in every interpreter" {
    same_in_each 0 "$PROGRAMS/multiprocessing_program.py" spawn
}

@test "multiprocessing's pools work the same by forkserver in every interpreter" {
    same_in_each 0 "$PROGRAMS/multiprocessing_program.py" forkserver
}

@test "concurrent.futures imports in threads and processes the same in every interpreter" {
    same_in_each 0 "$PROGRAMS/futures_program.py"
}

@test "a virtual environment is made and works the same in every interpreter" {
    same_in_each 0 "$PROGRAMS/venv_program.py"
}

@test "compileall compiles and complains about the same files in every interpreter" {
    local python
    cp -a "$PROGRAMS/failing_imports/." "$FILES"
    for python in "${pythons[@]}"; do
        same_in "$python" -m compileall .
        ends_with 1 "$python"
        diff <(cd without && find . | sort) <(cd with && find . | sort)
    done
}

@test "-X importtime tells the same modules in the same order in every interpreter" {
    EDIT=('s/^(import time:) *[0-9]+ *\| *[0-9]+ *\|/\1/')
    same_in_each 0 -X importtime -c 'import json, xml.dom.minidom'
    grep -q 'xml.dom.minidom$' with.err
}

@test "-v tells the same imports in the same order in every interpreter" {
    # In what order an interpreter that ends takes its modules apart depends on when the
    # garbage collector ran.
    EDIT=('s/0x[0-9a-f]+/0x/g' '/^# destroy /d')
    same_in_each 0 -v -c 'import json, xml.dom.minidom'
    grep -q '^import .xml.dom.minidom' with.err
}

@test "-W error raises the same in every interpreter" {
    same_in_each 0 -W error "$PROGRAMS/warnings_program.py"
}

@test "-X dev finds the same in every interpreter" {
    same_in_each 0 -X dev "$PROGRAMS/warnings_program.py"
}

@test "isolated interpreters start the same without site and environment" {
    same_in_each 0 -I -S -E -c 'import json, sys; print(sorted(sys.modules), sys.meta_path)'
}

@test "the tracebacks of failing imports are the same in every interpreter" {
    cp -a "$PROGRAMS/failing_imports/." "$FILES"
    EDIT=('s/ at 0x[0-9a-f]+/ at 0x/g')
    same_in_each 1 main.py
    grep -q 'there_is_no_such_module' with.out
    grep -q 'While handling\|During handling' with.err
}

@test "the exit status is the same by every way out in every interpreter" {
    local wanted way
    while IFS=: read -r wanted way; do
        same_in_each "$wanted" "$PROGRAMS/exit_program.py" "$way"
    done <<'WAYS'
0:zero
0:nothing
3:number
4:over
1:text
1:object
1:raise
0:thread
0:daemons
6:_exit
6:_exit with daemons
WAYS
}

@test "signals at rest and in the midst of an import end the program the same in every interpreter" {
    same_in_each 0 "$PROGRAMS/signals_program.py"
}

@test "fork in a program whose threads import works the same in every interpreter" {
    same_in_each 0 "$PROGRAMS/fork_program.py"
}

@test "sub-interpreters import and end the same in every interpreter" {
    same_in_each 0 "$PROGRAMS/subinterpreter_program.py"
}

# ---- programs without Python ----

# ---- programs with a Python of their own kind ----

# Its modules are lazy, built-in ones too, whose loader is a class.
@test "Mercurial, which imports everything lazily, works the same" {
    needs hg
    same sh -c 'hg init repository && cd repository && echo text > file && hg add file &&
        hg --config ui.username=me commit -d "0 0" -m message && hg log && hg version && hg diff'
    hooks_ran hg
}

# It embeds libpython and puts objects of its own into sys before Python knows their types.
@test "Python code in vim works the same" {
    needs vim
    vim --version | grep -q '+python3' || skip "this vim has no Python"
    same vim -u NONE -es -c 'py3 import json, vim; print(json.dumps(vim.eval("1 + 1")))' -c qa
    hooks_ran vim
}

@test "Python code in gdb works the same" {
    needs gdb
    same gdb -nx -batch -ex 'python import json, gdb; print(json.dumps(gdb.parameter("width")))'
    hooks_ran gdb
}

write_apache() {
    local modules=/usr/lib/apache2/modules
    [[ -e $modules/mod_wsgi.so ]] || skip "there is no mod_wsgi"
    cat >apache.conf <<CONF
ServerRoot $PWD
ServerName test
PidFile $PWD/apache.pid
ErrorLog $PWD/apache.log
Listen 127.0.0.1:$1
User nobody
Group nogroup
LoadModule mpm_event_module $modules/mod_mpm_event.so
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule wsgi_module $modules/mod_wsgi.so
WSGIScriptAlias / $PWD/app.wsgi
CONF
    cat >app.wsgi <<'CODE'
def application(environment, start):
    import colorsys
    start("200 OK", [("Content-Type", "text/plain")])
    return [getattr(colorsys, "hooked", b"not hooked")]
CODE
}

free_port() {
    /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

answers() {
    curl -sf "http://127.0.0.1:$1/" >answer
}

# A libpython that comes with a module of the server, and an application in a sub-interpreter.
@test "hooks run for an application in Apache's mod_wsgi" {
    needs apache2 curl
    port=$(free_port)
    # The server gives up root's rights, and bats' own folders are root's.
    PUBLIC=$(mktemp -d)
    cd "$PUBLIC"
    write_apache "$port"
    printf '%s\n' '[hook colorsys]' 'exec = module.hooked = b"hooked"' >wsgi.conf
    chmod 755 . && chmod 644 app.wsgi wsgi.conf
    env LD_PRELOAD="$LIBRARY" PIHOOK_CONFIG="$PWD/wsgi.conf" \
        apache2 -f "$PWD/apache.conf" -DFOREGROUND >apache.out 2>&1 </dev/null 3>&- &
    SERVER=$!
    until_true answers "$port" || { cat apache.out apache.log && return 1; }
    [[ $(<answer) == hooked ]]
}

@test "git initialises, commits and logs the same" {
    needs git
    export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
    export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_AUTHOR_DATE="1000000000 +0000"
    export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
    seq 1000 >"$FILES/file"
    same sh -c 'git init -q -b main && git add . && git commit -m "A line" && git gc -q &&
        git log -p --stat | head -n 20 && git status --short --branch && git grep -c 99'
    ((status == 0))
    [[ -s with.out && ! -s with.err ]]
}

@test "a pipeline of the shell gives the same" {
    same sh -c 'seq 1000 | sort -rn | grep 7 | tee copy | sed "s/7/x/g" | awk "{ n += NR }
        END { print n }"; cat copy | xargs -n 50 | wc; false | true; echo $?; exit 4'
    ((status == 4))
    [[ -s with.out && ! -s with.err ]]
    cmp without/copy with/copy
}

@test "a compiler makes the same program" {
    needs gcc
    echo '#include <stdio.h>
        int main(void) { puts("compiled"); return 3; }' >"$FILES/program.c"
    same sh -c 'gcc -Wall -O2 -o program program.c && ./program'
    ((status == 3))
    [[ $(<with.out) == compiled && ! -s with.err ]]
    cmp without/program with/program
    echo 'int main(void) { return x; }' >"$FILES/program.c"
    same gcc -c program.c
    ((status == 1))
    grep -q undeclared with.err
}

@test "ffmpeg makes the same frames with its threads" {
    needs ffmpeg
    same ffmpeg -v error -f lavfi -i testsrc=duration=1:size=64x64 -threads 4 \
        -c:v mpeg4 -bitexact -f framemd5 -
    ((status == 0))
    [[ -s with.out && ! -s with.err ]]
}

# memcached_side SIDE ENV...: one session with it, from start to stop.
memcached_side() {
    local side=$1 status=0 user=()
    shift
    ((EUID != 0)) || user=(-u root)
    rm -f port
    env "$@" MEMCACHED_PORT_FILENAME="$PWD/port" memcached "${user[@]}" -l 127.0.0.1 -p -1 -t 4 \
        >"$side.log" 2>"$side.err" </dev/null 3>&- &
    SERVER=$!
    until_true test -s port
    exec 5<>"/dev/tcp/127.0.0.1/$(sed -n 's/^TCP INET: //p' port)"
    printf 'set key 0 0 5\r\nvalue\r\nget key\r\nincr key 1\r\nquit\r\n' >&5
    cat <&5 >"$side.out"
    exec 5>&-
    kill -TERM "$SERVER"
    wait "$SERVER" || status=$?
    SERVER=
    echo "$status" >"$side.status"
}

@test "memcached starts, answers and stops the same" {
    needs memcached
    memcached_side without
    memcached_side with LD_PRELOAD="$LIBRARY" PIHOOK_CONFIG="$PWD/hook.conf"
    compare memcached
    ((status == 0))
    grep -q '^VALUE key 0 5' with.out
    diff without.log with.log
}
