#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Lock orders that could deadlock, and those that only look like it.
#
# Each program's case that must be found has a twin that must not: tests/programs/locks.

# shellcheck disable=SC2030,SC2031,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    lock_program lock_order
    lock_program cycles
    lock_program readers
    lock_program waits
    lock_program reuse
    lock_program classes
}

setup() {
    lock_environment
}

# ---- how the threads live ----

@test "two locks in both orders by threads that both live are a finding, though they never meet" {
    finds 'error lock-order' lock_order concurrent
    strength concurrent
}

@test "two locks in both orders by one thread are a finding" {
    finds 'error lock-order' lock_order same-thread
    strength 'same thread'
}

@test "two locks in both orders by threads of which one ended before the other began are a finding" {
    finds 'error lock-order' lock_order ordered
    strength 'ordered by join'
}

@test "an order that a thread repeats after it created the other one is a concurrent one" {
    finds 'error lock-order' lock_order before-and-beside
    strength concurrent
    finds 'error lock-order' lock_order only-before
    strength 'ordered by join'
}

@test "locks that are always nested in one order are none, in whatever order they are released" {
    silent lock_order consistent
    silent lock_order unlocked-crosswise
    silent lock_order not-nested
}

@test "lock-order-strength=concurrent tells only what two threads could do at once" {
    options lock-order-strength=concurrent
    silent lock_order same-thread
    silent lock_order ordered
    silent lock_order only-before
    finds 'error lock-order' lock_order before-and-beside
    finds 'error lock-order' lock_order concurrent
}

@test "lock-order=off tells nothing, and lock-order=warning leaves the exit status alone" {
    options lock-order=off
    silent lock_order concurrent
    options lock-order=warning
    finds 'warning lock-order' lock_order concurrent
}

# ---- the report ----

@test "the report names the threads, their functions and the locks of both orders" {
    finds 'error lock-order' lock_order concurrent
    told alice bob first_then_second second_then_first mutex
}

@test "the report shows a lock's name when the program has given it one" {
    finds 'error lock-order' lock_order named
    told accounts journal
}

@test "the finding is told before the acquisition blocks" {
    hangs 'error lock-order' lock_order told-before
    told second_then_first
}

@test "a finding is told once though it is made a thousand times" {
    finds 'error lock-order' lock_order repeated
    finds 'error lock-order' lock_order repeated-elsewhere
    told '1000 times'
}

@test "nothing is said of what a program does between ignore_begin and ignore_end" {
    silent lock_order ignored
}

# ---- gates ----

@test "a gate lock around both orders keeps them from being a finding" {
    silent lock_order gated
}

@test "different gates, or a gate that was not held once, keep nothing" {
    finds 'error lock-order' lock_order gates-differ
    finds 'error lock-order' lock_order gated-but-once
    finds 'error lock-order' lock_order gates-change
}

@test "of several gates one that any two threads share is enough" {
    silent lock_order gates-overlap
    silent lock_order gates-pairwise
}

@test "a lock that is taken between the two is no gate" {
    finds_some 'error lock-order' lock_order gate-inside
}

@test "a gate held for reading by both keeps nothing, by one for writing it does" {
    finds 'error lock-order' readers gate-read-by-both
    silent readers gate-written-by-one
    silent readers gate-written-by-both
}

# ---- trylock and time limits ----

@test "a trylock never closes a cycle" {
    silent lock_order try-back-off
    silent lock_order try-both
}

@test "what trylock has taken is held, and what it has not is not" {
    finds 'error lock-order' lock_order try-held
    silent lock_order try-fails
}

@test "an acquisition with a time limit makes a finding that says so" {
    finds 'error lock-order' lock_order timed
    strength timed
    finds 'error lock-order' lock_order by-clock
    strength timed
}

@test "acquisitions with time limits in one order, or that timed out, are no finding" {
    silent lock_order timed-consistent
    silent lock_order timed-out
}

# ---- types of mutexes ----

