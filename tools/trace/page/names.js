// SPDX-License-Identifier: MIT
// What things of a trace are called.

const names = {
    text(string) {
        return trace.strings[string] || "";
    },

    base(file) {
        return file.slice(file.lastIndexOf("/") + 1);
    },

    // ---- places ----

    // Short: "app.py:12", "work.c:30", "start+0x1c (libfoo.so)".
    place(place) {
        const { source, source_line } = trace.places;
        if (source[place]) return `${names.base(names.text(source[place]))}:${source_line[place]}`;
        const file = names.base(names.text(trace.places.file[place]));
        if (trace.places.line[place]) return `${file}:${trace.places.line[place]}`;
        const code = names.function(place);
        return code && file ? `${code} (${file})` : code || file || "unknown place";
    },

    // Whole: the path of the file, with the line.
    file(place) {
        const { source, source_line, file, line } = trace.places;
        if (source[place]) return `${names.text(source[place])}:${source_line[place]}`;
        return names.text(file[place]) + (line[place] ? `:${line[place]}` : "");
    },

    function(place) {
        const name = names.text(trace.places.function[place]);
        const into = trace.places.into[place];
        const exact = into > 0 && !trace.places.source[place];
        if (name) return exact ? `${name}+0x${into.toString(16)}` : name;
        return trace.places.native[place] ? `0x${trace.places.offset[place].toString(16)}` : "";
    },

    // ---- threads and processes ----

    thread(row) {
        if (row < 0) return "unknown thread";
        const thread = trace.threads[row];
        return (
            names.text(thread.name) ||
            (thread.traits & THREAD_FLAG.MAIN ? "main" : `thread ${thread.tid}`)
        );
    },

    // With its process, where there are several.
    thread_of_all(row) {
        if (row < 0 || trace.processes.length < 2) return names.thread(row);
        return `${names.thread(row)} of ${trace.processes[trace.threads[row].process].pid}`;
    },

    process(row) {
        const process = trace.processes[row];
        const words = names.text(process.command) || names.text(process.program) || "process";
        return words.replace(/^\S*\//, "");
    },

    // ---- locks ----

    class(row) {
        const item = trace.classes[row];
        if (!item) return "unknown class";
        if (item.name) return names.text(item.name);
        return item.place && (names.file(item.place) || names.function(item.place))
            ? names.place(item.place)
            : `${LOCK_WORDS[item.kind]}, class unknown`;
    },

    lock(row) {
        if (row < 0) return "unknown lock";
        const lock = trace.locks[row];
        if (lock.name) return names.text(lock.name);
        if (LOCK_WORDS[lock.kind] === "GIL") return "GIL";
        return lock.class ? names.class(lock.class) : names.address(row);
    },

    address(row) {
        return `0x${trace.locks[row].address}`;
    },

    kind_of_lock(row) {
        return LOCK_WORDS[trace.locks[row].kind] || "lock";
    },

    // ---- spans ----

    // What a span is about, in a few words.
    span(span) {
        const { kind, subject } = trace.spans;
        switch (kind[span]) {
            case KIND.IMPORT:
                return names.text(subject[span]);
            case KIND.HOOK:
                return `${names.text(trace.extra(span, "action"))} ${names.text(subject[span])}`;
            case KIND.LIBRARY:
                return names.base(names.text(subject[span] || trace.extra(span, "name")));
            case KIND.JOIN:
                return names.thread_of_all(subject[span]);
            case KIND.CONDITION:
                return trace.locks[subject[span]].name ? names.lock(subject[span]) : "condition";
            default:
                return names.lock(subject[span]);
        }
    },
};
