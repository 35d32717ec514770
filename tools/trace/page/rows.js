// SPDX-License-Identifier: MIT
// The rows of the time line: each thread has lanes, each lane as many rows as spans overlap.
//
// Of a row, `items` are spans in order of their starts; `reach[i]` is the latest end up to i,
// `covered[i]` the time that items before i cover, `waited[i]` that of the waits among them,
// `hits[i]` how many of them the search found.  So a row is drawn, and asked, in steps that
// depend on pixels and not on spans.

const LANES = [
    { name: "gil", title: "GIL", short: "GIL", kinds: [KIND.GIL_HOLD, KIND.GIL_WAIT], height: 12 },
    {
        name: "waits",
        title: "Waits",
        short: "waits",
        kinds: [KIND.WAIT, KIND.CONDITION, KIND.JOIN],
        height: 14,
    },
    { name: "holds", title: "Locks held", short: "holds", kinds: [KIND.HOLD], height: 16 },
    {
        name: "imports",
        title: "Imports",
        short: "imports",
        kinds: [KIND.IMPORT, KIND.HOOK, KIND.LIBRARY],
        height: 16,
    },
];
const ROWS_MAX = 24; // of a lane; what overlaps even more lies in the last one

const rows = {
    // rows.of_thread[thread] = rows from top to bottom; rows.of_span[span] = its row's number.
    build() {
        const { spans, threads } = trace;
        const lane_of = new Uint8Array(KIND_WORDS.length);
        LANES.forEach((lane, i) =>
            lane.kinds.forEach((kind) => {
                lane_of[kind] = i;
            }),
        );
        const lists = threads.map(() => LANES.map(() => []));
        for (let span = 0; span < spans.count; span++)
            if (spans.thread[span] >= 0)
                lists[spans.thread[span]][lane_of[spans.kind[span]]].push(span);
        rows.all = [];
        rows.of_span = new Int32Array(spans.count).fill(-1);
        rows.of_thread = lists.map((lanes, thread) =>
            lanes.flatMap((list, lane) =>
                rows.pack(list).map((items) => rows.finish(thread, LANES[lane], items)),
            ),
        );
    },

    // Each span goes into the first row that is free by then.
    pack(list) {
        const { start, end } = trace.spans;
        const packed = [];
        const until = [];
        // Of spans that begin at once the longer one is around the other.
        list.sort((a, b) => start[a] - start[b] || end[b] - end[a]);
        for (const span of list) {
            let row = 0;
            while (row < packed.length && row < ROWS_MAX - 1 && until[row] > start[span]) row++;
            if (row === packed.length) packed.push([]);
            packed[row].push(span);
            until[row] = Math.max(until[row] || 0, end[span]);
        }
        return packed;
    },

    finish(thread, lane, list) {
        const { start, end } = trace.spans;
        const items = Int32Array.from(list);
        const row = {
            number: rows.all.length,
            thread,
            lane,
            items,
            top: 0,
            reach: new Float64Array(items.length),
            covered: new Float64Array(items.length + 1),
            waited: new Float64Array(items.length + 1),
            hits: null,
        };
        let reach = 0;
        for (let i = 0; i < items.length; i++) {
            reach = Math.max(reach, end[items[i]]);
            row.reach[i] = reach;
            const length = end[items[i]] - start[items[i]];
            row.covered[i + 1] = row.covered[i] + length;
            row.waited[i + 1] = row.waited[i] + (trace.is_wait(items[i]) ? length : 0);
            rows.of_span[items[i]] = row.number;
        }
        rows.all.push(row);
        return row;
    },

    // The first item that ends after `time`.
    first(row, time) {
        let low = 0,
            high = row.items.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (row.reach[middle] > time) high = middle;
            else low = middle + 1;
        }
        return low;
    },

    // The first item from `low` on that begins at `time` or later; near ones are found at once.
    first_from(row, time, low) {
        const { start } = trace.spans;
        let step = 1;
        while (low + step < row.items.length && start[row.items[low + step]] < time) step *= 2;
        let high = Math.min(low + step, row.items.length);
        low += step >> 1;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (start[row.items[middle]] >= time) high = middle;
            else low = middle + 1;
        }
        return low;
    },

    // The longest span of a row that lies between two moments; -1: none.
    at(row, from, to) {
        const { start } = trace.spans;
        let best = -1;
        let looks = 5000;
        for (let i = rows.first(row, from); i < row.items.length && looks-- > 0; i++) {
            const span = row.items[i];
            if (start[span] > to) break;
            if (best < 0 || trace.duration(span) > trace.duration(best)) best = span;
        }
        return best;
    },

    // The neighbour of a span in its row: by = 1 or -1; the same one at the ends.
    beside(span, by) {
        const row = rows.all[rows.of_span[span]];
        const at = rows.first_from(row, trace.spans.start[span], 0);
        let i = at;
        while (i < row.items.length && row.items[i] !== span) i++;
        return row.items[Math.max(0, Math.min(row.items.length - 1, i + by))];
    },

    // Counts anew what the search found; `found` is a flag for each span, or null.
    count_hits(found) {
        for (const row of rows.all) {
            if (!found) {
                row.hits = null;
                continue;
            }
            row.hits = new Int32Array(row.items.length + 1);
            for (let i = 0; i < row.items.length; i++)
                row.hits[i + 1] = row.hits[i] + found[row.items[i]];
        }
    },
};
