#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Formats of reports that others read: each is given to what reads it, or to its grammar.

# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    lock_program lock_order
}

setup() {
    clean_environment
    PIHOOK=$BUILD/tools/pihook
    ORDER=$BATS_FILE_TMPDIR/lock_order
    [[ -e $ORDER ]] || skip "there is no C compiler"
}

# reports STATUS FORMAT COMMAND...: the report is in the file `report`.
reports() {
    ends "$1" "$PIHOOK" run -o address-order=off --format="$2" --output=report "${@:3}" 3>&-
}

# junit CODE: Python, with `suites` as python3-junitparser reads the report.
junit() {
    /usr/bin/python3 -c 'import junitparser' 2>/dev/null || skip "there is no junitparser"
    run /usr/bin/python3 -c "import junitparser
suites = junitparser.JUnitXml.fromfile('report')
$1"
    same "$status $output" "0 "
}

# python_says CODE: Python, with the report as `report`, says nothing but that all is well.
python_says() {
    [[ -x /usr/bin/python3 ]] || skip "there is no Python"
    run /usr/bin/python3 -B -c "import json, sys
sys.path.insert(0, '$TESTS/python')
$1"
    same "$status $output" "0 "
}

# sarif CODE: the report holds what SARIF demands, and CODE about `run`, its only one.
sarif() {
    python_says "import sarif
run = sarif.read('report')
results = run['results']
$1"
}

# gitlab CODE: the same of a report of code quality, which fits what GitLab documents: `issues`.
gitlab() {
    /usr/bin/python3 -c 'import jsonschema' 2>/dev/null || skip "there is no jsonschema"
    python_says "import jsonschema
issues = json.load(open('report', encoding='utf-8'))
jsonschema.validate(issues, json.load(open('$TESTS/python/gitlab_code_quality.json')))
assert len({issue['fingerprint'] for issue in issues}) == len(issues)
$1"
}

# multitool FILE...: what Microsoft's validator says of them, as errors and warnings. That the tool
# has no web page is no fault of a report.
multitool() {
    timeout 300 "$MULTITOOL" validate --rule-kind 'Sarif;Ghas' --level 'Error;Warning' "$@" >validated 3>&-
    grep -q "^Done. $# files scanned" validated
    grep -E '(error|warning) [A-Z]+[0-9]+:' validated | grep -v ' warning SARIF2005: ' || true
}

# Two orders of two locks, with a name that is awkward wherever it goes.
names_program() {
    [[ -e names ]] && return
    cat >names.c <<'SOURCE'
#include <pihook.h>
#include <pthread.h>
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static void both(pthread_mutex_t *x, pthread_mutex_t *y)
{
    pthread_mutex_lock(x);
    pthread_mutex_lock(y);
    pthread_mutex_unlock(y);
    pthread_mutex_unlock(x);
}
int main(void)
{
    pihook_name_lock(&a, "<a> & \"b\" \\N ]]> \xc3\xa4 \001");
    both(&a, &b);
    both(&b, &a);
    return 0;
}
SOURCE
    "${CC:-cc}" -g -I "$TESTS/../src" -pthread -o names names.c 3>&-
}

@test "junit: a finding is a test case that failed, with its file and line and the whole report" {
    reports 66 junit "$ORDER" concurrent
    junit '
assert (suites.tests, suites.failures, suites.errors) in [(1, 1, 0), (None, None, None)], suites
suite, = suites
assert (suite.name, suite.tests, suite.failures) == ("pihook", 1, 1)
case, = suite
assert case.classname == "lock-order" and case.name.startswith("acquiring mutex M1 while")
assert "tests/programs/locks/" in case._elem.get("file") and int(case._elem.get("line")) > 0
failure, = case.result
assert failure.type == "lock-order" and "pihook: error: lock-order:" in failure.text'
}

@test "junit: warnings have not failed, and a run without findings is one case that passed" {
    ends 0 "$PIHOOK" run -o address-order=off:lock-order=warning --format=junit --output=report \
        "$ORDER" concurrent
    junit 'suite, = suites; assert (suite.tests, suite.failures) == (1, 0)
case, = suite; assert case.classname == "lock-order" and not case.result'
    reports 0 junit true
    junit 'suite, = suites; assert (suite.tests, suite.failures) == (1, 0)
case, = suite; assert case.name == "no finding"'
}

