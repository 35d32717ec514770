// SPDX-License-Identifier: MIT
// The lock-order graph of the trace: an edge A → B for each time that a thread that held a
// lock of class A acquired one of class B.
//
// Cycles are looked for among locks and not among classes: two locks of one class, or four of
// two, may be taken in both orders and yet no thread will ever wait for another.

const order = {
    // {nodes: [group], edges: [{from, to, count, outer, inner, cycle}]}, outer and inner: an example.
    graph() {
        if (order.made) return order.made;
        const pairs = order.pairs();
        const component = order.components(pairs);
        for (const pair of pairs) pair.cycle = component.get(pair.from) === component.get(pair.to);
        const edges = order.by_group(pairs);
        edges.sort((a, b) => b.cycle - a.cycle || b.count - a.count);
        return (order.made = { edges });
    },

    // Edges between locks.  Holds come in the order of their starts, so what a thread holds is
    // kept while they go by.
    pairs() {
        const { start, end, thread, subject } = trace.spans;
        const held = trace.threads.map(() => []);
        const found = new Map();
        const until = trace.base[KIND.HOLD + 1];
        for (let span = trace.base[KIND.HOLD]; span < until; span++) {
            if (thread[span] < 0 || subject[span] < 0 || order.is_signal(subject[span])) continue;
            const outer = held[thread[span]].filter((hold) => end[hold] > start[span]);
            for (const hold of outer)
                if (subject[hold] !== subject[span]) order.count(found, hold, span);
            outer.push(span);
            held[thread[span]] = outer;
        }
        return [...found.values()];
    },

    // What one thread acquires and another one releases orders nothing.
    is_signal(lock) {
        const { traits } = trace.classes[trace.locks[lock].class];
        return (traits & (LOCK_TRAIT.SIGNAL | LOCK_TRAIT.SENTINEL)) !== 0;
    },

    count(found, outer, inner) {
        const from = trace.spans.subject[outer];
        const to = trace.spans.subject[inner];
        const key = from * trace.locks.length + to;
        const pair = found.get(key);
        if (pair) pair.count++;
        else found.set(key, { from, to, count: 1, outer, inner, cycle: false });
    },

    // One that is part of a cycle is the better example.
    by_group(pairs) {
        const found = new Map();
        for (const pair of pairs) {
            const from = groups.of_lock[pair.from];
            const to = groups.of_lock[pair.to];
            const key = from * groups.all.length + to;
            const edge = found.get(key);
            if (!edge) found.set(key, { ...pair, from, to });
            else {
                edge.count += pair.count;
                if (pair.cycle && !edge.cycle)
                    Object.assign(edge, { outer: pair.outer, inner: pair.inner, cycle: true });
            }
        }
        return [...found.values()];
    },

    // Tarjan: nodes that lead to each other have the same component.
    components(edges) {
        const next = new Map();
        for (const { from, to } of edges) {
            if (!next.has(from)) next.set(from, []);
            if (!next.has(to)) next.set(to, []);
            next.get(from).push(to);
        }
        const walk = { next, number: new Map(), low: new Map(), stack: [], component: new Map() };
        for (const node of next.keys()) if (!walk.number.has(node)) order.visit(walk, node);
        return walk.component;
    },

    // Without recursion: a chain of locks may be long.
    visit(walk, root) {
        const path = [{ node: root, child: 0 }];
        order.enter(walk, root);
        while (path.length) {
            const step = path[path.length - 1];
            const child = walk.next.get(step.node)[step.child++];
            if (child === undefined) {
                order.leave(walk, step.node);
                path.pop();
                if (path.length)
                    order.lower(walk, path[path.length - 1].node, walk.low.get(step.node));
            } else if (!walk.number.has(child)) {
                order.enter(walk, child);
                path.push({ node: child, child: 0 });
            } else if (!walk.component.has(child)) {
                order.lower(walk, step.node, walk.number.get(child));
            }
        }
    },

    enter(walk, node) {
        walk.number.set(node, walk.number.size);
        walk.low.set(node, walk.number.get(node));
        walk.stack.push(node);
    },

    lower(walk, node, low) {
        walk.low.set(node, Math.min(walk.low.get(node), low));
    },

    leave(walk, node) {
        if (walk.low.get(node) !== walk.number.get(node)) return;
        let member;
        do {
            member = walk.stack.pop();
            walk.component.set(member, node);
        } while (member !== node);
    },
};
