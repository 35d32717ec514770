#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The order of locks across runs: option graph, pihook merge, pihook report and run --graph.

# shellcheck disable=SC2030,SC2031,SC2154 # bats gives each test a subshell, and status
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    lock_program across
    find_pythons
}

setup() {
    clean_environment
    ulimit -c 0
    PIHOOK=$BUILD/tools/pihook
    ACROSS=$BATS_FILE_TMPDIR/across
    [[ -e $ACROSS ]] || skip "there is no C compiler"
    export TMPDIR=$BATS_TEST_TMPDIR/tmp
    mkdir "$TMPDIR"
}

# runs_of CASE...: a run of each, its graph in CASE.graph; nothing is told in any of them.
runs_of() {
    local name
    rm -f -- *.graph
    for name; do
        graph_of "$name" "$name" 2>told
        same "$(<told)" ""
    done
}

# graph_of FILE CASE: stdout is no matter.
graph_of() {
    PIHOOK_OPTIONS=address-order=off:graph=$1.graph LD_PRELOAD=$LIBRARY \
        timeout -s KILL 60 "$ACROSS" "$2" >/dev/null 3>&- </dev/null
}

# lines_of PATTERN: of the report of all graphs.
reports() {
    ends 0 "$PIHOOK" report ./*.graph
    same "$stderr" ""
    same "$(sed -nE 's/^pihook: (error|warning): ([a-z-]+): .*/\1 \2/p' <<<"$output")" "$1" ||
        { echo "$output" && return 1; }
}

# between HEADS CASE...: what runs of these show together.
between() {
    runs_of "${@:2}"
    reports "$1"
}

@test "an inversion that needs two runs is told with the run and the place of each edge" {
    between "error lock-order" forwards backwards
    like "$output" '*closes a cycle of 2 lock classes across runs that could deadlock'$'\n''*'
    like "$output" '*M?: mutex, static, first *across.c:*M?: mutex, static, second *across.c:*'
    like "$output" '*forwards (*) acquire* in process * (*across forwards; ./forwards.graph)*'
    like "$output" '*backwards (*) acquire* in process * (*across backwards; ./backwards.graph)*'
    like "$output" '*first_then_second */across.c:*'
    like "$output" '*second_then_first */across.c:*'
}

@test "the same in three runs is a cycle of three" {
    between "error lock-order" forwards second-then-third third-then-first
    like "$output" '*closes a cycle of 3 lock classes across runs*'
}

@test "a gate that both runs hold, a trylock and readers keep it from being a deadlock" {
    between "" gated-forwards gated-backwards
    between "error lock-order" forwards gated-backwards
    between "" forwards tries-backwards
    between "" readers-forwards readers-backwards
    between "error lock-order" writer-forwards readers-backwards
}

@test "the sentence tells what gives up after a time, and what the first threads alone do" {
    between "error lock-order" forwards timed-backwards
    like "$output" '*could deadlock (timed)*'
    between "error lock-order" main-forwards main-backwards
    like "$output" '*could deadlock (same thread)*'
}

@test "runs that agree show nothing" {
    between "" forwards main-forwards second-then-third
}

