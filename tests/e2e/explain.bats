#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pihook explain: every rule that there is, and no other.

# shellcheck disable=SC2154 # bats sets status, output and stderr
bats_require_minimum_version 1.5.0
load helper

setup() {
    clean_environment
    PIHOOK=$BUILD/tools/pihook
}

# One line for each rule that is an option: name and default.
rules_of_options() {
    "$PIHOOK" options | awk '
        /^  [^ ]/ { split($1, part, "="); name = part[1] }
        /section \[rules\]/ && match($0, /; default: [^;]*/) {
            print name, substr($0, RSTART + 11, RLENGTH - 11)
        }'
}

# part HEAD: what stands below it in the last output, without its indent.
part() {
    awk -v head="$1" '/^[^ ]/ { inside = $0 == head; next } inside && NF' <<<"$output"
}

@test "without a rule all are listed, with the levels that the options have" {
    ends 0 "$PIHOOK" explain
    same "$(awk '{ print $1, $2 }' <<<"$output")" "$(rules_of_options)"
    ((${#lines[@]} > 8))
    while read -r _ _ meaning; do
        ((${#meaning} > 20))
    done <<<"$output"
}

@test "every rule is explained: its level, meaning, wrong and right code, mending, leaving out" {
    while read -r rule level; do
        ends 0 "$PIHOOK" explain "$rule"
        same "${lines[0]}" "$rule (default: $level)"
        for head in "What it means" "Wrong" "Right" "To mend it" "To leave it out"; do
            (($(part "$head" | wc -c) > 60)) || { echo "$rule: $head is missing" && return 1; }
        done
        [[ $(part Wrong) != "$(part Right)" ]]
        like "$(part "To leave it out")" "*$rule=off*$rule:PATTERN*"
        # Options that the text tells to set are there.
        while read -r option; do
            "$PIHOOK" options | grep -q "^  $option=" || { echo "$rule: no option $option" && return 1; }
        done < <(grep -oE '\b[a-z]+(-[a-z]+)+=' <<<"$output" | tr -d =)
        # It fits a terminal.
        (($(wc -L <<<"$output") <= 90))
    done < <(rules_of_options)
}

@test "several rules are explained one after the other, an unknown one before any" {
    ends 0 "$PIHOOK" explain deadlock bad-unlock
    same "$(grep -c '(default: ' <<<"$output")" 2
    ends 2 "$PIHOOK" explain deadlock lock-oder
    same "$output$stderr" "pihook: unknown rule lock-oder: did you mean lock-order?"
    ends 2 "$PIHOOK" explain xyzzy
    same "$stderr" "pihook: unknown rule xyzzy (pihook explain lists them)"
    ends 2 "$PIHOOK" explain --al
    like "$stderr" "pihook: unknown option --al*"
}

@test "the Python that is shown as right can be compiled" {
    [[ -x /usr/bin/python3 ]] || skip "there is no Python"
    for rule in lock-order wait-holding long-hold; do
        ends 0 "$PIHOOK" explain "$rule"
        part Right | sed 's/^        //' >right.py
        /usr/bin/python3 -m py_compile right.py
    done
}
