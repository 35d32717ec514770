#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Findings that are known don't fail a run; new ones do, and those that are gone are told.

# shellcheck disable=SC2016,SC2154 # bats sets status, output and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    write_program >"$BATS_FILE_TMPDIR/locks.c"
}

setup() {
    clean_environment
    command -v "${CC:-cc}" >/dev/null || skip "there is no C compiler"
    PIHOOK=$BUILD/tools/pihook
    cp "$BATS_FILE_TMPDIR/locks.c" .
    compile
}

# Each argument is an inversion, by the name of a function.
write_program() {
    cat <<'SOURCE'
#include <pthread.h>
#include <string.h>
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER,
                       c = PTHREAD_MUTEX_INITIALIZER, d = PTHREAD_MUTEX_INITIALIZER;
#define NEST(name)                                                             \
    static void __attribute__((noinline)) name(pthread_mutex_t *x, pthread_mutex_t *y) \
    {                                                                          \
        pthread_mutex_lock(x);                                                 \
        pthread_mutex_lock(y);                                                 \
        pthread_mutex_unlock(y);                                               \
        pthread_mutex_unlock(x);                                               \
    }
NEST(first)
NEST(second)
int main(int count, char **names)
{
    for (int i = 1; i < count; i++) {
        if (!strcmp(names[i], "first"))
            first(&a, &b), first(&b, &a);
        if (!strcmp(names[i], "second"))
            second(&c, &d), second(&d, &c);
        if (!strcmp(names[i], "fail"))
            return 3;
    }
    return 0;
}
SOURCE
}

compile() {
    "${CC:-cc}" -g -O1 -pthread -o locks locks.c 3>&-
}

# runs STATUS OPTION... [--] NAME...: with the baseline `known`.
runs() {
    ends "$1" "$PIHOOK" run -o address-order=off --baseline=known "${@:2}" 3>&-
}

# lines: what the baseline has, without its comments.
lines() {
    sed -n '/^[^#]/p' known
}

@test "a baseline is written sorted, a finding a line with rule, fingerprint and sentence" {
    runs 0 --update-baseline ./locks second first
    like "$stderr" '*pihook: baseline known: 2 findings written, 2 of them new, 0 gone'
    same "$(head -n 1 known)" "# pihook baseline 1"
    same "$(lines | wc -l)" 2
    lines >found
    sort -c found
    grep -qE '^lock-order [0-9a-f]{16} acquiring mutex M1 while holding mutex M2 .*$' found
    cp known before
    runs 0 --update-baseline ./locks first second
    cmp known before
    same "$(ls -d known*)" known
}

@test "known findings are left out and don't fail, new ones are told and do" {
    runs 0 --update-baseline ./locks first
    runs 0 ./locks first
    same "$output$stderr" ""
    runs 66 ./locks first second
    same "$(grep -c '^pihook: error: ' <<<"$stderr")" 1
    like "$stderr" '*M1: mutex *, static, c *pihook: 1 errors, 0 warnings, told 1 times, 1 more known'
    runs 0 --update-baseline ./locks first second
    like "$stderr" '*: 2 findings written, 1 of them new, 0 gone'
    runs 0 ./locks first second
    same "$output$stderr" ""
    # The program's own failure stays one.
    runs 3 ./locks first fail
}

@test "those that are gone are told in one line each, until the baseline is written anew" {
    runs 0 --update-baseline ./locks first second
    runs 0 ./locks second
    same "$stderr" "pihook: baseline: not found any more: $(grep -v "$(
        "$PIHOOK" run -o address-order=off --format=gitlab --output=/dev/stdout ./locks second |
            sed -n 's/.*"fingerprint": "\(.*\)".*/\1/p')" <(lines))"
    runs 0 --update-baseline ./locks second
    same "$stderr" "pihook: baseline known: 1 findings written, 0 of them new, 1 gone"
    runs 0 ./locks second
    same "$stderr" ""
    runs 66 ./locks first second
}

@test "a baseline outlives another build, of which lines and offsets differ" {
    runs 0 --update-baseline ./locks first
    sed -i '1i #include <stdio.h>\n#include <stdlib.h>' locks.c
    sed -i 's/^    for (int i = 1/    if (getenv("NEVER"))\n        puts("never");\n&/' locks.c
    compile
    runs 0 ./locks first
    same "$stderr" ""
    # A second finding of the same names is none that is known.
    lines >one
    cat one >>known
    runs 0 ./locks first
    same "$stderr" "pihook: baseline: not found any more: $(<one)"
}