@test "what a run shows alone is told there, and not again" {
    PIHOOK_OPTIONS=address-order=off:graph=both.graph:findings=both.json LD_PRELOAD=$LIBRARY \
        timeout 60 "$ACROSS" both 3>&- >/dev/null 2>told
    like "$(<told)" 'pihook: error: lock-order: *'
    graph_of forwards forwards
    reports ""
    ends 0 "$PIHOOK" report ./*.graph both.json
    like "$output" '*pihook: 1 errors, 0 warnings, told 1 times'
}

@test "a child goes on with what its parent has seen" {
    graph_of child child-closes 2>told
    like "$(<told)" 'pihook: error: lock-order: *'
    reports ""
}

@test "two children of one run are two processes" {
    between "error lock-order" children-differ
}

@test "a graph is whole when the process is killed or replaced" {
    graph_of killed killed || true
    graph_of backwards backwards
    reports "error lock-order"
    between "error lock-order" replaced backwards
}

@test "classes of several locks are told as a warning, nested locks of one class not at all" {
    between "warning lock-order" accounts-forwards accounts-backwards
    like "$output" '*if it is the same locks of these classes*'
    between "" accounts-differ accounts-forwards
    between "" accounts-nested accounts-nested
    grep -q '"from":\([0-9]*\),"to":\1,' accounts-nested.graph
}

@test "Python's locks are known by their lines" {
    inversion() {
        cat >locks.py <<'SOURCE'
import sys
import threading

account = threading.Lock()
journal = threading.RLock()
gate = threading.Lock()


def forwards():
    with account:
        with journal:
            pass


def backwards():
    with journal:
        with account:
            pass


def gated(part):
    with gate:
        part()


PARTS = {
    "forwards": forwards,
    "backwards": backwards,
    "gated-forwards": lambda: gated(forwards),
    "gated-backwards": lambda: gated(backwards),
}
thread = threading.Thread(target=PARTS[sys.argv[1]], name=sys.argv[1])
thread.start()
thread.join()
SOURCE
        local part
        for part in forwards backwards gated-forwards gated-backwards; do
            PIHOOK_OPTIONS=address-order=off:graph=$PWD/$part.graph python locks.py "$part"
        done
        ends 0 "$PIHOOK" report forwards.graph backwards.graph
        like "$output" 'pihook: error: lock-order: acquiring * across runs *'
        like "$output" '*: Lock, created at *locks.py:4 in <module>*'
        like "$output" '*: RLock, created at *locks.py:5 in <module>*'
        like "$output" '*#0 *locks.py:11 in forwards*'
        like "$output" '*#0 *locks.py:17 in backwards*'
        ends 0 "$PIHOOK" report gated-forwards.graph gated-backwards.graph
        same "$output" "pihook: 0 errors, 0 warnings, told 0 times"
    }
    each_plain_python inversion
}

@test "a comment in a script keeps what it is about from being told across runs, too" {
    [[ -x /usr/bin/python3 ]] || skip "there is no Python"
    cat >locks.py <<'SOURCE'
import sys
import threading
account = threading.Lock()
journal = threading.Lock()
if sys.argv[1] == "forwards":
    with account:
        with journal:
            pass
else:
    with journal:
        with account:  # pihook: ignore[lock-order]
            pass
SOURCE
    local part
    for part in forwards backwards; do
        ends 0 "$PIHOOK" run -o address-order=off --graph=all.merged /usr/bin/python3 locks.py "$part"
        same "$stderr" ""
    done
    ends 0 "$PIHOOK" report all.merged
    same "$output" "pihook: 0 errors, 0 warnings, told 0 times, 1 suppressed"
    sed -i 's/  # pihook.*//' locks.py
    ends 66 "$PIHOOK" merge --check all.merged
}

gil_halves() {
    local half
    for half in half_with_the_gil half_with_the_mutex a_library_that_calls_back; do
        export PIHOOK_OPTIONS=address-order=off:graph=$PWD/$half.graph
        run --separate-stderr python "$TESTS/python/case.py" gil "$half" "$NATIVE"
        ((status != 77)) || { skip_python "$output" && return 0; }
        same "$status $output$stderr" "0 "
    done
    ends 0 "$PIHOOK" report half_with_the_gil.graph half_with_the_mutex.graph
    like "$output" 'pihook: error: gil-order: acquiring * across runs *'
    ends 0 "$PIHOOK" report a_library_that_calls_back.graph
    same "$output" "pihook: 0 errors, 0 warnings, told 0 times"
}

@test "so is the GIL, which in two runs was taken in two orders with a mutex" {
    native_library python_gil
    each_plain_python gil_halves
}

