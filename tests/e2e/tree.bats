#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pihook run in front of a whole tree of processes, with every way to start one and to end.

# shellcheck disable=SC2154 # bats sets status, output and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    lock_program tree
}

setup() {
    clean_environment
    ulimit -c 0
    PIHOOK=$BUILD/tools/pihook
    [[ -e $BATS_FILE_TMPDIR/tree ]] || skip "there is no C compiler"
    [[ -x /usr/bin/python3 ]] || skip "there is no Python"
    export TMPDIR=$BATS_TEST_TMPDIR/tmp
    mkdir "$TMPDIR"
}

# tree STATUS OPTION...: runs the tree, which itself ends with SUITE_STATUS.
tree() {
    ends "$1" timeout 300 "$PIHOOK" run -o address-order=off "${@:2}" -- /usr/bin/python3 -B \
        "$TESTS/python/programs/tree/suite.py" "$BATS_FILE_TMPDIR/tree" "${SUITE_STATUS:-0}" 3>&-
    same "$output" "spawned 0
first 0
second 0
crashed -11
killed -9
python 0
shell 137
chain 0"
    same "$(ls "$TMPDIR")" ""
}

# found: the findings of the report by the names that the members gave them.
found() {
    awk '/^pihook: [a-z]+: lock-order: / { is_new = 1 }
        is_new && $1 == "#0" { sub(/[:+].*/, "", $2); print $2; is_new = 0 }' | sort
}

FINDINGS='chain_first
chain_second
crashed_worker
every_worker
first_worker
killed_worker
native_at_the_end_of_a_chain
native_below_a_shell
native_that_crashes
native_that_is_killed
parent_after
parent_before
second_worker
spawned
started_python'

@test "a whole tree of processes has one report, with each finding of each of them once" {
    tree 66
    same "$(found <<<"$stderr")" "$FINDINGS"
    # Only what all four workers found came more than once.
    same "$(grep '^pihook: [0-9]' <<<"$stderr")" "pihook: 15 errors, 0 warnings, told 18 times"
    same "$(grep -c '^pihook: ' <<<"$stderr")" 16
}

@test "the status of the tree's root comes before that of the findings" {
    SUITE_STATUS=3 tree 3
    same "$(found <<<"$stderr")" "$FINDINGS"
}

@test "a second run of the tree has no finding that a baseline of the first one doesn't know" {
    tree 0 --baseline=known --update-baseline
    same "$(grep -c '^lock-order ' known)" 15
    tree 0 --baseline=known
    same "$(grep '^pihook: ' <<<"$stderr")" ""
}
