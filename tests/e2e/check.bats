#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pihook check: what it tells about programs.

bats_require_minimum_version 1.5.0

# Interpreters inside a chroot can't be looked at from outside.
setup_file() {
    local interpreters=$BATS_TEST_DIRNAME/../interpreters.sh
    export PYTHONS=$BATS_FILE_TMPDIR/pythons LIBPYTHONS=$BATS_FILE_TMPDIR/libs
    bash "$interpreters" list 3>&- | grep -v // >"$PYTHONS" || echo /usr/bin/python3 >"$PYTHONS"
    bash "$interpreters" libs 3>&- | grep -v // >"$LIBPYTHONS" || true
}

setup() {
    BUILD=$(realpath "${PIHOOK_BUILD:-$BATS_TEST_DIRNAME/../..}")
    PIHOOK=$BUILD/tools/pihook
    LIBRARY=$BUILD/.libs/libpihook.so
    PYTHON=$(head -n 1 "$PYTHONS")
    NOBODY=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    unset LD_PRELOAD PIHOOK_CONFIG PIHOOK_OPTIONS PIHOOK_DISABLE
    cd "$BATS_TEST_TMPDIR"
}

# script NAME LINE...: an executable file of these lines.
script() {
    printf '%s\n' "${@:2}" >"$1"
    chmod 755 "$1"
}

compile() {
    ${CC:-cc} -x c -o "$1" - -x none "${@:2}" <<<"int main(void) { return 0; }"
}

