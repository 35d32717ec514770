#!/bin/bash
# SPDX-License-Identifier: MIT
# Installs what the tests need, builds, runs everything; arguments go to configure.
# The last line counts: "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=tools/packages.sh
. tools/packages.sh

passed=0 failed=0 skipped=0

# step NAME COMMAND...: one more test, for what is no list of cases itself.
step() {
  local name=$1
  shift
  echo "== $name"
  if "$@" >"step.log" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $name"
    tail -n 100 step.log
  fi
}

# sum WORD LOG: the number in the line "# WORD: N" that automake prints after `make check`; the
# details of failures that follow repeat it.
sum() {
  awk -v word="$1:" '$1 == "#" && $2 == word && !n { n = $3 } END { print n + 0 }' "$2"
}

# add_counts LOG: takes in the sums of a log.
add_counts() {
  passed=$((passed + $(sum PASS "$1") + $(sum XFAIL "$1")))
  failed=$((failed + $(sum FAIL "$1") + $(sum XPASS "$1") + $(sum ERROR "$1")))
  skipped=$((skipped + $(sum SKIP "$1")))
}

build() {
  autoreconf -fi
  ./configure "$@"
  make -j"$(nproc)"
}

check() {
  local status=0
  make -j"$(nproc)" check VERBOSE=1 >check.log 2>&1 || status=$?
  grep -E '^(FAIL|ERROR|XPASS|SKIP):' check.log || true
  if [ $status -ne 0 ]; then
    cat check.log
  fi
  add_counts check.log
  # A build that failed, or a suite that counted nothing, is no success.
  if [ $status -ne 0 ] && [ $failed -eq 0 ]; then
    failed=1
  fi
}

# shellcheck disable=SC2086 # lists of words
install_missing $PACKAGES_BUILD $PACKAGES_DEMO $PACKAGES_TEST
install_sarif_multitool build/npm || echo "no sarif-multitool: its test will be skipped"
install_speedscope build/speedscope || echo "no speedscope: its test will be skipped"
if [ -n "${CI:-}" ] || [ -n "${PIHOOK_PREPARE:-}" ]; then
  echo "== interpreters"
  tests/interpreters.sh prepare || echo "no further interpreters could be prepared"
fi
# Once for all test files.
PIHOOK_TEST_PYTHONS=$(tests/interpreters.sh list)
export PIHOOK_TEST_PYTHONS
# shellcheck disable=SC2086 # a list of words
printf 'interpreter: %s\n' $PIHOOK_TEST_PYTHONS

step "the build" build "$@"
echo "== make check"
check
step "units and command under ASan and UBSan, registry and statements under TSan" \
  tests/sanitize.sh
# sanitize.sh has built the unit tests from what is distributed, in a folder beside it.
step "make distcheck" make -j"$(nproc)" distcheck TESTS= check_PROGRAMS=
step "make install DESTDIR=" make install DESTDIR="$PWD/step.install"
rm -rf step.install step.log

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
