#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The library on aarch64, on a Debian machine of another kind: prints TAP.

set -euo pipefail

usage() {
    cat <<'END'
usage: tests/aarch64.sh

Builds the library with a cross compiler and runs it under qemu with the Pythons
of Debian's arm64 packages, which are fetched once. As root, tools that are
missing are installed; without root they have to be there. Nothing else on the
machine is changed; binfmt_misc is not needed.

PIHOOK_INTERPRETERS   folder whose subfolder aarch64 keeps the fetched packages
                      (default: ${XDG_CACHE_HOME:-~/.cache}/pihook/interpreters)
PIHOOK_AARCH64_SUITES Debian's suites to take the Pythons from
                      (default: bookworm trixie forky; the library is always
                      built with bookworm's libc)
END
}

PROJECT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." >/dev/null && pwd)
SELF=$PROJECT/tests/${BASH_SOURCE[0]##*/}
# shellcheck source=tests/mirror.bash
. "$PROJECT/tests/mirror.bash"
CACHE=${PIHOOK_INTERPRETERS:-${XDG_CACHE_HOME:-$HOME/.cache}/pihook/interpreters}
ROOTS=$(realpath -sm -- "$CACHE/aarch64")
read -ra SUITES <<<"${PIHOOK_AARCH64_SUITES:-bookworm trixie forky}"
# Its libc is the oldest that all the others can run programs of.
BUILD_SUITE=bookworm
TRIPLET=aarch64-linux-gnu
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# ---- TAP -------------------------------------------------------------------

COUNT=0
FAILED=0

skip_all() {
    echo "1..0 # SKIP $1"
    exit 0
}

# The last line of a log usually says what went wrong.
last_line() {
    grep -v '^[[:space:]]*$' "$1" | tail -n 1
}

# check SENTENCE COMMAND...: what the command prints is told if it fails.
check() {
    local sentence=$1 output
    shift
    COUNT=$((COUNT + 1))
    if output=$("$@" 2>&1); then
        echo "ok $COUNT - $sentence"
    else
        FAILED=1
        echo "not ok $COUNT - $sentence"
        tail -n 30 <<<"$output" | sed 's/^/# /'
    fi
}

skip() {
    COUNT=$((COUNT + 1))
    echo "ok $COUNT - $1 # SKIP $2"
}

finish() {
    echo "1..$COUNT"
    exit "$FAILED"
}

# ---- tools -----------------------------------------------------------------

# Newer packages of qemu's static programs have the plain name only.
qemu() {
    command -v qemu-aarch64-static || command -v qemu-aarch64
}

first_missing_tool() {
    local tool
    for tool in git autoreconf make pkg-config protoc-c dpkg-deb apt-get flock unshare \
        "$TRIPLET-gcc"; do
        command -v "$tool" >/dev/null || { echo "$tool" && return; }
    done
    qemu >/dev/null || echo qemu-aarch64-static
}

# Recommended packages are left out: among them is one that registers qemu with
# the kernel, for the whole machine.
install_tools() {
    local tools=(git autoconf autoconf-archive automake libtool make pkg-config
        debian-archive-keyring protobuf-c-compiler util-linux qemu-user-static "gcc-$TRIPLET")
    ((EUID == 0)) && command -v apt-get >/dev/null || return 0
    apt-get -q update
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 \
        --no-install-recommends install "${tools[@]}"
}

need_tools() {
    local log=$ROOTS/.tools.log missing
    [[ -z $(first_missing_tool) ]] || install_tools >"$log" 2>&1 || true
    missing=$(first_missing_tool)
    [[ -z $missing ]] || skip_all "$missing is missing"
}

# ---- roots -----------------------------------------------------------------

# apt with folders and an architecture of its own: the machine's lists stay as
# they are. A mirror that lags behind is good enough; signatures are checked.
configure_apt() {
    local dir=$1 suite=$2 from
    from=$(mirror)
    [[ -n $from ]] || { echo "no Debian mirror is known" && return 1; }
    mkdir -p "$dir/lists/partial" "$dir/archives/partial"
    : >"$dir/status"
    echo "deb [arch=arm64 signed-by=$KEYRING] $from $suite main" >"$dir/sources.list"
    cat >"$dir/apt.conf" <<END
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Dir::State "$dir";
Dir::State::status "$dir/status";
Dir::Cache "$dir";
Dir::Etc::sourcelist "$dir/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
END
}

# All Pythons of the suite, each as a program and as a shared library.
wanted_packages() {
    apt-cache pkgnames | grep -xE '(lib)?python3\.[0-9]+'
    [[ $1 != "$BUILD_SUITE" ]] || echo libc6-dev libdw-dev libelf-dev libinih-dev libjansson-dev \
        libprotobuf-c-dev libcmocka-dev
}

download() {
    local dir=$1 suite=$2 wanted
    configure_apt "$dir" "$suite"
    export APT_CONFIG=$dir/apt.conf
    # Otherwise a mirror that doesn't answer is no error.
    apt-get -q -o APT::Update::Error-Mode=any update
    read -r -d '' -a wanted < <(wanted_packages "$suite") || true
    apt-get -q -y --download-only install "${wanted[@]}"
    unset APT_CONFIG
}

# Packages are unpacked and not configured: so none of their programs has to
# run, and these Pythons need no more.
unpack() {
    local dir=$1 root=$2 name package
    mkdir -p "$root"/{dev,mnt,proc,tmp} "$root"/usr/{bin,lib,sbin}
    for name in bin lib sbin; do
        ln -s "usr/$name" "$root/$name"
    done
    for package in "$dir"/archives/*.deb; do
        dpkg-deb --fsys-tarfile "$package" |
            tar -x --keep-directory-symlink --no-same-owner -C "$root"
    done
}

make_root() {
    local suite=$1 root=$2
    download "$root.apt" "$suite"
    unpack "$root.apt" "$root"
    programs_in "$root" | grep . || { echo "no Python came of it" && return 1; }
}

# The root is made by a process of its own, so that any error ends just that.
prepare() {
    local suite=$1 tmp=$ROOTS/.$1.tmp log=$ROOTS/.$1.log status=0
    [[ ! -d $ROOTS/$suite ]] || return 0
    rm -rf -- "$tmp" "$tmp.apt"
    "$BASH" "$SELF" make-root "$suite" "$tmp" >"$log" 2>&1 </dev/null &&
        mv -T -- "$tmp" "$ROOTS/$suite" || status=1
    rm -rf -- "$tmp" "$tmp.apt"
    return "$status"
}

existing() {
    local path
    for path in "$@"; do
        [[ ! -e $path ]] || printf '%s\n' "$path"
    done
}

programs_in() {
    existing "$1"/usr/bin/python3.*[0-9]
}

libraries_in() {
    existing "$1"/usr/lib/"$TRIPLET"/libpython3.*.so.1.0
}

# ---- build -----------------------------------------------------------------

# New files that are not ignored count too: a makefile may name them already.
source_files() {
    git -C "$PROJECT" -c safe.directory='*' ls-files -z -c -o --exclude-standard
}

# Reads and prints names, without those of files that were removed.
still_there() {
    local file
    while IFS= read -r -d '' file; do
        [[ ! -e $PROJECT/$file ]] || printf '%s\0' "$file"
    done
}

# The checkout may be configured, and then can't be built elsewhere as it is.
copy_source() {
    mkdir "$WORK/source"
    source_files | still_there | tar -c -C "$PROJECT" --null -T - | tar -x -C "$WORK/source"
}

# Folders of the compiler's own may have another libc, so the root's come first.
choose_compiler() {
    local root=$ROOTS/$BUILD_SUITE
    LIBS=$root/usr/lib/$TRIPLET
    CC=("$TRIPLET-gcc" --sysroot="$root" -isystem "$root/usr/include/$TRIPLET"
        -isystem "$root/usr/include" "-B$LIBS/" "-L$LIBS")
}

configure() {
    (cd "$WORK/source" && autoreconf -fi)
    mkdir "$WORK/build"
    cd "$WORK/build"
    ../source/configure -q --host="$TRIPLET" CC="${CC[*]}" PKG_CONFIG=pkg-config \
        PKG_CONFIG_LIBDIR="$LIBS/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$ROOTS/$BUILD_SUITE" \
        INIH_ARCHIVE="$LIBS/libinih.a"
}

# Prints the makefile's own list.
unit_tests() {
    # shellcheck disable=SC2016 # make expands these
    printf 'unit-tests:\n\t@echo $(unit_tests) $(fuzz_tests)\n' |
        make -s -C "$WORK/build" -f Makefile -f - unit-tests
}

# One job at a time: it takes a quarter of a minute, and a machine may be busy.
build() {
    local units
    copy_source
    configure
    make -s
    read -ra units <<<"$(unit_tests)"
    make -s "${units[@]}"
}

build_program() {
    "${CC[@]}" -O1 -o "$@"
}

# ---- run -------------------------------------------------------------------

# emulate ROOT [OPTION...] PROGRAM [ARG...]: qemu is the first program inside,
# started by name, as the kernel doesn't know it. The root is shown the working
# folder at /mnt; the mounts end with the program.
emulate() {
    local root=$1 rights=()
    shift
    ((EUID == 0)) || rights=(--map-root-user)
    # shellcheck disable=SC2016 # sh expands these
    timeout 600 unshare "${rights[@]}" --mount -- sh -ec '
        root=$1 work=$2
        shift 2
        mount --rbind -- /proc "$root/proc"
        mount --rbind -- /dev "$root/dev"
        mount --bind -- "$work" "$root/mnt"
        mount --bind -- "$work/tmp" "$root/tmp"
        exec unshare --root="$root" --wd=/mnt/build -- /mnt/qemu "$@"
    ' sh "$root" "$WORK" "$@" </dev/null
}

# LD_PRELOAD is for the emulated loader alone: the machine's own can't take it.
preloaded() {
    local root=$1
    shift
    emulate "$root" -E LD_PRELOAD=/mnt/build/.libs/libpihook.so "$@"
}

# says TEXT COMMAND...: that is all it prints, and it succeeds.
says() {
    local text=$1 output status=0
    shift
    output=$("$@" 2>&1) || status=$?
    printf '%s\nexit status %s\n' "$output" "$status"
    [[ $output == "$text" && $status == 0 ]]
}

# ---- programs under test ---------------------------------------------------

write_configuration() {
    cat >"$WORK/warn.conf" <<'END'
[hook threading]
warn = Threads? Are you crazy?
END
    cat >"$WORK/hooks.conf" <<'END'
[hook colorsys]
exec = module.executed = module.__name__
call = action:note
END
    cat >"$WORK/race.conf" <<'END'
[hook slow]
exec = import time
  time.sleep(0.02)
  module.hooked = True
END
}

write_statements() {
    cat >"$WORK/statements.py" <<'END'
import sys

import pihook

for _ in range(1000):
    import string

road = pihook.status()["roads"]["statements"]
print(road)
assert road["live"], road
if sys.argv[1:] == ["program"]:
    assert road["road"] == "call sites" and road["sites"] >= 3, road
counts = [
    statement["count"]
    for statement in pihook.import_statements()
    if (statement["importer"], statement["imported"]) == ("__main__", "string")
]
assert counts == [1000], counts
END
}

write_hooks() {
    cat >"$WORK/action.py" <<'END'
def note(module):
    module.called = module.__name__
END
    cat >"$WORK/hooks.py" <<'END'
import pihook

seen = []


@pihook.when_imported("colorsys")
def see(module):
    seen.append(module)


import colorsys

assert colorsys.executed == "colorsys"
assert colorsys.called == "colorsys"
assert seen == [colorsys], seen
assert pihook.status()["counters"]["hooks_failed"] == 0
END
}

# Threads come before, during and after the module's body and its hook.
write_race() {
    cat >"$WORK/slow.py" <<'END'
import time

time.sleep(0.02)
END
    cat >"$WORK/race.py" <<'END'
import sys
import threading
import time

ROUNDS, THREADS = 10, 12
sys.setswitchinterval(1e-5)
results = []


def load(barrier, delay):
    barrier.wait()
    time.sleep(delay)
    import slow

    results.append(hasattr(slow, "hooked"))


for _ in range(ROUNDS):
    sys.modules.pop("slow", None)
    barrier = threading.Barrier(THREADS)
    threads = [
        threading.Thread(target=load, args=(barrier, number * 0.005))
        for number in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

assert len(results) == ROUNDS * THREADS, len(results)
assert all(results), results.count(False)
END
}

# Two programs that have Python in a shared library: linked with it, and
# loading it when they run.
write_programs() {
    cat >"$WORK/linked.c" <<'END'
int Py_BytesMain(int count, char **arguments);

int main(int count, char **arguments)
{
    return Py_BytesMain(count, arguments);
}
END
    cat >"$WORK/loading.c" <<'END'
#include <dlfcn.h>
#include <stdio.h>

int main(int count, char **arguments)
{
    void *library = dlopen(arguments[1], RTLD_NOW | RTLD_GLOBAL);
    int (*run)(int, char **) = NULL;

    if (library != NULL)
        *(void **)&run = dlsym(library, "Py_BytesMain");
    if (run == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    return run(count - 1, arguments + 1);
}
END
}

# ---- tests -----------------------------------------------------------------

with_config() {
    PIHOOK_CONFIG=/mnt/$1 "${@:2}"
}

# Unlike an assignment before the call, this is not kept by a function.
with_statements() {
    PIHOOK_OPTIONS=import-statements=1 "$@"
}

# An emulator that lost the variable would have every silent test succeed.
is_preloaded() {
    preloaded "$1" "$2" -c 'import pihook; assert pihook.status()["preloaded"]'
}

test_program() {
    local root=$1 program=$2 name="${1##*/} ${2##*/}" crazy='Threads? Are you crazy?'
    check "$name: the library is preloaded" is_preloaded "$root" "$program"
    check "$name: a hook warns of threading" says "$crazy" \
        with_config warn.conf preloaded "$root" "$program" -c 'import threading'
    check "$name: so it does under -I -S -E" says "$crazy" \
        with_config warn.conf preloaded "$root" "$program" -I -S -E -c 'import threading'
    check "$name: import statements are counted exactly, by call sites" \
        with_statements preloaded "$root" "$program" /mnt/statements.py program
    check "$name: exec, call and when_imported get the module" says '' \
        with_config hooks.conf preloaded "$root" "$program" /mnt/hooks.py
    check "$name: no thread sees a module before its hook has run" says '' \
        with_config race.conf preloaded "$root" "$program" /mnt/race.py
}

# A libpython of another suite may want a newer libc than the one linked with.
test_linked() {
    local root=$1 library=$2 name="${1##*/} ${2##*/}" crazy='Threads? Are you crazy?'
    check "$name: a program is linked with it" build_program "$WORK/linked" "$WORK/linked.c" \
        -Wl,--allow-shlib-undefined "$root$library"
    check "$name: in a program linked with it, a hook warns" says "$crazy" \
        with_config warn.conf preloaded "$root" /mnt/linked -c 'import threading'
    check "$name: in a program linked with it, import statements are counted exactly" \
        with_statements preloaded "$root" /mnt/linked /mnt/statements.py
}

test_loading() {
    local root=$1 library=$2 name="${1##*/} ${2##*/}" crazy='Threads? Are you crazy?'
    check "$name: in a program that loads it later, a hook warns" says "$crazy" \
        with_config warn.conf preloaded "$root" /mnt/loading "$library" -c 'import threading'
    check "$name: in a program that loads it later, import statements are counted exactly" \
        with_statements preloaded "$root" /mnt/loading "$library" /mnt/statements.py
}

test_suite() {
    local suite=$1 root=$ROOTS/$1 path
    if [[ ! -d $root ]]; then
        skip "the Pythons of $suite" "$(last_line "$ROOTS/.$suite.log")"
        return
    fi
    while IFS= read -r path; do
        test_program "$root" "${path#"$root"}"
    done < <(programs_in "$root")
    while IFS= read -r path; do
        test_linked "$root" "${path#"$root"}"
        test_loading "$root" "${path#"$root"}"
    done < <(libraries_in "$root")
}

# why_not TEST: what keeps a unit test from being emulated, if anything does.
why_not() {
    case $1 in
    # A user who is root in a namespace alone can't give files away.
    *_as_root.test) ((EUID == 0)) || echo "it needs root" ;;
    */attribution.test | */trace_[fimsu]*.test) echo "it starts programs, which qemu can't emulate" ;;
    */guard.test | */resident.test) echo "qemu gives a child all memory, whatever it was asked" ;;
    esac
}