@test "junit: names with characters of XML are told as they are" {
    names_program
    reports 66 junit ./names
    junit 'assert "\"<a> & \"b\" \\N ]]> ä ?\"" in next(iter(next(iter(suites)))).result[0].text'
}

@test "github: an annotation a finding, at its file and line, the whole report in one line" {
    reports 66 github "$ORDER" concurrent
    same "$(wc -l <report)" 1
    [[ $(<report) =~ ^::error\ file=[^:,]*programs/locks/[a-z_.]+,line=[0-9]+,title=lock-order::pihook:\ error ]]
    like "$(<report)" '*%0A    M1: mutex*'
    ends 0 "$PIHOOK" run -o address-order=off:lock-order=warning --format=github --output=report \
        "$ORDER" concurrent
    like "$(<report)" '::warning file=*'
    reports 0 github true
    same "$(<report)" ""
}

@test "sarif: a finding is a result of its rule, with the place and a fingerprint of its own" {
    reports 66 sarif "$ORDER" concurrent
    sarif '
result, = results
assert (result["ruleId"], result["level"]) == ("lock-order", "error")
assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "lock-order"
assert result["message"]["text"].startswith("acquiring mutex M1 while holding mutex M2")
place, = result["locations"]
assert "tests/programs/locks/" in place["physicalLocation"]["artifactLocation"]["uri"]
assert place["logicalLocations"][0]["kind"] == "function"
assert [place["message"]["text"][:4] for place in result["relatedLocations"]] == ["M1: ", "M2: "]'
    # Another run has other addresses and thread ids, and the same fingerprints.
    cp report first
    reports 66 sarif "$ORDER" concurrent
    python_says 'import sarif
one, other = (sarif.read(name)["results"][0] for name in ("first", "report"))
assert one["partialFingerprints"] == other["partialFingerprints"]
assert len(one["partialFingerprints"]) == 2'
}

@test "sarif: both edges of an inversion are code flows, each of one thread, and have their stacks" {
    reports 66 sarif "$ORDER" concurrent
    sarif '
one, other = (flow["threadFlows"][0] for flow in results[0]["codeFlows"])
assert all(len(flow["threadFlows"]) == 1 for flow in results[0]["codeFlows"])
assert one["id"].startswith("thread bob (") and other["id"].startswith("thread alice (")
words = lambda flow: [step["location"]["message"]["text"] for step in flow["locations"]]
assert words(one)[0] == "M2 was taken here" and "acquires M1 while" in words(one)[1], words(one)
assert words(other)[0] == "M1 was taken here" and "acquired M2 while" in words(other)[1]
functions = [[frame["location"]["logicalLocations"][0]["name"] for frame in stack["frames"]]
             for stack in results[0]["stacks"]]
assert len(functions) == 2 and "second_then_first" in functions[0], functions
assert "first_then_second" in functions[1]'
}

@test "sarif: Microsoft's validator finds nothing wrong with reports of every kind" {
    MULTITOOL=${PIHOOK_SARIF_MULTITOOL:-$TESTS/../build/npm/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool}
    [[ -x $MULTITOOL ]] || skip "there is no sarif-multitool: tools/test.sh installs it by npm"
    lock_program misuse
    lock_program across
    names_program
    local case
    # findings in C, with odd names, without debug information, and of Python
    reports 66 sarif "$ORDER" concurrent && mv report order.sarif
    reports 66 sarif ./names && mv report names.sarif
    strip --strip-debug names
    reports 66 sarif ./names && mv report stripped.sarif
    [[ ! -x /usr/bin/python3 ]] || {
        (cd "$TESTS/../doc/sample" && ends 66 "$PIHOOK" run -o address-order=off \
            --output="sarif:$BATS_TEST_TMPDIR/python.sarif" /usr/bin/python3 -B -m unittest)
    }
    # of other rules, several at once, none at all
    for case in unlock-free destroy-held two-mutexes held-at-return; do
        run "$PIHOOK" run -o address-order=off --output="sarif:$case.sarif" \
            "$BATS_FILE_TMPDIR/misuse" "$case" 3>&-
    done
    reports 0 sarif true && mv report none.sarif
    # known ones beside new ones, and one across runs
    ends 0 "$PIHOOK" run -o address-order=off --baseline=known --update-baseline ./names 3>&-
    ends 66 "$PIHOOK" run -o address-order=off --output=sarif:known.sarif --baseline=known \
        --graph=graph sh -c './names; "$1" concurrent; "$2" forwards; "$2" backwards' sh "$ORDER" \
        "$BATS_FILE_TMPDIR/across" 3>&-
    grep -q '"baselineState": "unchanged"' known.sarif
    grep -q 'across runs' known.sarif
    same "$(multitool ./*.sarif)" ""
    # And it would say so.
    sed -E 's/"startLine": [0-9]+/"startLine": 0/; s/"ruleIndex": [0-9]+/"ruleIndex": 99/' \
        order.sarif >broken.sarif
    run multitool broken.sarif
    like "$output" '*error SARIF1009: *'
}

