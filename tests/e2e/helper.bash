# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # bats sets status, output and stderr
# What the tests of the library share: interpreters, configurations, comparisons.
#
# A test hands a function to each_python, which calls it for every interpreter of this
# machine, once plain and once with -I -S -E, in an empty folder of its own. Such a function
# runs some thousand times in all, and what it costs is the processes it starts: so there are
# as few as can be on the way to the interpreter.

bats_require_minimum_version 1.5.0

TESTS=$(realpath "$BATS_TEST_DIRNAME/..")
BUILD=$(realpath "${PIHOOK_BUILD:-$TESTS/..}")
LIBRARY=$BUILD/.libs/libpihook.so
INTERPRETERS=$TESTS/interpreters.sh
# shellcheck source=tests/start_python.bash
. "$TESTS/start_python.bash"

# pihook refuses a file that others can write.
umask 022

# ---- interpreters ----

# For setup_file. A line for each interpreter: minor version, path.
find_pythons() {
    local python minor
    KNOWN_PYTHONS=
    while read -r python; do
        minor=$(start_python "$python" -I -S -c \
            'import sys; print(sys.version_info[1])' 3>&- </dev/null)
        KNOWN_PYTHONS+="$minor $python"$'\n'
    done < <("$BASH" "$INTERPRETERS" list 3>&-)
    PIHOOK_TEST_JOBS=${PIHOOK_TEST_JOBS:-$(nproc)}
    export KNOWN_PYTHONS PIHOOK_TEST_JOBS
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
    (become_python "$@")
}

# The same without the library.
plain_python() {
    (become_plain_python "$@")
}

# In place of this process.
become_python() {
    PIHOOK_TEST_PRELOAD=$LIBRARY
    become_plain_python "$@"
}

# -B: a test leaves nothing beside its sources.
become_plain_python() {
    start_python "$PYTHON" "${FLAGS[@]}" -B "$@" 3>&- 4<&- </dev/null
}

# each_python FUNCTION [ARG...]
each_python() {
    rounds "plain isolated" "$@"
}

# For what has no use for -I -S -E, or can't do with it.
each_plain_python() {
    rounds plain "$@"
}

# rounds WAYS FUNCTION [ARG...]: several interpreters at once, each worker one after another.
rounds() {
    local list='' line way worker workers=() folders=() failed=0
    [[ -n $KNOWN_PYTHONS ]] || skip "there is no CPython of version 3.8 or newer"
    while read -r line; do
        for way in $1; do
            ROUNDS=$((${ROUNDS:-0} + 1))
            list+="$ROUNDS $way $line"$'\n'
            folders+=("$BATS_TEST_TMPDIR/$way-$ROUNDS")
        done
    done < <(printf %s "$KNOWN_PYTHONS")
    mkdir "${folders[@]}"
    for ((worker = 0; worker < PIHOOK_TEST_JOBS; worker++)); do
        work "$worker" "$list" "${@:2}" >"$BATS_TEST_TMPDIR/worker-$worker.log" 2>&1 &
        workers+=($!)
    done
    # A bare wait would wait for the clock of bats, too, when tests have a time limit.
    for worker in "${!workers[@]}"; do
        wait "${workers[worker]}" || {
            failed=1
            cat "$BATS_TEST_TMPDIR/worker-$worker.log"
        }
    done
    ((failed == 0))
    tell_skipped
}

