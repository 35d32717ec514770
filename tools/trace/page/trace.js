// SPDX-License-Identifier: MIT
// The trace as `pihook report` wrote it into the page (tools/trace/format_html.c), unpacked.
//
// Tables come as columns.  Number 0 of strings, places, stacks and classes says nothing; other
// numbers are rows of their table, -1 is none.  Times are nanoseconds since the first moment.
// All that has a length is a span, whatever its kind; spans have one numbering.

const KIND = {
    HOLD: 0,
    WAIT: 1,
    CONDITION: 2,
    JOIN: 3,
    GIL_HOLD: 4,
    GIL_WAIT: 5,
    IMPORT: 6,
    HOOK: 7,
    LIBRARY: 8,
};
const KIND_TABLES = [
    "holds",
    "waits",
    "conditions",
    "joins",
    "gil_holds",
    "gil_waits",
    "imports",
    "hooks",
    "libraries",
];
const KIND_WORDS = [
    "Lock held",
    "Wait for a lock",
    "Wait for a condition",
    "Wait for a thread’s end",
    "GIL held",
    "Wait for the GIL",
    "Import",
    "Post-import hook",
    "Native library loaded",
];
const LOCK_WORDS = ["mutex", "rwlock", "spin lock", "GIL", "Python lock", "RLock", "import lock"];

// The bits of flags, as tools/trace/model.h and trace/format.h have them.
const FLAG = {
    OPEN_BEGIN: 1,
    OPEN_END: 2,
    FAILED: 4,
    BY_OTHER: 8,
    IN_BODY: 16,
    LAZY: 32,
    SHARED: 64,
};

// Whether an import was used, enum model_use_state.
const USE = { UNKNOWN: 0, UNUSED: 1, ASKED: 2, USED: 3 };
const LOCK_TRAIT = { SIGNAL: 4, SENTINEL: 8 }; // as locks/identity.h
const THREAD_FLAG = { MAIN: 1, DETACHED: 2, DAEMON: 4 };
const FATE_WORDS = [
    "not joined",
    "detached",
    "not joined, but seen ended",
    "joined",
    "joined at exit",
    "ran to the end of the trace",
    "ran at exit",
    "daemon, ran at exit",
    "main",
];
const PROCESS_FLAG = { FORKED: 1, FULL: 2, FAILED: 4 };
const MOMENT = { CREATES: 10, FORKS: 48, EXECS: 49, EXITS: 50, LOST: 51 };
const FOUND_WORDS = [
    "",
    "source, compiled now",
    "cached byte code",
    "native extension",
    "built in",
    "frozen",
    "in a zip file",
    "namespace package",
];

const trace = {
    load(text) {
        const data = JSON.parse(text);
        trace.writer = data.writer;
        trace.realtime = data.realtime; // milliseconds, of moment 0
        trace.length = Math.max(1, data.length);
        trace.strings = data.strings;
        trace.places = data.places;
        trace.stacks = data.stacks;
        for (const name of [
            "processes",
            "threads",
            "classes",
            "locks",
            "moments",
            "lazies",
            "statements",
        ])
            trace[name] = trace.table(data[name]);
        trace.moments_of = Map.groupBy(trace.moments, (moment) => moment.thread);
        trace.more = KIND_TABLES.map((name) => data[name]);
        trace.spans = trace.join_tables(trace.more);
        trace.imports = data.imports;
    },

    // Columns to objects.
    table(columns) {
        const names = Object.keys(columns);
        return columns[names[0]].map((_, row) =>
            Object.fromEntries([["row", row], ...names.map((name) => [name, columns[name][row]])]),
        );
    },

    // The columns that all kinds have, one kind behind the other; trace.base is where each begins.
    join_tables(tables) {
        trace.base = [];
        let count = 0;
        for (const table of tables) {
            trace.base.push(count);
            count += table.begin.length;
        }
        trace.base.push(count);
        const spans = {
            count,
            kind: new Uint8Array(count),
            flags: new Uint8Array(count),
            start: new Float64Array(count),
            end: new Float64Array(count),
        };
        for (const name of ["thread", "subject", "place", "stack"])
            spans[name] = new Int32Array(count);
        tables.forEach((table, kind) => trace.unpack(spans, table, kind));
        return spans;
    },

    // `begin` is the difference to the row before, `end` that to the beginning.
    unpack(spans, table, kind) {
        const base = trace.base[kind];
        let time = 0;
        spans.kind.fill(kind, base, base + table.begin.length);
        for (let i = 0; i < table.begin.length; i++) {
            time += table.begin[i];
            spans.start[base + i] = time;
            spans.end[base + i] = time + table.end[i];
        }
        for (const name of ["thread", "subject", "place", "stack", "flags"]) {
            if (table[name]) spans[name].set(table[name], base);
            delete table[name];
        }
        delete table.begin;
        delete table.end;
    },

    // What only spans of this kind have: trace.extra(span, "holder").
    extra(span, name) {
        const kind = trace.spans.kind[span];
        return trace.more[kind][name][span - trace.base[kind]];
    },

    // How many spans there are of a kind.
    count(kind) {
        return trace.base[kind + 1] - trace.base[kind];
    },

    duration(span) {
        return trace.spans.end[span] - trace.spans.start[span];
    },

    is_wait(span) {
        const kind = trace.spans.kind[span];
        return kind === KIND.WAIT || kind === KIND.GIL_WAIT;
    },

    is_hold(span) {
        const kind = trace.spans.kind[span];
        return kind === KIND.HOLD || kind === KIND.GIL_HOLD;
    },
};
