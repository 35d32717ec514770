#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What is recorded of a process, however it goes on and ends: options trace and stats.
#
# Files are read record by record by tests/python/trace_file.py, which knows only the format and is
# strict about it; each `count` and `header` checks the whole file.

# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    find_pythons
    command -v "${CC:-cc}" >/dev/null || return 0
    "${CC:-cc}" -std=gnu11 -O1 -g -pthread -rdynamic -o "$BATS_FILE_TMPDIR/traced" \
        "$TESTS/programs/traced.c" 3>&-
}

setup() {
    clean_environment
    ulimit -c 0
}

# recording [NAME=VALUE...]: into the file `trace` of this folder.
recording() {
    PIHOOK_OPTIONS=$(IFS=:; echo "trace=$PWD/trace:address-order=off:held-at-fork=off${*:+:$*}")
    export PIHOOK_OPTIONS
}

trace_file() {
    "${PIHOOK_TEST_READER:-/usr/bin/python3}" -B "$TESTS/python/trace_file.py" "$@" 3>&- 4<&-
}

# traced STATUS CASE [NUMBER]: with the library; it must not say a word.
traced() {
    [[ -x $BATS_FILE_TMPDIR/traced ]] || skip "there is no C compiler"
    ends "$1" timeout -s KILL 60 env LD_PRELOAD="$LIBRARY" "$BATS_FILE_TMPDIR/traced" "${@:2}"
    same "$stderr" "${TRACED_SAYS:-}"
}

# acquired FILE NUMBER: so many acquisitions are in it.
acquired() {
    same "$1: $(trace_file count "$1" kind=LOCK_ACQUIRED)" "$1: $2"
}

# header FILE "FIELD..." "VALUE..."
header() {
    # shellcheck disable=SC2086 # a list of words
    same "$1: $2: $(trace_file header "$1" $2)" "$1: $2: $3"
}

# ---- what becomes of the process ----

@test "all that a program did is in its file, with its end and its status" {
    recording
    traced 0 locks 5000
    acquired trace 5000
    same "$(trace_file count trace kind=LOCK_RELEASED)" 5000
    same "$(trace_file count trace kind=EXITS)" 1
    header trace "status lost dropped flags" "0 0 0 0"
    [[ $(trace_file header trace ended) != 0 ]]
    like "$(trace_file process trace)" '*traced locks 5000'
}

@test "what was recorded is there when the process is killed, or crashes" {
    recording
    traced 137 killed 3000
    acquired trace 3000
    header trace "ended status" "0 0"
    traced 139 crashed 3000
    acquired trace.1 3000
    header trace.1 ended 0
}

@test "a process that ends by _exit has an end and a status" {
    recording
    traced 3 exits-at-once
    acquired trace 100
    header trace status 3
    [[ $(trace_file header trace ended) != 0 ]]
}

@test "a file that was cut at any byte has what stood before" {
    recording
    traced 0 locks 40
    trace_file cuts trace
}

# reported FILE: how many holds of locks the command reads in it.
reported() {
    "$BUILD/tools/pihook" report --format=json "$1" |
        /usr/bin/python3 -c 'import json, sys; print(len(json.load(sys.stdin)["holds"]))'
}

@test "the command reads what was recorded, whole or cut" {
    recording
    traced 0 locks 3000
    same "$(reported trace)" 3000
    size=$(stat -c %s trace)
    before=0
    for eighth in {2..8}; do
        head -c $((size * eighth / 8 - 7)) trace >cut
        holds=$(reported cut)
        ((holds >= before && holds <= 3000))
        before=$holds
    done
    ((before == 3000))
    recording trace-size=1
    traced 0 stress 1000
    for file in trace.*; do
        (($(reported "$file") > 0))
    done
}

# ---- the tree of processes ----