@test "sarif: every rule of the library is there with its level and help" {
    reports 0 sarif true
    "$PIHOOK" explain >table
    sarif '
assert results == []
rules = run["tool"]["driver"]["rules"]
table = [line.split(None, 2) for line in open("table")]
assert [rule["id"] for rule in rules] == [name for name, *_ in table]
for rule, (_, level, meaning) in zip(rules, table):
    default = rule["defaultConfiguration"]
    assert default["level" if default["enabled"] else "enabled"] == (level if level != "off" else 0)
    assert rule["shortDescription"]["text"] == meaning.strip() + "."
    assert "```" in rule["help"]["markdown"]'
}

@test "sarif: files below the working directory are relative to it, with any name" {
    mkdir "so urce"
    names_program
    mv names.c "so urce/n%me.c"
    "${CC:-cc}" -g -I "$TESTS/../src" -pthread -o names "so urce/n%me.c" 3>&-
    reports 66 sarif ./names
    sarif '
artifact = results[0]["locations"][0]["physicalLocation"]["artifactLocation"]
assert artifact == {"uri": "so%20urce/n%25me.c", "uriBaseId": "%SRCROOT%"}, artifact
import os
assert run["originalUriBaseIds"]["%SRCROOT%"]["uri"] == "file://" + os.getcwd() + "/"'
}

@test "sarif and gitlab: without debug information the function is told, and the program" {
    names_program
    strip --strip-debug names
    reports 66 sarif ./names
    sarif '
place, = results[0]["locations"]
assert "physicalLocation" not in place
assert place["logicalLocations"][0]["name"] == "both"'
    reports 66 gitlab ./names
    gitlab 'assert issues[0]["location"] == {"path": "names", "lines": {"begin": 1}}'
}

@test "fingerprints by name stay when lines and offsets change, and differ between findings" {
    names_program
    reports 66 gitlab ./names
    cp report first
    reports 66 sarif ./names
    cp report first.sarif
    sed -i -e '1i #include <stdio.h>' -e 's/^int main/static int unused(int x) { return x + 1; }\n&/' \
        -e 's/^    both(&a, &b)/    printf("%d", unused(3));\n&/' names.c
    "${CC:-cc}" -g -I "$TESTS/../src" -pthread -o names names.c 3>&-
    reports 66 gitlab ./names
    gitlab 'first = json.load(open("first"))
assert [i["fingerprint"] for i in first] == [i["fingerprint"] for i in issues]
assert first[0]["location"]["lines"] != issues[0]["location"]["lines"]'
    reports 66 sarif ./names
    sarif 'first = sarif.read("first.sarif")["results"][0]["partialFingerprints"]
second = results[0]["partialFingerprints"]
assert first["pihookNames/v1"] == second["pihookNames/v1"]
assert first["pihookPlaces/v1"] != second["pihookPlaces/v1"]'
    sed -i 's/\<both\>/all/' names.c
    "${CC:-cc}" -g -I "$TESTS/../src" -pthread -o names names.c 3>&-
    reports 66 gitlab ./names
    gitlab 'assert json.load(open("first"))[0]["fingerprint"] != issues[0]["fingerprint"]'
}

