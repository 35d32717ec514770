#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The module pihook, and what it leaves alone.

# shellcheck disable=SC2030,SC2031,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    find_pythons
}

setup() {
    clean_environment
}

# ---- what stays as it is ----

# Addresses differ from run to run.
world() {
    "$@" "$TESTS/python/world.py" 2>&1 | sed 's/0x[0-9a-f]*/0x/g; s/Thread([^)]*)/Thread/g'
}

unchanged() {
    local without
    without=$(world plain_python)
    same "$(world python)" "$without"
    config '[hook json]' 'exec = module.loads' '[hook encodings.*]' 'exec = pass'
    same "$(world python)" "$without"
    like "$without" "*meta_path*" || like "$without" "*Finder*"
}

@test "with the library a program sees the same modules, finders, loaders and tracebacks" {
    each_python unchanged
}

@test "import pihook brings that module and nothing else" {
    each_python held pihook_module import_brings_nothing_else
}

@test "pihook that is imported anew knows the hooks of before" {
    each_python held pihook_module import_again_gives_the_same_hooks
}

@test "hooks keep no module alive" {
    each_python held pihook_module modules_are_not_kept_alive
}

# ---- when_imported ----

@test "the decorator returns what it decorates" {
    each_python held pihook_module decorator_returns_the_function
}

@test "one decorator serves many functions" {
    each_python held pihook_module one_decorator_serves_many_functions
}

@test "names that no module can have are refused with what was expected" {
    each_python held pihook_module bad_names_are_refused
}

@test "bad arguments are refused and register nothing" {
    each_python held pihook_module bad_arguments_are_refused
}

@test "on_error=raise hands the exception to the importer" {
    each_python held pihook_module the_exception_goes_to_the_importer
}

reported() {
    ends 0 python "$TESTS/python/case.py" pihook_module the_exception_is_reported
    same "$output" ""
    like "${stderr_lines[0]}" "pihook: warning: hook-failed: */pihook_module.py:*: hook on 'a' \
failed for module 'a': KeyError: 'told'"
    like "$stderr" "*Traceback (most recent call last):*pihook_module.py\", line *, in hook
    KeyError: 'told'
pihook: 0 errors, 1 warnings, 0 suppressed"
}

@test "on_error=report makes the exception a finding that names the registration" {
    each_python reported
}

@test "a registered method keeps its object alive" {
    each_python held pihook_module a_method_keeps_its_object_alive
}

# ---- status and hooks ----

@test "status tells the roads that are live, and why others are not" {
    each_python held pihook_module status_tells_what_is_live
    each_python held pihook_module status_counts_failures
}

listed() {
    config '[hook a]' 'warn = text' '[hook b.*]' 'call = m:f' 'on-error = raise' 'exec = x = 1' \
        '    y = 2' '[hook c]' 'native = /n.so:f' 'optional = yes' \
        '[hook c]' 'warn = d' 'reload = yes'
    holds pihook_module hooks_are_listed "$PIHOOK_CONFIG"
}

@test "hooks are listed in their order, with the places that registered them" {
    each_python listed
}

@test "help and signatures tell what the functions take" {
    each_python held pihook_module help_is_written
}