# work NUMBER LIST FUNCTION [ARG...]: its share of the rounds. Its log tells of the present one.
work() {
    local round way
    # What bats does before each command, to know where a test failed, takes a fifth of the time.
    trap - DEBUG
    trap 'echo "-- ${FUNCNAME[0]}, line $LINENO: $BASH_COMMAND"' ERR
    while read -r round way MINOR PYTHON <&4; do
        ((round % PIHOOK_TEST_JOBS == $1)) || continue
        FLAGS=()
        [[ $way == plain ]] || FLAGS=(-I -S -E)
        exec >"$BATS_TEST_TMPDIR/worker-$1.log" 2>&1
        echo "# $PYTHON ${FLAGS[*]}"
        cd "$BATS_TEST_TMPDIR/$way-$round" || return
        STDERR=$PWD.stderr
        unset PIHOOK_CONFIG
        "${@:3}"
    done 4< <(printf %s "$2")
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
    local skipped=$BATS_TEST_TMPDIR/skipped
    [[ -e $skipped ]] || return 0
    sort -V "$skipped" | uniq | awk -F '\t' '
        { on[$1] = on[$1] (on[$1] == "" ? "" : ", ") $2 }
        END { for (why in on) print "# skipped on " on[why] ": " why }' >&3
    (($(wc -l <"$skipped") < ROUNDS)) || skip "$(head -n 1 "$skipped" | cut -f 1)"
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
    NATIVE=$BATS_FILE_TMPDIR/$1.so
    [[ ! -e $NATIVE ]] || return 0
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

# captures COMMAND...: sets status, output, stderr and the lines of both, as run --separate-stderr
# does, which would start another program to have a file.
captures() {
    local file=${STDERR:-$BATS_TEST_TMPDIR/stderr}
    [[ $1 != python ]] || set -- become_python "${@:2}"
    output=$(set +eET && "$@" 2>"$file") && status=0 || status=$?
    read -r -d '' stderr <"$file" || true
    IFS=$'\n' read -r -d '' -a lines <<<"$output" || true
    IFS=$'\n' read -r -d '' -a stderr_lines <<<"$stderr" || true
}

# ends STATUS COMMAND...: sets output and stderr.
ends() {
    captures "${@:2}"
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
    captures become_case "$@"
    has_held "$2"
}

# become_case ARG...: case.py with the library, or with the package PIHOOK_TEST_PACKAGE.
become_case() {
    if [[ -z ${PIHOOK_TEST_PACKAGE:-} ]]; then
        become_python "$TESTS/python/case.py" "$@"
    else
        become_plain_python -c 'import sys
sys.path.insert(0, sys.argv.pop(1))
del sys.argv[0]
with open(sys.argv[0]) as file: exec(compile(file.read(), sys.argv[0], "exec"), {"__file__": sys.argv[0]})' \
            "$PIHOOK_TEST_PACKAGE" "$TESTS/python/case.py" "$@"
    fi
}

has_held() {
    if ((status == 77)); then
        skip_python "$output"
    else
        same "$1: $output$stderr" "$1: "
        same "$1: $status" "$1: 0"
    fi
}

# all_hold FILE FUNCTION...: holds for each, in children of one process.
all_hold() {
    local function
    for function in "${@:2}"; do
        case_runs "$1" "$function" "${@:2}"
        has_held "$function"
    done
}

# held FILE FUNCTION: the same for one, in a child of a process for all that have this verb in
# the test file.
held() {
    local others
    mapfile -t others < <(sed -n "s/^.*_python held $1 \([a-z_0-9]*\)\$/\1/p" "$BATS_TEST_FILENAME")
    case_runs "$1" "$2" "${others[@]}"
    has_held "$2"
}

# Starting an interpreter costs more than most cases, so they share one. But a program is seldom
# the child of a process with the library, and in the long mode, as always in one interpreter,
# each case is a program of its own.
is_alone() {
    [[ -n ${PIHOOK_TEST_LONG:-}${PIHOOK_CONFIG:-} || "$PYTHON ${FLAGS[*]}" == "/usr/bin/python3 " ]]
}

# case_runs FILE FUNCTION OTHER...: sets status, output and stderr. When it must start a process
# it has the OTHERs, with the same options, run too, whose turn will come.
case_runs() {
    local function wanted=("$2") folder=$BATS_FILE_TMPDIR/cases/$1${PYTHON//\//_}${FLAGS[0]:-}
    if is_alone; then
        captures become_case "$1" "$2"
        return
    fi
    folder+=-${PIHOOK_TEST_PACKAGE:+plain}${PIHOOK_OPTIONS:-}
    if [[ ! -e $folder/$2.status ]]; then
        for function in "${@:3}"; do
            [[ -e $folder/$function.status || " ${wanted[*]} " == *" $function "* ]] ||
                wanted+=("$function")
        done
        (become_case --children "$folder" "$1" "${wanted[@]}") || return
    fi
    read -r status <"$folder/$2.status"
    read -r -d '' output <"$folder/$2.out" || true
    read -r -d '' stderr <"$folder/$2.err" || true
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
    captures checked "$@"
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
