#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What a checker of locks could break, and must not: the programs go on as without it, silently.

# shellcheck disable=SC2030,SC2031,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    lock_program survival
    lock_program allocator
    lock_program shared
    lock_program odd
    lock_program odd_library -shared -fPIC
    lock_program before_main_library -shared -fPIC
    [[ ! -e $BATS_FILE_TMPDIR/before_main_library ]] ||
        lock_program before_main "$BATS_FILE_TMPDIR/before_main_library" \
            -Wl,-rpath,"$BATS_FILE_TMPDIR"
}

setup() {
    lock_environment
}

# measured PROGRAM CASE: silent; prints what it noted without the library and with it.
measured() {
    rm -f noted
    silent "$@" noted
    echo "# $2: $(head -n 1 noted) without, $(tail -n 1 noted | sed 's/.*peak//') with" >&3
}

# ---- before main and after ----

@test "locks that were taken before the library's constructor may be released after it" {
    silent before_main released
    silent before_main kept
    options on-violation=abort
    stops 'error deadlock' before_main joined
}

# ---- signal handlers ----

@test "a storm of signals whose handler locks does no harm" {
    silent survival storm
    silent survival storm-everywhere
}

@test "a handler may lock while its thread waits for a lock" {
    silent survival handler-in-wait
}

# ---- the end of a thread ----

@test "destructors of thread data may lock" {
    silent survival thread-data
}

@test "threads may be cancelled in a wait or a join, or exit in a wait" {
    silent survival cancelled-in-wait
    silent survival exited-in-wait
    silent survival cancelled-in-join
}

# ---- jumps ----

@test "a jump out of a critical section leaves the lock held" {
    silent survival jumped
    silent survival jumped-from-handler
}

# ---- processes ----

@test "a program of many threads may fork, its children lock and have threads" {
    silent survival forked
}

@test "children of a careless fork may use what was free" {
    options held-at-fork=off
    silent survival forked-carelessly
}

@test "a vfork child may execute, or lock" {
    silent survival vforked
    silent survival vforked-and-locked
}

@test "locks that processes share are left alone by what others know of them" {
    silent shared forked
    silent shared other-order-elsewhere
    silent shared executed "$PWD/memory"
}

@test "a robust lock comes back from a process that has died" {
    silent shared owner-died
}

# ---- very many ----

@test "ten thousand threads come and go, and their memory is given back" {
    measured survival threads-in-a-row
    measured survival detached-threads
}

@test "ten thousand threads live at once" {
    measured survival threads-at-once
}

@test "a million locks are no trouble" {
    measured survival million-locks
}

@test "a million orders of locks are no trouble" {
    measured survival million-edges
}

@test "when the bound of memory is reached the program goes on, and that is said" {
    plain=$(plain_checked survival million-edges)
    options lock-memory=1
    run --separate-stderr checked survival million-edges
    same "$output" "$plain"
    told lock-memory
    same "$status" 0
}

@test "a thread may hold two hundred locks, or two thousand" {
    measured survival held-200
    measured survival held-1000
    finds 'error lock-order' survival many-held-inverted
}

@test "destroyed and freed locks leave nothing behind" {
    measured survival destroyed
    measured survival freed
    measured survival rwlocks-destroyed
}

# ---- odd places ----

@test "a finding is told on any stack, and from any depth" {
    finds 'error lock-order' odd on-own-stack
    told invert
    finds 'error lock-order' odd on-signal-stack
    told invert_in_handler
    finds 'error lock-order' odd deep
    told deeply
}

@test "locks need not be aligned as the compiler would" {
    silent odd unaligned
    finds 'error lock-order' odd unaligned-inverted
}

@test "a finding may be about code that has been unloaded" {
    finds 'error lock-order' odd unloaded "$BATS_FILE_TMPDIR/odd_library"
    told invert
}

@test "a forked child finds what its parent began" {
    run --separate-stderr checked odd in-child
    same "$status" 66
    same "$(heads)" 'error lock-order'
}

# ---- little room ----

@test "a stack of sixteen kibibytes is enough, for a finding, too" {
    silent survival small-stack
    finds 'error lock-order' survival small-stack-inverted
    told invert_on_small_stack
    options findings=found
    finds 'error lock-order' survival small-stack-inverted
    like "$(<found)" '{*"command":"*small-stack-inverted"*}'
    file wanted 'lock-order:*'
    options suppressions=wanted:matched-suppressions=matched
    run --separate-stderr checked survival small-stack-inverted
    same "$status $(<matched)" "0 wanted:1: lock-order:*"
}

@test "an allocator that locks is never called by the library while a lock is held" {
    silent allocator threads
    finds 'error lock-order' allocator inverted
    finds 'error lock-order' allocator inverted-inside
    told allocate_inside
}
