#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What libpihook.so exports, needs and weighs on a process.

# shellcheck disable=SC2030,SC2031,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup() {
    clean_environment
    command -v nm >/dev/null || skip "there is no nm"
}

listed() {
    sed -nE "s/^($1)\(([A-Za-z_0-9]*).*/\2/p" "$TESTS/../src/preload/exported.def"
}

@test "the library exports the names of exported.def and no others" {
    diff <(listed '[A-Z_]+' | sort -u) \
        <(nm -D --defined-only "$LIBRARY" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' |
            sort -u)
    (($(listed PUBLIC | wc -l) > 0))
}

@test "the public names of exported.def are those of pihook.h" {
    diff <(listed PUBLIC | sort) \
        <(grep -o 'pihook_[a-z_]*(' "$TESTS/../src/pihook.h" | grep '^pihook_[a-z_]*($' |
            tr -d '(' | sort -u | grep -vx pihook_hook)
}

@test "the library needs libc alone, and Python is no part of it" {
    run -0 readelf -d "$LIBRARY"
    like "$output" "*(NEEDED)*libc.so.6*"
    same "$(grep NEEDED <<<"$output" | grep -cv -e 'libc\.so' -e 'ld-linux')" 0
    same "$(nm -D --undefined-only "$LIBRARY" | grep -c ' Py')" 0
}

@test "the library stays loaded, has no text relocations and is read-only where it can be" {
    run -0 readelf -dW "$LIBRARY"
    like "$output" "*NODELETE*"
    [[ $output != *TEXTREL* ]]
    [[ $output == *BIND_NOW* || $output == *"Flags: NOW"* ]]
    run -0 readelf -lW "$LIBRARY"
    like "$output" "*GNU_RELRO*"
}
