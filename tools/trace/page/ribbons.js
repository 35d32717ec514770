// SPDX-License-Identifier: MIT
// The two strips above the time line: the whole trace with the part that is shown, and the ruler.

const RIBBON = { overview: 46, ruler: 26 };

const ribbons = {
    drag: null,

    start() {
        ribbons.overview = dom.id("overview");
        ribbons.ruler = dom.id("ruler");
        ribbons.listen(ribbons.overview, (x) => (x / timeline.width) * trace.length);
        ribbons.listen(ribbons.ruler, (x) => timeline.time(x));
        state.on("search", () => {
            ribbons.bins = null;
        });
    },

    draw() {
        const { from, to } = state;
        dom.id("span-shown").textContent =
            `${units.time(to - from)} of ${units.time(trace.length)}`;
        ribbons.draw_overview();
        ribbons.draw_ruler();
    },

    // ---- the ruler ----

    draw_ruler() {
        const context = ribbons.canvas(ribbons.ruler, RIBBON.ruler);
        const { step, times } = paint.ticks();
        context.font = `11px ${colors.font}`;
        context.textBaseline = "middle";
        for (const time of times) {
            const x = Math.round(timeline.x(time));
            context.fillStyle = colors.faint;
            context.fillRect(x, RIBBON.ruler - 6, 1, 6);
            context.fillStyle = colors.soft;
            context.fillText(units.mark(time, step, state.to), x + 5, RIBBON.ruler / 2);
        }
        ribbons.draw_brush(context, ribbons.ruler, RIBBON.ruler);
    },

    cursor(x) {
        dom.id("cursor-time").textContent = `at ${units.time(timeline.time(x))}`;
    },

    // ---- the overview ----

    draw_overview() {
        const context = ribbons.canvas(ribbons.overview, RIBBON.overview);
        const { width } = timeline;
        if (!ribbons.bins || ribbons.bins.width !== width) ribbons.bins = ribbons.count(width);
        const { bins } = ribbons;
        for (const [layer, color] of [
            ["imports", colors.import_1],
            ["holds", colors.holds[0]],
            ["waits", colors.wait],
        ]) {
            const largest = Math.max(...bins[layer]);
            context.fillStyle = color;
            if (largest > 0)
                for (let x = 0; x < width; x++) {
                    if (!bins[layer][x]) continue;
                    const height = Math.max(1.5, (bins[layer][x] / largest) * ribbons.height);
                    context.fillRect(x, ribbons.base[layer] - height, 1, height);
                }
        }
        ribbons.draw_window(context);
        ribbons.draw_brush(context, ribbons.overview, RIBBON.overview);
    },

    height: 12,
    base: { imports: 15, holds: 29, waits: 43 },

    // How much of each pixel's time imports, holds and waits take.
    count(width) {
        const { spans } = trace;
        const layer_of = [];
        for (const kind of [KIND.IMPORT]) layer_of[kind] = "imports";
        for (const kind of [KIND.HOLD]) layer_of[kind] = "holds";
        for (const kind of [KIND.WAIT, KIND.GIL_WAIT]) layer_of[kind] = "waits";
        const bins = { width };
        for (const layer of ["imports", "holds", "waits"])
            bins[layer] = new Float64Array(width + 1);
        for (let span = 0; span < spans.count; span++) {
            const layer = layer_of[spans.kind[span]];
            if (layer && search.span(span))
                ribbons.add(bins[layer], spans.start[span], spans.end[span], width / trace.length);
        }
        return bins;
    },

    add(bins, start, end, scale) {
        const first = Math.floor(start * scale),
            last = Math.floor(end * scale);
        if (first === last) {
            bins[first] += (end - start) * scale;
            return;
        }
        bins[first] += first + 1 - start * scale;
        for (let x = first + 1; x < last; x++) bins[x]++;
        bins[last] += end * scale - last;
    },

    draw_window(context) {
        const scale = timeline.width / trace.length;
        const left = state.from * scale,
            right = Math.max(left + 2, state.to * scale);
        context.fillStyle = colors.page;
        context.globalAlpha = 0.62;
        context.fillRect(0, 0, left, RIBBON.overview);
        context.fillRect(right, 0, timeline.width - right, RIBBON.overview);
        context.globalAlpha = 1;
        context.strokeStyle = colors.accent;
        context.lineWidth = 1.5;
        context.strokeRect(
            left + 0.75,
            0.75,
            Math.max(1, right - left - 1.5),
            RIBBON.overview - 1.5,
        );
    },

    // ---- dragging a part ----

    listen(canvas, time) {
        canvas.addEventListener("pointerdown", (event) => {
            canvas.setPointerCapture(event.pointerId);
            ribbons.drag = { canvas, time, from: event.offsetX, to: event.offsetX };
        });
        canvas.addEventListener("pointermove", (event) => {
            if (!ribbons.drag) return;
            ribbons.drag.to = event.offsetX;
            timeline.draw_soon();
        });
        canvas.addEventListener("pointerup", () => ribbons.drop());
        canvas.addEventListener(
            "wheel",
            (event) => {
                event.preventDefault();
                state.zoom(timeline_input.factor(event.deltaY), time(event.offsetX));
            },
            { passive: false },
        );
    },

    // A click in the overview moves there, one on the ruler does nothing.
    drop() {
        const { drag } = ribbons;
        ribbons.drag = null;
        if (!drag) return;
        const from = drag.time(Math.min(drag.from, drag.to)),
            to = drag.time(Math.max(drag.from, drag.to));
        if (Math.abs(drag.to - drag.from) > 3) state.show(from, to);
        else if (drag.canvas === ribbons.overview) state.move(from - (state.from + state.to) / 2);
        timeline.draw_soon();
    },

    draw_brush(context, canvas, height) {
        const { drag } = ribbons;
        if (!drag || drag.canvas !== canvas) return;
        context.globalAlpha = 0.25;
        context.fillStyle = colors.accent;
        context.fillRect(Math.min(drag.from, drag.to), 0, Math.abs(drag.to - drag.from), height);
        context.globalAlpha = 1;
    },

    canvas(canvas, height) {
        canvas.style.width = `${timeline.width}px`;
        canvas.style.height = `${height}px`;
        const context = dom.context(canvas, timeline.width, height);
        context.clearRect(0, 0, timeline.width, height);
        return context;
    },
};
