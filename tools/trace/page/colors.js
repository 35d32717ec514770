// SPDX-License-Identifier: MIT
// The colours of the style sheet for what is drawn on a canvas, and the switch of dark and light.

const colors = {
    names: [
        "page",
        "panel",
        "line",
        "grid",
        "ink",
        "soft",
        "faint",
        "accent",
        "wait",
        "idle",
        "gil",
        "gil-wait",
        "import-1",
        "import-2",
        "hook",
        "library",
        "bad",
        "on-bar",
        "life",
    ],
    holds: [],

    // Reads them anew; a style sheet's light-dark() is known only once it is a colour of something.
    read() {
        const probe = dom.make("span", { hidden: true });
        document.body.append(probe);
        const value = (name) => {
            probe.style.color = `var(--${name})`;
            return getComputedStyle(probe).color;
        };
        for (const name of colors.names) colors[name.replace("-", "_")] = value(name);
        colors.holds = [1, 2, 3, 4, 5, 6, 7, 8].map((i) => value(`hold-${i}`));
        colors.font = getComputedStyle(document.body).fontFamily;
        probe.remove();
    },

    of_group(group) {
        return colors.holds[group % colors.holds.length];
    },

    of_span(span) {
        const { kind, subject } = trace.spans;
        switch (kind[span]) {
            case KIND.HOLD:
                return colors.of_group(groups.of_lock[subject[span]]);
            case KIND.WAIT:
                return colors.wait;
            case KIND.CONDITION:
            case KIND.JOIN:
                return colors.idle;
            case KIND.GIL_HOLD:
                return colors.gil;
            case KIND.GIL_WAIT:
                return colors.gil_wait;
            case KIND.HOOK:
                return colors.hook;
            case KIND.LIBRARY:
                return colors.library;
            default:
                return trace.extra(span, "depth") % 2 ? colors.import_2 : colors.import_1;
        }
    },

    is_dark() {
        const chosen = document.documentElement.dataset.theme;
        return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    },

    // Storage may be forbidden, as for pages of files in some browsers; then a choice isn't kept.
    remember(theme) {
        document.documentElement.dataset.theme = theme;
        try {
            localStorage.setItem("pihook-theme", theme);
        } catch {
            /* see above */
        }
    },

    start() {
        try {
            const kept = localStorage.getItem("pihook-theme");
            if (kept === "dark" || kept === "light") document.documentElement.dataset.theme = kept;
        } catch {
            /* see above */
        }
        const button = dom.id("theme");
        const changed = () => {
            const other = colors.is_dark() ? "Light" : "Dark";
            button.textContent = other;
            button.setAttribute("aria-label", `Switch to ${other.toLowerCase()} colours`);
            colors.read();
            state.tell("colors");
        };
        button.addEventListener("click", () => {
            colors.remember(colors.is_dark() ? "light" : "dark");
            changed();
        });
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
        changed();
    },
};
