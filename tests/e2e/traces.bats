#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# `pihook report` with traces: tables for people, and the formats that others read.

# shellcheck disable=SC2030,SC2031,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    find_pythons
}

setup() {
    clean_environment
    unset NO_COLOR CLICOLOR_FORCE COLUMNS
    PIHOOK=$BUILD/tools/pihook
    WRITE=$BUILD/tests/trace/write_trace
}

# trace FILE: a trace of the script on standard input.
trace() {
    [[ -x $WRITE ]] || skip "write_trace is not built (make check builds it)"
    "$WRITE" - "$1"
}

# Four threads; three of them wait for the first one.
convoy() {
    trace "$1" <<'SCRIPT'
process pid=7 parent=1 began=1000000 ended=9000000 command="python app.py"
thread 1 tid=7 name=MainThread began=1000000 flags=main
thread 2 tid=8 name=a creator=1 place=start@app.py:40
thread 3 tid=9 name=b creator=1 place=start@app.py:40
thread 4 tid=10 name=c creator=1 place=start@app.py:40 flags=daemon
class jobs origin=created place=make@app.py:3
2000000 1 lock-acquired 0xa0 class=jobs kind=lock place=put@app.py:10
2100000 2 lock-waits 0xa0 class=jobs kind=lock place=get@app.py:20 holder=1 holder-stack=write@app.py:11
2200000 3 lock-waits 0xa0 class=jobs kind=lock place=get@app.py:20 holder=1 holder-stack=write@app.py:11
2300000 4 lock-waits 0xa0 class=jobs kind=lock place=get@app.py:20 holder=1 holder-stack=write@app.py:11
3000000 1 lock-released 0xa0 class=jobs kind=lock place=put@app.py:12
3000000 2 lock-acquired 0xa0 class=jobs kind=lock detail=1 place=get@app.py:20
3100000 2 lock-released 0xa0 class=jobs kind=lock place=get@app.py:21
3100000 3 lock-acquired 0xa0 class=jobs kind=lock detail=1 place=get@app.py:20
3200000 3 lock-released 0xa0 class=jobs kind=lock place=get@app.py:21
3200000 4 lock-acquired 0xa0 class=jobs kind=lock detail=1 place=get@app.py:20
4000000 1 join-waits thread=2
4000000 2 thread-ends 200000
4100000 1 join-ends thread=2 detail=1
SCRIPT
}

imports() {
    trace "$1" <<'SCRIPT'
process pid=7 parent=1 began=1000000 ended=9000000 command="python app.py"
thread 1 tid=7 name=MainThread began=1000000 flags=main
module json found=cached origin=/usr/lib/json.py bytes=2048
2000000 1 import-begins json place=<module>@app.py:1
3000000 1 import-begins json.decoder place=<module>@json.py:5
4000000 1 import-ends json.decoder detail=1
5000000 1 import-ends json detail=1
6000000 1 import-begins missing place=<module>@app.py:2
6100000 1 import-ends missing
SCRIPT
}

# ---- tables ----

@test "a trace is told in tables: locks, who waited for whom, convoys, threads" {
    convoy trace
    run -0 --separate-stderr "$PIHOOK" report trace
    same "$stderr" ""
    like "$output" "1 process, 4 threads, 13 events in 8.00 ms*"
    like "$output" "*some thread waited for a lock 13.8 %, for the GIL 0.0 %, for either 13.8 %*"
    like "$output" "*
      3  2.70 ms  900 us  900 us  900 us  900 us  Lock make app.py:3
*"
    like "$output" "*  1.00 ms  Lock make app.py:3 0xa0 in thread MainThread, 1.00 ms after the start
      at put app.py:10
      released at put app.py:12
*"
    like "$output" "*      3  2.70 ms   900 us  Lock make app.py:3  a *  get app.py:20  MainThread *write app.py:11
*"
    like "$output" "*
      1        3  700 us   700 us  1.30 ms  Lock make app.py:3  MainThread*write app.py:11
*"
    like "$output" "*  8  a *  200 us  joined *-  MainThread  start app.py:40
*  10  c *daemon at exit     1  MainThread *"
    trace joined-daemon <<'SCRIPT'
process pid=7 parent=1 began=1000000 ended=9000000 command="python app.py"
thread 1 tid=7 name=MainThread began=1000000 flags=main
thread 2 tid=8 name=a creator=1 place=start@app.py:40 flags=daemon
2000000 1 join-waits thread=2
3000000 2 thread-ends 200000
3000000 1 join-ends thread=2 detail=1
SCRIPT
    run -0 "$PIHOOK" report joined-daemon
    like "$output" "*  joined, daemon  *"
}