@test "gitlab: a finding is an issue with what GitLab demands, and none is an empty array" {
    reports 66 gitlab "$ORDER" concurrent
    gitlab 'issue, = issues
assert (issue["check_name"], issue["severity"]) == ("lock-order", "critical")
assert "tests/programs/locks/" in issue["location"]["path"]
assert "acquires M1 while holding M2" in issue["content"]["body"]'
    ends 0 "$PIHOOK" run -o address-order=off:lock-order=warning --format=gitlab --output=report \
        "$ORDER" concurrent
    gitlab 'assert issues[0]["severity"] == "minor"'
    reports 0 gitlab true
    gitlab 'assert issues == []'
}

@test "gitlab: findings that have the same names keep fingerprints of their own" {
    reports 66 json "$ORDER" concurrent
    for number in 1 2; do
        sed -E "s/(\"fingerprint\":)\"[0-9a-f]{15}/\\1\"00000000000000$number/; s/lock-order/bad-unlock/" \
            report >"other$number"
    done
    ends 0 "$PIHOOK" report --format=gitlab --output=report report other1 other2
    gitlab 'assert len(issues) == 3
assert issues[2]["fingerprint"] == issues[1]["fingerprint"] + "-2"'
}

# graph CODE: Python, with what dot makes of the report as `nodes` and `edges` by label.
graph() {
    command -v dot >/dev/null || skip "there is no dot of Graphviz"
    dot -Tjson0 report >laid_out 2>errors || { cat errors && return 1; }
    same "$(<errors)" ""
    python_says "graph = json.load(open('laid_out', encoding='utf-8'))
objects = {o['_gvid']: o for o in graph.get('objects', [])}
clusters = [o['label'] for o in objects.values() if o['name'].startswith('cluster')]
nodes = [o['label'] for o in objects.values() if o.get('shape') == 'box']
edges = sorted((objects[e['tail']]['label'], e.get('label'), objects[e['head']]['label'])
               for e in graph.get('edges', []))
$1"
}

@test "dot: the locks of a finding are nodes, and each thread an edge, with its place" {
    reports 66 dot "$ORDER" concurrent
    graph '
assert len(clusters) == 1 and clusters[0].startswith("error: lock-order: acquiring mutex M1")
assert [node[:11] for node in sorted(nodes)] == ["M1: mutex, ", "M2: mutex, "], nodes
(tail2, label2, head2), (tail, label, head) = edges
assert (tail, head) == (head2, tail2) and tail[:2] == "M2", edges
assert "thread bob (" in label and "acquires M1" in label and ".h:" in label
assert "thread alice (" in label2 and "acquired M2" in label2'
    reports 0 dot true
    graph 'assert not objects'
}

@test "dot: any finding and any name is a graph that Graphviz takes" {
    lock_program misuse
    lock_program deadlock
    names_program
    reports 66 dot ./names
    graph 'name = "\"<a> & \"b\" " + 2 * chr(92) + "N ]]> ä ?\""  # it stays escaped in a label
assert any(name in node for node in nodes), nodes'
    for case in unlock-free destroy-held destroy-held-by-other two-mutexes held-at-return; do
        run "$PIHOOK" run -o address-order=off --format=dot --output=report \
            "$BATS_FILE_TMPDIR/misuse" "$case" 3>&-
        graph 'assert len(clusters) == 1 and nodes and edges'
    done
    ends 134 "$PIHOOK" run -o address-order=off:lock-order=off --format=dot --output=report \
        "$BATS_FILE_TMPDIR/deadlock" ring 3 3>&-
    graph 'assert len(nodes) == 3 and len(edges) >= 3'
}

@test "svg: the graph is drawn where Graphviz is there, and else one line says that it isn't" {
    command -v dot >/dev/null || skip "there is no dot of Graphviz"
    reports 66 svg "$ORDER" concurrent
    python_says 'from xml.etree import ElementTree
root = ElementTree.parse("report").getroot()
assert root.tag == "{http://www.w3.org/2000/svg}svg"
texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
assert any(text.startswith("M1: mutex") for text in texts)'
    reports 66 json "$ORDER" concurrent
    ends 125 env PATH=/nowhere "$PIHOOK" report --format=svg report
    same "$output$stderr" "pihook: format svg needs the program dot, which is not installed"
}

