// SPDX-License-Identifier: MIT
// Elements, made without ever reading text of the trace as HTML.

const dom = {
    id(name) {
        return document.getElementById(name);
    },

    // make("button", { class: "quiet", onclick: f }, "text", child, ...); null children are left out.
    make(tag, attributes = {}, ...children) {
        return dom.fill(document.createElement(tag), attributes, children);
    },

    drawing(tag, attributes = {}, ...children) {
        return dom.fill(
            document.createElementNS("http://www.w3.org/2000/svg", tag),
            attributes,
            children,
        );
    },

    fill(element, attributes, children) {
        for (const [name, value] of Object.entries(attributes)) {
            if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
            else if (value === true) element.setAttribute(name, "");
            else if (value !== false && value != null) element.setAttribute(name, value);
        }
        element.append(...children.flat(Infinity).filter((child) => child != null));
        return element;
    },

    // A link to something on this page.
    link(text, action, attributes = {}) {
        return dom.make(
            "button",
            { type: "button", class: "link", ...attributes, onclick: action },
            text,
        );
    },

    // Told to screen readers.
    say(text) {
        dom.id("said").textContent = text;
    },

    // A canvas that has as many pixels as the screen; returns its context in CSS pixels.
    context(canvas, width, height) {
        const ratio = window.devicePixelRatio || 1;
        if (
            canvas.width !== Math.round(width * ratio) ||
            canvas.height !== Math.round(height * ratio)
        ) {
            canvas.width = Math.round(width * ratio);
            canvas.height = Math.round(height * ratio);
        }
        const context = canvas.getContext("2d");
        context.setTransform(ratio, 0, 0, ratio, 0, 0);
        return context;
    },
};
