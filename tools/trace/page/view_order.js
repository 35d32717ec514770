// SPDX-License-Identifier: MIT
// The lock-order graph as a picture, and its edges as a table below.

const NODES_MAX = 60; // that a picture still shows so that people can read it

const view_order = {
    build(section) {
        const { edges } = order.graph();
        if (!edges.length) {
            section.append(
                dom.make(
                    "p",
                    { class: "empty" },
                    "No lock was acquired while another one was held.",
                ),
            );
            return;
        }
        view_order.picture = dom.make("div", {
            class: "picture",
            tabindex: "0",
            role: "group",
            "aria-label": "Lock-order graph",
        });
        view_order.note = dom.make("p", { class: "lead" });
        view_order.table = new Table({
            label: "Edges of the lock-order graph",
            columns: view_order.columns(),
            sort: 2,
            down: true,
            chosen: view_order.chosen,
            empty: () => "No edge is found by this search.",
        });
        section.append(
            dom.make("div", { class: "toolbar" }, view_order.note),
            view_order.picture,
            view_order.table.element,
        );
        state.on("search", () => view_order.show());
        view_order.show();
    },

    show() {
        const edges = order
            .graph()
            .edges.filter((edge) => search.group(edge.from) || search.group(edge.to));
        const drawn = view_order.choose(edges);
        view_order.table.show(edges);
        view_order.draw(drawn);
        const cycles = edges.filter((edge) => edge.cycle).length;
        view_order.note.replaceChildren(
            `${units.many(edges.length, "order")} of lock classes. `,
            cycles
                ? dom.make(
                      "strong",
                      { class: "bad" },
                      `${units.many(cycles, "edge is", "edges are")} part of a cycle. `,
                  )
                : "No cycle. ",
            dom.make(
                "span",
                { class: "soft" },
                "A → B: B was acquired while A was held.",
                drawn.length < edges.length
                    ? ` The picture shows the ${units.count(drawn.length)} that matter most.`
                    : "",
            ),
        );
    },

    // Cycles first, then what happened most, as long as there is room for the nodes.
    choose(edges) {
        const nodes = new Set();
        return edges.filter(({ from, to }) => {
            const more = (nodes.has(from) ? 0 : 1) + (nodes.has(to) || from === to ? 0 : 1);
            if (nodes.size + more > NODES_MAX) return false;
            nodes.add(from).add(to);
            return true;
        });
    },

    draw(edges) {
        const nodes = [...new Set(edges.flatMap(({ from, to }) => [from, to]))];
        if (!nodes.length) {
            view_order.picture.replaceChildren();
            return;
        }
        const { boxes, lines, width, height } = layers.arrange(nodes, edges);
        // A wide picture is made smaller to fit, as long as it can be read.
        const svg = dom.drawing(
            "svg",
            {
                width: width + 48,
                style: `min-width:${(width + 48) * 0.6}px`,
                viewBox: `-24 -36 ${width + 48} ${height + 60}`,
            },
            dom.drawing(
                "defs",
                {},
                view_order.arrow("arrow", "order-head"),
                view_order.arrow("arrow-bad", "order-head bad"),
            ),
            edges.map((edge, i) => view_order.edge(edge, lines[i], boxes)),
            nodes.map((node) => view_order.node(node, boxes.get(node))),
        );
        view_order.picture.replaceChildren(svg);
    },

    arrow(id, name) {
        return dom.drawing(
            "marker",
            {
                id,
                viewBox: "0 0 8 8",
                refX: 7,
                refY: 4,
                markerWidth: 8,
                markerHeight: 8,
                orient: "auto",
                markerUnits: "userSpaceOnUse",
            },
            dom.drawing("path", { d: "M0 0.5 L8 4 L0 7.5 z", class: name }),
        );
    },

    edge(edge, points, boxes) {
        const box = boxes.get(edge.from);
        const path = edge.from === edge.to ? view_order.loop(box) : view_order.curve(points);
        const middle =
            edge.from === edge.to
                ? { x: box.x + LAYER.node_width / 2, y: box.y - 22 }
                : view_order.middle(points);
        return dom.drawing(
            "g",
            {
                class: `order-edge${edge.cycle ? " bad" : ""}`,
                tabindex: "0",
                role: "button",
                "aria-label": `${groups.name(edge.from)} before ${groups.name(edge.to)}, ${edge.count} times${edge.cycle ? ", part of a cycle" : ""}`,
                onclick: () => view_order.chosen(edge),
                onkeydown: (event) => {
                    if (event.key === "Enter") view_order.chosen(edge);
                },
            },
            dom.drawing("path", { d: path, class: "wide" }),
            dom.drawing("path", {
                d: path,
                class: "line",
                "stroke-width": Math.min(4, 1.25 + Math.log10(edge.count) * 0.5),
                "marker-end": `url(#arrow${edge.cycle ? "-bad" : ""})`,
            }),
            dom.drawing(
                "text",
                { x: middle.x, y: middle.y - 4, "text-anchor": "middle" },
                units.count(edge.count),
            ),
        );
    },

    curve(points) {
        let path = `M${points[0].x} ${points[0].y}`;
        for (let i = 1; i < points.length; i++) {
            const from = points[i - 1],
                to = points[i];
            const bend = (to.x - from.x) / 2;
            path += ` C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`;
        }
        return path;
    },

    // In the middle of the first gap between two layers; below the line of an edge that leads back.
    middle([from, to]) {
        return { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 + (from.x > to.x ? 16 : 0) };
    },

    loop({ x, y }) {
        const middle = x + LAYER.node_width / 2;
        return `M${middle + 24} ${y} C${middle + 34} ${y - 26} ${middle - 34} ${y - 26} ${middle - 24} ${y}`;
    },

    // As much of a text as so many pixels take.
    cut(text, room) {
        const context = dom.id("ruler").getContext("2d");
        context.font = `500 12.5px ${colors.font}`;
        if (context.measureText(text).width <= room) return text;
        let length = text.length - 1;
        while (length > 1 && context.measureText(`${text.slice(0, length)}…`).width > room)
            length--;
        return `${text.slice(0, length)}…`;
    },

    node(group, { x, y }) {
        const name = groups.name(group),
            count = groups.all[group].locks.length;
        return dom.drawing(
            "g",
            {
                class: `order-node${search.found && search.group(group) ? " hit" : ""}`,
                tabindex: "0",
                role: "button",
                "aria-label": name,
                transform: `translate(${x} ${y})`,
                onclick: () => detail.group(group),
                onkeydown: (event) => {
                    if (event.key === "Enter") detail.group(group);
                },
            },
            dom.drawing("title", {}, name),
            dom.drawing("rect", { width: LAYER.node_width, height: LAYER.node_height, rx: 7 }),
            dom.drawing("rect", {
                class: "stripe",
                width: 4,
                height: LAYER.node_height - 16,
                x: 8,
                y: 8,
                rx: 2,
                style: `fill:var(--hold-${(group % 8) + 1})`,
            }),
            dom.drawing("text", { x: 20, y: 19 }, view_order.cut(name, LAYER.node_width - 28)),
            dom.drawing(
                "text",
                { x: 20, y: 34, class: "small" },
                `${groups.kind(group)}${count > 1 ? `, ${units.many(count, "lock")}` : ""}`,
            ),
        );
    },

    columns() {
        return [
            { title: "Held", value: (edge) => groups.name(edge.from) },
            { title: "Then acquired", value: (edge) => groups.name(edge.to) },
            {
                title: "Times",
                number: true,
                width: 96,
                value: (edge) => edge.count,
                cell: (edge) => units.count(edge.count),
            },
            {
                title: "Cycle",
                width: 110,
                value: (edge) => (edge.cycle ? 1 : 0),
                cell: (edge) =>
                    edge.cycle ? dom.make("span", { class: "tag bad" }, "in a cycle") : "",
            },
            {
                title: "For example at",
                width: 240,
                value: (edge) => names.place(trace.spans.place[edge.inner]),
                cell: (edge) => dom.make("code", {}, names.place(trace.spans.place[edge.inner])),
            },
        ];
    },

    chosen(edge) {
        const { place, thread, stack } = trace.spans;
        detail.show(
            edge.cycle ? "Order of locks, part of a cycle" : "Order of locks",
            `${groups.name(edge.from)} → ${groups.name(edge.to)}`,
            detail.facts([
                ["Seen", units.many(edge.count, "time")],
                ["Held", dom.link(groups.name(edge.from), () => detail.group(edge.from))],
                ["acquired at", detail.place(place[edge.outer])],
                ["Then", dom.link(groups.name(edge.to), () => detail.group(edge.to))],
                ["acquired at", detail.place(place[edge.inner])],
                ["Thread", detail.thread_link(thread[edge.inner])],
            ]),
            dom.make(
                "p",
                {},
                dom.link("Show this example in the time line", () => state.go_to(edge.inner), {
                    class: "action",
                }),
            ),
            detail.stack("Held since", stack[edge.outer]),
            detail.stack("Acquired from", stack[edge.inner]),
        );
    },
};
