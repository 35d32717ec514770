#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Python's GIL, as one of the locks that native code takes.
#
# Each case is a function of tests/python/gil.py.

# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    find_pythons
}

setup() {
    clean_environment
    ulimit -c 0
    native_library python_gil
}

# gil_cases STATUS FUNCTION...: each ends so; LAST says what the last one said.
gil_cases() {
    local function
    export PIHOOK_OPTIONS=address-order=off:on-deadlock=abort
    for function in "${@:2}"; do
        run --separate-stderr python "$TESTS/python/case.py" gil "$function" "$NATIVE"
        ((status != 77)) || { skip_python "$output" && continue; }
        same "$function: $status $output" "$function: $1 "
    done
}

@test "the GIL and a native mutex in both orders are found without meeting" {
    each_plain_python gil_cases 0 the_gil_first the_mutex_first a_native_thread \
        a_mutex_kept_over_a_wait a_reader_and_a_writer one_thread across_a_python_lock
}

extensions() {
    gil_cases 0 an_extension an_extension_put_right
}

@test "an extension module that waits with the GIL is found, and one that gives it back is not" {
    local headers
    headers=$(/usr/bin/python3 -c 'import sysconfig; print(sysconfig.get_path("include"))')
    [[ -e $headers/Python.h ]] || skip "there are no headers of Python"
    "${CC:-cc}" -shared -fPIC -I "$headers" -o "$BATS_FILE_TMPDIR/pihook_extension.abi3.so" \
        "$TESTS/programs/python_extension.c"
    each_plain_python extensions
}

@test "mutexes for a moment, without the GIL, tried or behind a gate are no finding" {
    each_plain_python gil_cases 0 silent no_order_between_threads_that_switch \
        a_library_that_calls_back
}

@test "after a fork, and in an interpreter with a GIL of its own, each GIL has its order" {
    each_plain_python gil_cases 0 in_the_child_of_a_fork in_a_subinterpreter
}

deadlocks() {
    local function
    for function in deadlock deadlock_by_join; do
        gil_cases 134 "$function"
        ((status != 77)) || return 0
        like "$stderr" "*pihook: error: gil-order: 2 threads wait for each other*: GIL 0x*"
    done
}

@test "a thread that waits natively with the GIL for one that wants it is told, and ended" {
    each_plain_python deadlocks
}

stacks() {
    gil_cases 0 one_thread
    ((status != 77)) || return 0
    like "$stderr" '*: gil-order: acquiring GIL M1 while holding mutex M2 closes a cycle of 2*'
    like "$stderr" '*PyGILState_Ensure+*call_back+*gil.py:*in one_thread*'
    like "$stderr" '*acquired M2 while holding M1:*#0 use+*gil.py:*in one_thread*'
}

@test "both stacks are shown, native and Python" {
    each_plain_python stacks
}
