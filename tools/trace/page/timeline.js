// SPDX-License-Identifier: MIT
// The time line's arrangement: a block for each process and thread, rows inside.  paint.js
// draws them, timeline_input.js hears mouse and keys.

const BLOCK = { process: 30, thread: 30, folded: 26, pad: 7, between: 2 };

const timeline = {
    blocks: [],
    folded: new Set(), // threads drawn as one row
    closed: new Set(), // processes whose threads are hidden
    off: new Set(), // names of lanes that are not shown
    kept: new Set(), // threads shown although the search doesn't find them: somebody went there
    width: 0, // of the canvas
    height: 0,
    scroll: 0,
    wanted: false, // a drawing is due

    start() {
        timeline.canvas = dom.id("lanes");
        timeline.scroller = dom.id("scroller");
        timeline.make_switches();
        timeline.scroller.addEventListener("scroll", () => {
            timeline.scroll = timeline.scroller.scrollTop;
            timeline.draw_soon();
        });
        new ResizeObserver(() => timeline.measure()).observe(timeline.scroller);
        for (const event of ["window", "selected", "colors"])
            state.on(event, () => timeline.draw_soon());
        state.on("search", () => {
            timeline.kept.clear();
            timeline.arrange();
        });
        state.on("reveal", () => timeline.reveal(state.selected));
        state.on("tab", () => timeline.measure());
        timeline.arrange();
    },

    make_switches() {
        for (const lane of LANES) {
            if (!rows.all.some((row) => row.lane === lane)) continue;
            const box = dom.make("input", {
                type: "checkbox",
                checked: true,
                onchange: () => {
                    if (box.checked) timeline.off.delete(lane.name);
                    else timeline.off.add(lane.name);
                    timeline.arrange();
                },
            });
            dom.id("lane-switches").append(
                dom.make("label", { class: `switch lane-${lane.name}` }, box, lane.title),
            );
        }
    },

    // ---- blocks ----

    arrange() {
        const shown = timeline.threads_found();
        timeline.blocks = [];
        timeline.block_of = new Map();
        let top = 0;
        const add = (block) => {
            block.top = top;
            top += block.height;
            timeline.blocks.push(block);
        };
        for (const process of trace.processes) {
            const threads = trace.threads.filter(
                (thread) => thread.process === process.row && shown(thread.row),
            );
            if (!threads.length) continue;
            if (trace.processes.length > 1)
                add({ process: process.row, thread: -1, rows: [], height: BLOCK.process });
            if (timeline.closed.has(process.row)) continue;
            for (const thread of threads) add(timeline.thread_block(thread.row));
        }
        for (const block of timeline.blocks)
            if (block.thread >= 0) timeline.block_of.set(block.thread, block);
        timeline.total = top;
        dom.id("tall").style.height = `${Math.max(top, timeline.height)}px`;
        timeline.names_stale = true;
        timeline.draw_soon();
    },

    // A thread is shown if the search finds it, or something in it.
    threads_found() {
        if (!search.found) return () => true;
        return (thread) =>
            search.thread(thread) ||
            timeline.kept.has(thread) ||
            rows.of_thread[thread].some((row) => row.hits[row.items.length] > 0);
    },

    thread_block(thread) {
        const block = { thread, process: trace.threads[thread].process, rows: [], height: 0 };
        block.folded = timeline.folded.has(thread);
        const visible = rows.of_thread[thread].filter((row) => !timeline.off.has(row.lane.name));
        let y = BLOCK.pad;
        for (const row of visible) {
            const height = block.folded ? BLOCK.folded - 2 * BLOCK.pad : row.lane.height;
            block.rows.push({ row, y, height });
            if (!block.folded) y += height + BLOCK.between;
        }
        block.height = block.folded
            ? BLOCK.folded
            : Math.max(BLOCK.thread, y + BLOCK.pad - BLOCK.between);
        return block;
    },

    fold(thread) {
        if (!timeline.folded.delete(thread)) timeline.folded.add(thread);
        timeline.arrange();
    },

    close(process) {
        if (!timeline.closed.delete(process)) timeline.closed.add(process);
        timeline.arrange();
    },

    // The blocks that the window shows; they are in order, so they are searched.
    visible() {
        const { blocks, scroll, height } = timeline;
        let low = 0,
            high = blocks.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (blocks[middle].top + blocks[middle].height > scroll) high = middle;
            else low = middle + 1;
        }
        let end = low;
        while (end < blocks.length && blocks[end].top < scroll + height) end++;
        return blocks.slice(low, end);
    },

    // Where a span's row is on the canvas: {top, height}; null: it is not shown.
    row_place(span) {
        const row = rows.all[rows.of_span[span]];
        const block = row && timeline.block_of.get(row.thread);
        const slot = block && block.rows.find((item) => item.row === row);
        return slot ? { top: block.top + slot.y - timeline.scroll, height: slot.height } : null;
    },

    // ---- pixels ----

    x(time) {
        return ((time - state.from) * timeline.width) / (state.to - state.from);
    },

    time(x) {
        return state.from + (x * (state.to - state.from)) / timeline.width;
    },

    // The span at a point of the canvas, with a pixel or two around it; -1: none.
    span_at(x, y) {
        const block = timeline
            .visible()
            .find(
                ({ top, height }) =>
                    y + timeline.scroll >= top && y + timeline.scroll < top + height,
            );
        if (!block) return -1;
        const inside = y + timeline.scroll - block.top;
        for (const slot of block.rows) {
            if (inside < slot.y - 1 || inside > slot.y + slot.height + 1) continue;
            const span = rows.at(slot.row, timeline.time(x - 2), timeline.time(x + 2));
            if (span >= 0) return span;
        }
        return -1;
    },

    measure() {
        const { canvas, scroller } = timeline;
        timeline.height = scroller.clientHeight;
        timeline.width = scroller.clientWidth - dom.id("names").offsetWidth;
        if (timeline.width <= 0) return;
        canvas.style.width = `${timeline.width}px`;
        canvas.style.height = `${timeline.height}px`;
        dom.id("tall").style.height = `${Math.max(timeline.total, timeline.height)}px`;
        timeline.names_stale = true;
        timeline.draw_soon();
    },

    draw_soon() {
        if (timeline.wanted) return;
        timeline.wanted = true;
        requestAnimationFrame(() => {
            timeline.wanted = false;
            if (state.tab !== "timeline" || timeline.width <= 0) return;
            paint.lanes();
            timeline_names.show();
            ribbons.draw();
        });
    },

    // Scrolls to a span; what keeps it from being shown is taken back.
    reveal(span) {
        const row = rows.all[rows.of_span[span]];
        if (!row) return;
        timeline.off.delete(row.lane.name);
        for (const box of dom.id("lane-switches").querySelectorAll(`.lane-${row.lane.name} input`))
            box.checked = true;
        timeline.reveal_thread(row.thread);
        const place = timeline.row_place(span);
        if (place && (place.top < 20 || place.top + place.height > timeline.height - 20))
            timeline.scroll_to(place.top + timeline.scroll - timeline.height / 3);
    },

    reveal_thread(thread) {
        timeline.closed.delete(trace.threads[thread].process);
        timeline.folded.delete(thread);
        timeline.kept.add(thread);
        timeline.arrange();
        timeline.measure();
        const block = timeline.block_of.get(thread);
        if (
            block &&
            (block.top < timeline.scroll ||
                block.top + block.height > timeline.scroll + timeline.height)
        )
            timeline.scroll_to(block.top - 20);
    },

    scroll_to(top) {
        timeline.scroller.scrollTop = top;
        timeline.scroll = timeline.scroller.scrollTop;
    },
};
