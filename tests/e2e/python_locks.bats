#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Python's own locks: threading.Lock, RLock, and what stands on them.
#
# Each case is a function of tests/python/locks.py.

# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    find_pythons
}

setup() {
    clean_environment
    ulimit -c 0
}

# case_ends STATUS FUNCTION [OTHER...]: it ends so, or gives 77 where it can't run. See case_runs
# for the others.
case_ends() {
    case_runs locks "$2" "${@:3}"
    ((status != 77)) || { skip_python "$output" && return 77; }
    ((status == $1)) || {
        printf -- '-- %s: status %d, expected %d\n%s\n%s\n' "$2" "$status" "$1" "$output" "$stderr"
        return 1
    }
}

# findings: what was found, one line each.
findings() {
    sed -nE 's/^pihook: (error|warning): ([a-z-]+): .*/\1 \2/p' <<<"$stderr"
}

# finds_case OPTIONS STATUS FINDINGS FUNCTION...
finds_case() {
    local function
    export PIHOOK_OPTIONS=$1
    for function in "${@:4}"; do
        case_ends "$2" "$function" "${@:4}" || { (($? == 77)) && continue || return 1; }
        [[ $(findings) == "$3" ]] || {
            printf -- '-- %s found:\n%s\n' "$function" "$stderr"
            return 1
        }
    done
}

silent_cases() {
    local function
    export PIHOOK_OPTIONS=$1
    for function in "${@:2}"; do
        case_ends 0 "$function" "${@:2}" || { (($? == 77)) && continue || return 1; }
        same "$function: $output$stderr" "$function: " || return
    done
}

@test "locks in both orders are found on the first run, though no two threads ever meet" {
    each_python finds_case address-order=off 0 'error lock-order' \
        with_statements_in_two_threads with_statements_in_one_thread acquire_and_release \
        recursive_locks conditions a_cycle_of_five with_a_time_limit
}

@test "locks of a sub-interpreter are followed as well" {
    each_plain_python finds_case address-order=off 0 'error lock-order' in_a_subinterpreter
}

places() {
    finds_case address-order=off 0 'error lock-order' with_statements_in_two_threads
    like "$stderr" '*closes a cycle of 2 locks that could deadlock (ordered by join)*'
    like "$stderr" '*M1: Lock 0x+([0-9a-f]), created at *locks.py:* in *genexpr>*'
    like "$stderr" '*acquires M1 while holding M2 (taken at *locks.py:*second)*'
    like "$stderr" '*#0 *locks.py:*second*'
    like "$stderr" '*acquired M2 while holding M1 (taken at *locks.py:*first)*'
    like "$stderr" '*#0 *locks.py:*first*'
}

names() {
    finds_case address-order=off 0 'error lock-order' locks_of_variables
    like "$stderr" '*: Lock 0x+([0-9a-f]) (first), created at *locks.py:*'
    like "$stderr" '*: RLock 0x+([0-9a-f]) (self.second), created at *locks.py:*'
}

often() {
    finds_case address-order=off 0 'error lock-order' locks_of_classes_that_are_called_often
    like "$stderr" '*RLock 0x+([0-9a-f]) (self.ready), created at *locks.py:*'
    like "$stderr" '*: Lock 0x+([0-9a-f]) (self.lock), created at *locks.py:*'
    [[ $stderr != *:0\ in\ * ]]
}

@test "locks of a class that the interpreter has learned to call fast are told where they are made" {
    each_plain_python often
}

dumped() {
    export PIHOOK_OPTIONS=dump-signal=12
    case_ends 0 dump_while_threads_wait
    local label
    label=$(sed -nE 's/^ *(M[0-9]+): Lock 0x[0-9a-f]+ \(lock\), .*/\1/p' <<<"$stderr")
    like "$stderr" "*
    thread the waiter (+([0-9])) waits for $label:
        #0 *locks.py:* in *waits*"
}

@test "a dump tells which lock of Python a thread waits for, and where" {
    each_plain_python dumped
}

@test "a lock is told with the variable or attribute that it was made for" {
    each_plain_python names
}

thousands() {
    local PLACE='thousands.py:120'
    finds_case address-order=off 0 'error lock-order' after_thousands_of_lines
    like "$stderr" "*acquires M1 while holding M2 (taken at ${PLACE}03 in <module>)*"
    like "$stderr" "*#0 ${PLACE}04 in <module>*"
    like "$stderr" "*acquired M2 while holding M1 (taken at ${PLACE}01 in <module>)*"
    like "$stderr" "*#0 ${PLACE}02 in <module>*"
}

