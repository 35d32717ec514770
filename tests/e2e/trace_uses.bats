#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Which imports were never used: what the recorder sees of a Python, and what the report says.
#
# used_modules.py imports modules whose names begin with tu_.

# shellcheck disable=SC2030,SC2031,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    find_pythons
}

setup() {
    clean_environment
    ulimit -c 0
}

# recorded CASE: it ends well and silently.
recorded() {
    export PIHOOK_OPTIONS="trace=$PWD/trace:address-order=off:held-at-fork=off"
    ends 0 python "$TESTS/python/used_modules.py" "$1"
    same "$output$stderr" ""
    /usr/bin/python3 -B "$TESTS/python/trace_file.py" check trace* 3>&-
}

# states: a line for each of the imports: its name, and whether it was used.
states() {
    "$BUILD/tools/pihook" report --format=json trace* | /usr/bin/python3 -c '
import json, sys
trace = json.load(sys.stdin)
for name, use in sorted({(one["name"], one["use"]) for one in trace["imports"]
                         if one["name"].startswith("tu_")}, key=str):
    print(name[3:], use)'
}

used_in_many_ways() {
    recorded read_in_many_ways
    same "$(states)" "again used
asked_file asked
asked_missing asked
atexit used
attribute used
c_code used
names used
star used
thread used"
}

@test "a module is used by an attribute, a name taken from it, C code, another thread, at exit" {
    each_python used_in_many_ways
}

specialised() {
    recorded read_by_specialised_code
    same "$(states | grep -c unused) $(states | grep unused)" "1 never unused"
}

@test "what specialised code reads, unseen, is not called unused" {
    each_python specialised
}

not_used() {
    recorded never_read
    same "$(states)" "by_itself unused
cycle_one unused
cycle_two used
never unused
parent unused
parent.child unused
relative unused
relative.one used
relative.two used
taken unused
taken.child unused
user used
user.child used"
}

@test "what a package reads of itself while it is imported is no use of it, and a submodule's use is" {
    each_python not_used
}

used_by_others() {
    recorded read_by_what_is_used
    same "$(states)" "inner used
keeper used
kept used
outer used"
}

@test "a module is used where another one that it imported has read it, and is used" {
    each_python used_by_others
}

not_seen() {
    recorded other_objects
    same "$(states)" "changed_later used
class used
class_unused unused
getattr used
hidden_later None
own_reading None
renamed None
replaced None"
}

@test "what stands in for a module is called neither used nor unused, unless it is seen" {
    each_python not_seen
}

lazy_ones() {
    recorded lazy
    same "$(states)" "lazy_unused None
lazy_used used
lazy_used None"
}

@test "lazy modules stay lazy, and are told as such" {
    each_python lazy_ones
}

addresses_come_again() {
    recorded addresses
    same "$(states | grep again)" "again used"
}

@test "a module at the address of one that was used is another one" {
    each_plain_python addresses_come_again
}

children_use() {
    recorded child
    same "$(states)" "by_child used
by_nobody unused
by_parent used"
    rm trace.1
    same "$(states | sort -u -k 2)" "by_child None"
}

@test "what a forked child uses of its parent's imports is used, and without its trace nothing is known" {
    each_plain_python children_use
}

interpreters_use() {
    recorded interpreters
    same "$(states)" "in_other used
unused_in_other unused"
}

@test "uses in another interpreter of the process are seen" {
    each_plain_python interpreters_use
}
