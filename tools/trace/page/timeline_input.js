// SPDX-License-Identifier: MIT
// Mouse, touch and keys of the time line.

const timeline_input = {
    drag: null,

    start() {
        const { canvas } = timeline;
        canvas.addEventListener("wheel", timeline_input.wheel, { passive: false });
        canvas.addEventListener("pointerdown", timeline_input.down);
        canvas.addEventListener("pointermove", timeline_input.moved);
        canvas.addEventListener("pointerup", timeline_input.up);
        canvas.addEventListener("pointercancel", () => {
            timeline_input.drag = null;
        });
        canvas.addEventListener("pointerleave", () => {
            dom.id("tip").hidden = true;
        });
        canvas.addEventListener("dblclick", timeline_input.zoom_to);
        canvas.addEventListener("keydown", timeline_input.key);
        dom.id("zoom-in").addEventListener("click", () => state.zoom(0.5));
        dom.id("zoom-out").addEventListener("click", () => state.zoom(2));
        dom.id("zoom-all").addEventListener("click", () => state.show(0, trace.length));
        timeline_input.make_help();
    },

    // ---- mouse ----

    wheel(event) {
        event.preventDefault();
        const pixels = (value) => value * (event.deltaMode === 1 ? 20 : 1);
        const perPixel = (state.to - state.from) / timeline.width;
        if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
            state.move(pixels(event.deltaX || event.deltaY) * perPixel);
        else if (event.altKey) timeline.scroller.scrollTop += pixels(event.deltaY);
        else state.zoom(timeline_input.factor(pixels(event.deltaY)), timeline.time(event.offsetX));
    },

    // How much a turn of the wheel zooms; some wheels send very large steps.
    factor(pixels) {
        return Math.exp(Math.max(-300, Math.min(300, pixels)) * 0.002);
    },

    down(event) {
        if (event.button !== 0) return;
        timeline.canvas.setPointerCapture(event.pointerId);
        timeline_input.drag = {
            x: event.clientX,
            y: event.clientY,
            from: state.from,
            scroll: timeline.scroller.scrollTop,
            moved: false,
        };
    },

    moved(event) {
        const { drag } = timeline_input;
        ribbons.cursor(event.offsetX);
        if (!drag) {
            timeline_input.tip(event);
            return;
        }
        const x = event.clientX - drag.x,
            y = event.clientY - drag.y;
        if (!drag.moved && Math.hypot(x, y) < 4) return;
        drag.moved = true;
        dom.id("tip").hidden = true;
        timeline.canvas.classList.add("dragged");
        timeline.scroller.scrollTop = drag.scroll - y;
        state.move(drag.from - (x * (state.to - state.from)) / timeline.width - state.from);
    },

    up(event) {
        const { drag } = timeline_input;
        timeline_input.drag = null;
        timeline.canvas.classList.remove("dragged");
        if (drag && !drag.moved) state.select(timeline.span_at(event.offsetX, event.offsetY));
    },

    zoom_to(event) {
        const span = timeline.span_at(event.offsetX, event.offsetY);
        if (span < 0) return;
        const room = Math.max(trace.duration(span) * 0.15, 50);
        state.show(trace.spans.start[span] - room, trace.spans.end[span] + room);
    },

    tip(event) {
        const tip = dom.id("tip");
        const span = timeline.span_at(event.offsetX, event.offsetY);
        tip.hidden = span < 0;
        timeline.canvas.classList.toggle("over", span >= 0);
        if (span < 0) return;
        tip.replaceChildren(
            dom.make("strong", {}, names.span(span)),
            ` ${units.time(trace.duration(span))}`,
            dom.make("div", {}, timeline_input.about(span)),
        );
        const right = event.clientX > innerWidth - 340;
        tip.style.left = right ? "auto" : `${event.clientX + 14}px`;
        tip.style.right = right ? `${innerWidth - event.clientX + 14}px` : "auto";
        tip.style.top = `${Math.min(event.clientY + 16, innerHeight - 70)}px`;
    },

    about(span) {
        const words = KIND_WORDS[trace.spans.kind[span]];
        if (!trace.is_wait(span)) return words;
        const holder = trace.extra(span, "holder");
        return holder < 0 ? words : `${words}, held by ${names.thread_of_all(holder)}`;
    },

    // ---- keys ----

    key(event) {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const action =
            timeline_input.keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
        if (!action) return;
        event.preventDefault();
        action();
    },

    keys: {
        ArrowLeft: () => state.move(-(state.to - state.from) / 8),
        ArrowRight: () => state.move((state.to - state.from) / 8),
        ArrowUp: () => {
            timeline.scroller.scrollTop -= 40;
        },
        ArrowDown: () => {
            timeline.scroller.scrollTop += 40;
        },
        PageUp: () => {
            timeline.scroller.scrollTop -= timeline.height * 0.9;
        },
        PageDown: () => {
            timeline.scroller.scrollTop += timeline.height * 0.9;
        },
        Home: () => state.show(0, state.to - state.from),
        End: () => state.show(trace.length - (state.to - state.from), trace.length),
        "+": () => state.zoom(0.5),
        "=": () => state.zoom(0.5),
        "-": () => state.zoom(2),
        w: () => state.zoom(0.5),
        s: () => state.zoom(2),
        a: () => state.move(-(state.to - state.from) / 8),
        d: () => state.move((state.to - state.from) / 8),
        0: () => state.show(0, trace.length),
        n: () => timeline_input.step(1),
        p: () => timeline_input.step(-1),
        f: () => timeline_input.fit(),
        h: () => timeline_input.to_holder(),
        Escape: () => state.select(-1),
    },

    // With nothing selected, the first span in sight.
    step(by) {
        if (state.selected >= 0) {
            state.go_to(rows.beside(state.selected, by));
            return;
        }
        for (const block of timeline.visible())
            for (const { row } of block.rows) {
                const span = row.items[rows.first(row, state.from)];
                if (span !== undefined) {
                    state.go_to(span);
                    return;
                }
            }
    },

    fit() {
        const { selected } = state;
        if (selected < 0) return;
        const room = Math.max(trace.duration(selected) * 0.15, 50);
        state.show(trace.spans.start[selected] - room, trace.spans.end[selected] + room);
    },

    to_holder() {
        if (state.selected < 0 || !trace.is_wait(state.selected)) return;
        const hold = holders.hold_of(state.selected);
        if (hold >= 0) state.go_to(hold);
    },

    make_help() {
        const pairs = [
            ["Wheel, + −, W S", "zoom"],
            ["Drag, Shift + wheel, ← →, A D", "move"],
            ["Drag on the ruler", "zoom into that part"],
            ["Double click, F", "zoom to a bar"],
            ["Click", "details of a bar"],
            ["N P", "next and previous bar of the row"],
            ["H", "from a wait to its holder’s hold"],
            ["↑ ↓, Alt + wheel", "scroll"],
            ["0", "the whole trace"],
            ["/", "search"],
        ];
        dom.id("help").append(
            dom.make(
                "dl",
                {},
                pairs.map(([keys, meaning]) =>
                    dom.make("div", {}, dom.make("dt", {}, keys), dom.make("dd", {}, meaning)),
                ),
            ),
        );
        dom.id("keys").addEventListener("click", () => {
            const help = dom.id("help");
            help.hidden = !help.hidden;
            dom.id("keys").setAttribute("aria-expanded", `${!help.hidden}`);
            timeline.measure();
        });
    },
};