@test "every format of the report has what is found across runs" {
    runs_of forwards backwards
    ends 0 "$PIHOOK" report --format=json ./*.graph
    like "$output" '{*"rule":"lock-order"*}'
    printf '%s\n' "$output" >found.json
    ends 0 "$PIHOOK" report found.json
    like "$output" 'pihook: error: lock-order: *across runs*'
    ends 0 "$PIHOOK" report --format=junit ./*.graph
    like "$output" '*<testcase classname="lock-order" name="*across runs*'
    ends 0 "$PIHOOK" report --format=github ./*.graph
    like "$output" '::error file=*/locks/*,line=*,title=lock-order::*'
}

@test "merged graphs say what the graphs say, in any order and more than once" {
    runs_of forwards backwards gated-backwards second-then-third
    ends 0 "$PIHOOK" merge forwards.graph second-then-third.graph -o one.merged
    ends 0 "$PIHOOK" merge backwards.graph one.merged gated-backwards.graph one.merged -o all.merged
    same "$output$stderr" ""
    ends 0 "$PIHOOK" report all.merged
    like "$output" '*acquire* M? in process * (*across forwards; forwards.graph)*'
    like "$output" '*pihook: 1 errors, 0 warnings, told 1 times'
    ends 66 "$PIHOOK" merge --check all.merged ./*.graph
    like "$output" '*pihook: 1 errors, 0 warnings, told 1 times'
    ends 0 "$PIHOOK" merge --check one.merged
    same "$output" ""
    "$PIHOOK" merge all.merged -o again.merged
    cmp all.merged again.merged
    "$PIHOOK" merge forwards.graph | "$PIHOOK" merge - backwards.graph -o both.merged
    ends 66 "$PIHOOK" merge --check --format=json both.merged
    like "$output" '{*across runs*}'
}

@test "a merged file is replaced at once, and keeps its permissions and its link" {
    runs_of forwards backwards
    "$PIHOOK" merge forwards.graph -o target
    chmod 640 target
    ln -s target link
    "$PIHOOK" merge link backwards.graph -o link
    [[ -L link ]]
    same "$(stat -c %a target)" 640
    ends 66 "$PIHOOK" merge --check target
    ends 125 "$PIHOOK" merge target -o nowhere/merged
    like "$stderr" 'pihook: nowhere/merged can'"'"'t be written: No such file or directory'
    same "$(echo target*)" target
}

@test "a process that says nothing new leaves nothing behind" {
    local i
    runs_of forwards
    "$PIHOOK" merge forwards.graph -o all.merged
    for i in 1 2 3; do
        rm forwards.graph
        graph_of forwards forwards
        "$PIHOOK" merge all.merged forwards.graph -o all.merged
    done
    same "$(grep -c '"record":"process"' all.merged)" 1
    graph_of backwards backwards
    "$PIHOOK" merge all.merged backwards.graph -o all.merged
    same "$(grep -c '"record":"process"' all.merged)" 2
}

@test "run --graph tells in the second run what the first one lacks, and fails that run only" {
    ends 0 "$PIHOOK" run -o address-order=off --graph=all.merged "$ACROSS" forwards
    same "$stderr" ""
    ends 66 "$PIHOOK" run -o address-order=off --graph=all.merged "$ACROSS" backwards
    like "$stderr" 'pihook: error: lock-order: *across runs that could deadlock*'
    like "$stderr" '*in process * (*across forwards; all.merged)*'
    ends 0 "$PIHOOK" run -o address-order=off --graph=all.merged "$ACROSS" backwards
    like "$stderr" 'pihook: warning: lock-order: *across runs *; earlier runs had it already*'
    ends 9 "$PIHOOK" run -o address-order=off --graph=other.merged --exitcode=9 \
        sh -c '"$1" forwards; "$1" backwards' sh "$ACROSS"
    same "$(ls "$TMPDIR")" ""
    ends 0 "$PIHOOK" report other.merged
    like "$output" 'pihook: error: lock-order: *'
}

@test "a gated twin stays silent under run --graph" {
    ends 0 "$PIHOOK" run -o address-order=off --graph=all.merged "$ACROSS" gated-forwards
    ends 0 "$PIHOOK" run -o address-order=off --graph=all.merged "$ACROSS" gated-backwards
    same "$stderr" ""
}

# run_graph STATUS OPTION... CASE: a run that adds to all.merged.
run_graph() {
    ends "$1" "$PIHOOK" run -o address-order=off --graph=all.merged "${@:2:$#-2}" "$ACROSS" "${*: -1}"
}

@test "suppressions hold for what is found across runs, under run, report and merge" {
    local pattern
    run_graph 0 forwards
    cp all.merged before
    for pattern in second_then_first across '*/across' 'first*' '*/across.c' \
        'acquiring * across runs *'; do
        file wanted "lock-order:$pattern"
        cp before all.merged
        run_graph 0 -o "suppressions=$PWD/wanted" backwards
        same "$stderr" ""
        ends 0 "$PIHOOK" report --suppressions=wanted all.merged
        same "$output$stderr" "pihook: 0 errors, 0 warnings, told 0 times, 1 suppressed"
        ends 0 "$PIHOOK" merge --check --suppressions=wanted all.merged
        same "$output$stderr" ""
    done
    file wanted 'gil-order:*' 'deadlock:*' 'lock-order:nobody'
    cp before all.merged
    run_graph 66 -o "suppressions=$PWD/wanted" backwards
    ends 66 "$PIHOOK" merge --check --suppressions=wanted all.merged
    # Those of a configuration file; what matched only here is none that matched nothing.
    file wanted 'lock-order:nobody' 'lock-order:second_then_first'
    config '[report]' "suppressions = $PWD/wanted" 'unmatched-suppressions = yes'
    cp before all.merged
    run_graph 0 --config="$PIHOOK_CONFIG" backwards
    same "$stderr" "pihook: $PWD/wanted:1: this suppression matched nothing"
}

