#!/bin/bash
# SPDX-License-Identifier: MIT
# Builds pihook on a bare Debian 12 and shows its two jobs: a hook in a file of two lines, run by
# a Python program that knows nothing of it; and two locks that a C program takes in both orders.
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

# The threads never meet, so the program can't deadlock in this run.
cat > accounts.c <<'END'
#include <pthread.h>

pthread_mutex_t accounts = PTHREAD_MUTEX_INITIALIZER;
pthread_mutex_t journal = PTHREAD_MUTEX_INITIALIZER;

void *transfer(void *unused)
{
    pthread_mutex_lock(&accounts);
    pthread_mutex_lock(&journal);
    pthread_mutex_unlock(&journal);
    pthread_mutex_unlock(&accounts);
    return unused;
}

void *audit(void *unused)
{
    pthread_mutex_lock(&journal);
    pthread_mutex_lock(&accounts);
    pthread_mutex_unlock(&accounts);
    pthread_mutex_unlock(&journal);
    return unused;
}

int main(void)
{
    pthread_t thread;

    pthread_create(&thread, NULL, transfer, NULL);
    pthread_join(thread, NULL);
    pthread_create(&thread, NULL, audit, NULL);
    pthread_join(thread, NULL);
}
END
show cat accounts.c
show gcc -g -rdynamic -pthread accounts.c -o accounts
show './accounts; echo "exit status $?"'
# Address order is a discipline of its own, which this program doesn't promise.
options=exitcode=66:address-order=off
show "PIHOOK_OPTIONS=$options LD_PRELOAD=$library ./accounts; echo \"exit status \$?\""
