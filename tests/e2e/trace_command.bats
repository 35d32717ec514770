#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pihook trace: one command that records a program, and one report at its end.

# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    lock_program lock_order
}

setup() {
    clean_environment
    ulimit -c 0
    PIHOOK=$BUILD/tools/pihook
    ORDER=$BATS_FILE_TMPDIR/lock_order
    [[ -e $ORDER ]] || skip "there is no C compiler"
    export TMPDIR=$BATS_TEST_TMPDIR/tmp
    mkdir "$TMPDIR"
    KEPT=$BATS_TEST_TMPDIR/kept
}

# traces STATUS ARG...: pihook trace, and nothing is left behind.
traces() {
    ends "$1" "$PIHOOK" trace "${@:2}" 3>&-
    same "$(ls "$TMPDIR")" ""
}

@test "the report stands on stderr when the program has ended as it does without it" {
    traces 7 sh -c 'echo out; exit 7'
    same "$output" "out"
    [[ ${stderr_lines[0]} == "1 process, "* ]]
    traces 137 sh -c 'kill -9 $$'
    [[ $stderr == *"it was killed"* ]]
}

@test "all processes of a tree are in one report" {
    traces 0 sh -c 'true; /bin/true; sh -c "exit 3"; :'
    [[ ${stderr_lines[0]} == "3 processes, "* ]]
    [[ $stderr == *"exit 3"*"sh -c 'exit 3'"* ]]
}

@test "no rule speaks, but those that were asked for" {
    traces 0 "$ORDER" concurrent
    [[ $stderr != *"lock-order"* ]]
    traces 0 -o lock-order=error "$ORDER" concurrent
    [[ $stderr == *"pihook: error: lock-order: "* ]]
}

@test "traces are kept for later where that was asked for, and nothing is printed" {
    traces 0 --keep="$KEPT" sh -c '/bin/true; :'
    same "$output$stderr" ""
    files=("$KEPT"/*)
    same "${#files[@]}" 2
    ends 0 "$PIHOOK" report "$KEPT"
    [[ ${lines[0]} == "2 processes, "* ]]
}

@test "kept traces are printed as well where a form of the report was asked for" {
    traces 0 --keep="$KEPT" --output=json:"$BATS_TEST_TMPDIR/a.json" --format=json true
    python3 -c 'import json, sys; assert len(json.load(sys.stdin)["processes"]) == 1' <<<"$stderr"
    python3 -c 'import json, sys; assert len(json.load(sys.stdin)["processes"]) == 1' \
        <"$BATS_TEST_TMPDIR/a.json"
}

@test "what can't be is told in one line, and the program does not run" {
    ends 2 "$PIHOOK" trace --format=sarif touch "$KEPT"
    same "$stderr" "pihook: format sarif is one of findings: see pihook run"
    ends 2 "$PIHOOK" trace --limit=many touch "$KEPT"
    same "$stderr" "pihook: option --limit is a number of lines, not many"
    ends 2 "$PIHOOK" trace -o trace-size=0 touch "$KEPT"
    [[ $stderr == "pihook: --option: "*"trace-size"* ]]
    ends 125 "$PIHOOK" trace --keep=/proc/none/folder touch "$KEPT"
    [[ $stderr == "pihook: folder /proc/none/folder can't be made: "* ]]
    ends 2 "$PIHOOK" trace
    same "$stderr" "pihook: trace needs a COMMAND"
    [[ ! -e $KEPT ]]
    ends 127 "$PIHOOK" trace "$BATS_TEST_TMPDIR/none"
}
