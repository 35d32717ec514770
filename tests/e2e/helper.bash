# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # bats sets status, output and stderr
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

# For setup_file. A line for each interpreter: minor version, path.
find_pythons() {
    local python minor
    KNOWN_PYTHONS=
    while read -r python; do
        minor=$("$BASH" "$INTERPRETERS" run "$python" -I -S -c \
            'import sys; print(sys.version_info[1])' 3>&- </dev/null)
        KNOWN_PYTHONS+="$minor $python"$'\n'
    done < <("$BASH" "$INTERPRETERS" list 3>&-)
    export KNOWN_PYTHONS
}

# For setup. Nothing of the user's own settings reaches the programs that are tested.
clean_environment() {
    [[ -e $LIBRARY ]] || skip "the library is not built"
    unset LD_PRELOAD PIHOOK_CONFIG PIHOOK_OPTIONS PIHOOK_DISABLE "${!PYTHON@}"
    unset GITHUB_JOB GITHUB_STEP_SUMMARY PIHOOK_TEST PYTEST_CURRENT_TEST TEST_TARGET
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

# each_python FUNCTION [ARG...]: both halves at once, as each is one process after another.
each_python() {
    rounds isolated "$@" >>"$BATS_TEST_TMPDIR/isolated.log" 2>&1 &
    ISOLATED=$!
    rounds plain "$@"
    wait "$ISOLATED" || { cat "$BATS_TEST_TMPDIR/isolated.log" && return 1; }
    tell_skipped
}

# For what has no use for -I -S -E, or can't do with it.
each_plain_python() {
    rounds plain "$@"
    tell_skipped
}

# When the plain half has failed the other must not live on.
# (A bare wait would wait for the clock of bats, too, when tests have a time limit.)
teardown() {
    [[ -z ${ISOLATED:-} ]] || wait "$ISOLATED" || true
}

rounds() {
    local way=$1
    shift
    [[ -n $KNOWN_PYTHONS ]] || skip "there is no CPython of version 3.8 or newer"
    while read -r MINOR PYTHON <&4; do
        FLAGS=()
        [[ $way == plain ]] || FLAGS=(-I -S -E)
        echo "# $PYTHON ${FLAGS[*]}"
        ROUNDS=$((${ROUNDS:-0} + 1))
        mkdir "$BATS_TEST_TMPDIR/$way-$ROUNDS"
        cd "$BATS_TEST_TMPDIR/$way-$ROUNDS" || return
        unset PIHOOK_CONFIG
        "$@"
    done 4< <(printf %s "$KNOWN_PYTHONS")
}

# skip_python WHY: the function returns after it.
skip_python() {
    printf '%s\t%s\n' "$1" "3.$MINOR${FLAGS[*]:+ isolated}" >>"$BATS_TEST_TMPDIR/skipped"
}

# from_minor MINOR WHAT || return 0
from_minor() {
    ((MINOR >= $1)) || { skip_python "no $2 before 3.$1" && return 1; }
}

# A test that could run nowhere is skipped as a whole, with the first reason.
tell_skipped() {
    local skipped=$BATS_TEST_TMPDIR/skipped rounds
    [[ -e $skipped ]] || return 0
    sort -V "$skipped" | uniq | awk -F '\t' '
        { on[$1] = on[$1] (on[$1] == "" ? "" : ", ") $2 }
        END { for (why in on) print "# skipped on " on[why] ": " why }' >&3
    rounds=$(find "$BATS_TEST_TMPDIR" -maxdepth 1 -name '*-*' -type d | wc -l)
    (($(wc -l <"$skipped") < rounds)) || skip "$(head -n 1 "$skipped" | cut -f 1)"
    rm "$skipped"
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

# ends STATUS COMMAND...: sets output and stderr.
ends() {
    run --separate-stderr "${@:2}"
    ((status == $1)) || {
        printf -- '-- status %d, expected %d\n-- stdout:\n%s\n-- stderr:\n%s\n' \
            "$status" "$1" "$output" "$stderr"
        return 1
    }
}

# prints TEXT ARG...: the program ends well, prints just that, and nothing on stderr.
prints() {
    ends 0 python "${@:2}"
    same "$stderr" ""
    same "$output" "$1"
}

# says TEXT ARG...: the same on stderr, and nothing on stdout.
says() {
    ends 0 python "${@:2}"
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

# ---- programs that lock: tests/programs/locks, their first argument is a case ----

# For setup_file. lock_program NAME [ARG...]: builds tests/programs/locks/NAME.c, or .cpp.
lock_program() {
    local compile=("${CC:-cc}" -std=gnu11) source=$TESTS/programs/locks/$1.c
    [[ -e $source ]] || { compile=("${CXX:-c++}" -std=c++17) && source=${source}pp; }
    command -v "${compile[0]}" >/dev/null || return 0
    "${compile[@]}" -O1 -g -pthread -rdynamic -o "$BATS_FILE_TMPDIR/$1" "$source" "${@:2}" 3>&-
}

# For setup. Most programs here violate the order of addresses on the way to something else.
lock_environment() {
    clean_environment
    ulimit -c 0
    options
}

# options [NAME=VALUE:...]: in place of those that were set before.
options() {
    export PIHOOK_OPTIONS="exitcode=66:address-order=off${1:+:$1}"
}

# checked PROGRAM CASE [ARG...]: with the library; plain_checked: without. Both are ended after
# a time that none of them needs.
checked() {
    env_locks "$LIBRARY" "$@"
}

plain_checked() {
    env_locks '' "$@"
}

env_locks() {
    timeout -s KILL 60 env LD_PRELOAD="$1" "$BATS_FILE_TMPDIR/$2" "${@:3}" 3>&- </dev/null
}

# heads: the findings of the last run, one a line: level and rule.
heads() {
    sed -n 's/^pihook: \([a-z]*\): \([a-z-]*\): .*/\1 \2/p' <<<"$stderr"
}

# behaves PROGRAM CASE [ARG...]: it prints what it prints without the library and ends as it does
# without, but for the status that findings of level error give it.
behaves() {
    local plain expected=0
    [[ -x $BATS_FILE_TMPDIR/$1 ]] || skip "there is no compiler for $1"
    plain=$(plain_checked "$@") || expected=$?
    run --separate-stderr checked "$@"
    [[ $expected != 0 || $(heads) != *error* ]] || expected=66
    if ((status != expected)) || [[ $output != "$plain" ]]; then
        printf -- '-- %s: status %d, expected %d\n-- stdout:\n%s\n-- expected:\n%s\n-- stderr:\n%s\n' \
            "$*" "$status" "$expected" "$output" "$plain" "$stderr"
        return 1
    fi
}

# silent PROGRAM CASE [ARG...]: all is as without the library.
silent() {
    behaves "$@"
    same "$stderr" ""
}

# finds HEADS PROGRAM CASE [ARG...]: just these findings, in that order.
finds() {
    behaves "${@:2}"
    same "$(heads)" "$1" || { echo "$* said:" "$stderr" && return 1; }
}

# finds_some RULES PROGRAM CASE [ARG...]: one or more of each of these, and no others.
finds_some() {
    behaves "${@:2}"
    same "$(heads | sort -u)" "$1" || { echo "$* said:" "$stderr" && return 1; }
}

# told PATTERN...: each is somewhere in what the last run said.
told() {
    local pattern
    for pattern; do
        like "$stderr" "*$pattern*"
    done
}

# strength WORDS: the sentence of the last finding says how likely the deadlock is.
strength() {
    like "$(grep '^pihook: error: lock-order: ' <<<"$stderr")" "*$1*"
}

# stops HEADS PROGRAM CASE [ARG...]: it would hang; the findings come and it is aborted.
stops() {
    [[ -x $BATS_FILE_TMPDIR/$2 ]] || skip "there is no compiler for $2"
    ends 134 checked "${@:2}"
    same "$(heads)" "$1" || { echo "$* said:" "$stderr" && return 1; }
}

# hangs HEADS PROGRAM CASE [ARG...]: the findings come although it never ends; then it is killed.
hangs() {
    local said line pid
    [[ -x $BATS_FILE_TMPDIR/$2 ]] || skip "there is no compiler for $2"
    exec {said}< <(exec env LD_PRELOAD="$LIBRARY" "$BATS_FILE_TMPDIR/$2" "${@:3}" \
        2>&1 >/dev/null </dev/null 3>&-)
    pid=$!
    stderr=
    # A report is written at once: what is late by half a second is no part of it.
    while read -r -t "$([[ $(heads) == "$1" ]] && echo 0.5 || echo 10)" -u "$said" line; do
        stderr+=$line$'\n'
    done
    # Fails when it has ended by itself.
    kill -KILL "$pid"
    exec {said}<&-
    same "$(heads)" "$1" || { echo "$* said:" "$stderr" && return 1; }
}