# has FACT PATTERN: the report has that line.
has() {
    local line
    for line in "${lines[@]}"; do
        # shellcheck disable=SC2053
        [[ ${line%% *} == "$1" && ${line#* } == $2 ]] && return
    done
    printf 'no line "%s %s" in:\n%s\n' "$1" "$2" "$output"
    return 1
}

needs_root() {
    ((EUID == 0)) || skip "only root can do that"
}

needs_nobody() {
    needs_root
    chmod 755 "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR" "${BATS_TEST_TMPDIR%/*}"
    "${NOBODY[@]}" test -x "$PIHOOK" -a -r "$LIBRARY" -a -x . ||
        skip "user 65534 can't reach the build or the test's folder"
}

# ---- programs that work ----

@test "every Python interpreter of this machine can be preloaded, and its imports are seen" {
    while read -r python; do
        echo "# $python"
        run -0 "$PIHOOK" check "$python"
        has program "*$(realpath "$python")*"
        has preload "*yes: *"
        has python "*3.*, @(static|shared, libpython*)"
        has imports "*live: *"
        has verdict "*yes: *"
    done <"$PYTHONS"
}

@test "a Python tells its own version" {
    version=$("$PYTHON" -I -S -c 'import sys; print(sys.version.split()[0])')
    run -0 "$PIHOOK" check "$PYTHON"
    has python " *$version, *"
}

@test "without an argument the python3 of PATH is looked at" {
    mkdir bin
    ln -s "$PYTHON" bin/python3
    PATH=$PWD/bin:$PATH run -0 "$PIHOOK" check
    has program "*$(realpath "$PYTHON") (by $PWD/bin/python3)"
}

@test "the user's own configuration does not disturb the look at a Python" {
    export PIHOOK_DISABLE=1 PIHOOK_CONFIG=/nonexistent PIHOOK_OPTIONS=import-road=off
    run -0 --separate-stderr "$PIHOOK" check "$PYTHON"
    has imports "*live: *"
    [[ -z $stderr ]]
}

@test "a C program can be preloaded and is told to have no Python" {
    compile plain
    run -0 "$PIHOOK" check ./plain
    has preload "*yes: *ld*"
    has python "*none in it*"
    has verdict "*yes: *"
}

@test "a program that is linked with a libpython is told to have it, and not executed" {
    [[ -s $LIBPYTHONS ]] || skip "there is no libpython"
    library=$(head -n 1 "$LIBPYTHONS")
    compile embedding -Wl,--no-as-needed "$library" "-Wl,-rpath,${library%/*}"
    run -0 "$PIHOOK" check ./embedding
    has python "*shared, libpython*"
    [[ $output != *imports* ]]
}

@test "neither a program nor a script is executed" {
    ${CC:-cc} -x c -o program - <<<'#include <fcntl.h>
        int main(void) { return open("ran", O_CREAT, 0600); }'
    script app '#!/bin/sh' 'touch ran'
    run -0 "$PIHOOK" check ./program
    run -0 "$PIHOOK" check ./app
    [[ ! -e ran ]]
}

@test "a name is searched in PATH, files that can't be executed are passed over" {
    mkdir one two
    touch one/thing
    mkdir one/other
    compile two/thing
    compile two/other
    PATH=one:two:$PATH run -0 "$PIHOOK" check thing
    has program "*$PWD/two/thing (by two/thing)"
    PATH=one:two:$PATH run -0 "$PIHOOK" check other
    has program "*$PWD/two/other (by two/other)"
}

# ---- scripts ----

@test "a script stands for its interpreter" {
    script app "#!$PYTHON -u"
    run -0 "$PIHOOK" check ./app
    has script "*./app"
    has program "*$(realpath "$PYTHON")*"
    has imports "*live: *"
}

@test "a script by env stands for the interpreter that env finds in PATH" {
    mkdir bin
    ln -s "$PYTHON" bin/python3
    for line in "/usr/bin/env python3" "/usr/bin/env -S python3 -u" \
        "/usr/bin/env -vS A=1 -u B python3 -u" "/usr/bin/env --split-string=python3 -u"; do
        script app "#!$line"
        PATH=$PWD/bin:$PATH run -0 "$PIHOOK" check ./app
        has program "*$(realpath "$PYTHON") (by $PWD/bin/python3)"
    done
}

@test "a script by env without -S gives env one word only, as the kernel does" {
    script app "#!/usr/bin/env python3 -u"
    run -127 --separate-stderr "$PIHOOK" check ./app
    [[ $stderr == "pihook: check: python3 -u, the interpreter of ./app, is not found" ]]
}

@test "a script whose env drops the environment can't be preloaded" {
    script app "#!/usr/bin/env -iS /bin/sh"
    run -1 "$PIHOOK" check ./app
    has preload "*no: *env*LD_PRELOAD*"
}

@test "a script without a newline at its end is a script" {
    printf '#!/bin/sh' >app
    chmod 755 app
    run -0 "$PIHOOK" check ./app
    has program "*$(realpath /bin/sh)*"
}

@test "a script may have a script as interpreter" {
    script inner "#!$PYTHON"
    script outer "#!$PWD/inner"
    run -0 "$PIHOOK" check ./outer
    has script "*./outer"
    has script "*$PWD/inner"
    has program "*$(realpath "$PYTHON")*"
}

@test "scripts that have each other as interpreter are told" {
    script one "#!$PWD/two"
    script two "#!$PWD/one"
    run -126 --separate-stderr "$PIHOOK" check ./one
    [[ $stderr == *"too many scripts"* ]]
}

@test "a script whose interpreter is missing is told with both names" {
    script app "#!/nonexistent/python"
    run -127 --separate-stderr "$PIHOOK" check ./app
    [[ $stderr == "pihook: check: /nonexistent/python, the interpreter of ./app, is not found" ]]
}

@test "a script that names no interpreter, or one too long, can't be executed" {
    script empty "#! "
    run -126 --separate-stderr "$PIHOOK" check ./empty
    [[ $stderr == *"names no interpreter" ]]
    script long "#!/$(printf '%0300d' 0)"
    run -126 --separate-stderr "$PIHOOK" check ./long
    [[ $stderr == *"longer than 255 bytes" ]]
}

# ---- programs that can't be preloaded ----

@test "a static program can't be preloaded" {
    compile fixed -static || skip "there is no static C library"
    run -1 "$PIHOOK" check ./fixed
    has preload "*no: it is static*"
    has verdict "*no: *"
    compile moving -static-pie || skip "there is no static-pie"
    run -1 "$PIHOOK" check ./moving
    has preload "*no: it is static*"
}

@test "a program of another architecture is told with both" {
    cp /bin/true foreign
    # EM_S390 as e_machine
    printf '\026\000' | dd of=foreign bs=1 seek=18 conv=notrunc status=none
    run -1 "$PIHOOK" check ./foreign
    has preload "*no: other architecture: it is s390x, the library *"
}

@test "a program with another C library can't be preloaded" {
    command -v musl-gcc || skip "there is no musl-gcc"
    CC=musl-gcc compile other
    run -1 "$PIHOOK" check ./other
    has preload "*no: other C library: *musl*glibc*"
}

@test "a program that uses no C library is told" {
    loader=$(ldd /bin/true | grep -o '/[^ ]*/ld[^ ]*')
    ${CC:-cc} -x c -o bare - -nostdlib -pie -fPIE -fno-stack-protector \
        "-Wl,--dynamic-linker,$loader" <<<"void _start(void) { for (;;) ; }"
    run -1 "$PIHOOK" check ./bare
    has preload "*no: it uses no C library"
}

@test "a program that misses a library is told with its name" {
    mkdir lib
    ${CC:-cc} -x c -shared -fPIC -o lib/libgone.so - <<<"int gone;"
    compile missing -Wl,--no-as-needed -Llib -lgone
    run -1 "$PIHOOK" check ./missing
    has preload "*no: *libgone.so*"
}

@test "a set-user-ID program of another user can't be preloaded" {
    needs_root
    [[ $(findmnt -no OPTIONS -T .) != *nosuid* ]] || skip "the test's folder is mounted nosuid"
    cp /bin/true set
    chown 65534 set
    chmod u+s set
    run -1 "$PIHOOK" check ./set
    has preload "*no: it runs with more rights than you*"
    chown 0:65534 set
    chmod g+s set
    run -1 "$PIHOOK" check ./set
    has preload "*no: it runs with more rights than you*"
}

@test "a set-user-ID program of one's own can be preloaded" {
    cp /bin/true set
    chmod u+s set
    run -0 "$PIHOOK" check ./set
    has preload "*yes: *"
}

@test "a program with file capabilities can be preloaded by root alone" {
    needs_nobody
    command -v setcap || skip "there is no setcap"
    [[ $(findmnt -no OPTIONS -T .) != *nosuid* ]] || skip "the test's folder is mounted nosuid"
    cp /bin/true capable
    setcap cap_net_raw+ep capable || skip "this file system has no capabilities"
    run -0 "$PIHOOK" check ./capable
    run -1 "${NOBODY[@]}" "$PIHOOK" check ./capable
    has preload "*no: it runs with more rights than you*"
}

@test "a program without permission to read it is told as such" {
    ((EUID != 0)) && NOBODY=() || needs_nobody
    cp /bin/true hidden
    chmod 111 hidden
    run -1 "${NOBODY[@]}" "$PIHOOK" check ./hidden
    has verdict "*no permission to read*"
}

@test "a loader that leaves the library out is heard" {
    mkdir lib
    ${CC:-cc} -x c -shared -fPIC -o lib/libgone.so - <<<"int gone;"
    ${CC:-cc} -x c -shared -fPIC -o lib/libbroken.so - -Wl,--no-as-needed -Llib -lgone \
        -lc <<<"int broken;"
    rm lib/libgone.so
    run -1 "$PIHOOK" check --library=lib/libbroken.so /bin/true
    has preload "*no: *libgone.so*"
}

@test "a library that does not reach a Python is told as such" {
    mkdir lib
    ${CC:-cc} -x c -shared -fPIC -o lib/libidle.so - -Wl,--no-as-needed -lc <<<"int idle;"
    run -1 "$PIHOOK" check --library=lib/libidle.so "$PYTHON"
    has preload "*yes: *"
    has verdict "*no: the library was loaded but did not reach this Python*"
}

# ---- what is no program, and no library ----

@test "a program that is not found has status 127" {
    for name in ./nonexistent nonexistent-program /nonexistent/program /bin/true/nonsense ""; do
        run -127 --separate-stderr "$PIHOOK" check "$name"
        [[ -z $output && ${#stderr_lines[@]} == 1 ]]
        [[ $stderr == "pihook: check: $name is not found" ]]
    done
}

@test "a folder can't be executed" {
    run -126 --separate-stderr "$PIHOOK" check ./
    [[ $stderr == "pihook: check: ./ is a directory" ]]
    run -126 "$PIHOOK" check .
}

@test "a file without execute permission can't be executed" {
    cp /bin/true file
    chmod 644 file
    run -126 --separate-stderr "$PIHOOK" check ./file
    [[ $stderr == "pihook: check: ./file is no executable file"* ]]
}

@test "a FIFO can't be executed, and is not waited for" {
    mkfifo -m 755 fifo
    run -126 "$PIHOOK" check ./fifo
}

@test "a file that is neither ELF nor a script can't be executed" {
    script empty
    : >empty
    script text hello
    printf '\177ELF' >magic
    chmod 755 magic
    for file in empty text magic; do
        run -126 --separate-stderr "$PIHOOK" check "./$file"
        [[ $stderr == "pihook: check: ./$file can't be executed: neither an ELF program nor a script"* ]]
    done
}

@test "a damaged ELF file is told and does no harm" {
    for size in 20 64 120 1000 5000; do
        head -c "$size" /bin/true >cut
        chmod 755 cut
        run "$PIHOOK" check ./cut
        ((status == 1 || status == 126))
    done
    head -c 4096 /bin/true >noise
    head -c 60000 /dev/zero | tr '\0' '\377' >>noise
    chmod 755 noise
    run "$PIHOOK" check ./noise
    ((status == 1 || status == 126))
}

@test "a library that is missing or none is pihook's own failure" {
    run -125 --separate-stderr "$PIHOOK" check --library=/nonexistent.so /bin/true
    [[ -z $output ]]
    [[ $stderr == "pihook: the library /nonexistent.so: No such file or directory" ]]
    echo text >text.so
    run -125 --separate-stderr "$PIHOOK" check --library text.so /bin/true
    [[ $stderr == *"text.so: no ELF file" ]]
}

@test "a library with a space in its path is told, as the loader can't take it" {
    mkdir "a folder"
    cp "$LIBRARY" "a folder/libpihook.so"
    run -125 --separate-stderr "$PIHOOK" check "--library=a folder/libpihook.so" /bin/true
    [[ $stderr == *"space or colon"* ]]
}
