#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The page of a trace, in headless Chromium: what it shows, and that mouse and keys work.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    TRACE=$BATS_FILE_TMPDIR/trace
    export TRACE
    [[ -x $BUILD/tests/trace/write_trace && -e $BUILD/tools/pihook ]] || return 0
    traces
    "$BUILD/tools/pihook" report --format=html --output="$TRACE/page.html" "$TRACE"/{app,child} 3>&-
    [[ -z $(missing) ]] || return 0
    browser start
}

teardown_file() {
    [[ ! -e $TRACE/browser ]] || browser stop
}

setup() {
    clean_environment
    [[ -z $(missing) ]] || skip "there is no $(missing)"
}

# What these tests need and is not there.
missing() {
    [[ -x $BUILD/tests/trace/write_trace ]] || echo "write_trace"
    command -v chromium >/dev/null || echo "Chromium"
    command -v chromedriver >/dev/null || echo "chromedriver"
    [[ -x /usr/bin/python3 ]] || echo "Python"
}

# browser start | stop | PAGE CODE: one browser for all tests of this file.
browser() {
    timeout 300 /usr/bin/python3 -B "$TESTS/python/browser.py" "$TRACE" "$@" 3>&- 4<&- </dev/null
}

# Two processes.  In the first a worker waits for a lock that main has, with another one inside.
traces() {
    mkdir "$TRACE"
    "$BUILD/tests/trace/write_trace" - "$TRACE/app" 3>&- <<'SCRIPT'
process pid=70 parent=1 began=1000000 ended=101000000 realtime=1700000000000000000 flags=uses command="/usr/bin/python3 app.py" python=3.11.2
thread 1 tid=70 name=MainThread began=1000000 flags=main
thread 2 tid=71 name=worker began=31000000 creator=1 place=serve@/srv/app.py:20 stack=serve@/srv/app.py:20,main@/srv/app.py:90
class pool origin=created place=__init__@/srv/pool.py:7
class cache origin=created place=__init__@/srv/cache.py:3
lock 0xa0 class=pool name="<img src=x onerror=alert(1)></script><script>alert(2)</script>"
module json found=cached origin=/usr/lib/json.py loader=SourceFileLoader bytes=12345
use json time=15000000 attribute=loads place=main@/srv/app.py:12 thread=1
use json.decoder time=9500000 attribute=x place=main@/srv/app.py:13 thread=1
2000000 1 import-begins json place=<module>@/srv/app.py:3 memory=1000
3000000 1 body-begins json
4000000 1 import-begins json.decoder place=<module>@/usr/lib/json.py:9 memory=1100
5000000 1 body-begins json.decoder
9000000 1 body-ends json.decoder detail=1
9000000 1 import-ends json.decoder detail=1 memory=1300
11000000 1 body-ends json detail=1
12000000 1 import-ends json detail=1 memory=1400
13000000 1 import-begins missing place=<module>@/srv/app.py:4
14000000 1 import-ends missing detail=0
30000000 1 thread-creates thread=2
31000000 1 gil-taken 0xf0 kind=interpreter
32000000 1 lock-acquired 0xa0 class=pool kind=lock place=refresh@/srv/pool.py:40
33000000 1 lock-acquired 0xb0 class=cache kind=rlock place=refresh@/srv/pool.py:41
39000000 1 lock-released 0xb0 class=cache kind=rlock
40000000 1 gil-dropped 0xf0 kind=interpreter
50000000 1 lock-released 0xa0 class=pool kind=lock place=refresh@/srv/pool.py:44
60000000 1 join-waits thread=2 place=main@/srv/app.py:95
90000000 1 join-ends thread=2 detail=1
31000000 2 thread-begins
34000000 2 gil-waits 0xf0 kind=interpreter thread=1
40000000 2 gil-taken 0xf0 kind=interpreter detail=1
42000000 2 lock-waits 0xa0 class=pool kind=lock thread=1 place=get@/srv/pool.py:55 stack=get@/srv/pool.py:55,run@/srv/app.py:30 holder-stack=refresh@/srv/pool.py:43
50000000 2 lock-acquired 0xa0 class=pool kind=lock detail=1 place=get@/srv/pool.py:55
52000000 2 lock-released 0xa0 class=pool kind=lock
53000000 2 lock-acquired 0xb0 class=cache kind=rlock place=put@/srv/cache.py:61
54000000 2 lock-acquired 0xa0 class=pool kind=lock place=put@/srv/cache.py:62
55000000 2 lock-released 0xa0 class=pool kind=lock
56000000 2 lock-released 0xb0 class=cache kind=rlock
57000000 2 gil-dropped 0xf0 kind=interpreter
89000000 2 thread-ends
SCRIPT
    "$BUILD/tests/trace/write_trace" - "$TRACE/child" 3>&- <<'SCRIPT'
process pid=80 parent=70 began=61000000 ended=91000000 flags=uses command="/usr/bin/python3 child.py" lost=17
thread 1 tid=80 name=MainThread began=61000000 flags=main
class pair origin=created place=__init__@/srv/pair.py:1
61000000 1 lock-acquired 0xc1 class=pair kind=lock
61200000 1 lock-acquired 0xc2 class=pair kind=lock place=both@/srv/pair.py:9
61400000 1 lock-released 0xc2 class=pair kind=lock
61600000 1 lock-released 0xc1 class=pair kind=lock
62000000 1 import-begins child_module place=<module>@/srv/child.py:2
72000000 1 import-ends child_module detail=1
SCRIPT
}

