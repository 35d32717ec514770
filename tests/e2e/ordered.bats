#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Module pihook about locks: acquire(), names, findings. With the library, and the plain package.
#
# Each case is a function of tests/python/ordered.py.

# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    find_pythons
}

setup() {
    clean_environment
}

CASES=(in_order_of_addresses the_recipe together_in_both_orders refuses_before_it_acquires
    each_thread_has_its_own exceptions all_kinds names_and_types)

preloaded() {
    PIHOOK_OPTIONS=address-order=off:lock-order=off all_hold ordered "${CASES[@]}"
}

@test "acquire() takes locks by address, refuses what is below, and releases all" {
    each_plain_python preloaded
}

plain() {
    local PIHOOK_TEST_PACKAGE=$TESTS/../tools/python
    all_hold ordered "${CASES[@]}"
}

@test "the plain package has the same acquire()" {
    each_plain_python plain
}

names() {
    export PIHOOK_OPTIONS=address-order=off
    ends 0 python "$TESTS/python/case.py" ordered named_inversion
    like "$stderr" '*M1: Lock 0x* "accounts", created*'
    like "$stderr" '*M2: Lock 0x* "journal", created*'
}

@test "findings tell the names that name_lock() gave, and findings() has them" {
    each_plain_python names
}

no_names() {
    export PIHOOK_OPTIONS=address-order=off
    ends 0 python "$TESTS/python/case.py" ordered names_end_with_their_locks
    [[ $stderr != *gone* ]]
}

@test "a name ends with its lock" {
    each_plain_python no_names
}

lines() {
    export PIHOOK_OPTIONS=address-order=off
    ends 0 python "$TESTS/python/case.py" ordered found_at_the_line_of_the_program
    same "$(grep -c '(taken at .*ordered.py:' <<<"$stderr")" 2
}

@test "a lock that acquire() took is told with the program's line" {
    each_plain_python lines
}
