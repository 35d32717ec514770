#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Real programs under load, without and with the library.

set -euo pipefail
shopt -s inherit_errexit nullglob
export LC_ALL=C

usage() {
    cat <<'TEXT'
usage: tests/real-programs.sh [-k FOLDER] [-l] [NAME...]

Runs each program (default: all) under load once without and once with the
library, and compares its exit status and what it made. As root, installs what
is missing first. A program fails if it behaves differently, if the library has
a finding of level error, or if it writes anything that is no finding. Warnings
and the ratio of the times are told for information.

-k FOLDER  keeps there what the library wrote, one file a process
-l         lists the names

PIHOOK_BUILD         root of the build tree (default: the repository)
PIHOOK_REAL_OPTIONS  more options for the library, as in PIHOOK_OPTIONS
PIHOOK_REAL_TIMEOUT  seconds that one command may take (default: 60)
TEXT
}

# ---- what the programs are made of -----------------------------------------
#
# A program is an entry of NEEDS, the commands it needs, and a function real_NAME. That runs
# in an empty folder of its own, puts "${UNDER[@]}" before the commands under test, prints
# what has to be the same on both sides, and fails if the program did. KNOWN is a pattern (grep
# -E) of sentences that are right and have been written up.

declare -A NEEDS=() KNOWN=()

# start_server COMMAND...: under test, in the background; it ends with the subshell at last.
start_server() {
    "${UNDER[@]}" "$@" >server.log 2>&1 &
    SERVER=$!
    trap 'kill "$SERVER" 2>/dev/null || true; wait' EXIT
}

# server_pid: of the command itself, below timeout.
server_pid() {
    cat "/proc/$SERVER/task/$SERVER/children"
}

# wait_for COMMAND...: until it succeeds; fails when the server has ended.
wait_for() {
    until "$@" >wait.log 2>&1; do
        kill -0 "$SERVER"
        sleep 0.05
    done
}

# stop_server [SIGNAL]: prints its exit status.
stop_server() {
    local status=0
    kill "-${1:-TERM}" "$SERVER"
    wait "$SERVER" || status=$?
    trap - EXIT
    echo "server's exit status: $status"
}

# A port of the loopback interface that nobody listens on.
free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

TESTS=$(realpath -- "${BASH_SOURCE[0]%/*}")
# shellcheck source=tests/real/servers.sh
. "$TESTS/real/servers.sh"
# shellcheck source=tests/real/tools.sh
. "$TESTS/real/tools.sh"
# shellcheck source=tests/real/python.sh
. "$TESTS/real/python.sh"
# shellcheck source=tests/real/desktop.sh
. "$TESTS/real/desktop.sh"

# ---- one program -----------------------------------------------------------

# run_side SIDE NAME: leaves NAME.SIDE.{out,err,status,time}.
run_side() {
    local base=$WORK/$2.$1 start=${EPOCHREALTIME/./} status
    UNDER=(timeout -k 5 "$TIMEOUT" env)
    if [[ $1 == with ]]; then
        UNDER+=("LD_PRELOAD=$WORK/libpihook.so"
            "PIHOOK_OPTIONS=log=$WORK/logs/$2.%p${PIHOOK_REAL_OPTIONS:+:$PIHOOK_REAL_OPTIONS}")
    fi
    mkdir -m 1777 -- "$base"
    set +e
    # Descriptors of ours are none of the program's.
    (set -e && cd -- "$base" && "real_$2") >"$base.out" 2>"$base.err" </dev/null
    status=$?
    set -e
    echo "$status" >"$base.status"
    echo "$((${EPOCHREALTIME/./} - start))" >"$base.time"
}

# findings LEVEL NAME: the first lines of them. One that is known has the level "known".
findings() {
    local known=${KNOWN[$2]:-^$}
    cat "$WORK/logs/$2."* /dev/null | sed -E "/$known/s/^pihook: error: /pihook: known: /" |
        sed -n "s/^pihook: $1: //p"
}

# What the library wrote that is neither a finding nor the sum at the end.
noise() {
    {
        cat "$WORK/logs/$1."* /dev/null
        grep -a '^pihook: ' "$WORK/$1.with.err" "$WORK/$1.with/"*.log || true
    } | grep -a 'pihook: ' |
        grep -aEv '^pihook: (error|warning): |^pihook: ([0-9]+ (errors, |times?: )|and [0-9]+ others )' | sort | uniq -c | head -n 5
}

# rules LEVEL NAME: "lock-order 2, deadlock 1"
rules() {
    findings "$1" "$2" | cut -d : -f 1 | sort | uniq -c |
        awk '{ text = text sep $2 " " $1; sep = ", " } END { if (text) print " (" text ")" }'
}

ratio() {
    awk -v a="$(<"$WORK/$1.without.time")" -v b="$(<"$WORK/$1.with.time")" \
        'BEGIN { printf "%.1f s without, x %.2f", a / 1e6, b / a }'
}

