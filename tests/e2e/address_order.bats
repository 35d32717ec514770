#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The rule that locks are acquired by ascending address.

# shellcheck disable=SC2030,SC2031,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    lock_program address
}

setup() {
    lock_environment
    export PIHOOK_OPTIONS=exitcode=66
}

@test "acquiring a lock below one that is held is a warning, which leaves the exit status alone" {
    finds 'warning address-order' address descending
    told take_high_then_low
}

@test "it is told once for one place" {
    finds 'warning address-order' address descending-often
}

@test "ascending addresses, or one lock at a time, are none" {
    silent address ascending
    silent address released
}

@test "all locks that are held count, not only the last" {
    finds 'warning address-order' address below-an-outer-one
}

@test "neither trylock nor a recursive lock again violates the order" {
    silent address try-below
    silent address recursive-again
}

@test "what trylock has taken is held, and a time limit makes no difference" {
    finds 'warning address-order' address below-a-tried-one
    finds 'warning address-order' address timed-below
}

@test "it holds for locks of all kinds, and for the mutex that a wait acquires again" {
    finds 'warning address-order' address rwlock-below
    finds 'warning address-order' address spin-below
    export PIHOOK_OPTIONS=exitcode=66:lock-order=off
    finds 'warning address-order' address waited-below
}

@test "address-scope=class compares locks of one class only" {
    finds 'warning address-order' address two-classes
    export PIHOOK_OPTIONS=exitcode=66:address-scope=class
    silent address two-classes
    finds 'warning address-order' address one-class
}

@test "address-order=error makes it count for the exit status, off silences it" {
    export PIHOOK_OPTIONS=exitcode=66:address-order=error
    finds 'error address-order' address descending
    same "$status" 66
    export PIHOOK_OPTIONS=exitcode=66:address-order=off
    silent address descending
}