@test "each child of a fork has a file of its own, with what it did itself" {
    recording
    traced 0 forks
    acquired trace 100
    header trace flags 0
    for child in 1 2 3; do
        acquired "trace.$child" $((child * 100))
        header "trace.$child" flags 1
        same "$(trace_file header "trace.$child" parent)" "$(trace_file header trace pid)"
    done
    [[ ! -e trace.4 ]]
    same "$("$BUILD/tools/pihook" report --format=json trace* | /usr/bin/python3 -c '
import json, sys
trace = json.load(sys.stdin)
forks = [m["process"] for m in trace["moments"] if m["kind"] == "fork"]
print(len(forks), sorted(forks) == [i for i, p in enumerate(trace["processes"]) if p["forked"]])')" \
        "3 True"
}

@test "a child that the kernel alone was asked for writes nothing into its parent's file" {
    recording
    traced 0 clones 5000
    acquired trace 5001
}

@test "a child that the kernel alone was asked for has a file of its own, and so have its children" {
    recording
    traced 0 clones 5000
    acquired trace.1 3000
    header trace.1 "flags parent ended" "1 $(trace_file header trace pid) 0"
    rm trace trace.1
    traced 0 clones-on 77
    acquired trace 1
    for child in 1 2 3; do
        acquired "trace.$child" $((child * 77))
        header "trace.$child" "flags status" "1 0"
        [[ $(trace_file header "trace.$child" ended) != 0 ]]
        same "$(fates "trace.$child" | cut -d '|' -f 1-3)" "traced|-|main"
    done
    header trace.2 parent "$(trace_file header trace.1 pid)"
    header trace.3 parent "$(trace_file header trace.2 pid)"
    acquired trace.4 0
    same "$(trace_file count trace.4 kind=EXITS)" 1
    [[ ! -e trace.5 ]]
}

@test "a child that a signal handler asked the kernel for goes back to what was interrupted" {
    recording stats=1 log="$PWD/log"
    traced 0 clones-in-handlers 2000
    same "$output" "done"
    [[ -e trace.20 ]]
    for file in trace trace.*; do
        (($(reported "$file") >= 1))
    done
}

@test "a child of vfork does its parent's file no harm, and what it executes has its own" {
    recording
    traced 0 vforks
    acquired trace.1 0
    acquired trace 100
    [[ $(trace_file header trace ended) != 0 ]]
    like "$(trace_file process trace.1)" true
}

@test "a program of many threads may fork, and its children too have whole files" {
    recording trace-size=8
    traced 0 forks-among-threads
    for child in {1..20}; do
        acquired "trace.$child" 100
    done
    trace_file check trace
}

@test "what a shell starts has a file for each process, by its process ID if the name says so" {
    recording trace="$PWD/of-%p"
    ends 0 env LD_PRELOAD="$LIBRARY" sh -c "(:); $BATS_FILE_TMPDIR/traced locks 7; exec /bin/true"
    same "$stderr" ""
    trace_file check of-*
    commands=$(for file in of-*; do trace_file process "$file"; done)
    told_by "$commands" '*traced locks 7*'
    told_by "$commands" '*true*'
}

told_by() {
    like "$1" "$2"
}

# ---- descriptors and folders ----

@test "a program that closes all descriptors and opens others goes on being recorded" {
    recording
    traced 0 closes-all 30000
    acquired trace 30000
    header trace "lost flags" "0 0"
}

@test "a daemon that closes all descriptors is recorded" {
    recording
    traced 0 becomes-daemon 20000
    local waited=0
    until [[ -e trace.1 && $(trace_file header trace.1 ended) != 0 ]]; do
        ((waited++ < 600)) || { ls && return 1; }
        read -r -t 0.1 <> <(:) || true
    done
    acquired trace.1 20000
    acquired trace 1
}

@test "a program that changes its folder is recorded where it began" {
    export PIHOOK_OPTIONS=trace=trace:address-order=off
    traced 0 goes-elsewhere 30000
    acquired trace 30000
}

@test "where there can be no file, that is said in one line and the program goes on" {
    export PIHOOK_OPTIONS=trace=/nonexistent/folder/trace:address-order=off
    TRACED_SAYS="pihook: the trace can't be written (no such file or folder): /nonexistent/folder/trace"
    traced 0 locks
    traced 0 forks
}

@test "a limit of the program's files ends the recording and not the program" {
    recording
    traced 0 may-write-little 60000
    same "$output" "done"
    header trace flags 4
    (($(trace_file count trace kind=LOCK_ACQUIRED) > 100))
}