@test "lines are told right however many took locks before" {
    each_plain_python thousands
}

@test "a finding says where the locks were made and taken, with the Python stack of each thread" {
    each_plain_python places
}

user_lines() {
    finds_case address-order=off 0 'error lock-order' conditions
    same "$(grep -c 'M[12]: .*created at .*locks.py:.* in .*conditions' <<<"$stderr")" 2
    same "$(grep -c '(taken at .*locks.py:' <<<"$stderr")" 2
}

@test "a condition and a recursive lock are told by the program's line, not by threading's" {
    each_plain_python user_lines
}

@test "the end of Condition.wait is an acquisition, too" {
    each_plain_python finds_case address-order=off 0 $'error lock-order\nerror lock-order' \
        a_condition_acquired_anew
}

@test "a deadlock of Python's threads is told at once, and on-violation=abort ends it" {
    each_plain_python finds_case address-order=off:lock-order=off:on-violation=abort 134 'error deadlock' \
        deadlock_of_two deadlock_of_four_recursive deadlock_with_a_join
}

stacks_of_all() {
    finds_case address-order=off:lock-order=off:on-violation=abort 134 'error deadlock' \
        deadlock_of_two
    same "$(grep -c '#0 .*locks.py.* in .*take' <<<"$stderr")" 2
    same "$(sed -nE 's/^    thread (.*) \([0-9]+\) waits for.*/\1/p' <<<"$stderr" | sort)" \
        $'the worker number 0\nthe worker number 1'
}

@test "a deadlock is told with the name and the Python stack of every thread in it" {
    each_plain_python stacks_of_all
}

@test "a thread that waits for its own lock is told" {
    each_plain_python finds_case on-violation=abort 134 'error self-deadlock' \
        a_block_inside_of_itself a_block_inside_of_itself_beside_others \
        acquired_twice_by_the_only_thread
}

raising() {
    finds_case address-order=off:on-violation=raise 0 'error lock-order' \
        violations_raise threads_are_refused acquire_raises_and_the_end_of_a_wait_does_not
    printf '%s\n' 'lock-order:*locks.py' >suppressed
    finds_case address-order=off:on-violation=raise:suppressions=suppressed 0 '' \
        what_is_suppressed_goes_through
    finds_case on-violation=raise 0 $'error lock-order\nwarning address-order' \
        a_warning_hides_no_refusal
    finds_case address-order=off:lock-order=off:on-violation=raise 0 'error deadlock' \
        a_deadlock_is_refused
    finds_case address-order=error:on-violation=raise 0 'error address-order' addresses_raise
}

commented() {
    finds_case address-order=off:on-violation=raise 0 '' a_comment_says_to_leave_it
    finds_case address-order=off 0 'error lock-order' a_comment_about_another_rule
}

@test "a comment in the acquiring line keeps a finding back, if it names its rule" {
    each_plain_python commented
}

@test "on-violation=raise refuses the acquisition with RuntimeError, each time" {
    each_plain_python raising
}

chain() {
    finds_case address-order=off 0 'error lock-order' body_takes_what_the_importer_holds
    like "$stderr" '*: import lock "inner_taker", *'
    like "$stderr" '*#0 *inner_taker.py:2 in <module>*'
}

@test "a body that takes what another importer holds is found, with the chain of imports" {
    each_plain_python chain
}

half_loaded() {
    finds_case address-order=off 0 'warning lock-order' modules_in_both_orders
    like "$stderr" '*closes a cycle of 2 modules, of which a thread could see one half loaded (*'
}

@test "modules that import each other are a warning: importlib lets one thread go on" {
    each_plain_python half_loaded
}

@test "a thread that imports and one whose module waits for its lock are a deadlock" {
    each_plain_python finds_case address-order=off:lock-order=off:on-violation=abort 134 \
        'error deadlock' importer_and_body_wait_for_each_other
}

@test "a deadlock is told wherever its threads lose the GIL on their way" {
    each_plain_python finds_case address-order=off:lock-order=off:on-violation=abort 0 \
        "$(printf 'error deadlock\n%.0s' {1..8})" importer_and_body_wait_and_often_lose_the_gil
}

