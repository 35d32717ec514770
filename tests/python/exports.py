# SPDX-License-Identifier: MIT
"""Reports of traces in the formats of other viewers: what their grammars demand, and their parts."""

import json
from collections import defaultdict


def nested(slices):
    """Of (begin, end) in the order of their begin: each is within the one around it, or behind it."""
    open_ends = []
    for begin, end in slices:
        while open_ends and open_ends[-1] <= begin:
            open_ends.pop()
        if open_ends and end > open_ends[-1]:
            return False
        open_ends.append(end)
    return True


# ---- Perfetto: the text that protoc --decode makes of a trace ----


def messages(text):
    """The outermost message as a dictionary of lists: numbers, strings and messages."""
    stack = [defaultdict(list)]
    for line in text.splitlines():
        line = line.strip()
        if line.endswith(" {"):
            message = defaultdict(list)
            stack[-1][line[:-2]].append(message)
            stack.append(message)
        elif line == "}":
            stack.pop()
        elif line:
            name, value = line.split(": ", 1)
            assert not name.isdigit(), f"a field that the schema doesn't have: {line}"
            stack[-1][name].append(_value(value))
    assert len(stack) == 1
    return stack[0]


def _value(text):
    if text.startswith('"'):
        return text[1:-1].encode().decode("unicode_escape").encode("latin1").decode()
    if text.lstrip("-").isdigit():
        return int(text)
    return {"true": True, "false": False}.get(text, text)


class Perfetto:
    """Tracks by uuid, and their events with all that was interned put in."""

    TABLES = {"event_names": "name", "event_categories": "name", "debug_annotation_names": "name",
              "debug_annotation_string_values": "str", "function_names": "str", "source_paths": "str"}

    def __init__(self, text):
        self.packets = messages(text)["packet"]
        self.interned = defaultdict(dict)
        self.tracks = {}
        self.events = []
        for packet in self.packets:
            for data in packet["interned_data"]:
                self._intern(data)
            for track in packet["track_descriptor"]:
                assert track["uuid"][0] not in self.tracks, track
                self.tracks[track["uuid"][0]] = track
            for event in packet["track_event"]:
                self.events.append(self._event(packet, event))

    def _intern(self, data):
        for name, items in data.items():
            for item in items:
                (iid,) = item["iid"]
                assert iid > 0 and iid not in self.interned[name], (name, item)
                self.interned[name][iid] = item[self.TABLES[name]][0] if name in self.TABLES else item

    def _event(self, packet, event):
        assert packet["sequence_flags"] == [2] and packet["trusted_packet_sequence_id"] == [1]
        assert event["track_uuid"][0] in self.tracks, event
        look = {"ts": packet["timestamp"][0], "type": event["type"][0][5:], "track": event["track_uuid"][0],
                "flows": event["flow_ids"], "last_flows": event["terminating_flow_ids"], "stack": [],
                "args": {self.interned["debug_annotation_names"][a["name_iid"][0]]: self._annotation(a)
                         for a in event["debug_annotations"]}}
        for iid in event["name_iid"]:
            look["name"] = self.interned["event_names"][iid]
        for iid in event["category_iids"]:
            look["category"] = self.interned["event_categories"][iid]
        for iid in event["source_location_iid"]:
            place = self.interned["source_locations"][iid]
            look["place"] = tuple(place[key][0] for key in ("function_name", "file_name", "line_number"))
        for iid in event["callstack_iid"]:
            look["stack"] = [self._frame(i) for i in self.interned["callstacks"][iid]["frame_ids"]]
        return look

    def _frame(self, iid):
        frame = self.interned["frames"][iid]
        return (self.interned["function_names"][frame["function_name_id"][0]],
                *(self.interned["source_paths"][i] for i in frame["source_path_iid"]), *frame["line_number"])

    def _annotation(self, annotation):
        for iid in annotation["string_value_iid"]:
            return self.interned["debug_annotation_string_values"][iid]
        for value in annotation["int_value"] + annotation["bool_value"]:
            return value
        return [self._annotation(value) for value in annotation["array_values"]]

    def track(self, uuid):
        """Its own name, or that of its process or thread."""
        track = self.tracks[uuid]
        named = track["name"] + [name for thread in track["thread"] for name in thread["thread_name"]] + [
            name for process in track["process"] for name in process["process_name"]]
        return named[0]

    def slices(self, track=None):
        """Events of slices: (begin, end, event that begins it, event that ends it), by track and begin."""
        found = []
        for uuid in self.tracks:
            open_events = []
            on_track = [event for event in self.events if event["track"] == uuid]
            for event in sorted(on_track, key=lambda event: event["ts"]):
                if event["type"] == "SLICE_BEGIN":
                    open_events.append(event)
                elif event["type"] == "SLICE_END":
                    begin = open_events.pop()
                    found.append((begin["ts"], event["ts"], begin, event))
            assert not open_events, open_events
        return sorted((s for s in found if track in (None, self.track(s[2]["track"]))),
                      key=lambda s: (s[2]["track"], s[0], -s[1]))