@test "a full disk ends the recording and not the program" {
    [[ -x $BATS_FILE_TMPDIR/traced ]] || skip "there is no C compiler"
    mkdir small
    ends 0 unshare -rm sh -c "mount -t tmpfs -o size=300k none small || exit 77
        LD_PRELOAD=$LIBRARY PIHOOK_OPTIONS=trace=$PWD/small/trace \
            $BATS_FILE_TMPDIR/traced locks 60000 && cp small/trace trace" ||
        skip "no file system can be mounted here"
    same "$stderr" ""
    header trace flags 4
    (($(trace_file count trace kind=LOCK_ACQUIRED) > 100))
}

@test "a process with more rights than its user writes no trace" {
    ((EUID == 0)) || skip "only root can give rights away"
    native_program privileged
    recording
    ends 0 "$PROGRAM" "$LIBRARY"
    [[ ! -e trace ]]
}

# ---- the bound ----

# sizes FILE BYTES: it is no larger.
within() {
    (($(stat -c %s "$1") <= $2)) || { stat "$1" && return 1; }
}

@test "at the bound the newest events are kept and the others counted" {
    recording trace-size=1
    traced 0 locks 50000
    within trace $((1 << 20))
    header trace "lost flags" "0 0"
    kept=$(trace_file count trace kind=LOCK_ACQUIRED)
    ((kept > 10000 && kept < 50000))
    same "$(trace_file count trace kind=EXITS)" 1
    (($(trace_file header trace dropped) + 2 * kept >= 100000))
}

@test "at the bound recording may stop, with the oldest events kept and the others counted" {
    recording trace-size=1 trace-full=stop
    traced 0 locks 50000
    within trace $((1 << 20))
    header trace "dropped flags" "0 2"
    kept=$(trace_file count trace kind=LOCK_ACQUIRED)
    ((kept > 10000 && kept < 50000))
    same "$(trace_file count trace kind=THREAD_BEGINS)" 2
    (($(trace_file header trace lost) + 2 * kept >= 100000))
}

@test "a thousand short threads share the room of a few" {
    recording
    traced 0 threads-in-a-row 1000
    acquired trace 3000
    same "$(trace_file count trace kind=THREAD_ENDS)" 1001 # the one that exits, too
    header trace "lost dropped" "0 0"
    within trace $((2 << 20))
}

@test "of two hundred threads that live at once nothing is lost where there is room" {
    recording trace-size=32
    traced 0 threads-at-once 200
    acquired trace 2000
    header trace "lost dropped" "0 0"
}

@test "where threads are too many for the bound, what is lost is counted" {
    recording trace-size=1
    traced 0 threads-at-once 200
    within trace $((1 << 20))
    (($(trace_file header trace lost) > 1000))
    (($(trace_file count trace kind=LOCK_ACQUIRED) > 50))
}

@test "threads, forks and handlers that lock all at once leave a valid file" {
    for size in 1 4; do
        recording trace-size=$size
        traced 0 stress 1500
        same "$output" "done"
        trace_file check trace
        within trace $((size << 20))
        trace_file check trace.{1..10}
        rm trace trace.*
    done
}

# ---- what is in it ----

@test "a lock that is waited for has its waits, with who had it and how long they took" {
    recording
    traced 0 holds-long 10
    same "$(trace_file count trace kind=LOCK_WAITS)" 4
    same "$(trace_file count trace kind=LOCK_ACQUIRED detail=1)" 4
    trace_file waits trace | while read -r thread holder milliseconds; do
        [[ $thread != "$holder" ]]
        ((milliseconds >= 20 && milliseconds < 30000))
    done
    (($(trace_file count trace kind=WITH_STACK) >= 8))
}

@test "threads have their names, and the main thread is marked" {
    recording
    traced 0 named-thread
    same "$(trace_file threads trace | sort)" "the-worker
traced
traced main"
}

