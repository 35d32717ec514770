// SPDX-License-Identifier: MIT
// The table of locks, by class or each for itself.

const view_locks = {
    each: false,

    build(section) {
        if (!trace.locks.length) {
            section.append(dom.make("p", { class: "empty" }, "No lock was recorded."));
            return;
        }
        view_locks.table = new Table({
            label: "Locks",
            columns: view_locks.columns(),
            sort: 5,
            down: true,
            chosen: (record) =>
                view_locks.each ? detail.lock(record.row) : detail.group(record.row),
            empty: () => "No lock is found by this search.",
        });
        const choice = (each, text) =>
            dom.make(
                "button",
                {
                    type: "button",
                    "aria-pressed": `${each === view_locks.each}`,
                    onclick: (event) => {
                        view_locks.each = each;
                        for (const button of event.target.parentNode.children)
                            button.setAttribute("aria-pressed", `${button === event.target}`);
                        view_locks.show();
                    },
                },
                text,
            );
        section.append(
            dom.make(
                "div",
                { class: "toolbar" },
                dom.make(
                    "p",
                    { class: "lead" },
                    `${units.many(trace.locks.length, "lock")} of ${units.many(groups.all.length, "class", "classes")}`,
                ),
                dom.make(
                    "div",
                    { class: "choice", role: "group", "aria-label": "Rows" },
                    choice(false, "By class"),
                    choice(true, "Each lock"),
                ),
            ),
            view_locks.table.element,
        );
        state.on("search", () => view_locks.show());
        view_locks.show();
    },

    show() {
        const all = view_locks.each ? statistics.by_lock() : statistics.by_group();
        const found = view_locks.each ? search.lock : search.group;
        view_locks.largest = Math.max(
            1,
            ...all.slice(0, 50000).map((record) => record.wait.total || 0),
        );
        view_locks.table.show(all.filter((record) => found(record.row)));
    },

    name(record) {
        return view_locks.each ? names.lock(record.row) : groups.name(record.row);
    },

    kind(record) {
        return view_locks.each ? names.kind_of_lock(record.row) : groups.kind(record.row);
    },

    place(record) {
        return groups.place(view_locks.each ? groups.of_lock[record.row] : record.row);
    },

    columns() {
        const time = (title, hint, width, value) => ({
            title,
            hint,
            width,
            number: true,
            value,
            cell: (record) => (Number.isNaN(value(record)) ? "–" : units.time(value(record))),
        });
        return [
            { title: "Lock", value: view_locks.name, cell: view_locks.label },
            { title: "Kind", width: 96, value: view_locks.kind },
            {
                title: "Made at",
                width: 190,
                value: (record) => names.file(view_locks.place(record)),
                cell: (record) =>
                    view_locks.place(record)
                        ? dom.make(
                              "code",
                              { title: names.file(view_locks.place(record)) },
                              names.place(view_locks.place(record)),
                          )
                        : "",
            },
            {
                title: "Acquired",
                number: true,
                width: 92,
                value: (record) => record.acquisitions,
                cell: (record) => units.count(record.acquisitions),
            },
            {
                title: "Contended",
                number: true,
                width: 118,
                hint: "How often it was taken when it was wanted",
                value: (record) => record.contended,
                cell: view_locks.contended,
            },
            { ...time("Waited", "In all", 84, (record) => record.wait.total) },
            {
                title: "",
                width: 90,
                cell: (record) => share_bar(record.wait.total / view_locks.largest, "wait"),
            },
            time("Wait max", "The longest wait", 88, (record) => record.wait.max),
            time("Wait 99 %", "Of the waits, 99 % were no longer", 92, (record) => record.wait.p99),
            time("Held", "In all", 84, (record) => record.hold.total),
            time("Hold max", "The longest hold", 88, (record) => record.hold.max),
            time("Hold 99 %", "Of the holds, 99 % were no longer", 92, (record) => record.hold.p99),
        ];
    },

    contended(record) {
        if (!record.contended) return "–";
        return dom.make(
            "span",
            {},
            units.count(record.contended),
            dom.make("span", { class: "small" }, units.share(record.share, 1)),
        );
    },

    label(record) {
        const group = view_locks.each ? groups.of_lock[record.row] : record.row;
        const count = view_locks.each
            ? ""
            : groups.all[group].locks.length > 1
              ? ` ${groups.all[group].locks.length} locks`
              : "";
        const address = view_locks.each ? ` ${names.address(record.row)}` : "";
        return dom.make(
            "span",
            { title: view_locks.name(record) },
            dom.make("span", {
                class: "dot",
                style: `background:var(--hold-${(group % 8) + 1})`,
                "aria-hidden": "true",
            }),
            view_locks.name(record),
            dom.make("span", { class: "small" }, count || address),
        );
    },
};
