#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pihook run: one command in front of a test job, one report at its end.

# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    lock_program lock_order
    lock_program deadlock
    lock_program hang
}

setup() {
    clean_environment
    ulimit -c 0
    PIHOOK=$BUILD/tools/pihook
    ORDER=$BATS_FILE_TMPDIR/lock_order
    [[ -e $ORDER ]] || skip "there is no C compiler"
    export TMPDIR=$BATS_TEST_TMPDIR/tmp
    mkdir "$TMPDIR"
}

# runs STATUS ARG...: pihook run, and nothing is left behind.
runs() {
    ends "$1" "$PIHOOK" run -o address-order=off "${@:2}" 3>&-
    same "$(ls "$TMPDIR")" ""
}

heads() {
    sed -nE 's/^pihook: (error|warning): ([a-z-]+): .*/\1 \2/p' <<<"$stderr"
}

@test "a run without findings prints nothing and ends as the program does" {
    runs 0 true
    same "$output$stderr" ""
    runs 7 sh -c 'echo out; echo err >&2; exit 7'
    same "$output $stderr" "out err"
    runs 137 sh -c 'kill -9 $$'
    runs 0 -- "$ORDER" consistent
    same "$stderr" ""
}

@test "a program that is not there or no program has the status that a shell gives it" {
    run -127 --separate-stderr "$PIHOOK" run ./nowhere
    same "$stderr" "pihook: ./nowhere: no such program"
    runs 126 "$TMPDIR"
    like "$stderr" "pihook: $TMPDIR can't be run: *"
    ends 2 "$PIHOOK" run
    same "$stderr" "pihook: run needs a COMMAND"
    ends 2 "$PIHOOK" run --exitcode=256 true
    like "$stderr" "pihook: option --exitcode is a number from 0 to 255, not 256"
    ends 2 "$PIHOOK" run --on-deadlock=abbort true
    same "$stderr" "pihook: option --on-deadlock is abort or report, not abbort"
    ends 2 "$PIHOOK" run --format=texd true
    same "$stderr" "pihook: unknown format texd: did you mean text?"
    ends 125 "$PIHOOK" run --library=./none true
    like "$stderr" "pihook: the library ./none: *"
}

@test "a finding of level error makes 66 of 0, or what --exitcode says, and of nothing else" {
    runs 66 "$ORDER" concurrent
    same "$(heads)" "error lock-order"
    runs 5 --exitcode=5 "$ORDER" concurrent
    runs 0 --exitcode=0 "$ORDER" concurrent
    runs 3 sh -c '"$1" concurrent; exit 3' sh "$ORDER"
    runs 0 -o lock-order=warning "$ORDER" concurrent
    same "$(heads)" "warning lock-order"
}

@test "the report has file and line" {
    runs 66 "$ORDER" concurrent
    like "$stderr" '*lock_order.c:*'
}

@test "what many processes find is told once, however they end" {
    runs 66 sh -c '
        "$1" concurrent & "$1" concurrent & wait
        sh -c "\"$1\" concurrent; kill -9 \$\$"
        (exec sh -c "exec \"$1\" concurrent")
        exit 0' sh "$ORDER"
    same "$(heads)" "error lock-order"
    like "$stderr" '*told 4 times*'
}

@test "what a process has found before it is killed or replaced is told" {
    runs 137 sh -c '"$1" concurrent; kill -9 $$' sh "$ORDER"
    same "$(heads)" "error lock-order"
}

@test "a deadlocked process is ended, unless --on-deadlock=report" {
    runs 134 -o lock-order=off "$BATS_FILE_TMPDIR/deadlock" ring 3
    same "$(heads)" "error deadlock"
    runs 124 --timeout=1 --on-deadlock=report -o lock-order=off "$BATS_FILE_TMPDIR/deadlock" ring 3
    same "$(heads)" $'error deadlock\nwarning dump'
}

@test "--timeout ends what runs longer" {
    runs 124 --timeout=1 sh -c 'exec sleep 100'
    like "$stderr" '*pihook: sh was ended: it ran for more than 1 seconds*'
}

