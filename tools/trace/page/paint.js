// SPDX-License-Identifier: MIT
// Draws the time line.  What is narrower than a pixel and a half is drawn with its neighbours
// as one column, as strong as they cover its time.

const paint = {
    lanes() {
        const { canvas, width, height } = timeline;
        const context = dom.context(canvas, width, height);
        paint.waits = [];
        context.clearRect(0, 0, width, height);
        paint.grid(context, height);
        for (const block of timeline.visible()) paint.block(context, block);
        paint.links(context);
        paint.mark_selected(context);
    },

    // Moments of round numbers, at least `room` pixels apart: [time, ...] and the step.
    ticks(room = 110) {
        const raw = ((state.to - state.from) * room) / timeline.width;
        const power = 10 ** Math.floor(Math.log10(raw));
        const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw);
        const times = [];
        for (let time = Math.ceil(state.from / step) * step; time <= state.to; time += step)
            times.push(time);
        return { step, times };
    },

    grid(context, height) {
        context.fillStyle = colors.grid;
        for (const time of paint.ticks().times)
            context.fillRect(Math.round(timeline.x(time)), 0, 1, height);
    },

    block(context, block) {
        const top = block.top - timeline.scroll;
        if (block.thread < 0) {
            paint.process(context, block, top);
        } else {
            paint.life(context, block, top);
            for (const { row, y, height } of block.rows) paint.row(context, row, top + y, height);
        }
        context.fillStyle = colors.line;
        context.fillRect(0, top + block.height - 1, timeline.width, 1);
    },

    process(context, block, top) {
        context.fillStyle = colors.panel;
        context.fillRect(0, top, timeline.width, block.height);
        context.fillStyle = colors.soft;
        context.font = `12px ${colors.font}`;
        context.textBaseline = "middle";
        context.fillText(
            names.text(trace.processes[block.process].command),
            10,
            top + block.height / 2,
        );
    },

    // From its start to its end a thread's block has another ground, with an edge at both.
    life(context, block, top) {
        const thread = trace.threads[block.thread];
        const left = Math.max(-2, timeline.x(thread.began)),
            right = Math.min(timeline.width + 2, timeline.x(thread.ended));
        context.fillStyle = colors.life;
        context.fillRect(left, top + 2, Math.max(1, right - left), block.height - 5);
        context.fillStyle = colors.faint;
        context.fillRect(left, top + 2, 1, block.height - 5);
        if (!(thread.flags & FLAG.OPEN_END))
            context.fillRect(right - 1, top + 2, 1, block.height - 5);
        for (const moment of trace.moments_of.get(block.thread) || [])
            paint.moment(context, moment, top);
    },

    // A small triangle: it started a thread or a process, or events were lost.
    moment(context, { time, kind }, top) {
        if (time < state.from || time > state.to || kind === MOMENT.EXITS) return;
        const x = Math.round(timeline.x(time));
        context.fillStyle = kind === MOMENT.LOST ? colors.bad : colors.soft;
        context.beginPath();
        context.moveTo(x - 4, top + 1);
        context.lineTo(x + 4, top + 1);
        context.lineTo(x, top + 7);
        context.fill();
    },

    row(context, row, top, height) {
        const { start, end } = trace.spans;
        const scale = timeline.width / (state.to - state.from);
        let i = rows.first(row, state.from);
        while (i < row.items.length && start[row.items[i]] <= state.to) {
            const span = row.items[i];
            if ((end[span] - start[span]) * scale >= 1.5) {
                paint.bar(context, span, top, height);
                i++;
                continue;
            }
            i = paint.column(context, row, i, top, height);
        }
    },

    // All that begins in the same pixel as item i; returns the first item behind.
    column(context, row, i, top, height) {
        const scale = timeline.width / (state.to - state.from);
        const x = Math.floor(timeline.x(trace.spans.start[row.items[i]]));
        let next = Math.max(i + 1, rows.first_from(row, timeline.time(x + 1), i));
        // Only the last one can reach further: rows don't overlap.
        const last = row.items[next - 1];
        const wide = next - 1 > i && trace.duration(last) * scale >= 1.5;
        if (wide) next--;
        const covered = (row.covered[next] - row.covered[i]) * scale;
        const waited = (row.waited[next] - row.waited[i]) * scale;
        context.globalAlpha = paint.strength(row, i, next) * Math.min(1, 0.35 + 0.65 * covered);
        if (row.lane.name === "gil") {
            paint.gil_column(context, x, top, height, covered - waited, waited);
        } else {
            context.fillStyle = waited > covered / 2 ? colors.wait : colors.of_span(row.items[i]);
            context.fillRect(x, top, 1, height);
        }
        context.globalAlpha = 1;
        return next;
    },

    // Where it was held and waited for in one pixel, both are seen: waits in the lower half.
    gil_column(context, x, top, height, held, waited) {
        if (held > 0) {
            context.fillStyle = colors.gil;
            context.fillRect(x, top, 1, height);
        }
        if (waited > held / 4) {
            context.fillStyle = colors.gil_wait;
            context.fillRect(x, top + height / 2, 1, height / 2);
        }
    },

    // What the search didn't find is faint.
    strength(row, from, to) {
        return !row.hits || row.hits[to] > row.hits[from] ? 1 : 0.13;
    },

    // A wait for the GIL is half as high as its hold: they differ not by colour alone.
    bar(context, span, top, height) {
        const { start, end, kind, flags } = trace.spans;
        const left = Math.max(-4, timeline.x(start[span])),
            right = Math.min(timeline.width + 4, timeline.x(end[span]));
        const width = Math.max(1, right - left - (right - left > 4 ? 1 : 0));
        const half = kind[span] === KIND.GIL_WAIT;
        context.globalAlpha = search.span(span) ? 1 : 0.13;
        context.fillStyle = colors.of_span(span);
        paint.shape(
            context,
            left,
            top + (half ? height / 2 : 0),
            width,
            half ? height / 2 : height,
        );
        if (flags[span] & FLAG.FAILED) paint.failed(context, left, top, width, height);
        if (!half && kind[span] !== KIND.GIL_HOLD && width > 24)
            paint.label(context, span, left, top, width, height);
        context.globalAlpha = 1;
        if (trace.is_wait(span) && right - left >= 6) paint.waits.push(span);
    },

    shape(context, left, top, width, height) {
        if (width < 6) {
            context.fillRect(left, top, width, height);
            return;
        }
        context.beginPath();
        context.roundRect(left, top, width, height, 2.5);
        context.fill();
    },

    failed(context, left, top, width, height) {
        context.fillStyle = colors.bad;
        context.fillRect(left, top + height - 3, width, 3);
    },

    label(context, span, left, top, width, height) {
        const from = Math.max(left, 0) + 5;
        const room = Math.floor((left + width - from - 4) / 6.1);
        if (room < 3) return;
        const text = names.span(span);
        context.fillStyle = colors.on_bar;
        context.font = `500 11px ${colors.font}`;
        context.textBaseline = "middle";
        context.fillText(
            text.length > room ? `${text.slice(0, room - 1)}…` : text,
            from,
            top + height / 2 + 0.5,
        );
    },

    // ---- from waits to holds ----

    // A few are all shown; of many, those of the selected span.
    links(context) {
        const gil = paint.waits.filter((wait) => trace.spans.kind[wait] === KIND.GIL_WAIT);
        const locks = paint.waits.filter((wait) => trace.spans.kind[wait] === KIND.WAIT);
        for (const [waits, strength] of [
            [gil, 0.28],
            [locks, 0.6],
        ])
            if (waits.length <= 24)
                for (const wait of waits)
                    paint.link(context, wait, holders.hold_of(wait), strength);
    },

    link(context, wait, hold, strength) {
        if (hold < 0 || !search.span(wait)) return;
        const from = timeline.row_place(wait),
            to = timeline.row_place(hold);
        if (!from || !to) return;
        const { start } = trace.spans;
        const x =
            Math.min(
                Math.max(timeline.x(Math.max(start[wait], start[hold])), 6),
                timeline.width - 6,
            ) + 0.5;
        const down = to.top > from.top;
        const y1 = down ? from.top + from.height : from.top,
            y2 = down ? to.top : to.top + to.height;
        const bow = Math.min(26, 8 + Math.abs(y2 - y1) / 8);
        context.globalAlpha = strength;
        context.strokeStyle = context.fillStyle = colors.ink;
        context.lineWidth = strength > 0.9 ? 1.75 : 1;
        context.beginPath();
        context.moveTo(x, y1);
        context.bezierCurveTo(x - bow, y1 + (y2 - y1) / 3, x - bow, y2 - (y2 - y1) / 3, x, y2);
        context.stroke();
        paint.head(context, x, y2, down ? 1 : -1);
        context.globalAlpha = 1;
    },

    head(context, x, y, way) {
        context.beginPath();
        context.moveTo(x + 1, y);
        context.lineTo(x - 6, y - 5 * way);
        context.lineTo(x + 1.5, y - 8 * way);
        context.fill();
    },

    mark_selected(context) {
        const span = state.selected;
        if (span < 0) return;
        paint.outline(context, span, colors.ink);
        if (trace.is_wait(span)) {
            const hold = holders.hold_of(span);
            if (hold >= 0) paint.outline(context, hold, colors.accent);
            paint.link(context, span, hold, 1);
        } else if (trace.is_hold(span)) {
            for (const wait of holders.waiting_for(span, 50))
                if (holders.hold_of(wait) === span) paint.link(context, wait, span, 1);
        }
    },

    outline(context, span, color) {
        const place = timeline.row_place(span);
        if (!place) return;
        const { start, end } = trace.spans;
        const left = Math.max(-8, timeline.x(start[span])),
            right = Math.min(timeline.width + 8, timeline.x(end[span]));
        context.strokeStyle = color;
        context.lineWidth = 2;
        context.beginPath();
        context.roundRect(
            left - 1.5,
            place.top - 1.5,
            Math.max(3, right - left) + 2,
            place.height + 3,
            4,
        );
        context.stroke();
    },
};
