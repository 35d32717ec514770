#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Traces in the formats of other viewers: each is given to what reads it, or to its grammar.

# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup() {
    clean_environment
    PIHOOK=$BUILD/tools/pihook
    WRITE=$BUILD/tests/trace/write_trace
    [[ -x $WRITE ]] || skip "write_trace is not built"
    [[ -x /usr/bin/python3 ]] || skip "there is no Python"
}

# trace NAME: a trace file of the script on standard input.
trace() {
    "$WRITE" - "$1" 3>&-
}

# A program that imports two modules, and whose two threads share two locks.
bank() {
    trace bank <<'SCRIPT'
process pid=70 parent=1 began=1000000 ended=9000000 realtime=1700000000000000000 status=3 command="python3 bank.py" program=/usr/bin/python3 python=3.11.2 lost=4
thread 1 tid=70 name=main began=1000000 flags=main
thread 2 tid=71 name=auditor began=4000000 creator=1 place=run@/srv/bank.py:20 stack=run@/srv/bank.py:20,<module>@/srv/bank.py:22 flags=daemon
class accounts origin=created place=<module>@/srv/bank.py:3
class books origin=static place=books+0@/usr/lib/libbooks.so:0x4040
lock 0xa0 class=accounts name=accounts
module app found=source origin=/srv/app.py loader=SourceFileLoader bytes=100
module app.db found=cached origin=/srv/app/db.py loader=SourceFileLoader bytes=2000
1100000 1 import-begins app place=<module>@/srv/bank.py:1 memory=1000
1200000 1 body-begins app
1300000 1 import-begins app.db place=<module>@/srv/app.py:4 memory=1100
1300000 1 body-begins app.db
1600000 1 body-ends app.db detail=1
1600001 1 import-ends app.db detail=1 memory=1500
1900000 1 body-ends app detail=1
2000000 1 import-ends app detail=1 memory=1600
3900000 1 thread-creates thread=2
4000000 2 thread-begins
4100000 1 lock-acquired 0xa0 class=accounts kind=lock place=transfer@/srv/bank.py:7
4200000 2 lock-waits 0xa0 class=accounts kind=lock holder=1 place=audit@/srv/bank.py:12 stack=audit@/srv/bank.py:12,run@/srv/bank.py:20 holder-stack=slow@/srv/bank.py:9,transfer@/srv/bank.py:8
4300000 1 lock-acquired 0xb0 class=books kind=rwlock mode=read place=look+16@/usr/lib/libbooks.so:0x1234
4350000 2 gil-waits 0xcc kind=interpreter holder=1
4400000 2 gil-taken 0xcc kind=interpreter detail=1
5000000 1 lock-released 0xa0 class=accounts kind=lock place=transfer@/srv/bank.py:10
5000500 2 lock-acquired 0xa0 class=accounts kind=lock detail=1 place=audit@/srv/bank.py:12
5100000 2 lock-acquired 0xb0 class=books kind=rwlock mode=read place=look+16@/usr/lib/libbooks.so:0x1234
5200000 1 join-waits thread=2 place=run@/srv/bank.py:21
5500000 1 lock-released 0xb0 class=books kind=rwlock mode=read
6000000 2 lock-released 0xb0 class=books kind=rwlock mode=read
6100000 2 lock-released 0xa0 class=accounts kind=lock
7000000 2 gil-dropped 0xcc kind=interpreter
7100000 2 thread-ends 3000000
7200000 1 join-ends thread=2 detail=1
9000000 1 exits status=3
SCRIPT
}

# reports FORMAT TRACE...: the report is in the file `report`.
reports() {
    ends 0 "$PIHOOK" report --format="$1" --output=report "${@:2}" 3>&-
    same "$output$stderr" ""
}

# python_says CODE: Python, with `exports` and the file `report` as bytes, says only that all is well.
python_says() {
    run /usr/bin/python3 -B -c "import json, sys
sys.path.insert(0, '$TESTS/python')
import exports
report = open(sys.argv[1], 'rb').read()
$1" report
    same "$status $output" "0 "
}

# decoded NAME: what protoc makes of the report, with the schema that pihook is built with.
decoded() {
    command -v protoc >/dev/null || skip "there is no protoc"
    protoc -I "$TESTS/../tools/trace" --decode=perfetto.protos.Trace perfetto.proto <report >"$1"
}

# perfetto CODE: the report is a trace, `trace`.
perfetto() {
    decoded text
    python_says "trace = exports.Perfetto(open('text', encoding='utf-8').read())
$1"
}

