// SPDX-License-Identifier: MIT
// Brings the page up: reads the trace, makes the shared tables, and each view when it is opened.

const main = {
    views: {
        summary: view_summary,
        imports: view_imports,
        locks: view_locks,
        order: view_order,
        threads: view_threads,
    },
    built: new Set(["timeline"]),

    start() {
        const source = dom.id("trace-data");
        trace.load(source.textContent);
        source.remove(); // its text is as large as all the rest
        groups.build();
        rows.build();
        colors.start();
        main.head();
        main.warn();
        detail.start();
        main.tabs();
        main.search();
        timeline.start();
        timeline_input.start();
        ribbons.start();
        state.show(0, trace.length);
        state.open(main.tab_of_address() || "summary");
        document.documentElement.dataset.ready = "yes";
    },

    head() {
        const name = trace.processes.length ? names.process(main.busiest_process()) : "empty trace";
        dom.id("program").textContent = name;
        document.title = `${name} – pihook trace`;
    },

    // The program itself rather than a shell or another wrapper around it.
    busiest_process() {
        const spans = trace.processes.map(() => 0);
        for (const thread of trace.spans.thread)
            if (thread >= 0) spans[trace.threads[thread].process]++;
        return spans.indexOf(Math.max(...spans));
    },

    // What is not in the trace, so that nobody takes it for all.
    warn() {
        const several = trace.processes.length > 1;
        for (const process of trace.processes) {
            const who = several ? `Process ${process.pid}: ` : "";
            const tell = (text) =>
                dom.id("warnings").append(dom.make("p", { class: "warning" }, who + text));
            if (process.lost)
                tell(`${units.many(process.lost, "event was", "events were")} not recorded.`);
            if (process.dropped)
                tell(
                    `${units.many(process.dropped, "older event was", "older events were")} overwritten by newer ones.`,
                );
            if (process.flags & PROCESS_FLAG.FULL)
                tell("the trace reached its bound, and recording stopped.");
            if (process.flags & PROCESS_FLAG.FAILED)
                tell("the trace could not be written any further.");
            if (process.cut) tell("part of the trace file is missing or makes no sense.");
        }
    },

    // ---- tabs ----

    tabs() {
        const tabs = [...document.querySelectorAll('[role="tab"]')];
        for (const tab of tabs) tab.addEventListener("click", () => state.open(tab.id.slice(4)));
        document.querySelector('[role="tablist"]').addEventListener("keydown", (event) => {
            const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
            if (!by) return;
            const next =
                tabs[(tabs.indexOf(document.activeElement) + by + tabs.length) % tabs.length];
            next.focus();
            next.click();
        });
        state.listeners.set("tab", [
            () => main.show_tab(tabs),
            ...(state.listeners.get("tab") || []),
        ]);
        addEventListener("hashchange", () => {
            const tab = main.tab_of_address();
            if (tab && tab !== state.tab) state.open(tab);
        });
    },

    show_tab(tabs) {
        for (const tab of tabs) {
            const name = tab.id.slice(4),
                chosen = name === state.tab;
            tab.setAttribute("aria-selected", `${chosen}`);
            tab.tabIndex = chosen ? 0 : -1;
            dom.id(`view-${name}`).hidden = !chosen;
        }
        if (!main.built.has(state.tab)) {
            main.built.add(state.tab);
            main.views[state.tab].build(dom.id(`view-${state.tab}`));
        }
        dom.id("tip").hidden = true;
        history.replaceState(null, "", `#${state.tab}`);
    },

    tab_of_address() {
        const name = location.hash.slice(1);
        return name === "timeline" || Object.hasOwn(main.views, name) ? name : "";
    },

    // ---- search ----

    search() {
        const box = dom.id("search");
        let due = 0;
        box.addEventListener("input", () => {
            clearTimeout(due);
            due = setTimeout(() => search.set(box.value), 120);
        });
        const step = (by) => {
            search.set(box.value);
            const span = search.step(by);
            if (span >= 0) state.go_to(span);
        };
        dom.id("search-form").addEventListener("submit", (event) => {
            event.preventDefault();
            step(1);
        });
        dom.id("match-before").addEventListener("click", () => step(-1));
        state.on("search", main.tell_matches);
        addEventListener("keydown", (event) => {
            if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) {
                event.preventDefault();
                box.focus();
                box.select();
            } else if (event.key === "Escape" && event.target === box) {
                box.value = "";
                search.set("");
            }
        });
    },

    tell_matches() {
        const { found, count } = search;
        dom.id("matches").textContent = found ? units.many(count, "match", "matches") : "";
        for (const id of ["match-before", "match-after"]) dom.id(id).disabled = !count;
    },
};

try {
    main.start();
} catch (error) {
    dom.id("views").replaceChildren(
        dom.make("p", { class: "empty" }, `The trace can’t be shown: ${error.message}`),
    );
    throw error;
}
