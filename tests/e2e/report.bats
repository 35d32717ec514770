#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# `pihook report`: findings files for people, with the source lines of programs in C.

# shellcheck disable=SC2030,SC2031,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    write_program >"$BATS_FILE_TMPDIR/inversion.c"
}

setup() {
    clean_environment
    unset NO_COLOR CLICOLOR_FORCE
    command -v "${CC:-cc}" >/dev/null || skip "there is no C compiler"
    PIHOOK=$BUILD/tools/pihook
    cp "$BATS_FILE_TMPDIR/inversion.c" .
}

# Two locks in both orders; the comments are what is expected in the report.
write_program() {
    cat <<'SOURCE'
#include <pthread.h>

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER, second;

static void __attribute__((noinline)) take_second(void)
{
    pthread_mutex_lock(&second); /* line 7 */
    pthread_mutex_unlock(&second);
}

static void __attribute__((noinline)) forwards(void)
{
    pthread_mutex_lock(&first); /* line 13 */
    take_second();              /* line 14 */
    pthread_mutex_unlock(&first);
}

static inline void __attribute__((always_inline)) take_first(void)
{
    pthread_mutex_lock(&first); /* line 20 */
    pthread_mutex_unlock(&first);
}

static void __attribute__((noinline)) backwards(void)
{
    pthread_mutex_lock(&second); /* line 26 */
    take_first();                /* line 27 */
    pthread_mutex_unlock(&second);
}

int main(void)
{
    pthread_mutex_init(&second, 0); /* line 33 */
    forwards();                     /* line 34 */
    backwards();                    /* line 35 */
    return 0;
}
SOURCE
}

# program ARG...: compiled as ./inversion.
program() {
    "${CC:-cc}" -O1 -fno-optimize-sibling-calls -pthread "$@" -o inversion inversion.c 3>&-
}

# findings FILE: what ./inversion is told, appended to FILE; only the cycle.
findings() {
    PIHOOK_OPTIONS=address-order=off:findings=$1 LD_PRELOAD=$LIBRARY ./inversion \
        2>>told 3>&- </dev/null
}

# holds_line PATTERN...: each fits a line of the report.
holds_line() {
    local pattern
    for pattern; do
        grep -qE -- "^ *$pattern\$" <<<"$output" ||
            { printf -- '-- no line is %s in\n%s\n' "$pattern" "$output" && return 1; }
    done
}

has_lines() {
    holds_line "M1: mutex 0x[0-9a-f]+, static, first .*/inversion.c:3 \(inversion\)" \
        "M2: mutex 0x[0-9a-f]+, initialised at main .*/inversion.c:33 \(inversion\)" \
        "thread inversion \([0-9]+\) acquires M1 while holding M2 \(taken at backwards .*/inversion.c:26 \(inversion\)\):" \
        "#0 take_first .*/inversion.c:20" "inlined in backwards .*/inversion.c:27 \(inversion\)" \
        "#1 main .*/inversion.c:35 \(inversion\)" \
        "thread inversion \([0-9]+\) acquired M2 while holding M1 \(taken at forwards .*/inversion.c:13 \(inversion\)\):" \
        "#0 take_second .*/inversion.c:7 \(inversion\)" \
        "#1 forwards .*/inversion.c:14 \(inversion\)" \
        "#2 main .*/inversion.c:34 \(inversion\)"
}

@test "each frame and place has function, file and line where there is debug information" {
    program -g
    findings found
    ends 0 "$PIHOOK" report found
    same "$stderr" ""
    like "$output" "pihook: error: lock-order: *pihook: 1 errors, 0 warnings, told 1 times"
    has_lines
}

@test "the line of source that a stack is at is quoted below it" {
    program -g
    findings found
    ends 0 "$PIHOOK" report found
    holds_line "7 \|     pthread_mutex_lock\(&second\); /\* line 7 \*/" \
        "20 \|     pthread_mutex_lock\(&first\); /\* line 20 \*/"
    same "$(grep -cE '^ +[0-9]+ \| ' <<<"$output")" 2
}

@test "what is no ordinary file with such a line is not quoted, and can't keep the report" {
    program -g
    findings found
    rm inversion.c
    ends 0 "$PIHOOK" report found
    [[ $output != *" | "* ]]
    mkfifo inversion.c
    ends 0 timeout 20 "$PIHOOK" report found
    [[ $output != *" | "* ]]
    rm inversion.c
    printf 'one\n' >inversion.c
    ends 0 "$PIHOOK" report found
    [[ $output != *" | "* ]]
    printf '\n\n\n\n\n\n\tred \033[31m sign%0200d\n' 7 >inversion.c
    ends 0 "$PIHOOK" report found
    holds_line '7 \|  red \?\[31m sign0{100,110}'
}

