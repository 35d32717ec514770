// SPDX-License-Identifier: MIT
// Imports as the trees that they are.  Their rows stand in order of thread and time; below
// row n stand n + 1 up to after[n].  Self times of a tree add up to the length of its root.

const imports = {
    count() {
        return trace.imports.after.length;
    },

    span(row) {
        return trace.base[KIND.IMPORT] + row;
    },

    row(span) {
        return span - trace.base[KIND.IMPORT];
    },

    total(row) {
        return trace.duration(imports.span(row));
    },

    self(row) {
        return trace.imports.self[row];
    },

    // Nothing read an attribute of it, and some line of the program asked for it.
    is_unused(row) {
        return trace.imports.use[row] === USE.UNUSED && trace.imports.chosen[row];
    },

    children(row) {
        const { after } = trace.imports;
        const found = [];
        for (let next = row + 1; next < after[row]; next = after[next]) found.push(next);
        return found;
    },

    // Those that nobody's import asked for, in order.
    roots() {
        const found = [];
        for (let row = 0; row < imports.count(); row = Math.max(row + 1, trace.imports.after[row]))
            found.push(row);
        return found;
    },

    has_children(row) {
        return trace.imports.after[row] > row + 1;
    },
};
