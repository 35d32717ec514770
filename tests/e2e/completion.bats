#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Completion in bash: what the shell offers at the end of a line.

# shellcheck disable=SC2154 # bats sets output
bats_require_minimum_version 1.5.0
load helper

setup() {
    clean_environment
    PIHOOK=$BUILD/tools/pihook
    # shellcheck source=tools/completion/pihook
    source "$TESTS/../tools/completion/pihook"
}

compopt() {
    :
}

# offers WORDS WORD...: after these words, the last of which is being written.
offers() {
    COMP_WORDS=(pihook "${@:2}")
    COMP_CWORD=$(($# - 1))
    _pihook "$PIHOOK"
    same "${COMPREPLY[*]}" "$1"
}

@test "commands, their options and the values of these are completed" {
    offers "run" ru
    offers "report" rep
    offers "--timeout=" run --ti
    offers "--baseline=" report --b
    offers "--suppressions=" report --s
    offers "--suppressions=" merge --s
    offers "json junit" report --format = j
    offers "abort" run --on-deadlock = a
    offers "lock-order=" run -o lock-order=
    offers "--keep=" trace --k
    offers "gil-order" explain gil
    offers "always" report --color = al
    offers "sarif:" run --output = sa
    offers "--check" merge --c
}

@test "every command that there is, and every format, can be completed" {
    local words
    words=$("$PIHOOK" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
    (($(wc -l <<<"$words") >= 6))
    offers "${words//$'\n'/ } --help --version" ""
    same "$(_pihook_formats "$PIHOOK" run | wc -l)" 8
    like " $(_pihook_formats "$PIHOOK" report | tr '
' ' ')" "* importtime * sarif *"
    offers "importtime" report --format = imp
    offers "importtime" trace --format = imp
    offers "" trace --format = sar
    offers "" run --format = imp
}

@test "the line of the program that run starts is completed as its own" {
    _command_offset() {
        COMPREPLY=("from $1")
    }
    offers "from 2" run mak
    offers "from 7" run --output = sarif : file mak
    offers "from 7" run -o address-order = off -- mak
    offers "--timeout=" run --output = sarif : file --ti
}

@test "files are completed where files are meant" {
    touch one.json two.json
    offers "one.json" report on
    offers "two.json" report --baseline = tw
    offers "one.json two.json" merge ""
    offers "one.json" report --output = on
    offers "two.json" run --output = sarif : tw
    offers "one.json two.json" run --output = sarif :
    offers "one.json" merge --check --suppressions = on
}
