#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The configuration file and the environment: what is taken, what is refused, and in what words.

# shellcheck disable=SC2030,SC2031,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    find_pythons
}

setup() {
    clean_environment
}

# preloaded COMMAND...: any program with the library.
preloaded() {
    env LD_PRELOAD="$LIBRARY" "$@" 3>&-
}

# complains PATTERN CONFIGURATION-LINE...: the file gets that one complaint; %s in the pattern
# is the file. The program runs on and keeps its status.
complains() {
    config "${@:2}"
    ends 3 preloaded sh -c 'exit 3'
    like "$stderr" "pihook: ${1/\%s/$PIHOOK_CONFIG}"
    same "${#stderr_lines[@]}" 1
    same "$output" ""
}

refused() {
    ends 3 preloaded sh -c 'exit 3'
    same "$output" ""
    like "$stderr" "pihook: $PIHOOK_CONFIG: not read: $1"
    same "${#stderr_lines[@]}" 1
}

# ---- complaints ----

@test "a bad line is one complaint with file, line and what was expected" {
    complains "%s:1: 'warn' stands before the first section: expected *section*" 'warn = x'
    complains "%s:2: expected 'name = value', *" '[hook a]' 'just words' 'warn = x'
    complains "%s:1: unknown section 'hok a' (did you mean \[hook NAME\]?)" '[hok a]' 'warn = x'
    complains "%s:2: unknown section 'nonsense'" '' '[nonsense]' 'any = thing' 'at = all'
    complains "%s:1: expected a section's name between *" '[hook a' 'warn = x'
    complains "%s:1: *'a..b'*dotted name or a glob*" '[hook a..b]' 'warn = x'
    complains "%s:1: *name ''*" '[hook]' 'warn = x'
    complains "%s:3: unknown key 'wran' (did you mean 'warn'?)" '[hook a]' 'warn = x' 'wran = y'
    complains "%s:2: 'call' is 'nocolon': expected module:function" '[hook a]' 'call = nocolon'
    complains "%s:2: 'native' is 'n.so:f': expected /absolute*" '[hook a]' 'native = n.so:f'
    complains "%s:2: 'exec' has no value*" '[hook a]' 'exec ='
    complains "%s:3: 'on-error' is 'die': expected report or raise" '[hook a]' 'warn = x' \
        'on-error = die'
    complains "%s:2: 'optional' is 'perhaps': expected yes or no" '[hook a]' 'optional = perhaps' \
        'warn = x'
    complains "%s:1: this section does nothing: *" '[hook a]'
    complains "%s:2: option 'hook-failed' is 'loud': expected off, *" '[rules]' 'hook-failed = loud'
    complains "%s:2: option 'exitcode' belongs in section \[report\]*" '[rules]' 'exitcode = 5'
    complains "%s:2: unknown option 'hok-failed' (did you mean*" '[rules]' 'hok-failed = off'
    complains "%s:2: option 'exitcode' is '300': expected *255" '[report]' 'exitcode = 300'
    complains "%s:2: option 'help' is for PIHOOK_OPTIONS*" '[report]' 'help = 1'
}

bad_lines_between() {
    config '[hook json]' 'warn = one' 'nonsense' '[hook json' 'warn = not this' '[hook json]' \
        'wran = x' 'warn = two' "warn = a$(printf '%0300d' 0)" 'warn = three'
    ends 0 python -c 'import json'
    same "$(grep -v "^pihook: $PIHOOK_CONFIG:" <<<"$stderr")" $'one\ntwo\nthree'
    same "$(cut -d: -f3 <<<"$(grep ^pihook: <<<"$stderr")")" $'3\n4\n7\n9'
}

@test "a bad line loses no other line" {
    each_python bad_lines_between
}

