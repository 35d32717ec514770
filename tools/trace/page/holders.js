// SPDX-License-Identifier: MIT
// From a wait to the hold that it waited for, and back.

const holders = {
    lists: new Map(),

    // The hold that a wait found in its way; -1: it is not in the trace.
    hold_of(wait) {
        const hold = trace.extra(wait, "holder_hold");
        const kind = trace.spans.kind[wait] === KIND.WAIT ? KIND.HOLD : KIND.GIL_HOLD;
        return hold < 0 ? -1 : trace.base[kind] + hold;
    },

    // The hold that a wait ended in, or -1.
    own_hold_of(wait) {
        const hold = trace.extra(wait, "hold");
        const kind = trace.spans.kind[wait] === KIND.WAIT ? KIND.HOLD : KIND.GIL_HOLD;
        return hold < 0 ? -1 : trace.base[kind] + hold;
    },

    // The wait that came before a hold, or -1.
    wait_of(hold) {
        const wait = trace.extra(hold, "wait");
        const kind = trace.spans.kind[hold] === KIND.HOLD ? KIND.WAIT : KIND.GIL_WAIT;
        return wait < 0 ? -1 : trace.base[kind] + wait;
    },

    // Spans of a kind by lock, in order of their starts; made at the first question.
    of_lock(kind, lock) {
        if (!holders.lists.has(kind)) holders.lists.set(kind, holders.collect(kind));
        return holders.lists.get(kind).get(lock) || [];
    },

    collect(kind) {
        const { subject } = trace.spans;
        const lists = new Map();
        const until = trace.base[kind + 1];
        for (let span = trace.base[kind]; span < until; span++) {
            if (!lists.has(subject[span])) lists.set(subject[span], []);
            lists.get(subject[span]).push(span);
        }
        return lists;
    },

    // The first of a list that begins after `time`.
    first_after(list, time) {
        const { start } = trace.spans;
        let low = 0,
            high = list.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (start[list[middle]] > time) high = middle;
            else low = middle + 1;
        }
        return low;
    },

    // Spans of `kind` about the same lock, by other threads, at the same time: at most `limit`.
    meanwhile(span, kind, limit) {
        const { start, end, subject, thread } = trace.spans;
        const list = holders.of_lock(kind, subject[span]);
        const found = [];
        for (
            let i = Math.max(0, holders.first_after(list, start[span]) - 256);
            i < list.length;
            i++
        ) {
            const other = list[i];
            if (start[other] >= end[span] || found.length === limit) break;
            if (end[other] > start[span] && thread[other] !== thread[span]) found.push(other);
        }
        return found;
    },

    // Who had the lock while `wait` waited.
    during(wait, limit) {
        const kind = trace.spans.kind[wait] === KIND.WAIT ? KIND.HOLD : KIND.GIL_HOLD;
        return holders.meanwhile(wait, kind, limit);
    },

    // Who waited for the lock while `hold` had it.
    waiting_for(hold, limit) {
        const kind = trace.spans.kind[hold] === KIND.HOLD ? KIND.WAIT : KIND.GIL_WAIT;
        return holders.meanwhile(hold, kind, limit);
    },
};