@test "report leaves out findings of any file that suppressions fit, and tells wrong lines" {
    PIHOOK_OPTIONS=address-order=off:findings=both.json LD_PRELOAD=$LIBRARY \
        timeout 60 "$ACROSS" both 3>&- >/dev/null 2>&1
    file wanted 'lock-order:first_then_second' 'lockorder:f'
    ends 0 "$PIHOOK" report --suppressions=wanted both.json
    same "$output" "pihook: 0 errors, 0 warnings, told 0 times, 1 suppressed"
    same "$stderr" "pihook: wanted:2: no rule is named 'lockorder' (did you mean 'lock-order'?)"
    file wanted 'lock-order:first_then'
    ends 0 "$PIHOOK" report --suppressions=wanted both.json
    like "$output" '*pihook: 1 errors, 0 warnings, told 1 times'
    ends 125 "$PIHOOK" report --suppressions=none both.json
    same "$output$stderr" "pihook: none: not read: no such file or folder"
    ends 2 "$PIHOOK" merge --suppressions=wanted all.merged
    same "$stderr" "pihook: --baseline and --suppressions need --check"
}

@test "the level of a rule holds for what is found across runs" {
    run_graph 0 forwards
    cp all.merged before
    run_graph 0 -o lock-order=off backwards
    same "$stderr" ""
    cp before all.merged
    run_graph 0 -o lock-order=warning backwards
    like "$stderr" 'pihook: warning: lock-order: *across runs that could deadlock*'
    # The order was learned all the same.
    ends 66 "$PIHOOK" merge --check all.merged
}

@test "a baseline knows what is found across runs, under run, report and merge" {
    run_graph 0 forwards
    cp all.merged before
    run_graph 0 --baseline=known --update-baseline backwards
    same "$(grep -c '^lock-order ' known)" 1
    cp before all.merged
    run_graph 0 --baseline=known backwards
    same "$stderr" ""
    # Whichever run closes the cycle.
    rm all.merged
    run_graph 0 --baseline=known backwards
    like "$stderr" 'pihook: baseline: not found any more: lock-order *'
    run_graph 0 --baseline=known forwards
    same "$stderr" ""
    ends 0 "$PIHOOK" report --baseline=known all.merged
    same "$output$stderr" "pihook: 0 errors, 0 warnings, told 0 times, 1 more known"
    ends 0 "$PIHOOK" merge --check --baseline=known all.merged
    same "$output$stderr" ""
    sed -i '/^lock-order /d' known
    ends 66 "$PIHOOK" merge --check --baseline=known all.merged
    ends 125 "$PIHOOK" merge --check --baseline=none all.merged
}

@test "many runs at once lose nothing, and one of them closes the cycle" {
    local i closed=0 jobs=()
    for i in 1 2 3 4 5 6; do
        "$PIHOOK" run -o address-order=off --graph=all.merged "$ACROSS" second-then-third \
            3>&- >/dev/null 2>&1 &
        jobs+=($!)
    done
    "$PIHOOK" run -o address-order=off --graph=all.merged "$ACROSS" forwards 3>&- >/dev/null 2>&1 &
    jobs+=($!)
    "$PIHOOK" run -o address-order=off --graph=all.merged "$ACROSS" backwards 3>&- \
        >/dev/null 2>&1 &
    jobs+=($!)
    for i in "${jobs[@]}"; do
        wait "$i" || closed=$((closed + 1))
    done
    same "$closed" 1
    same "$(grep -c '"record":"process"' all.merged)" 3
    same "$(echo all.merged*)" all.merged
}

