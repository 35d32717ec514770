// SPDX-License-Identifier: MIT
// What the views share: the part of the time that is shown, the selected span, the tab.
// Who changes it doesn't know who shows it: views ask to be told.

const state = {
    from: 0,
    to: 1,
    selected: -1,
    tab: "",
    listeners: new Map(),

    on(event, action) {
        if (!state.listeners.has(event)) state.listeners.set(event, []);
        state.listeners.get(event).push(action);
    },

    tell(event) {
        for (const action of state.listeners.get(event) || []) action();
    },

    // The part from..to, kept inside the trace and not shorter than a few nanoseconds.
    show(from, to) {
        const length = Math.min(Math.max(to - from, 20), trace.length);
        const middle = (from + to) / 2;
        state.from = Math.max(0, Math.min(middle - length / 2, trace.length - length));
        state.to = state.from + length;
        state.tell("window");
    },

    // factor < 1 zooms in; `at` stays where it is.
    zoom(factor, at = (state.from + state.to) / 2) {
        const length = Math.min(Math.max((state.to - state.from) * factor, 20), trace.length);
        const share = (at - state.from) / (state.to - state.from);
        state.show(at - share * length, at + (1 - share) * length);
    },

    move(by) {
        const length = state.to - state.from;
        const from = Math.max(0, Math.min(state.from + by, trace.length - length));
        state.show(from, from + length);
    },

    select(span) {
        state.selected = span;
        state.tell("selected");
    },

    open(tab) {
        state.tab = tab;
        state.tell("tab");
    },

    // Selects a span and shows it in the time line, with some room around it.
    go_to(span) {
        state.open("timeline");
        const { start, end } = trace.spans;
        const length = end[span] - start[span];
        const shown = state.to - state.from;
        if (start[span] < state.from || end[span] > state.to || length < shown / 200) {
            const room = Math.max(length * 2, 1000);
            state.show(start[span] - room, end[span] + room);
        }
        state.select(span);
        state.tell("reveal");
    },
};