# tell_differences NAME: prints nothing if it behaved as without the library.
tell_differences() {
    local without=$WORK/$1.without with=$WORK/$1.with
    if [[ $(<"$without.status") != 0 ]]; then
        echo "  without the library: exit status $(<"$without.status")"
        tail -qn 5 "$without.err" "$without"/*.log | sed 's/^/    /'
    elif ! cmp -s "$without.status" "$with.status"; then
        echo "  exit status: without 0, with $(<"$with.status")"
        tail -qn 5 "$with.err" "$with"/*.log | sed 's/^/    /'
    fi
    if ! cmp -s "$without.out" "$with.out"; then
        diff "$without.out" "$with.out" | head -n 10 | sed 's/^/    /' || true
    fi
}

# tell NAME: fails if anything was wrong.
tell() {
    local word=ok wrong errors warnings known
    wrong=$(
        tell_differences "$1"
        noise "$1" | sed 's/^ */    it wrote: /'
    )
    errors=$(findings error "$1" | wc -l)
    warnings=$(findings warning "$1" | wc -l)
    known=$(findings known "$1" | wc -l)
    if [[ -n $wrong || $errors != 0 ]]; then
        word=FAILED
    fi
    echo "$word $1: $errors errors$(rules error "$1"), $warnings warnings$(rules warning "$1")," \
        "time $(ratio "$1") (information only)"
    [[ -z $wrong ]] || echo "$wrong"
    ((known == 0)) || echo "    and $known of level error that are known: ${KNOWN[$1]}"
    findings error "$1" | cut -c 1-200 | sort | uniq -c | head -n 10 | sed 's/^/    /'
    [[ $word == ok ]]
}

# missing NAME: the first command that it needs and that isn't there.
missing() {
    local command
    for command in ${NEEDS[$1]}; do
        if ! command -v "$command" >/dev/null; then
            echo "$command"
            return
        fi
    done
}

one_program() {
    local gap
    gap=$(missing "$1")
    if [[ -n $gap ]]; then
        echo "skipped $1: there is no $gap"
        skipped=$((skipped + 1))
        return
    fi
    run_side without "$1"
    run_side with "$1"
    if tell "$1"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
    [[ -z $KEEP ]] || cp -- "$WORK/logs/$1."* "$WORK/$1."*.{out,err} "$KEEP" 2>/dev/null || true
    rm -rf -- "$WORK/$1."*
}

# ---- all -------------------------------------------------------------------

prepare() {
    local library=${PIHOOK_BUILD:-$TESTS/..}/.libs/libpihook.so
    TIMEOUT=${PIHOOK_REAL_TIMEOUT:-60}
    if [[ ! -e $library ]]; then
        echo "real-programs: there is no $library: build first, or set PIHOOK_BUILD" >&2
        exit 2
    fi
    unset LD_PRELOAD PIHOOK_CONFIG PIHOOK_OPTIONS PIHOOK_DISABLE
    # Some servers run as users of their own.
    WORK=$(mktemp -d "${TMPDIR:-/tmp}/real-programs.XXXXXX")
    trap 'rm -rf -- "$WORK"' EXIT
    chmod 755 "$WORK"
    mkdir -m 1777 "$WORK/logs"
    cp -- "$library" "$WORK/libpihook.so"
    # A comparison without the library would be worth nothing.
    LD_PRELOAD=$WORK/libpihook.so PIHOOK_OPTIONS=help=1 /bin/true >"$WORK/help" 2>&1
    grep -q exitcode "$WORK/help"
}

install_programs() {
    # shellcheck source=tools/packages.sh
    . "$TESTS/../tools/packages.sh"
    # shellcheck disable=SC2086 # a list of words
    [ "$(id -u)" -ne 0 ] || install_missing $PACKAGES_REAL
}

all_names() {
    printf '%s\n' "${!NEEDS[@]}" | sort
}

main() {
    local option name names
    KEEP=""
    while getopts k:lh option; do
        case $option in
        k) mkdir -p -- "$OPTARG" && KEEP=$(realpath -- "$OPTARG") ;;
        l) all_names && exit ;;
        h) usage && exit ;;
        *) usage >&2 && exit 2 ;;
        esac
    done
    shift $((OPTIND - 1))
    names=("$@")
    ((${#names[@]} > 0)) || mapfile -t names < <(all_names)
    install_programs
    prepare
    passed=0 failed=0 skipped=0
    for name in "${names[@]}"; do
        if [[ -z ${NEEDS[$name]:-} ]]; then
            echo "real-programs: there is no program $name; -l lists them" >&2
            exit 2
        fi
        one_program "$name"
    done
    echo "$passed passed, $failed failed, $skipped skipped"
    ((failed == 0))
}

main "$@"
