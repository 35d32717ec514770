# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Starts a CPython interpreter, which may be inside a chroot: sourced by interpreters.sh and by
# the tests' helper.  Every case does this often, so few programs are started on the way.
#
# PIHOOK_TEST_SHOWN   folders that every chroot shows already, separated by ':' (see
#                     interpreters.sh show)

PROJECT=$(cd -- "${BASH_SOURCE[0]%/*}/.." >/dev/null && pwd)
BOUND=()

# What lies below a folder that is bound already comes with it.
will_bind() {
    local dir=$1 seen
    for seen in "${BOUND[@]}"; do
        [[ $dir/ != "$seen"/* ]] || return 0
    done
    BOUND+=("$dir")
}

# Everything below the current directory's top folder is wanted, so that ../
# works, but the root's own system folders must not be hidden.
top_of() {
    local dir=$1 top
    top=${dir#/}
    top=/${top%%/*}
    case $top in
    /bin | /boot | /etc | /lib* | /run | /sbin | /sys | /usr | /var) TOP=$dir ;;
    *) TOP=$top ;;
    esac
}

# choose_binds DIR...: what a program that works there wants to see in a chroot, in BOUND.
choose_binds() {
    local dir more wanted=()
    IFS=: read -ra more <<<"${PIHOOK_TEST_BIND:-}"
    for dir; do
        top_of "$dir"
        wanted+=("$TOP")
    done
    BOUND=()
    for dir in /proc /dev /tmp "${wanted[@]}" "$PROJECT" "${more[@]}"; do
        # PIHOOK_TEST_BIND may have empty parts, and / itself can't be bound.
        [[ $dir != /?* ]] || will_bind "${dir%/}"
    done
}

# Whether all of BOUND is below what is shown.
is_shown() {
    local dir
    [[ -n ${PIHOOK_TEST_SHOWN:-} ]] || return
    for dir in "${BOUND[@]}"; do
        while [[ :$PIHOOK_TEST_SHOWN: != *:"$dir":* ]]; do
            dir=${dir%/*}
            [[ -n $dir ]] || return
        done
    done
}

# bind_in ROOTS COMMAND...: runs it where each of the ROOTS, one a line, shows the folders in
# BOUND. A mount namespace of its own, so the mounts end with the command.
bind_in() {
    local roots=$1
    shift
    # shellcheck disable=SC2016 # sh expands these
    exec unshare --mount -- sh -ec '
        roots=$1 binds=$2
        shift 2
        while [ "$binds" -gt 0 ]; do
            printf "%s\n" "$roots" | while read -r root; do
                [ -d "$root$1" ] || mkdir -p -- "$root$1"
                mount --rbind -- "$1" "$root$1"
            done
            shift
            binds=$((binds - 1))
        done
        exec "$@"
    ' sh "$roots" "${#BOUND[@]}" "${BOUND[@]}" "$@"
}

# env sets LD_PRELOAD at the very end, where no program but the interpreter comes under it.
start_in_root() {
    local root=$1 path=$2 preload=$3 setting=()
    shift 3
    [[ -z $preload ]] || setting=(LD_PRELOAD="$preload")
    set -- chroot "$root" /usr/bin/env -C "$PWD" "${setting[@]}" "$path" "$@"
    choose_binds "$PWD"
    ! is_shown || exec "$@"
    bind_in "$root" "$@"
}

# start_python PYTHON ARG...: as interpreters.sh list prints it, with LD_PRELOAD as
# PIHOOK_TEST_PRELOAD says. In place of this process.
start_python() {
    local python=$1 preload=${PIHOOK_TEST_PRELOAD:-}
    shift
    unset PIHOOK_TEST_PRELOAD
    if [[ $python == *//* ]]; then
        start_in_root "${python%%//*}" "/${python#*//}" "$preload" "$@"
    fi
    [[ -z $preload ]] || export LD_PRELOAD=$preload
    exec "$python" "$@"
}