@test "report leaves out, or marks, what is known, and tells what is gone" {
    ends 66 "$PIHOOK" run -o address-order=off --format=json --output=both ./locks first second 3>&-
    head -n 1 both >first
    ends 0 "$PIHOOK" report --baseline=known --update-baseline first
    like "$stderr" "pihook: baseline known: 1 findings written, 1 of them new, 0 gone"
    ends 0 "$PIHOOK" report --baseline=known both
    same "$(grep -c '^pihook: error: ' <<<"$output")" 1
    like "$output" '*pihook: 1 errors, 0 warnings, told 1 times, 1 more known'
    same "$stderr" ""
    for format in github gitlab dot; do
        ends 0 "$PIHOOK" report --format="$format" both
        same "$(grep -c 'closes a cycle' <<<"$output")" "$([[ $format == gitlab ]] && echo 4 || echo 2)"
        ends 0 "$PIHOOK" report --baseline=known --format="$format" both
        same "$(grep -c 'closes a cycle' <<<"$output")" "$([[ $format == gitlab ]] && echo 2 || echo 1)"
    done
    ends 0 "$PIHOOK" report --baseline=known --format=json both
    same "$(grep -c '"known":true' <<<"$output")" 1
    same "$(wc -l <<<"$output")" 2
    ends 0 "$PIHOOK" report --baseline=known --format=junit both
    like "$output" '*tests="2" failures="1" errors="0" skipped="1"*<skipped message=*<failure *'
    ends 0 "$PIHOOK" report --baseline=known --format=sarif both
    same "$(grep -o '"baselineState": "[a-z]*"' <<<"$output" | sort | tr -d '\n')" \
        '"baselineState": "new""baselineState": "unchanged"'
    ends 0 "$PIHOOK" report --format=sarif both
    [[ $output != *baselineState* ]]
    : >nothing
    ends 0 "$PIHOOK" report --baseline=known nothing
    same "$stderr" "pihook: baseline: not found any more: $(lines)"
}

# refused TEXT LINE...: a baseline of these lines is told as that, and the program is not run.
refused() {
    printf '%b' "$2" >known
    cp known before
    runs 125 touch ran
    same "$stderr" "pihook: baseline known:$1"
    runs 125 --update-baseline touch ran
    same "$stderr" "pihook: baseline known:$1"
    [[ ! -e ran ]]
    cmp known before
}

@test "a damaged baseline gets one line, before the program runs, and is never overwritten" {
    local head='# pihook baseline 1\n' good='lock-order 0123456789abcdef a sentence\n'
    refused '1: expected "# pihook baseline 1", but the file is empty' ''
    refused '1: expected "# pihook baseline 1" in the first line of a baseline' "$good"
    refused '1: expected "# pihook baseline 1" in the first line of a baseline' \
        '# pihook baseline 2\n'
    local rest='expected a rule, a fingerprint of 16 hexadecimal digits and a sentence'
    refused "3: $rest" "$head$good<<<<<<< HEAD\n$good"
    refused "2: $rest" "${head}lock-order 0123456789abcde a sentence\n"
    refused "2: $rest" "${head}lock-order 0123456789abcdef\n$good"
    refused "2: $rest" "${head}lock-order 0123456789abcdef \e[31mred\n"
    printf '%b' "$head\n# note\r\n$good" >known
    runs 0 true
    same "$stderr" "pihook: baseline: not found any more: ${good%\\n}"
}

@test "a baseline that isn't there, or can't be written, is told" {
    runs 125 touch ran
    same "$stderr" \
        "pihook: baseline known: No such file or directory (--update-baseline makes one)"
    ends 2 "$PIHOOK" run --update-baseline touch ran
    same "$stderr" "pihook: --update-baseline needs --baseline=FILE"
    ends 125 "$PIHOOK" run --baseline=. touch ran
    same "$stderr" "pihook: baseline .: Is a directory"
    [[ ! -e ran ]]
    ends 125 "$PIHOOK" run --baseline=none/known --update-baseline true
    same "$stderr" "pihook: baseline none/known can't be written: No such file or directory"
}

@test "a run that was not whole leaves the baseline as it was" {
    runs 0 --update-baseline ./locks first
    cp known before
    run -127 --separate-stderr "$PIHOOK" run --baseline=known --update-baseline ./nowhere
    like "$stderr" "*pihook: baseline known is left as it was"
    runs 124 --timeout=1 --update-baseline sleep 100
    like "$stderr" "*pihook: baseline known is left as it was"
    echo '{' >broken
    ends 1 "$PIHOOK" report --baseline=known --update-baseline broken
    like "$stderr" "*pihook: baseline known is left as it was"
    cmp known before
}

@test "a baseline keeps its rights and its link, and whatever a finding is called can be read again" {
    runs 0 --update-baseline ./locks first
    chmod 640 known
    mkdir folder
    mv known folder/real
    ln -s folder/real known
    runs 0 --update-baseline ./locks second
    same "$(stat -c %a folder/real) $(readlink known) $(lines | wc -l)" "640 folder/real 1"
    ends 66 "$PIHOOK" run -o address-order=off --format=json --output=found ./locks first 3>&-
    sed -E 's/"rule":"[^"]*"/"rule":"A rule"/; s/"sentence":"[^"]*"/"sentence":""/' found >odd
    ends 0 "$PIHOOK" report --baseline=odd.known --update-baseline odd
    ends 0 "$PIHOOK" report --baseline=odd.known odd
    like "$output" '*pihook: 0 errors, 0 warnings, told 0 times, 1 more known'
    same "$stderr" ""
}
