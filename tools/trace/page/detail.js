// SPDX-License-Identifier: MIT
// The pane on the right: all about one thing.  Spans have a file of their own, detail_span.js.

const detail = {
    start() {
        state.on("selected", () => {
            if (state.selected >= 0) detail_span.show(state.selected);
            else detail.close();
        });
    },

    show(what, title, ...parts) {
        const pane = dom.id("detail");
        dom.id("tip").hidden = true;
        pane.hidden = false;
        pane.replaceChildren(
            dom.make(
                "div",
                { class: "detail-head" },
                dom.make("p", { class: "kind" }, what),
                dom.make(
                    "button",
                    {
                        type: "button",
                        class: "quiet",
                        "aria-label": "Close details",
                        onclick: () => detail.close(),
                    },
                    "×",
                ),
            ),
            dom.make("h2", {}, title),
            ...parts.filter((part) => part != null),
        );
        pane.scrollTop = 0;
        dom.say(`${what}: ${title}`);
    },

    close() {
        dom.id("detail").hidden = true;
        if (state.selected >= 0) state.select(-1);
    },

    // ---- parts ----

    // [[name, text or element], ...]; what is null or "" is left out.
    facts(pairs) {
        return dom.make(
            "dl",
            { class: "facts" },
            pairs
                .filter(([, value]) => value != null && value !== "")
                .map(([name, value]) => [dom.make("dt", {}, name), dom.make("dd", {}, value)]),
        );
    },

    section(title, ...content) {
        return dom.make("section", {}, dom.make("h3", {}, title), ...content);
    },

    // A place with its function and whole file.
    place(place) {
        if (!place) return null;
        const code = names.function(place);
        return dom.make(
            "span",
            { class: "place" },
            dom.make("code", {}, names.file(place) || "unknown file"),
            code ? dom.make("span", { class: "in" }, ` in ${code}`) : null,
        );
    },

    // Frames, innermost first.
    stack(title, stack) {
        const frames = trace.stacks[stack];
        if (!stack || !frames || !frames.length) return null;
        return detail.section(
            title,
            dom.make(
                "ol",
                { class: "stack" },
                frames.map((place) =>
                    dom.make(
                        "li",
                        {},
                        dom.make("span", { class: "code" }, names.function(place) || "?"),
                        dom.make("code", {}, names.file(place)),
                    ),
                ),
            ),
        );
    },

    span_link(span, text) {
        return dom.link(text, () => state.go_to(span));
    },

    // A list of spans with their lengths; clicks go to them.
    spans(title, list, text) {
        if (!list.length) return null;
        return detail.section(
            title,
            dom.make(
                "ul",
                { class: "ranking" },
                list.map((span) =>
                    dom.make(
                        "li",
                        {},
                        detail.span_link(span, text(span)),
                        dom.make("span", { class: "number" }, units.time(trace.duration(span))),
                    ),
                ),
            ),
        );
    },

    places(title, list) {
        const sums = statistics.places(list, 8);
        if (!sums.length) return null;
        return detail.section(
            title,
            dom.make(
                "ul",
                { class: "ranking" },
                sums.map(({ place, count, total }) =>
                    dom.make(
                        "li",
                        {},
                        dom.make(
                            "span",
                            { title: names.file(place) },
                            dom.make("code", {}, names.place(place)),
                            dom.make(
                                "span",
                                { class: "in" },
                                names.function(place) ? ` ${names.function(place)}` : "",
                            ),
                            dom.make("span", { class: "small" }, ` ${units.count(count)} ×`),
                        ),
                        dom.make("span", { class: "number" }, units.time(total)),
                    ),
                ),
            ),
        );
    },

    thread_link(row) {
        return row < 0 ? "unknown" : dom.link(names.thread_of_all(row), () => detail.thread(row));
    },

    lock_link(row) {
        return row < 0 ? "unknown" : dom.link(names.lock(row), () => detail.lock(row));
    },

    // ---- locks ----

    lock(row) {
        const lock = trace.locks[row];
        const record = statistics.by_lock()[row];
        detail.show(
            `${names.kind_of_lock(row)} at ${names.address(row)}`,
            names.lock(row),
            detail.facts([
                [
                    "Class",
                    lock.class
                        ? dom.link(names.class(lock.class), () => detail.group(groups.of_lock[row]))
                        : "",
                ],
                ["Made at", detail.place(groups.place(groups.of_lock[row]))],
                [
                    "Process",
                    trace.processes.length > 1 ? `${trace.processes[lock.process].pid}` : "",
                ],
                [
                    "Busy",
                    lock.failures
                        ? units.many(lock.failures, "attempt failed", "attempts failed")
                        : "",
                ],
                ...detail.measures(record),
            ]),
            ...detail.uses([row]),
        );
    },

    group(row) {
        const group = groups.all[row];
        const title = `${groups.kind(row)} class, ${units.many(group.locks.length, "lock")}`;
        detail.show(
            group.locks.length === 1
                ? `${groups.kind(row)} at ${names.address(group.locks[0])}`
                : title,
            groups.name(row),
            detail.facts([
                ["Made at", detail.place(groups.place(row))],
                ...detail.measures(statistics.by_group()[row]),
            ]),
            ...detail.uses(group.locks),
        );
    },

    measures(record) {
        const times = ({ total, max, p99 }) =>
            Number.isNaN(total)
                ? "never"
                : `${units.time(total)} in all, ${units.time(max)} at most, 99 % within ${units.time(p99)}`;
        return [
            ["Acquired", `${units.count(record.acquisitions)} ×`],
            [
                "Contended",
                record.contended
                    ? `${units.count(record.contended)} ×, ${units.share(record.share, 1)}`
                    : "never",
            ],
            ["Waited for", times(record.wait)],
            ["Held", times(record.hold)],
        ];
    },

    uses(locks) {
        const of = (...kinds) =>
            kinds.flatMap((kind) => locks.flatMap((lock) => holders.of_lock(kind, lock)));
        const waits = of(KIND.WAIT, KIND.GIL_WAIT),
            holds = of(KIND.HOLD, KIND.GIL_HOLD);
        const text = (span) =>
            `${names.thread_of_all(trace.spans.thread[span])}, ${names.place(trace.spans.place[span])}`;
        return [
            detail.spans("Longest waits", statistics.longest(waits, 6), text),
            detail.places("Where it is waited for", waits),
            detail.spans("Longest holds", statistics.longest(holds, 6), text),
            detail.places("Where it is acquired", holds),
        ];
    },

    // ---- threads ----

    thread(row) {
        const thread = trace.threads[row];
        const process = trace.processes[thread.process];
        const sums = statistics.by_thread()[row];
        detail.show(
            `Thread ${thread.tid}`,
            names.thread(row),
            detail.facts([
                ["Process", `${process.pid} ${names.process(thread.process)}`],
                [
                    "Created",
                    thread.creator >= 0
                        ? dom.make(
                              "span",
                              {},
                              "by ",
                              detail.thread_link(thread.creator),
                              " at ",
                              detail.place(thread.place) || "unknown place",
                          )
                        : detail.place(thread.place),
                ],
                ["Began", units.time(thread.began)],
                ["Lived", units.time(thread.ended - thread.began)],
                ["End", detail.thread_end(thread)],
                ["Daemon", thread.traits & THREAD_FLAG.DAEMON ? "yes" : ""],
                [
                    "Processor time",
                    thread.cpu >= 0
                        ? `${units.time(thread.cpu)}, ${units.share(thread.cpu, thread.ended - thread.began)} of its life`
                        : "",
                ],
                ["GIL held", sums[KIND.GIL_HOLD] ? `${units.time(sums[KIND.GIL_HOLD])}` : ""],
                ["GIL waited for", sums[KIND.GIL_WAIT] ? `${units.time(sums[KIND.GIL_WAIT])}` : ""],
                ["Locks waited for", sums[KIND.WAIT] ? units.time(sums[KIND.WAIT]) : ""],
                ["Imports", sums[KIND.IMPORT] ? units.time(sums[KIND.IMPORT]) : ""],
            ]),
            dom.make(
                "p",
                {},
                dom.link(
                    "Show in the time line",
                    () => {
                        const room = (thread.ended - thread.began) * 0.05;
                        state.open("timeline");
                        state.show(thread.began - room, thread.ended + room);
                        timeline.reveal_thread(row);
                    },
                    { class: "action" },
                ),
            ),
            detail.started(row),
            detail.stack("Created from", thread.stack),
        );
    },

    // Threads and processes that a thread started, and what else happened at a moment.
    started(row) {
        const moments = (trace.moments_of.get(row) || []).filter(
            ({ kind }) => kind !== MOMENT.EXITS,
        );
        if (!moments.length) return null;
        const what = {
            [MOMENT.CREATES]: ({ value }) => detail.thread_link(value),
            [MOMENT.FORKS]: ({ value, other }) =>
                `process ${other >= 0 ? trace.processes[other].pid : value}`,
            [MOMENT.EXECS]: () => "another program in its place",
            [MOMENT.LOST]: ({ value }) => units.many(value, "event lost", "events lost"),
        };
        return detail.section(
            "What it started",
            dom.make(
                "ul",
                { class: "ranking" },
                moments
                    .slice(0, 50)
                    .map((moment) =>
                        dom.make(
                            "li",
                            {},
                            what[moment.kind](moment),
                            dom.make("span", { class: "number" }, `at ${units.time(moment.time)}`),
                        ),
                    ),
            ),
        );
    },

    thread_end(thread) {
        const held = thread.open_holds
            ? `, with ${units.many(thread.open_holds, "lock")} held`
            : "";
        if (thread.joined >= 0)
            return dom.make("span", {}, "joined by ", detail.thread_link(thread.joiner), held);
        return FATE_WORDS[thread.fate] + held;
    },
};
