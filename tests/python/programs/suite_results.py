# SPDX-License-Identifier: MIT
"""Prints the result of every test case of one run of `python -m test -v --junit-xml XML`.

usage: suite_results.py XML LOG STATUS

A line is CASE, a tab, RESULT. Failures of subtests and of set-ups have no place in the XML, so
what the log says under "FAIL:" and "ERROR:" is told as cases of its own.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree


def result_of(case):
    for kind in ("failure", "error", "skipped"):
        if case.find(kind) is not None:
            return kind
    if case.find("output") is not None:
        return "expected failure"
    if case.find("outcome") is not None or case.get("outcome"):
        return "unexpected success"
    return "ok"


def cases_of(xml):
    try:
        root = ElementTree.parse(xml).getroot()
    except (OSError, ElementTree.ParseError):
        return
    for case in root.iter("testcase"):
        if case.get("name"):
            yield case.get("name"), result_of(case)


def complaints_of(log):
    with open(log, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            found = re.match(r"(FAIL|ERROR): (.*\S)", line)
            if found:
                yield "(log) " + found.group(2), found.group(1)


def main(xml, log, status):
    told = [("(whole run)", "exit status " + status), *cases_of(xml), *complaints_of(log)]
    for case, result in told:
        # Some names hold a subtest's values, and these an address.
        print(re.sub(r"0x[0-9a-f]{6,}", "0x...", " ".join(case.split())), result, sep="\t")


main(*sys.argv[1:])
