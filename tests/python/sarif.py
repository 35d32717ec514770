# SPDX-License-Identifier: MIT
"""What SARIF 2.1.0 demands of the objects in a report, as far as a report has them."""

import json
import re
import sys
from urllib.parse import unquote

LEVELS = {"none", "note", "warning", "error"}


def has(thing, where, **types):
    """Every member of `types` is there and of that type."""
    assert isinstance(thing, dict), f"{where} is no object"
    for name, kind in types.items():
        assert name in thing, f"{where} has no {name}"
        assert isinstance(thing[name], kind), f"{where}.{name} is {thing[name]!r}"


def message(thing, where):
    has(thing, where, text=str)
    assert thing["text"].strip(), f"{where} is empty"


def uri(text, where):
    """RFC 3986: a file: URI, or a relative one without a scheme."""
    assert re.fullmatch(r"(file:///)?([A-Za-z0-9._~/-]|%[0-9A-F]{2})+", text), f"{where}: {text}"
    assert "\0" not in unquote(text)


def location(thing, where, bases):
    has(thing, where)
    if "physicalLocation" in thing:
        physical = thing["physicalLocation"]
        has(physical, where, artifactLocation=dict, region=dict)
        artifact = physical["artifactLocation"]
        uri(artifact["uri"], where)
        if "uriBaseId" in artifact:
            assert artifact["uriBaseId"] in bases, f"{where}: {artifact} has an unknown base"
            assert not artifact["uri"].startswith(("/", "file:", "../")), artifact
        assert physical["region"]["startLine"] >= 1
    for logical in thing.get("logicalLocations", []):
        has(logical, where, name=str, fullyQualifiedName=str, kind=str)
    if "message" in thing:
        message(thing["message"], where)


def rule(thing, number):
    where = f"rule {number}"
    has(thing, where, id=str, shortDescription=dict, fullDescription=dict, help=dict,
        defaultConfiguration=dict)
    for name in "shortDescription", "fullDescription", "help":
        message(thing[name], f"{where}.{name}")
    has(thing["defaultConfiguration"], where, enabled=bool, level=str)
    assert thing["defaultConfiguration"]["level"] in LEVELS


def result(thing, number, rules, bases):
    where = f"result {number}"
    has(thing, where, ruleId=str, message=dict, level=str, locations=list, codeFlows=list,
        stacks=list, relatedLocations=list, partialFingerprints=dict)
    message(thing["message"], where)
    assert thing["level"] in LEVELS
    if "ruleIndex" in thing:
        assert rules[thing["ruleIndex"]]["id"] == thing["ruleId"]
    for place in thing["locations"] + thing["relatedLocations"]:
        location(place, where, bases)
    identifiers = [place["id"] for place in thing["relatedLocations"]]
    assert len(set(identifiers)) == len(identifiers) and all(i >= 0 for i in identifiers)
    for flow in thing["codeFlows"]:
        assert flow["threadFlows"], f"{where} has a code flow of no thread"
        for thread in flow["threadFlows"]:
            assert thread["locations"], f"{where} has a thread flow without a place"
            for step in thread["locations"]:
                location(step["location"], where, bases)
    for stack in thing["stacks"]:
        has(stack, where, frames=list)
        for frame in stack["frames"]:
            location(frame["location"], where, bases)
    for name, value in thing["partialFingerprints"].items():
        assert re.fullmatch(r"[A-Za-z]+/v\d+", name) and re.fullmatch(r"[0-9a-f]{16}", value)
    if "baselineState" in thing:
        assert thing["baselineState"] in {"new", "unchanged", "updated", "absent"}


def read(name):
    """The only run of a report, checked."""
    with open(name, encoding="utf-8") as file:
        log = json.load(file)
    has(log, "log", version=str, runs=list)
    assert log["version"] == "2.1.0" and "sarif" in log["$schema"] and len(log["runs"]) == 1
    run = log["runs"][0]
    has(run, "run", tool=dict, results=list, originalUriBaseIds=dict)
    driver = run["tool"]["driver"]
    has(driver, "driver", name=str, version=str, rules=list)
    assert driver["name"] == "pihook"
    for base in run["originalUriBaseIds"].values():
        assert base["uri"].endswith("/"), "a base must end with a slash"
        uri(base["uri"], "base")
    for number, thing in enumerate(driver["rules"]):
        rule(thing, number)
    assert len({thing["id"] for thing in driver["rules"]}) == len(driver["rules"])
    for number, thing in enumerate(run["results"]):
        result(thing, number, driver["rules"], run["originalUriBaseIds"])
    return run


if __name__ == "__main__":
    read(sys.argv[1])
