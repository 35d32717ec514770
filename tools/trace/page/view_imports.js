// SPDX-License-Identifier: MIT
// Imports as a waterfall: a tree for each thread, sorted by time, or a list by any heading.

const view_imports = {
    open: new Set(), // rows whose children are shown

    build(section) {
        if (!imports.count()) {
            section.append(dom.make("p", { class: "empty" }, "No import was recorded."));
            return;
        }
        view_imports.measure();
        view_imports.open_costly();
        view_imports.table = new Table({
            label: "Imports",
            heading: view_imports.heading,
            columns: view_imports.columns(),
            chosen: (row) => state.select(imports.span(row)),
            unsorted: () => view_imports.show(false),
            empty: () => "No import is found by this search.",
        });
        section.append(view_imports.toolbar(), view_imports.table.element);
        state.on("search", () => view_imports.show());
        state.on("selected", () => view_imports.mark());
        view_imports.show();
    },

    toolbar() {
        return dom.make(
            "div",
            { class: "toolbar" },
            dom.make(
                "p",
                { class: "lead" },
                `${units.many(imports.count(), "import")}, ${units.time(view_imports.all)} in all. `,
                view_imports.lazy(),
                view_imports.unused(),
                dom.make(
                    "span",
                    { class: "soft" },
                    "The strong part of a bar is the module’s self time; what lies between imports is left out.",
                ),
            ),
            dom.make(
                "div",
                { class: "zooms" },
                dom.make(
                    "button",
                    { type: "button", onclick: () => view_imports.open_all(true) },
                    "Open all",
                ),
                dom.make(
                    "button",
                    { type: "button", onclick: () => view_imports.open_all(false) },
                    "Close all",
                ),
            ),
        );
    },

    lazy() {
        const unused = trace.lazies.filter(({ run }) => run < 0).length;
        if (!trace.lazies.length) return null;
        return `${units.many(trace.lazies.length, "module")} declared lazy, ${units.count(unused)} of them never used. `;
    },

    unused() {
        let count = 0;
        for (let row = 0; row < imports.count(); row++) if (imports.is_unused(row)) count++;
        return count ? `${units.many(count, "import")} never used. ` : null;
    },

    // Where imports stand on an axis of their thread that has only time spent importing.
    measure() {
        const { thread, start } = trace.spans;
        view_imports.axis = new Map();
        view_imports.shift = new Float64Array(imports.count());
        for (const root of imports.roots()) {
            const span = imports.span(root);
            const axis = view_imports.axis.get(thread[span]) || { length: 0, count: 0 };
            for (let row = root; row < Math.max(root + 1, trace.imports.after[root]); row++) {
                view_imports.shift[row] = axis.length - start[span];
                axis.count++;
            }
            axis.length += trace.duration(span);
            view_imports.axis.set(thread[span], axis);
        }
        view_imports.all = [...view_imports.axis.values()].reduce(
            (sum, axis) => sum + axis.length,
            0,
        );
    },

    // What costs little is opened by who wants to see it.
    open_costly() {
        for (let row = 0; row < imports.count(); row++)
            if (imports.total(row) >= view_imports.all / 50) view_imports.open.add(row);
    },

    open_all(open) {
        view_imports.open = new Set(open ? trace.imports.after.keys() : []);
        view_imports.show();
    },

    // A span that was selected elsewhere is shown here too.
    mark() {
        const { selected } = state;
        if (state.tab !== "imports" || selected < 0 || trace.spans.kind[selected] !== KIND.IMPORT)
            return;
        const row = imports.row(selected);
        let hidden = false;
        for (let up = trace.imports.parent[row]; up >= 0; up = trace.imports.parent[up]) {
            hidden ||= !view_imports.open.has(up);
            view_imports.open.add(up);
        }
        if (hidden) view_imports.show();
        view_imports.table.mark(row);
    },

    // The rows of the tree that are open, headings of threads between them: -1 - thread.
    show(arrange = true) {
        const { table } = view_imports;
        table.items =
            table.sort >= 0
                ? [...trace.imports.after.keys()].filter((row) => search.span(imports.span(row)))
                : search.found
                  ? view_imports.found_tree()
                  : view_imports.tree();
        if (arrange) table.arrange();
    },

    tree() {
        const { after } = trace.imports;
        return view_imports.with_headings(function* walk() {
            for (let row = 0; row < imports.count();) {
                yield row;
                row = view_imports.open.has(row) ? row + 1 : Math.max(row + 1, after[row]);
            }
        });
    },

    // With a search: what is found, and what it stands in.
    found_tree() {
        const shown = new Uint8Array(imports.count());
        for (let row = 0; row < shown.length; row++)
            if (search.span(imports.span(row)))
                for (let up = row; up >= 0 && !shown[up]; up = trace.imports.parent[up])
                    shown[up] = 1;
        return view_imports.with_headings(function* walk() {
            for (let row = 0; row < shown.length; row++) if (shown[row]) yield row;
        });
    },

    with_headings(walk) {
        const items = [];
        let thread = -1;
        for (const row of walk()) {
            const its = trace.spans.thread[imports.span(row)];
            if (its !== thread) items.push(-1 - its);
            thread = its;
            items.push(row);
        }
        return items;
    },

    heading(item) {
        if (item >= 0) return null;
        const axis = view_imports.axis.get(-1 - item);
        return dom.make(
            "span",
            {},
            names.thread_of_all(-1 - item),
            dom.make(
                "span",
                { class: "soft" },
                ` ${units.many(axis.count, "import")}, ${units.time(axis.length)}`,
            ),
        );
    },

    columns() {
        const place = (row) => trace.spans.place[imports.span(row)];
        return [
            {
                title: "Module",
                cell: view_imports.module,
                value: (row) => names.span(imports.span(row)),
                class: "tree",
            },
            {
                title: "Self",
                number: true,
                width: 84,
                value: imports.self,
                cell: (row) => units.time(imports.self(row)),
            },
            {
                title: "Cumulative",
                number: true,
                width: 104,
                value: imports.total,
                cell: (row) => units.time(imports.total(row)),
            },
            {
                title: "Memory",
                number: true,
                width: 92,
                hint: "How much the process grew meanwhile, with what it imported",
                value: (row) => trace.imports.memory[row] || NaN,
                cell: (row) => units.growth(trace.imports.memory[row]),
            },
            {
                title: "Imported at",
                width: 170,
                value: (row) => (place(row) ? names.file(place(row)) : ""),
                cell: (row) =>
                    place(row)
                        ? dom.make(
                              "code",
                              { title: names.file(place(row)) },
                              names.place(place(row)),
                          )
                        : "",
            },
            { title: "Waterfall", width: 330, cell: view_imports.bar, class: "waterfall" },
        ];
    },

    module(row) {
        const span = imports.span(row);
        const tree = view_imports.table.sort < 0;
        const failed = trace.spans.flags[span] & FLAG.FAILED;
        return dom.make(
            "span",
            { style: `padding-left:${tree ? Math.min(trace.imports.depth[row], 16) * 16 : 0}px` },
            !tree || !imports.has_children(row) || search.found
                ? dom.make("span", { class: "no-twist" })
                : dom.make("button", {
                      type: "button",
                      class: "twist",
                      "aria-expanded": `${view_imports.open.has(row)}`,
                      "aria-label": `What ${names.span(span)} imports`,
                      onclick: (event) => {
                          event.stopPropagation();
                          if (!view_imports.open.delete(row)) view_imports.open.add(row);
                          view_imports.show();
                      },
                  }),
            dom.make(
                "span",
                {
                    class: search.found && search.span(span) ? "hit" : null,
                    title: names.span(span),
                },
                names.span(span),
            ),
            failed ? dom.make("span", { class: "tag bad" }, "failed") : null,
            trace.spans.flags[span] & FLAG.LAZY ? dom.make("span", { class: "tag" }, "lazy") : null,
            imports.is_unused(row) ? dom.make("span", { class: "tag" }, "never used") : null,
        );
    },

    bar(row) {
        const span = imports.span(row);
        const axis = view_imports.axis.get(trace.spans.thread[span]);
        const percent = (ns) => ((100 * ns) / Math.max(axis.length, 1)).toFixed(3);
        const left = percent(trace.spans.start[span] + view_imports.shift[row]);
        return dom.make(
            "span",
            { class: "fall", "aria-hidden": "true" },
            dom.make("span", {
                class: "whole",
                style: `left:${left}%;width:${percent(trace.duration(span))}%`,
            }),
            dom.make("span", {
                class: "self",
                style: `left:${left}%;width:${percent(imports.self(row))}%`,
            }),
        );
    },
};