# Of each thread: name, daemon or not, what became of it, locks held at its end, and whether its
# processor time, its creator and the place are known.
fates() {
    "$BUILD/tools/pihook" report --format=json "$1" | /usr/bin/python3 -c '
import json, os, sys
trace = json.load(sys.stdin)
for thread in trace["threads"]:
    place = thread["place"] is not None and trace["places"][thread["place"]]
    known = [thread["cpu"] is not None and thread["end"] > thread["begin"],
             thread["creator"] is not None and trace["threads"][thread["creator"]]["main"],
             place and place["function"]]
    if place and place["file"] and place["file"].endswith(".py"):
        known[2] += " %s:%d" % (os.path.basename(place["file"]), place["line"])
    print(thread["name"], "daemon" if thread["daemon"] else "-", thread["fate"],
          thread["locks_held"], *known, sep="|")'
}

@test "how each thread was created and ended is told, and a join that timed out is none" {
    recording
    traced 0 lives 10
    same "$(fates trace | grep -v '^traced|-|alive')" "traced|-|main|0|True|False|False
timed|-|joined|0|True|True|begin
clock|-|joined|0|True|True|begin
tried|-|joined|0|True|True|begin
c11|-|joined|0|True|True|lives
detached|-|detached|0|True|True|begin
not-joined|-|no join seen|0|True|True|begin
holds|-|alive at exit|1|True|True|begin"
    same "$(trace_file count trace kind=JOIN_WAITS)" 6
    same "$(trace_file count trace kind=JOIN_ENDS detail=0)" 2
    same "$(trace_file count trace kind=JOIN_ENDS detail=1)" 4
}

@test "threads that are detached are told" {
    recording
    traced 0 detached-thread
    same "$(trace_file count trace kind=THREAD_DETACHED)" 2
}

# ---- statistics ----

# row PATTERN: the cells of the row of the last run whose end fits.
row() {
    grep -E -- "$1\$" <<<"$stderr"
}

# milliseconds "NUMBER UNIT"
milliseconds() {
    awk '{ split("ns us ms s", units); by["ns"] = 1e-6; by["us"] = 1e-3; by["ms"] = 1; by["s"] = 1000
           printf "%d", $1 * by[$2] }' <<<"$1"
}

@test "statistics tell of known waits and holds, with exact counts" {
    [[ -x $BATS_FILE_TMPDIR/traced ]] || skip "there is no C compiler"
    export PIHOOK_OPTIONS=stats=1
    ends 0 timeout 60 env LD_PRELOAD="$LIBRARY" "$BATS_FILE_TMPDIR/traced" holds-long 1000
    like "$stderr" "pihook: statistics of traced (*), *s"$'\n'"locks, by where they were made"*
    read -r acquired waited all unit _ _ _ _ longest longest_unit held held_unit _ \
        < <(row ' mutex \+0x[0-9a-f]* \(traced\)' | head -n 1)
    same "$acquired $waited" "8 4"
    (($(milliseconds "$all $unit") >= 80 && $(milliseconds "$all $unit") < 30000))
    (($(milliseconds "$held $held_unit") >= 150))
    read -r acquired waited _ < <(row ' mutex \+0x[0-9a-f]* \(traced\)' | tail -n 1)
    same "$acquired $waited" "1000 0"
    like "$stderr" *"places that waited for locks"*
    [[ ! -e trace ]]
}

@test "statistics are printed on request, too, and the process goes on" {
    [[ -x $BATS_FILE_TMPDIR/traced ]] || skip "there is no C compiler"
    export PIHOOK_OPTIONS=stats=1:dump-signal=12
    ends 0 timeout 60 env LD_PRELOAD="$LIBRARY" "$BATS_FILE_TMPDIR/traced" is-asked 500
    same "$(grep -c '^pihook: statistics of traced' <<<"$stderr")" 2
    same "$(awk '/ mutex / { print $1 }' <<<"$stderr")" 500$'\n'1000
}

@test "a process that used no lock has no statistics" {
    export PIHOOK_OPTIONS=stats=1
    ends 0 env LD_PRELOAD="$LIBRARY" /bin/true
    same "$stderr" ""
}

