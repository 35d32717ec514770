#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The sample project of doc/, and what the documents say of it.

bats_require_minimum_version 1.5.0
load helper

setup() {
    clean_environment
    TREE=$(realpath "$TESTS/..")
    [[ $(/usr/bin/python3 -V 2>&1) == "Python 3.11."* ]] || skip "there is no Python 3.11 of Debian 12"
}

@test "README and doc/sample show what pihook run tells of the sample, as it is today" {
    local name
    PIHOOK_BUILD=$BUILD timeout 300 "$TESTS/sample.sh" made 3>&-
    for name in terminal.txt junit.xml annotations.txt; do
        diff -u "$TREE/doc/sample/$name" "made/$name"
    done
    diff -u "$TREE/README.md" made/README.md
    grep -q '^pihook: error: lock-order: ' made/terminal.txt
    same "$(tail -n 1 made/terminal.txt)" 66
    [[ $(<made/README.md) == *"$(sed 's/^./    &/' made/terminal.txt)"* ]]
}

@test "the tests of the sample pass, alone and in any order" {
    local test
    cp "$TREE"/doc/sample/*.py .
    for test in a_transfer_moves_money the_journal_has_each_transfer \
        an_audit_agrees_with_what_tellers_do; do
        ends 0 /usr/bin/python3 -B -m unittest "test_bank.BankTest.test_$test"
    done
}
