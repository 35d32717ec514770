# SPDX-License-Identifier: MIT
"""Trace files as the recorder left them, record by record.

    trace_file.py count FILE [NAME=VALUE...]
    trace_file.py check FILE...
    trace_file.py header FILE FIELD...
    trace_file.py imports|uses FILE PREFIX
    trace_file.py threads|waits|process|cuts FILE

The readers of pihook itself are tested elsewhere; this one knows nothing but the format (src/trace/format.h)
and is strict: whatever the recorder must not write is an error.
"""

import collections
import struct
import sys

CHUNK, RECORD = 65536, 32
EVENTS, DEFINITIONS = 1, 2
HEADER = struct.Struct("<8sIIIIiiqqqiIQQ")
HEADER_FIELDS = ("magic order version chunk record pid parent began realtime ended status flags "
                 "lost dropped").split()
STRING, PLACE, STACK, CLASS, LOCK, THREAD, MODULE, STATEMENT, PROCESS = range(1, 10)
USE = 11
KINDS = {
    1: "OF_THREAD", 2: "WITH_STACK", 8: "THREAD_BEGINS", 9: "THREAD_ENDS", 10: "THREAD_CREATES",
    11: "JOIN_WAITS", 12: "JOIN_ENDS", 13: "THREAD_DETACHED", 14: "THREAD_SEEN", 16: "LOCK_WAITS",
    17: "LOCK_ACQUIRED", 18: "LOCK_FAILED", 19: "LOCK_RELEASED", 20: "LOCK_GONE",
    21: "CONDITION_WAITS", 22: "CONDITION_WOKEN", 24: "GIL_WAITS", 25: "GIL_TAKEN",
    26: "GIL_DROPPED", 32: "IMPORT_BEGINS", 33: "IMPORT_FOUND", 34: "IMPORT_FINDS",
    35: "BODY_BEGINS", 36: "BODY_ENDS", 37: "IMPORT_ENDS", 38: "HOOK_BEGINS", 39: "HOOK_ENDS",
    40: "LIBRARY_BEGINS", 41: "LIBRARY_ENDS", 42: "LAZY_DECLARED", 43: "LAZY_RUN",
    44: "LAZY_RAN", 48: "FORKS", 49: "EXECS", 50: "EXITS", 51: "LOST",
}
IMPORTS = range(32, 45)
Event = collections.namedtuple(
    "Event", "time subject lock_class place value kind lock mode detail thread")
Place = collections.namedtuple("Place", "detail function file offset line into")


class Bad(Exception):
    """The recorder must not write this."""


def must(holds, sentence):
    if not holds:
        raise Bad(sentence)