@test "each child of a fork prints the statistics of what it did itself" {
    [[ -x $BATS_FILE_TMPDIR/traced ]] || skip "there is no C compiler"
    export PIHOOK_OPTIONS=stats=1:address-order=off:held-at-fork=off
    ends 0 timeout 60 env LD_PRELOAD="$LIBRARY" "$BATS_FILE_TMPDIR/traced" forks-among-threads 77
    same "$(grep -c '^pihook: statistics of traced' <<<"$stderr")" 21
    same "$(grep -c '^ *77 *0 ' <<<"$stderr")" 20
}

@test "so does a child that the kernel alone was asked for" {
    [[ -x $BATS_FILE_TMPDIR/traced ]] || skip "there is no C compiler"
    for trace in "" ":trace=$PWD/trace"; do
        export PIHOOK_OPTIONS=stats=1:address-order=off$trace
        ends 0 timeout 60 env LD_PRELOAD="$LIBRARY" "$BATS_FILE_TMPDIR/traced" clones-on 77
        same "$(awk '/ mutex / { print $1 }' <<<"$stderr" | sort -n | uniq)" "1"$'\n'"77"$'\n'"154"$'\n'"231"
        same "$(grep -c '^pihook: statistics of traced' <<<"$stderr")" 4
    done
}

# ---- programs go on as they would ----