@test "a wrong, damaged or cut graph file gets one sentence and nothing is written" {
    refuses() {
        ends 1 "$PIHOOK" merge "$1" -o out
        like "$stderr" "$2"
        [[ $stderr != *$'\n'* && ! -e out ]] || { echo "$stderr" && return 1; }
        ends 1 "$PIHOOK" report "$1"
        like "$stderr" "$2"
        cp "$1" before
        ends 125 "$PIHOOK" run -o address-order=off --graph="$1" "$ACROSS" forwards
        like "$stderr" "$2"$'\n'"pihook: $1 stays as it is"
        cmp "$1" before
    }
    runs_of forwards
    "$PIHOOK" merge forwards.graph -o good
    sed 's/"version":1/"version":2/' forwards.graph >version
    refuses version 'pihook: version:1: expected a graph of version 1, but its version is 2'
    sed 's/"version":1/"version":2/' good >version
    refuses version 'pihook: version:1: expected a graph of version 1, but its version is 2'
    head -n -1 good >cut
    refuses cut 'pihook: cut: expected 1 edges of a merged graph, but there are 0'
    head -c -20 good >cut
    refuses cut 'pihook: cut:*: expected a line of a graph as one JSON object, but it ends before*'
    head -c -20 forwards.graph >cut
    refuses cut 'pihook: cut:*: expected a line of a graph as one JSON object, but it ends before*'
    sed 's/"from":[0-9]*/"from":77/' good >damaged
    refuses damaged 'pihook: damaged:*: expected classes that lines before are about, *77 is none'
    tail -n +2 forwards.graph >damaged
    refuses damaged 'pihook: damaged:1: expected a process that a line before is about, not *'
    ends 1 "$PIHOOK" merge nowhere
    same "$stderr" "pihook: nowhere: No such file or directory"
    echo text >text
    ends 1 "$PIHOOK" merge text
    like "$stderr" 'pihook: text:1: expected a line of a lock-order graph, *'
}

# ring CLASSES [FROM TO]...: graphs of runs that have an edge each, and what further ones are given.
ring() {
    local classes=$1 i process
    shift
    for ((i = 1; i <= classes; i++)); do
        set -- "$@" "$i" "$((i % classes + 1))"
    done
    for ((process = 1; $# > 0; process++)); do
        printf '{"record":"process","process":"%016x","version":1,"pid":%d}\n' "$process" "$process"
        for i in "$1" "$2"; do
            printf '{"record":"class","process":"%016x","class":%d,"kind":"mutex",' "$process" "$i"
            printf '"origin":"static","created":{"object":"a","offset":"0x%x"}}\n' "$i"
        done
        printf '{"record":"edge","process":"%016x","from":%d,"to":%d,"at":0,"held":[%d],' \
            "$process" "$1" "$2" "$1"
        printf '"stack":[],"tid":1,"thread":""}\n'
        shift 2
    done
}

@test "cycles of up to eight classes are told, and that longer ones are not looked for" {
    ring 8 >ring.graph
    reports "error lock-order"
    like "$output" '*a cycle of 8 lock classes*'
    ring 9 >ring.graph
    ends 0 "$PIHOOK" report ring.graph
    same "$output" "pihook: 0 errors, 0 warnings, told 0 times"
    like "$stderr" 'pihook: not all cycles of the lock-order graph were looked at: none of more than 8 *'
}

@test "one edge that closes many cycles is told on a few of them, a further one besides" {
    ring 2 3 4 4 1 3 5 5 1 3 6 6 1 3 7 7 1 3 8 8 1 3 9 9 1 1 3 >many.graph
    ends 66 "$PIHOOK" merge --check many.graph
    same "$(grep -c '^pihook: error: lock-order: ' <<<"$output")" 5
    like "$output" 'pihook: error: lock-order: *a cycle of 2 lock classes*'
}

@test "wrong use of merge is told" {
    ends 2 "$PIHOOK" merge
    same "$stderr" "pihook: merge needs a FILE of a lock-order graph (- is standard input)"
    ends 2 "$PIHOOK" merge --chek x
    same "$stderr" "pihook: unknown option --chek: did you mean --check?"
    ends 2 "$PIHOOK" merge --format=jsom --check x
    same "$stderr" "pihook: unknown format jsom: did you mean json?"
}

@test "findings and graph may go to one file" {
    PIHOOK_OPTIONS=address-order=off:graph=one:findings=one LD_PRELOAD=$LIBRARY \
        timeout 60 "$ACROSS" both 3>&- >/dev/null 2>&1
    ends 0 "$PIHOOK" report one
    like "$output" '*pihook: 1 errors, 0 warnings, told 1 times'
    ends 0 "$PIHOOK" merge one -o out
    same "$stderr" ""
    same "$(grep -c '"record":"edge"' out)" 2
}

@test "a graph file that can't be written is told once, and the program goes on" {
    PIHOOK_OPTIONS=graph=nowhere/graph LD_PRELOAD=$LIBRARY \
        ends 0 timeout 60 "$ACROSS" accounts-forwards
    like "$stderr" "pihook: the graph file can't be written (*): *nowhere/graph"
    same "$output" "done"
}
