#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The order of the rooms of src/: a file includes its own room's headers and those of rooms
# before it.

bats_require_minimum_version 1.5.0

ROOMS=(base config report locks imports trace python preload)

setup() {
    SOURCE=$(realpath "$BATS_TEST_DIRNAME/../../src")
    cd "$SOURCE" || return
}

# room_number NAME: sets NUMBER to its place in the order; fails for what is no room.
room_number() {
    for NUMBER in "${!ROOMS[@]}"; do
        [[ ${ROOMS[NUMBER]} != "$1" ]] || return 0
    done
    return 1
}

# Every line: file, included header.
includes() {
    grep -rHoE --include='*.[ch]' --include='*.def' '^ *# *include *"[^"]*"' -- */ |
        sed 's/^\([^:]*\):.*"\(.*\)"/\1 \2/'
}

# The public header stands outside the rooms, for all of them.
is_public() {
    [[ $1 == pihook.h ]]
}

@test "a file includes only headers of its own room and of rooms before it" {
    local file header from to bad=0 seen=0
    while read -r file header; do
        is_public "$header" && continue
        seen=$((seen + 1))
        room_number "${file%%/*}"
        from=$NUMBER
        room_number "${header%%/*}" && to=$NUMBER || to=99
        ((to <= from)) || { echo "$file includes $header" && bad=1; }
    done < <(includes)
    ((bad == 0 && seen > 50))
}

@test "every folder of src is a room" {
    for folder in */; do
        room_number "${folder%/}" || { echo "$folder is none" && return 1; }
    done
}

@test "a header is included by its path from src, and exists" {
    local file header
    while read -r file header; do
        [[ -e $header ]] || { echo "$file includes $header" && return 1; }
    done < <(includes)
}

@test "no file includes Python's own headers" {
    run -1 grep -rnE '# *include *[<"](Python|internal/pycore|cpython/)' -- .
}

@test "rooms below python name no function of CPython, and only preload asks for its own caller" {
    run -1 grep -rnwE 'Py[A-Z][A-Za-z]*_[A-Z][A-Za-z]*\(' -- base config report imports
}
