// Elements in one call; text is always text, never markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, properties, children) {
    for (const [name, value] of Object.entries(properties ?? {})) {
        if (value === undefined || value === null || value === false) continue;
        if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
        else if (name === "style") {
            for (const [key, part] of Object.entries(value)) element.style.setProperty(key, part);
        } else if (name === "value" || name === "checked" || name === "indeterminate") element[name] = value;
        else element.setAttribute(name, value === true ? "" : String(value));
    }
    for (const child of children.flat(3)) {
        if (child !== undefined && child !== null && child !== false) element.append(child);
    }
    return element;
}

/**
 * An HTML element.
 * @param {string} name tag
 * @param {object} [properties] attributes; `onclick` and the like are listeners, `style` an object of CSS properties
 * @param {...(Node|string|number|null|Array)} children what is in it
 * @returns {HTMLElement}
 */
export function h(name, properties, ...children) {
    return fill(document.createElement(name), properties, children);
}

/**
 * An SVG element, likewise.
 * @returns {SVGElement}
 */
export function svg(name, properties, ...children) {
    return fill(document.createElementNS(SVG, name), properties, children);
}

/** Replaces what is in an element. */
export function put(element, ...children) {
    element.replaceChildren(...children.flat(3).filter((child) => child !== undefined && child !== null && child !== false));
    return element;
}

/** Says something to those who listen rather than look. */
export function announce(text) {
    document.getElementById("announce").textContent = text;
}

let last = 0;
/** An id that no other element of the page has. */
export function freshId(stem) {
    last += 1;
    return `${stem}-${last}`;
}

/** An icon of 16 pixels by its path; text stands beside it. */
export function icon(path) {
    return svg("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true", fill: "none", stroke: "currentColor", "stroke-width": "1.5" },
        svg("path", { d: path }));
}

/** A labelled form field, with a hint. */
export function field(label, control, hint) {
    control.id ||= freshId("field");
    const note = hint ? h("span", { class: "hint", id: `${control.id}-hint` }, hint) : null;
    if (note) control.setAttribute("aria-describedby", note.id);
    return h("div", { class: "field" }, h("label", { for: control.id }, label), control, note);
}

/** A select of `[value, text]` pairs. */
export function select(options, value, onchange) {
    const element = h("select", { onchange: () => onchange(element.value) },
        options.map(([key, text]) => h("option", { value: key }, text)));
    element.value = value;
    return element;
}

/** Runs something after a pause in which it is not asked for again. */
export function later(milliseconds, action) {
    let timer = 0;
    return (...values) => {
        clearTimeout(timer);
        timer = setTimeout(() => action(...values), milliseconds);
    };
}