@test "--timeout tells first what each thread of each process was doing" {
    runs 124 --timeout=1 sh -c '"$1" hang; true' sh "$BATS_FILE_TMPDIR/hang"
    like "$stderr" '*warning: dump: 1 thread,*thread sh (*) is here:*'
    like "$stderr" '*warning: dump: 7 threads,*'
    like "$stderr" '*thread hang (*) waits for the end of a thread:*main*'
    like "$stderr" '*thread reader (*) is here while holding 2 locks:*read_for_ever*'
    like "$stderr" '*thread condition (*) waits for a condition, with M*:*#0 wait_for_never*'
    like "$stderr" '*thread deaf (*) did not answer*'
    like "$stderr" '*thread busy (*) is here:*#0 calculate*'
    like "$stderr" '*thread wants-list (*) waits for M*:*#0 want_list*'
    like "$stderr" '*thread wants-table (*) waits for M*:*want_table*'
    like "$stderr" '*rwlock 0x*static, list *(hang)*'
}

@test "--timeout ends those, too, that the program left behind" {
    runs 124 --timeout=1 sh -c 'sleep 987654 & exec sleep 100'
    ! pgrep -f 'sleep 987654' >/dev/null
}

@test "dump-signal=N tells what all threads do, as often as the signal comes, and nothing ends" {
    PIHOOK_OPTIONS=address-order=off:dump-signal=12:exitcode=66 LD_PRELOAD=$LIBRARY \
        "$BATS_FILE_TMPDIR/hang" hang 2>said 3>&- &
    local program=$! i
    until grep -q hanging said; do sleep 0.05; done
    for i in 1 2; do
        kill -USR2 "$program"
        until (($(grep -c 'warning: dump: 7 threads' said) == i)); do sleep 0.05; done
    done
    kill -0 "$program"
    kill -KILL "$program"
}

@test "a program's own handler for that signal is left alone" {
    PIHOOK_OPTIONS=dump-signal=12 LD_PRELOAD=$LIBRARY ends 7 "$BATS_FILE_TMPDIR/hang" own-handler
    same "$output$stderr" ""
}

@test "SIGTERM reaches the program, and the report comes all the same" {
    "$PIHOOK" run -o address-order=off sh -c '
        "$1" concurrent; : >ready; trap "exit 9" TERM; while :; do sleep 0.05; done' \
        sh "$ORDER" 2>errors 3>&- &
    local run=$! status=0
    until [[ -e ready ]]; do sleep 0.05; done
    kill -TERM "$run"
    wait "$run" || status=$?
    same "$status" 9
    like "$(<errors)" 'pihook: error: lock-order: *'
}

@test "LD_PRELOAD and PIHOOK_OPTIONS keep what is in them" {
    export LD_PRELOAD=/nowhere/other.so PIHOOK_OPTIONS=lock-order=warning
    ends 0 "$PIHOOK" run sh -c 'echo "$LD_PRELOAD"'
    like "$output" '*/libpihook.so:/nowhere/other.so'
    unset LD_PRELOAD
    runs 0 "$ORDER" concurrent
    same "$(heads)" "warning lock-order"
    runs 66 -o lock-order=error "$ORDER" concurrent
}

@test "--no-children leaves what the program starts alone" {
    runs 0 --no-children sh -c '"$1" concurrent; echo "${LD_PRELOAD-none}"' sh "$ORDER"
    same "$stderr" ""
    like "$output" "*none"
}

@test "--output and --format write the report to a file" {
    runs 66 --format=json --output=found.json "$ORDER" concurrent
    same "$stderr" ""
    like "$(<found.json)" '{*"rule":"lock-order"*}'
    ends 0 "$PIHOOK" report found.json
    like "$output" 'pihook: error: lock-order: *'
}

@test "a wrong option is told, and the program is not run" {
    ends 2 "$PIHOOK" run -o lock-oder=off touch ran
    same "$stderr" "pihook: --option: unknown option 'lock-oder' (did you mean 'lock-order'?)"
    ends 2 "$PIHOOK" run --option=lock-order=maybe touch ran
    like "$stderr" "pihook: --option: *off, warning or error*"
    [[ ! -e ran ]]
}

@test "--config brings hooks along" {
    find_pythons
    export FOUND=
    hooked() {
        printf '[hook json]\nexec = print("hooked")\n' >hooks.conf
        ends 0 "$PIHOOK" run --config="$PWD/hooks.conf" "$PYTHON" -c 'import json'
        same "$output" hooked
    }
    read -r MINOR PYTHON < <(printf %s "$KNOWN_PYTHONS")
    [[ -n $PYTHON ]] || skip "there is no CPython of version 3.8 or newer"
    hooked
}

