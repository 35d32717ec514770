#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Formats of reports that others read: each is given to what reads it, or to its grammar.

# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    lock_program lock_order
}

setup() {
    clean_environment
    PIHOOK=$BUILD/tools/pihook
    ORDER=$BATS_FILE_TMPDIR/lock_order
    [[ -e $ORDER ]] || skip "there is no C compiler"
}

# reports STATUS FORMAT COMMAND...: the report is in the file `report`.
reports() {
    ends "$1" "$PIHOOK" run -o address-order=off --format="$2" --output=report "${@:3}" 3>&-
}

# junit CODE: Python, with `suites` as python3-junitparser reads the report.
junit() {
    /usr/bin/python3 -c 'import junitparser' 2>/dev/null || skip "there is no junitparser"
    run /usr/bin/python3 -c "import junitparser
suites = junitparser.JUnitXml.fromfile('report')
$1"
    same "$status $output" "0 "
}

@test "junit: a finding is a test case that failed, with its file and line and the whole report" {
    reports 66 junit "$ORDER" concurrent
    junit '
assert (suites.tests, suites.failures, suites.errors) in [(1, 1, 0), (None, None, None)], suites
suite, = suites
assert (suite.name, suite.tests, suite.failures) == ("pihook", 1, 1)
case, = suite
assert case.classname == "lock-order" and case.name.startswith("acquiring mutex M1 while")
assert "tests/programs/locks/" in case._elem.get("file") and int(case._elem.get("line")) > 0
failure, = case.result
assert failure.type == "lock-order" and "pihook: error: lock-order:" in failure.text'
}

@test "junit: warnings have not failed, and a run without findings is one case that passed" {
    ends 0 "$PIHOOK" run -o address-order=off:lock-order=warning --format=junit --output=report \
        "$ORDER" concurrent
    junit 'suite, = suites; assert (suite.tests, suite.failures) == (1, 0)
case, = suite; assert case.classname == "lock-order" and not case.result'
    reports 0 junit true
    junit 'suite, = suites; assert (suite.tests, suite.failures) == (1, 0)
case, = suite; assert case.name == "no finding"'
}

@test "junit: names with characters of XML are told as they are" {
    cat >names.c <<'SOURCE'
#include <pihook.h>
#include <pthread.h>
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static void both(pthread_mutex_t *x, pthread_mutex_t *y)
{
    pthread_mutex_lock(x);
    pthread_mutex_lock(y);
    pthread_mutex_unlock(y);
    pthread_mutex_unlock(x);
}
int main(void)
{
    pihook_name_lock(&a, "<a> & \"b\" ]]> \xc3\xa4 \001");
    both(&a, &b);
    both(&b, &a);
    return 0;
}
SOURCE
    "${CC:-cc}" -g -I "$TESTS/../src" -pthread -o names names.c 3>&-
    reports 66 junit ./names
    junit 'assert "\"<a> & \"b\" ]]> ä ?\"" in next(iter(next(iter(suites)))).result[0].text'
}

@test "github: an annotation a finding, at its file and line, the whole report in one line" {
    reports 66 github "$ORDER" concurrent
    same "$(wc -l <report)" 1
    [[ $(<report) =~ ^::error\ file=[^:,]*programs/locks/[a-z_.]+,line=[0-9]+,title=lock-order::pihook:\ error ]]
    like "$(<report)" '*%0A    M1: mutex*'
    ends 0 "$PIHOOK" run -o address-order=off:lock-order=warning --format=github --output=report \
        "$ORDER" concurrent
    like "$(<report)" '::warning file=*'
    reports 0 github true
    same "$(<report)" ""
}
