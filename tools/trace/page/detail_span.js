// SPDX-License-Identifier: MIT
// The pane on the right for one span, by its kind.

const detail_span = {
    show(span) {
        const kind = trace.spans.kind[span];
        const parts =
            kind === KIND.IMPORT
                ? detail_span.import(span)
                : trace.is_wait(span)
                  ? detail_span.wait(span)
                  : trace.is_hold(span)
                    ? detail_span.hold(span)
                    : detail_span.other(span);
        const button =
            state.tab === "timeline"
                ? null
                : dom.make(
                      "p",
                      {},
                      dom.link("Show in the time line", () => state.go_to(span), {
                          class: "action",
                      }),
                  );
        const [facts, ...rest] = parts;
        detail.show(
            KIND_WORDS[kind],
            names.span(span),
            facts,
            button,
            ...rest,
            trace.is_wait(span) ? null : detail.stack("Stack", trace.spans.stack[span]),
        );
    },

    from_to(span) {
        const { start, end } = trace.spans;
        const length = trace.duration(span);
        return `${units.moment(start[span], length)} to ${units.moment(end[span], length)}`;
    },

    // What all have.
    times(span) {
        const { start, end, flags, thread } = trace.spans;
        const open = [
            flags[span] & FLAG.OPEN_BEGIN ? "its beginning" : "",
            flags[span] & FLAG.OPEN_END ? "its end" : "",
        ]
            .filter(Boolean)
            .join(" and ");
        return [
            ["Took", dom.make("strong", {}, units.time(end[span] - start[span]))],
            ["From", detail_span.from_to(span)],
            ["Unknown", open],
            ["Thread", detail.thread_link(thread[span])],
        ];
    },

    wait(span) {
        const { subject, place, flags } = trace.spans;
        const holder = trace.extra(span, "holder");
        const hold = holders.hold_of(span),
            own = holders.own_hold_of(span);
        const who = (other) =>
            `${names.thread_of_all(trace.spans.thread[other])}, ${names.place(trace.spans.place[other])}`;
        return [
            detail.facts([
                ...detail_span.times(span),
                ["Lock", detail.lock_link(subject[span])],
                ["Where", detail.place(place[span])],
                ["Held by", holder < 0 ? "unknown" : detail.thread_link(holder)],
                [
                    "Then",
                    own >= 0
                        ? dom.make(
                              "span",
                              {},
                              detail.span_link(own, "it had the lock"),
                              ` for ${units.time(trace.duration(own))}`,
                          )
                        : flags[span] & FLAG.FAILED
                          ? "it gave up"
                          : "",
                ],
            ]),
            hold < 0
                ? null
                : dom.make(
                      "p",
                      {},
                      dom.link("Go to the holder’s hold", () => state.go_to(hold), {
                          class: "action",
                          id: "to-holder",
                      }),
                  ),
            detail.stack("Waiting thread", trace.spans.stack[span]),
            detail.stack("Holder, when the wait began", trace.extra(span, "holder_stack")),
            detail.spans("Who had it meanwhile", holders.during(span, 12), who),
        ];
    },

    hold(span) {
        const { subject, place, flags, thread } = trace.spans;
        const before = holders.wait_of(span);
        const again = trace.extra(span, "again"),
            end = trace.extra(span, "end_place");
        const releaser = trace.extra(span, "releaser");
        const who = (other) =>
            `${names.thread_of_all(thread[other])}, ${names.place(trace.spans.place[other])}`;
        return [
            detail.facts([
                ...detail_span.times(span),
                ["Lock", detail.lock_link(subject[span])],
                ["Mode", flags[span] & FLAG.SHARED ? "shared, for reading" : ""],
                ["Acquired", detail.place(place[span])],
                ["Released", detail.place(end)],
                ["Released by", flags[span] & FLAG.BY_OTHER ? detail.thread_link(releaser) : ""],
                ["Again", again ? `${units.count(again)} × by its owner` : ""],
                [
                    "Waited",
                    before < 0
                        ? "no"
                        : detail.span_link(before, `${units.time(trace.duration(before))} before`),
                ],
            ]),
            detail.spans("Who waited meanwhile", holders.waiting_for(span, 20), who),
            detail.stack("Released from", trace.extra(span, "end_stack")),
        ];
    },

    use(row) {
        const { use, used, used_place } = trace.imports;
        if (use[row] === USE.UNUSED) return "never";
        if (use[row] === USE.ASKED) return "never, only asked for what every module has";
        if (use[row] !== USE.USED || used[row] < 0) return "";
        const after = used[row] - trace.spans.end[imports.span(row)];
        const when = after > 0 ? `${units.time(after)} later, ` : "before its end, ";
        return dom.make("span", {}, when, detail.place(used_place[row]));
    },

    import(span) {
        const { flags, place, thread } = trace.spans;
        const row = imports.row(span);
        const { find, body, hooks, library, memory, bytes, found, origin, loader, parent } =
            trace.imports;
        const time = (ns) => (ns > 0 ? units.time(ns) : "");
        const children = statistics.longest(imports.children(row).map(imports.span), 8);
        return [
            detail.facts([
                ["Cumulative", dom.make("strong", {}, units.time(trace.duration(span)))],
                ["Self", dom.make("strong", {}, units.time(imports.self(row)))],
                ["Imported at", detail.place(place[span])],
                [
                    "Inside",
                    parent[row] < 0
                        ? ""
                        : detail.span_link(
                              imports.span(parent[row]),
                              names.span(imports.span(parent[row])),
                          ),
                ],
                [
                    "Outcome",
                    flags[span] & FLAG.FAILED ? dom.make("strong", { class: "bad" }, "failed") : "",
                ],
                ["Lazy", flags[span] & FLAG.LAZY ? "declared before, run now" : ""],
                ["First used", detail_span.use(row)],
                ["Finding it", time(find[row])],
                ["Its own code", time(body[row])],
                ["Hooks", time(hooks[row])],
                ["Native library", time(library[row])],
                ["Memory", units.growth(memory[row])],
                ["File", origin[row] ? dom.make("code", {}, names.text(origin[row])) : ""],
                ["Size", bytes[row] ? units.bytes(bytes[row]) : ""],
                ["Found as", FOUND_WORDS[found[row]]],
                ["Loader", names.text(loader[row])],
                ["From", detail_span.from_to(span)],
                ["Thread", detail.thread_link(thread[span])],
            ]),
            detail.spans("It imported", children, names.span),
            detail_span.statements(span),
        ];
    },

    // Statements that imported it, the ones that ran most first.
    statements(span) {
        const process = trace.threads[trace.spans.thread[span]]?.process;
        const list = trace.statements
            .filter(
                (item) => item.imported === trace.spans.subject[span] && item.process === process,
            )
            .sort((a, b) => b.count - a.count)
            .slice(0, 10);
        if (!list.length) return null;
        return detail.section(
            "Import statements",
            dom.make(
                "ul",
                { class: "ranking" },
                list.map((item) =>
                    dom.make(
                        "li",
                        {},
                        dom.make(
                            "span",
                            {},
                            dom.make("code", {}, names.place(item.place)),
                            ` ${names.text(item.importer)}`,
                        ),
                        dom.make("span", { class: "number" }, `${units.count(item.count)} ×`),
                    ),
                ),
            ),
        );
    },

    other(span) {
        const { kind, subject, place, flags } = trace.spans;
        const import_row =
            kind[span] === KIND.HOOK || kind[span] === KIND.LIBRARY
                ? trace.extra(span, "import")
                : -1;
        return [
            detail.facts([
                ...detail_span.times(span),
                ["Waited for", kind[span] === KIND.JOIN ? detail.thread_link(subject[span]) : ""],
                ["Condition", kind[span] === KIND.CONDITION ? names.address(subject[span]) : ""],
                [
                    "File",
                    kind[span] === KIND.LIBRARY
                        ? dom.make("code", {}, names.text(subject[span]))
                        : "",
                ],
                [
                    "Import",
                    import_row < 0
                        ? ""
                        : detail.span_link(
                              imports.span(import_row),
                              names.span(imports.span(import_row)),
                          ),
                ],
                ["Where", detail.place(place[span])],
                ["Outcome", flags[span] & FLAG.FAILED ? "failed" : ""],
            ]),
        ];
    },
};
