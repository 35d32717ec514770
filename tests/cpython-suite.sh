#!/bin/bash
# SPDX-License-Identifier: MIT
#
# CPython's own tests of its import system, without and with the library.

set -euo pipefail
shopt -s inherit_errexit
export LC_ALL=C

usage() {
    cat <<'TEXT'
usage: tests/cpython-suite.sh [-o FILE] [PYTHON...]

Runs CPython's own tests once without and once with the library and a hook on
every module, and compares the result of each test case. A test that differs
runs up to two times more each way; a case that differs every time is told, one
that doesn't is told to be unsteady. Prints, for every interpreter and test, the
counts and "same" or the cases. The exit status is 1 if any case differs, if a
run had no result, or if the library wrote anything.

PYTHON   as tests/interpreters.sh list prints it
         (default: all of these that have CPython's tests)
-o FILE  writes what is printed to FILE as well

PIHOOK_SUITE_TESTS    tests to run instead of all, separated by space, as they
                      are named after "python -m test"
PIHOOK_SUITE_IGNORE   cases to leave out, as patterns after "python -m test -i"
                      (some hang on a machine even without the library)
PIHOOK_SUITE_OPTIONS  options of the library, as trace=FOLDER/%p; the folder may be
                      named in PIHOOK_TEST_BIND
PIHOOK_SUITE_TIMEOUT  seconds that one run of a test may take (default: 300)
PIHOOK_SUITE_KEEP     folder for the logs of tests that differ (default: none)
PIHOOK_BUILD          root of the build tree (default: the repository)
TEXT
}

# Tests moved between versions; an interpreter runs those that it has. From 3.9
# on, test_importlib has test_threaded_import in it.
ALL_TESTS=(test_import test_importlib test_runpy test_audit test_pkgutil
    test_zipimport test_threaded_import test__xxsubinterpreters
    test__interpreters test_interpreters test_crossinterp test_lazy_import)

say() {
    printf '%s\n' "$*" | tee -a "$REPORT"
}

# in_python ARG...: the interpreter under test, as it is.
in_python() {
    bash "$TESTS/interpreters.sh" run "$PYTHON" "$@" </dev/null
}

# ---- what can be run -------------------------------------------------------

has_suite() {
    in_python -c 'import test.libregrtest, test.test_import' >"$WORK/has.log" 2>&1
}

# Prints those of the tests named that this interpreter has.
tests_there() {
    in_python -c '
import sys
from importlib.util import find_spec
for name in sys.argv[1:]:
    try:
        if find_spec("test." + name):
            print(name)
    except ImportError:
        pass' "$@"
}

# A comparison in which no hook runs would be worth nothing.
hook_runs() {
    PIHOOK_TEST_PRELOAD=$LIBRARY PIHOOK_CONFIG=$WORK/hook.conf in_python -c '
import colorsys, pihook
assert pihook.status()["counters"]["hooks_run"] > 0' 2>&1
}

# ---- one test --------------------------------------------------------------

# run_side SIDE TEST: leaves SIDE.log and SIDE.results, sorted.
run_side() {
    local side=$1 test=$2 status=0
    local folder=$WORK/$side.folder ignored=()
    read -rd '' -a ignored <<<"${PIHOOK_SUITE_IGNORE:-}" || true
    rm -rf -- "$folder" "$WORK/$side.xml"
    mkdir -- "$folder"
    if [[ $side == with ]]; then
        export PIHOOK_TEST_PRELOAD=$LIBRARY PIHOOK_CONFIG=$WORK/hook.conf
        export PIHOOK_OPTIONS=${PIHOOK_SUITE_OPTIONS:-}
    fi
    # The group keeps back what bash says about a run that was killed.
    {
        PYTHONHASHSEED=0 timeout "$TIMEOUT" bash "$TESTS/interpreters.sh" run "$PYTHON" \
            -m test -v -u none --tempdir "$folder" --junit-xml "$WORK/$side.xml" \
            "${ignored[@]/#/--ignore=}" "$test" \
            </dev/null >"$WORK/$side.log" 2>&1 || status=$?
    } 2>/dev/null
    unset PIHOOK_TEST_PRELOAD PIHOOK_CONFIG PIHOOK_OPTIONS
    in_python "$TESTS/python/programs/suite_results.py" \
        "$WORK/$side.xml" "$WORK/$side.log" "$status" | sort >"$WORK/$side.results"
}

# Prints the cases whose result is not the same on both sides.
differing() {
    comm -3 "$WORK/without.results" "$WORK/with.results" |
        sed 's/^\t//' | cut -f 1 | sort -u
}

# A run that died has no results of cases, nor has a test that is skipped whole.
has_cases() {
    grep -qv '^(' "$WORK/$1.results"
}

# Only one side came to an end: there is nothing to compare case by case.
one_side_died() {
    local side
    local -a there=()
    for side in without with; do
        ! has_cases "$side" || there+=("$side")
    done
    ((${#there[@]} == 1))
}

# Both sides at the same time: most of the time is spent waiting for children.
run_round() {
    local test=$1 side
    for side in without with; do
        run_side "$side" "$test" &
    done
    wait
}

# That's no difference, but no success either: a test that is skipped whole ends well.
both_died() {
    ! has_cases without && ! has_cases with &&
        [[ $(result_in with "(whole run)") != "exit status 0" ]]
}

# counts SIDE: of cases alone, not of what the log repeats.
counts() {
    grep -v '^(' "$WORK/$1.results" | cut -f 2 | sort | uniq -c |
        awk '{ n = $1; $1 = ""; text = text sep n $0; sep = ", " }
            END { print text == "" ? "no cases" : text }'
}

result_in() {
    awk -F '\t' -v name="$2" '$1 == name { text = text sep $2; sep = " and " }
        END { print text == "" ? "absent" : text }' "$WORK/$1.results"
}

# tell_cases FILE: each with both results of the last round.
tell_cases() {
    local name
    while IFS= read -r name; do
        say "    $name: without $(result_in without "$name"), with $(result_in with "$name")"
    done <"$1"
}

# tell_deaths: how each side ended, and what it did last.
tell_deaths() {
    local side
    for side in without with; do
        ! has_cases "$side" || continue
        say "    $side: $(result_in "$side" "(whole run)")"
        say "    $side: the last case: $(grep ' \.\.\. ' "$WORK/$side.log" | tail -n 1)"
        grep -A 8 '^Fatal Python error' "$WORK/$side.log" | sed 's/^/      /' | tee -a "$REPORT"
    done
}

# What the library says begins with its name.
noise() {
    grep -E '(^|[^/a-zA-Z])pihook: ' "$WORK/with.log" | sort -u | head -n 20 || true
}

keep_logs() {
    local to=${PIHOOK_SUITE_KEEP:-}
    [[ -n $to ]] || return 0
    to=$to/${PYTHON//[!a-zA-Z0-9.]/_}.$1
    mkdir -p -- "$to"
    cp -- "$WORK"/{without,with}.{log,results} "$to"
}

# Leaves in differing.all what differs in every round, and in differing.some
# what differed in any.
compare() {
    local test=$1 round
    run_round "$test"
    differing >"$WORK/differing.all"
    cp "$WORK/differing.all" "$WORK/differing.some"
    for ((round = 1; round < 3; round++)); do
        [[ -s $WORK/differing.all ]] || return 0
        keep_logs "$test.round$round"
        run_round "$test"
        ROUNDS=$((round + 1))
        differing >"$WORK/differing.now"
        sort -u -o "$WORK/differing.some" "$WORK/differing.some" "$WORK/differing.now"
        comm -12 "$WORK/differing.all" "$WORK/differing.now" >"$WORK/differing.next"
        mv "$WORK/differing.next" "$WORK/differing.all"
    done
}

tell_unsteady() {
    local name
    comm -23 "$WORK/differing.some" "$WORK/differing.all" >"$WORK/unsteady"
    [[ -s $WORK/unsteady ]] || return 0
    say "    unsteady, not the same in one of $ROUNDS rounds but in another:"
    while IFS= read -r name; do
        say "      $name"
    done <"$WORK/unsteady"
}

# one_test TEST: fails on a difference.
one_test() {
    local test=$1 verdict=same bad=0 heard
    ROUNDS=1
    SECONDS=0
    compare "$test"
    if one_side_died; then
        verdict="one side died" bad=1
    elif both_died; then
        verdict="nothing compared: both sides died"
    elif ! has_cases with; then
        verdict="same, skipped as a whole"
    elif [[ -s $WORK/differing.all ]]; then
        verdict="differs, number of cases: $(wc -l <"$WORK/differing.all")" bad=1
    fi
    say "  $test: $(counts without): $verdict ($SECONDS s)"
    if one_side_died || both_died; then
        tell_deaths
    else
        tell_cases "$WORK/differing.all"
        tell_unsteady
    fi
    heard=$(noise)
    if [[ -n $heard ]]; then
        say "    the library wrote:"
        say "${heard//$'\n'/$'\n      '}"
        bad=1
    fi
    ((bad == 0)) || keep_logs "$test"
    return "$bad"
}

# ---- all -------------------------------------------------------------------

# one_python PYTHON TEST...: fails if any test did.
one_python() {
    local test bad=0 there
    PYTHON=$1
    shift
    if ! has_suite; then
        say "$PYTHON: skipped: it has no tests of CPython's own"
        return 0
    fi
    say "$PYTHON: $(in_python -c 'import sys; print(sys.version.partition("(")[0])')"
    if ! hook_runs >"$WORK/hook.log"; then
        say "  the library runs no hooks in it: $(tail -n 1 "$WORK/hook.log")"
        return 1
    fi
    read -rd '' -a there < <(tests_there "$@") || true
    ((${#there[@]} > 0)) || say "  it has none of the tests"
    for test in "${there[@]}"; do
        one_test "$test" || bad=1
    done
    return "$bad"
}

prepare() {
    local build
    TESTS=$(realpath -- "${BASH_SOURCE[0]%/*}")
    build=$(realpath -- "${PIHOOK_BUILD:-$TESTS/..}")
    LIBRARY=$build/.libs/libpihook.so
    TIMEOUT=${PIHOOK_SUITE_TIMEOUT:-300}
    if [[ ! -e $LIBRARY ]]; then
        echo "cpython-suite: there is no $LIBRARY: build first, or set PIHOOK_BUILD" >&2
        exit 2
    fi
    unset LD_PRELOAD PIHOOK_CONFIG PIHOOK_OPTIONS PIHOOK_DISABLE "${!PYTHON@}"
    export PIHOOK_TEST_BIND=$build${PIHOOK_TEST_BIND:+:$PIHOOK_TEST_BIND}
    WORK=$(mktemp -d "${TMPDIR:-/tmp}/cpython-suite.XXXXXX")
    trap 'rm -rf -- "$WORK"' EXIT
    # Below it, so that a chroot sees it, wherever it is.
    cd "$WORK"
    printf '[hook *]\nexec = module\n' >hook.conf
}

main() {
    local output=/dev/null option python bad=0 pythons tests
    while getopts o:h option; do
        case $option in
        o) output=$OPTARG ;;
        h) usage && exit ;;
        *) usage >&2 && exit 2 ;;
        esac
    done
    shift $((OPTIND - 1))
    REPORT=$(realpath -m -- "$output")
    : >"$REPORT"
    prepare
    pythons=("$@")
    ((${#pythons[@]} > 0)) || mapfile -t pythons < <(bash "$TESTS/interpreters.sh" list)
    read -rd '' -a tests <<<"${PIHOOK_SUITE_TESTS:-${ALL_TESTS[*]}}" || true
    for python in "${pythons[@]}"; do
        one_python "$python" "${tests[@]}" || bad=1
    done
    return "$bad"
}

main "$@"
