// SPDX-License-Identifier: MIT
// The first view: how long, how many, and what cost most.

const view_summary = {
    build(section) {
        section.append(
            dom.make(
                "div",
                { class: "summary" },
                view_summary.tiles(),
                dom.make(
                    "div",
                    { class: "cards" },
                    [
                        view_summary.imports(),
                        view_summary.locks(),
                        view_summary.waits(),
                        view_summary.gil(),
                        view_summary.processes(),
                    ].filter(Boolean),
                ),
            ),
        );
    },

    tiles() {
        const total = (kind) =>
            units.time(statistics.by_thread().reduce((sum, sums) => sum + sums[kind], 0));
        const count = (kind, word) => units.many(trace.count(kind), word);
        const { length } = trace.threads;
        const began = new Date(trace.realtime).toISOString().slice(0, 19).replace("T", " ");
        const tiles = [
            [units.time(trace.length), "Duration", `from ${began} UTC`],
            [
                units.count(length),
                length === 1 ? "Thread" : "Threads",
                units.many(trace.processes.length, "process", "processes"),
            ],
            [total(KIND.IMPORT), "Importing", count(KIND.IMPORT, "import")],
            [
                total(KIND.WAIT),
                "Waiting for locks",
                `${count(KIND.WAIT, "wait")}, ${count(KIND.HOLD, "hold")}`,
            ],
            [total(KIND.GIL_WAIT), "Waiting for the GIL", `held for ${total(KIND.GIL_HOLD)}`],
        ];
        return dom.make("dl", { class: "tiles" }, tiles.map(view_summary.tile));
    },

    tile([value, name, note]) {
        return dom.make(
            "div",
            { class: "tile" },
            dom.make("dt", {}, name),
            dom.make("dd", {}, value),
            dom.make("dd", { class: "small" }, note),
        );
    },

    // Records {name, note, value, open}, the largest first, as a card with bars.
    card(title, tab, records, kind, all) {
        if (!records.length) return null;
        const largest = Math.max(...records.map((record) => record.value), 1);
        return dom.make(
            "section",
            { class: "card" },
            dom.make(
                "header",
                {},
                dom.make("h2", {}, title),
                tab ? dom.link(all, () => state.open(tab)) : null,
            ),
            dom.make(
                "ol",
                {},
                records.map((record) =>
                    dom.make(
                        "li",
                        {},
                        dom.make(
                            "span",
                            { class: "entry" },
                            dom.link(record.name, record.open, { title: record.name }),
                            dom.make("span", { class: "small" }, record.note),
                        ),
                        share_bar(record.value / largest, kind),
                        dom.make("span", { class: "number" }, units.time(record.value)),
                    ),
                ),
            ),
        );
    },

    largest(list, value, limit = 8) {
        return list
            .filter((item) => value(item) > 0)
            .sort((a, b) => value(b) - value(a))
            .slice(0, limit);
    },

    imports() {
        const top = view_summary.largest([...trace.imports.after.keys()], imports.self);
        return view_summary.card(
            "Imports by self time",
            "imports",
            top.map((row) => {
                const place = trace.spans.place[imports.span(row)];
                return {
                    name: names.span(imports.span(row)),
                    note: place ? names.place(place) : "",
                    value: imports.self(row),
                    open: () => {
                        state.open("imports");
                        state.select(imports.span(row));
                    },
                };
            }),
            "import",
            "All imports",
        );
    },

    locks() {
        const top = view_summary.largest(
            statistics.by_group().filter((record) => groups.kind(record.row) !== "GIL"),
            (record) => record.wait.total,
        );
        return view_summary.card(
            "Locks by time waited",
            "locks",
            top.map((record) => ({
                name: groups.name(record.row),
                note: `${units.many(record.contended, "wait")}, ${groups.kind(record.row)}`,
                value: record.wait.total,
                open: () => {
                    state.open("locks");
                    detail.group(record.row);
                },
            })),
            "wait",
            "All locks",
        );
    },

    waits() {
        const first = trace.base[KIND.WAIT];
        const all = Array.from({ length: trace.base[KIND.WAIT + 1] - first }, (_, i) => first + i);
        return view_summary.card(
            "Longest waits",
            "timeline",
            view_summary.largest(all, trace.duration).map((span) => {
                const holder = trace.extra(span, "holder");
                return {
                    name: names.lock(trace.spans.subject[span]),
                    note:
                        names.thread(trace.spans.thread[span]) +
                        (holder < 0 ? "" : `, held by ${names.thread(holder)}`),
                    value: trace.duration(span),
                    open: () => state.go_to(span),
                };
            }),
            "wait",
            "Time line",
        );
    },

    gil() {
        const sums = statistics.by_thread();
        const top = view_summary.largest(
            [...trace.threads],
            (thread) => sums[thread.row][KIND.GIL_WAIT],
        );
        return view_summary.card(
            "Threads by time waited for the GIL",
            "threads",
            top.map((thread) => ({
                name: names.thread_of_all(thread.row),
                note: `held it for ${units.time(sums[thread.row][KIND.GIL_HOLD])}`,
                value: sums[thread.row][KIND.GIL_WAIT],
                open: () => {
                    state.open("threads");
                    detail.thread(thread.row);
                },
            })),
            "gil",
            "All threads",
        );
    },

    end(process) {
        if (process.exited) return `exit status ${process.status}`;
        return process.replaced ? "went on as another program" : "did not exit by itself";
    },

    processes() {
        if (trace.processes.length < 2) return null;
        return view_summary.card(
            "Processes",
            "timeline",
            trace.processes.map((process) => ({
                name: `${process.pid} ${names.process(process.row)}`,
                value: process.ended - process.began,
                note: view_summary.end(process),
                open: () => {
                    state.open("timeline");
                    state.show(process.began, process.ended);
                },
            })),
            "life",
            "Time line",
        );
    },
};
