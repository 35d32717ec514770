// SPDX-License-Identifier: MIT
// Numbers as people read them.

const units = {
    // Nanoseconds with three digits that count and the unit that fits: "12.3 ms".
    time(ns) {
        if (!Number.isFinite(ns)) return "–";
        const size = Math.abs(ns);
        if (size < 1) return "0";
        if (size < 999.5) return `${Math.round(ns)}\u00a0ns`;
        if (size < 999.5e3) return `${units.digits(ns / 1e3)}\u00a0µs`;
        if (size < 999.5e6) return `${units.digits(ns / 1e6)}\u00a0ms`;
        if (size < 120e9) return `${units.digits(ns / 1e9)}\u00a0s`;
        const seconds = Math.round(ns / 1e9);
        if (seconds < 7200)
            return `${Math.floor(seconds / 60)}\u00a0min\u00a0${seconds % 60}\u00a0s`;
        return `${Math.floor(seconds / 3600)}\u00a0h\u00a0${Math.floor((seconds % 3600) / 60)}\u00a0min`;
    },

    digits(value) {
        const size = Math.abs(value);
        return value.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
    },

    // A moment, as exact as what lasts `length` needs.
    moment(ns, length) {
        return units.mark(ns, 10 ** Math.floor(Math.log10(Math.max(length, 10) / 10)), ns);
    },

    // A point of the axis, as exact as `step` between two marks needs, in a unit that fits `largest`.
    mark(ns, step, largest) {
        if (ns === 0) return "0";
        const [divisor, name] =
            largest >= 1e9
                ? [1e9, "s"]
                : largest >= 1e6
                  ? [1e6, "ms"]
                  : largest >= 1e3
                    ? [1e3, "µs"]
                    : [1, "ns"];
        const places = Math.max(0, -Math.floor(Math.log10(step / divisor) + 1e-9));
        return `${units.count(ns / divisor, places)}\u00a0${name}`;
    },

    count(value, places = 0) {
        return value.toLocaleString("en", {
            minimumFractionDigits: places,
            maximumFractionDigits: places,
        });
    },

    bytes(value) {
        if (Math.abs(value) < 1024) return `${value}\u00a0B`;
        if (Math.abs(value) < 1024 * 1024) return `${units.digits(value / 1024)}\u00a0KiB`;
        return `${units.digits(value / 1024 / 1024)}\u00a0MiB`;
    },

    // Of memory, in KiB; 0 is none, or unknown.
    growth(kibibytes) {
        return kibibytes ? `${kibibytes > 0 ? "+" : ""}${units.bytes(kibibytes * 1024)}` : "";
    },

    share(part, whole) {
        if (!(whole > 0)) return "–";
        const percent = (100 * part) / whole;
        return percent > 0 && percent < 0.1
            ? "<\u00a00.1\u00a0%"
            : `${percent.toFixed(percent < 9.95 ? 1 : 0)}\u00a0%`;
    },

    // "1 lock", "2 locks".
    many(count, one, several = `${one}s`) {
        return `${units.count(count)} ${count === 1 ? one : several}`;
    },
};