# goes_on COMMAND...: it ends and prints as it does without, and its files are valid. What is not
# there is left out.
goes_on() {
    local plain expected=0
    command -v "$1" >/dev/null || { echo "# there is no $1" >&3 && return 0; }
    plain=$("$@" 2>&1 3>&- </dev/null) || expected=$?
    rm -rf traces
    mkdir traces
    PIHOOK_OPTIONS=trace=$PWD/traces/%p:trace-size=4:stats=1:log=$PWD/log:address-order=off
    export PIHOOK_OPTIONS
    captures env LD_PRELOAD="$LIBRARY" sh -c 'exec "$@" 2>&1' sh "$@" </dev/null
    same "$*: $output" "$*: $plain"
    same "$*: $status" "$*: $expected"
    trace_file check traces/*
}

@test "programs end and print as they do without, whatever they do" {
    goes_on true
    goes_on false
    goes_on sh -c 'echo a; (exit 3); echo $?; kill -9 $$'
    goes_on sh -c 'seq 100 | sort -r | head -n 3 | { cat; } && exit 4'
    goes_on git init -q repository
    echo text >repository/file
    goes_on git -C repository add file
    goes_on git -C repository -c user.name=a -c user.email=a@example.com commit -q --allow-empty -m first
    goes_on git -C repository log --format=%s
    goes_on git -C repository grep -n text
    goes_on git -C repository log no-such-branch
    goes_on sqlite3 :memory: 'create table t(x); insert into t values (1), (2); select sum(x) from t;
        select nothing'
    goes_on openssl dgst -sha256 /bin/true
    goes_on openssl rsautl -no-such-option
    goes_on sh -c 'xz -T 4 -k -c /bin/sh | cksum'
    goes_on perl -e 'fork() or exit 7; wait; print $? >> 8'
    goes_on tar cf /dev/null /bin/true
    goes_on make -s -j 4 -f /dev/null nothing
}

# python_goes_on_with ARG...
python_goes_on_with() {
    local plain plain_status plain_stderr
    captures become_plain_python "$@"
    plain=$output plain_status=$status plain_stderr=$stderr
    recording stats=1 log="$PWD/log"
    captures python "$@"
    same "$output" "$plain"
    same "$stderr" "$plain_stderr"
    same "$status" "$plain_status"
    trace_file check trace
}

python_goes_on() {
    python_goes_on_with -c 'print(1); import sys; sys.exit(9)'
    python_goes_on_with -c 'import nothing_of_that_name'
    python_goes_on_with -c 'import subprocess as s
print(s.run(["sh", "-c", "echo out; exit 2"], stdout=s.PIPE))'
    python_goes_on_with -c 'import threading
for number in range(9):
    thread = threading.Thread(target=print, args=("x",))
    thread.start()
    thread.join()
raise KeyError(3)'
}

@test "scripts end and print as they do without" {
    each_plain_python python_goes_on
}

@test "the standard library's own tests of queues pass while they are recorded" {
    PYTHON=/usr/bin/python3 FLAGS=()
    "$PYTHON" -c 'import test.test_queue' 2>/dev/null || skip "there is no package of tests"
    recording trace-size=16 stats=1 log="$PWD/log"
    ends 0 python -m unittest -q test.test_queue
    trace_file check trace
}

@test "each worker of a server has its file, and its clients notice nothing" {
    command -v gunicorn >/dev/null || skip "there is no gunicorn"
    command -v curl >/dev/null || skip "there is no curl"
    file application.py 'def application(environment, start):' '    start("200 OK", [])' \
        '    return [b"hello"]'
    recording trace="$PWD/of-%p"
    LD_PRELOAD=$LIBRARY gunicorn -w 2 -b "unix:$PWD/socket" application:application \
        >server.log 2>&1 3>&- &
    local server=$!
    for ((try = 0; try < 600; try++)); do
        reply=$(curl -s --unix-socket socket http://x/) && break
        read -r -t 0.1 <> <(:) || true
    done
    same "$reply" hello
    kill -TERM "$server"
    wait "$server" || { cat server.log && return 1; }
    trace_file check of-*
    (($(find . -name 'of-*' | wc -l) >= 3))
}

# ---- Python ----

# traced_python CASE: it ends well and silently.
traced_python() {
    recording
    ends 0 python "$TESTS/python/traced.py" "$1"
    same "$output$stderr" ""
}

# line TEXT: the first of traced.py that has it.
line() {
    grep -n -m 1 -F "$1" "$TESTS/python/traced.py" | cut -d : -f 1
}

imports_are_a_tree() {
    traced_python imports
    same "$(trace_file imports trace tt_)" "tt_outer ok traced.py:$(line '    import tt_outer')
  tt_inner ok tt_outer.py:1
  tt_missing failed tt_outer.py:3
  tt_failing failed tt_outer.py:7
tt_by_name ok traced.py:$(line import_module)
tt_package ok traced.py:$(line '    from tt_package import')
  tt_package.sub ok __init__.py:1"
}

@test "imports are a tree with the line of each importer, also failed ones and those by name" {
    each_python imports_are_a_tree
}

# Of each: where it was declared, and where it ran.
lazy_ones() {
    "$BUILD/tools/pihook" report --format=json trace | /usr/bin/python3 -c '
import json, os, sys
trace = json.load(sys.stdin)
def at(place):
    line = trace["places"][place] if place is not None else {"file": "-", "line": 0}
    return "%s:%d" % (os.path.basename(line["file"]), line["line"])
for lazy in trace["lazy_modules"]:
    if lazy["name"].startswith("tt_"):
        ran = [i for i in trace["imports"] if i["name"] == lazy["name"] and "lazy" in i["flags"]]
        print(lazy["name"], at(lazy["place"]), at(lazy["run_place"]), len(ran))'
}

lazy_modules_run_later() {
    local declared=
    traced_python lazy_modules
    ! prints True -c 'import sys; print(sys.version_info >= (3, 15))' 2>/dev/null || declared="
tt_declared_unused tt_declares.py:1 -:0 0
tt_declared_used tt_declares.py:2 tt_declares.py:4 1"
    same "$(lazy_ones)" "tt_lazy_unused traced.py:$(line '    import tt_lazy_unused') -:0 0
tt_lazy_used traced.py:$(line '    import tt_lazy_used') traced.py:$(line '    tt_lazy_used.x') 1$declared"
}

@test "lazy modules are told where they are declared, and where they run" {
    each_python lazy_modules_run_later
}

lazy_modules_made_by_hand() {
    local made
    traced_python lazy_modules_by_hand
    made="traced.py:$(line '        loader.exec_module(made)')"
    same "$(lazy_ones)" "tt_made_unused $made -:0 0
tt_made_apart $made traced.py:$(line 'apart.x') 1
tt_made_used $made traced.py:$(line 'used.x  # it was made') 1
tt_made_derived traced.py:$(line 'super().exec_module') traced.py:$(line '.x  # it was derived') 1
tt_made_imported $made traced.py:$(line '    import tt_made_imported') 1
tt_made_failing $made traced.py:$(line 'failing.x') 1"
    same "$("$BUILD/tools/pihook" report --format=json trace | /usr/bin/python3 -c '
import json, sys
made = [i for i in json.load(sys.stdin)["imports"] if i["name"].startswith("tt_")]
print(*[i["name"] for i in made if "failed" in i["flags"] or "open end" in i["flags"]], len(made))')" \
        "tt_made_failing 5"
}

@test "lazy modules that a program makes by itself are told as those of a finder" {
    each_python lazy_modules_made_by_hand
}

# growth FILE: of each module that a test made, in MiB.
growth() {
    "$BUILD/tools/pihook" report --format=json "$1" | /usr/bin/python3 -c '
import json, sys
for module in json.load(sys.stdin)["imports"]:
    if module["name"].startswith("tt_"):
        print(module["name"], round(module["memory"] / 1024))'
}

# near ACTUAL EXPECTED: lines of a word and a number, which may be another one by 2.
near() {
    local word number expected
    same "$(cut -d ' ' -f 1 <<<"$1")" "$(cut -d ' ' -f 1 <<<"$2")"
    while read -r word number _ expected; do
        ((number - expected <= 2 && expected - number <= 2)) ||
            { echo "-- $word: $number and not $expected" && return 1; }
    done < <(paste -d ' ' <(echo "$1") <(echo "$2"))
}

memory_grows() {
    traced_python memory
    near "$(growth trace)" "tt_frees 0
tt_around 20
tt_keeps 20
tt_drops -20
tt_lazy 20"
}

@test "an import tells how much the process has grown, also after more was taken and given back" {
    each_python memory_grows
}

memory_of_a_child() {
    traced_python memory_of_a_child
    near "$(growth trace)" "tt_keeps 20"
    near "$(growth trace.1)" "tt_child 10"
}

@test "the child of a fork tells how much it has grown itself" {
    each_plain_python memory_of_a_child
}

no_descriptors() {
    local plain
    plain=$(plain_python "$TESTS/python/traced.py" few_descriptors)
    recording
    prints "$plain" "$TESTS/python/traced.py" few_descriptors
    like "$(trace_file imports trace tt_)" "tt_found ok *"
}

@test "where no descriptor is to be had, modules are imported or not as without" {
    each_plain_python no_descriptors
}

@test "where there is no /proc, an import tells how much the peak has grown" {
    PYTHON=/usr/bin/python3 FLAGS=()
    [[ -x $PYTHON ]] || skip "there is no $PYTHON"
    recording
    # shellcheck disable=SC2016
    ends 0 unshare -rm sh -c 'mount -t tmpfs none /proc || exit 77
        LD_PRELOAD=$1 exec "$2" -B "$3" memory' sh "$LIBRARY" "$PYTHON" \
        "$TESTS/python/traced.py" || skip "no file system can be mounted here"
    same "$output$stderr" ""
    near "$(growth trace)" "tt_frees 50
tt_around 0
tt_keeps 0
tt_drops 0
tt_lazy 0"
}

imports_meet() {
    traced_python imports_at_once
    same "$(trace_file count trace kind=LOCK_WAITS lock=6)" 1
    same "$(trace_file count trace kind=LOCK_ACQUIRED lock=6 detail=1)" 1
    trace_file waits trace >waits
}

@test "an import that waits for another thread's is told as a wait" {
    each_plain_python imports_meet
}

python_locks() {
    traced_python locks
    trace_file waits trace >waits
    grep -q . waits
    while read -r thread holder milliseconds; do
        ((milliseconds < 30000))
        [[ $thread != "$holder" ]]
    done <waits
    trace_file threads trace >threads
    grep -qx 'the waiter' threads
}

@test "a script's locks are told with who waited for whom" {
    each_plain_python python_locks
}

lock_between_threads() {
    traced_python lock_between_threads
    "$BUILD/tools/pihook" report --format=json trace | /usr/bin/python3 -c '
import json, sys
trace = json.load(sys.stdin)
mine = lambda wait: trace["places"][wait["place"]].get("file", "").endswith("traced.py")
for wait in filter(mine, trace["waits"]):
    print(wait["thread"], wait["holder"], 20e6 < wait["end"] - wait["begin"])' >waits
    same "$(cat waits)" "1 0 True
0 1 True"
}

@test "a lock that was got by a thread without the GIL is waited for, too" {
    each_plain_python lock_between_threads
}

python_threads() {
    traced_python threads
    trace_file threads trace >threads
    grep -qx 'joined' threads
    grep -qx 'daemon daemon' threads
    same "$(trace_file count trace kind=JOIN_ENDS detail=1)" 2
    same "$(trace_file count trace kind=JOIN_ENDS detail=0)" 1
    same "$(trace_file count trace kind=THREAD_CREATES)" 4
}

@test "a script's threads are told with their names, and which are daemons" {
    each_plain_python python_threads
}

python_lives() {
    local begun asked
    traced_python lives
    begun="in_thread traced.py:$(line 'thread.start()')"
    # From 3.14 asking joins one that has ended; later than 3.12 nothing is seen of it else.
    asked="seen ended"
    ((MINOR < 13)) || asked="no join seen"
    ((MINOR < 14)) || asked="joined"
    same "$(fates trace)" "MainThread|-|main|0|True|False|False
renamed subclass|-|joined|0|True|True|lives traced.py:$(line 'own.start()')
countdown|-|joined|0|True|True|lives traced.py:$(($(line '    thread.join(0.01)') - 1))
daemon joined|daemon|joined|0|True|True|$begun
asked for|-|$asked|0|True|True|$begun
daemon ended|daemon|no join seen|0|True|True|$begun
timed out|daemon|daemon at exit|0|True|True|$begun
daemon holds|daemon|daemon at exit|1|True|True|$begun
outlives main|-|joined at exit|0|True|True|$begun"
    same "$(trace_file count trace kind=JOIN_ENDS detail=0)" 3
}

@test "a script's threads are told with the line that began them, and what became of them" {
    each_plain_python python_lives
}

# Calls into C that keep the GIL, and that give it back: the lines with holds of 150 ms and more.
gil_holds() {
    python -c 'import sys; sys.exit(not getattr(sys, "_is_gil_enabled", lambda: True)())' || return 0
    traced_python gil
    "$BUILD/tools/pihook" report --format=json trace >trace.json
    "${PIHOOK_TEST_READER:-/usr/bin/python3}" - trace.json >lines <<'READER'
import json, sys
trace = json.load(open(sys.argv[1]))
for hold in trace["gil_holds"]:
    if not trace["threads"][hold["thread"]]["main"] or hold["end_stack"] is None:
        continue
    if hold["end"] - hold["begin"] >= 150_000_000:
        places = [trace["places"][frame] for frame in trace["stacks"][hold["end_stack"]]]
        print(*[place["line"] for place in places if (place["file"] or "").endswith("/traced.py")][:1])
READER
    same "$(sort -u lines)" "$(line 'keeps.usleep(')"
}

@test "where C code held the GIL for long is told with the line that called it" {
    each_plain_python gil_holds
}

python_processes() {
    traced_python processes
    same "$(trace_file header trace.1 status)" 5
    (($(trace_file count trace.1 kind=LOCK_ACQUIRED) >= 77))
    [[ ! -e trace.2 ]]
    traced_python pool
    trace_file check trace trace.?
    (($(find . -name 'trace.*' | wc -l) >= 4))
}

@test "a script's children and a pool's workers have files of their own" {
    each_plain_python python_processes
}

python_statistics() {
    export PIHOOK_OPTIONS=stats=1
    ends 0 python "$TESTS/python/traced.py" locks
    same "$output" ""
    read -r acquired waited all unit _ < <(row " Lock of .*traced.py:$(line '    lock = ') in locks" | sort -n | head -n 1)
    same "$acquired $waited" "2 1"
    (($(milliseconds "$all $unit") >= 20 && $(milliseconds "$all $unit") < 30000))
    ends 0 python "$TESTS/python/traced.py" imports
    like "$stderr" *"imports"$'\n'"  imported    itself  with all"*
}

@test "statistics tell of a script's locks, the GIL and imports" {
    each_plain_python python_statistics
}
