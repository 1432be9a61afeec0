// Axes of charts: round ticks, thin lines, labels with units.

import { svg } from "./dom.js";
import { number } from "./format.js";

/** At most `most` round values from `low` to `high`. */
export function ticks(low, high, most = 5) {
    const span = high - low;
    if (!(span > 0)) return [low];
    const rough = span / Math.max(1, most - 1);
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough) ?? 10 * power;
    const found = [];
    for (let value = Math.ceil(low / step - 1e-9) * step; value <= high + step * 1e-9; value += step) found.push(Math.abs(value) < step * 1e-9 ? 0 : value);
    return found;
}

/** A linear map from a domain to a range, with its ticks. */
export function linear(low, high, from, to, most = 5) {
    const span = high - low || 1;
    const map = (value) => from + (value - low) / span * (to - from);
    map.invert = (at) => low + (at - from) / (to - from) * span;
    map.ticks = ticks(low, high, most);
    map.range = [from, to];
    return map;
}

/** A horizontal axis at `y`. */
export function bottomAxis(x, y, label) {
    return svg("g", { class: "axis" },
        svg("path", { d: `M${x.range[0]} ${y}H${x.range[1]}` }),
        x.ticks.map((tick) => svg("g", {},
            svg("path", { d: `M${x(tick)} ${y}v5` }),
            svg("text", { x: x(tick), y: y + 18, "text-anchor": "middle" }, number(tick, 4))
        )),
        svg("text", { x: (x.range[0] + x.range[1]) / 2, y: y + 36, "text-anchor": "middle", class: "title" }, label));
}

/** A vertical axis at `x`. */
export function leftAxis(y, x, label) {
    const middle = (y.range[0] + y.range[1]) / 2;
    return svg("g", { class: "axis" },
        svg("path", { d: `M${x} ${y.range[0]}V${y.range[1]}` }),
        y.ticks.map((tick) => svg("g", {},
            svg("path", { d: `M${x} ${y(tick)}h-5` }),
            svg("text", { x: x - 8, y: y(tick) + 4, "text-anchor": "end" }, number(tick, 3))
        )),
        svg("text",
            { x: 0, y: 0, transform: `translate(12 ${middle}) rotate(-90)`, "text-anchor": "middle", class: "title" },
            label
        ));
}

/** An element that is drawn anew for its width. */
export function responsive(element, draw) {
    let width = 0;
    new ResizeObserver(() => {
        const now = Math.round(element.clientWidth);
        if (now > 0 && now !== width) { width = now; draw(width); }
    }).observe(element);
    return () => { if (width) draw(width); };
}
