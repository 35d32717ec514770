// SPDX-License-Identifier: MIT
// Locks by class, as tables, colours and the lock-order graph know them.  Locks whose class is
// unknown are put together by their kind.

const groups = {
    // all: {row, class, kind, locks: [...]}; of_lock: the group of each lock.
    build() {
        const known = new Map();
        groups.all = [];
        groups.of_lock = trace.locks.map((lock) => {
            const key = lock.class > 0 ? lock.class : -1 - lock.kind;
            if (!known.has(key)) {
                known.set(key, groups.all.length);
                groups.all.push({
                    row: groups.all.length,
                    class: lock.class,
                    kind: lock.kind,
                    locks: [],
                });
            }
            groups.all[known.get(key)].locks.push(lock.row);
            return known.get(key);
        });
    },

    name(row) {
        const group = groups.all[row];
        if (group.locks.length === 1) return names.lock(group.locks[0]);
        if (LOCK_WORDS[group.kind] === "GIL") return "GIL";
        return group.class > 0
            ? names.class(group.class)
            : `${LOCK_WORDS[group.kind]}, class unknown`;
    },

    kind(row) {
        return LOCK_WORDS[groups.all[row].kind] || "lock";
    },

    place(row) {
        return groups.all[row].class > 0 ? trace.classes[groups.all[row].class].place : 0;
    },
};
