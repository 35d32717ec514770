#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Prepares, lists and runs the CPython interpreters that pihook is tested on.

set -euo pipefail

usage() {
    cat <<'END'
usage: tests/interpreters.sh prepare [NAME...]
       tests/interpreters.sh list
       tests/interpreters.sh libs
       tests/interpreters.sh run PYTHON [ARG...]
       tests/interpreters.sh show COMMAND [ARG...]

prepare  makes the test interpreters that are not there yet (default: all of
         trixie, forky, freethreaded-3.13, docker-like-3.13)
list     prints this machine's interpreters, CPython 3.8 or newer, newest last
libs     prints this machine's shared libpythons, 3.8 or newer, newest last
run      runs an interpreter that list printed
show     runs a command that will start many: the chroots show the folders it
         needs from the beginning, so that run needs no mounts of its own

An interpreter or library inside a chroot is written ROOT//PATH.

PIHOOK_INTERPRETERS   folder that keeps the prepared interpreters
                      (default: ${XDG_CACHE_HOME:-~/.cache}/pihook/interpreters)
PIHOOK_TEST_PYTHONS   interpreters that list prints instead, separated by space
PIHOOK_TEST_PRELOAD   LD_PRELOAD for the interpreter alone
PIHOOK_TEST_BIND      more folders to show inside a chroot, separated by ':'
END
}

HERE=${BASH_SOURCE[0]%/*}
[[ $HERE != "${BASH_SOURCE[0]}" ]] || HERE=.
# shellcheck source=tests/start_python.bash
. "$HERE/start_python.bash"
# shellcheck source=tests/mirror.bash
. "$HERE/mirror.bash"
SELF=$PROJECT/tests/${BASH_SOURCE[0]##*/}
HOME_FOLDER=~
CACHE=${PIHOOK_INTERPRETERS:-${XDG_CACHE_HOME:-$HOME_FOLDER/.cache}/pihook/interpreters}
NAMES=(trixie forky freethreaded-3.13 docker-like-3.13)

# Descriptor 3 is what the caller of prepare sees; the rest goes to the log.
say() {
    printf 'interpreters: %s\n' "$*" >&3
}

# prepare tells the log's last line as the reason.
fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# A double slash separates a root from the path within, so none may slip in.
tidy() {
    realpath -sm -- "$1"
}

# ---- run and show ----------------------------------------------------------