@test "a program at fixed addresses has its lines, too" {
    program -g -no-pie
    findings found
    ends 0 "$PIHOOK" report found
    has_lines
}

@test "functions of C++ have their namespaces and classes, and locks their users' lines" {
    command -v "${CXX:-c++}" >/dev/null || skip "there is no C++ compiler"
    cat >queue.cpp <<'SOURCE'
#include <mutex>
namespace app {
struct Queue {
    std::mutex first, second;
    template <typename Lock> [[gnu::flatten, gnu::noinline]] void both(Lock &one, Lock &other)
    {
        std::lock_guard<Lock> outer(one);
        std::lock_guard<Lock> inner(other); // line 8
    }
};
} // namespace app
int main()
{
    app::Queue queue;
    queue.both(queue.first, queue.second); // line 15
    queue.both(queue.second, queue.first);
}
SOURCE
    "${CXX:-c++}" -std=c++17 -g -O2 -pthread -o inversion queue.cpp 3>&-
    findings found
    ends 0 "$PIHOOK" report found
    holds_line "(#0|inlined in) std::mutex::lock /.*" \
        "(inlined in|#[0-9]) app::Queue::both<std::mutex> .*/queue.cpp:8( \(inversion\))?"
    like "$output" "*taken at app::Queue::both<std::mutex> */queue.cpp:7*"
}

@test "a program of a compiler that writes no table of addresses has its lines, too" {
    command -v clang >/dev/null || skip "there is no clang"
    CC=clang program -g -fno-inline
    findings found
    ends 0 "$PIHOOK" report found
    holds_line "M1: mutex 0x[0-9a-f]+, static, first .*/inversion.c:3 \(inversion\)" \
        "#0 take_second .*/inversion.c:7 \(inversion\)" \
        "#1 forwards .*/inversion.c:14 \(inversion\)" "#2 main .*/inversion.c:34 \(inversion\)"
}

@test "files are told by their whole names, wherever the compiler ran" {
    mkdir -p build sources
    mv inversion.c sources
    (cd build && "${CC:-cc}" -g -O1 -pthread -o ../inversion ../sources/../sources/inversion.c 3>&-)
    findings found
    ends 0 "$PIHOOK" report found
    holds_line "M1: mutex 0x[0-9a-f]+, static, first $PWD/sources/inversion.c:3 \(inversion\)" \
        "#0 take_first $PWD/sources/inversion.c:20" \
        "#. main $PWD/sources/inversion.c:34 \(inversion\)"
}

@test "debug information that stands beside the program by its build id is used" {
    command -v objcopy >/dev/null || skip "there is no objcopy"
    program -g -Wl,--build-id
    mkdir .debug
    objcopy --only-keep-debug inversion .debug/inversion.debug
    objcopy --strip-all --add-gnu-debuglink=.debug/inversion.debug inversion
    findings found
    ends 0 "$PIHOOK" report found
    has_lines
}

@test "without debug information static functions and variables have their names" {
    program
    findings found
    ends 0 "$PIHOOK" report found
    holds_line "M1: mutex 0x[0-9a-f]+, static, first \(inversion\)" \
        "#0 take_second\+0x[0-9a-f]+ \(inversion\)" "#1 forwards\+0x[0-9a-f]+ \(inversion\)"
}

@test "a stripped program, or one that is gone, is told as the library told it" {
    program -s
    findings found
    ends 0 "$PIHOOK" report found
    same "$(grep '#' <<<"$output" | grep inversion)" "$(grep '#' told | grep inversion)"
    rm inversion
    ends 0 "$PIHOOK" report found
    same "$(grep '#' <<<"$output" | grep inversion)" "$(grep '#' told | grep inversion)"
}

@test "a program that was built anew gets a remark instead of wrong lines" {
    program -g -Wl,--build-id
    findings found
    sed -i '1i // one line more' inversion.c
    program -g -Wl,--build-id
    ends 0 "$PIHOOK" report found
    holds_line "#1 \+0x[0-9a-f]+ \(inversion, another build now\)"
    [[ $output != *inversion.c:* ]]
}

