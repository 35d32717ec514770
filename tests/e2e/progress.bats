#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What a terminal sees of work that takes long, and what is left when it is interrupted.

# shellcheck disable=SC2154 # bats sets status and output
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    command -v "${CC:-cc}" >/dev/null || return 0
    "${CC:-cc}" -std=gnu11 -O1 -g -pthread -rdynamic -o "$BATS_FILE_TMPDIR/traced" \
        "$TESTS/programs/traced.c" 3>&-
}

setup() {
    clean_environment
    ulimit -c 0
    [[ -x /usr/bin/python3 ]] || skip "there is no Python"
    PIHOOK=$BUILD/tools/pihook
}

# on_terminal ARG...: sets lines: what stood on it, and the status.
on_terminal() {
    run -0 timeout 120 /usr/bin/python3 -B "$TESTS/python/terminal.py" "$@"
}

# Empty lines, which say nothing, as much as is read at once.
blanks() {
    head -c 65536 /dev/zero | tr '\0' '\n' >blanks
}

@test "reading findings or graphs that takes long is told on the terminal, and leaves no rest" {
    blanks
    for command in report merge; do
        on_terminal --feed blanks --until reading "$PIHOOK" "$command" -
        like "${lines[0]}" "said: <again>pihook: reading*"
        same "${lines[0]//<again>pihook: reading/}" "said: <erased>"
        same "${lines[1]}" 0
    done
}

@test "nothing is told where stderr is no terminal" {
    blanks
    on_terminal --pipe --feed blanks --until reading "$PIHOOK" report -
    same "${lines[0]}" "said: "
    same "${lines[1]}" 0
}

@test "SIGINT ends reading, and leaves the terminal clean and the file of before" {
    blanks
    echo before >merged
    on_terminal --feed blanks --until reading --interrupt "$PIHOOK" merge -o merged -
    like "${lines[0]}" "said: *pihook: reading<erased>"
    same "${lines[1]}" -2
    same "$(<merged)" before
}

# A trace of 3,000,000 events.
long_trace() {
    [[ -x $BATS_FILE_TMPDIR/traced ]] || skip "there is no C compiler"
    PIHOOK_OPTIONS=address-order=off:trace-size=128:trace=$PWD/trace \
        LD_PRELOAD=$LIBRARY "$BATS_FILE_TMPDIR/traced" locks 1500000
}

@test "SIGINT while a report is written leaves nothing half written, and the terminal clean" {
    long_trace
    echo before >report
    on_terminal --until writing --interrupt "$PIHOOK" report --output=chrome:report trace
    like "${lines[0]}" "said: *pihook: writing events * %<erased>"
    same "${lines[1]}" -2
    same "$(<report)" before
    same "$(echo report*)" report
}

@test "a failure is told on a line of its own, whatever was shown before" {
    blanks
    on_terminal --feed blanks --until reading "$PIHOOK" report - /nonexistent/findings
    like "${lines[0]}" "said: *reading<erased>pihook: /nonexistent/findings: No such file or directory<end>"
    same "${lines[1]}" 1
}