# in_page CODE: Python, with the page as `page`, says nothing but that all is well.
in_page() {
    run browser "${PAGE:-$TRACE/page.html}" "$1"
    same "$status $output" "0 "
}

@test "the page opens from a file without an error and fetches nothing" {
    in_page '
for tab in ("summary", "timeline", "imports", "locks", "order", "threads"):
    page.open(tab)
    assert page.text(f"#view-{tab}").strip(), tab
assert page.log() == [], page.log()
assert page.js("return performance.getEntriesByType(\"resource\").map((entry) => entry.name)") == []
assert page.text("#program") == "python3 app.py"'
}

@test "what was not recorded is told on the page" {
    in_page '
assert page.text("#warnings") == "Process 80: 17 events were not recorded.", page.text("#warnings")'
}

@test "text of the trace is never taken for markup" {
    in_page '
page.open("locks")
assert "<img src=x" in page.text("#view-locks")
assert page.js("return document.images.length") == 0
assert page.log() == [], page.log()'
}

@test "imports are a tree for each thread, with self and cumulative times" {
    in_page '
page.open("imports")
rows = {row[0]: row[1:5] for row in page.rows("imports")}
assert rows["json"] == ["5.00 ms", "10.0 ms", "+400 KiB", "app.py:3"], rows
assert rows["json.decoder"][:2] == ["5.00 ms", "5.00 ms"], rows
assert any(name.startswith("missing") and "failed" in name for name in rows), rows
headings = page.js("return [...document.querySelectorAll(\"#view-imports tr.heading\")].map((row) => row.innerText)")
assert len(headings) == 2 and "80" in headings[1], headings'
}

@test "an import tells its importer, its file and how it was found" {
    in_page '
page.open("imports")
page.click("#view-imports tr[data-row=\"1\"]")
facts = page.facts()
assert page.text("#detail h2") == "json"
assert facts["Imported at"] == "/srv/app.py:3 in <module>", facts
assert facts["File"] == "/usr/lib/json.py" and facts["Found as"] == "cached byte code", facts
assert facts["Size"] == "12.1 KiB" and facts["Self"] == "5.00 ms", facts
assert "json.decoder" in page.text("#detail .ranking")'
}

@test "an import tells when it was first used, and that it never was" {
    in_page '
page.open("imports")
names = [row[0] for row in page.rows("imports")]
assert "json" in names, names
assert any(name.startswith("child_module") and "never used" in name for name in names), names
assert sum("never used" in name for name in names) == 1, names
assert "1 import never used." in page.text("#view-imports .lead"), page.text("#view-imports .lead")
page.click("#view-imports tr[data-row=\"1\"]")
assert page.facts()["First used"] == "before its end, /srv/app.py:13 in main", page.facts()'
}

@test "the table of locks is sorted by its headings" {
    in_page '
page.open("locks")
rows = page.rows("locks")
assert rows[0][3] == "3" and rows[0][5] == "8.00 ms" and rows[0][9] == "21.0 ms", rows[0]
assert [row[1] for row in rows] == ["Python lock", "GIL", "RLock", "Python lock"], rows
page.click("#view-locks th:nth-child(4) button")
assert [int(row[3]) for row in page.rows("locks")] == [3, 2, 2, 2]
page.click("#view-locks th:nth-child(4) button")
assert [int(row[3]) for row in page.rows("locks")] == [2, 2, 2, 3]
assert page.js("return document.querySelector(\"#view-locks th:nth-child(4)\").ariaSort") == "ascending"'
}