@test "NUL bytes and overlong lines are complained of by their line" {
    config
    printf '[hook a]\nwarn = a\0b\nwarn = ok\n' >"$PIHOOK_CONFIG"
    ends 0 preloaded true
    same "$stderr" "pihook: $PIHOOK_CONFIG:2: expected text, found a NUL byte"
    printf '\0[hook a]\n' >"$PIHOOK_CONFIG"
    ends 0 preloaded true
    like "$stderr" "pihook: $PIHOOK_CONFIG:1: *"
    complains "%s:2: expected at most * bytes in a line*" '[hook a]' \
        "warn = $(printf '%05000d' 0)" 'warn = x'
}

@test "a file of binary data or of a megabyte does no harm" {
    config
    head -c 100000 "$LIBRARY" >"$PIHOOK_CONFIG"
    ends 3 preloaded sh -c 'exit 3'
    config
    yes 'nonsense' | head -c 3000000 >"$PIHOOK_CONFIG"
    ends 3 preloaded sh -c 'exit 3'
    like "${stderr_lines[0]}" "pihook: $PIHOOK_CONFIG:1: *"
    ((${#stderr_lines[@]} < 1000))
    : >"$PIHOOK_CONFIG"
    ends 0 preloaded true
    same "$stderr" ""
}

@test "comments, empty lines, a byte order mark and Windows line ends are understood" {
    config
    printf '\xef\xbb\xbf; comment\r\n\r\n# another\r\n[report]\r\nexitcode = 7 ; seven\r\n' \
        >"$PIHOOK_CONFIG"
    PIHOOK_OPTIONS=help=1 ends 0 preloaded true
    like "$stderr" "Options of pihook*exitcode=7*"
}

# ---- files that are refused ----

@test "a missing file is one complaint, and the program runs on" {
    export PIHOOK_CONFIG=$PWD/missing.conf
    refused "no such file*"
    export PIHOOK_CONFIG=relative/missing.conf
    refused "no such file*"
}

@test "an empty name of a file is none" {
    PIHOOK_CONFIG='' ends 0 preloaded true
    same "$stderr" ""
}

@test "a folder, a FIFO, a device and a socket are refused, and nothing is waited for" {
    mkfifo fifo
    mkdir folder
    for PIHOOK_CONFIG in "$PWD/fifo" "$PWD/folder" /dev/null /dev/tty; do
        export PIHOOK_CONFIG
        refused "*"
    done
}

@test "a file that others can write is refused" {
    config '[hook a]' 'warn = x'
    for mode in 602 620 666; do
        chmod "$mode" "$PIHOOK_CONFIG"
        refused "others than its owner can write it*chmod go-w*"
    done
    chmod 600 "$PIHOOK_CONFIG"
    ends 0 preloaded true
    same "$stderr" ""
}

@test "a file in a folder that others can write is refused, unless the folder is sticky" {
    mkdir open
    file open/pihook.conf '[hook a]' 'warn = x'
    export PIHOOK_CONFIG=$PWD/open/pihook.conf
    for mode in 702 720 777; do
        chmod "$mode" open
        refused "others than its owner can write its folder*"
    done
    chmod 1777 open
    ends 0 preloaded true
    same "$stderr" ""
}

@test "a link from a folder that others can write is refused" {
    mkdir open
    config '[hook a]' 'warn = x'
    ln -s "$PIHOOK_CONFIG" open/link.conf
    chmod 777 open
    export PIHOOK_CONFIG=$PWD/open/link.conf
    refused "others than its owner can write its folder*"
    chmod 755 open
    ends 0 preloaded true
    same "$stderr" ""
}

@test "a file or folder of another user is refused" {
    ((EUID == 0)) || skip "only root can give files away"
    config '[hook a]' 'warn = x'
    chown 65534 "$PIHOOK_CONFIG"
    refused "it belongs to user 65534, expected root or user 0"
    mkdir theirs
    file theirs/pihook.conf '[hook a]' 'warn = x'
    chown 65534 theirs
    export PIHOOK_CONFIG=$PWD/theirs/pihook.conf
    refused "its folder belongs to user 65534, expected root or user 0"
}

@test "a file without permission to read is refused" {
    ((EUID == 0)) || skip "only root can become another user"
    config '[hook a]' 'warn = x'
    chmod 600 "$PIHOOK_CONFIG"
    chmod 755 "$BATS_RUN_TMPDIR" "${BATS_TEST_TMPDIR%/*}" "$BATS_TEST_TMPDIR"
    nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    "${nobody[@]}" test -r "$LIBRARY" -a -x "$BATS_TEST_TMPDIR" ||
        skip "user 65534 can't reach the library or the test's folder"
    ends 3 "${nobody[@]}" env LD_PRELOAD="$LIBRARY" sh -c 'exit 3'
    like "$stderr" "pihook: $PIHOOK_CONFIG: not read: *permission*"
    same "${#stderr_lines[@]}" 1
}

refused_by_python() {
    config '[hook json]' 'warn = never'
    chmod 666 "$PIHOOK_CONFIG"
    ends 5 python -c 'import json, sys; print("on"); sys.exit(5)'
    same "$output" on
    same "${#stderr_lines[@]}" 1
}

@test "no hook of a refused file runs" {
    each_python refused_by_python
}

@test "a process with more rights than its user takes nothing from that user" {
    ((EUID == 0)) || skip "only root can give rights away"
    native_program privileged
    config '[hook a]' 'wran = x'
    ends 0 "$PROGRAM" "$LIBRARY"
    like "$stderr" "pihook: PIHOOK_CONFIG and PIHOOK_OPTIONS are ignored: *more rights*"
    same "${#stderr_lines[@]}" 1
}

# ---- environment ----

disabled() {
    config '[hook json]' 'warn = never' 'nonsense'
    PIHOOK_DISABLE=1 PIHOOK_OPTIONS=nonsense=1:help=1 prints on -c 'import json; print("on")'
    PIHOOK_DISABLE=1 ends 1 python -c 'import pihook'
    like "$stderr" "*ModuleNotFoundError: No module named 'pihook'*"
}

@test "with PIHOOK_DISABLE=1 the library does nothing at all" {
    each_python disabled
}

@test "PIHOOK_DISABLE that is empty or 0 disables nothing" {
    config nonsense
    for value in '' 0; do
        PIHOOK_DISABLE=$value ends 0 preloaded true
        like "$stderr" "pihook: $PIHOOK_CONFIG:1: *"
    done
}

@test "an unknown option is told once, with the nearest known one" {
    PIHOOK_OPTIONS=exitcod=5:exitcod=6:exitcode=7 ends 3 preloaded sh -c 'exit 3'
    same "$stderr" "pihook: PIHOOK_OPTIONS: unknown option 'exitcod' (did you mean 'exitcode'?)"
    PIHOOK_OPTIONS=quxquux=1 ends 0 preloaded true
    same "$stderr" "pihook: PIHOOK_OPTIONS: unknown option 'quxquux'"
}

@test "a bad value of an option is told with what was expected" {
    PIHOOK_OPTIONS=exitcode=many:import-road ends 0 preloaded true
    same "$stderr" "pihook: PIHOOK_OPTIONS: option 'exitcode' is 'many': expected a number \
from 0 to 255
pihook: PIHOOK_OPTIONS: option 'import-road' has no value: expected auto, inittab, audit or off"
}

@test "PIHOOK_OPTIONS overrides the file" {
    config '[report]' 'exitcode = 5' '[rules]' 'hook-failed = off'
    PIHOOK_OPTIONS=help:exitcode=6 ends 0 preloaded true
    like "$stderr" "*hook-failed=off*exitcode=6*"
}

log_file() {
    config '[report]' "log = $PWD/%p.log" '[hook json]' 'exec = 1 / 0'
    prints on -c 'import json; print("on")'
    like "$(cat -- *.log)" "pihook: warning: hook-failed: *0 errors, 1 warnings, 0 suppressed"
}

@test "option log sends findings to a file instead of stderr" {
    each_python log_file
}
