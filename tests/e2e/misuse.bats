#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Locks used as they must not be.

# shellcheck disable=SC2030,SC2031,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    lock_program misuse
}

setup() {
    lock_environment
}

# each RULE CASE...: each of the cases is just that.
each() {
    local case
    for case in "${@:2}"; do
        finds "$1" misuse "$case"
    done
}

# ---- bad-unlock ----

@test "releasing a lock that is not locked is a finding, of every kind" {
    each 'error bad-unlock' unlock-free unlock-twice unlock-free-rwlock unlock-free-spin
}

@test "releasing another thread's lock is a finding, of every kind" {
    each 'error bad-unlock' unlock-by-other unlock-by-other-reader unlock-by-other-spin
}

@test "it is one also when the call refuses it" {
    each 'error bad-unlock' unlock-free-checking unlock-free-recursive unlock-by-other-checking
}

@test "the report tells who releases and who holds it" {
    finds 'error bad-unlock' misuse unlock-by-other
    told stranger unlock_it
}

@test "a condition wait with a mutex that is not held is a finding" {
    each 'error bad-unlock' wait-without
}

@test "a mutex used as a signal is told once, and makes no order of locks" {
    each 'error bad-unlock' as-a-signal not-held-any-more
}

@test "locks that are used well are no finding" {
    silent misuse well-used
}

# ---- bad-destroy ----

@test "destroying a lock that is held is a finding, of every kind" {
    each 'error bad-destroy' destroy-held destroy-held-by-other destroy-read-held \
        destroy-write-held destroy-held-spin
}

@test "using a lock that was destroyed is a finding, of every kind" {
    each 'error bad-destroy' use-destroyed use-destroyed-rwlock use-destroyed-spin
}

@test "locks that are free when destroyed, and made anew before use, are none" {
    silent misuse well-destroyed
}

@test "two mutexes for one condition at the same time are a finding, one after the other none" {
    each 'error bad-destroy' two-mutexes
    silent misuse one-mutex
    silent misuse another-mutex-later
}

# ---- held-at-exit ----

@test "a thread that ends with a lock is a warning, however it ends" {
    each 'warning held-at-exit' held-at-return held-at-pthread-exit held-at-cancel \
        held-reading-at-return held-at-main-exit
}

@test "the report tells the thread and where it acquired the lock" {
    finds 'warning held-at-exit' misuse held-at-return
    told forgetful return_with_it
}

@test "a lock that is released while the thread ends is none" {
    silent misuse released-at-end
}

@test "a process that ends with a lock is none" {
    silent misuse held-at-process-end
}

@test "a robust mutex is handed on, and the end of its owner is told" {
    each 'warning held-at-exit' robust-recovered robust-lost
}

# ---- held-at-fork ----

@test "forking while another thread holds a lock is a warning" {
    finds 'warning held-at-fork' misuse held-at-fork
    told holder fork_while_held
}

@test "forking with locks of one's own, or with none, is none" {
    silent misuse own-held-at-fork
    silent misuse free-at-fork
}

# ---- wait-holding ----

@test "waiting for a condition with another lock held is told on request" {
    options lock-order=off
    silent misuse wait-holding
    options wait-holding=warning
    finds 'warning wait-holding' misuse wait-holding
    silent misuse wait-with-its-own
}

# ---- long-hold ----

@test "a lock that is held too long is told on request" {
    silent misuse long-hold
    options long-hold=warning:long-hold-ms=10
    finds 'warning long-hold' misuse long-hold
    told hold_for
    options long-hold=warning:long-hold-ms=20000
    silent misuse long-hold
}

@test "while it waits for a condition a thread doesn't hold the mutex" {
    options long-hold=warning:long-hold-ms=10
    silent misuse long-wait
}

# ---- levels ----

@test "each rule can be an error, or off" {
    options held-at-exit=error:bad-unlock=off:bad-destroy=warning
    finds 'error held-at-exit' misuse held-at-return
    same "$status" 66
    silent misuse unlock-free
    finds 'warning bad-destroy' misuse destroy-read-held
    same "$status" 0
}

@test "lock-checks=no and PIHOOK_DISABLE=1 silence them all" {
    options lock-checks=no
    silent misuse unlock-free
    silent misuse held-at-return
    options
    export PIHOOK_DISABLE=1
    silent misuse unlock-free
    silent misuse destroy-read-held
}
