// SPDX-License-Identifier: MIT
// Sums over spans, made when a view first asks.

const statistics = {
    // One record for each key, 0 .. count - 1; key_of: lock to key.
    of_locks(count, key_of) {
        const waits = statistics.lengths([KIND.WAIT, KIND.GIL_WAIT], count, key_of);
        const holds = statistics.lengths([KIND.HOLD, KIND.GIL_HOLD], count, key_of);
        const records = Array.from({ length: count }, (_, key) => ({
            row: key,
            acquisitions: 0,
            contended: waits[key].length,
            wait: statistics.measure(waits[key]),
            hold: statistics.measure(holds[key]),
        }));
        for (const lock of trace.locks) records[key_of(lock.row)].acquisitions += lock.acquisitions;
        for (const record of records)
            record.share = record.contended / Math.max(record.acquisitions, record.contended, 1);
        return records;
    },

    // How long the spans of some kinds took, by key.
    lengths(kinds, count, key_of) {
        const { subject, start, end } = trace.spans;
        const lists = Array.from({ length: count }, () => []);
        for (const kind of kinds)
            for (let span = trace.base[kind]; span < trace.base[kind + 1]; span++)
                if (subject[span] >= 0) lists[key_of(subject[span])].push(end[span] - start[span]);
        return lists;
    },

    measure(lengths) {
        const sorted = Float64Array.from(lengths).sort();
        const total = sorted.reduce((sum, length) => sum + length, 0);
        const rank = (share) =>
            sorted.length ? sorted[Math.ceil(share * sorted.length) - 1] : NaN;
        return { total: sorted.length ? total : NaN, max: rank(1), p99: rank(0.99) };
    },

    by_group() {
        statistics.groups ||= statistics.of_locks(
            groups.all.length,
            (lock) => groups.of_lock[lock],
        );
        return statistics.groups;
    },

    by_lock() {
        statistics.locks ||= statistics.of_locks(trace.locks.length, (lock) => lock);
        return statistics.locks;
    },

    // Time of each kind in each thread: by_thread()[thread][kind].
    by_thread() {
        if (statistics.threads) return statistics.threads;
        const { spans, threads } = trace;
        const sums = threads.map(() => new Float64Array(KIND_WORDS.length));
        for (let span = 0; span < spans.count; span++) {
            if (spans.thread[span] < 0) continue;
            // Of imports only those that are in no other one count.
            if (spans.kind[span] === KIND.IMPORT && trace.extra(span, "depth") > 0) continue;
            sums[spans.thread[span]][spans.kind[span]] += trace.duration(span);
        }
        return (statistics.threads = sums);
    },

    // The places of some spans with their sums, the largest first: [{place, count, total}].
    places(list, limit) {
        const sums = new Map();
        for (const span of list) {
            const place = trace.spans.place[span];
            const sum = sums.get(place) || { place, count: 0, total: 0 };
            sum.count++;
            sum.total += trace.duration(span);
            sums.set(place, sum);
        }
        return [...sums.values()].sort((a, b) => b.total - a.total).slice(0, limit);
    },

    // The longest spans of a list.
    longest(list, limit) {
        return [...list].sort((a, b) => trace.duration(b) - trace.duration(a)).slice(0, limit);
    },
};