@test "a deadlock of threads that contend is told, whoever got which lock when" {
    each_plain_python finds_case address-order=off:lock-order=off:on-violation=abort 0 \
        "$(printf 'error deadlock\n%.0s' {1..12})" contenders_that_come_to_deadlock
}

contended() {
    export PIHOOK_OPTIONS=address-order=off:lock-order=off:on-violation=abort
    case_ends 0 contenders_for_native_mutexes_too || { (($? == 77)) && return 0 || return 1; }
    # Two threads of one process may both find something before it is aborted.
    same "$(sed -nE 's/^    process .* \(([0-9]+)\).*/\1/p' <<<"$stderr" | sort -u | wc -l)" 12
    same "$(findings | sed -E '/^error (deadlock|gil-order)$/d')" ""
}

@test "a deadlock of threads that contend for native mutexes as well is told" {
    each_plain_python contended
}

@test "a deadlock is told when other code took locks amid of a wait" {
    each_plain_python finds_case address-order=off:lock-order=off:on-violation=abort 134 \
        'error deadlock' importer_that_waits_runs_other_code wait_that_a_handler_interrupts
}

@test "imports in threads, and locks taken by bodies, are no finding" {
    each_plain_python silent_cases '' imports_in_one_order many_imports_at_once
}

@test "gates, tries, recursion and locks at old addresses are no finding" {
    each_plain_python silent_cases address-order=off a_gate
    each_plain_python silent_cases '' tries hand_over_hand new_locks_at_old_addresses recursion \
        subclasses a_stress_of_eight
}

@test "locks that serve as signals are no finding" {
    each_plain_python silent_cases '' signals signals_below_locks
}

@test "conditions, queues, executors, logging, processes and coroutines are no finding" {
    each_plain_python silent_cases '' conditions_and_all_that_stands_on_them executors logs processes \
        coroutines
}

@test "forks and signal handlers amid of locks are no finding" {
    each_plain_python silent_cases '' forks an_interrupted_wait
}

@test "what a lock's methods refuse, they refuse as before" {
    each_plain_python silent_cases '' arguments_that_are_refused
}

unseen() {
    export PIHOOK_OPTIONS=lock-checks=no
    case_ends 0 with_statements_in_two_threads
    same "$stderr" ""
    prints "None switched off (lock-checks=no)" -c '
import pihook; locks = pihook.status()["roads"]["locks"]; print(locks["road"], locks["why"])'
}

@test "lock-checks=no leaves Python's locks alone" {
    each_plain_python unseen
}

seen() {
    prints "True methods" -c '
import pihook; locks = pihook.status()["roads"]["locks"]; print(locks["live"], locks["road"])'
}

@test "status tells that the locks are seen" {
    each_plain_python seen
}

# ---- beside native locks ----

# native_case STATUS FINDINGS FUNCTION
native_case() {
    captures python "$TESTS/python/case.py" native "$3" "$NATIVE"
    ((status != 77)) || { skip_python "$output" && return 0; }
    same "$3: $status $(findings)" "$3: $1 $2"
}

mixed() {
    export PIHOOK_OPTIONS=address-order=off:gil-order=off
    native_case 0 'error lock-order' inversion
    native_case 0 'error lock-order' inversion_without_the_gil
    native_case 0 'error lock-order' inversion_of_mutexes
    native_case 0 '' one_order
}

@test "an inversion of a Python lock and a native one is found, and one order is none" {
    native_library python_native
    each_plain_python mixed
}

lines_of_both() {
    export PIHOOK_OPTIONS=address-order=off:gil-order=off
    native_case 0 'error lock-order' inversion_of_mutexes
    [[ -n $stderr ]] || return 0
    like "$stderr" '*#0 lock_first+0x* (python_native.so)*native.py:* in backward*'
    like "$stderr" '*#0 lock_second+0x* (python_native.so)*native.py:* in forward*'
}

@test "a native lock that is taken below Python code is told with the lines of both" {
    native_library python_native
    each_plain_python lines_of_both
}

mixed_deadlock() {
    export PIHOOK_OPTIONS=address-order=off:gil-order=off:lock-order=off:on-violation=abort
    native_case 134 'error deadlock' deadlock
}

@test "a deadlock of a Python lock and a native one is told" {
    native_library python_native
    each_plain_python mixed_deadlock
}