test_units() {
    local test tests reason
    read -ra tests <<<"$(unit_tests)"
    for test in "${tests[@]}"; do
        reason=$(why_not "$test")
        if [[ -n $reason ]]; then
            skip "$test" "$reason"
        else
            check "$test" emulate "$ROOTS/$BUILD_SUITE" "./$test"
        fi
    done
}

# ---- all -------------------------------------------------------------------

# The tests find their data by srcdir, as make check sets it.
set_up() {
    WORK=$(mktemp -d "${TMPDIR:-/tmp}/pihook-aarch64.XXXXXX")
    trap 'rm -rf -- "$WORK"' EXIT
    mkdir -m 1777 "$WORK/tmp"
    cp -L -- "$(qemu)" "$WORK/qemu"
    unset LD_PRELOAD PIHOOK_CONFIG PIHOOK_OPTIONS PIHOOK_DISABLE TMPDIR "${!PYTHON@}" "${!QEMU_@}"
    export LC_ALL=C.UTF-8 srcdir=/mnt/source
    # A configuration that others may write is refused.
    umask 022
    write_configuration
    write_statements
    write_hooks
    write_race
    write_programs
    choose_compiler
}

# A process of its own, as set -e has no effect in what check calls.
build_all() {
    "$BASH" "$SELF" build "$WORK"
}