@test "imports are a tree, the longest first, and those that failed are told" {
    imports trace
    run -0 "$PIHOOK" report trace
    like "$output" "*
  3.00 ms  2.00 ms *cached  json  *<module> app.py:1
  1.00 ms  1.00 ms *          json.decoder  <module> json.py:5
   100 us   100 us *failed  missing  *<module> app.py:2
*Imports that failed
*  100 us  missing  <module> app.py:2*"
}

@test "imports that were never used are told with what they cost, and others with their first use" {
    trace t <<'SCRIPT'
process pid=7 began=1000000 ended=900000000 flags=uses command="python app.py"
thread 1 tid=7 name=MainThread began=1000000 flags=main
module big origin=/app/big.py
module dep origin=/app/dep.py
2000000 1 import-begins big place=<module>@app.py:1
3000000 1 import-begins dep place=<module>@/app/big.py:2
4000000 1 import-ends dep detail=1
7000000 1 import-ends big detail=1
10000000 1 import-begins late place=<module>@app.py:2
12000000 1 import-ends late detail=1
20000000 1 import-begins taken place=<module>@app.py:3
21000000 1 import-ends taken detail=1
30000000 1 import-begins soon place=<module>@app.py:4
31000000 1 import-ends soon detail=1
40000000 1 import-begins filed place=<module>@app.py:5
41000000 1 import-ends filed detail=1
use dep time=5000000 attribute=x place=<module>@/app/big.py:3 kind=importing thread=1
use late time=512000000 attribute=x place=work@app.py:20 thread=1
use taken time=21000500 attribute=x place=<module>@app.py:3 thread=1
use soon time=31100000 attribute=x place=<module>@app.py:6 thread=1
use filed time=41500000 attribute=__file__ place=<module>@reload.py:6 kind=asked thread=1
SCRIPT
    run -0 "$PIHOOK" report t
    like "$output" *"Imports never used
  would save       of  module  imported by
     5.00 ms  5.00 ms  big     <module> app.py:1
  nothing read an attribute of these modules; some may be imported for what they do then
  at most: no statements were counted
  1 more: only asked for what every module has, or for what was not there

Imports that could be lazy
  would save       of    first used  module  imported by
     2.00 ms  2.00 ms  after 500 ms  late    <module> app.py:2
     1.00 ms  1.00 ms   names taken  taken   <module> app.py:3
     1.00 ms  1.00 ms    only asked  filed   <module> app.py:5
"*
    trace old < <(printf '%s\n' 'process pid=7' '100 1 import-begins big place=<module>@app.py:1' \
        '200 1 import-ends big detail=1')
    run -0 "$PIHOOK" report old
    [[ $output != *"never used"* && $output != *"first used"* ]]
}

@test "a table has as many lines as asked for, and says what it leaves out" {
    imports trace
    run -0 "$PIHOOK" report --limit=1 trace
    like "$output" "*and 2 more (--limit=0 shows all)*"
    [[ $output != *json.decoder* ]]
    run -2 "$PIHOOK" report --limit=many trace
    same "$output" "pihook: option --limit is a number of lines, not many"
}

@test "lines fit COLUMNS" {
    convoy trace
    COLUMNS=70 run -0 "$PIHOOK" report trace
    like "$output" "*…*"
    run grep -E '^  +[0-9].{80}' <<<"$output"
    same "$output" ""
}

@test "titles are coloured on request" {
    convoy trace
    run -0 "$PIHOOK" report --color=always trace
    like "$output" $'\e[1m1 process*'
    run -0 "$PIHOOK" report trace
    [[ $output != *$'\e'* ]]
}

# ---- what is read ----

@test "the traces of a folder are read together, and other files of it left out" {
    mkdir traces
    convoy traces/one
    imports traces/two
    echo note >traces/notes
    run -0 "$PIHOOK" report traces
    like "$output" "2 processes, 5 threads*"
    mkdir empty
    run -1 "$PIHOOK" report empty
    same "$output" "pihook: empty: there is no trace in this folder"
}

@test "a trace that is cut is read up to there, and what is missing is told" {
    convoy trace
    head -c $((2 * 65536 + 100)) trace >cut
    run -0 "$PIHOOK" report cut
    like "$output" "*process 7: cut is cut, or parts of it make no sense*"
}

