#!/bin/bash
# SPDX-License-Identifier: MIT
# Unit tests, fuzzed parsers and the command under AddressSanitizer and UBSan, and the tests
# of what several threads use under ThreadSanitizer.  The preloaded library itself can't be
# built that way: the sanitizers' run-time wants to be loaded first.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A copy of what would be distributed: the checkout itself may be configured already.
make -C "$top" -s distdir >/dev/null
mv "$top"/pihook-[0-9]*/ "$work/source"
chmod -R u+w "$work/source"

# build NAME FLAGS: configures and builds the unit tests and the command.
build() {
  mkdir "$work/$1"
  cd "$work/$1"
  "$work/source/configure" -q CFLAGS="-O1 -g -fno-omit-frame-pointer $2" >/dev/null
  make -s -j"$(nproc)" sanitized-programs
}

run_address() {
  build address "-fsanitize=address,undefined -fno-sanitize-recover=all"
  make -s check-TESTS TESTS="$(make -s print-sanitized)"
  for arguments in --help --version options "check /bin/true" "check /nonexistent" \
    "report $work/source/tests/fuzz/corpus/findings/cycle $work/source/tests/fuzz/corpus/findings/two"; do
    # shellcheck disable=SC2086
    tools/pihook $arguments >/dev/null 2>"$work/stderr" || true
    if grep -E 'Sanitizer|runtime error' "$work/stderr"; then
      return 1
    fi
  done
}

run_thread() {
  build thread "-fsanitize=thread"
  TSAN_OPTIONS=halt_on_error=1 make -s check-TESTS TESTS="$(printf 'tests/unit/%s.test ' \
    chains finding graph_readers guard identity memory registry statements table)"
}

run_address
run_thread