# Two runs at once would take each other's temporary folders away.
prepare_all() {
    local suite
    mkdir -p "$ROOTS" 2>/dev/null || true
    [[ -w $ROOTS ]] || skip_all "$ROOTS can't be written"
    exec 4>"$ROOTS/.lock"
    flock 4
    need_tools
    source_files >/dev/null 2>&1 || skip_all "the project is no git checkout"
    prepare "$BUILD_SUITE" || skip_all "$BUILD_SUITE: $(last_line "$ROOTS/.$BUILD_SUITE.log")"
    for suite in "${SUITES[@]}"; do
        prepare "$suite" || true
    done
    exec 4>&-
}

# Inside a container even root may be refused a mount.
need_emulation() {
    local log=$ROOTS/.run.log
    mkdir "$WORK/build"
    emulate "$ROOTS/$BUILD_SUITE" /usr/bin/python3.11 -c '' >"$log" 2>&1 ||
        skip_all "nothing can be run: $(last_line "$log")"
    rmdir "$WORK/build"
}

run_tests() {
    local suite
    for suite in "${SUITES[@]}"; do
        # The name becomes part of a path.
        [[ $suite =~ ^[a-z]+$ ]] || skip_all "$suite is not the name of a suite"
    done
    prepare_all
    set_up
    need_emulation
    check "everything is built with a cross compiler" build_all
    ((FAILED == 0)) || finish
    check "a program that loads libpython is built" build_program "$WORK/loading" "$WORK/loading.c"
    test_units
    for suite in "${SUITES[@]}"; do
        test_suite "$suite"
    done
    finish
}

main() {
    case ${1:-} in
    '') run_tests ;;
    make-root) make_root "$2" "$3" ;;
    build)
        WORK=$2
        choose_compiler
        build
        ;;
    -h | --help) usage ;;
    *) usage >&2 && exit 2 ;;
    esac
}

main "$@"
