#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Programs that bring a Python up themselves, and the C interface.

# shellcheck disable=SC2030,SC2031,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    KNOWN_LIBRARIES=$("$BASH" "$INTERPRETERS" libs 3>&-)
    # Programs can be linked only with those that are not inside a chroot.
    HOST_LIBRARIES=$(grep -v // <<<"$KNOWN_LIBRARIES" || true)
    export KNOWN_LIBRARIES HOST_LIBRARIES
}

setup() {
    clean_environment
    # Where a python3 of PATH stands has a say in where a libpython looks for its modules.
    export PATH=/usr/bin:/bin:/usr/sbin:/sbin PYTHONDONTWRITEBYTECODE=1
}

# each_library FUNCTION [ARG...]: LIBPYTHON is its path, ROOT the chroot that it is in, or empty.
each_library() {
    libraries "$KNOWN_LIBRARIES" "$@"
}

each_host_library() {
    libraries "$HOST_LIBRARIES" "$@"
}

libraries() {
    local library
    [[ -n $1 ]] || skip "there is no libpython of version 3.8 or newer"
    while read -r library <&4; do
        echo "# $library"
        ROOT=
        LIBPYTHON=$library
        if [[ $library == *//* ]]; then
            ROOT=${library%%//*}
            LIBPYTHON=/${library#*//}
        fi
        ROUNDS=$((${ROUNDS:-0} + 1))
        mkdir "$BATS_TEST_TMPDIR/$ROUNDS"
        cd "$BATS_TEST_TMPDIR/$ROUNDS" || return
        unset PIHOOK_CONFIG
        "${@:2}"
    done 4<<<"$1"
}

# preloaded PROGRAM ARG...: in the root of the round's library.
preloaded() {
    if [[ -n $ROOT ]]; then
        PIHOOK_TEST_PRELOAD=$LIBRARY "$BASH" "$INTERPRETERS" run "$ROOT/$1" "${@:2}" 3>&- 4<&-
    else
        env LD_PRELOAD="$LIBRARY" "$@" 3>&- 4<&-
    fi
}

# What an embedded Python runs; it finds a.py in the round's folder.
CODE='import sys; sys.path[:0] = ["."]; import a; print(a.value, flush=True)'

one_module() {
    file a.py 'value = 1'
    config '[hook a]' 'exec = module.value += 1' '[hook encodings]' 'exec = module.early = 1'
}

# embeds TEXT ARG...: the program ends well and prints just that.
embeds() {
    ends 0 preloaded "$PROGRAM" "${@:2}"
    same "$stderr" ""
    same "$output" "$1"
}

# ---- one Python ----

loaded() {
    one_module
    embeds 2 "$1" 1 "$CODE" "$LIBPYTHON"
}

@test "hooks run in a libpython that is loaded late, with its symbols global" {
    native_program embed
    each_library loaded global
}

@test "hooks run in a libpython that is loaded late, with its symbols local" {
    native_program embed
    each_library loaded local
}

@test "hooks run in a libpython that is loaded and started in a second thread" {
    native_program embed
    each_library loaded thread
}

linked() {
    native_program embed -Wl,--no-as-needed "$LIBPYTHON" "-Wl,-rpath,${LIBPYTHON%/*}"
    one_module
    embeds 2 linked 1 "$CODE"
}

@test "hooks run in a libpython that the program is linked with" {
    each_host_library linked
}

early_modules() {
    one_module
    embeds 1 global 1 'import encodings; print(encodings.early, flush=True)' "$LIBPYTHON"
}

@test "hooks on modules of the start of an embedded Python have run before its first code" {
    native_program embed
    each_library early_modules
}

statements() {
    PIHOOK_OPTIONS=import-statements=1 embeds True "$1" 1 '
import sys, pihook
sys.stdout.write("%s\n" % (pihook.status()["roads"]["statements"]["live"],))' "$LIBPYTHON"
}

@test "import statements are counted in a libpython that is loaded late" {
    native_program embed
    each_library statements global
    each_library statements local
}

# ---- again ----

started_again() {
    one_module
    embeds $'2\n2\n2' global 3 "$CODE" "$LIBPYTHON"
    embeds $'2\n2' local 2 "$CODE" "$LIBPYTHON"
}

@test "hooks run again when Python is ended and started again" {
    native_program embed
    each_library started_again
}

registered_once() {
    one_module
    embeds $'0\nhooked\n0' global 2 '
import sys
sys.path[:0] = ["."]
import pihook
print(len([hook for hook in pihook.hooks() if hook["action"] == "python"]), flush=True)
import builtins, os
if not os.path.exists("ran"):
    open("ran", "w").close()
    pihook.when_imported("a")(lambda module: print("hooked", flush=True))
import a' "$LIBPYTHON"
}

@test "a registered hook ends with the Python that it belongs to" {
    native_program embed
    each_library registered_once
}

sub_interpreters() {
    one_module
    embeds $'2\n2\n2\n2\n2\n2' sub 2 "$CODE" "$LIBPYTHON"
}

@test "hooks run in sub-interpreters that C code makes, and after Python was started again" {
    native_program embed
    each_library sub_interpreters
}

# ---- two Pythons ----

with_another() {
    local other
    while read -r other <&5; do
        [[ $other != "$LIBPYTHON" ]] || continue
        embeds $'2\n'"$1" local 1 "$CODE" "$LIBPYTHON" "$other"
    done 5<<<"$HOST_LIBRARIES"
}

two_pythons() {
    one_module
    PIHOOK_OPTIONS='' with_another 1
    PIHOOK_OPTIONS=import-statements=1 with_another 1
}

@test "of two Pythons in a process the first is served, and the second works as without" {
    native_program embed
    (($(wc -l <<<"$HOST_LIBRARIES") > 1)) || skip "there is only one libpython"
    each_host_library two_pythons
}

# ---- the C interface ----

c_hooks() {
    file a.py
    file b.py
    file copied.py
    file pkg/__init__.py
    file pkg/sub.py
}

without_library() {
    c_hooks
    ends 0 "$PROGRAM" "$LIBPYTHON" 3>&- 4<&-
    same "$output" $'pihook is not there\nimported\non'
    same "$stderr" ""
}

@test "a program that uses pihook.h runs without the library" {
    native_program c_hook
    each_host_library without_library
}

with_library() {
    c_hooks
    ends 0 preloaded "$PROGRAM" "$LIBPYTHON"
    like "${lines[0]}" "version [0-9]*.[0-9]*.[0-9]*"
    same "${output#*$'\n'}" "before the start: a
a glob: pkg.sub
a name: copied
imported
with the GIL: a
without the GIL: pkg.sub
from a thread: a
on"
    like "$stderr" "pihook: warning: hook-failed: hook on 'b' failed for module 'b': ValueError: no
*pihook: 0 errors, 1 warnings, 0 suppressed"
}

@test "hooks of C code run before Python starts and while it runs, from any thread" {
    native_program c_hook
    each_host_library with_library
}

switched_off() {
    c_hooks
    PIHOOK_DISABLE=1 ends 0 preloaded "$PROGRAM" "$LIBPYTHON"
    like "$output" "*before the start: Operation not supported*imported*with the GIL: Operation*on"
    same "$stderr" ""
}

@test "with PIHOOK_DISABLE=1 registration says that it is not supported" {
    native_program c_hook
    each_host_library switched_off
}
