// SPDX-License-Identifier: MIT
// Where to draw the nodes and edges of a directed graph: in layers from left to right, edges
// that would lead back drawn as such, long ones led through the layers between.

const LAYER = { node_width: 190, node_height: 44, gap: 90, space: 18, bend_height: 10, loop: 26 };

const layers = {
    // nodes: [id], edges: [{from, to}].  Returns {boxes: Map id → {x, y}, lines: [[{x, y}...]...],
    // width, height}; lines in the order of the edges.
    arrange(nodes, edges) {
        const forward = layers.forward(nodes, edges);
        const layer = layers.longest_paths(nodes, forward);
        const columns = [];
        for (const node of nodes) (columns[layer.get(node)] ||= []).push(layers.item(node, edges));
        const chains = edges.map((edge, i) => layers.chain(columns, layer, forward[i]));
        layers.reduce_crossings(columns, chains);
        return layers.place(columns, edges, chains, forward);
    },

    // An edge from a node to itself needs room above it.
    item(node, edges) {
        const loop = edges.some(({ from, to }) => from === node && to === node) ? LAYER.loop : 0;
        return { node, loop, height: LAYER.node_height + loop };
    },

    // The same edges, those that close a cycle turned round.
    forward(nodes, edges) {
        const next = new Map(nodes.map((node) => [node, []]));
        edges.forEach((edge, i) => next.get(edge.from).push(i));
        const colour = new Map();
        const turned = new Set();
        for (const root of nodes) {
            if (colour.has(root)) continue;
            const path = [{ node: root, at: 0 }];
            colour.set(root, 1);
            while (path.length) {
                const step = path[path.length - 1];
                const i = next.get(step.node)[step.at++];
                if (i === undefined) (colour.set(step.node, 2), path.pop());
                else if (colour.get(edges[i].to) === 1) turned.add(i);
                else if (!colour.has(edges[i].to))
                    (colour.set(edges[i].to, 1), path.push({ node: edges[i].to, at: 0 }));
            }
        }
        return edges.map((edge, i) =>
            turned.has(i)
                ? { from: edge.to, to: edge.from, turned: true }
                : { from: edge.from, to: edge.to, turned: false },
        );
    },

    longest_paths(nodes, forward) {
        const layer = new Map(nodes.map((node) => [node, 0]));
        const into = new Map(nodes.map((node) => [node, 0]));
        const next = new Map(nodes.map((node) => [node, []]));
        for (const { from, to } of forward) {
            if (from === to) continue;
            into.set(to, into.get(to) + 1);
            next.get(from).push(to);
        }
        const ready = nodes.filter((node) => into.get(node) === 0);
        while (ready.length) {
            const node = ready.pop();
            for (const to of next.get(node)) {
                layer.set(to, Math.max(layer.get(to), layer.get(node) + 1));
                into.set(to, into.get(to) - 1);
                if (into.get(to) === 0) ready.push(to);
            }
        }
        return layer;
    },

    // An edge's way: its nodes, and a bend in each layer between them.
    chain(columns, layer, { from, to }) {
        const find = (node) => columns[layer.get(node)].find((item) => item.node === node);
        const chain = [find(from)];
        for (let between = layer.get(from) + 1; between < layer.get(to); between++) {
            const bend = { node: null, loop: 0, height: LAYER.bend_height };
            columns[between].push(bend);
            chain.push(bend);
        }
        chain.push(find(to));
        return chain;
    },

    // Each item goes to the mean of its neighbours, some times to and fro.
    reduce_crossings(columns, chains) {
        const before = new Map(),
            after = new Map();
        const note = (map, item, other) =>
            map.has(item) ? map.get(item).push(other) : map.set(item, [other]);
        for (const chain of chains)
            for (let i = 1; i < chain.length; i++) {
                note(before, chain[i], chain[i - 1]);
                note(after, chain[i - 1], chain[i]);
            }
        const number = (column) =>
            column.forEach((item, i) => {
                item.rank = i / column.length;
            });
        columns.forEach(number);
        for (let round = 0; round < 6; round++) {
            const beside = round % 2 ? after : before;
            for (const column of round % 2 ? [...columns].reverse() : columns) {
                for (const item of column) {
                    const near = beside.get(item);
                    item.wish = near
                        ? near.reduce((sum, other) => sum + other.rank, 0) / near.length
                        : item.rank;
                }
                column.sort((a, b) => a.wish - b.wish);
                number(column);
            }
        }
    },

    place(columns, edges, chains, forward) {
        const heights = columns.map((column) =>
            column.reduce((sum, item) => sum + item.height + LAYER.space, -LAYER.space),
        );
        const height = Math.max(...heights);
        const boxes = new Map();
        columns.forEach((column, i) => {
            let y = (height - heights[i]) / 2;
            for (const item of column) {
                Object.assign(item, {
                    x: i * (LAYER.node_width + LAYER.gap),
                    y: y + (item.height + item.loop) / 2,
                });
                if (item.node !== null) boxes.set(item.node, { x: item.x, y: y + item.loop });
                y += item.height + LAYER.space;
            }
        });
        return {
            boxes,
            lines: chains.map((chain, i) => layers.line(chain, forward[i])),
            width: columns.length * (LAYER.node_width + LAYER.gap) - LAYER.gap,
            height,
        };
    },

    // From the right side of one box to the left side of the next; turned edges the other way.
    line(chain, { from, to, turned }) {
        const first = chain[0],
            last = chain[chain.length - 1];
        const side =
            from === to
                ? []
                : chain.slice(1, -1).flatMap(({ x, y }) => [
                      { x, y },
                      { x: x + LAYER.node_width, y },
                  ]);
        const shift = turned ? 9 : -3;
        const points = [
            { x: first.x + LAYER.node_width, y: first.y + shift },
            ...side,
            { x: last.x, y: last.y + shift },
        ];
        return turned ? points.reverse() : points;
    },
};