@test "a click on a wait leads to its holder, and from there to the hold" {
    in_page '
page.open("timeline")
[wait] = page.spans("trace.spans.kind[span] === KIND.WAIT")
page.mouse(page.point(wait), "down", "up")
facts = page.facts()
assert facts["Took"] == "8.00 ms" and "MainThread" in facts["Held by"], facts
assert facts["Where"] == "/srv/pool.py:55 in get", facts
stacks = page.js("return [...document.querySelectorAll(\"#detail .stack\")].map((stack) => stack.innerText)")
assert "run" in stacks[0] and "pool.py:43" in stacks[1], stacks
page.click("#to-holder")
assert page.text("#detail .kind") == "Lock held"
facts = page.facts()
assert facts["Took"] == "18.0 ms" and facts["Acquired"] == "/srv/pool.py:40 in refresh", facts
assert facts["Released"] == "/srv/pool.py:44 in refresh", facts
assert "worker" in page.text("#detail .ranking")'
}

@test "an arrow is drawn from the selected wait to its holder" {
    in_page '
page.open("timeline")
page.js("""window.links = []; const link = paint.link;
    paint.link = (...all) => { links.push(all.slice(1)); link(...all); }""")
[wait] = page.spans("trace.spans.kind[span] === KIND.GIL_WAIT")
page.mouse(page.point(wait), "down", "up")
hold = page.js("return holders.hold_of(arguments[0])", wait)
assert [wait, hold, 1] in page.js("return links"), page.js("return links")
assert page.js("return trace.spans.start[arguments[0]]", hold) == 30e6'
}

@test "wheel, drag, keys and the ruler change the part of the time that is shown" {
    in_page '
page.open("timeline")
begin, end = page.window()
assert (begin, end) == (0, 100e6)
page.wheel(700, 500, -240)
closer = page.window()
assert closer[1] - closer[0] < end / 1.5
page.mouse((700, 500), "down", (500, 500), "up")
moved = page.window()
assert moved[0] > closer[0] and abs((moved[1] - moved[0]) - (closer[1] - closer[0])) < 2, (closer, moved)
page.js("timeline.canvas.focus()")
page.keys("-")
assert page.window()[1] - page.window()[0] > moved[1] - moved[0]
page.keys("0")
assert page.window() == [0, 100e6]
x, y = page.js("const box = document.getElementById(\"ruler\").getBoundingClientRect(); return [box.left + box.width / 4, box.top + 10]")
page.mouse((x, y), "down", (x + 100, y), "up")
part = page.window()
assert abs(part[0] - 25e6) < 1e6 and part[1] - part[0] < 15e6, part
page.click("#zoom-all")
assert page.window() == [0, 100e6]'
}

@test "the time line is used with keys alone" {
    in_page '
page.open("timeline")
[wait] = page.spans("trace.spans.kind[span] === KIND.WAIT")
page.js("state.select(arguments[0]); timeline.canvas.focus()", wait)
page.keys("h")
assert page.text("#detail .kind") == "Lock held"
assert "Lock held" in page.text("#said")
page.keys("f")
begin, end = page.window()
assert 31e6 > begin > 20e6 and 49e6 < end < 60e6, (begin, end)
page.keys("n")
assert page.text("#detail .kind") == "Lock held"'
}

@test "the GIL is drawn where a thread has it, and where it waits" {
    in_page '
page.open("timeline")
for span in page.spans("trace.spans.kind[span] === KIND.GIL_HOLD"):
    assert page.color(span) == page.js("return colors.gil"), span
[wait] = page.spans("trace.spans.kind[span] === KIND.GIL_WAIT")
assert page.color(wait) == page.js("return colors.gil_wait")'
}

@test "a search filters every view and the time line" {
    in_page '
page.search("decoder")
assert page.text("#matches") == "1 match", page.text("#matches")
page.open("imports")
assert [row[0] for row in page.rows("imports")] == ["json", "json.decoder"], page.rows("imports")
page.open("timeline")
names = page.js("return [...document.querySelectorAll(\"#names button.label\")].map((name) => name.innerText)")
assert names == ["MainThread"], names
page.search("cache.py:3")
page.open("locks")
assert [row[2] for row in page.rows("locks")] == ["cache.py:3"], page.rows("locks")
page.search("worker")
page.open("threads")
assert [row[0].split()[0] for row in page.rows("threads")] == ["worker"], page.rows("threads")
page.search("")
assert len(page.rows("threads")) == 3'
}

@test "Enter in the search box goes from match to match" {
    in_page '
page.search("json")
page.keys("\ue007")
assert page.text("#detail h2") == "json"
page.js("document.getElementById(\"search\").focus()")
page.keys("\ue007")
assert page.text("#detail h2") == "json.decoder"'
}