@test "a finding names the command line of its process and the test that it was found in" {
    runs 66 "$ORDER" concurrent
    like "$stderr" "*    command $ORDER concurrent
    test test_a_finding_names_*"
    PIHOOK_TEST=outer runs 66 env -u BATS_TEST_NAME \
        sh -c '"$1" concurrent --name "a b"; true' sh "$ORDER"
    like "$stderr" "*    process lock_order *    command $ORDER concurrent --name 'a b'
    test outer
    M1: *"
    [[ -x /usr/bin/python3 ]] || skip "there is no Python"
    cat >suite.py <<'SOURCE'
import os, threading
a, b = threading.Lock(), threading.Lock()
def both(x, y):
    with x, y:
        pass
os.environ["PYTEST_CURRENT_TEST"] = "test_bank.py::test_transfer (call)"
both(a, b)
os.environ["PYTEST_CURRENT_TEST"] = "test_bank.py::test_audit (call)"
both(b, a)
SOURCE
    runs 66 /usr/bin/python3 suite.py
    like "$stderr" "*    command /usr/bin/python3 suite.py
    test test_bank.py::test_audit (call)
    M1: *"
    GITHUB_JOB=unit runs 66 --format=sarif --output=report /usr/bin/python3 suite.py
    run /usr/bin/python3 -c 'import json
run, = json.load(open("report"))["runs"]
assert run["automationDetails"]["id"] == "pihook/unit/"
properties = run["results"][0]["properties"]
assert properties["test"] == "test_bank.py::test_audit (call)", properties
assert properties["command"] == "/usr/bin/python3 suite.py", properties'
    same "$status$output" 0
}

@test "suppressions that matched in no process are told on request, once" {
    file wanted '# ours' 'lock-order:second_then_first' 'lock-order:nobody' 'deadlock:*'
    local suppressed=(-o "suppressions=$PWD/wanted" -o unmatched-suppressions=yes)
    # In one child alone, beside another one that matches nothing.
    runs 137 "${suppressed[@]}" sh -c '"$1" concurrent; "$1" consistent; kill -9 $$' sh "$ORDER"
    same "$stderr" "pihook: $PWD/wanted:3: this suppression matched nothing
pihook: $PWD/wanted:4: this suppression matched nothing"
    runs 0 "${suppressed[@]}" "$ORDER" consistent
    same "$(wc -l <<<"$stderr")" 3
    runs 0 -o "suppressions=$PWD/wanted" "$ORDER" consistent
    same "$stderr" ""
    [[ -x /usr/bin/python3 ]] || skip "there is no Python"
    # In a forked child, of which its parent knows nothing.
    cat >forked.py <<'SOURCE'
import os, threading
a, b = threading.Lock(), threading.Lock()
def both(x, y):
    with x, y:
        pass
if os.fork() == 0:
    both(a, b)
    both(b, a)
    os._exit(0)
os.wait()
SOURCE
    file wanted 'lock-order:both'
    runs 0 "${suppressed[@]}" /usr/bin/python3 forked.py
    same "$stderr" ""
    file wanted 'lock-order:*/forked.py' 'lock-order:nobody'
    runs 0 "${suppressed[@]}" /usr/bin/python3 forked.py
    same "$stderr" "pihook: $PWD/wanted:2: this suppression matched nothing"
}

@test "matched suppressions go to a file of their own, each once in a process" {
    file wanted 'lock-order:second_then_first' 'lock-order:nobody'
    PIHOOK_OPTIONS=address-order=off:suppressions=wanted:matched-suppressions=matched \
        LD_PRELOAD=$LIBRARY ends 0 "$ORDER" concurrent
    same "$(<matched)" "wanted:1: lock-order:second_then_first"
    PIHOOK_OPTIONS=address-order=off:suppressions=wanted:matched-suppressions=/nowhere/matched \
        LD_PRELOAD=$LIBRARY ends 0 "$ORDER" concurrent
    like "$stderr" "pihook: the file of matched suppressions can't be written (*): /nowhere/matched
pihook: 0 errors, 0 warnings, 1 suppressed"
}
