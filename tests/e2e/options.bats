#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The options as the command, the library and the man page tell them.

bats_require_minimum_version 1.5.0

setup() {
    BUILD=${PIHOOK_BUILD:-$BATS_TEST_DIRNAME/../..}
    PIHOOK=$BUILD/tools/pihook
    LIBRARY=$BUILD/.libs/libpihook.so
    MANUAL=$BATS_TEST_DIRNAME/../../tools/man/pihook.conf.5
    unset LD_PRELOAD PIHOOK_CONFIG PIHOOK_OPTIONS PIHOOK_DISABLE
}

# One line for each option: section (- for none), name, default.
options_told() {
    "$PIHOOK" options | awk '
        /^  [^ ]/ { split($1, part, "="); name = part[1] }
        match($0, /; default: [^;]*/) {
            default_ = substr($0, RSTART + 11, RLENGTH - 11)
            section = "-"
            if (match($0, /section \[[^]]*/))
                section = substr($0, RSTART + 9, RLENGTH - 9)
            print section, name, default_
        }' | sort
}

options_documented() {
    awk '/^\.Ss / { section = $2 == "Section" ? $3 : "-" }
         /^\.It Cm .* Pq default Li / { print section, $3, $7 }' "$MANUAL" | sort
}

# The library's own list of help=1, with the program's words left out.
help_of_library() {
    env "$@" LD_PRELOAD="$LIBRARY" /bin/true 2>&1 >/dev/null
}

@test "every option is in pihook.conf(5) with its section and default, and no other is" {
    diff <(options_told) <(options_documented)
    (($(options_told | wc -l) > 0))
}

@test "pihook options has a meaning for every option" {
    run -0 "$PIHOOK" options
    for ((i = 1; i < ${#lines[@]}; i += 3)); do
        [[ ${lines[i]} =~ ^\ \ [a-z-]+= ]]
        [[ ${lines[i + 1]} =~ ^\ {6}[a-z] ]]
        [[ ${lines[i + 2]} == *"default: "* ]]
    done
}

@test "pihook options prints defaults whatever the environment says" {
    plain=$("$PIHOOK" options)
    PIHOOK_OPTIONS=exitcode=7 run -0 "$PIHOOK" options
    [[ $output == "$plain" ]]
}

@test "help=1 prints what pihook options prints, and the program goes on" {
    [[ -e $LIBRARY ]] || skip "the library is not built"
    plain=$("$PIHOOK" options)
    run -0 help_of_library PIHOOK_OPTIONS=help=1
    [[ ${output/help=yes/help=no} == "$plain" ]]
}

@test "help=1 prints the values that hold in this run" {
    [[ -e $LIBRARY ]] || skip "the library is not built"
    run -0 help_of_library PIHOOK_OPTIONS=exitcode=7:help=1:hook-failed=error
    [[ $output == *$'\n  exitcode=7\n'* ]]
    [[ $output == *$'\n  hook-failed=error\n'* ]]
}

@test "a mistyped option is told with the one that was meant, and the others hold" {
    [[ -e $LIBRARY ]] || skip "the library is not built"
    run -0 help_of_library PIHOOK_OPTIONS=exitcod=5:help=1:exitcode=7
    [[ $output == *"exitcod"*"exitcode"* ]]
    [[ $output == *$'\n  exitcode=7\n'* ]]
}

@test "with PIHOOK_DISABLE=1 not even help=1 prints anything" {
    [[ -e $LIBRARY ]] || skip "the library is not built"
    run -0 help_of_library PIHOOK_DISABLE=1 PIHOOK_OPTIONS=help=1
    [[ -z $output ]]
}
