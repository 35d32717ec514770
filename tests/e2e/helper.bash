# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the tests of the library share: interpreters, configurations, comparisons.
#
# A test hands a function to each_python, which calls it for every interpreter of this
# machine, once plain and once with -I -S -E, in an empty folder of its own.

bats_require_minimum_version 1.5.0

TESTS=$(realpath "$BATS_TEST_DIRNAME/..")
BUILD=$(realpath "${PIHOOK_BUILD:-$TESTS/..}")
LIBRARY=$BUILD/.libs/libpihook.so
INTERPRETERS=$TESTS/interpreters.sh

# pihook refuses a file that others can write.
umask 022

# ---- interpreters ----

# For setup_file. A line for each interpreter: minor version, kind, path.
find_pythons() {
    local python facts
    [[ -e $LIBRARY ]] || skip "the library is not built"
    KNOWN_PYTHONS=
    while read -r python; do
        facts=$("$BASH" "$INTERPRETERS" run "$python" -I -S -c '
import sys
gil = getattr(sys, "_is_gil_enabled", lambda: True)()
print(sys.version_info[1], "gil" if gil else "free-threaded")' 3>&- </dev/null)
        KNOWN_PYTHONS+="$facts $python"$'\n'
    done < <("$BASH" "$INTERPRETERS" list 3>&-)
    [[ -n $KNOWN_PYTHONS ]] || skip "there is no CPython of version 3.8 or newer"
    export KNOWN_PYTHONS
}

# For setup. Nothing of the user's own settings reaches the programs that are tested.
clean_environment() {
    unset LD_PRELOAD PIHOOK_CONFIG PIHOOK_OPTIONS PIHOOK_DISABLE "${!PYTHON@}"
    export PIHOOK_TEST_BIND=$BUILD LC_ALL=C.UTF-8
    cd "$BATS_TEST_TMPDIR" || return
}

# python ARG...: the interpreter of this round, with the library.
python() {
    PIHOOK_TEST_PRELOAD=$LIBRARY plain_python "$@"
}

# The same without the library. -B: a test leaves nothing beside its sources.
plain_python() {
    "$BASH" "$INTERPRETERS" run "$PYTHON" "${FLAGS[@]}" -B "$@" 3>&- 4<&- </dev/null
}

# each_python FUNCTION [ARG...]
each_python() {
    rounds plain "$@"
    rounds isolated "$@"
    tell_skipped
}

# For what has no use for -I -S -E, or can't do with it.
each_plain_python() {
    rounds plain "$@"
    tell_skipped
}

rounds() {
    local way=$1
    shift
    declare -gA SKIPPED
    while read -r MINOR KIND PYTHON <&4; do
        FLAGS=()
        [[ $way == plain ]] || FLAGS=(-I -S -E)
        echo "# $PYTHON ${FLAGS[*]}"
        ROUNDS=$((${ROUNDS:-0} + 1))
        mkdir "$BATS_TEST_TMPDIR/$ROUNDS"
        cd "$BATS_TEST_TMPDIR/$ROUNDS" || return
        "$@"
    done 4< <(printf %s "$KNOWN_PYTHONS")
}

# skip_python WHY: the function returns after it.
skip_python() {
    SKIPPED[$1]+="${SKIPPED[$1]:+, }$PYTHON${FLAGS[*]:+ (isolated)}"
    UNABLE=$((${UNABLE:-0} + 1))
}

# from_minor MINOR WHAT || return 0
from_minor() {
    ((MINOR >= $1)) || { skip_python "no $2 before 3.$1" && return 1; }
}

tell_skipped() {
    local why
    for why in "${!SKIPPED[@]}"; do
        echo "# skipped on ${SKIPPED[$why]}: $why" >&3
    done
    ((${UNABLE:-0} < ROUNDS)) || skip "no interpreter can do that"
}

# ---- what programs get ----

# config LINE...: the configuration of this round.
config() {
    export PIHOOK_CONFIG=$PWD/pihook.conf
    printf '%s\n' "$@" >"$PIHOOK_CONFIG"
}

# file PATH LINE...
file() {
    [[ $1 != */* ]] || mkdir -p "${1%/*}"
    printf '%s\n' "${@:2}" >"$1"
}

# native_library NAME: builds tests/programs/NAME.c as a shared object; NATIVE is its path.
native_library() {
    command -v "${CC:-cc}" >/dev/null || skip "there is no C compiler"
    NATIVE=$BATS_TEST_TMPDIR/$1.so
    "${CC:-cc}" -shared -fPIC -o "$NATIVE" "$TESTS/programs/$1.c"
}

# native_program NAME [ARG...]: builds tests/programs/NAME.c as a program; PROGRAM is its path.
native_program() {
    command -v "${CC:-cc}" >/dev/null || skip "there is no C compiler"
    PROGRAM=$BATS_TEST_TMPDIR/$1
    "${CC:-cc}" -I "$TESTS/../src" -o "$PROGRAM" "$TESTS/programs/$1.c" "${@:2}" -ldl -pthread
}

# ---- what they said ----

# same ACTUAL EXPECTED
same() {
    [[ $1 == "$2" ]] || { printf -- '-- got:\n%s\n-- expected:\n%s\n' "$1" "$2" && return 1; }
}

# like ACTUAL PATTERN
like() {
    # shellcheck disable=SC2053
    [[ $1 == $2 ]] || { printf -- '-- got:\n%s\n-- expected:\n%s\n' "$1" "$2" && return 1; }
}

# prints TEXT ARG...: the program ends well, prints just that, and nothing on stderr.
prints() {
    run -0 --separate-stderr python "${@:2}"
    same "$stderr" ""
    same "$output" "$1"
}

# says TEXT ARG...: the same on stderr, and nothing on stdout.
says() {
    run -0 --separate-stderr python "${@:2}"
    same "$output" ""
    same "$stderr" "$1"
}

# holds FILE FUNCTION [ARG...]: a function of tests/python/FILE.py ends well and silently. It
# ends with status 77 after saying what is missing where it can't run.
holds() {
    run python "$TESTS/python/case.py" "$@"
    if ((status == 77)); then
        skip_python "$output"
    else
        same "$output" ""
        same "$status" 0
    fi
}
