#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The command line of pihook as a whole.

bats_require_minimum_version 1.5.0

setup() {
    BUILD=${PIHOOK_BUILD:-$BATS_TEST_DIRNAME/../..}
    PIHOOK=$BUILD/tools/pihook
    COMMANDS=(check merge options report run)
}

@test "the version is the second word of the first line" {
    run -0 "$PIHOOK" --version
    [[ ${lines[0]} =~ ^pihook\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "the help names every command with its meaning" {
    run -0 "$PIHOOK" --help
    for command in "${COMMANDS[@]}"; do
        [[ $output =~ $'\n'"  $command "\ *[a-z] ]]
    done
}

@test "every command has a help of its own, on stdout" {
    for command in "${COMMANDS[@]}"; do
        run -0 --separate-stderr "$PIHOOK" "$command" --help
        [[ ${lines[0]} == "Usage: pihook $command"* ]]
        [[ -z $stderr ]]
    done
}

@test "without a command there is one line on stderr and status 2" {
    run -2 --separate-stderr "$PIHOOK"
    [[ -z $output ]]
    [[ ${#stderr_lines[@]} == 1 && $stderr == "pihook: a command is missing"* ]]
}

@test "a mistyped command is told with the one that was meant" {
    run -2 --separate-stderr "$PIHOOK" chekc
    [[ -z $output ]]
    [[ $stderr == "pihook: unknown command chekc: did you mean check?" ]]
}

@test "a command that resembles none is told without a guess" {
    run -2 --separate-stderr "$PIHOOK" quxquux
    [[ $stderr == "pihook: unknown command quxquux"* && $stderr != *"did you mean"* ]]
}

@test "a mistyped option is told with the one that was meant" {
    run -2 --separate-stderr "$PIHOOK" --verison
    [[ $stderr == "pihook: unknown option --verison: did you mean --version?" ]]
    run -2 --separate-stderr "$PIHOOK" check --libary=x
    [[ $stderr == "pihook: unknown option --libary: did you mean --library?" ]]
}

@test "an unknown short option is a usage error" {
    run -2 --separate-stderr "$PIHOOK" check -z
    [[ $stderr == "pihook: unknown option -z"* ]]
}

@test "an option without its value, or with one too many, is a usage error" {
    run -2 --separate-stderr "$PIHOOK" check --library
    [[ $stderr == "pihook: option --library needs a value" ]]
    run -2 --separate-stderr "$PIHOOK" --help=all
    [[ $stderr == "pihook: option --help takes no value" ]]
}

@test "an argument too many is a usage error" {
    run -2 --separate-stderr "$PIHOOK" options all
    [[ $stderr == *"all"* ]]
    run -2 --separate-stderr "$PIHOOK" check one two
    [[ $stderr == *"two"* ]]
}

@test "what follows the command is the command's: its --version is unknown" {
    run -2 --separate-stderr "$PIHOOK" options --version
    [[ $stderr == "pihook: unknown option --version"* ]]
}

@test "output to a full disk is told, with status 125" {
    [[ -c /dev/full ]] || skip "there is no /dev/full"
    for arguments in --help --version options "check --help"; do
        # shellcheck disable=SC2086
        run -125 bash -c '"$0" "$@" >/dev/full' "$PIHOOK" $arguments
        [[ $output == "pihook: the output can't be written: "* ]]
    done
}

@test "output to a closed stdout is told, with status 125" {
    run -125 bash -c '"$0" options >&-' "$PIHOOK"
    [[ $output == "pihook: the output can't be written: "* ]]
}

@test "closed standard descriptors do no harm where nothing is written to them" {
    run -0 bash -c '"$0" --version 2>&- <&-' "$PIHOOK"
    run -2 bash -c '"$0" chekc >&-' "$PIHOOK"
    [[ $output == "pihook: unknown command chekc"* ]]
}