@test "the lock-order graph has the classes of nested holds, and a cycle of locks is marked" {
    in_page '
page.open("order")
assert "2 edges are part of a cycle" in page.text("#view-order"), page.text("#view-order")
assert page.js("return document.querySelectorAll(\".order-node\").length") == 3
edges = page.js("return [...document.querySelectorAll(\".order-edge\")].map((edge) => edge.getAttribute(\"aria-label\"))")
assert sorted("part of a cycle" in edge for edge in edges) == [False, True, True], edges
assert "pair.py:1 before pair.py:1, 1 times" in edges, edges
page.click("#view-order tr[data-row=\"0\"]")
assert "pool.py:41" in page.text("#detail") or "cache.py:62" in page.text("#detail")'
}

@test "threads show who made them, how long they lived and how they ended" {
    in_page '
page.open("threads")
rows = {row[0].split()[0]: row for row in page.rows("threads")}
assert rows["worker"][2] == "app.py:20" and rows["worker"][4] == "58.0 ms", rows
assert rows["worker"][-1] == "joined", rows
page.js("detail.thread(1)")
facts = page.facts()
assert "MainThread" in facts["Created"] and "MainThread" in facts["End"], facts'
}

@test "several processes are on one time line" {
    in_page '
page.open("timeline")
names = page.js("return [...document.querySelectorAll(\".of-process .label\")].map((name) => name.innerText)")
assert names == ["Process 70", "Process 80"], names
[span] = page.spans("trace.spans.kind[span] === KIND.IMPORT && names.span(span) === \"child_module\"")
assert page.js("return trace.spans.start[arguments[0]]", span) == 61e6'
}

@test "the page is light or dark as the system says, or as its switch does" {
    in_page '
ground = lambda: page.js("return getComputedStyle(document.body).backgroundColor")
page.open("timeline")
page.prefer("dark")
dark = ground()
page.prefer("light")
light = ground()
assert light == "rgb(255, 255, 255)" and dark != light, (light, dark)
page.click("#theme")
page.settle()
assert ground() == dark, ground()
[span] = page.spans("trace.spans.kind[span] === KIND.GIL_HOLD && trace.spans.end[span] < 40e6")
assert page.color(span) == page.js("return colors.gil")'
}

@test "the page of a hundred thousand events is zoomed and searched as a small one" {
    awk 'BEGIN {
        print "process pid=9 began=1000 ended=200000000\nclass l origin=created place=f@many.py:1"
        for (t = 1; t <= 10; t++) {
            print "thread " t " tid=" 8 + t " name=thread-" t " began=1000"
            for (i = 0; i < 5000; i++) {
                at = 2000 + i * 30000 + t * 100
                print at, t, "lock-acquired", 4096 * t + i % 50, "class=l kind=mutex place=work@many.py:" i % 90 + 1
                print at + 20000 + i % 7, t, "lock-released", 4096 * t + i % 50, "class=l kind=mutex"
            }
        }
    }' >script
    "$BUILD/tests/trace/write_trace" script trace 3>&-
    "$BUILD/tools/pihook" report --format=html --output=page.html trace 3>&-
    PAGE=page.html in_page '
assert page.js("return trace.spans.count") == 50000
page.open("timeline")
page.search("many.py:77")
assert page.text("#matches") == "550 matches", page.text("#matches")
page.keys("\ue007")
span = page.js("return state.selected")
begin, end = page.window()
assert end - begin < 1e6, (begin, end)
assert page.color(span) == page.js("return colors.of_span(arguments[0])", span)
x, y = page.point(span)
for _ in range(5):
    page.wheel(x, y, 100)
page.open("locks")
page.click("#view-locks .choice button:nth-child(2)")
assert 0 < len(page.rows("locks")) < 100
page.search("")
assert page.text("#view-locks .lead") == "500 locks of 1 class", page.text("#view-locks .lead")
assert 0 < len(page.rows("locks")) < 100
assert page.log() == [], page.log()'
}

@test "the page of an empty trace says that nothing is there" {
    "$BUILD/tests/trace/write_trace" - trace <<<"process pid=9 began=1000 ended=2000" 3>&-
    "$BUILD/tools/pihook" report --format=html --output=page.html trace 3>&-
    PAGE=page.html in_page '
for tab in ("timeline", "imports", "locks", "order", "threads", "summary"):
    page.open(tab)
assert "No lock was recorded." in page.js("return document.getElementById(\"view-locks\").textContent")
assert page.log() == [], page.log()'
}