class TraceFile:
    def __init__(self, path, cut=None):
        with open(path, "rb") as file:
            self.data = file.read()[:cut]
        self.header = dict(zip(HEADER_FIELDS, HEADER.unpack_from(self.data)))
        must(self.header["magic"] == b"PIHOOKTR", "no magic")
        must(self.header["chunk"] == CHUNK and self.header["record"] == RECORD, "sizes")
        self.strings, self.places, self.stacks = {0: None}, {0: None}, {0: ()}
        self.classes, self.threads, self.modules = {}, {}, {}
        self.statements, self.process, self.lock_names, self.uses = [], None, {}, []
        self.chunks = sorted(self._chunks())
        sequences = [sequence for _, sequence, _, _ in self.chunks]
        must(len(set(sequences)) == len(sequences), "a sequence is used twice")
        for kind, _, offset, used in self.chunks:
            if kind == DEFINITIONS:
                self._define(offset, used)
        self.events = [event for kind, _, offset, used in self.chunks if kind == EVENTS
                       for event in self._events(offset, used)]

    def _chunks(self):
        for offset in range(CHUNK, len(self.data) - RECORD + 1, CHUNK):
            magic, kind, sequence, used = struct.unpack_from("<IIQI", self.data, offset)
            if magic == 0:
                continue
            must(magic == 0x4B4E4843 and kind in (EVENTS, DEFINITIONS), "no chunk")
            must(used < CHUNK // RECORD, "a chunk is fuller than it can be")
            there = (len(self.data) - offset) // RECORD - 1
            yield kind, sequence, offset + RECORD, min(used, there)

    def _define(self, offset, used):
        at = 0
        while at < used:
            start = offset + at * RECORD
            kind, detail, more, number = struct.unpack_from("<BBHI", self.data, start)
            at += more + 1
            if at > used:
                must(start + (more + 1) * RECORD > len(self.data), "a definition over the end")
                return
            must(STRING <= kind <= PROCESS or kind == USE, "an unknown definition")
            self._enter(kind, detail, number, self.data[start + 8:start + (more + 1) * RECORD])

    def _enter(self, kind, detail, number, data):
        words = struct.unpack_from("<6I", data)
        if kind == STRING:
            must(number not in self.strings, "a string twice")
            self.strings[number] = data[4:4 + words[0]].decode()
        elif kind == PLACE:
            must(number not in self.places, "a place twice")
            function, file, place_offset, line, into = struct.unpack_from("<IIQII", data)
            self.places[number] = Place(detail, self.strings[function], self.strings[file],
                                        place_offset, line, into)
        elif kind == STACK:
            must(number not in self.stacks, "a stack twice")
            numbers = struct.unpack_from(f"<{words[0]}I", data, 4)
            self.stacks[number] = tuple(self.places[place] for place in numbers)
        elif kind == CLASS:
            must(number not in self.classes, "a class twice")
            self.classes[number] = (detail, self.places[words[0]], words[1])
        elif kind == LOCK:
            self.lock_names[struct.unpack_from("<Q", data)[0]] = self.strings[words[2]]
        elif kind == THREAD:
            tid, name, _, creator, place = struct.unpack_from("<IIqII", data)
            self.threads[number] = dict(tid=tid, name=self.strings[name], creator=creator,
                                        place=self.places[place], flags=detail)
        elif kind == MODULE:
            origin, loader, size = struct.unpack_from("<IIQ", data)
            self.modules[self.strings[number]] = dict(
                found=detail, origin=self.strings[origin], loader=self.strings[loader], bytes=size)
        elif kind == STATEMENT:
            count, importer, imported, place = struct.unpack_from("<QIII", data)
            self.statements.append((self.strings[importer], self.strings[imported],
                                    self.places[place], count))
        elif kind == USE:
            time, place, attribute, thread = struct.unpack_from("<qIII", data)
            must(self.header["flags"] & 8, "a use where none is watched")
            must(time > 0 and detail in (0, 1, 2, 4, 5, 8), "a use of no kind or time")
            self.uses.append(dict(name=self.strings[number], place=self.places[place], time=time,
                                  attribute=self.strings[attribute], thread=thread, detail=detail))
        else:
            self.process = tuple(self.strings[word] for word in words[:3])

    def _events(self, offset, used):
        thread, last, with_stack = None, None, False
        for at in range(used):
            event = Event(*struct.unpack_from("<qQIIIBBBB", self.data, offset + at * RECORD), thread)
            must(event.kind in KINDS, f"an unknown event, {event.kind}")
            kind = KINDS[event.kind]
            event = event._replace(kind=kind)
            must(not with_stack or kind not in ("OF_THREAD", "WITH_STACK", "LOST"),
                 f"a stack of a {kind}")
            with_stack = kind == "WITH_STACK"
            if kind == "OF_THREAD":
                thread, last = event.value, None
            must(thread is not None, "an event of nobody")
            must(last is None or event.time >= last, "time runs backwards")
            last = event.time
            yield event

    # ---- what must hold in a file that is whole ----

    def check(self):
        for event in self.events:
            must(event.place in self.places, f"place {event.place} of {event.kind}")
            must(event.thread == 0 or event.thread in self.threads
                 or event.kind in ("OF_THREAD", "LOST"), f"thread {event.thread}")
            if event.kind == "WITH_STACK":
                must(event.value in self.stacks, f"stack {event.value}")
            if event.lock_class:
                must(event.lock_class in self.classes, f"class {event.lock_class}")
            if event.kind.split("_")[0] in ("IMPORT", "BODY", "HOOK", "LIBRARY"):
                must(event.subject in self.strings, f"module {event.subject}")
        return self

    def count(self, **fields):
        return sum(all(str(getattr(event, field)) == value for field, value in fields.items())
                   for event in self.events)


def print_threads(trace):
    for _, thread in sorted(trace.threads.items()):
        print(thread["name"], *(["main"] if thread["flags"] & 1 else []),
              *(["daemon"] if thread["flags"] & 4 else []))


def print_waits(trace):
    """Thread, holder and milliseconds of each wait."""
    since = {}
    for event in sorted(trace.events, key=lambda event: event.time):
        if event.kind == "LOCK_WAITS":
            since[event.thread] = event
        elif event.kind == "LOCK_ACQUIRED" and event.detail == 1:
            wait = since.pop(event.thread)
            must(wait.subject == event.subject, "another lock than that which was waited for")
            print(event.thread, wait.value, (event.time - wait.time) // 1000000)


def print_imports(trace, prefix):
    """Depth, name, whether it succeeded and the importer's line, for names that begin so."""
    begun, lines = {}, []
    for event in trace.events:
        name = trace.strings.get(event.subject)
        stack = begun.setdefault(event.thread, [])
        if event.kind == "IMPORT_BEGINS":
            ours = sum(other.startswith(prefix) for other, _, _ in stack)
            stack.append((name, event, ours))
        elif event.kind == "IMPORT_ENDS":
            must(stack and stack[-1][0] == name, f"the import of {name} ends, which did not begin")
            _, begin, depth = stack.pop()
            place = trace.places[begin.place]
            where = f"{place.file.split('/')[-1]}:{place.line}" if place else "nowhere"
            if name.startswith(prefix):
                lines.append((begin.time, f"{'  ' * depth}{name} "
                              f"{'ok' if event.detail else 'failed'} {where}"))
    for _, line in sorted(lines):
        print(line)


def print_uses(trace, prefix):
    """Name, attribute, line and how it was used, in the order of their times."""
    words = {0: "used", 1: "importing", 2: "asked", 4: "unseen", 5: "perhaps importing",
             8: "untouched"}
    for use in sorted(trace.uses, key=lambda use: use["time"]):
        if use["name"].startswith(prefix):
            place = use["place"]
            where = f"{place.file.split('/')[-1]}:{place.line}" if place else "nowhere"
            print(use["name"], use["attribute"] or "-", where, words[use["detail"]])


def records_before(whole, cut):
    return sum(max(0, min(used, (cut - offset) // RECORD))
               for kind, _, offset, used in whole.chunks if kind == EVENTS)


def cuts(whole, path):
    """All whole events before the cut are read, and nothing else."""
    ends = [offset + used * RECORD for _, _, offset, used in whole.chunks]
    interesting = [HEADER.size, CHUNK - 1, CHUNK, CHUNK + 1, *ends]
    for cut in [cut + step for cut in interesting for step in range(-40, 41)]:
        if cut >= HEADER.size:
            events = TraceFile(path, cut).events
            must(len(events) == records_before(whole, cut), f"cut at {cut}")
            must(events == whole.events[:len(events)], f"other events when cut at {cut}")


def main(verb, path, *rest):
    trace = TraceFile(path).check()
    if verb == "count":
        print(trace.count(**dict(field.split("=") for field in rest)))
    elif verb == "header":
        print(*(trace.header[field] for field in rest))
    elif verb == "threads":
        print_threads(trace)
    elif verb == "waits":
        print_waits(trace)
    elif verb == "imports":
        print_imports(trace, *rest)
    elif verb == "uses":
        print_uses(trace, *rest)
    elif verb == "cuts":
        cuts(trace, path)
    elif verb == "process":
        print(trace.process[0])
    elif verb == "check":
        for other in rest:
            TraceFile(other).check()
    else:
        raise SystemExit(f"no such verb: {verb}")


if __name__ == "__main__":
    main(*sys.argv[1:])
