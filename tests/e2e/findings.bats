#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Where findings go: text, the findings file, suppressions, colours.

# shellcheck disable=SC2030,SC2031,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    find_pythons
}

setup() {
    clean_environment
    unset NO_COLOR CLICOLOR_FORCE
}

# A program with one finding.
finds() {
    ends "${1:-0}" python -c 'import json'
}

failing_hook() {
    config '[hook json]' 'exec = raise ValueError("\xff \"quoted\"")' "$@"
}

in_the_file() {
    failing_hook '[report]' 'findings = %p.jsonl'
    finds
    like "$stderr" "pihook: warning: hook-failed: *0 errors, 1 warnings, 0 suppressed"
    plain_python -c '
import glob, json
(line,) = open(glob.glob("*.jsonl")[0], encoding="utf-8")
finding = json.loads(line)
assert finding["version"] == 1 and finding["rule"] == "hook-failed", finding
assert finding["level"] == "warning" and len(finding["fingerprint"]) == 16, finding
assert "ValueError" in finding["sentence"] and "\nValueError" in finding["details"], finding
assert finding["process"]["pid"] > 1 and finding["process"]["executable"][0] == "/", finding
assert finding["thread"]["tid"] == finding["process"]["pid"], finding
assert finding["locks"] == finding["steps"] == [], finding
'
}

@test "a finding is also a line of JSON in the findings file" {
    each_python in_the_file
}

hidden() {
    failing_hook '[report]' 'suppressions = wanted' 'exitcode = 9' '[rules]' 'hook-failed = error'
    file wanted '# not our fault' "hook-failed:*on 'json' failed*"
    finds 0
    same "$stderr" "pihook: 0 errors, 0 warnings, 1 suppressed"
    file wanted 'hook-failed:nothing of it'
    finds 9
    like "$stderr" "pihook: error: hook-failed: *pihook: 1 errors, 0 warnings, 0 suppressed"
}

@test "a suppressed finding is counted and changes no exit status" {
    each_python hidden
}

unmatched() {
    config '[report]' 'suppressions = wanted' 'unmatched-suppressions = yes'
    file wanted 'hook-failed:*' 'nonsense' 'lockorder:f'
    finds
    same "$stderr" "pihook: wanted:2: expected rule:pattern, but there is no colon
pihook: wanted:3: no rule is named 'lockorder' (did you mean 'lock-order'?)
pihook: wanted:1: this suppression matched nothing"
}

@test "bad suppressions are told with their lines, and those without a match on request" {
    each_python unmatched
}

untrusted() {
    config '[report]' 'suppressions = wanted'
    file wanted 'hook-failed:*'
    chmod o+w wanted
    finds
    like "$stderr" "pihook: wanted: not read: others than its owner can write it, *"
    rm wanted
    finds
    same "$stderr" "pihook: wanted: not read: no such file or folder"
}

@test "suppressions that others can write or that are missing are told, the program goes on" {
    each_python untrusted
}

colored() {
    local yellow=$'\e[1;33m'
    failing_hook '[report]' 'color = always'
    finds
    like "$stderr" "pihook: ${yellow}warning"$'\e[0m: \e[1mhook-failed\e[0m: '"*"
    failing_hook
    CLICOLOR_FORCE=1 finds
    like "$stderr" "pihook: $yellow*"
    CLICOLOR_FORCE=1 NO_COLOR=1 finds
    like "$stderr" "pihook: warning: hook-failed: *"
    failing_hook '[report]' 'color = always' 'log = log'
    finds
    like "$(cat log)" "pihook: warning: hook-failed: *"
}

@test "findings are coloured on request, but not in a file" {
    each_python colored
}