@test "the same finding of several runs and files is printed once, with its count" {
    program -g
    findings one
    findings one
    findings two
    ends 0 "$PIHOOK" report one two
    same "$(grep -c 'error: lock-order' <<<"$output")" 1
    holds_line "told 3 times" "pihook: 1 errors, 0 warnings, told 3 times"
}

@test "standard input is a file named -" {
    program -g
    findings found
    ends 0 "$PIHOOK" report - <found
    has_lines
}

@test "a line that was cut short is told with its number, and the others are printed" {
    program -g
    findings found
    # The whole one goes on in the line of the cut one.
    { head -c 200 found && cat found found && head -c 300 found; } >broken
    ends 1 "$PIHOOK" report broken
    like "$stderr" "pihook: broken:1: expected a finding as one JSON object, but column 2?? is no JSON
pihook: broken:3: expected a finding as one JSON object, but the line ends before it does"
    has_lines
}

@test "what is no finding is told as what was expected" {
    file wrong '[1]' '{"version": 1}' '{"version": 9, "fingerprint": "0123456789abcdef"}' '' \
        '{"version": 1, "fingerprint": "0123456789abcdef", "rule": 7}'
    ends 1 "$PIHOOK" report wrong
    same "$stderr" \
        'pihook: wrong:1: expected a finding as one JSON object, but there is something else
pihook: wrong:2: expected member "fingerprint" to be a string, but there is none
pihook: wrong:3: expected a finding of version 1, but its version is 9
pihook: wrong:5: expected member "rule" to be a string'
    same "$output" "pihook: 0 errors, 0 warnings, told 0 times"
}

@test "of many lines that are no findings the first are told, and how many more there are" {
    yes nonsense | head -n 100 >many
    ends 1 "$PIHOOK" report many
    same "${#stderr_lines[@]}" 21
    same "${stderr_lines[20]}" "pihook: many: and 80 more lines that are no findings"
}

@test "a file that can't be read is told, and the others are printed" {
    program -g
    findings found
    ends 1 "$PIHOOK" report missing . found
    same "$stderr" "pihook: missing: No such file or directory
pihook: .: Is a directory"
    has_lines
}

@test "control characters of a finding don't reach the terminal" {
    file found '{"version":1,"rule":"x","level":"error","sentence":"a\u001b[31mb\u009bc\nd","fingerprint":"0123456789abcdef","process":{"pid":1},"thread":{"tid":1},"locks":[],"steps":[]}'
    ends 0 "$PIHOOK" report found
    like "$output" "pihook: error: x: a?\[31mb?c?d"$'\n'"*"
    [[ $output != *$'\e'* ]]
}

@test "as JSON a finding has file and line added, and can be read again" {
    program -g
    findings found
    ends 0 "$PIHOOK" report --format=json found found
    like "$output" '*"count":2*'
    like "$output" '*"function":"take_second",*"file":"*/inversion.c","line":7,*'
    file again "$output"
    ends 0 "$PIHOOK" report again
    has_lines
    holds_line "told 2 times"
}

@test "the report goes to the file of --output, and a full disk is told" {
    program -g
    findings found
    ends 0 "$PIHOOK" report --output=report found
    same "$output" ""
    output=$(cat report)
    has_lines
    [[ -c /dev/full ]] || return 0
    ends 125 "$PIHOOK" report --output=/dev/full found
    like "$stderr" "pihook: /dev/full can't be written: *"
}

@test "colours come on request only, or on a terminal" {
    program -g
    findings found
    ends 0 "$PIHOOK" report found
    [[ $output != *$'\e'* ]]
    ends 0 "$PIHOOK" report --color=always found
    like "$output" "*"$'\e[1;31merror\e[0m*'
    CLICOLOR_FORCE=1 ends 0 "$PIHOOK" report found
    like "$output" "*"$'\e[1;31merror\e[0m*'
    CLICOLOR_FORCE=1 ends 0 "$PIHOOK" report --color=never found
    [[ $output != *$'\e'* ]]
}

@test "a wrong format, colour or no file is a usage error" {
    ends 2 "$PIHOOK" report
    like "$stderr" "pihook: report needs a FILE*"
    ends 2 "$PIHOOK" report --format=jsn x
    same "$stderr" "pihook: unknown format jsn: did you mean json?"
    ends 2 "$PIHOOK" report --color=blue x
    same "$stderr" "pihook: option --color is auto, always or never, not blue"
}
