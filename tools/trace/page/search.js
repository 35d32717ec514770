// SPDX-License-Identifier: MIT
// What the search box asks for, in all views: modules, locks, threads, and the functions and
// files of places.

const search = {
    query: "",
    found: null, // a flag for each span; null: nothing is asked, so all is found
    count: 0,
    list: null, // found spans in order of time, made when somebody steps through them

    set(text) {
        const query = text.trim().toLowerCase();
        if (query === search.query) return;
        search.query = query;
        search.list = null;
        if (query) search.look();
        else ((search.found = null), (search.count = 0));
        rows.count_hits(search.found);
        state.tell("search");
    },

    look() {
        search.lower ||= trace.strings.map((string) => string.toLowerCase());
        search.strings = Uint8Array.from(search.lower, (string) => string.includes(search.query));
        search.strings[0] = 0;
        search.places = search.look_places();
        search.classes = Uint8Array.from(
            trace.classes,
            (item) => search.strings[item.name] | search.places[item.place],
        );
        search.locks = Uint8Array.from(
            trace.locks,
            (lock) =>
                search.strings[lock.name] |
                search.classes[lock.class] |
                search.has(names.address(lock.row)) |
                search.has(names.kind_of_lock(lock.row)),
        );
        search.processes = Uint8Array.from(
            trace.processes,
            (process) => search.strings[process.command] | (`${process.pid}` === search.query),
        );
        search.threads = Uint8Array.from(
            trace.threads,
            (thread) =>
                search.has(names.thread(thread.row)) |
                (`${thread.tid}` === search.query) |
                search.processes[thread.process],
        );
        search.look_spans();
    },

    has(text) {
        return text.toLowerCase().includes(search.query);
    },

    look_places() {
        const { file, source, line, function: code } = trace.places;
        const exact = search.query.includes(":");
        return Uint8Array.from(
            file,
            (_, i) =>
                search.strings[file[i]] |
                search.strings[code[i]] |
                search.strings[source[i]] |
                (exact && line[i] + trace.places.source_line[i] > 0 && search.has(names.file(i))),
        );
    },

    look_spans() {
        const { count, kind, subject, thread, place } = trace.spans;
        const about = [];
        for (const lock of [KIND.HOLD, KIND.WAIT, KIND.CONDITION, KIND.GIL_HOLD, KIND.GIL_WAIT])
            about[lock] = search.locks;
        for (const string of [KIND.IMPORT, KIND.HOOK, KIND.LIBRARY]) about[string] = search.strings;
        about[KIND.JOIN] = search.threads;
        search.found = new Uint8Array(count);
        search.used = new Uint8Array(trace.locks.length); // locks that are used at a place that fits
        search.count = 0;
        for (let span = 0; span < count; span++) {
            const hit =
                about[kind[span]][subject[span]] |
                search.places[place[span]] |
                search.threads[thread[span]];
            search.count += search.found[span] = hit ? 1 : 0;
            if (search.places[place[span]] && about[kind[span]] === search.locks)
                search.used[subject[span]] = 1;
        }
    },

    // ---- what views ask ----

    span(span) {
        return !search.found || search.found[span] === 1;
    },

    thread(row) {
        return !search.found || search.threads[row] === 1;
    },

    lock(row) {
        return !search.found || (search.locks[row] | search.used[row]) === 1;
    },

    group(row) {
        return !search.found || groups.all[row].locks.some(search.lock);
    },

    // The found span before (by = -1) or after (1) the selected one; -1: nothing is found.
    step(by) {
        if (!search.found || !search.count) return -1;
        const { start } = trace.spans;
        search.list ||= Int32Array.from(search.found.keys())
            .filter((span) => search.found[span])
            .sort((a, b) => start[a] - start[b] || a - b);
        const at = search.list.indexOf(state.selected);
        if (at >= 0) return search.list[(at + by + search.list.length) % search.list.length];
        const next = holders.first_after(search.list, state.from);
        return search.list[(by > 0 ? next : next - 1 + search.list.length) % search.list.length];
    },
};