@test "one trace that can't be read doesn't keep the others from being read" {
    convoy trace
    head -c 20 trace >short
    run -1 --separate-stderr "$PIHOOK" report short trace
    same "$stderr" "pihook: short: the trace is cut within its header"
    like "$output" "1 process, 4 threads*"
}

@test "traces and findings are told apart" {
    convoy trace
    echo '{}' >findings
    run -1 --separate-stderr "$PIHOOK" report trace findings missing
    same "$stderr" "pihook: findings: this is no trace
pihook: missing: No such file or directory"
    like "$output" "1 process, 4 threads*"
    run -2 "$PIHOOK" report --format=sarif trace
    same "$output" "pihook: format sarif is one of findings, and these are traces"
    run -2 "$PIHOOK" report --format=importtime findings
    same "$output" "pihook: format importtime is one of traces, and these are findings"
    run -2 "$PIHOOK" run --format=importtime true
    same "$output" "pihook: format importtime is one of traces, and not of findings"
    run -2 "$PIHOOK" report --format=importtimes trace
    same "$output" "pihook: unknown format importtimes: did you mean importtime?"
    run -2 "$PIHOOK" report --limit=3 findings
    same "$output" "pihook: option --limit is for traces, and these are findings"
    file wanted 'lock-order:f'
    run -2 "$PIHOOK" report --suppressions=wanted trace
    same "$output" "pihook: option --suppressions is for findings, and these are traces"
}

# ---- other formats ----

@test "several formats are written at once" {
    imports trace
    run -0 "$PIHOOK" report --output=text --output=importtime:times --output=json:all.json trace
    same "$output" ""
    like "$(<text)" "1 process*"
    like "$(<times)" "import time: self*"
    like "$(<all.json)" '{"version":1,*'
}

@test "json: one object whose parts refer to each other" {
    [[ -x /usr/bin/python3 ]] || skip "there is no Python"
    convoy trace
    "$PIHOOK" report --format=json --output=all.json trace
    run -0 /usr/bin/python3 -c '
import json
trace = json.load(open("all.json", encoding="utf-8"))
assert (trace["version"], trace["events"], trace["length"]) == (1, 13, 8000000)
wait = trace["waits"][0]
holder = trace["threads"][wait["holder"]]
assert (holder["name"], trace["processes"][holder["process"]]["pid"]) == ("MainThread", 7)
assert trace["places"][wait["place"]] == {"function": "get", "file": "app.py", "line": 20}
assert trace["places"][trace["stacks"][wait["holder_stack"]][0]]["function"] == "write"
assert trace["holds"][wait["hold"]]["wait"] == 0
lock_class = trace["classes"][trace["locks"][wait["lock"]]["class"]]
assert (lock_class["kind"], lock_class["origin"]) == ("Lock", "created")
assert trace["holds"][-1]["flags"] == ["open end"]'
    same "$output" ""
}

# What -X importtime prints of a run, and ours of another one.
same_imports() {
    cat >program.py <<'PYTHON'
import json
import xml.etree.ElementTree
try:
    import missing
except ImportError:
    pass
PYTHON
    plain_python -X importtime program.py 2>theirs
    PIHOOK_OPTIONS=trace=$PWD/trace python program.py
    "$PIHOOK" report --format=importtime trace >ours
    plain_python -c '
import re
def read(name):
    """The names in their order, what is right below each, and that times add up."""
    below, order, open_at = {}, [], {}
    for line in open(name, encoding="utf-8"):
        found = re.fullmatch(r"import time: +(\d+) \| +(\d+) \| ( *)(\S+)\n", line)
        if not found:
            assert line == "import time: self [us] | cumulative | imported package\n", line
            continue
        depth, name = len(found[3]) // 2, found[4]
        inner = open_at.pop(depth + 1, [])
        below[name] = [each for each, _ in inner]
        if name_of_file == "ours":
            assert int(found[1]) + sum(time for _, time in inner) == int(found[2]), line
        open_at.setdefault(depth, []).append((name, int(found[2])))
        order.append(name)
    return below, order
name_of_file = "theirs"
theirs, their_order = read("theirs")
name_of_file = "ours"
ours, our_order = read("ours")
wanted = [name for name in their_order if name.startswith(("json", "xml", "missing"))]
found = [name for name in our_order if name in wanted]
assert set(wanted) <= set(our_order), set(wanted) - set(our_order)
assert [name for name in found if name.startswith("json")] == \
    [name for name in wanted if name.startswith("json")], (found, wanted)
assert "json.decoder" in ours["json"]'
}

@test "importtime: the text of -X importtime, with the same modules in the same order" {
    each_plain_python same_imports
}