@test "perfetto: processes, threads, the GIL and each lock are tracks, with times as the clock told them" {
    bank
    reports perfetto bank
    perfetto '
names = {trace.track(uuid): track for uuid, track in trace.tracks.items()}
assert set(names) == {"python3", "main", "auditor", "Locks", "GIL 0xcc", "Lock accounts 0xa0",
                      "rwlock of books (libbooks.so) 0xb0"}, names
process = names["python3"]["process"][0]
assert (process["pid"], process["cmdline"]) == ([70], ["python3 bank.py"])
assert [(t["pid"], t["tid"]) for t in names["auditor"]["thread"]] == [([70], [71])]
assert names["Locks"]["parent_uuid"] == names["GIL 0xcc"]["parent_uuid"] == names["python3"]["uuid"]
assert names["Lock accounts 0xa0"]["parent_uuid"] == names["Locks"]["uuid"]
first, second = trace.packets[:2]
assert first["trace_packet_defaults"][0]["timestamp_clock_id"] == [3] and first["sequence_flags"] == [1]
snapshot = second["clock_snapshot"][0]
assert snapshot["primary_trace_clock"] == ["BUILTIN_CLOCK_MONOTONIC"]
assert [(c["clock_id"], c["timestamp"]) for c in snapshot["clocks"]] == [
    ([3], [1000000]), ([1], [1700000000000000000])]'
}

@test "perfetto: imports and waits are slices that nest, with place, stack and what is known of them" {
    bank
    reports perfetto bank
    perfetto '
main = [(begin, end, event["name"]) for begin, end, event, _ in trace.slices("main")]
assert main == [(1100000, 2000000, "import app"), (1300000, 1600001, "import app.db"),
                (5200000, 7200000, "joins auditor")], main
inner = trace.slices("main")[1][2]
assert inner["category"] == "import" and inner["place"] == ("<module>", "/srv/app.py", 4)
assert inner["args"]["found"] == "cached" and inner["args"]["file"] == "/srv/app/db.py"
assert inner["args"]["self_ns"] == 300001
(_, _, wait, _), (_, _, gil, _) = trace.slices("auditor")
assert (wait["name"], wait["category"]) == ("waits for Lock accounts", "lock")
assert wait["stack"] == [("run", "/srv/bank.py", 20), ("audit", "/srv/bank.py", 12)]
assert wait["args"]["holder"] == "main (70)" and len(wait["args"]["holder_stack"]) == 2
assert wait["args"]["holder_stack"][0].startswith("slow")
assert gil["category"] == "gil"
begins, ends = [e for e in trace.events if e["type"] == "INSTANT" and trace.track(e["track"]) == "auditor"]
assert (begins["ts"], ends["ts"]) == (4000000, 7100000)
assert begins["args"]["daemon"] is True
creates, = [e for e in trace.events if e.get("name") == "creates a thread"]
assert creates["flows"] == begins["last_flows"] and len(creates["flows"]) == 1'
}

@test "perfetto: who had a lock is on its track, and an arrow leads there from the wait for it" {
    bank
    reports perfetto bank
    perfetto '
(b1, e1, first, first_end), (b2, e2, second, second_end) = trace.slices("Lock accounts 0xa0")
assert (b1, e1, first["name"], b2, e2, second["name"]) == (
    4100000, 5000000, "main", 5000500, 6100000, "auditor")
wait = trace.slices("auditor")[0][2]
assert len(wait["flows"]) == 1 and wait["flows"] == first_end["last_flows"], (wait, first_end)
assert second_end["last_flows"] == [] and second["args"]["waited_ns"] == 800500
assert first["args"]["released_at"].startswith("transfer")'
}

@test "perfetto: readers that have a lock together are tracks of their own that are shown as one" {
    bank
    reports perfetto bank
    perfetto '
tracks = [t for t in trace.tracks.values() if t["name"] == ["rwlock of books (libbooks.so) 0xb0"]]
assert len(tracks) == 2 and tracks[0]["sibling_merge_key_int"] == tracks[1]["sibling_merge_key_int"]
holds = trace.slices("rwlock of books (libbooks.so) 0xb0")
assert sorted((b, e, h["name"]) for b, e, h, _ in holds) == [
    (4300000, 5500000, "main"), (5100000, 6000000, "auditor")]
assert all(h["args"]["shared"] for _, _, h, _ in holds)'
}

@test "perfetto: no two processes have a track in common, also where a program replaced another one" {
    printf '%s\n' 'process pid=7 parent=1 began=1000 program=/bin/sh' '1500 1 forks' | trace one
    printf '%s\n' 'process pid=7 parent=1 began=1600 ended=2000 program=/usr/bin/python3' \
        'thread 1 tid=7 name=main began=1600 flags=main' | trace two
    reports perfetto one two
    perfetto 'assert [trace.track(u) for u in trace.tracks if trace.tracks[u]["process"]] == ["sh", "python3"]'
    # Two reports may be laid one behind the other, each a part of the whole.
    cp report both
    reports perfetto two
    cat report >>both
    mv both report
    decoded both.text
    python_says 'uuids = [t["uuid"][0] for p in exports.messages(open("both.text").read())["packet"]
                                           for t in p["track_descriptor"]]
