// SPDX-License-Identifier: MIT
// The left column of the time line: names of the processes and threads that are in sight.

const timeline_names = {
    show() {
        const visible = timeline.visible();
        const key = visible
            .map((block) => (block.thread >= 0 ? block.thread : `p${block.process}`))
            .join();
        if (!timeline.names_stale && key === timeline_names.key) return;
        timeline_names.key = key;
        timeline.names_stale = false;
        const focused = document.activeElement && document.activeElement.dataset.block;
        dom.id("names").replaceChildren(
            ...visible.map((block) =>
                block.thread >= 0 ? timeline_names.thread(block) : timeline_names.process(block),
            ),
        );
        if (focused) dom.id("names").querySelector(`[data-block="${focused}"]`)?.focus();
    },

    process(block) {
        const process = trace.processes[block.process];
        return dom.make(
            "div",
            { class: "name of-process", style: `top:${block.top}px;height:${block.height}px` },
            dom.make(
                "button",
                {
                    type: "button",
                    class: "twist",
                    "data-block": `p${block.process}`,
                    "aria-expanded": `${!timeline.closed.has(block.process)}`,
                    onclick: () => timeline.close(block.process),
                },
                dom.make("span", { class: "label" }, `Process ${process.pid}`),
            ),
        );
    },

    thread(block) {
        const thread = trace.threads[block.thread];
        const name = names.thread(block.thread);
        return dom.make(
            "div",
            { class: "name", style: `top:${block.top}px;height:${block.height}px` },
            dom.make(
                "div",
                { class: "who" },
                dom.make("button", {
                    type: "button",
                    class: "twist",
                    "data-block": `${block.thread}`,
                    "aria-expanded": `${!block.folded}`,
                    "aria-label": `Rows of ${name}`,
                    onclick: () => timeline.fold(block.thread),
                }),
                dom.make(
                    "button",
                    {
                        type: "button",
                        class: "label",
                        title: name,
                        onclick: () => detail.thread(block.thread),
                    },
                    name,
                ),
                block.height < 48 ? null : dom.make("span", { class: "small" }, `${thread.tid}`),
            ),
            block.folded ? null : timeline_names.lanes(block),
        );
    },

    // The name of each lane beside its first row.
    lanes(block) {
        const seen = new Set();
        return block.rows
            .filter(({ row }) => !seen.has(row.lane) && seen.add(row.lane))
            .map(({ row, y, height }) =>
                dom.make(
                    "span",
                    { class: "lane", style: `top:${y}px;line-height:${height}px` },
                    row.lane.short,
                ),
            );
    },
};