run() {
    (($# > 0)) || { usage >&2 && exit 2; }
    start_python "$@"
}

# Where nothing can be mounted, run will say so, should it come to a chroot.
show() {
    local roots
    (($# > 0)) || { usage >&2 && exit 2; }
    roots=$(for_each_prepared roots_in)
    choose_binds "$PWD" "${TMPDIR:-/tmp}" "${PIHOOK_BUILD:-/tmp}"
    if [[ -z $roots ]] || is_shown || ! unshare --mount -- true 2>/dev/null; then
        exec "$@"
    fi
    PIHOOK_TEST_SHOWN=$(IFS=: && printf %s "${BOUND[*]}")
    export PIHOOK_TEST_SHOWN
    bind_in "$roots" "$@"
}

# ---- list and libs ---------------------------------------------------------

is_root() {
    [[ -e $1/etc/os-release ]]
}

roots_in() {
    ! is_root "$1" || printf '%s\n' "$1"
}

# An installed prefix holds one interpreter under several names; the plain
# python3.N is among them in every kind of build.
pythons_in() {
    if is_root "$1"; then
        printf '%s\n' "$1"//usr/bin/python3.*[0-9]
    else
        printf '%s\n' "$1"/bin/python3.*[0-9]
    fi
}

libs_in() {
    if is_root "$1"; then
        printf '%s\n' "$1"//usr/lib/*/libpython3.*.so.1.0
    else
        printf '%s\n' "$1"/lib/libpython3.*.so.1.0
    fi
}

# Calls the function named for every prepared interpreter. What is being made
# has a hidden name and so is left out.
for_each_prepared() {
    local dir cache
    cache=$(tidy "$CACHE")
    for dir in "$cache"/*/; do
        [[ ! -d $dir ]] || "$1" "${dir%/}"
    done
}

pyenv_versions() {
    tidy "${PYENV_ROOT:-$HOME_FOLDER/.pyenv}/versions"
}

# Reads paths and leaves out a second name of the same file (also a hard link)
# and patterns that matched nothing.
distinct() {
    local path id
    declare -A seen=()
    while IFS= read -r path; do
        [[ -f $path ]] || continue
        id=$(stat -Lc %d:%i -- "$path")
        [[ -z ${seen[$id]:-} ]] || continue
        seen[$id]=1
        printf '%s\n' "$path"
    done
}

# Prints the version as a number, and nothing for what isn't CPython >= 3.8.
# Python 2 and other programs just fail here.
version_of() {
    unset PIHOOK_TEST_PRELOAD
    "$BASH" "$SELF" run "$1" -I -S -c '
import sys
if sys.implementation.name == "cpython" and sys.hexversion >= 0x03080000:
    print(sys.hexversion)' 2>/dev/null </dev/null || true
}

list() {
    local path version chosen=()
    if [[ -n ${PIHOOK_TEST_PYTHONS:-} ]]; then
        read -rd '' -a chosen <<<"$PIHOOK_TEST_PYTHONS" || true
        printf '%s\n' "${chosen[@]}"
        return
    fi
    {
        printf '%s\n' /usr/bin/python3 /usr/bin/python3.*[0-9]
        printf '%s\n' "$(pyenv_versions)"/*/bin/python
        for_each_prepared pythons_in
    } | distinct | while IFS= read -r path; do
        version=$(version_of "$path")
        [[ -z $version ]] || printf '%s %s\n' "$version" "$path"
    done | sort -s -n -k 1,1 | cut -d ' ' -f 2-
}

libs() {
    local path minor
    {
        printf '%s\n' /usr/lib/*/libpython3.*.so.1.0 /usr/lib*/libpython3.*.so.1.0
        printf '%s\n' "$(pyenv_versions)"/*/lib/libpython3.*.so.1.0
        for_each_prepared libs_in
    } | distinct | while IFS= read -r path; do
        minor=${path##*/libpython3.}
        minor=${minor%%[!0-9]*}
        ((minor < 8)) || printf '%s %s\n' "$minor" "$path"
    done | sort -s -n -k 1,1 | cut -d ' ' -f 2-
}

# ---- prepare: chroots ------------------------------------------------------

# A suite newer than the machine's debootstrap has no script there; all of
# Debian's are one and the same.
suite_script() {
    local scripts=${DEBOOTSTRAP_DIR:-/usr/share/debootstrap}/scripts
    if [[ -e $scripts/$1 ]]; then
        echo "$scripts/$1"
    else
        echo "$scripts/sid"
    fi
}

wanted_packages() {
    case $1 in
    trixie) echo python3 libpython3.13 libpython3.13-testsuite ;;
    forky)
        echo python3.14 libpython3.14 libpython3.14-testsuite
        echo python3.15 libpython3.15 libpython3.15-testsuite
        ;;
    esac
}

# A throw-away root needs neither documentation nor safe writes.
slim_down() {
    cat >"$1/etc/dpkg/dpkg.cfg.d/test-root" <<'END'
force-unsafe-io
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/man/*
path-exclude=/usr/share/locale/*
END
}

install_wanted() {
    local suite=$1 root=$2 package there=()
    local -a within=("$BASH" "$SELF" run)
    slim_down "$root"
    # A mirror may lag behind so far that the index counts as expired. Here old
    # packages are as good, the signature is still checked, and debootstrap, which
    # made the root from the same index, doesn't look at the date either.
    "${within[@]}" "$root//usr/bin/apt-get" -q -o Acquire::Languages=none \
        -o Acquire::Check-Valid-Until=false update
    for package in $(wanted_packages "$suite"); do
        if "${within[@]}" "$root//usr/bin/apt-cache" show "$package" >/dev/null; then
            there+=("$package")
        else
            say "$suite: no package $package: left out"
        fi
    done
    ((${#there[@]} > 0)) || fail "none of the packages is in $suite"
    "${within[@]}" "$root//usr/bin/apt-get" -q -y --no-install-recommends install "${there[@]}"
    rm -rf -- "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/*
}

make_chroot() {
    local suite=$1 root=$2 from
    ((EUID == 0)) || fail "a chroot needs root"
    command -v debootstrap >/dev/null || fail "there is no debootstrap"
    from=$(mirror)
    # ca-certificates is for a mirror that is reached by https. debootstrap
    # mounts things in the root; here they can't outlive it.
    unshare --mount -- debootstrap --variant=minbase --include=ca-certificates \
        "$suite" "$root" "$from" "$(suite_script "$suite")"
    # run shows the current directory's top folder in the root, and no package
    # may be unpacked into a folder of the machine.
    cd /
    export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
    install_wanted "$suite" "$root"
    [[ -n $(pythons_in "$root" | distinct) ]] || fail "no python3 came of it"
}

# ---- prepare: builds -------------------------------------------------------

# For a machine that isn't Debian: the mirror that debootstrap chose.
mirror_of_root() {
    awk '$1 == "deb" && !found++ { print $2 }' "$1/etc/apt/sources.list" 2>/dev/null || true
}

# apt with folders of its own, so the machine's lists stay as they are.
apt_config() {
    local dir=$1 suite=$2 from
    from=$(mirror)
    [[ -n $from ]] || from=$(mirror_of_root "$CACHE/$suite")
    [[ -n $from ]] || fail "no Debian mirror is known"
    mkdir -p "$dir/lists/partial" "$dir/archives/partial"
    echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
        "$from $suite main" >"$dir/sources.list"
    cat >"$dir/apt.conf" <<END
Dir::State "$dir";
Dir::State::status "/dev/null";
Dir::Cache "$dir";
Dir::Etc::sourcelist "$dir/sources.list";
Dir::Etc::sourceparts "/dev/null";
APT::Sandbox::User "root";
Acquire::Languages "none";
END
}

# Both builds use the same source, so it stays until they are there.
unpacked_source() {
    local dir=$CACHE/.source into=$1
    if [[ ! -e $dir/done ]]; then
        apt_config "$dir" trixie
        export APT_CONFIG=$dir/apt.conf
        apt-get -q update
        (cd "$dir" && apt-get -q source --download-only --tar-only python3.13)
        touch "$dir/done"
    fi
    mkdir -p "$into"
    tar -xf "$(echo "$dir"/python3.13_*.orig.tar.*z)" -C "$into" --strip-components=1
}

# The final folder is the prefix, but the files get there by one rename, so a
# half-installed interpreter is never found.
build() {
    local name=$1 to=$2
    shift 2
    local work=$CACHE/.build stage=$CACHE/.stage jobs
    jobs=$(nproc)
    rm -rf -- "$work" "$stage"
    unpacked_source "$work"
    cd "$work"
    ./configure -q --prefix="$CACHE/$name" --with-ensurepip=no "$@"
    nice make -s -j"$jobs"
    nice make -s install DESTDIR="$stage"
    mv -T -- "$stage$CACHE/$name" "$to"
    cd /
    rm -rf -- "$work" "$stage"
}

make_freethreaded() {
    build freethreaded-3.13 "$1" --disable-gil
}

# Like the well-known container images: calls within libpython can't be
# interposed, and the interpreter is a small program that loads it.
make_docker_like() {
    build docker-like-3.13 "$1" --enable-shared \
        CFLAGS='-O2 -fno-semantic-interposition' \
        LDFLAGS="-Wl,-rpath,$CACHE/docker-like-3.13/lib"
}

# ---- prepare ---------------------------------------------------------------

# make NAME TMP: a process of its own, so that any error ends just this one.
make_one() {
    case $1 in
    trixie | forky) make_chroot "$1" "$2" ;;
    freethreaded-3.13) make_freethreaded "$2" ;;
    docker-like-3.13) make_docker_like "$2" ;;
    *) fail "unknown name" ;;
    esac
}

prepare_one() {
    local name=$1 tmp=$CACHE/.$1.tmp log=$CACHE/$1.log
    # The name becomes part of a path.
    [[ " ${NAMES[*]} " == *" $name "* ]] || { say "$name: skipped: unknown name" && return 1; }
    if [[ -d $CACHE/$name ]]; then
        say "$name: there already"
        return
    fi
    say "$name: making it (log: $log)"
    rm -rf --one-file-system -- "$tmp"
    SECONDS=0
    if "$BASH" "$SELF" make "$name" "$tmp" >"$log" 2>&1 </dev/null &&
        mv -T -- "$tmp" "$CACHE/$name"; then
        say "$name: made in $SECONDS s"
        return
    fi
    rm -rf --one-file-system -- "$tmp"
    say "$name: skipped: $(grep -v '^[[:space:]]*$' "$log" | tail -n 1)"
    return 1
}

install_tools() {
    local package missing=()
    local tools=(debootstrap debian-archive-keyring xz-utils build-essential pkg-config
        libssl-dev zlib1g-dev libffi-dev libbz2-dev liblzma-dev libsqlite3-dev)
    command -v apt-get >/dev/null && ((EUID == 0)) || return 0
    for package in "${tools[@]}"; do
        dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
    done
    # Before the first update apt doesn't tell its mirror either.
    if ((${#missing[@]} > 0)) || [[ -z $(mirror) ]]; then
        apt-get -q update || return
    fi
    ((${#missing[@]} > 0)) || return 0
    say "installing ${missing[*]}"
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 \
        --no-install-recommends install "${missing[@]}"
}

all_there() {
    local name
    for name in "$@"; do
        [[ -d $CACHE/$name ]] || return 1
    done
}

prepare() {
    local name ready=0
    (($# > 0)) || set -- "${NAMES[@]}"
    mkdir -p "$CACHE"
    # Two runs at once would take each other's temporary folders away.
    exec 4>"$CACHE/.lock"
    flock 4
    if ! all_there "$@"; then
        # What was already installed may do, so this isn't the end.
        install_tools >"$CACHE/tools.log" 2>&1 || say "not all tools could be installed"
    fi
    for name in "$@"; do
        prepare_one "$name" && ready=$((ready + 1))
    done
    rm -rf -- "$CACHE/.source"
    ((ready > 0))
}

main() {
    local command=${1:-}
    (($# == 0)) || shift
    case $command in
    prepare)
        exec 3>&1
        CACHE=$(tidy "$CACHE")
        export PIHOOK_INTERPRETERS=$CACHE
        prepare "$@"
        ;;
    list | libs | run | show) "$command" "$@" ;;
    make) make_one "$@" ;;
    -h | --help) usage ;;
    *) usage >&2 && exit 2 ;;
    esac
}

main "$@"
