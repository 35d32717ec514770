#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Programs that have no Python in them.

# shellcheck disable=SC2030,SC2031,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup() {
    clean_environment
}

preloaded() {
    env LD_PRELOAD="$LIBRARY" "$@" 3>&-
}

# opened FILE PROGRAM [strace's options]: writes the names of the files that it opens.
opened() {
    strace "${@:3}" -f -e trace=open,openat,openat2 -o trace "$2" 3>&-
    sed -n 's/.*"\(.*\)".*/\1/p' trace | sort -u >"$1"
}

needs_strace() {
    command -v strace >/dev/null || skip "there is no strace"
    strace -o /dev/null true || skip "strace may not trace here"
}

@test "a program without Python prints and returns what it does without the library" {
    native_program busy
    plain=$("$PROGRAM" 3>&-) || status_plain=$?
    ends "$status_plain" preloaded "$PROGRAM"
    same "$output" "$plain"
    same "$stderr" ""
}

@test "a configuration with hooks makes no difference to it" {
    native_program busy
    config '[hook *]' 'warn = never'
    plain=$("$PROGRAM" 3>&-) || status_plain=$?
    ends "$status_plain" preloaded "$PROGRAM"
    same "$output" "$plain"
    same "$stderr" ""
}

@test "it opens no file but the library and the configuration" {
    needs_strace
    # Without a file of the system's own; the path to it is looked at, but opened is nothing.
    [[ ! -e /etc/pihook.conf && ! -e /usr/local/etc/pihook.conf ]] || skip "there is a pihook.conf"
    opened without /bin/true
    opened with /bin/true -E LD_PRELOAD="$LIBRARY"
    same "$(comm -13 without with)" "$LIBRARY"
    config '[hook *]' 'warn = never'
    opened with /bin/true -E LD_PRELOAD="$LIBRARY"
    same "$(comm -13 without with)" "$(printf '%s\n' "$LIBRARY" "$PWD" pihook.conf | sort)"
}

@test "it has no other thread, signal handler or descriptor than without the library" {
    # The shell counts by itself: a pipeline might show it with the pipe's ends open.
    look='cd /proc/self; set -- task/*; echo $#; set -- fd/*; echo $#; grep ^Sig status'
    look="$look | grep -v SigQ"
    plain=$(sh -c "$look" 3>&-)
    ends 0 preloaded sh -c "$look"
    same "$output" "$plain"
    same "$stderr" ""
}

@test "closed standard descriptors do no harm" {
    config nonsense
    # shellcheck disable=SC2016 # sh expands it
    ends 3 sh -c 'LD_PRELOAD=$0 sh -c "exit 3" <&- >&- 2>&-' "$LIBRARY"
    same "$output$stderr" ""
}

@test "a program that dies by a signal dies by it" {
    run -134 preloaded sh -c 'ulimit -c 0; kill -ABRT $$'
}

@test "the library may be loaded late and by name, twice" {
    native_program load_twice
    ends 0 "$PROGRAM" "$LIBRARY"
    same "$output$stderr" ""
    ends 0 preloaded "$PROGRAM" "$LIBRARY"
    same "$output$stderr" ""
}