@test "several reports come from one run, each in its form, and the main one besides" {
    ends 66 "$PIHOOK" run -o address-order=off --output=sarif:report --output=junit:junit.xml \
        --output=dot:a:b.dot "$ORDER" concurrent 3>&-
    like "$stderr" 'pihook: error: lock-order: *pihook: 1 errors*'
    sarif 'assert len(results) == 1'
    like "$(<junit.xml)" '<?xml*<failure*'
    like "$(<a:b.dot)" 'digraph *'
    ends 66 "$PIHOOK" run -o address-order=off --format=json --output=main --output=gitlab:report \
        "$ORDER" concurrent 3>&-
    same "$stderr" ""
    gitlab 'assert len(issues) == 1'
    ends 0 "$PIHOOK" report --output=text:found --format=github --output=report main
    same "$output" ""
    like "$(<report)" '::error *'
    like "$(<found)" 'pihook: error: *'
    # Without findings, too, for those who expect the files.
    ends 0 "$PIHOOK" run --output=sarif:report true 3>&-
    same "$output$stderr" ""
    sarif 'assert results == []'
}

@test "an output that can't be is told before the program runs, or with the others written" {
    ends 2 "$PIHOOK" run --output=sarfi:report touch ran
    same "$stderr" "pihook: unknown format sarfi: did you mean sarif?"
    ends 2 "$PIHOOK" run --output=sarif: touch ran
    same "$stderr" "pihook: option --output=sarif: needs the name of a file"
    ends 2 "$PIHOOK" run --output=one --output=two touch ran
    same "$stderr" "pihook: two files for one report: one and two (FORMAT:FILE is one more)"
    [[ ! -e ran ]]
    ends 125 "$PIHOOK" run --output=sarif:/nowhere/report --output=gitlab:report "$ORDER" concurrent \
        3>&-
    like "$stderr" "*pihook: /nowhere/report can't be written: No such file or directory"
    gitlab 'assert issues'
    ends 0 "$PIHOOK" run --output=./sarfi:report true
    [[ -e sarfi:report ]]
}

@test "github: the summary of the step gets a table and the whole reports, escaped" {
    names_program
    export GITHUB_STEP_SUMMARY=$PWD/summary.md
    echo before >summary.md
    reports 66 github ./names
    like "$(<summary.md)" 'before*### pihook: 1 errors, 0 warnings*| level | rule |*'
    grep -qE '^\| error \| lock-order \| acquiring .* \| names\.c:[0-9]+ \| 1 \|$' summary.md
    like "$(<summary.md)" '*<details><summary>lock-order: acquiring *```text*M1: mutex 0x*```*</details>'
    sed 's/"sentence":"/&| <b> `x` ```` /; s/"details"/"d"/; s/}$/,"details":"````"}/' \
        <(reports 66 json ./names; cat report) >awkward
    rm summary.md
    ends 0 "$PIHOOK" report --format=github awkward
    grep -qF '&#124; &#60;b&#62; &#96;x&#96;' summary.md
    same "$(grep -c '^`````' summary.md)" 2
    # Only where GitHub asks for it, and only that format.
    rm summary.md
    ends 0 "$PIHOOK" report --format=junit awkward
    unset GITHUB_STEP_SUMMARY
    ends 0 "$PIHOOK" report --format=github awkward
    [[ ! -e summary.md ]]
    GITHUB_STEP_SUMMARY=/nowhere/summary ends 125 "$PIHOOK" report --format=github awkward
    same "$stderr" \
        "pihook: GITHUB_STEP_SUMMARY: /nowhere/summary can't be written: No such file or directory"
}

@test "github: a summary never gets too large for GitHub" {
    reports 66 json "$ORDER" concurrent
    awk '{ for (i = 0; i < 3000; i++) {
               line = $0
               sub(/"fingerprint":"[0-9a-f]*/, sprintf("\"fingerprint\":\"%016x", i), line)
               print line } }' report >many
    GITHUB_STEP_SUMMARY=$PWD/summary.md ends 0 "$PIHOOK" report --format=github --output=report many
    size=$(wc -c <summary.md)
    ((size > 600000 && size < 1000000))
    grep -qE '^\| \| \| and [0-9]+ more' summary.md
    grep -qE '^and [0-9]+ more$' summary.md
}