@test "a recursive mutex that the thread has already is no acquisition" {
    silent lock_order recursive-below
    finds 'error lock-order' lock_order recursive-inverted
}

@test "an error-checking mutex that refuses a second acquisition is no finding" {
    silent lock_order error-checking
}

# ---- cycles of more than two ----

@test "a cycle is found whatever its length" {
    for length in 3 8 500; do
        finds 'error lock-order' cycles ring "$length"
        finds 'error lock-order' cycles ring-backwards "$length"
        silent cycles chain "$length"
    done
}

@test "philosophers who all begin with the left fork are a finding" {
    finds 'error lock-order' cycles philosophers 5
    strength concurrent
    told plato-0 plato-1 plato-2 plato-3 plato-4 left_then_right
}

@test "philosophers in order, with a waiter, or who put the fork back are none" {
    silent cycles philosophers-ordered 5
    silent cycles philosophers-and-waiter 5
    silent cycles philosophers-polite 5
}

@test "a list walked hand over hand is no finding, one walked both ways is" {
    silent cycles hand-over-hand 50
    finds_some 'error lock-order' cycles hand-over-hand-back 50
}

# ---- readers and writers ----

@test "readers in both orders are no finding, writers are" {
    silent readers readers
    finds 'error lock-order' readers writers
}

@test "readers of one lock who write the other are a finding" {
    finds 'error lock-order' readers readers-who-write
    finds 'error lock-order' readers writer-reads-inside
    finds 'error lock-order' readers readers-then-writers
}

@test "a lock of the cycle that is only read keeps it from being a finding" {
    silent readers one-of-them-read-only
    silent readers mutex-and-reader
    finds 'error lock-order' readers mutex-and-writer
}

@test "a lock that is read twice by one thread is no finding" {
    silent readers read-again
}

@test "readers in both orders are a finding where writers go first" {
    finds 'error lock-order' readers readers-behind-writers
    silent readers readers-in-order
}

# ---- condition waits ----

@test "a mutex that a condition wait acquires again below another lock is a finding" {
    finds 'error lock-order' waits inverted-by-wait
    finds 'error lock-order' waits inverted-by-wait timedwait
    finds 'error lock-order' waits inverted-by-wait clockwait
}

@test "condition waits in order are none, with any of the calls" {
    for call in wait timedwait clockwait; do
        silent waits nested-wait "$call"
        silent waits plain-wait "$call"
    done
    silent waits ping-pong
}

@test "a wait that times out has its mutex again" {
    silent waits time-is-up
    silent waits recursive-wait
}

# ---- memory that is used again ----

@test "the same locks in both orders are a finding, of every kind" {
    finds 'error lock-order' reuse kept
    finds 'error lock-order' reuse rwlocks-kept
    finds 'error lock-order' reuse spins-kept
    finds 'error lock-order' reuse robust-kept
}

@test "new locks where others were are other locks" {
    silent reuse assigned
    silent reuse initialised
    silent reuse destroyed-initialised
    silent reuse destroyed-assigned
    silent reuse freed
    silent reuse mapped-again
    silent reuse stacked
    silent reuse copied
    silent reuse swapped
}

@test "that holds for rwlocks, spin locks and mutexes of special types, too" {
    silent reuse rwlocks-assigned
    silent reuse rwlocks-initialised
    silent reuse spins-initialised
    silent reuse robust-initialised
    silent reuse another-kind
}

# ---- classes ----

@test "granularity=class finds the inversion of two classes in different instances" {
    silent classes instances-differ
    silent classes symbols-differ
    options granularity=class
    finds 'error lock-order' classes instances-differ
    told account_then_journal journal_then_account
    finds 'error lock-order' classes symbols-differ
    silent classes classes-agree
}

@test "locks of one class are the matter of address-order" {
    options granularity=class
    silent classes nested-ascending
    silent classes nested-descending
    options granularity=class:address-order=error:address-scope=class
    silent classes nested-ascending
    finds 'error address-order' classes nested-descending
}