# ---- Chrome's trace events ----


def chrome(text):
    """The events, after a look at what each phase must have."""
    trace = json.loads(text)
    events = trace["traceEvents"]
    needed = {"M": {"args"}, "X": {"ts", "dur"}, "i": {"ts", "s"}, "b": {"ts", "id", "cat"},
              "e": {"ts", "id", "cat"}, "s": {"ts", "id", "cat"}, "f": {"ts", "id", "cat", "bp"}}
    for event in events:
        assert {"name", "ph", "pid", "tid"} | needed[event["ph"]] <= event.keys(), event
        assert event.get("ts", 0) >= 0 and event.get("dur", 0) >= 0, event
    threads = defaultdict(list)
    for event in (event for event in events if event["ph"] == "X"):
        threads[event["pid"], event["tid"]].append((event["ts"], event["ts"] + event["dur"]))
    for slices in threads.values():
        # Sums of microseconds are not exact.
        assert nested(sorted(((round(b, 3), round(e, 3)) for b, e in slices), key=lambda s: (s[0], -s[1])))
    _pairs(events, "b", "e", 0)
    _pairs(events, "s", "f", None)
    return events


def _pairs(events, first, last, together):
    """Events of two phases alternate by id; `together`: how many others may be open meanwhile."""
    by_id = defaultdict(list)
    for event in events:
        if event["ph"] in (first, last):
            by_id[event["cat"], event["id"]].append(event)
    for group in by_id.values():
        group.sort(key=lambda event: (event["ts"], event["ph"] == first and together is not None))
        assert [event["ph"] for event in group] == [first, last] * (len(group) // 2), group
        assert together is not None or len(group) == 2, group


# ---- speedscope ----


def speedscope(text):
    """Profiles: name -> list of (begin, end, names of the frames that are open), by their end."""
    file = json.loads(text)
    assert file["$schema"] == "https://www.speedscope.app/file-format-schema.json"
    frames = file["shared"]["frames"]
    assert all(frame["name"] for frame in frames)
    profiles = {}
    for profile in file["profiles"]:
        assert (profile["type"], profile["unit"]) == ("evented", "nanoseconds")
        now, opened, closed = profile["startValue"], [], []
        for event in profile["events"]:
            assert event["at"] >= now, (event, now)
            now = event["at"]
            if event["type"] == "O":
                opened.append((now, event["frame"]))
            else:
                begin, frame = opened.pop()
                assert (event["type"], event["frame"]) == ("C", frame), event
                path = [frames[f]["name"] for _, f in opened] + [frames[frame]["name"]]
                closed.append((begin, now, path))
        assert not opened and now <= profile["endValue"]
        profiles[profile["name"]] = closed
    return profiles, frames
