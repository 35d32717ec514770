#!/bin/bash
# SPDX-License-Identifier: MIT
# Installs the Debian package in a clean Debian 12, a chroot of its own, and tries out there what a
# user does: pihook run and check, manuals, completion, a C program, removal.  As root.
#
#   tests/deb.sh [PACKAGE.deb]
#
# Without a package it makes one (make deb).  What debootstrap makes is kept for the next time, in
# PIHOOK_INTERPRETERS (default: ${XDG_CACHE_HOME:-~/.cache}/pihook/interpreters), hidden.
set -euo pipefail
HERE=$(realpath "$(dirname "$0")")
TREE=$(dirname "$HERE")
HOME_FOLDER=~
CACHE=$(realpath -m "${PIHOOK_INTERPRETERS:-${XDG_CACHE_HOME:-$HOME_FOLDER/.cache}/pihook/interpreters}")
SUITE=bookworm
# shellcheck source=tools/packages.sh
. "$TREE/tools/packages.sh"
# shellcheck source=tests/mirror.bash
. "$HERE/mirror.bash"

fail() {
  echo "deb: $*" >&2
  exit 1
}

# ---- the clean system ----

# A throw-away root needs no safe writes.
make_clean() {
  local root=$work/bootstrap
  unshare --mount -- debootstrap --variant=minbase --include=ca-certificates "$SUITE" "$root" \
    "$(mirror)" >&2
  echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/test-root"
  tar -C "$root" -cf "$1.new" .
  mv "$1.new" "$1"
  rm -rf --one-file-system "$root"
}

unpack_clean() {
  local kept=$CACHE/.$SUITE.tar
  mkdir -p "$CACHE" "$work/root"
  [ -e "$kept" ] || make_clean "$kept"
  tar -C "$work/root" -xf "$kept"
}

# inside COMMAND...: there, with nothing of ours; its mounts and processes end with it.
inside() {
  # shellcheck disable=SC2016 # sh expands these
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/srv LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    unshare --mount --pid --fork -- sh -ec '
      root=$1
      shift
      mount -t proc proc "$root/proc"
      mount --rbind /dev "$root/dev"
      exec chroot "$root" "$@"' sh "$work/root" "$@" </dev/null
}

# ---- what is tried out ----

passed=0 failed=0

# holds SENTENCE COMMAND...
holds() {
  local sentence=$1
  shift
  if "$@" >"$work/log" 2>&1; then
    passed=$((passed + 1))
    echo "ok $sentence"
  else
    failed=$((failed + 1))
    echo "not ok $sentence"
    sed 's/^/# /' "$work/log"
  fi
}

# says STATUS PATTERN SCRIPT: bash in the chroot ends so, and the pattern is in what it prints.
says() {
  local said status=0
  said=$(inside bash -c "$3" 2>&1) || status=$?
  printf '%s\n-- status %d\n' "$said" "$status"
  # shellcheck disable=SC2053 # a pattern
  [[ $status == "$1" && $said == $2 ]]
}

installs() {
  cp "$package" "$work/root/srv/pihook.deb"
  # An index that is old is as good here; its signature is still checked.
  inside apt-get -q -o Acquire::Check-Valid-Until=false update
  inside apt-get -qy --no-install-recommends install /srv/pihook.deb
}

# What a user of it has besides, none of which the package needs.
installs_more() {
  inside apt-get -qy --no-install-recommends install python3 gcc libc6-dev pkg-config man-db \
    bash-completion
}

removes() {
  inside dpkg -L pihook >"$work/files"
  inside apt-get -qy purge pihook
  local name left=0
  while read -r name; do
    if [ -f "$work/root$name" ] || [ -L "$work/root$name" ]; then
      echo "left: $name"
      left=1
    fi
  done <"$work/files"
  ((left == 0)) && ! inside sh -c 'command -v pihook'
}

# shellcheck disable=SC2016 # it is bash in the chroot that expands these
# Asks bash's completion as a terminal would.
COMPLETE='
. /usr/share/bash-completion/bash_completion
_completion_loader pihook
complete -p pihook
offered() { COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _pihook pihook; echo "${COMPREPLY[*]}"; }
offered pihook re
offered pihook run --ti'

# shellcheck disable=SC2016
PROGRAM='
cat >/srv/both.c <<END
#include <pihook.h>
#include <pthread.h>
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
int main(void)
{
    if (pihook_name_lock)
        pihook_name_lock(&a, "accounts");
    pthread_mutex_lock(&a), pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b), pthread_mutex_unlock(&a);
    pthread_mutex_lock(&b), pthread_mutex_lock(&a);
    return pthread_mutex_unlock(&a) + pthread_mutex_unlock(&b);
}
END
cd /srv
gcc -g $(pkg-config --cflags pihook) -o both both.c -pthread && ./both && pihook run ./both'

try_out() {
  holds "the package installs with what it depends on" installs
  holds "the command runs" says 0 'pihook [0-9]*' 'pihook --version'
  holds "pihook run passes a status on, without a Python" says 7 '' 'pihook run sh -c "exit 7"'
  holds "what a user has besides installs" installs_more
  holds "pihook check tells that Python can be preloaded" says 0 '*verdict     yes: *' \
    'pihook check /usr/bin/python3'
  holds "the sample of the documents fails with one finding" \
    says 66 '*OK*pihook: error: lock-order: *bank.py:29 in audit*pihook: 1 errors*' \
    'cp -r /usr/share/doc/pihook/sample /srv && cd /srv/sample &&
      pihook run -o address-order=off -- python3 -m unittest'
  holds "a C program finds header and library, and its finding has file and line" \
    says 66 '*error: lock-order: *"accounts"*#0 main /srv/both.c:[0-9]*' "$PROGRAM"
  holds "manual pihook(1) is there" says 0 '*pihook run*' 'man 1 pihook'
  holds "manual pihook.conf(5) is there" says 0 '*SUPPRESSIONS*' 'man 5 pihook.conf'
  holds "manual libpihook(7) is there" says 0 '*LD_PRELOAD*' 'man 7 libpihook'
  holds "bash completes the command line" says 0 '*_pihook*report*--timeout=*' "$COMPLETE"
  holds "the package goes and leaves nothing" removes
}

[ "$(id -u)" -eq 0 ] || fail "a chroot needs root"
install_missing debootstrap debian-archive-keyring
work=$(realpath "$(mktemp -d)")
trap 'rm -rf --one-file-system "$work"' EXIT
if [ $# -eq 0 ]; then
  install_missing debhelper dpkg-dev
  make -C "$TREE" deb >"$work/log" 2>&1 || { tail -n 40 "$work/log" && fail "no package was made"; }
  set -- "$TREE"/deb/pihook_*.deb
fi
package=$(realpath "$1")
unpack_clean
try_out
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
