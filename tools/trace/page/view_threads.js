// SPDX-License-Identifier: MIT
// The table of threads and their lives.

const view_threads = {
    build(section) {
        view_threads.table = new Table({
            label: "Threads",
            columns: view_threads.columns(),
            chosen: (thread) => detail.thread(thread.row),
            unsorted: () => {},
            empty: () => "No thread is found by this search.",
        });
        section.append(
            dom.make(
                "div",
                { class: "toolbar" },
                dom.make(
                    "p",
                    { class: "lead" },
                    `${units.many(trace.threads.length, "thread")} of ${units.many(trace.processes.length, "process", "processes")}`,
                ),
            ),
            view_threads.table.element,
        );
        const show = () =>
            view_threads.table.show(trace.threads.filter((thread) => search.thread(thread.row)));
        state.on("search", show);
        show();
    },

    columns() {
        const sum = (kind) => (thread) => statistics.by_thread()[thread.row][kind] || NaN;
        const time = (title, width, value, hint) => ({
            title,
            width,
            hint,
            number: true,
            value,
            cell: (thread) => (Number.isNaN(value(thread)) ? "–" : units.time(value(thread))),
        });
        const columns = [
            {
                title: "Thread",
                value: (thread) => names.thread(thread.row),
                cell: view_threads.label,
            },
            {
                title: "Process",
                width: 88,
                number: true,
                value: (thread) => trace.processes[thread.process].pid,
            },
            {
                title: "Created at",
                width: 150,
                value: (thread) => (thread.place ? names.file(thread.place) : ""),
                cell: (thread) =>
                    thread.place
                        ? dom.make(
                              "code",
                              { title: names.file(thread.place) },
                              names.place(thread.place),
                          )
                        : "",
            },
            {
                title: "Life",
                width: 190,
                value: (thread) => thread.began,
                cell: view_threads.life,
                class: "waterfall",
            },
            time("Lived", 84, (thread) => thread.ended - thread.began),
            time(
                "Processor",
                96,
                (thread) => (thread.cpu >= 0 ? thread.cpu : NaN),
                "Processor time",
            ),
            time("GIL held", 90, sum(KIND.GIL_HOLD)),
            time("GIL waited", 98, sum(KIND.GIL_WAIT)),
            time("Lock waits", 96, sum(KIND.WAIT)),
            { title: "End", width: 150, value: view_threads.end },
        ];
        return trace.processes.length > 1
            ? columns
            : columns.filter((column) => column.title !== "Process");
    },

    label(thread) {
        return dom.make(
            "span",
            {},
            names.thread(thread.row),
            dom.make("span", { class: "small" }, ` ${thread.tid}`),
            thread.traits & THREAD_FLAG.DAEMON
                ? dom.make("span", { class: "tag" }, "daemon")
                : null,
        );
    },

    life(thread) {
        const percent = (ns) => ((100 * ns) / trace.length).toFixed(3);
        return dom.make(
            "span",
            { class: "fall", "aria-hidden": "true" },
            dom.make("span", {
                class: "lived",
                style: `left:${percent(thread.began)}%;width:${percent(thread.ended - thread.began)}%`,
            }),
        );
    },

    end(thread) {
        const held = thread.open_holds ? `, held ${units.many(thread.open_holds, "lock")}` : "";
        return FATE_WORDS[thread.fate] + held;
    },
};
