#!/bin/bash
# SPDX-License-Identifier: MIT
# Unit tests, fuzzed parsers and the command under AddressSanitizer and UBSan, and the tests
# of what several threads use under ThreadSanitizer.  The preloaded library itself can't be
# built that way: the sanitizers' run-time wants to be loaded first.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
jobs=$(nproc)
threaded=$(printf 'tests/unit/%s.test ' \
  chains clock finding graph_readers guard identity memory numbers registry spread statements stats stats_locks \
  table trace_buffer)

# A copy of what would be distributed: the checkout itself may be configured already.
make -C "$top" -s distdir >/dev/null
mv "$top"/pihook-[0-9]*/ "$work/source"
chmod -R u+w "$work/source"

# Configured once: a sanitizer changes nothing of what is found.
mkdir "$work/address"
cd "$work/address"
"$work/source/configure" -q >/dev/null
make -s generated-sources
cp -r "$work/address" "$work/thread"

# build FLAGS TARGET...
build() {
  flags="-O1 -g -fno-omit-frame-pointer $1"
  make -s -j"$jobs" CFLAGS="$flags" "${@:2}"
}

# check TEST...: as it was built.
check() {
  make -s -j"$jobs" CFLAGS="$flags" check-TESTS TESTS="$*"
}

run_address() {
  cd "$work/address"
  build "-fsanitize=address,undefined -fno-sanitize-recover=all" sanitized-programs
  # shellcheck disable=SC2046 # a list of words
  check $(make -s print-sanitized)
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
  cd "$work/thread"
  # shellcheck disable=SC2086
  build -fsanitize=thread $threaded
  # shellcheck disable=SC2086
  TSAN_OPTIONS=halt_on_error=1 check $threaded
}

run_address
run_thread
