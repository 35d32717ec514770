#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The roads to imports and to import statements, and the options that choose them.

# shellcheck disable=SC2030,SC2031,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    find_pythons
}

setup() {
    clean_environment
}

counting() {
    export PIHOOK_OPTIONS=import-statements=1
}

# ---- import statements ----

@test "import statements are seen on every interpreter" {
    counting
    each_python held statements the_road_is_live
}

@test "a cached import in a loop is counted exactly, with importer, file and line" {
    counting
    each_python held statements a_cached_import_in_a_loop
}

@test "every kind of import statement is told as it is written" {
    counting
    each_python held statements every_kind_of_statement
}

@test "imports give what they give when they are not counted" {
    counting
    each_python held statements imports_give_what_they_give_without
}

@test "imports of many threads are counted exactly" {
    counting
    each_plain_python holds statements threads_count_exactly
}

in_a_file() {
    config '[imports]' 'import-statements = yes'
    holds statements the_road_is_live
    PIHOOK_OPTIONS=import-statements=no holds statements switched_off
}

@test "the configuration file may ask for statements, and the environment overrides it" {
    each_python in_a_file
}

@test "when statements are not counted, status names the option that does it" {
    each_python holds statements switched_off
}

# ---- the road to imports ----

road() {
    export PIHOOK_OPTIONS=import-road=$1
    config '[hook json]' 'warn = hooked'
    says hooked -c 'import json'
    holds pihook_module status_of_an_option "$2"
}

@test "hooks run by the inittab" {
    each_python road inittab inittab
    each_python road auto inittab
}

@test "hooks run by an audit hook" {
    each_python road audit "audit hook"
}

road_off() {
    export PIHOOK_OPTIONS=import-road=off
    config '[hook json]' 'warn = hooked'
    prints "{'a': 1}" -c 'import json; print(json.loads("{\"a\": 1}"))'
    ends 1 python -c 'import pihook'
    like "$stderr" "*ModuleNotFoundError: No module named 'pihook'*"
}

@test "with import-road=off no hook runs and there is no module pihook" {
    each_python road_off
}

both() {
    export PIHOOK_OPTIONS=import-road=audit:import-statements=1
    holds statements a_cached_import_in_a_loop
    export PIHOOK_OPTIONS=import-road=inittab:import-statements=1
    holds semantics after_the_body
}

@test "both roads work together" {
    each_python both
}
