# SPDX-License-Identifier: MIT
# Sourced by real-programs.sh: programs with threads that do their work and end.
# shellcheck shell=bash disable=SC2034,SC2154

# text BYTES: always the same, neither empty nor noise to a compressor.
text() {
    awk -v bytes="$1" 'BEGIN {
        srand(7)
        for (n = 0; n < bytes; n += length(line) + 1) {
            line = int(rand() * 100000) " words " int(rand() * 100)
            print line
        }
    }'
}

# ---- compressors ----
NEEDS[xz]=xz
real_xz() {
    text 8000000 >input
    "${UNDER[@]}" xz -1 -T2 --block-size=500000 -k input
    "${UNDER[@]}" xz -T2 -dc input.xz | cmp - input
    sha256sum <input.xz
}

NEEDS[zstd]=zstd
real_zstd() {
    text 16000000 >input
    "${UNDER[@]}" zstd -q -T2 -6 input
    "${UNDER[@]}" zstd -q -dc input.zst | cmp - input
    sha256sum <input.zst
}

NEEDS[pigz]=pigz
real_pigz() {
    text 16000000 >input
    "${UNDER[@]}" pigz -p 4 -n -k input
    "${UNDER[@]}" pigz -dc input.gz | cmp - input
    sha256sum <input.gz
}

NEEDS[pbzip2]=pbzip2
real_pbzip2() {
    text 8000000 >input
    "${UNDER[@]}" pbzip2 -q -p4 -k input
    "${UNDER[@]}" pbzip2 -q -p4 -dc input.bz2 | cmp - input
    sha256sum <input.bz2
}

NEEDS[7z]=7z
real_7z() {
    text 6000000 >input
    "${UNDER[@]}" 7z a -mmt=4 -mx=3 archive.7z input >7z.log
    "${UNDER[@]}" 7z x -mmt=4 -oout archive.7z >7z.log
    cmp out/input input
    "${UNDER[@]}" 7z a -tbzip2 -mmt=4 input.bz2 input >7z.log
    sha256sum <input.bz2
}

# ---- ffmpeg: threads for frames, for slices and for each stream ----
NEEDS[ffmpeg]=ffmpeg
real_ffmpeg() {
    local codec=mpeg4
    ffmpeg -hide_banner -encoders >encoders 2>/dev/null
    if grep -q libx264 encoders; then
        codec=libx264
    fi
    "${UNDER[@]}" ffmpeg -nostdin -v error -f lavfi -i testsrc=size=640x360:rate=25:duration=6 \
        -f lavfi -i sine=duration=6 -c:v "$codec" -threads 4 -c:a aac -y made.mkv
    "${UNDER[@]}" ffmpeg -nostdin -v error -threads 4 -i made.mkv -filter_threads 2 \
        -vf scale=320:180 -f framemd5 -
}

# ---- git: threads look for deltas, resolve them, read the index, search ----
NEEDS[git]="git python3"
real_git() {
    export HOME=$PWD
    "${UNDER[@]}" git init -q --bare made.git
    python3 "$TESTS/real/history.py" 60 1500 |
        "${UNDER[@]}" git -C made.git fast-import --quiet
    "${UNDER[@]}" git -C made.git -c pack.threads=4 repack -q -adf --window=20
    "${UNDER[@]}" git -C made.git -c pack.threads=4 gc -q --prune=now
    "${UNDER[@]}" git -c pack.threads=4 clone -q --no-local --branch main made.git copy
    "${UNDER[@]}" git -C copy -c index.threads=4 status --porcelain
    "${UNDER[@]}" git -C copy -c grep.threads=4 grep -c 'line 7 ' | sha256sum
    "${UNDER[@]}" git -C copy fsck --strict
    git -C copy rev-parse HEAD
    git -C made.git count-objects -v | grep -E '^(count|in-pack|packs)'
}

# ---- stress-ng: by number of operations, so that both sides do the same work ----
# Its mutex stressor gives up when its first thread, of real-time priority, has done all the work
# before it could create another.
stress_mutexes() {
    until "${UNDER[@]}" stress-ng --seed 1 --temp-path "$PWD" --pthread 2 --pthread-ops 4000 \
        --pthread-max 64 --mutex 2 --mutex-ops 100000 --mutex-procs 4 >stress.log 2>&1; do
        grep -q 'mutex: could not create any pthreads' stress.log
    done
}

NEEDS[stress-ng]=stress-ng
real_stress-ng() {
    stress_mutexes
    "${UNDER[@]}" stress-ng --seed 1 --temp-path "$PWD" --fork 1 --fork-ops 500 \
        --vfork 1 --vfork-ops 500 --clone 1 --clone-ops 500 >>stress.log 2>&1
    grep -o 'successful run completed' stress.log
}

# ---- openssl: processes, and a library whose locks are rwlocks ----
NEEDS[openssl]=openssl
real_openssl() {
    "${UNDER[@]}" openssl speed -seconds 1 -bytes 1024 -multi 2 sha256 >speed.log 2>&1
    grep -c '^Forked child' speed.log
    "${UNDER[@]}" openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=test -keyout key -out cert \
        2>req.log
    "${UNDER[@]}" openssl verify -CAfile cert cert
}

# ---- compiler: a parallel build ----
NEEDS[make]="make gcc"
real_make() {
    local file
    {
        echo 'CFLAGS = -O2 -g0'
        echo "program: main.o $(printf 'f%d.o ' {1..24})"
        printf '\t%s\n' "\$(CC) -o \$@ \$^"
    } >Makefile
    for file in {1..24}; do
        echo "int f$file(int x) { return x * $file + 1; }" >"f$file.c"
    done
    {
        echo '#include <stdio.h>'
        printf 'int f%d(int);\n' {1..24}
        echo 'int main(void) { int x = 1;'
        printf 'x = f%d(x) %% 1000;\n' {1..24}
        echo 'return printf("%d", x) < 0; }'
    } >main.c
    "${UNDER[@]}" make -s -j4 CC=gcc
    "${UNDER[@]}" ./program
}

# ---- gdb: threads of its own, Python inside, and a program with threads under it ----
NEEDS[gdb]="gdb xz"
real_gdb() {
    local threads
    text 2000000 >input
    "${UNDER[@]}" gdb -nx -batch -iex 'set debuginfod enabled off' -iex 'set auto-load off' \
        -ex 'catch syscall exit_group' -ex run -ex 'thread apply all backtrace 1' \
        -ex 'python print("python inside", 6 * 7)' -ex continue \
        --args xz -1 -T2 --block-size=200000 -k input >gdb.log 2>&1
    grep -aE '^python inside|exited normally' gdb.log | sed 's/process [0-9]*/process/'
    threads=$(grep -ac '^\[New Thread' gdb.log)
    [[ $threads -ge 2 ]]
    sha256sum <input.xz
}

# ---- Java: a virtual machine's many threads ----
NEEDS[java]="java keytool"
real_java() {
    local option
    "${UNDER[@]}" java -XX:+UseG1GC -XX:ParallelGCThreads=4 -version >version.log 2>&1
    for option in -XX:+UseG1GC -XX:+UseParallelGC; do
        "${UNDER[@]}" keytool "-J$option" -J-Xmx64m -genkeypair -keyalg RSA -keysize 2048 \
            -alias "${option#*+}" -dname CN=test -keystore store -storepass secret -keypass secret \
            2>keytool.log
    done
    "${UNDER[@]}" keytool -list -keystore store -storepass secret | grep -c PrivateKeyEntry
}