assert len(set(uuids)) < len(uuids)  # the same process is the same'
}

# chrome CODE: the report is events, `events`.
chrome() {
    python_says "events = exports.chrome(report)
def find(**of):
    return [e for e in events if all(e.get(key) == value for key, value in of.items())]
$1"
}

@test "chrome: threads have names, and imports and waits are slices with microseconds" {
    bank
    reports chrome bank
    chrome '
assert [(e["pid"], e["args"]["name"]) for e in find(name="process_name")] == [(70, "python3")]
assert [(e["tid"], e["args"]["name"]) for e in find(name="thread_name")] == [(70, "main"), (71, "auditor")]
wait, = find(ph="X", name="waits for Lock accounts")
assert (wait["pid"], wait["tid"], wait["ts"], wait["dur"]) == (70, 71, 3200.0, 800.5), wait
assert wait["args"]["holder"] == "main (70)" and wait["args"]["stack"][0].startswith("audit")
assert [(e["name"], e["ts"], e["dur"]) for e in find(ph="X", cat="import")] == [
    ("import app", 100.0, 900.0), ("import app.db", 300.0, 300.001)]'
}

@test "chrome: holds are asynchronous, readers side by side, and an arrow leads from a wait to the release" {
    bank
    reports chrome bank
    chrome '
assert [(e["ts"], e["args"]["thread"]) for e in find(ph="b", name="Lock accounts 0xa0")] == [
    (3100.0, "main (70)"), (4000.5, "auditor (71)")]
readers = find(ph="b", name="rwlock of books (libbooks.so) 0xb0")
assert len(readers) == 2 and readers[0]["id"] != readers[1]["id"]
start, = find(ph="s")
finish, = find(ph="f")
wait, = find(name="waits for Lock accounts", ph="X")
release, = find(name="releases Lock accounts")
assert (start["tid"], start["ts"]) == (wait["tid"], wait["ts"])
assert (finish["tid"], finish["ts"]) == (release["tid"], release["ts"]) == (70, 4000.0)'
}

# speedscope CODE: the report is `profiles`, by thread, and `frames`.
speedscope() {
    python_says "profiles, frames = exports.speedscope(report)
$1"
}

@test "speedscope: a thread is a profile, in which imports nest and waits stand below their stacks" {
    bank
    reports speedscope bank
    speedscope '
assert list(profiles) == ["python3 (70): main (70)", "python3 (70): auditor (71)"], profiles
assert profiles["python3 (70): main (70)"] == [
    (300000, 600001, ["import app", "import app.db"]), (100000, 1000000, ["import app"]),
    (4200000, 6200000, ["joins auditor"])]
assert profiles["python3 (70): auditor (71)"] == [
    (3350000, 3400000, ["run", "audit", "waits for Lock accounts", "waits for the GIL"]),
    (3200000, 4000500, ["run", "audit", "waits for Lock accounts"]),
    (3200000, 4000500, ["run", "audit"]), (3200000, 4000500, ["run"])]
assert {"name": "import app.db", "file": "/srv/app.py", "line": 4} in frames
assert {"name": "audit", "file": "/srv/bank.py", "line": 12} in frames'
}

# viewed VIEW: what speedscope shows of the report, as the text of its page.
viewed() {
    local folder=${PIHOOK_SPEEDSCOPE:-$TESTS/../build/speedscope/node_modules/speedscope}/dist/release
    command -v chromium >/dev/null || skip "there is no Chromium"
    [[ -e $folder/index.html ]] || skip "there is no speedscope: tools/test.sh installs it by npm"
    folder=$(realpath "$folder")
    printf 'speedscope.loadFileFromBase64("report", "%s")' "$(base64 -w0 report)" >profile.js
    timeout -s KILL 120 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync \
        --allow-file-access-from-files --user-data-dir="$PWD/chromium" --virtual-time-budget=60000 \
        --dump-dom "file://$folder/index.html#localProfilePath=$PWD/profile.js&view=$1" \
        >page 2>errors 3>&- </dev/null || { cat errors && return 1; }
    sed -E 's/<(title|td|th|tr)[^>]*>/\n/g; s/<[^>]*>//g' page >shown
}

@test "speedscope: the viewer itself opens it and counts the time of each import" {
    bank
    reports speedscope bank
    viewed sandwich
    like "$(<shown)" "*python3 (70): main (70)*"
    like "$(<shown)" "*900.00µs (31%)*600.00µs (21%)*import app*"
    like "$(<shown)" "*300.00µs (10%)*300.00µs (10%)*import app.db*"
    like "$(<shown)" "*python3 (70): auditor (71)*800.50µs*"
}

