#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Each function that locks: it returns what it returns without the library, and counts.

# shellcheck disable=SC2030,SC2031,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    lock_program results
    lock_program acquisitions
    lock_program old_symbols
    lock_program cxx
    lock_program lock_order
}

setup() {
    lock_environment
}

# The wrong calls among them are told; what they return is what counts here.
same_results() {
    for case in mutexes robust rwlocks spins barriers conditions c11 joins detached; do
        behaves results "$case"
    done
}

@test "all functions return what they return without the library, and leave errno alone" {
    options bad-unlock=warning:bad-destroy=warning
    plain=$(plain_checked results mutexes)
    [[ $(wc -l <<<"$plain") -gt 400 ]]
    same_results
}

@test "they do so without any checks, too" {
    options lock-checks=no
    same_results
    export PIHOOK_DISABLE=1
    same_results
}

# found CASE: as many findings as the program says it made inversions.
found() {
    finds_some 'error lock-order' acquisitions "$1"
    same "$(heads | wc -l)" "${lines[-1]}"
}

@test "every function that acquires a mutex, of any type, can close a cycle or be part of it" {
    found mutexes
}

@test "every function that acquires a rwlock can" {
    found rwlocks
}

@test "spin locks can" {
    found spins
}

@test "mutexes of C11 can, and its threads are threads" {
    found c11
    found c11-threads-in-a-row
    strength 'ordered by join'
}

@test "every condition wait that acquires its mutex below another lock can" {
    found waits
}

@test "semaphores and barriers are no locks" {
    silent acquisitions semaphores-and-barriers
}

@test "PIHOOK_DISABLE=1 leaves a program with an inversion as it is" {
    export PIHOOK_DISABLE=1
    silent lock_order concurrent
    silent acquisitions mutexes
}

# ---- old objects ----

needs_old_symbols() {
    [[ $(uname -m) == x86_64 ]] || skip "old symbols are those of x86-64"
}

@test "conditions of old objects work and their waits are seen" {
    needs_old_symbols
    silent old_symbols conditions
    finds 'error lock-order' old_symbols inverted-by-wait
}

@test "locks under the old names with underscores are the same locks" {
    needs_old_symbols
    silent old_symbols underscores
    finds 'error lock-order' old_symbols underscores-inverted
    finds 'error lock-order' old_symbols rwlocks-inverted
}

# ---- C++ ----

@test "std::mutex in both orders is a finding, in one order none" {
    finds 'error lock-order' cxx inverted
    silent cxx consistent
}

@test "std::scoped_lock and std::lock take locks in any order" {
    silent cxx scoped-lock
    silent cxx many-scoped-locks
    silent cxx std-lock
}

@test "std::timed_mutex is seen, with its time limit" {
    finds 'error lock-order' cxx timed-inverted
    strength timed
    silent cxx timed-consistent
}

@test "std::shared_mutex knows readers and writers" {
    silent cxx shared-readers
    finds 'error lock-order' cxx shared-writers
    finds 'error lock-order' cxx shared-timed
    strength timed
}

@test "std::recursive_mutex may be acquired again" {
    silent cxx recursive-again
}

@test "std::condition_variable waits and wakes" {
    silent cxx conditions
}

@test "a std::mutex constructed where another was is a new one" {
    silent cxx constructed-anew
    silent cxx made-on-heap
}

@test "destructors of thread_local objects, call_once and exceptions may lock" {
    silent cxx thread-local-objects
    silent cxx once
}
