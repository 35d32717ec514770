#!/bin/bash
# SPDX-License-Identifier: MIT
# Builds pihook on a bare Debian 12 and shows its main job: a hook in a file of two lines,
# a program that knows nothing of it, and what the program's Python says about it.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=tools/packages.sh
. tools/packages.sh

build() {
  [ -x configure ] || autoreconf -fi >/dev/null 2>&1
  [ -f Makefile ] || ./configure -q
  make -s >/dev/null
}

# show COMMAND...: prints the command as a user would type it, runs it, indents what it says.
show() {
  printf '\n$ %s\n' "$*"
  bash -c "$*" 2>&1 | sed 's/^/  /'
}

# shellcheck disable=SC2086 # lists of words
install_missing $PACKAGES_BUILD $PACKAGES_DEMO
build
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
library=$PWD/libpihook.so
command=$PWD/tools/pihook
cd "$folder"

cat > hooks.conf <<'END'
[hook threading]
warn = Threads? Are you crazy?
END
cat > app.py <<'END'
import threading

worker = threading.Thread(target=print, args=("hello from a thread",))
worker.start()
worker.join()
END
show cat hooks.conf
show cat app.py
# /usr/bin/python3 is a static Python: what most shims see nothing of.
show "PIHOOK_CONFIG=hooks.conf LD_PRELOAD=$library /usr/bin/python3 app.py"
show "$command check /usr/bin/python3"