@test "collapsed: a line is a stack with its own time in microseconds" {
    bank
    reports collapsed bank
    same "$(sort report)" "$(sort <<'STACKS'
python3;main;import app 600
python3;main;import app;import app.db 300
python3;main;joins auditor (/srv/bank.py:21) 2000
python3;auditor;run (/srv/bank.py:20);audit (/srv/bank.py:12);waits for Lock accounts 751
python3;auditor;run (/srv/bank.py:20);audit (/srv/bank.py:12);waits for Lock accounts;waits for the GIL 50
STACKS
    )"
}

@test "collapsed: the same stack of several processes and threads is one line with the sum" {
    local pid
    for pid in 7 8; do
        trace "$pid" <<SCRIPT
process pid=$pid parent=1 began=1000 program=/usr/bin/python3
thread 1 tid=$pid name=main began=1000 flags=main
2000 1 import-begins json
5002000 1 import-ends json detail=1
6000000 1 import-begins lost
6000300 1 import-ends lost detail=1
SCRIPT
    done
    reports collapsed 7 8
    # What is less than half a microsecond is left out.
    same "$(grep -v lost report)" "python3;main;import json 10000"
    same "$(grep lost report)" "python3;main;import lost 1"
    reports collapsed 7
    same "$(<report)" "python3;main;import json 5000"
}

@test "in every format names may be what they like" {
    trace odd <<'SCRIPT'
process pid=7 parent=1 began=1000 command="a \"b\" \\ ä" program="/usr/bin/py;thon"
thread 1 tid=7 name="ä;<b> 'c' 5" began=1000 flags=main
lock 0xa0 name="{\"x\"} ; €"
2000 1 import-begins "m;o\\d" place=f;g@/srv/a;b.py:3
9000 1 import-ends "m;o\\d" detail=1
10000 1 lock-acquired 0xa0 kind=lock
12000 1 lock-released 0xa0 kind=lock
SCRIPT
    reports collapsed odd
    like "$(<report)" 'py,thon;ä,<b> *;import m,o*d 7'
    reports chrome odd
    chrome 'assert find(ph="b")[0]["name"].startswith("Lock {") and "€" in find(ph="b")[0]["name"]'
    reports speedscope odd
    speedscope 'assert list(profiles)[0].startswith("py;thon (7): ä;<b>")'
    reports perfetto odd
    perfetto 'assert any(trace.track(t).startswith("ä;<b>") for t in trace.tracks)'
}

@test "in every format a trace that was cut, or tells nothing, is still whole" {
    local size
    bank
    printf '%s\n' 'process pid=7 parent=1 began=1000' | trace empty
    for size in 4096 65600 66000 131200 131400 131500 131900; do
        head -c "$size" bank >part
        for format in perfetto chrome speedscope collapsed; do
            run "$PIHOOK" report --format=$format --output=report part 3>&-
            ((status <= 1))
            [[ $format == collapsed ]] && continue
            $format 'pass'
        done
    done
    for format in perfetto chrome speedscope; do
        reports $format empty
        $format 'pass'
    done
    reports collapsed empty
    same "$(<report)" ""
}

@test "what the library records of a program is read in every format, and the sums agree" {
    cat >program.py <<'PYTHON'
import threading
lock = threading.Lock()
taken = threading.Event()

def work():
    taken.wait()
    with lock:
        import json

thread = threading.Thread(target=work, name="worker")
thread.start()
with lock:
    taken.set()
    import decimal, email.parser
thread.join()
PYTHON
    mkdir traces
    env LD_PRELOAD="$LIBRARY" PIHOOK_OPTIONS=trace=traces/%p /usr/bin/python3 program.py 3>&-
    reports speedscope traces
    speedscope '
main, = (profile for name, profile in profiles.items() if "MainThread" in name)
imports = [path for _, _, path in main if path[-1].startswith("import ")]
assert ["import email.parser", "import email.feedparser"] in imports, imports
assert any("worker" in name for name in profiles)
whole = sum(end - begin for begin, end, path in main if len(path) == 1)
open("whole", "w").write(str(whole // 1000))'
    reports collapsed traces
    python_says '
main = [line.rsplit(" ", 1) for line in report.decode().splitlines() if ";MainThread;" in line]
sum_of_selfs, whole = sum(int(weight) for _, weight in main), int(open("whole").read())
assert abs(sum_of_selfs - whole) <= len(main), (sum_of_selfs, whole)'
    reports chrome traces
    chrome 'assert find(ph="X", name="import email.feedparser") and find(ph="b", cat="gil")'
    reports perfetto traces
    perfetto '
assert any(e["name"] == "import email.feedparser" for *_, e, _ in trace.slices("MainThread"))
assert any(trace.track(uuid).startswith("GIL") for uuid in trace.tracks)'
}
