#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Programs that really deadlock: the report comes, and the process is ended if that is wanted.

# shellcheck disable=SC2030,SC2031,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    lock_program deadlock
    lock_program lock_order
}

# The order of locks is told before any of them blocks: what is looked at here comes after.
setup() {
    lock_environment
    options lock-order=off:on-violation=abort
}

@test "two, three and ten threads that wait for each other are told and aborted" {
    for threads in 2 3 10; do
        stops 'error deadlock' deadlock ring "$threads"
    done
}

@test "the report names each thread, where it waits, and what it holds" {
    stops 'error deadlock' deadlock ring 3
    told member-0 member-1 member-2 want_the_next holding
}

@test "mutexes, rwlocks and spin locks may be mixed" {
    for threads in 2 3 10; do
        stops 'error deadlock' deadlock mixed-ring "$threads"
    done
    told rwlock spin
}

@test "robust and priority-inheriting mutexes deadlock like others" {
    stops 'error deadlock' deadlock special-ring 2
    stops 'error deadlock' deadlock special-ring 4
}

@test "threads that wait for each other in one order are no deadlock" {
    silent deadlock line 2
    silent deadlock line 6
}

@test "a thread that joins one that wants its lock is a deadlock" {
    stops 'error deadlock' deadlock join-ring
    told worker want_it join_with_it
    stops 'error deadlock' deadlock join-chain
    told outer inner
    stops 'error deadlock' deadlock join-mutually
    told joiner join_main
}

@test "a join is none when the lock is free, or nobody wants it" {
    silent deadlock join-free
    silent deadlock join-while-holding
}

@test "a thread in a condition wait waits for the mutex, too: it can't come back without" {
    stops 'error deadlock' deadlock wait-ring
    told waiter wait_and_hold
}

@test "waiting for a lock whose owner has ended is a deadlock, and the owner is told" {
    stops $'warning held-at-exit\nerror deadlock' deadlock owner-ended
    told gone
    stops $'warning held-at-exit\nerror deadlock' deadlock owner-exited
    told gone heir
}

@test "a child that waits for a lock of a thread that fork left behind is a deadlock" {
    stops $'warning held-at-fork\nerror deadlock' deadlock want-in-child
    told parents want_it
}

@test "a writer and a reader that wants what the writer has are a deadlock" {
    stops 'error deadlock' deadlock writer-and-reader
    told reader writer
}

@test "one stuck reader is enough, others may still be able to go" {
    stops 'error deadlock' deadlock writer-and-two-readers
}

@test "a writer that waits for a reader who goes on is none" {
    silent deadlock writer-after-reader
}

@test "a thread that waits for what it holds itself is a self-deadlock" {
    for case in self-mutex self-spin self-upgrade; do
        stops 'error self-deadlock' deadlock "$case"
    done
}

@test "a signal handler that wants a lock of the thread it interrupts is one, too" {
    stops 'error self-deadlock' deadlock self-in-handler
    told lock_again
}

@test "a lock that lets its owner in again, or refuses it, is none" {
    silent deadlock self-recursive
    silent deadlock self-checked
    silent deadlock self-join
}

@test "acquisitions with a time limit are none" {
    silent deadlock self-timed
    silent deadlock timed-ring
    silent deadlock half-timed-ring
}

@test "without on-violation=abort the report comes and the program hangs on" {
    options lock-order=off
    hangs 'error deadlock' deadlock ring 3
    told member-0 member-1 member-2
    hangs 'error self-deadlock' deadlock self-mutex
}

@test "the order of the locks is told first, and on-violation=abort acts on it" {
    options on-violation=abort
    stops 'error lock-order' deadlock ring 2
    stops 'error lock-order' lock_order same-thread
}

@test "the deadlock is told also when its order was" {
    options
    hangs $'error lock-order\nerror deadlock' deadlock ring 3
}

@test "deadlock=off and self-deadlock=off leave the program as it is" {
    options lock-order=off:deadlock=off:self-deadlock=off
    run timeout -s KILL 1 env LD_PRELOAD="$LIBRARY" "$BATS_FILE_TMPDIR/deadlock" ring 2 3>&-
    same "$status$output" 137
}
