// SPDX-License-Identifier: MIT
// Tables that are sorted by their headings and make only the rows that are in sight.

const TABLE_ROW = 28; // pixels, as the style sheet has it

// Columns: {title, width, number, value(item), cell(item), hint}.  `value` sorts, and is shown
// where there is no `cell`; a column without `value` can't be sorted.  `heading(item)` makes a
// row that spans the table of items that are none, and null of others.
class Table {
    constructor({ label, columns, chosen, heading, empty, sort, down, unsorted }) {
        Object.assign(this, { columns, chosen, heading, empty, unsorted });
        this.sort = sort ?? -1;
        this.down = down ?? true;
        this.items = [];
        this.active = null;
        this.body = dom.make("tbody");
        this.buttons = columns.map((column, i) => this.make_heading(column, i));
        this.element = dom.make(
            "div",
            { class: "table", tabindex: "-1" },
            dom.make(
                "table",
                { "aria-label": label, style: `min-width:${this.least_width()}px` },
                dom.make(
                    "colgroup",
                    {},
                    columns.map((column) =>
                        dom.make("col", { style: column.width ? `width:${column.width}px` : null }),
                    ),
                ),
                dom.make("thead", {}, dom.make("tr", {}, this.buttons)),
                this.body,
            ),
        );
        this.element.addEventListener("scroll", () => this.draw());
        new ResizeObserver(() => this.draw()).observe(this.element);
        this.body.addEventListener("click", (event) => this.clicked(event));
        this.body.addEventListener("keydown", (event) => this.key(event));
    }

    // Columns without a width share what is left, and need some.
    least_width() {
        return this.columns.reduce((sum, { width }) => sum + (width ?? 200), 0);
    }

    make_heading(column, i) {
        const content = column.value
            ? dom.make(
                  "button",
                  { type: "button", title: column.hint, onclick: () => this.sort_by(i) },
                  column.title,
              )
            : column.title;
        return dom.make("th", { scope: "col", class: column.number ? "number" : null }, content);
    }

    // A third click on a heading goes back to the order that the items came in, where that is one.
    sort_by(i) {
        const first = Boolean(this.columns[i].number);
        if (this.sort !== i) ((this.sort = i), (this.down = first));
        else if (this.unsorted && this.down !== first) this.sort = -1;
        else this.down = !this.down;
        this.unsorted?.(this.sort < 0);
        this.arrange();
    }

    // items in their natural order.
    show(items) {
        this.items = items;
        this.arrange();
    }

    arrange() {
        this.buttons.forEach((heading, i) => {
            if (i !== this.sort) heading.removeAttribute("aria-sort");
            else heading.setAttribute("aria-sort", this.down ? "descending" : "ascending");
        });
        this.shown = this.sort < 0 ? this.items : this.sorted();
        this.element.querySelector("table").setAttribute("aria-rowcount", this.shown.length + 1);
        this.drawn = "";
        this.draw();
    }

    // What has no value comes last, whatever the direction.
    sorted() {
        const { value } = this.columns[this.sort];
        const sign = this.down ? -1 : 1;
        const keys = this.items.map((item, i) => ({ item, i, key: value(item) }));
        const missing = (key) => key === null || Number.isNaN(key);
        keys.sort(
            (a, b) =>
                missing(a.key) - missing(b.key) ||
                (typeof a.key === "string"
                    ? sign * a.key.localeCompare(b.key)
                    : sign * (a.key - b.key)) ||
                a.i - b.i,
        );
        return keys.map(({ item }) => item);
    }

    draw() {
        if (!this.shown) return;
        const height = this.element.clientHeight || 600;
        const first = Math.max(0, Math.floor(this.element.scrollTop / TABLE_ROW) - 8);
        const last = Math.min(this.shown.length, first + Math.ceil(height / TABLE_ROW) + 18);
        if (this.drawn === `${first} ${last}`) return;
        this.drawn = `${first} ${last}`;
        const focused = this.body.contains(document.activeElement);
        const rows = [];
        for (let i = first; i < last; i++) rows.push(this.row(this.shown[i], i));
        if (!this.shown.length)
            rows.push(
                dom.make(
                    "tr",
                    {},
                    dom.make(
                        "td",
                        { colspan: this.columns.length, class: "nothing" },
                        this.empty(),
                    ),
                ),
            );
        this.body.replaceChildren(this.space(first), ...rows, this.space(this.shown.length - last));
        if (focused) this.body.querySelector('[tabindex="0"]')?.focus({ preventScroll: true });
    }

    space(count) {
        return dom.make("tr", {
            class: "space",
            "aria-hidden": "true",
            style: `height:${count * TABLE_ROW}px`,
        });
    }

    row(item, i) {
        const heading = this.heading?.(item);
        if (heading)
            return dom.make(
                "tr",
                { class: "heading", "aria-rowindex": i + 2 },
                dom.make("th", { colspan: this.columns.length, scope: "rowgroup" }, heading),
            );
        const active = this.active === null ? i === 0 : this.active === item;
        return dom.make(
            "tr",
            {
                "data-row": i,
                tabindex: active ? "0" : "-1",
                "aria-rowindex": i + 2,
                class: this.active === item ? "active" : null,
            },
            this.columns.map((column) => {
                const content = column.cell ? column.cell(item) : column.value(item);
                return dom.make(
                    "td",
                    { class: column.number ? "number" : column.class },
                    content instanceof Node ? content : `${content ?? ""}`,
                );
            }),
        );
    }

    // Marks an item that was chosen elsewhere, and shows it.
    mark(item) {
        this.active = item;
        const i = this.shown.indexOf(item);
        const top = i * TABLE_ROW,
            { scrollTop, clientHeight } = this.element;
        if (i >= 0 && (top < scrollTop || top + 3 * TABLE_ROW > scrollTop + clientHeight))
            this.element.scrollTop = top - clientHeight / 3;
        this.drawn = "";
        this.draw();
    }

    clicked(event) {
        const row = event.target.closest("tr[data-row]");
        if (row) this.choose(Number(row.dataset.row));
    }

    choose(i) {
        this.active = this.shown[i];
        this.drawn = "";
        this.draw();
        this.chosen(this.active);
    }

    key(event) {
        const row = event.target.closest("tr[data-row]");
        if (!row) return;
        const i = Number(row.dataset.row);
        const to = {
            ArrowDown: i + 1,
            ArrowUp: i - 1,
            Home: 0,
            End: this.shown.length - 1,
            Enter: i,
            " ": i,
        }[event.key];
        if (to === undefined || event.target.tagName === "BUTTON") return;
        event.preventDefault();
        this.go(to, to < i ? -1 : 1);
    }

    // To a row, or the next one that is no heading.
    go(i, by) {
        while (this.shown[i] !== undefined && this.heading?.(this.shown[i])) i += by;
        if (i < 0 || i >= this.shown.length) return;
        const { element } = this;
        const top = i * TABLE_ROW;
        if (top < element.scrollTop) element.scrollTop = top;
        else if (top + 3 * TABLE_ROW > element.scrollTop + element.clientHeight)
            element.scrollTop = top + 3 * TABLE_ROW - element.clientHeight;
        this.choose(i);
        this.body.querySelector(`[data-row="${i}"]`)?.focus({ preventScroll: true });
    }
}

// A bar of a share of 1, for cells.
function share_bar(share, kind) {
    return dom.make(
        "span",
        { class: `bar ${kind}`, "aria-hidden": "true" },
        dom.make("span", { style: `width:${(100 * Math.min(1, share || 0)).toFixed(1)}%` }),
    );
}
